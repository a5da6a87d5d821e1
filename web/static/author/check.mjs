// What an author's own machine makes sure of before it signs. The gateway that
// made the bytes is trusted with nothing.

import { equal, hex, join, pem, sha256, text, utf8 } from "./bytes.mjs";
import { certificate, issuedBy, verify } from "./der.mjs";
import { bytes, integer, many, member, number, one, read } from "./wire.mjs";

// fresh is how far, in milliseconds, a proposal's time may be from this clock.
const fresh = 10 * 60 * 1000;

// Distrust is a gateway that asks for a signature on something else.
export class Distrust extends Error {}

const doubt = (why) => new Distrust("Nothing was signed: the gateway asks for a signature on something else than what you stated. " + why);

export const creatorOf = (author) => join(bytes(1, author.org + "MSP"), bytes(2, pem("CERTIFICATE", author.certificate)));

const identifier = async (nonce, creator) => hex(await sha256(join(nonce, creator)));

// proposal writes what Fabric takes as one: the only one for what is stated,
// with this nonce and at this time.
async function proposal(network, author, transaction, document, nonce, seconds, nanos) {
  const creator = creatorOf(author);
  const tx = await identifier(nonce, creator);
  const chaincode = bytes(2, network.chaincode);
  const channelHeader = join(
    number(1, 3), member(3, join(number(1, seconds), number(2, nanos))), bytes(4, network.channel), bytes(5, tx), bytes(7, member(2, chaincode)));
  const signatureHeader = join(bytes(1, creator), bytes(2, nonce));
  const input = member(1, join(number(1, 1), member(2, chaincode), member(3, join(member(1, utf8(transaction)), member(1, document)))));
  const header = join(bytes(1, channelHeader), bytes(2, signatureHeader));
  return { tx, channelHeader, signatureHeader, header, input, bytes: join(bytes(1, header), bytes(2, bytes(1, input))) };
}

// take takes a proposal apart.
function take(raw) {
  const whole = read(raw);
  const header = read(one(whole, 1));
  const channel = read(one(header, 1));
  const signature = read(one(header, 2));
  const payload = read(one(whole, 2));
  const spec = read(one(read(one(payload, 1)), 1));
  const time = read(one(channel, 3));
  return {
    channel: text(one(channel, 4)), tx: text(one(channel, 5)), seconds: integer(time, 1), nanos: integer(time, 2),
    named: text(one(read(one(read(one(channel, 7)), 2)), 2)), invoked: text(one(read(one(spec, 2)), 2)),
    creator: one(signature, 1), nonce: one(signature, 2), args: many(read(one(spec, 3)), 1), transient: many(payload, 2).length,
  };
}

// checkProposal refuses everything but a proposal of exactly this transaction
// and document, by this author, for this channel and chaincode, made now. It
// gives what the proposal holds, read from its bytes.
//
// network is { channel, chaincode }, author { org, certificate } with the
// certificate as DER, prepared { tx, bytes }.
export async function checkProposal(prepared, { network, author, transaction, document, signed = [], now = Date.now() }) {
  let p;
  try {
    p = take(prepared.bytes);
  } catch (e) {
    throw doubt("It sent no proposal (" + e.message + ").");
  }
  const age = Math.abs(now - Number(p.seconds) * 1000);
  const faults = [
    [p.channel !== network.channel, "It is for another channel."],
    [p.named !== network.chaincode || p.invoked !== network.chaincode, "It is for another chaincode."],
    [!equal(p.creator, creatorOf(author)), "It names another author."],
    [p.args.length !== 2 || !equal(p.args[0], utf8(transaction)), "It calls another transaction."],
    [!equal(p.args[1] ?? utf8(""), document), "It holds another document."],
    [p.transient !== 0, "It carries data beside the document."],
    [p.nonce.length < 16 || p.tx !== (await identifier(p.nonce, p.creator)), "Its identifier is not its own."],
    [p.tx !== prepared.tx, "Its identifier is not the one it was announced with."],
    [signed.includes(p.tx), "It was signed here before."],
    [age > fresh, `Its time is ${Math.round(age / 60000)} minutes away from this machine's: it is an old one, or one of the clocks is wrong.`],
  ];
  const found = faults.find(([is]) => is);
  if (found) throw doubt(found[1]);
  const made = await proposal(network, author, transaction, document, p.nonce, p.seconds, p.nanos);
  if (!equal(made.bytes, prepared.bytes)) throw doubt("It holds something beside what you stated.");
  return { ...made, transaction: text(p.args[0]), document: p.args[1], at: new Date(Number(p.seconds) * 1000), channel: p.channel, org: author.org };
}

