package provenance

import "slices"

// Making is a lot or piece that comes to be in an event, and where the event
// names it.
type Making struct {
	Ref  Ref
	list string
	at   int // place in the list; -1 for the stated lot, which is in none
}

// Field is the path of the field which names it.
func (m Making) Field() string {
	switch {
	case m.at < 0:
		return m.list //ccvet:allow private the path of a field holds no value
	case m.Ref.Kind == LotSubject:
		return index(m.list, m.at) + ".epcClass" //ccvet:allow private the path of a field holds no value
	}
	return index(m.list, m.at) //ccvet:allow private the path of a field holds no value
}

// Stated says whether it is a lot only said to be that of the event's pieces.
func (m Making) Stated() bool { return m.at < 0 }

// Makings lists the lots and pieces that come to be in the event, each once.
// Pieces whose lot is stated make that lot too.
func (e *Event) Makings() []Making {
	quantities, lots, epcs, pieces := e.OutputQuantityList, "outputQuantityList", e.OutputEPCList, "outputEPCList"
	if e.Type == ObjectEvent && e.Action == "ADD" {
		quantities, lots, epcs, pieces = e.QuantityList, "quantityList", e.EPCList, "epcList"
	}
	var out []Making
	for i, q := range quantities {
		if lot, err := ParseLotURI(q.EPCClass); err == nil {
			out = append(out, Making{lot.Ref(), lots, i})
		}
	}
	for i, epc := range epcs {
		if piece, err := ParsePieceURI(epc); err == nil {
			out = append(out, Making{piece.Ref(), pieces, i})
		}
	}
	for _, lot := range e.statedLots() {
		if !slices.ContainsFunc(out, func(m Making) bool { return m.Ref == lot }) {
			out = append(out, Making{lot, "ilmd.cbvmda:lotNumber", -1})
		}
	}
	return out
}

// Makes lists the lots and pieces that come to be in the event.
func (e *Event) Makes() []Ref {
	var out []Ref
	for _, m := range e.Makings() {
		out = append(out, m.Ref)
	}
	return out
}

// Uses lists the lots and pieces that go into it.
func (e *Event) Uses() []Ref { return traced(e.InputQuantityList, e.InputEPCList) }

// Sees lists the lots, pieces and units that are observed, packed, unpacked or
// taken away in it.
func (e *Event) Sees() []Ref {
	switch {
	case e.Type == AggregationEvent:
		return traced(e.ChildQuantityList, append([]string{e.ParentID}, e.ChildEPCs...))
	case e.Type == ObjectEvent && e.Action != "ADD":
		return traced(e.QuantityList, e.EPCList)
	}
	return e.units()
}

// units are those which an event of making names beside what it makes.
func (e *Event) units() []Ref {
	return slices.DeleteFunc(traced(nil, e.EPCList), func(r Ref) bool { return r.Kind != UnitSubject })
}

// LeadsTo lists what else shares the way of the event's lots and pieces: the
// unit that they are packed in, and, where the lot of pieces is stated, the
// pieces of the lot and the lot of the pieces.
func (e *Event) LeadsTo() []Ref {
	if e.Type == AggregationEvent {
		return traced(nil, []string{e.ParentID})
	}
	if e.ILMD == nil {
		return nil
	}
	return append(e.statedLots(), slices.DeleteFunc(e.Makes(), func(r Ref) bool { return r.Kind != PieceSubject })...)
}

// statedLots are the lots which the event says that its pieces belong to, in
// the order of their products' first pieces.
func (e *Event) statedLots() []Ref {
	if e.ILMD == nil {
		return nil
	}
	var lots []Ref
	for _, epc := range slices.Concat(e.EPCList, e.OutputEPCList) {
		if piece, err := ParsePieceURI(epc); err == nil {
			if lot := (Lot{piece.GTIN, e.ILMD.LotNumber}).Ref(); !slices.Contains(lots, lot) {
				lots = append(lots, lot)
			}
		}
	}
	return lots
}

func traced(quantities []Quantity, epcs []string) []Ref {
	var out []Ref
	for _, q := range quantities {
		if lot, err := ParseLotURI(q.EPCClass); err == nil {
			out = append(out, lot.Ref())
		}
	}
	for _, epc := range epcs {
		if ref, err := ParseEPC(epc); err == nil {
			out = append(out, ref)
		}
	}
	return out
}
