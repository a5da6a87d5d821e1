// Bytes and texts, and how a check fails.

const decoder = new TextDecoder(), encoder = new TextEncoder()
export const word = (b) => decoder.decode(b ?? none)
export const utf8 = (s) => encoder.encode(s)
export const none = new Uint8Array(0)

// A check fails with a code, and with what it is about; words.mjs says it.
export const fail = (code, of) => { throw Object.assign(new Error(code), {code, of}) }
export const must = (holds, code, of) => holds || fail(code, of)

export const hex = (b) => [...b].map((x) => x.toString(16).padStart(2, '0')).join('')
export const unhex = (s) => Uint8Array.from(s.match(/../g) ?? [], (x) => parseInt(x, 16))
export const same = (a, b) => hex(a) === hex(b)

// base64 takes the one spelling of some bytes alone.
export function base64(s) {
  const text = atob(s)
  must(btoa(text) === s, 'base64')
  return Uint8Array.from(text, (c) => c.charCodeAt(0))
}

export function join(...parts) {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of parts) { all.set(p, at); at += p.length }
  return all
}

export const sha256 = async (b) => new Uint8Array(await crypto.subtle.digest('SHA-256', b))
export const digest = async (s) => hex(await sha256(utf8(s)))
