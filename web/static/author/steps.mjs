// A statement's way to the ledger. Nothing here touches the page, so that the
// same code is tested outside a browser.

import { base64, unbase64 } from "./bytes.mjs";
import { checkProposal, checkTransaction } from "./check.mjs";
import { sign } from "./der.mjs";

// Answer is a gateway's answer that is no success. outcome is "refused" (it was
// considered and declined), "not done" (it had no effect, and trying again may
// succeed) or "unknown" (it may yet take effect: ask by tx).
export class Answer extends Error {
  constructor(outcome, message, more = {}) {
    super(message);
    Object.assign(this, { outcome, ...more });
  }
}

// call speaks to the gateway. writes says that the call may have an effect, so
// that a lost answer leaves it unknown.
export async function call(gateway, path, { method = "POST", headers = {}, body, writes = false, tx } = {}) {
  let response, answer;
  try {
    response = await fetch(gateway + path, { method, headers: { ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) }, body, redirect: "error", credentials: "same-origin" });
    answer = response.status === 204 ? {} : await response.json();
  } catch {
    if (writes) throw new Answer("unknown", "No answer came from the gateway. The statement may or may not be on the ledger.", { tx });
    throw new Answer("not done", "No answer came from the gateway. Nothing was written.");
  }
  if (response.ok) return answer;
  const outcome = ["refused", "not done", "unknown"].includes(answer.outcome) ? answer.outcome : writes ? "unknown" : "not done";
  throw new Answer(writes && outcome === "not done" && answer.code !== "not_done" ? "unknown" : outcome, answer.detail ?? response.statusText,
    { status: response.status, code: answer.code, fields: answer.fields ?? [], tx: answer.tx ?? tx, requestId: answer.requestId });
}

// prepare has the gateway make the proposal of a document and checks it. A
// statement is { gateway, network, author, key, kind: { resource, transaction },
// document (bytes), signed (transactions signed here before) }.
export async function prepare(s) {
  const prepared = await call(s.gateway, "/v1/" + s.kind.resource, {
    body: s.document, headers: { "Fairlead-Org": s.author.org, "Fairlead-Certificate": base64(s.author.certificate) },
  });
  return checkProposal({ tx: prepared.tx, bytes: unbase64(prepared.bytes ?? "") }, { ...s, transaction: s.kind.transaction });
}

const signed = async (key, bytes) => JSON.stringify({ bytes: base64(bytes), signature: base64(await sign(key, bytes)) });

// endorse signs a checked proposal, has it endorsed and checks what comes back.
export async function endorse(s, proposal) {
  const back = await call(s.gateway, "/v1/transactions/endorse", { body: await signed(s.key, proposal.bytes) });
  const bytes = unbase64(back.bytes ?? "");
  return { tx: proposal.tx, bytes, ...(await checkTransaction({ tx: back.tx, bytes }, proposal, s.network)) };
}

// seal signs a checked transaction: what it gives may be submitted, again and
// again, without the key.
export const seal = (s, endorsed) => signed(s.key, endorsed.bytes);

// submit hands a sealed transaction in and waits for its commit. The same one
// is taken once, however often it is handed in.
export async function submit(gateway, tx, body) {
  const answer = await call(gateway, "/v1/transactions/submit", { body, writes: true, tx, headers: { "Idempotency-Key": tx } });
  if (answer.tx !== tx || typeof answer.block !== "number") throw new Answer("unknown", "The gateway's answer tells of something else.", { tx });
  return { tx, block: answer.block };
}

// fate asks what became of a transaction, also one of another day.
export async function fate(gateway, tx) {
  const answer = await call(gateway, "/v1/transactions/" + tx, { method: "GET" });
  if (answer.tx !== tx || typeof answer.block !== "number") throw new Answer("unknown", "The gateway's answer tells of something else.", { tx });
  return { tx, block: answer.block };
}

// recorded gives the earlier transactions when all that a document states is on
// the ledger already; there is then nothing to submit.
export function recorded(endorsed) {
  const receipts = endorsed.result?.receipts ?? [];
  return receipts.length > 0 && receipts.every((r) => r.tx !== endorsed.tx) ? [...new Set(receipts.map((r) => r.tx))] : null;
}
