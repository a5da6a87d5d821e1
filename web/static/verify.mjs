// Checks a product's sealed answer in the browser, or in Node, without asking
// anybody: signatures against the organisations' roots, records against the
// digests that peers signed, and the way from the product. The same checks as
// gateway/proof, but for the conclusions, which fairlead verify draws anew.

const text = new TextDecoder(), bytes = new TextEncoder()
const fail = (why) => { throw new Error(why) }
const must = (holds, why) => holds || fail(why)
const hex = (b) => [...b].map((x) => x.toString(16).padStart(2, '0')).join('')
const base64 = (s) => Uint8Array.from(atob(s), (c) => c.charCodeAt(0))
const join = (...parts) => Uint8Array.from(parts.flatMap((p) => [...p]))
const same = (a, b) => hex(a) === hex(b)
const sha256 = async (b) => new Uint8Array(await crypto.subtle.digest('SHA-256', b))
const digest = async (s) => hex(await sha256(bytes.encode(s)))

// Fabric's messages: fields by number, none twice unless it is a list.
function read(b, lists = []) {
  const fields = {}
  let at = 0
  const varint = () => {
    let n = 0n
    for (let shift = 0n; ; shift += 7n) {
      must(at < b.length && shift < 64n, 'a message is cut short')
      const c = b[at++]
      n |= BigInt(c & 127) << shift
      if (c < 128) return n
    }
  }
  while (at < b.length) {
    const tag = Number(varint()), number = tag >> 3, kind = tag & 7
    let value
    if (kind === 0) value = varint()
    else {
      must(kind === 2, 'a message is not Fabric\'s')
      const size = Number(varint())
      must(at + size <= b.length, 'a message is cut short')
      value = b.subarray(at, at += size)
    }
    must(!(number in fields) || lists.includes(number), 'a field is given twice')
    if (lists.includes(number)) (fields[number] ??= []).push(value)
    else fields[number] = value
  }
  return fields
}
const none = new Uint8Array(0)
const within = (m, n, lists) => read(m[n] ?? none, lists)
const word = (b) => text.decode(b ?? none)

// DER: what stands at a place, with its parts.
function der(b, at = 0) {
  let size = b[at + 1], start = at + 2
  if (size > 127) {
    const n = size & 127
    for (size = 0, start += n; at + 2 < start; at++) size = size * 256 + b[at + 2]
    at = start - n - 2
  }
  must(start + size <= b.length, 'a certificate is cut short')
  return {tag: b[at], raw: b.subarray(at, start + size), body: b.subarray(start, start + size), get parts() {
    const out = []
    for (let i = 0; i < size;) { const d = der(this.body, i); out.push(d); i += d.raw.length }
    return out
  }}
}

function moment(d) {
  const t = word(d.body), year = d.tag === 23 ? (t < '5' ? '20' : '19') + t.slice(0, 2) : t.slice(0, 4), r = t.slice(-11)
  return Date.parse(`${year}-${r.slice(0, 2)}-${r.slice(2, 4)}T${r.slice(4, 6)}:${r.slice(6, 8)}:${r.slice(8, 10)}Z`)
}

function certificate(pem) {
  const m = /^\s*-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----\s*$/.exec(pem) ?? fail('a certificate is not PEM')
  const [tbs, , signature] = der(base64(m[1].replace(/\s/g, ''))).parts
  const [, , , issuer, validity, subject, key] = tbs.parts
  const units = subject.parts.flatMap((set) => set.parts).map((s) => s.parts)
    .filter(([oid]) => hex(oid.body) === '55040b').map(([, value]) => word(value.body))
  const [from, until] = validity.parts.map(moment)
  return {tbs: tbs.raw, signature: signature.body.subarray(1), issuer: issuer.raw, subject: subject.raw, key: key.raw, units, from, until}
}

const half = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n

// signed checks ECDSA over P-256 and SHA-256; WebCrypto wants r and s side by side.
async function signed(key, signature, message, low = true) {
  const [r, s] = der(signature).parts.map((p) => BigInt('0x' + hex(p.body)))
  must(!low || s <= half, 'a signature has the higher value of S')
  const raw = Uint8Array.from((r.toString(16).padStart(64, '0') + s.toString(16).padStart(64, '0')).match(/../g), (x) => parseInt(x, 16))
  const spki = await crypto.subtle.importKey('spki', key, {name: 'ECDSA', namedCurve: 'P-256'}, false, ['verify'])
  return crypto.subtle.verify({name: 'ECDSA', hash: 'SHA-256'}, spki, raw, message)
}

