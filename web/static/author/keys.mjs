// The author's key and what is under way, kept in this browser. The key cannot
// be read out of it, not even by this page.

import { equal, pem, unpem } from "./bytes.mjs";
import { certificate, curve, decrypt, request } from "./der.mjs";

const promise = (r) => new Promise((done, fail) => {
  r.onsuccess = () => done(r.result);
  r.onerror = () => fail(r.error);
});

async function database() {
  const open = indexedDB.open("fairlead-author", 1);
  open.onupgradeneeded = () => {
    open.result.createObjectStore("author");
    open.result.createObjectStore("transaction", { keyPath: "tx" });
  };
  return promise(open);
}

async function within(store, mode, use) {
  const db = await database();
  try {
    const tx = db.transaction(store, mode);
    const done = new Promise((ok, fail) => {
      tx.oncomplete = ok;
      tx.onerror = tx.onabort = () => fail(tx.error);
    });
    const result = await promise(use(tx.objectStore(store)));
    await done;
    return result;
  } finally {
    db.close();
  }
}

// The author is { org, key, spki, certificate, network }: without a certificate
// until the registrar's answer is brought.
export const author = () => within("author", "readonly", (s) => s.get("me"));
const keep = (me) => within("author", "readwrite", (s) => s.put(me, "me"));
export const forget = () => within("author", "readwrite", (s) => s.delete("me"));

// Transactions signed here: { tx, kind, id, at, state, body, block, message }.
export const transactions = async () => (await within("transaction", "readonly", (s) => s.getAll())).sort((a, b) => b.at - a.at);
export const remember = (t) => within("transaction", "readwrite", (s) => s.put(t));
export const drop = (tx) => within("transaction", "readwrite", (s) => s.delete(tx));

// make draws a key and gives the request for its certificate.
export async function make(org) {
  const pair = await crypto.subtle.generateKey(curve, false, ["sign"]);
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const number = Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, "0")).join("");
  const csr = pem("CERTIFICATE REQUEST", await request(pair, number));
  await keep({ org, key: pair.privateKey, spki, csr });
  await navigator.storage?.persist?.(); // asks the browser not to clear it
  return csr;
}

// answered takes what the registrar sent back: the file that `fairlead identity
// issue` writes, or certificates as PEM.
export async function answered(textOfFile) {
  const me = await author();
  if (!me) throw new Error("There is no key in this browser for a certificate to belong to. If its storage was cleared, make a new key and have it enrolled.");
  const { der, org, network } = readAnswer(textOfFile);
  if (org && org !== me.org) throw new Error("This certificate is of another organisation than the key was made for.");
  await fit(me, der);
  await keep({ ...me, certificate: der, network: network ?? me.network ?? defaults });
}

const defaults = { channel: "labour", chaincode: "fairlead" };

function readAnswer(textOfFile) {
  if (!textOfFile.trimStart().startsWith("{")) return { der: first(textOfFile) };
  const sent = JSON.parse(textOfFile);
  const issuers = {};
  for (const [org, all] of Object.entries(sent.issuers ?? {})) issuers[org] = unpem(all).map((b) => b.der);
  return { der: first(sent.certificate ?? ""), org: sent.org, network: { channel: sent.channel, chaincode: sent.chaincode, issuers } };
}

function first(all) {
  const block = unpem(all).find((b) => b.type === "CERTIFICATE");
  if (!block) throw new Error("There is no certificate in this.");
  return block.der;
}

async function fit(me, der) {
  const c = certificate(der);
  if (!equal(c.spki, me.spki)) throw new Error("This certificate is for another key than the one in this browser.");
  if (new Date() > c.until) throw new Error("This certificate ended on " + c.until.toISOString().slice(0, 10) + ".");
}

// bring takes a key from elsewhere: encrypted PKCS#8 and its certificate.
export async function bring(org, keyText, password, answer) {
  const block = unpem(keyText).find((b) => b.type === "ENCRYPTED PRIVATE KEY");
  if (!block) throw new Error("There is no encrypted key in this. A key without a password is not taken: encrypt it with openssl pkcs8 -topk8 -v2 aes-256-cbc.");
  const pkcs8 = await decrypt(block.der, password);
  let key, whole;
  try {
    whole = await crypto.subtle.importKey("pkcs8", pkcs8, curve, true, ["sign"]);
    key = await crypto.subtle.importKey("pkcs8", pkcs8, curve, false, ["sign"]);
  } catch {
    throw new Error("The key is not an ECDSA key on P-256.");
  }
  const { d, key_ops, ...open } = await crypto.subtle.exportKey("jwk", whole);
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", await crypto.subtle.importKey("jwk", open, curve, true, ["verify"])));
  pkcs8.fill(0);
  const { der, network } = readAnswer(answer);
  await fit({ spki }, der);
  await keep({ org, key, spki, certificate: der, network: network ?? defaults });
}
