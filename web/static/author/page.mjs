// The author's page: what is seen and pressed. Text goes in as text alone.

import { pem, text, utf8 } from "./bytes.mjs";
import { certificate } from "./der.mjs";
import * as keys from "./keys.mjs";
import * as session from "./session.mjs";
import { Answer, endorse, fate, prepare, recorded, seal, submit } from "./steps.mjs";

const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);

function el(name, content, attributes = {}) {
  const e = document.createElement(name);
  for (const part of [content].flat()) e.append(part ?? "");
  for (const [k, v] of Object.entries(attributes)) e[k] = v;
  return e;
}

const show = (id, on) => ($(id).hidden = !on);
const say = (id, message, bad = false) => {
  $(id).textContent = message;
  $(id).className = bad ? "note bad" : "note";
};

// guarded runs what a button does, and tells what went wrong.
const guarded = (id, act) => async (event) => {
  event?.preventDefault();
  const button = event?.submitter ?? event?.currentTarget;
  if (button) button.disabled = true;
  try {
    await act(event);
  } catch (e) {
    say(id, explain(e), true);
  } finally {
    if (button) button.disabled = false;
  }
};

function explain(e) {
  if (!(e instanceof Answer)) return e.message;
  const lead = { refused: "Refused, nothing was written: ", "not done": "Not done, nothing was written; trying again may succeed: ", unknown: "Not known: " }[e.outcome];
  return lead + e.message + (e.fields ?? []).map((f) => ` ${f.field} ${f.problem}: ${f.remedy}.`).join("");
}

const fileText = async (id) => {
  const file = $(id).files[0];
  if (!file) throw new Error("Choose the file first.");
  return file.text();
};

async function drawKey() {
  const me = await keys.author();
  show("no-key", !me);
  show("waiting", me && !me.certificate);
  show("ready", me?.certificate);
  show("state", me?.certificate);
  show("session", me?.certificate);
  if (me && !me.certificate) $("request").value = me.csr ?? "";
  if (!me?.certificate) return;
  const c = certificate(me.certificate);
  $("who").textContent = `${me.org} / ${c.name}`;
  $("until").textContent = c.until.toISOString().slice(0, 10);
  $("net").textContent = `${me.network.channel} / ${me.network.chaincode}`;
  show("unpinned", !me.network.issuers || Object.keys(me.network.issuers).length === 0);
}

// words lays a document out for reading. It is given what was read from the
// bytes to be signed.
function words(v) {
  if (Array.isArray(v)) return el("ol", v.map((item) => el("li", words(item))));
  if (v !== null && typeof v === "object") {
    return el("dl", Object.entries(v).flatMap(([k, item]) => [el("dt", named(k)), el("dd", words(item))]), { className: "words" });
  }
  const word = typeof v === "string" && Object.hasOwn(data.words, v) && data.words[v] !== v ? data.words[v] : null;
  return el("bdi", word ? `${word} (${v})` : String(v));
}

const named = (field) => field.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();

let draft = null; // { statement, proposal } that waits to be signed

async function prepared() {
  const me = await keys.author();
  const kind = data.kinds.find((k) => k.kind === $("kind").value);
  const given = $("document-file").files[0] ? await $("document-file").files[0].text() : $("document").value;
  const statement = {
    gateway: "", network: me.network, author: { org: me.org, certificate: me.certificate }, key: me.key, kind,
    document: utf8(given), signed: (await keys.transactions()).map((t) => t.tx),
  };
  const proposal = await prepare(statement);
  draft = { statement, proposal };
  const read = JSON.parse(text(proposal.document));
  $("read").replaceChildren(
    el("p", ["As ", el("b", `${proposal.org}`), " you state, on the channel ", el("b", proposal.channel), ", by the transaction ", el("b", proposal.transaction), ":"]),
    words(read));
  $("raw").textContent = text(proposal.document);
  show("review", true);
  say("said", "This was read from the bytes that you are asked to sign. Nothing is signed yet.");
  $("review").scrollIntoView?.({ block: "start" });
}

async function signed() {
  const { statement: s, proposal } = draft;
  draft = null;
  show("review", false);
  let entry = { tx: proposal.tx, kind: s.kind.kind, id: nameOf(proposal.document), at: Date.now(), state: "signed" };
  const step = async (change) => {
    entry = { ...entry, ...change };
    await keys.remember(entry);
    await drawTransactions();
  };
  await step({});
  try {
    const endorsed = await endorse(s, proposal);
    const earlier = recorded(endorsed);
    if (earlier) {
      await step({ state: "committed", message: "All of it was on the ledger already, by transaction " + earlier.join(", ") + "." });
      return;
    }
    await step({ state: "endorsed", by: endorsed.endorsers.map((e) => e.org), body: await seal(s, endorsed) });
    await step({ state: "committed", body: undefined, ...(await submit("", entry.tx, entry.body)) });
    say("said", "Committed.");
  } catch (e) {
    // Once it is sealed, a lost answer is not a failure: it is asked for again.
    await step({ state: e instanceof Answer ? e.outcome : "not signed", message: explain(e), ...(e.outcome === "unknown" ? {} : { body: undefined }) });
  }
}

function nameOf(document) {
  const read = JSON.parse(text(document));
  return read.id ?? Object.values(read).flat()[0]?.id ?? "";
}