const roles = ['peer', 'client', 'admin', 'orderer']

// identify follows a certificate to a pinned root and gives organisation and key.
async function identify(roots, identity, at, allowed) {
  const m = read(identity), org = word(m[1]).replace(/MSP$/, '')
  const pinned = roots.organizations.find((o) => o.name === org && word(m[1]) === org + 'MSP') ?? fail('who signed belongs to no organisation that is pinned')
  const leaf = certificate(word(m[2]))
  const issued = async (c, by) => {
    for (const pem of by ?? []) {
      const a = certificate(pem)
      if (same(a.subject, c.issuer) && await signed(a.key, c.signature, c.tbs, false)) return a
    }
  }
  const dated = (c) => must(c.from <= at && at <= c.until, `a certificate of ${org} was not in date`)
  let top = await issued(leaf, pinned.roots)
  if (!top) {
    const middle = await issued(leaf, pinned.intermediates) ?? fail(`a certificate of ${org} leads to no pinned root`)
    dated(middle)
    top = await issued(middle, pinned.roots) ?? fail(`a certificate of ${org} leads to no pinned root`)
  }
  dated(leaf); dated(top)
  const role = leaf.units.filter((u) => roles.includes(u))
  must(role.length === 1 && allowed.includes(role[0]), `a certificate of ${org} is no ${allowed[0]}'s`)
  return {org, key: leaf.key}
}

// openSeal checks one seal and gives its question, answer and time.
async function openSeal(roots, seal) {
  const proposal = base64(seal.proposal), p = read(proposal), h = within(p, 1)
  const channel = within(h, 1), signature = within(h, 2), stamp = within(channel, 3)
  const at = Number(stamp[1] ?? 0n) * 1000 + Math.floor(Number(stamp[2] ?? 0n) / 1e6)
  must(channel[1] === 3n && word(channel[4]) === roots.channel, 'a proposal is of another channel')
  must(hex(await sha256(join(signature[2], signature[1]))) === word(channel[5]), 'an identifier is not the hash of nonce and creator')
  const asker = await identify(roots, signature[1], at, ['client', 'admin'])
  must(await signed(asker.key, base64(seal.signature), proposal), 'the asker signed something else')
  const payload = read(p[2])
  must(Object.keys(payload).length === 1, 'a proposal holds more than a call')
  const spec = within(within(payload, 1), 1), args = within(spec, 3, [1])[1] ?? []
  must(word(within(spec, 2)[2]) === roots.chaincode && args.length === 2 && word(args[0]) === 'Digests', 'a seal answers something else')
  const response = base64(seal.response), r = read(response), action = within(r, 2), answer = within(action, 3)
  must(same(r[1], await sha256(join(h[1], h[2], p[2]))), 'what was signed answers another proposal')
  must(word(within(action, 4)[2]) === roots.chaincode && answer[1] === 200n, 'a seal is no answer of the ledger\'s')
  const orgs = new Set()
  for (const e of seal.endorsements) {
    const endorser = base64(e.endorser), peer = await identify(roots, endorser, at, ['peer'])
    must(await signed(peer.key, base64(e.signature), join(response, endorser)), `a signature of ${peer.org} is not over what was served`)
    orgs.add(peer.org)
  }
  must((orgs.has('Brands') || orgs.has('Auditors')) && (orgs.has('Workers') || orgs.has('Oversight')), 'no commercial and independent organisation signed together')
  return {at, question: JSON.parse(word(args[1])), answer: JSON.parse(word(answer[3]))}
}

// What the digests of a subject cover, see provenance.Kind.Covers.
const traced = (kind) => ['lot', 'piece', 'unit'].includes(kind)
const covers = (subject, kind) => traced(subject) ||
  subject === 'facility' && kind !== 'event' && kind !== 'event-error' ||
  subject === 'product' && ['yield', 'withdrawal', 'product-amendment'].includes(kind) ||
  subject === 'party' && ['screening', 'reply', 'signal-step', 'withdrawal', 'party-amendment'].includes(kind)
const takesIn = (s, o) => s.kind === o.kind && (s.id === o.id || /^(lot|piece) .{14}\/$/.test(`${s.kind} ${s.id}`) && o.id.startsWith(s.id))
const name = (s) => `${s.kind} ${s.id}`

