package provenance

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// happening is an event with what it does, read once.
type happening struct {
	*stated[Event]
	makes, uses, sees []Ref
}

// subjects finds what happened to lots, pieces and logistic units.
type subjects struct {
	makes, sees map[Ref][]*happening
	kin         map[Ref][]Ref     // the lot of a piece, the pieces of a lot
	packed      map[Ref][]packing // by what was put into a unit, or found in it
	emptied     map[Ref][]packing // by the unit that something was taken out of
}

// packing is an aggregation: what it put into its unit, or took out.
type packing struct {
	event *happening
	unit  Ref
	what  map[Ref]bool // empty: all there was
}

func (f *facts) subjects() subjects {
	s := subjects{
		makes: make(map[Ref][]*happening, len(f.events)), sees: map[Ref][]*happening{},
		kin: map[Ref][]Ref{}, packed: map[Ref][]packing{}, emptied: map[Ref][]packing{},
	}
	for i := range f.events {
		e := &happening{stated: &f.events[i]}
		e.makes, e.uses, e.sees = e.T.Makes(), e.T.Uses(), e.T.Sees()
		for _, ref := range e.makes {
			s.makes[ref] = append(s.makes[ref], e)
		}
		for _, ref := range e.sees {
			s.sees[ref] = append(s.sees[ref], e)
		}
		if e.T.ILMD != nil {
			s.relate(e)
		}
		if e.T.Type == AggregationEvent {
			s.pack(e)
		}
	}
	return s
}

// relate ties the pieces of an event to the lot that it states.
func (s subjects) relate(e *happening) {
	for _, ref := range e.makes {
		if ref.Kind == PieceSubject {
			lot := Lot{ParsePieceRef(ref.ID).GTIN, e.T.ILMD.LotNumber}.Ref()
			s.kin[ref] = append(s.kin[ref], lot)
			s.kin[lot] = append(s.kin[lot], ref)
		}
	}
}

func (s subjects) pack(e *happening) {
	unit, err := ParseUnitURI(e.T.ParentID)
	if err != nil {
		return
	}
	p := packing{event: e, unit: unit, what: map[Ref]bool{}}
	for _, ref := range traced(e.T.ChildQuantityList, e.T.ChildEPCs) {
		p.what[ref] = true
		if e.T.Action != "DELETE" {
			s.packed[ref] = append(s.packed[ref], p)
		}
	}
	if e.T.Action == "DELETE" {
		s.emptied[unit] = append(s.emptied[unit], p)
	}
}

// asked gives the lots and pieces that a question is about, sorted.
func (s subjects) asked(q Question) []Ref {
	found := map[Ref]bool{}
	lot := Lot{q.GTIN, q.Lot}.Ref()
	for _, known := range []map[Ref][]*happening{s.makes, s.sees} {
		for ref := range known {
			if ref == lot || q.Lot == "" && ref.Kind != UnitSubject && strings.HasPrefix(ref.ID, lot.ID) {
				found[ref] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(found), compareRefs)
}

// withKin adds the lots of pieces and the pieces of lots, which share their way.
func (s subjects) withKin(refs []Ref) []Ref {
	if len(s.kin) == 0 {
		return refs
	}
	met := map[Ref]bool{}
	for _, ref := range refs {
		met[ref] = true
	}
	for i := 0; i < len(refs); i++ {
		for _, ref := range s.kin[refs[i]] {
			if !met[ref] {
				met[ref] = true
				refs = append(refs, ref)
			}
		}
	}
	return refs
}

// stay is the time that something was in a unit, both ends included.
type stay struct {
	in          Ref
	from, until string
}

// carried lists what happened to the units that something was packed in, while
// it was there.
func (s subjects) carried(ref Ref) []*happening {
	if len(s.packed[ref]) == 0 {
		return nil
	}
	var events []*happening
	const never = "~" // after every time
	met := map[stay]bool{}
	for open := []stay{{in: ref, until: never}}; len(open) > 0; open = open[1:] {
		inside := open[0]
		for _, p := range s.packed[inside.in] {
			in := stay{in: p.unit, from: p.event.T.EventTime, until: inside.until}
			if in.from < inside.from || in.from > inside.until {
				continue
			}
			for _, out := range s.emptied[p.unit] {
				if at := out.event.T.EventTime; at >= in.from && (len(out.what) == 0 || out.what[inside.in]) {
					in.until = min(in.until, at)
				}
			}
			if met[in] {
				continue
			}
			met[in] = true
			open = append(open, in)
			for _, e := range s.sees[p.unit] {
				if at := e.T.EventTime; at >= in.from && at <= in.until {
					events = append(events, e)
				}
			}
		}
	}
	return events
}

func compareRefs(a, b Ref) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
}
