// Whom a verifier trusts, and who signed according to them.

import {digest, fail, must, utf8, word} from './bytes.mjs'
import {certificate, issued, revocations, signed} from './certificate.mjs'
import {read} from './wire.mjs'

export const sorted = (v) => v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.keys(v).sort().map((k) => [k, sorted(v[k])])) : Array.isArray(v) ? v.map(sorted) : v

// fingerprint names a roots file: SHA-256 of its canonical JSON.
export const fingerprint = (roots) => digest(JSON.stringify(sorted(roots)))

// keyring opens the roots once.
export async function keyring(roots) {
  must(roots.format === 'fairlead-roots/1', 'roots')
  const orgs = new Map()
  for (const o of roots.organizations) {
    const tops = (o.roots ?? []).map(certificate), middles = (o.intermediates ?? []).map(certificate), lists = (o.revoked ?? []).map(revocations)
    for (const l of lists) {
      let held = false
      for (const a of [...tops, ...middles]) held ||= await issued(l, a)
      must(held, 'list', o.name)
    }
    orgs.set(o.name + 'MSP', {name: o.name, tops, middles, lists})
  }
  return {...roots, orgs, chains: new Map()}
}

const issuerOf = async (c, among) => {
  for (const a of among) if (await issued(c, a)) return a
}

// chainOf follows a certificate to a pinned root, through one intermediate at most.
async function chainOf(org, leaf) {
  must(!leaf.authority, 'authority', org.name)
  const top = await issuerOf(leaf, org.tops)
  if (top) return [leaf, top]
  const middle = await issuerOf(leaf, org.middles), above = middle && await issuerOf(middle, org.tops)
  return [leaf, middle, above ?? fail('root', org.name)]
}

const roles = ['peer', 'client', 'admin', 'orderer']

// identify gives organisation and key of a serialized identity: its certificate
// leads to a pinned root, was in date and not revoked at a moment, and has one
// of the roles and no other.
export async function identify(keys, identity, at, ...allowed) {
  const m = read(identity), pem = word(m[2]), org = keys.orgs.get(word(m[1])) ?? fail('stranger')
  const leaf = certificate(pem), slot = org.name + pem
  if (!keys.chains.has(slot)) keys.chains.set(slot, await chainOf(org, leaf))
  for (const c of keys.chains.get(slot)) {
    must(c.from <= at && at <= c.until, 'dated', org.name)
    must(!org.lists.some((l) => l.issuer === c.issuer && l.entries.some(([serial, from]) => serial === c.serial && from <= at)), 'revoked', org.name)
  }
  const role = leaf.units.filter((u) => roles.includes(u))
  must(role.length === 1 && allowed.includes(role[0]), 'role', org.name)
  return {org: org.name, async signed(signature, message) {
    must(await signed(leaf.key, signature, message), 'signature', org.name)
  }}
}

export const both = (orgs) => must((orgs.has('Brands') || orgs.has('Auditors')) && (orgs.has('Workers') || orgs.has('Oversight')), 'both')