function subjectOf(uri) {
  let m
  if (m = /^https:\/\/id\.gs1\.org\/00\/(\d{18})$/.exec(uri)) return {kind: 'unit', id: m[1]}
  if (m = /^https:\/\/id\.gs1\.org\/01\/(\d{14})\/(10|21)\/([^/]+)$/.exec(uri)) return {kind: m[2] === '10' ? 'lot' : 'piece', id: `${m[1]}/${decodeURIComponent(m[3])}`}
  return null
}

// needs walks from the product to every subject that must have a digest, see
// provenance.Needs.
function needs(records, gtin, lot) {
  const found = new Map(), open = [], all = lot ? [] : [{kind: 'lot', id: gtin + '/'}, {kind: 'piece', id: gtin + '/'}]
  const add = (s) => { if (s && !found.has(name(s)) && !all.some((a) => takesIn(a, s) && a.id !== s.id)) { found.set(name(s), s); open.push(s) } }
  const about = new Map(), note = (s, r) => about.set(name(s), [...about.get(name(s)) ?? [], r])
  const whole = new Map()
  for (const r of records) {
    for (const s of r.about) {
      note(s, r)
      if (all.some((a) => takesIn(a, s))) whole.set(name(s), s)
    }
    if (r.kind === 'facility' || r.kind === 'product') note(r, r)
  }
  add({kind: 'product', id: gtin})
  if (lot) add({kind: 'lot', id: `${gtin}/${lot}`})
  all.forEach(add)
  open.push(...whole.values())
  while (open.length) {
    const s = open.shift()
    for (const r of about.get(name(s)) ?? []) {
      const b = r.body, party = r.about.find((x) => x.kind === 'party')
      if (traced(s.kind)) {
        if (r.kind !== 'event') continue
        add(r.about.find((x) => x.kind === 'facility'))
        const uris = (quantities, epcs) => [...(quantities ?? []).map((q) => q.epcClass), ...epcs ?? []].map(subjectOf).filter(Boolean)
        uris(b.inputQuantityList, b.inputEPCList).forEach(add)
        const made = [...uris(b.outputQuantityList, b.outputEPCList), ...b.type === 'ObjectEvent' && b.action === 'ADD' ? uris(b.quantityList, b.epcList) : []]
          .filter((m) => m.kind !== 'unit')
        if (b.type === 'AggregationEvent') add(subjectOf(b.parentID))
        else if (b.ilmd) {
          for (const m of uris([], [...b.epcList ?? [], ...b.outputEPCList ?? []])) if (m.kind === 'piece') made.push({kind: 'lot', id: `${m.id.slice(0, 14)}/${b.ilmd['cbvmda:lotNumber']}`})
          made.filter((m) => m.kind === 'piece' || r.about.some((x) => x.kind === 'piece')).forEach(add)
        }
        made.forEach((m) => add({kind: 'product', id: m.id.slice(0, 14)}))
      } else if (r.kind === 'facility-merge') r.about.filter((x) => x.kind === 'facility').forEach(add)
      else if (['facility', 'facility-amendment', 'product', 'cohort'].includes(r.kind)) { if (s.kind === 'facility' || name(r) === name(s)) add(party) }
      else if (r.kind === 'product-amendment') { if (s.kind === 'product') add(party) }
      else if (['operator-claim', 'fee-statement', 'finding-extension'].includes(r.kind)) { if (s.kind === 'facility' && r.by.party) add({kind: 'party', id: r.by.party}) }
      else if (r.kind === 'audit') add({kind: 'party', id: b.firm})
    }
  }
  return [...found.values()]
}

const place = (e) => `${e.about}\0${e.kind}\0${e.id}`

// pagesOf puts the pages of each subject into their order, to the end.
function pagesOf(seals, nonce) {
  const pages = new Map()
  for (const {question, answer} of seals) {
    must(question.nonce === nonce && answer.nonce === nonce, 'a nonce is another')
    must(question.subjects.length === answer.subjects.length, 'a seal answers for other subjects')
    answer.subjects.forEach((p, i) => {
      const q = question.subjects[i]
      must(p.kind === q.kind && p.id === q.id && !p.closed && !q.closed && JSON.stringify(p.after) === JSON.stringify(q.after), 'a seal answers for other subjects')
      pages.set(name(p), [...pages.get(name(p)) ?? [], p])
    })
  }
  for (const [subject, list] of pages) {
    const sorted = []
    for (let at; sorted.length < list.length; at = sorted.at(-1).next) {
      must(!sorted.length || at, `a page about ${subject} is given twice`)
      const i = list.findIndex((p) => !sorted.includes(p) && (at ? p.after && place(p.after) === place(at) : !p.after))
      sorted.push(list[i] ?? fail(`a page about ${subject} is missing`))
    }
    must(!sorted.at(-1).next, `the last page about ${subject} is missing`)
    pages.set(subject, sorted)
  }
  return pages
}

