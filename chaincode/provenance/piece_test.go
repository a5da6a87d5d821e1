package provenance

import (
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	pallet   = "040123450000001112"
	bigUnit  = "952012345678912345"
	badCheck = "040123450000001113"
)

func TestNumbersOfPiecesAndUnits(t *testing.T) {
	for uri, want := range map[string]Ref{
		"https://id.gs1.org/01/09520123456788/21/7": {PieceSubject, "09520123456788/7"},
		Piece{"09520123456788", "a/b+c"}.URI():      {PieceSubject, "09520123456788/a/b+c"},
		UnitURI(pallet):                             {UnitSubject, pallet},
		UnitURI(bigUnit):                            {UnitSubject, bigUnit},
	} {
		got, err := ParseEPC(uri)
		if err != nil || got != want {
			t.Errorf("%s is %v (%v), want %v", uri, got, err, want)
		}
		if want.Kind == PieceSubject && ParsePieceRef(got.ID).URI() != uri {
			t.Errorf("%s comes back as %s", uri, ParsePieceRef(got.ID).URI())
		}
	}
	for _, uri := range []string{
		"", "urn:epc:id:sscc:4012345.0000000111", UnitURI(badCheck), UnitURI(pallet[:17]), UnitURI(pallet) + "/", "https://example.org/00/" + pallet,
		"https://id.gs1.org/01/09520123456788", "https://id.gs1.org/01/09520123456789/21/7", "https://id.gs1.org/01/09520123456788/21/",
		"https://id.gs1.org/01/09520123456788/10/7", "https://id.gs1.org/01/09520123456788/10/L/21/7",
		"https://id.gs1.org/01/09520123456788/21/a%2fb", "https://id.gs1.org/01/09520123456788/21/a b", "https://id.gs1.org/01/09520123456788/21/" + strings.Repeat("1", 21),
	} {
		if got, err := ParseEPC(uri); err == nil {
			t.Errorf("%s is read as %v", uri, got)
		}
	}
}

func FuzzParseEPC(f *testing.F) {
	for _, seed := range []string{UnitURI(pallet), "https://id.gs1.org/01/09520123456788/21/a%2Fb", "https://id.gs1.org/01/09520123456788/21/%41"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		ref, err := ParseEPC(uri)
		if err != nil {
			return
		}
		back := UnitURI(ref.ID)
		if ref.Kind == PieceSubject {
			back = ParsePieceRef(ref.ID).URI()
		}
		if back != uri {
			t.Errorf("%q is read as %v, which is written %q", uri, ref, back)
		}
	})
}

func piecesOf(serials ...string) []string {
	var out []string
	for _, s := range serials {
		out = append(out, Piece{"09520123456788", s}.URI())
	}
	return out
}

func TestWhatEventsDoToPiecesAndUnits(t *testing.T) {
	lot, one, two, unit := Lot{"09520123456788", "A"}.Ref(), Ref{PieceSubject, "09520123456788/1"}, Ref{PieceSubject, "09520123456788/2"}, Ref{UnitSubject, pallet}
	stated := &ILMD{LotNumber: "A"}
	for _, c := range []struct {
		name                       string
		event                      Event
		makes, uses, sees, leadsTo []Ref
	}{
		{"pieces of a lot come to be", Event{Type: ObjectEvent, Action: "ADD", EPCList: piecesOf("1", "2"), ILMD: stated}, []Ref{one, two, lot}, nil, nil, []Ref{lot, one, two}},
		{"a lot comes to be, and pieces of it", Event{Type: ObjectEvent, Action: "ADD", QuantityList: lotsOf("A"), EPCList: piecesOf("1"), ILMD: stated}, []Ref{lot, one}, nil, nil, []Ref{lot, one}},
		{"a piece is made of a piece", Event{Type: TransformationEvent, InputEPCList: piecesOf("1"), OutputEPCList: piecesOf("2")}, []Ref{two}, []Ref{one}, nil, nil},
		{"a unit is numbered", Event{Type: ObjectEvent, Action: "ADD", EPCList: []string{UnitURI(pallet)}}, nil, nil, []Ref{unit}, nil},
		{"a piece and a unit are seen", Event{Type: ObjectEvent, Action: "OBSERVE", EPCList: append(piecesOf("1"), UnitURI(pallet))}, nil, nil, []Ref{one, unit}, nil},
		{"a lot and a piece are packed", Event{Type: AggregationEvent, Action: "ADD", ParentID: UnitURI(pallet), ChildQuantityList: lotsOf("A"), ChildEPCs: piecesOf("1")}, nil, nil, []Ref{lot, unit, one}, []Ref{unit}},
		{"all is unpacked", Event{Type: AggregationEvent, Action: "DELETE", ParentID: UnitURI(pallet)}, nil, nil, []Ref{unit}, []Ref{unit}},
	} {
		for what, pair := range map[string][2][]Ref{
			"makes": {c.event.Makes(), c.makes}, "uses": {c.event.Uses(), c.uses}, "sees": {c.event.Sees(), c.sees}, "leads to": {c.event.LeadsTo(), c.leadsTo},
		} {
			if !slices.Equal(pair[0], pair[1]) {
				t.Errorf("%s: it %s %v, want %v", c.name, what, pair[0], pair[1])
			}
		}
	}
}

