package provenance

import (
	"fmt"
	"slices"
	"testing"
)

// at records an event of a chain at a site, at noon of a day.
func (c *chain) at(day, site string, e Event) Record {
	e.EventTime, e.EventTimeZoneOffset, e.BizLocation = day+"T12:00:00.000Z", "+06:00", Location{ID: facilityURN + site}
	return c.add(Suppliers, mill, &e, Ref{KindFacility, site})
}

func (c *chain) store(ids ...string) {
	for _, id := range ids {
		c.add(Suppliers, mill, &Facility{ID: id, FacilityKind: WorkSite, Name: "The " + id, Country: "BD", Operator: mill})
	}
}

func aggregation(action, unit string, lots []Lot, epcs ...string) Event {
	e := Event{Type: AggregationEvent, Action: action, ParentID: UnitURI(unit), ChildEPCs: epcs}
	for _, l := range lots {
		e.ChildQuantityList = append(e.ChildQuantityList, Quantity{EPCClass: l.URI()})
	}
	return e
}

func seen(epcs ...string) Event { return Event{Type: ObjectEvent, Action: "OBSERVE", EPCList: epcs} }

func siteIDs(a Answer) []string {
	var out []string
	for _, s := range a.Sites {
		out = append(out, s.ID)
	}
	slices.Sort(out)
	return out
}

func TestASiteWhereTheUnitWasIsAHandlerOfWhatIsInIt(t *testing.T) {
	c := newChain(t)
	c.store("dock", "ship", "hub", "shop", "later", "before", "other")
	c.at("2026-05-01", "before", seen(UnitURI(pallet))) // the pallet carried something else then
	c.at("2026-05-02", "dock", aggregation("ADD", pallet, []Lot{shirtLot}))
	c.at("2026-05-03", "ship", aggregation("ADD", bigUnit, nil, UnitURI(pallet))) // a container
	c.at("2026-05-04", "hub", seen(UnitURI(bigUnit)))
	c.at("2026-05-05", "hub", aggregation("DELETE", bigUnit, nil, UnitURI(pallet)))
	c.at("2026-05-06", "other", seen(UnitURI(bigUnit))) // without the pallet
	c.at("2026-05-07", "shop", aggregation("DELETE", pallet, nil))
	c.at("2026-05-08", "later", seen(UnitURI(pallet)))
	a := c.answer()
	want := []string{"dock", farm, "hub", sewing, "ship", "shop", weaving}
	slices.Sort(want)
	if got := siteIDs(a); !slices.Equal(got, want) {
		t.Errorf("the sites are %v, want %v", got, want)
	}
	for _, s := range a.Sites {
		if handler := s.ID != farm && s.ID != weaving && s.ID != sewing; s.Handler != handler {
			t.Errorf("%s: handler is %v", s.ID, s.Handler)
		}
		if s.Handler && s.Tier != 0 {
			t.Errorf("%s handled the product and stands at tier %d", s.ID, s.Tier)
		}
	}
}

func TestUnitsInCirclesEnd(t *testing.T) {
	c := newChain(t)
	c.store("dock")
	c.at("2026-05-02", "dock", aggregation("ADD", pallet, []Lot{shirtLot}, UnitURI(bigUnit)))
	c.at("2026-05-02", "dock", aggregation("ADD", bigUnit, nil, UnitURI(pallet)))
	if got := siteIDs(c.answer()); len(got) != 4 {
		t.Errorf("the sites are %v", got)
	}
}

