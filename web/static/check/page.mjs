// The page that checks: what is seen and pressed. It fetches a bundle and roots
// when asked to, and nothing to check them. Text goes in as text alone.

import { fingerprint, verify } from "./verify.mjs";
import { said } from "./words.mjs";

const $ = (id) => document.getElementById(id);
const pinned = "fairlead-roots"; // in this browser's storage

function el(name, content, attributes = {}) {
  const e = document.createElement(name);
  for (const part of [content].flat()) e.append(part);
  for (const [k, v] of Object.entries(attributes)) e[k] = v;
  return e;
}

const say = (id, message, bad = false) => {
  $(id).textContent = message;
  $(id).className = bad ? "note bad" : "note";
};

const grouped = (print) => print.match(/.{8}/g).join(" ");
const plain = (typed) => typed.toLowerCase().replace(/[^0-9a-f]/g, "");

// The roots in use, and whence they came: "pinned" in this browser, "file" that
// the reader has brought, or "gateway".
let roots, from, print;

async function use(candidate, source) {
  const name = await fingerprint(candidate);
  [roots, from, print] = [candidate, source, name];
  $("print").textContent = grouped(name);
  const words = { pinned: "You kept these roots in this browser earlier.", file: "These roots come from the file that you brought.", gateway: "These roots come from this gateway." };
  say("roots-from", words[source]);
  compare();
}

// sure says whether the reader has the roots from elsewhere, or compared them.
const sure = () => from !== "gateway" || plain($("printed").value) === print;

function compare() {
  const typed = plain($("printed").value);
  if (!print || !typed) return say("compared", "");
  if (typed === print) say("compared", "The same. These are the roots that were printed.");
  else say("compared", "Not the same: do not rely on these roots.", true);
}

async function gatewayRoots() {
  const answer = await fetch("/v1/roots");
  if (!answer.ok) throw new Error("This gateway hands out no roots: bring a file of them.");
  await use(await answer.json(), "gateway");
}

let bundle; // the text of what is to be checked

async function take(file) {
  bundle = await file.text();
  say("taken", `${file.name}, ${bundle.length.toLocaleString("en")} characters`);
}

// load fetches a bundle from this gateway, which makes it in its turn.
async function load(link) {
  const address = new URL(link, location.href);
  if (address.origin !== location.origin) throw new Error("This page asks its own gateway alone: save the file from there and bring it here.");
  for (let left = 24; ; left--) {
    const answer = await fetch(address);
    if (answer.ok) return answer.text();
    if (answer.status !== 503 || !left) throw new Error(`The gateway answers ${answer.status}: is this the address of a bundle?`);
    say("taken", "The peers have not signed this yet. It is made in its turn; asking again.");
    await new Promise((go) => setTimeout(go, 1000 * (Number(answer.headers.get("Retry-After")) || 5)));
  }
}

function show(steps) {
  const marks = { ok: "✓ holds", failed: "✗ FAILS", "not shown": "– not shown" };
  $("steps").replaceChildren(...steps.map(({ name, result, detail }) => el("li", [el("b", marks[result]), " ", el("span", name), ": ", detail], { className: result.replace(" ", "-") })));
  const failed = steps.find((s) => s.result === "failed");
  const verdict = failed ? "It does NOT hold: do not rely on it." : sure() ? "It holds." : "It holds by roots that come from whoever serves it.";
  $("verdict").textContent = verdict;
  $("outcome").className = `answer ${failed ? "owed" : sure() ? "clear" : "open"}`;
  $("outcome").hidden = false;
  $("outcome").scrollIntoView();
}

async function check() {
  if (!roots) throw new Error("There are no roots yet: bring a file of them.");
  if (!bundle) throw new Error("Choose a file, or load one, first.");
  const steps = (await verify(bundle, roots)).map(said);
  if (!sure()) steps.splice(1, 0, { name: "where the roots come from", result: "not shown", detail: "from this gateway. Who makes up an answer can make up roots as well: compare their fingerprint with one that was printed elsewhere, or bring a file of them" });
  show(steps);
}

// guarded runs what was pressed, and tells what went wrong.
const guarded = (id, act) => async (event) => {
  event?.preventDefault();
  try {
    await act(event);
  } catch (e) {
    say(id, e instanceof SyntaxError ? "That is no file of this kind." : e instanceof TypeError ? "It could not be fetched: is the network down?" : e.message, true);
  }
};

$("bundle-file").onchange = guarded("taken", () => $("bundle-file").files[0] && take($("bundle-file").files[0]));
$("link-form").onsubmit = guarded("taken", async () => {
  bundle = await load($("link").value);
  say("taken", `Loaded, ${bundle.length.toLocaleString("en")} characters`);
});
$("drop").ondragover = (e) => e.preventDefault();
$("drop").ondrop = guarded("taken", (e) => e.dataTransfer.files[0] && take(e.dataTransfer.files[0]));
$("roots-file").onchange = guarded("roots-from", async () => use(JSON.parse(await $("roots-file").files[0].text()), "file"));
$("printed").oninput = compare;
$("keep").onclick = guarded("roots-from", () => {
  if (!sure()) throw new Error("Compare their fingerprint first: kept roots are trusted from then on.");
  localStorage.setItem(pinned, JSON.stringify(roots));
  return use(roots, "pinned");
});
$("drop-roots").onclick = guarded("roots-from", () => {
  localStorage.removeItem(pinned);
  return gatewayRoots();
});
$("check").onclick = guarded("said", async () => {
  say("said", "");
  await check();
});

const kept = localStorage.getItem(pinned);
await guarded("roots-from", () => (kept ? use(JSON.parse(kept), "pinned") : gatewayRoots()))();
$("loading").hidden = true;
$("ready").hidden = false;