func TestRulesOfPiecesUnitsAndTrade(t *testing.T) {
	now := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	object := Event{Type: ObjectEvent, Action: "ADD", EventTime: "2026-01-01T00:00:00.000Z", EventTimeZoneOffset: "+07:00",
		EPCList: piecesOf("1"), BizLocation: LocationOf("01J9ZC6V7Q3N8M5K2H4T6W8Y0A")}
	pack, sew := object, object
	pack.Type, pack.EPCList, pack.ParentID, pack.ChildEPCs = AggregationEvent, nil, UnitURI(pallet), piecesOf("1")
	sew.Type, sew.Action, sew.EPCList, sew.InputEPCList, sew.OutputEPCList = TransformationEvent, "", nil, piecesOf("1"), piecesOf("2")
	party := "urn:fairlead:party:01J9ZC6V7Q3N8M5K2H4T6W8Y0A"
	for _, c := range []struct {
		name   string
		of     Event
		change func(*Event)
		field  string
	}{
		{"pieces", object, func(*Event) {}, ""},
		{"a packing", pack, func(*Event) {}, ""},
		{"a sewing", sew, func(*Event) {}, ""},
		{"a stated lot", object, func(e *Event) { e.ILMD = &ILMD{LotNumber: "A"} }, ""},
		{"everything unpacked", pack, func(e *Event) { e.Action, e.ChildEPCs = "DELETE", nil }, ""},
		{"a unit in a unit", pack, func(e *Event) { e.ChildEPCs = []string{UnitURI(bigUnit)} }, ""},
		{"a trade", object, func(e *Event) {
			e.ReadPoint = &e.BizLocation
			e.SourceList = []Source{{"owning_party", party}, {"location", e.BizLocation.ID}}
			e.DestinationList = []Destination{{"possessing_party", "https://id.gs1.org/417/4012345000009"}}
			e.BizTransactionList = []BizTransaction{{"po", "urn:epcglobal:cbv:bt:4012345123456:4711"}}
		}, ""},
		{"no piece of that name", object, func(e *Event) { e.EPCList = []string{"1"} }, "epcList[0]"},
		{"a wrong SSCC", object, func(e *Event) { e.EPCList = []string{UnitURI(badCheck)} }, "epcList[0]"},
		{"a unit that is made of something", sew, func(e *Event) { e.OutputEPCList = []string{UnitURI(pallet)} }, "outputEPCList[0]"},
		{"children of an object event", object, func(e *Event) { e.ChildEPCs = piecesOf("2") }, "childEPCs"},
		{"a parent of an object event", object, func(e *Event) { e.ParentID = UnitURI(pallet) }, "parentID"},
		{"a packing of nothing", pack, func(e *Event) { e.ChildEPCs = nil }, "childEPCs"},
		{"a packing into nothing", pack, func(e *Event) { e.ParentID = "" }, "parentID"},
		{"a packing into a piece", pack, func(e *Event) { e.ParentID = piecesOf("2")[0] }, "parentID"},
		{"a packing of no action", pack, func(e *Event) { e.Action = "" }, "action"},
		{"a unit in itself", pack, func(e *Event) { e.ChildEPCs = []string{UnitURI(pallet)} }, "childEPCs[0]"},
		{"a packing that sees", pack, func(e *Event) { e.QuantityList = lotsOf("A") }, "quantityList"},
		{"a packing that makes", pack, func(e *Event) { e.OutputEPCList = piecesOf("2") }, "outputEPCList"},
		{"a piece made of itself", sew, func(e *Event) { e.OutputEPCList = piecesOf("2", "1") }, "outputEPCList[1]"},
		{"a lot of pieces made of that lot", sew, func(e *Event) { e.InputQuantityList, e.ILMD = lotsOf("A"), &ILMD{LotNumber: "A"} }, "ilmd.cbvmda:lotNumber"},
		{"a lot of no pieces", object, func(e *Event) { e.EPCList, e.QuantityList, e.ILMD = nil, lotsOf("A"), &ILMD{LotNumber: "A"} }, "ilmd"},
		{"a lot of pieces only seen", object, func(e *Event) { e.Action, e.ILMD = "OBSERVE", &ILMD{LotNumber: "A"} }, "ilmd"},
		{"a lot that has no number", object, func(e *Event) { e.ILMD = &ILMD{LotNumber: "A B"} }, "ilmd.cbvmda:lotNumber"},
		{"a read point nowhere", object, func(e *Event) { e.ReadPoint = &Location{ID: "geo:1.5,2.5"} }, "readPoint.id"},
		{"a source that is nobody", object, func(e *Event) { e.SourceList = []Source{{"owning_party", "me"}} }, "sourceList[0].source"},
		{"a source that is a place", object, func(e *Event) { e.SourceList = []Source{{"owning_party", e.BizLocation.ID}} }, "sourceList[0].source"},
		{"a destination that is a party", object, func(e *Event) { e.DestinationList = []Destination{{"location", party}} }, "destinationList[0].destination"},
		{"a document without address", object, func(e *Event) { e.BizTransactionList = []BizTransaction{{"po", "4711"}} }, "bizTransactionList[0].bizTransaction"},
		{"a declaration of error", object, func(e *Event) { e.ErrorDeclaration = &ErrorDeclaration{} }, "errorDeclaration"},
	} {
		e := c.of
		c.change(&e)
		problems := e.Check(now)
		if c.field == "" && len(problems) > 0 || c.field != "" && (len(problems) != 1 || problems[0].Field != c.field) {
			t.Errorf("%s: %v", c.name, problems)
		}
	}
}

