package provenance

import (
	"slices"
	"strings"
	"time"
)

// check applies the rules of meaning for all that an event says, but for its
// error declaration.
func (e *Event) check(now time.Time) problems {
	var ps problems
	if at, err := ParseInstant(e.EventTime); err == nil && at.After(now.Add(5*time.Minute)) {
		ps.add("eventTime", InFuture, "lies in the future", "record the event once it has happened")
	}
	checkPlace("bizLocation.id", e.BizLocation.ID, &ps)
	if e.ReadPoint != nil {
		checkPlace("readPoint.id", e.ReadPoint.ID, &ps)
	}
	checkQuantities("quantityList", e.QuantityList, &ps)
	checkQuantities("childQuantityList", e.ChildQuantityList, &ps)
	checkQuantities("inputQuantityList", e.InputQuantityList, &ps)
	checkQuantities("outputQuantityList", e.OutputQuantityList, &ps)
	checkEPCs("epcList", e.EPCList, ParseEPC, &ps)
	checkEPCs("childEPCs", e.ChildEPCs, ParseEPC, &ps)
	checkEPCs("inputEPCList", e.InputEPCList, parsePiece, &ps)
	checkEPCs("outputEPCList", e.OutputEPCList, parsePiece, &ps)
	e.checkTrade(&ps)
	e.checkParts(&ps)
	switch e.Type {
	case ObjectEvent:
		e.checkObject(&ps)
	case AggregationEvent:
		e.checkAggregation(&ps)
	case TransformationEvent:
		e.checkTransformation(&ps)
	}
	e.checkStatedLot(&ps)
	return ps
}

// checkParts refuses what another type of event says.
func (e *Event) checkParts(ps *problems) {
	object, aggregation, transformation := e.Type == ObjectEvent, e.Type == AggregationEvent, e.Type == TransformationEvent
	for _, part := range []struct {
		field    string
		given    bool
		belongs  bool
		anywhere string
	}{
		{"action", e.Action != "", !transformation, "remove it"},
		{"epcList", len(e.EPCList) > 0, object, "use the lists of this type of event"},
		{"quantityList", len(e.QuantityList) > 0, object, "use the lists of this type of event"},
		{"parentID", e.ParentID != "", aggregation, "remove it"},
		{"childEPCs", len(e.ChildEPCs) > 0, aggregation, "use the lists of this type of event"},
		{"childQuantityList", len(e.ChildQuantityList) > 0, aggregation, "use the lists of this type of event"},
		{"inputEPCList", len(e.InputEPCList) > 0, transformation, "use the lists of this type of event"},
		{"inputQuantityList", len(e.InputQuantityList) > 0, transformation, "use the lists of this type of event"},
		{"outputEPCList", len(e.OutputEPCList) > 0, transformation, "use the lists of this type of event"},
		{"outputQuantityList", len(e.OutputQuantityList) > 0, transformation, "use the lists of this type of event"},
	} {
		if part.given && !part.belongs {
			ps.add(part.field, Invalid, "belongs to another type of event", part.anywhere)
		}
	}
}

func (e *Event) checkObject(ps *problems) {
	e.checkAction(ps)
	if len(e.QuantityList)+len(e.EPCList) == 0 {
		ps.add("quantityList", Invalid, "is missing", "name at least one lot here, or a piece or unit in epcList")
	}
}

func (e *Event) checkAction(ps *problems) {
	if e.Action == "" {
		ps.add("action", Invalid, "is missing", "say OBSERVE, ADD or DELETE")
	}
}

func (e *Event) checkAggregation(ps *problems) {
	e.checkAction(ps)
	parent, err := ParseUnitURI(e.ParentID)
	switch {
	case e.ParentID == "":
		ps.add("parentID", Invalid, "is missing", "name the unit that was packed or unpacked")
	case err != nil:
		ps.add("parentID", Invalid, err.Error(), "write "+unitStem+" and the 18 digits of the SSCC")
	}
	if len(e.ChildEPCs)+len(e.ChildQuantityList) == 0 && e.Action != "DELETE" {
		ps.add("childEPCs", Invalid, "is missing", "name what is in the unit, here or in childQuantityList")
	}
	for i, epc := range e.ChildEPCs {
		if child, bad := ParseEPC(epc); err == nil && bad == nil && child == parent {
			ps.add(index("childEPCs", i), Invalid, "is the unit itself", "remove it")
		}
	}
}

