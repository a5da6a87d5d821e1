// As much of ASN.1 as keys, requests and certificates are written in.

import { equal, hex, join, text, utf8 } from "./bytes.mjs";

// value writes tag, length and content.
export function value(tag, ...content) {
  const body = join(...content);
  const size = [];
  for (let n = body.length; n > 0; n >>= 8) size.unshift(n & 255);
  const length = body.length < 128 ? [body.length] : [128 | size.length, ...size];
  return join(Uint8Array.from([tag, ...length]), body);
}

export const sequence = (...items) => value(0x30, ...items);
const set = (...items) => value(0x31, ...items);

export function oid(dotted) {
  const [a, b, ...rest] = dotted.split(".").map(Number);
  const out = [40 * a + b];
  for (const n of rest) {
    const part = [n & 127];
    for (let more = n >> 7; more > 0; more >>= 7) part.unshift((more & 127) | 128);
    out.push(...part);
  }
  return value(6, Uint8Array.from(out));
}

// parse takes one value and gives it with what follows: { tag, body, whole, rest }.
export function parse(der) {
  if (der.length < 2) throw new Error("the text ends early");
  let at = 2;
  let size = der[1];
  if (size > 127) {
    const digits = size & 127;
    if (digits === 0 || digits > 4) throw new Error("a length is of a form that is not used here");
    size = 0;
    for (let i = 0; i < digits; i++) size = size * 256 + (der[at++] ?? 0);
  }
  if (at + size > der.length) throw new Error("the text ends early");
  return { tag: der[0], body: der.subarray(at, at + size), whole: der.subarray(0, at + size), rest: der.subarray(at + size) };
}

// items are the values within one.
export function items(node) {
  const out = [];
  for (let rest = node.body; rest.length > 0; rest = out.at(-1).rest) out.push(parse(rest));
  return out;
}

const order = BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
const big = (bytes) => BigInt("0x" + (hex(bytes) || "0"));

function integer(n) {
  const digits = n.toString(16);
  const bytes = digits.padStart(digits.length + (digits.length % 2), "0").match(/../g).map((d) => parseInt(d, 16));
  return value(2, Uint8Array.from(bytes[0] > 127 ? [0, ...bytes] : bytes));
}

// signature makes of WebCrypto's r and s what Fabric takes: DER, and of the two
// valid values of s the lower one. WebCrypto gives the higher half the time.
export function signature(raw) {
  const s = big(raw.subarray(32));
  return sequence(integer(big(raw.subarray(0, 32))), integer(s > order / 2n ? order - s : s));
}

// rawSignature is the inverse; it refuses the higher s unless told otherwise.
export function rawSignature(der, { anyS = false } = {}) {
  const node = parse(der);
  const [r, s, ...more] = items(node).map((n) => big(n.body));
  if (node.rest.length > 0 || more.length > 0 || s === undefined) throw new Error("this is no signature");
  if (!anyS && s > order / 2n) throw new Error("the signature has the higher value of s");
  const fixed = (n) => Uint8Array.from(n.toString(16).padStart(64, "0").match(/../g), (d) => parseInt(d, 16));
  return join(fixed(r), fixed(s));
}

export const curve = { name: "ECDSA", namedCurve: "P-256" };
const algorithm = { name: "ECDSA", hash: "SHA-256" };
const ecdsaWithSHA256 = sequence(oid("1.2.840.10045.4.3.2"));

export const sign = async (key, bytes) => signature(new Uint8Array(await crypto.subtle.sign(algorithm, key, bytes)));

export async function verify(spki, der, bytes, options) {
  const key = await crypto.subtle.importKey("spki", spki, curve, true, ["verify"]);
  return crypto.subtle.verify(algorithm, key, rawSignature(der, options), bytes);
}