func TestPiecesShareTheWayOfTheirLot(t *testing.T) {
	c := newChain(t)
	c.store("shop", "tailor")
	piece := Piece{shirt, "7"}
	c.at("2026-05-02", "tailor", Event{Type: TransformationEvent, InputQuantityList: []Quantity{{EPCClass: clothLot.URI()}},
		OutputEPCList: []string{piece.URI()}, ILMD: &ILMD{LotNumber: "S2"}})
	c.at("2026-05-03", "shop", seen(piece.URI()))
	c.at("2026-05-03", "shop", seen(Piece{shirt, "8"}.URI())) // of which nothing else is known
	a := c.answer(func(q *Question) { q.Lot = "S2" })
	if got := siteIDs(a); !slices.Equal(got, []string{farm, "shop", "tailor", weaving}) {
		t.Errorf("the lot's sites are %v", got)
	}
	if a.Lots != 3 || a.Pieces != 1 || a.Tiers[0].UnknownOrigins != 0 {
		t.Errorf("%d lots, %d pieces, tiers %+v", a.Lots, a.Pieces, a.Tiers)
	}
	all := c.answer()
	if all.Pieces != 2 || all.Tiers[0].UnknownOrigins != 1 || all.Unknowns[0].Piece == nil || all.Unknowns[0].Piece.Serial != "8" {
		t.Errorf("%d pieces, unknowns %+v", all.Pieces, all.Unknowns[0])
	}
}

func TestAnEventDeclaredWrongCountsNoMore(t *testing.T) {
	c := newChain(t)
	wrong := c.make("2026-05-02", sewing, []Lot{{shirt, "S2"}}, []Lot{{cloth, "elsewhere"}})
	body, err := Body[EventError](wrong)
	if err != nil {
		t.Fatal(err)
	}
	if a := c.answer(); a.Lots != 5 {
		t.Errorf("%d lots before", a.Lots)
	}
	body.ErrorDeclaration = &ErrorDeclaration{DeclarationTime: "2026-06-01T00:00:00.000Z", Reason: "did_not_occur"}
	declared := c.add(Suppliers, mill, &body)
	if a := c.answer(); a.Lots != 3 {
		t.Errorf("%d lots after", a.Lots)
	}
	at, _ := ParseInstant(declared.At)
	if a := c.answer(func(q *Question) { q.KnownAt = at.Add(-1) }); a.Lots != 5 {
		t.Errorf("%d lots with what was known before", a.Lots)
	}
}

func (c *chain) signals(edit ...func(*Question)) []string {
	c.t.Helper()
	out := []string{}
	for _, s := range c.answer(edit...).Signals {
		if s.State != SignalRaised || s.Answered {
			c.t.Errorf("%+v was neither looked at nor answered", s)
		}
		out = append(out, fmt.Sprint(s.Type, " ", s.Site.ID, " ", s.Month, " ", s.Number))
	}
	return out
}

func TestImplausibleRecordsAreSignals(t *testing.T) {
	c := newChain(t)
	if got := c.signals(); len(got) != 0 {
		t.Errorf("a plausible chain has the signals %v", got)
	}
	c.make("2026-04-30", sewing, []Lot{{shirt, "S2"}}, []Lot{{cloth, "C2"}})
	c.make("2026-04-30", sewing, []Lot{{shirt, "S3"}}, []Lot{{cloth, "C2"}})
	c.make("2026-05-02", weaving, []Lot{{cloth, "C2"}}, []Lot{cottonLot})
	if got, want := c.signals(), []string{"OUTPUT_BEFORE_INPUT sewing 2026-04 2"}; !slices.Equal(got, want) {
		t.Errorf("the signals are %v, want %v", got, want)
	}
	if got := c.signals(func(q *Question) { q.Lot = "S1" }); len(got) != 0 {
		t.Errorf("another lot has the signals %v", got)
	}
	c.make("2026-05-02", farm, []Lot{{cotton, "K2"}}, []Lot{{shirt, "S9"}})
	c.make("2026-05-03", sewing, []Lot{{shirt, "S9"}}, []Lot{{cotton, "K2"}})
	if got := c.signals(func(q *Question) { q.Lot = "S9" }); !slices.Contains(got, "CIRCLE sewing 2026-05 1") || !slices.Contains(got, "CIRCLE farm 2026-05 1") {
		t.Errorf("the signals of a circle are %v", got)
	}
}