async function compare(records, pages) {
  for (const list of pages.values()) {
    const subject = list[0], own = records.find((r) => r.kind === subject.kind && r.id === subject.id)
    for (const p of list) must(p.record === (own?.digest ?? ''), `${name(subject)} is not what the ledger holds`)
    const entries = records.filter((r) => covers(subject.kind, r.kind)).flatMap((r) =>
      r.about.filter((a) => takesIn(subject, a)).map((a) => ({about: a.id, kind: r.kind, id: r.id, digest: r.digest})))
    entries.sort((a, b) => place(a) < place(b) ? -1 : 1)
    for (const p of list) {
      const page = entries.splice(0, p.count)
      must(page.length === p.count && await digest(page.map((e) => `${e.about} ${e.kind} ${e.id} ${e.digest}\n`).join('')) === p.digest, `what is about ${name(subject)} is not what the ledger holds`)
    }
    must(!entries.length, `records about ${name(subject)} are not on the ledger`)
  }
  const subjects = [...pages.values()].map(([p]) => p)
  for (const r of records) must(subjects.some((s) => s.kind === r.kind && s.id === r.id || covers(s.kind, r.kind) && r.about.some((a) => takesIn(s, a))), `${name(r)} is covered by no digest`)
}

// verify gives what was checked, step by step: [{check, result, detail}], result
// being "ok", "failed" or "not shown". now and maxAge are in milliseconds.
export async function verify(bundle, roots, {now = Date.now(), maxAge = 48 * 3600e3} = {}) {
  const steps = []
  const step = async (check, run) => {
    try { steps.push({check, result: 'ok', detail: await run()}) } catch (e) { steps.push({check, result: 'failed', detail: e.message}); throw steps }
  }
  let seals = [], pages, records
  try {
    await step('the file', () => {
      must(roots.format === 'fairlead-roots/1' && bundle.format === 'fairlead-product/1' && !bundle.full, 'this checks public bundles of products alone')
      return `${bundle.records.length} records, ${bundle.seals.length} seals`
    })
    await step('the seals\' signatures', async () => {
      must(bundle.seals.length, 'there is none')
      for (const s of bundle.seals) seals.push(await openSeal(roots, s))
      return 'each is signed by peers of a commercial and of an independent organisation'
    })
    await step('their age', () => {
      const times = seals.map((s) => s.at), oldest = Math.min(...times), newest = Math.max(...times), slack = 15 * 60e3
      must(newest - now <= slack, 'a seal is of a time to come')
      must(now - oldest <= maxAge, 'the oldest seal is too old: what was recorded since may be missing')
      must(newest - Date.parse(bundle.asOf) <= maxAge, 'the answer is about a moment long before its seals')
      must(Date.parse(bundle.asOf) - newest <= slack, 'the answer is about a moment after its seals')
      return `all that was on the ledger at ${new Date(oldest).toISOString()} is covered`
    })
    await step('the digests', () => {
      pages = pagesOf(seals, bundle.nonce)
      return `${pages.size} subjects, each told of to the end`
    })
    await step('the records', async () => {
      records = await Promise.all(bundle.records.map(async (t) => ({...JSON.parse(t), digest: await digest(t)})))
      must(new Set(records.map(name)).size === records.length, 'a record is given twice')
      await compare(records, pages)
      return `${records.length} records are what the ledger holds, letter by letter`
    })
    await step('the way from the product', () => {
      const all = needs(records, bundle.gtin, bundle.lot)
      for (const s of all) must(pages.has(name(s)), `there is no digest of ${name(s)}`)
      return `${all.length} lots, sites, products and parties on it all have their digest`
    })
    steps.push({check: 'the answer', result: 'not shown', detail: 'what follows from the records is checked by fairlead verify; fees, contracts, signals and children rest on the word of whoever served it'})
  } catch (e) {
    if (e !== steps) throw e
  }
  return steps
}