// request makes a PKCS#10 certificate request, whose subject is a number of no
// meaning: the organisation's registrar gives the name.
export async function request(pair, name) {
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const subject = sequence(set(sequence(oid("2.5.4.3"), value(0x0c, utf8(name)))));
  const info = sequence(value(2, Uint8Array.from([0])), subject, spki, value(0xa0));
  return sequence(info, ecdsaWithSHA256, value(3, Uint8Array.from([0]), await sign(pair.privateKey, info)));
}

function moment(node) {
  const digits = text(node.body);
  const all = node.tag === 0x17 ? (digits < "50" ? "20" : "19") + digits : digits; // UTCTime has two of the year's
  return new Date(all.replace(/^(....)(..)(..)(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

// certificate takes an X.509 certificate apart, as far as is asked here.
export function certificate(der) {
  const [tbs, alg, sig] = items(parse(der));
  const parts = items(tbs);
  if (parts[0].tag === 0xa0) parts.shift(); // the version
  const [, , issuer, validity, subject, spki] = parts;
  const names = {};
  for (const rdn of items(subject)) {
    for (const pair of items(rdn)) {
      const [type, name] = items(pair);
      names[hex(type.body)] = text(name.body);
    }
  }
  const [from, until] = items(validity).map(moment);
  return {
    der, tbs: tbs.whole, algorithm: alg.whole, signature: sig.body.subarray(1), issuer: issuer.whole, subject: subject.whole, spki: spki.whole,
    from, until, name: names["550403"] ?? "", unit: names["55040b"] ?? "",
  };
}

// issuedBy says whether one certificate is signed by another's key.
export async function issuedBy(child, parent) {
  return equal(child.issuer, parent.subject) && equal(child.algorithm, ecdsaWithSHA256) &&
    verify(parent.spki, child.signature, child.tbs, { anyS: true });
}

const names = new Map(Object.entries({
  "1.2.840.113549.2.7": "SHA-1", "1.2.840.113549.2.9": "SHA-256", "1.2.840.113549.2.10": "SHA-384", "1.2.840.113549.2.11": "SHA-512",
  "2.16.840.1.101.3.4.1.2": 128, "2.16.840.1.101.3.4.1.42": 256,
}).map(([dotted, name]) => [hex(parse(oid(dotted)).body), name]));
const is = (node, dotted) => equal(node.whole, oid(dotted));

// decrypt opens an encrypted PKCS#8 key (PBES2: PBKDF2 and AES-CBC).
export async function decrypt(der, password) {
  const [how, what] = items(parse(der));
  const [kind, parameters] = items(how);
  if (!is(kind, "1.2.840.113549.1.5.13")) throw new Error("the key is encrypted in an old way: encrypt it anew with openssl pkcs8 -topk8 -v2 aes-256-cbc");
  const [derivation, cipher] = items(parameters).map(items);
  const size = names.get(hex(cipher[0].body));
  if (!is(derivation[0], "1.2.840.113549.1.5.12") || typeof size !== "number") throw new Error("the key is encrypted otherwise than with PBKDF2 and AES-CBC: use openssl pkcs8 -topk8 -v2 aes-256-cbc");
  const [salt, rounds, ...rest] = items(derivation[1]);
  const prf = rest.find((n) => n.tag === 0x30);
  const hash = prf ? names.get(hex(items(prf)[0].body)) : "SHA-1";
  const count = Number(big(rounds.body));
  if (typeof hash !== "string" || !(count > 0 && count <= 10_000_000)) throw new Error("the key is encrypted in a way that is not known here");
  const base = await crypto.subtle.importKey("raw", utf8(password), "PBKDF2", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey({ name: "PBKDF2", salt: salt.body, iterations: count, hash }, base, { name: "AES-CBC", length: size }, false, ["decrypt"]);
  try {
    // One wrong password in 256 gives bytes that end as if they were right.
    const open = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-CBC", iv: cipher[1].body }, key, what.body));
    const { tag, rest } = parse(open);
    if (tag !== 0x30 || rest.length > 0) throw new Error();
    return open;
  } catch {
    throw new Error("the password does not open this key");
  }
}
