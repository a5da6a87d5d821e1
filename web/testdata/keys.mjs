// Makes a request as the author's page does, opens an encrypted key, and signs
// often: what comes out is judged by the test that runs this.
const folder = new URL("../static/author/", import.meta.url);
const { base64, unpem, utf8 } = await import(new URL("bytes.mjs", folder));
const { certificate, curve, decrypt, issuedBy, rawSignature, request, sign, verify } = await import(new URL("der.mjs", folder));

let input = "";
for await (const part of process.stdin) input += part;
const asked = JSON.parse(input);
const pair = await crypto.subtle.generateKey(curve, false, ["sign"]);
const signatures = [];
for (let i = 0; i < 64; i++) signatures.push(base64(await sign(pair.privateKey, utf8("text " + i))));
const [child, parent, stranger] = asked.certificates.map((all) => certificate(unpem(all)[0].der));
const wrong = new Set(); // a thousand passwords: some of them give bytes that end well
for (let i = 0; i < 1000; i++) await decrypt(unpem(asked.key)[0].der, "another password " + i).then(() => wrong.add("opened"), (e) => wrong.add(e.message));
let high = "taken";
try {
  rawSignature(Uint8Array.from(Buffer.from(asked.highS, "base64")));
} catch (e) {
  high = e.message;
}
console.log(JSON.stringify({
  request: base64(await request(pair, "0123456789abcdef")), signatures, wrong: [...wrong].join("; "), high,
  key: base64(await decrypt(unpem(asked.key)[0].der, "pass")),
  child: { name: child.name, unit: child.unit, until: child.until.toISOString() },
  issued: [await issuedBy(child, parent), await issuedBy(child, stranger)],
  own: await verify(parent.spki, parent.signature, parent.tbs, { anyS: true }),
}));