func (e *Event) checkTransformation(ps *problems) {
	if len(e.InputQuantityList)+len(e.InputEPCList) == 0 {
		ps.add("inputQuantityList", Invalid, "is missing", "name at least one lot that went in, or a piece in inputEPCList")
	}
	if len(e.OutputQuantityList)+len(e.OutputEPCList) == 0 {
		ps.add("outputQuantityList", Invalid, "is missing", "name at least one lot that came out, or a piece in outputEPCList")
	}
	in := map[Ref]bool{}
	for _, r := range e.Uses() {
		in[r] = true
	}
	for _, m := range e.Makings() {
		if in[m.Ref] {
			ps.add(m.Field(), Invalid, "also went in: nothing can be made of itself", "give the new one its own number")
		}
	}
}

// checkStatedLot: a lot is stated of pieces that come to be.
func (e *Event) checkStatedLot(ps *problems) {
	if e.ILMD == nil {
		return
	}
	if CheckLot(e.ILMD.LotNumber) != nil {
		ps.add("ilmd.cbvmda:lotNumber", Invalid, "is not 1 to 20 characters which GS1 allows", "copy the lot's number again")
	}
	if !slices.ContainsFunc(e.Makings(), func(m Making) bool { return m.Ref.Kind == PieceSubject }) {
		ps.add("ilmd", Invalid, "is about pieces that come to be, and there are none", "name lots by /10/ in their own addresses")
	}
}

// checkTrade: parties are named by GLN or by their identifier here, documents
// by an address.
func (e *Event) checkTrade(ps *problems) {
	for i, t := range e.BizTransactionList {
		if !strings.HasPrefix(t.ID, "urn:") && !strings.HasPrefix(t.ID, "https://") {
			ps.add(index("bizTransactionList", i)+".bizTransaction", Invalid, "is not an address", "write it as urn: or https://")
		}
	}
	for i, s := range e.SourceList {
		checkSource(index("sourceList", i)+".source", s.Type, s.ID, ps)
	}
	for i, d := range e.DestinationList {
		checkSource(index("destinationList", i)+".destination", d.Type, d.ID, ps)
	}
}

func checkSource(field, kind, id string, ps *problems) {
	if kind == sourceIsPlace {
		checkPlace(field, id, ps)
		return
	}
	if here, ok := strings.CutPrefix(id, partyURN); ok && validID(here) {
		return
	}
	if gln, ok := strings.CutPrefix(id, partyGLNStem); ok && len(gln) == 13 && validGS1(gln) {
		return
	}
	ps.add(field, Invalid, "names no party", "write "+partyGLNStem+" and a valid GLN, or "+partyURN+" and its identifier")
}

func checkPlace(field, id string, ps *problems) {
	if _, _, ok := (Location{ID: id}).Facility(); !ok {
		ps.add(field, Invalid, "names no facility", "write "+glnStem+" and a valid GLN, or "+facilityURN+" and its identifier")
	}
}

func checkQuantities(field string, list []Quantity, ps *problems) {
	seen := map[string]bool{}
	for i, q := range list {
		at := index(field, i) + ".epcClass"
		if _, err := ParseLotURI(q.EPCClass); err != nil {
			ps.add(at, Invalid, err.Error(), "write https://id.gs1.org/01/ and 14 digits, /10/ and the lot")
		}
		if seen[q.EPCClass] {
			ps.add(at, Invalid, "is named twice", "add the quantities up")
		}
		seen[q.EPCClass] = true
	}
}

func checkEPCs(field string, list []string, parse func(string) (Ref, error), ps *problems) {
	for i, epc := range list {
		if _, err := parse(epc); err != nil {
			ps.add(index(field, i), Invalid, err.Error(), "write https://id.gs1.org/01/ and 14 digits, /21/ and the serial; a unit as "+unitStem+" and 18 digits")
		}
	}
}

func parsePiece(epc string) (Ref, error) {
	piece, err := ParsePieceURI(epc)
	return piece.Ref(), err
}
