// What digests are of, and the way from a product to all of it: see
// provenance.Covers and provenance.Needs.

export const traced = (kind) => ['lot', 'piece', 'unit'].includes(kind)
export const covers = (subject, kind) => traced(subject) ||
  subject === 'facility' && kind !== 'event' && kind !== 'event-error' ||
  subject === 'product' && ['yield', 'withdrawal', 'product-amendment'].includes(kind) ||
  subject === 'party' && ['screening', 'reply', 'signal-step', 'withdrawal', 'party-amendment'].includes(kind)
export const name = (s) => `${s.kind} ${s.id}`

// whole gives the subject that stands for all lots or pieces of a product.
export const whole = (s) => traced(s.kind) && s.kind !== 'unit' ? {kind: s.kind, id: s.id.slice(0, 15)} : s

function subjectOf(uri) {
  const [, serial, gtin, key, number] = /^https:\/\/id\.gs1\.org\/(?:00\/(\d{18})|01\/(\d{14})\/(10|21)\/([^/]+))$/.exec(uri) ?? []
  if (serial) return {kind: 'unit', id: serial}
  return gtin && {kind: key === '10' ? 'lot' : 'piece', id: `${gtin}/${decodeURIComponent(number)}`}
}

const listed = (quantities, epcs) => [...(quantities ?? []).map((q) => q.epcClass), ...epcs ?? []].map(subjectOf).filter(Boolean)

// flow tells what an event used and made, and what else shares its way.
export function flow(r) {
  const b = r.body, lots = []
  const makes = [...listed(b.outputQuantityList, b.outputEPCList), ...b.type === 'ObjectEvent' && b.action === 'ADD' ? listed(b.quantityList, b.epcList) : []].filter((m) => m.kind !== 'unit')
  if (b.type === 'AggregationEvent') lots.push(subjectOf(b.parentID))
  else if (b.ilmd) {
    for (const m of listed([], [...b.epcList ?? [], ...b.outputEPCList ?? []])) if (m.kind === 'piece') lots.push({kind: 'lot', id: `${m.id.slice(0, 14)}/${b.ilmd['cbvmda:lotNumber']}`})
    lots.push(...makes.filter((m) => m.kind === 'piece'))
  }
  return {uses: listed(b.inputQuantityList, b.inputEPCList), makes, leads: lots.filter(Boolean)}
}

// needs walks from the product to every subject that must have a digest.
export function needs(records, gtin, lot) {
  const found = new Map(), all = lot ? [] : ['lot', 'piece'].map((kind) => ({kind, id: gtin + '/'})), open = [], about = new Map(), met = new Set()
  const ofAll = (s) => all.some((a) => a.kind === s.kind && s.id.startsWith(a.id) && s.id !== a.id)
  const add = (s) => { if (s && !found.has(name(s)) && !ofAll(s)) { found.set(name(s), s); open.push(s) } }
  const note = (s, r) => { if (about.has(name(s))) about.get(name(s)).push(r); else about.set(name(s), [r]) }
  for (const r of records) {
    for (const s of r.about) {
      note(s, r)
      if (ofAll(s) && !met.has(name(s))) { met.add(name(s)); open.push(s) }
    }
    if (r.kind === 'facility' || r.kind === 'product') note(r, r)
  }
  add({kind: 'product', id: gtin})
  if (lot) add({kind: 'lot', id: `${gtin}/${lot}`})
  all.forEach(add)
  for (const s of open) {
    for (const r of about.get(name(s)) ?? []) {
      const of = (kind) => r.about.filter((x) => x.kind === kind)
      if (traced(s.kind)) {
        if (r.kind !== 'event') continue
        const {uses, makes, leads} = flow(r)
        for (const x of [of('facility')[0], ...uses, ...leads, ...makes.map((m) => ({kind: 'product', id: m.id.slice(0, 14)}))]) add(x)
      } else if (r.kind === 'facility-merge') of('facility').forEach(add)
      else if (['facility', 'facility-amendment', 'product', 'cohort'].includes(r.kind)) { if (s.kind === 'facility' || name(r) === name(s)) add(of('party')[0]) }
      else if (r.kind === 'product-amendment') { if (s.kind === 'product') add(of('party')[0]) }
      else if (['operator-claim', 'fee-statement', 'finding-extension'].includes(r.kind)) { if (s.kind === 'facility' && r.by.party) add({kind: 'party', id: r.by.party}) }
      else if (r.kind === 'audit') add({kind: 'party', id: r.body.firm})
    }
  }
  return [...found.values()]
}