func TestMoreOutThanTheYieldAllowsIsASignal(t *testing.T) {
	for name, tc := range map[string]struct {
		in, out []Quantity
		yields  []Decimal
		signal  bool
	}{
		"as much as may be":              {[]Quantity{{Quantity: "100.5", UOM: "KGM"}}, []Quantity{{Quantity: "90.45", UOM: "KGM"}}, []Decimal{"0.9"}, false},
		"a gram more":                    {[]Quantity{{Quantity: "100.5", UOM: "KGM"}}, []Quantity{{Quantity: "90.451", UOM: "KGM"}}, []Decimal{"0.9"}, true},
		"two inputs":                     {[]Quantity{{Quantity: "50", UOM: "KGM"}, {Quantity: "50", UOM: "KGM"}}, []Quantity{{Quantity: "90", UOM: "KGM"}}, []Decimal{"0.9"}, false},
		"two outputs":                    {[]Quantity{{Quantity: "100", UOM: "KGM"}}, []Quantity{{Quantity: "50", UOM: "KGM"}, {Quantity: "41", UOM: "KGM"}}, []Decimal{"0.9"}, true},
		"the lowest of two yields":       {[]Quantity{{Quantity: "100", UOM: "KGM"}}, []Quantity{{Quantity: "85", UOM: "KGM"}}, []Decimal{"0.9", "0.8"}, true},
		"no yield":                       {[]Quantity{{Quantity: "1", UOM: "KGM"}}, []Quantity{{Quantity: "999999999.999", UOM: "KGM"}}, nil, false},
		"another unit":                   {[]Quantity{{Quantity: "1", UOM: "KGM"}}, []Quantity{{Quantity: "1000", UOM: "MTR"}}, []Decimal{"0.9"}, false},
		"an input without amount":        {[]Quantity{{Quantity: "1", UOM: "KGM"}, {}}, []Quantity{{Quantity: "1000", UOM: "KGM"}}, []Decimal{"0.9"}, false},
		"amounts beyond a whole machine": {[]Quantity{{Quantity: "999999999.999", UOM: "KGM"}}, []Quantity{{Quantity: "999999999.999", UOM: "KGM"}}, []Decimal{"999999999.999"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := newChain(t)
			e := Event{Type: TransformationEvent}
			for i, q := range tc.in {
				q.EPCClass = Lot{cloth, fmt.Sprint("in", i)}.URI()
				e.InputQuantityList = append(e.InputQuantityList, q)
			}
			for i, q := range tc.out {
				q.EPCClass = Lot{shirt, fmt.Sprint("out", i)}.URI()
				e.OutputQuantityList = append(e.OutputQuantityList, q)
			}
			c.at("2026-05-20", sewing, e)
			for i, most := range tc.yields {
				c.add(Brands, brand, &Yield{ID: fmt.Sprint("y", i), Product: shirt, Most: most})
			}
			if got := slices.Contains(c.signals(), "MORE_OUT_THAN_IN sewing 2026-05 1"); got != tc.signal {
				t.Errorf("the signals are %v", c.signals())
			}
		})
	}
}

func TestAYieldThatWasReplacedCountsNoMore(t *testing.T) {
	c := newChain(t)
	c.at("2026-05-20", sewing, Event{Type: TransformationEvent, InputQuantityList: []Quantity{{EPCClass: clothLot.URI(), Quantity: "10"}},
		OutputQuantityList: []Quantity{{EPCClass: Lot{shirt, "S5"}.URI(), Quantity: "9"}}})
	c.add(Brands, brand, &Yield{ID: "low", Product: shirt, Most: "0.8"})
	if got := c.signals(); len(got) != 1 {
		t.Errorf("the signals are %v", got)
	}
	c.add(Brands, brand, &Yield{ID: "high", Product: shirt, Most: "0.95", Supersedes: "low"})
	if got := c.signals(); len(got) != 0 {
		t.Errorf("the signals are %v", got)
	}
}