func TestRulesOfEventErrors(t *testing.T) {
	now := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	event := Event{Type: ObjectEvent, Action: "ADD", EventTime: "2026-01-01T00:00:00.000Z", EventTimeZoneOffset: "+07:00",
		EPCList: piecesOf("1"), BizLocation: LocationOf("01J9ZC6V7Q3N8M5K2H4T6W8Y0A")}
	for _, c := range []struct {
		name   string
		change func(*EventError)
		field  string
	}{
		{"wrong data", func(*EventError) {}, ""},
		{"what is right", func(e *EventError) {
			e.ErrorDeclaration.CorrectiveEventIDs = []string{"ni:///sha-256;" + strings.Repeat("0a", 32) + "?ver=CBV2.0"}
		}, ""},
		{"no declaration", func(e *EventError) { e.ErrorDeclaration = nil }, "errorDeclaration"},
		{"no valid event", func(e *EventError) { e.EPCList = nil }, "quantityList"},
		{"the future", func(e *EventError) { e.ErrorDeclaration.DeclarationTime = "2026-01-02T00:05:00.001Z" }, "errorDeclaration.declarationTime"},
		{"before it happened", func(e *EventError) { e.ErrorDeclaration.DeclarationTime = "2025-12-31T23:59:59.999Z" }, "errorDeclaration.declarationTime"},
		{"corrected by itself", func(e *EventError) { e.ErrorDeclaration.CorrectiveEventIDs = []string{e.Key()} }, "errorDeclaration.correctiveEventIDs[0]"},
		{"corrected by something", func(e *EventError) { e.ErrorDeclaration.CorrectiveEventIDs = []string{"4711"} }, "errorDeclaration.correctiveEventIDs[0]"},
	} {
		e := EventError(event)
		e.ErrorDeclaration = &ErrorDeclaration{DeclarationTime: "2026-01-01T12:00:00.000Z", Reason: "did_not_occur"}
		c.change(&e)
		problems := e.Check(now)
		if c.field == "" && len(problems) > 0 || c.field != "" && (len(problems) != 1 || problems[0].Field != c.field) {
			t.Errorf("%s: %v", c.name, problems)
		}
		if e.Key() != (*Event)(&e).Key() {
			t.Errorf("%s: the declaration changes the identifier", c.name)
		}
	}
}
