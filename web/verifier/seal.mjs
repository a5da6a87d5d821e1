// Proposals, what answers them, and who signed that.

import {base64, hex, join, must, same, sha256, word} from './bytes.mjs'
import {both, identify} from './roots.mjs'
import {read, within} from './wire.mjs'

// header checks what a proposal or transaction says of itself.
export async function header(keys, b) {
  const h = read(b), channel = within(h, 1), signature = within(h, 2), stamp = within(channel, 3)
  must(channel[1] === 3n && word(channel[4]) === keys.channel, 'channel')
  must(hex(await sha256(join(signature[2], signature[1]))) === word(channel[5]), 'identifier')
  return {channel: h[1], signature: h[2], creator: signature[1], tx: word(channel[5]), at: Number(stamp[1] ?? 0n) * 1000 + Number(stamp[2] ?? 0n) / 1e6}
}

// call gives the chaincode that a proposal's payload calls, and with what.
export function call(b) {
  const payload = read(b)
  must(Object.keys(payload).join() === '1', 'call')
  const spec = within(payload, 1, 1)
  return {chaincode: word(within(spec, 2)[2]), args: read(spec[3], [1])[1] ?? []}
}

// answered gives what a chaincode answered to a proposal, and its event.
export async function answered(b, h, payload, chaincode) {
  const r = read(b), action = within(r, 2), response = within(action, 3)
  must(same(r[1], await sha256(join(h.channel, h.signature, payload))), 'hash')
  must(word(within(action, 4)[2]) === chaincode, 'chaincode')
  must(response[1] === 200n, 'status')
  return {answer: response[3], event: action[2]}
}

export async function endorsed(keys, response, endorsements, at) {
  const orgs = new Set()
  for (const [endorser, signature] of endorsements) {
    const peer = await identify(keys, endorser, at, 'peer')
    await peer.signed(signature, join(response, endorser))
    orgs.add(peer.org)
  }
  return orgs
}

// openSeal checks one seal and gives its question, answer and time.
export async function openSeal(keys, seal, chaincode) {
  const proposal = base64(seal.proposal), p = read(proposal), h = await header(keys, p[1])
  const asker = await identify(keys, h.creator, h.at, 'client', 'admin')
  await asker.signed(base64(seal.signature), proposal)
  const {chaincode: called, args} = call(p[2]), response = base64(seal.response)
  must(called === chaincode, 'chaincode')
  const {answer} = await answered(response, h, p[2], chaincode)
  const orgs = await endorsed(keys, response, seal.endorsements.map((e) => [base64(e.endorser), base64(e.signature)]), h.at)
  return {at: h.at, args, answer, orgs}
}

export {both}
