// What the verifier's codes say in words: what was checked, what was found, and
// why something failed.

const signedBy = "peers of a commercial and of an independent organisation";

// checks are the names of the steps, and what a step that holds has found.
export const checks = {
  roots: ["the roots", (print) => `their fingerprint is ${print}`],
  file: ["the file", (format, records, seals) => `${format}, letter by letter as it was made, with ${records} records and ${seals} answers of peers`],
  seals: ["the seals’ signatures", () => `each is signed by ${signedBy}, whose certificates lead to the pinned roots`],
  age: ["their age", (at) => `all that was on the ledger at ${at} is covered; the peers’ clocks vouch for that within 15 minutes`],
  digests: ["the digests", (n) => `${n} subjects, each told of to the end`],
  records: ["the records", (n) => `${n} records are what the ledger holds, letter by letter`],
  way: ["the way from the product", (n) => `${n} lots, sites, products and parties on it all have their digest`],
  answer: ["the answer", () => `all of it is what ${signedBy} conclude from all records, those that are not shown one by one as well. fairlead verify concludes from the open ones itself`],
  counts: ["that it counts", () => `${signedBy} say, each with its signature, that the transaction is valid`],
  author: ["who wrote it", (org) => `a member of ${org} signed it`],
  endorsed: ["that it was endorsed", () => `${signedBy} executed it and signed the outcome, before it was ordered`],
  says: ["what it says", (print) => `the record with the digest ${print} is in it`],
  committed: ["that it was committed", (block, orgs, after) => block === undefined
    ? "its block also holds what is not for the public, so the block is not here. That it is in one rests on the peers who say that it is valid"
    : `it is in block ${block}, and ${orgs} ordering organisations signed that block or one of the ${after} after it`],
};

const reasons = {
  about: (s) => `what is about ${s} is not what the ledger holds: a record is missing, altered or added`,
  action: () => "its action was signed by somebody else",
  after: () => "the answer is about a moment after its seals",
  ahead: () => "peers were asked in a time to come: look at this device’s clock",
  authority: (org) => `a certificate of ${org} is an authority’s`,
  base64: () => "a part is not spelled as it was made",
  before: () => "the answer is about a moment long before its seals: what happened since is left out",
  block: () => "the transaction is not in the block whose header is there",
  both: () => "no commercial and independent organisation signed it together",
  call: () => "a proposal holds more than a call",
  chaincode: () => "it is of another chaincode",
  chain: () => "the headers do not follow each other",
  channel: () => "it is of another channel",
  conclusion: () => "it is not what peers conclude",
  covered: (s) => `${s} is covered by no digest`,
  dated: (org) => `a certificate of ${org} was not in date`,
  digest: (s) => `there is no digest of ${s}, which the walk from the product leads to`,
  event: () => "the record is not in the transaction",
  form: () => "a part of it cannot be read",
  format: () => "it is of a format that this program does not know",
  full: () => "it holds records that are not for the public: fairlead verify checks it",
  hash: () => "what was signed answers another proposal",
  identifier: () => "an identifier is not the hash of nonce and creator",
  invalid: (code) => `peers say that the transaction is not valid: code ${code}`,
  letters: () => "it is not letter by letter as it was made",
  list: (org) => `a revocation list of ${org} is not signed by its authorities`,
  "low-s": () => "a signature has the higher value of S, which the network does not take",
  names: () => "the record names another transaction, time or author",
  nonce: () => "a nonce is another",
  none: () => "there is none",
  old: () => "it is too old: what was recorded since may be missing",
  other: () => "the conclusion is about something else than the answer",
  page: (s) => `a page about ${s} is missing`,
  "page-twice": (s) => `a page about ${s} is given twice`,
  quorum: (n) => `only ${n} ordering organisations signed the block`,
  question: () => "it answers another question",
  record: (s) => `${s} is not what the ledger holds`,
  revoked: (org) => `a certificate of ${org} had been revoked`,
  role: (org) => `a certificate of ${org} is not of the role that signs this`,
  root: (org) => `a certificate of ${org} leads to no pinned root`,
  roots: () => "they are no roots file",
  signature: (org) => `a signature of ${org} is not over what was served`,
  "signed-twice": (org) => `${org} signed the block twice`,
  status: () => "an answer is a refusal",
  stranger: () => "who signed belongs to no organisation that is pinned",
  subjects: () => "a seal answers for other subjects than were asked about",
  transaction: () => "it holds another transaction",
  twice: () => "a record is given twice",
  unconcluded: () => "peers concluded nothing from so many records: fairlead verify concludes from them itself",
  wire: () => "a message is not Fabric’s",
};

// said puts a step of the verifier into words.
export function said({ check, result, code, of }) {
  const [name, found] = checks[check];
  return { name, result, detail: result === "failed" ? (reasons[code] ?? reasons.form)(of) : found(...of) };
}
