// As much of protocol buffers as a transaction is written in. Reading is
// strict: a message that says anything twice, or in a form of which there is
// another, is refused, so that what was read is what was there.

import { join, utf8 } from "./bytes.mjs";

function varint(n) {
  const out = [];
  for (n = BigInt(n); n > 127n; n >>= 7n) out.push(Number(n & 127n) | 128);
  return Uint8Array.from([...out, Number(n)]);
}

// number and bytes are fields, left out when they are zero or empty.
export const number = (field, n) => (BigInt(n) === 0n ? new Uint8Array() : join(varint(field << 3), varint(n)));

export function bytes(field, value) {
  if (typeof value === "string") value = utf8(value);
  return value.length === 0 ? new Uint8Array() : member(field, value);
}

// member is an element of a list, or a message: it is there even when empty.
export const member = (field, value) => join(varint((field << 3) | 2), varint(value.length), value);

// read gives a message's fields as a map from number to list of values.
export function read(message) {
  const fields = new Map();
  let at = 0;
  const next = () => {
    let n = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (at >= message.length) throw new Error("the message ends early");
      const b = message[at++];
      n |= BigInt(b & 127) << shift;
      if (b < 128) return n;
    }
    throw new Error("a number has no end");
  };
  while (at < message.length) {
    const tag = Number(next());
    let value;
    if ((tag & 7) === 0) value = next();
    else if ((tag & 7) === 2) {
      const size = Number(next());
      if (at + size > message.length) throw new Error("the message ends early");
      value = message.subarray(at, at + size);
      at += size;
    } else throw new Error("a field is of a form that is not used here");
    const list = fields.get(tag >> 3) ?? [];
    list.push(value);
    fields.set(tag >> 3, list);
  }
  return fields;
}

const none = new Uint8Array();

// one is the bytes of a field that may be there once, empty when it is not.
export function one(message, field) {
  const values = message.get(field) ?? [none];
  if (values.length > 1 || !(values[0] instanceof Uint8Array)) throw new Error("a field is there twice, or is no bytes");
  return values[0];
}

// many is the bytes of each element of a list.
export function many(message, field) {
  const values = message.get(field) ?? [];
  if (!values.every((v) => v instanceof Uint8Array)) throw new Error("an element is no bytes");
  return values;
}

export function integer(message, field) {
  const values = message.get(field) ?? [0n];
  if (values.length > 1 || typeof values[0] !== "bigint") throw new Error("a number is there twice, or is none");
  return values[0];
}
