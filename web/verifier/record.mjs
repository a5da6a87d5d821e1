// A record: who wrote it, who endorsed it, and that it counts.

import {base64, digest, fail, join, must, same, sha256, word} from './bytes.mjs'
import {headerBytes} from './certificate.mjs'
import {identify} from './roots.mjs'
import {answered, both, call, endorsed, header, openSeal} from './seal.mjs'
import {read, within} from './wire.mjs'

const instant = (at) => new Date(at).toISOString()

export async function record(step, keys, bundle, {now, maxAge}) {
  let tx, envelope, by
  await step('counts', async () => {
    const orgs = new Set(), times = []
    for (const s of bundle.seals) {
      const a = await openSeal(keys, s, 'qscc'), [question, channel, id] = a.args.map(word), m = read(a.answer)
      must(a.args.length === 3 && question === 'GetTransactionByID' && channel === keys.channel && id === (tx ?? id), 'question')
      must(!m[2], 'invalid', m[2])
      must(!envelope || same(envelope, m[1]), 'transaction')
      tx = id; envelope = m[1]; times.push(a.at)
      a.orgs.forEach((o) => orgs.add(o))
    }
    both(orgs)
    must(now - Math.min(...times) <= maxAge, 'old')
    must(Math.max(...times) - now <= 15 * 60e3, 'ahead')
  })
  await step('author', async () => {
    const e = read(envelope), p = read(e[1]), h = await header(keys, p[1])
    must(h.tx === tx, 'transaction')
    const author = await identify(keys, h.creator, h.at, 'client', 'admin')
    await author.signed(e[2], e[1])
    const action = within(p, 2, 1), inner = within(action, 2), response = read(inner[2], [2])
    must(same(action[1], h.signature), 'action')
    by = {h, org: author.org, payload: inner[1], response}
    return [author.org]
  })
  await step('endorsed', async () => {
    const {h, payload, response} = by
    must(call(payload).chaincode === keys.chaincode, 'chaincode')
    by.event = (await answered(response[1], h, payload, keys.chaincode)).event
    both(await endorsed(keys, response[1], (response[2] ?? []).map((b) => { const m = read(b); return [m[1], m[2]] }), h.at))
  })
  await step('says', async () => {
    const m = read(by.event)
    must(word(m[3]) === 'fairlead.recorded.v1', 'event')
    const r = JSON.parse(word(m[4])).records.find((r) => r.kind === bundle.kind && r.id === bundle.id) ?? fail('event')
    must(r.tx === by.h.tx && r.at === instant(by.h.at) && r.by.org === by.org, 'names')
    return [await digest(JSON.stringify(r))]
  })
  const chain = bundle.inclusion
  await step('committed', chain && keys.quorum && (async () => {
    let last
    const {headers} = chain, orgs = new Set()
    must(headers.length && headers.length <= 4, 'chain')
    must(same(await sha256(join(...chain.before.map(base64), envelope, ...chain.after.map(base64))), base64(headers[0].data)), 'block')
    for (const [i, h] of headers.entries()) {
      const previous = base64(h.previous)
      must(!i || h.number === headers[i - 1].number + 1 && same(previous, await sha256(last)), 'chain')
      last = headerBytes(h.number, previous, base64(h.data))
    }
    for (const s of chain.signatures) {
      const orderer = await identify(keys, base64(s.signer), by.h.at, 'orderer')
      await orderer.signed(base64(s.signature), join(base64(chain.metadata), base64(s.header), last))
      must(!orgs.has(orderer.org), 'signed-twice', orderer.org)
      orgs.add(orderer.org)
    }
    must(orgs.size >= keys.quorum, 'quorum', orgs.size)
    return [headers[0].number, orgs.size, headers.length - 1]
  }))
}