// checkTransaction refuses everything but the endorsed form of a proposal that
// was checked and signed. It gives what the contract answered, and which
// organisations endorsed it, each with whether its certificate was found to be
// issued by the organisation (null when nothing here tells who may issue it).
export async function checkTransaction(endorsed, p, network) {
  let action, response, result, endorsements;
  try {
    const payload = read(endorsed.bytes);
    const actions = many(read(one(payload, 2)), 1);
    if (actions.length !== 1) throw new Error("it holds several");
    action = read(one(read(actions[0]), 2));
    const inner = read(one(action, 2));
    response = one(inner, 1);
    endorsements = many(inner, 2);
    result = read(one(read(response), 2));
  } catch (e) {
    throw doubt("It sent no transaction (" + e.message + ").");
  }
  if (endorsed.tx !== p.tx) throw doubt("The transaction is another one.");
  const made = join(
    member(1, p.header),
    bytes(2, member(1, join(
      bytes(1, p.signatureHeader),
      bytes(2, join(bytes(1, bytes(1, p.input)), member(2, join(bytes(1, response), ...endorsements.map((e) => member(2, e))))))))));
  if (!equal(made, endorsed.bytes)) throw doubt("The transaction is not the proposal that you signed, or holds something beside it.");
  const hash = await sha256(join(p.channelHeader, p.signatureHeader, bytes(1, p.input)));
  if (!equal(one(read(response), 1), hash)) throw doubt("What was endorsed is another proposal.");
  if (text(one(read(one(result, 4)), 2)) !== network.chaincode) throw doubt("Another chaincode answered.");
  const said = read(one(result, 3));
  if (integer(said, 1) !== 200n) throw doubt("The contract did not agree.");
  return { result: JSON.parse(text(one(said, 3))), endorsers: await endorsers(response, endorsements, network) };
}

const independent = ["WorkersMSP", "OversightMSP"];
const commercial = ["BrandsMSP", "AuditorsMSP"];

// endorsers checks every endorsement. network.issuers, when there is one, is a
// map from organisation to certificates (DER) that may issue its peers'.
async function endorsers(response, endorsements, network) {
  const found = [];
  for (const raw of endorsements) {
    let msp, peer, good;
    try {
      const endorsement = read(raw);
      const endorser = one(endorsement, 1);
      const identity = read(endorser);
      msp = text(one(identity, 1));
      peer = certificate(fromPEM(text(one(identity, 2))));
      good = await verify(peer.spki, one(endorsement, 2), join(response, endorser));
    } catch {
      good = false;
    }
    if (!good) throw doubt("An endorsement is not signed by the one it names.");
    const org = msp.replace(/MSP$/, "");
    found.push({ org, msp, issued: await issued(peer, network.issuers?.[org]) });
  }
  for (const side of [commercial, independent]) {
    if (!found.some((e) => side.includes(e.msp))) throw doubt("It is not endorsed by one commercial and one independent organisation.");
  }
  if (found.some((e) => e.issued === false)) throw doubt("An endorser's certificate was not issued by its organisation, to a peer.");
  return found;
}

const fromPEM = (all) => Uint8Array.from(atob(all.replace(/-----[A-Z ]+-----|\s/g, "")), (c) => c.charCodeAt(0));

async function issued(peer, issuers) {
  if (!issuers) return null;
  const now = new Date();
  if (peer.unit !== "peer" || now < peer.from || now > peer.until) return false;
  for (const der of issuers) {
    if (await issuedBy(peer, certificate(der))) return true;
  }
  return false;
}
