// Runs the author's page's code without a browser: what to state comes on
// standard input, what became of it leaves on standard output.
const folder = new URL("../../web/static/author/", import.meta.url);
const { unbase64, utf8 } = await import(new URL("bytes.mjs", folder));
const { curve } = await import(new URL("der.mjs", folder));
const { endorse, prepare, seal, submit } = await import(new URL("steps.mjs", folder));

let input = "";
for await (const part of process.stdin) input += part;
const asked = JSON.parse(input);
const issuers = Object.fromEntries(Object.entries(asked.issuers).map(([org, der]) => [org, [unbase64(der)]]));
const statement = {
  gateway: asked.gateway, network: { channel: asked.channel, chaincode: asked.chaincode, issuers },
  author: { org: asked.org, certificate: unbase64(asked.certificate) },
  key: await crypto.subtle.importKey("pkcs8", unbase64(asked.key), curve, false, ["sign"]),
  kind: asked.kind, document: utf8(asked.document), signed: asked.signed ?? [],
};
let step = "prepare";
try {
  const proposal = await prepare(statement);
  step = "endorse";
  const endorsed = await endorse(statement, proposal);
  step = "submit";
  const commit = await submit(statement.gateway, endorsed.tx, await seal(statement, endorsed));
  console.log(JSON.stringify({ ...commit, endorsers: endorsed.endorsers, receipts: endorsed.result.receipts }));
} catch (e) {
  console.log(JSON.stringify({ step, error: e.constructor.name, outcome: e.outcome ?? "", message: e.message }));
}
