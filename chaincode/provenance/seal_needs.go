package provenance

import (
	"maps"
	"slices"
)

// Needs lists the subjects whose digests show that nothing is missing from what
// History reads to answer a question: the product and its lots, all lots,
// pieces and units upstream, the sites of what happened to them and the entries
// merged with those, the products' yields, and the parties that the answer
// names. It is found by walking the records themselves, so that leaving one
// out of what leads there shows in a digest on the way.
func Needs(records []Record, q Question) ([]Ref, error) {
	n := needs{found: map[Ref]bool{}, all: map[Ref]bool{}, about: map[Ref][]Record{}}
	for _, r := range records {
		for _, subject := range r.About {
			n.about[subject] = append(n.about[subject], r)
			if q.Lot == "" && subject.Kind != UnitSubject && (AllLots(q.GTIN).TakesIn(subject) || AllPieces(q.GTIN).TakesIn(subject)) {
				n.all[subject] = true
			}
		}
		if r.Kind == KindFacility || r.Kind == KindProduct {
			n.about[r.Ref()] = append(n.about[r.Ref()], r)
		}
	}
	n.add(Ref{KindProduct, q.GTIN})
	if q.Lot != "" {
		n.add(Lot{q.GTIN, q.Lot}.Ref())
	} else {
		n.add(AllLots(q.GTIN), AllPieces(q.GTIN))
		for subject := range n.all { // covered by these two, but walked
			n.open = append(n.open, subject)
		}
		slices.SortFunc(n.open, compareRefs)
	}
	for len(n.open) > 0 {
		subject := n.open[0]
		n.open = n.open[1:]
		for _, r := range n.about[subject] {
			if err := n.follow(subject, r); err != nil {
				return nil, err
			}
		}
	}
	return slices.SortedFunc(maps.Keys(n.found), compareRefs), nil
}

// needs is a walk from subjects to what leads on from them.
type needs struct {
	about map[Ref][]Record
	all   map[Ref]bool // lots and pieces of the product, when all are asked for
	found map[Ref]bool
	open  []Ref
}

func (n *needs) add(subjects ...Ref) {
	for _, s := range subjects {
		if n.found[s] || n.all[s] {
			continue
		}
		n.found[s] = true
		n.open = append(n.open, s)
	}
}

// follow adds what a record about a subject leads to. A case of children leads
// nowhere: not even to who told of it.
func (n *needs) follow(subject Ref, r Record) error {
	if subject.Kind.Traced() {
		if r.Kind != KindEvent {
			return nil
		}
		event, err := Body[Event](r)
		if err != nil {
			return err
		}
		if site, ok := r.Subject(KindFacility); ok {
			n.add(Ref{KindFacility, site})
		}
		n.add(event.Uses()...)
		n.add(event.LeadsTo()...)
		for _, made := range event.Makes() {
			n.add(Ref{KindProduct, made.ID[:min(len(made.ID), 14)]})
		}
		return nil
	}
	switch r.Kind {
	case KindFacilityMerge:
		for _, about := range r.About {
			if about.Kind == KindFacility {
				n.add(about)
			}
		}
	case KindFacility, KindFacilityAmendment, KindProduct, KindCohort:
		if party, ok := r.Subject(KindParty); ok && (subject.Kind == KindFacility || r.Ref() == subject) {
			n.add(Ref{KindParty, party})
		}
	case KindProductAmendment:
		if party, ok := r.Subject(KindParty); ok && subject.Kind == KindProduct {
			n.add(Ref{KindParty, party})
		}
	case KindOperatorClaim, KindFeeStatement, KindFindingExtension:
		if subject.Kind == KindFacility && r.By.Party != "" {
			n.add(Ref{KindParty, r.By.Party})
		}
	case KindAudit:
		audit, err := Body[Audit](r)
		if err != nil {
			return err
		}
		n.add(Ref{KindParty, audit.Firm})
	}
	return nil
}

// Needed keeps, of some records, those that the digests of the subjects cover:
// the subjects' own and what is about them. It is all that History reads.
func Needed(records []Record, subjects []Ref) []Record {
	known := map[Ref]bool{}
	var all []Ref
	for _, s := range subjects {
		known[s] = true
		if s.AllOfProduct() {
			all = append(all, s)
		}
	}
	kept := []Record{}
	for _, r := range records {
		covered := known[r.Ref()]
		for _, about := range r.About {
			covered = covered || about.Kind.Covers(r.Kind) &&
				(known[about] || slices.ContainsFunc(all, func(s Ref) bool { return s.TakesIn(about) }))
		}
		if covered {
			kept = append(kept, r)
		}
	}
	return kept
}
