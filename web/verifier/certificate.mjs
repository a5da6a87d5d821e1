// Certificates, revocation lists and signatures.

import {base64, fail, hex, must, none, same, unhex, word} from './bytes.mjs'

// der reads what stands at a place, with its parts.
function der(b = none, at = 0) {
  let size = b[at + 1], start = at + 2
  if (size > 127) {
    const end = start + (size & 127)
    for (size = 0; start < end;) size = size * 256 + b[start++]
  }
  must(start + size <= b.length, 'form')
  return {tag: b[at], raw: b.subarray(at, start + size), body: b.subarray(start, start + size), get parts() {
    const out = []
    for (let i = 0; i < size;) { const d = der(this.body, i); out.push(d); i += d.raw.length }
    return out
  }}
}

function moment({tag, body}) {
  const t = word(body), year = tag === 23 ? (t < '5' ? '20' : '19') + t.slice(0, 2) : t.slice(0, 4)
  return Date.parse(year + t.slice(-11).replace(/(..)(..)(..)(..)(..)Z/, '-$1-$2T$3:$4:$5Z'))
}

// signedPart opens what authorities sign: the part and the signature under it.
function signedPart(pem) {
  const m = /^-----BEGIN (CERTIFICATE|X509 CRL)-----([^-]+)-----END \1-----\n?$/.exec(pem) ?? fail('form')
  const text = base64(m[2].replaceAll('\n', '')), whole = der(text), [tbs, algorithm, signature, more] = whole.parts
  must(whole.tag === 48 && whole.raw.length === text.length && signature.tag === 3 && !signature.body[0] && !more, 'form')
  return {tbs: tbs.raw, signature: signature.body.subarray(1), parts: tbs.parts, algorithm: hex(algorithm.raw)}
}

const opened = new Map()

export function certificate(pem) {
  if (opened.has(pem)) return opened.get(pem)
  const {tbs, signature, parts, algorithm} = signedPart(pem), [, serial, named, issuer, validity, subject, key, ...more] = parts
  must(hex(named.raw) === algorithm, 'form')
  const units = subject.parts.flatMap((set) => set.parts).map((s) => s.parts)
    .filter(([oid]) => hex(oid.body) === '55040b').map(([, value]) => word(value.body))
  const [from, until] = validity.parts.map(moment)
  const authority = more.some((m) => m.tag === 163 && m.parts[0].parts.some(({parts}) => hex(parts[0].body) === '551d13' && der(parts.at(-1).body).parts[0]?.tag === 1))
  const c = {tbs, signature, serial: hex(serial.body), issuer: hex(issuer.raw), subject: hex(subject.raw), key: key.raw, units, from, until, authority}
  opened.set(pem, c)
  return c
}

// revocations reads a revocation list: serial numbers with the moment from which.
export function revocations(pem) {
  const {tbs, signature, parts} = signedPart(pem)
  const [, issuer, , ...more] = parts.slice(parts[0].tag === 2)
  return {tbs, signature, issuer: hex(issuer.raw), entries: (more.find((m) => m.tag === 48)?.parts ?? []).map(({parts: [serial, from]}) => [hex(serial.body), moment(from)])}
}

const half = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n
const sized = (tag, h) => tag + (h.length / 2).toString(16).padStart(2, '0') + h
const number = (n) => {
  const h = n.toString(16), even = h.length % 2 ? '0' + h : h
  return sized('02', (even[0] > '7' ? '00' : '') + even)
}

// headerBytes is a block's header as blocks are hashed and signed.
export const headerBytes = (n, previous, data) => unhex(sized('30', number(n) + sized('04', hex(previous)) + sized('04', hex(data))))

// signed checks ECDSA over P-256 and SHA-256, the lower value of S alone unless
// low is false. WebCrypto wants r and s side by side.
export async function signed(key, signature, message, low = true) {
  const [r, s] = der(signature).parts.map((p) => BigInt('0x' + hex(p.body)))
  must(hex(signature) === sized('30', number(r) + number(s)), 'form')
  must(!low || s <= half, 'low-s')
  const raw = unhex([r, s].map((n) => n.toString(16).padStart(64, '0')).join(''))
  const spki = await crypto.subtle.importKey('spki', key, {name: 'ECDSA', namedCurve: 'P-256'}, false, ['verify'])
  return crypto.subtle.verify({name: 'ECDSA', hash: 'SHA-256'}, spki, raw, message)
}

export const issued = async (c, by) => by.subject === c.issuer && by.authority && await signed(by.key, c.signature, c.tbs, false)
