// Fabric's messages: fields by number, none twice unless it is a list.

import {must, none} from './bytes.mjs'

export function read(b = none, lists = []) {
  const fields = {}
  let at = 0
  const varint = () => {
    let n = 0n
    for (let shift = 0n; ; shift += 7n) {
      must(at < b.length && shift < 64n, 'wire')
      const c = b[at++]
      n |= BigInt(c & 127) << shift
      if (c < 128) return n
    }
  }
  while (at < b.length) {
    const tag = Number(varint()), number = tag / 8 | 0, kind = tag % 8, listed = lists.includes(number)
    let value
    if (kind === 0) value = varint()
    else {
      must(kind === 2 && number, 'wire')
      const size = Number(varint())
      must(at + size <= b.length, 'wire')
      value = b.subarray(at, at += size)
    }
    must(listed || !(number in fields), 'wire')
    if (listed) (fields[number] ??= []).push(value)
    else fields[number] = value
  }
  return fields
}

// within reads the message that lies in a field of one, and so on.
export const within = (m, ...path) => path.reduce((at, n) => read(at[n]), m)