async function again(t) {
  if (!t.body) { // it was interrupted between the two signatures
    await keys.remember({ ...t, state: "not done", message: "The transaction itself was never signed, so nothing was written. State it again." });
    return drawTransactions();
  }
  let found;
  try {
    found = await fate("", t.tx);
  } catch (e) {
    // The same signed bytes cannot be taken twice.
    if (e.outcome === "unknown") {
      try {
        found = await submit("", t.tx, t.body);
      } catch (second) {
        e = second;
      }
    }
    if (!found) {
      await keys.remember({ ...t, state: e.outcome ?? t.state, message: explain(e) });
      return drawTransactions();
    }
  }
  await keys.remember({ ...t, state: "committed", block: found.block, message: undefined, body: undefined });
  return drawTransactions();
}

const stages = ["signed", "endorsed", "committed"];

async function drawTransactions() {
  const all = await keys.transactions();
  show("under-way", all.length > 0);
  $("transactions").replaceChildren(...all.map((t) => {
    const at = stages.indexOf(t.state);
    const reached = at >= 0 ? at : t.by ? 1 : 0;
    const end = t.state === "committed" ? `in block ${t.block ?? "before"}` : at < 0 ? t.state : "";
    return el("li", [
      el("b", `${t.kind} ${t.id}`), " ",
      el("span", stages.map((name, i) => el("span", (i <= reached ? "✓ " : "· ") + name, { className: i <= reached ? "done" : "todo" })), { className: "stages" }), " ",
      el("span", end, { className: at < 0 ? "bad" : "" }),
      t.by ? el("small", ` endorsed by ${t.by.join(" and ")}`) : "",
      t.message ? el("p", t.message, { className: "note" }) : "",
      " ", el("small", el("code", t.tx)), " ",
      ["committed", "refused", "not done", "not signed"].includes(t.state) ? el("button", "Take off this list", { type: "button", className: "plain", onclick: guarded("said", async () => { await keys.drop(t.tx); await drawTransactions(); }) })
        : el("button", "Ask what became of it", { type: "button", onclick: guarded("said", () => again(t)) }),
    ]);
  }));
}

// drawSession shows what the gateway says of who is signed in: a session ends
// there, not here.
async function drawSession() {
  const who = await session.signedIn("");
  show("signed-in", who);
  show("sign-in", !who);
  if (!who) return $("asked").replaceChildren();
  $("session-who").textContent = `${who.org}, ${who.roles.join(", ")} (member ${who.member})`;
}

async function ask() {
  show("asked", false);
  const found = await session.record("", $("ask-kind").value, $("ask-id").value.trim());
  const { ledger, links, ...record } = found;
  $("asked").replaceChildren(words(record), el("p", `On the ledger at height ${ledger.height}.`, { className: "note" }));
  show("asked", true);
}

async function saveFull() {
  const gtin = $("full-gtin").value.trim();
  say("session-said", "The organisations’ peers sign it now. That may take a minute.");
  const bundle = await session.fullBundle("", gtin);
  download(`fairlead-${gtin}-full.json`, JSON.stringify(bundle), "application/json");
  say("session-said", "Saved. It is not for the public.");
}

function download(name, content, type = "application/x-pem-file") {
  const link = el("a", "", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

for (const id of ["kind", "ask-kind"]) $(id).append(...data.kinds.map((k) => el("option", k.kind.replaceAll("-", " "), { value: k.kind })));
for (const id of ["org", "bring-org"]) $(id).append(...data.orgs.map((o) => el("option", o, { value: o })));
$("make").addEventListener("submit", guarded("key-said", async () => { await keys.make($("org").value); await drawKey(); }));
$("download").addEventListener("click", guarded("key-said", async () => download("request.csr", (await keys.author()).csr)));
$("answer").addEventListener("submit", guarded("key-said", async () => { await keys.answered(await fileText("answer-file")); say("key-said", "The certificate belongs to the key in this browser."); await drawKey(); }));
$("bring").addEventListener("submit", guarded("key-said", async () => {
  await keys.bring($("bring-org").value, await fileText("bring-key"), $("bring-password").value, await fileText("bring-certificate"));
  $("bring").reset();
  say("key-said", "The key is in this browser. It cannot be read out of it again.");
  await drawKey();
}));
for (const id of ["forget", "give-up"]) $(id).addEventListener("click", guarded("key-said", async () => {
  if (!confirm("Delete the key from this browser? Nobody can bring it back: you would make a new one and have it enrolled.")) return;
  await keys.forget();
  await drawKey();
}));
$("show-certificate").addEventListener("click", guarded("key-said", async () => download("certificate.pem", pem("CERTIFICATE", (await keys.author()).certificate))));
$("sign-in").addEventListener("click", guarded("session-said", async () => {
  say("session-said", "");
  await session.signIn("", location.origin, await keys.author());
  await drawSession();
}));
for (const id of ["sign-out", "sign-out-all"]) $(id).addEventListener("click", guarded("session-said", async () => {
  await session.signOut("", id === "sign-out-all");
  await drawSession();
  say("session-said", "Signed out.");
}));
$("ask").addEventListener("submit", guarded("session-said", async () => { say("session-said", ""); await ask(); }));
$("full").addEventListener("submit", guarded("session-said", saveFull));
$("write").addEventListener("submit", guarded("said", async () => { say("said", ""); show("review", false); await prepared(); }));
$("sign").addEventListener("click", guarded("said", signed));
$("discard").addEventListener("click", () => { draft = null; show("review", false); say("said", "Nothing was signed."); });

if (!globalThis.isSecureContext || !crypto.subtle) {
  say("key-said", "This browser keeps keys only for pages that come over https, or from this machine itself.", true);
} else {
  await drawKey();
  await drawTransactions();
  await guarded("session-said", drawSession)();
}
show("loading", false);
