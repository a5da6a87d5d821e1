// A product's answer: its records held against the digests that peers signed.

import {digest, must, word} from './bytes.mjs'
import {both, openSeal} from './seal.mjs'
import {covers, name, needs, whole} from './subjects.mjs'

const place = (e) => `${e.about}\0${e.kind}\0${e.id}`

// take sorts the pages of a seal by their subjects.
function take(pages, question, answer) {
  must(question.subjects.length === answer.subjects.length, 'subjects')
  answer.subjects.forEach((p, i) => {
    const q = question.subjects[i], subject = name(p)
    must(p.kind === q.kind && p.id === q.id && !p.closed && !q.closed && JSON.stringify(p.after) === JSON.stringify(q.after), 'subjects')
    if (!pages.has(subject)) pages.set(subject, [])
    pages.get(subject).push(p)
  })
}

// sort puts the pages of each subject into their order, to the end.
function sort(pages) {
  for (const [subject, list] of pages) {
    const sorted = []
    for (let at; sorted.length < list.length; at = sorted.at(-1).next) {
      must(!sorted.length || at, 'page-twice', subject)
      const next = list.find((p) => !sorted.includes(p) && (at ? p.after && place(p.after) === place(at) : !p.after))
      must(next, 'page', subject)
      sorted.push(next)
    }
    must(!sorted.at(-1).next, 'page', subject)
    pages.set(subject, sorted)
  }
}

// compare holds the records against the pages: every one is covered, and none of
// what they count is missing or another.
async function compare(records, pages) {
  const entries = new Map(), own = new Map(records.map((r) => [name(r), r])), covered = new Set()
  for (const r of records) {
    if (pages.has(name(r))) covered.add(r)
    for (const a of r.about) for (const s of new Set([name(a), name(whole(a))])) {
      if (!pages.has(s) || !covers(a.kind, r.kind)) continue
      covered.add(r)
      if (!entries.has(s)) entries.set(s, [])
      entries.get(s).push({about: a.id, kind: r.kind, id: r.id, digest: r.digest})
    }
  }
  for (const [subject, list] of pages) {
    const held = (entries.get(subject) ?? []).sort((a, b) => place(a) < place(b) ? -1 : 1)
    for (const p of list) {
      must(p.record === (own.get(subject)?.digest ?? ''), 'record', subject)
      const page = held.splice(0, p.count)
      must(page.length === p.count && await digest(page.map((e) => `${e.about} ${e.kind} ${e.id} ${e.digest}\n`).join('')) === p.digest, 'about', subject)
    }
    must(!held.length, 'about', subject)
  }
  for (const r of records) must(covered.has(r), 'covered', name(r))
}

export async function product(step, keys, bundle, {now, maxAge}) {
  const times = [], pages = new Map()
  let records, concluded
  const open = async (seal, transaction) => {
    const {at, args, answer, orgs} = await openSeal(keys, seal, keys.chaincode)
    both(orgs)
    must(args.length === 2 && word(args[0]) === transaction, 'question')
    const q = JSON.parse(word(args[1])), a = JSON.parse(word(answer))
    must(q.nonce === bundle.nonce && a.nonce === q.nonce, 'nonce')
    times.push(at)
    return [q, a]
  }
  await step('seals', async () => {
    must(bundle.seals.length, 'none')
    for (const s of bundle.seals) {
      const [q, a] = await open(s, 'Digests')
      take(pages, q, a)
    }
    if (bundle.conclusion) {
      const [q, a] = await open(bundle.conclusion, 'Conclude')
      must(['gtin', 'lot', 'asOf'].every((k) => q[k] === bundle[k] && a[k] === q[k]), 'other')
      concluded = a.answer
    }
  })
  await step('age', () => {
    const oldest = Math.min(...times), newest = Math.max(...times), asOf = Date.parse(bundle.asOf), slack = 15 * 60e3
    must(newest - now <= slack, 'ahead')
    must(now - oldest <= maxAge, 'old')
    must(newest - asOf <= maxAge, 'before')
    must(asOf - newest <= slack, 'after')
    return [new Date(oldest).toISOString()]
  })
  await step('digests', () => {
    sort(pages)
    return [pages.size]
  })
  await step('records', async () => {
    records = await Promise.all(bundle.records.map(async (t) => ({...JSON.parse(t), digest: await digest(t)})))
    must(new Set(records.map(name)).size === records.length, 'twice')
    await compare(records, pages)
    return [records.length]
  })
  await step('way', () => {
    const all = needs(records, bundle.gtin, bundle.lot)
    for (const s of all) must(pages.has(name(s)), 'digest', name(s))
    return [all.length]
  })
  await step('answer', async () => {
    must(concluded, 'unconcluded')
    must(await digest(bundle.answer) === concluded, 'conclusion')
  })
}
