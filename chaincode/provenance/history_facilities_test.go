package provenance

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

const (
	twin, tanner = "weaving-2", "tanner"
)

// twinned adds a second entry for the weaving mill, at which a lot of cloth was
// made that went into a second lot of shirts, and which was audited and asked.
func twinned(t testing.TB) *chain {
	c := newChain(t)
	c.clear()
	c.add(Suppliers, tanner, &Party{ID: tanner, Name: "The tanner", PartyKind: "SUPPLIER", Country: "BD"})
	c.add(Brands, brand, &Facility{ID: twin, FacilityKind: WorkSite, Name: "Weaving mill", Country: "BD"})
	other := Lot{cloth, "C2"}
	c.make("2026-04-02", twin, []Lot{other}, []Lot{cottonLot})
	c.make("2026-05-02", sewing, []Lot{{shirt, "S2"}}, []Lot{other})
	return c
}

func (c *chain) amend(facility, from string, change func(*FacilityAmendment)) Record {
	a := &FacilityAmendment{ID: fmt.Sprintf("amendment-%02d", len(c.records)), Facility: facility, From: from}
	change(a)
	return c.add(Brands, brand, a)
}

func (c *chain) site(id string, edit ...func(*Question)) Site {
	c.t.Helper()
	sites := c.answer(edit...).Sites
	i := slices.IndexFunc(sites, func(s Site) bool { return s.ID == id })
	if i < 0 {
		c.t.Fatalf("no site %s among %+v", id, sites)
	}
	return sites[i]
}

// knownBefore asks for what was known before a record came.
func knownBefore(r Record) func(*Question) {
	at, _ := ParseInstant(r.At)
	return func(q *Question) { q.KnownAt = at.Add(-time.Millisecond) }
}

func asOfDay(day string) func(*Question) {
	at, _ := ParseMoment(day)
	return func(q *Question) { q.AsOf = at }
}

func TestMergedSitesAreOneUntilTheyAreSplit(t *testing.T) {
	c := twinned(t)
	two := c.answer()
	if len(two.Sites) != 4 || two.Outcome != OutcomeUnknown {
		t.Fatalf("before the merge: %s with %d sites", two.Outcome, len(two.Sites))
	}
	merge := c.add(Oversight, "board", &FacilityMerge{ID: "merge", Kept: weaving, Merged: twin, Reason: "DUPLICATE"})
	one := c.answer()
	if len(one.Sites) != 3 || one.Outcome != OutcomeClear {
		t.Errorf("merged: %s with %d sites, unknown is %v", one.Outcome, len(one.Sites), codes(one))
	}
	if s := c.site(weaving); s.Events.Covered != 2 || len(s.Merged) != 1 || s.Merged[0] != (Name{twin, "Weaving mill"}) {
		t.Errorf("merged: %+v", s)
	}
	if before := c.answer(knownBefore(merge)); len(before.Sites) != 4 {
		t.Errorf("known before the merge: %d sites", len(before.Sites))
	}
	split := c.add(Oversight, "board", &FacilitySplit{ID: "split", Merge: "merge", Reason: "DIFFERENT_SITES"})
	if after := c.answer(); len(after.Sites) != 4 || after.Outcome != OutcomeUnknown {
		t.Errorf("split: %s with %d sites", after.Outcome, len(after.Sites))
	}
	if between := c.answer(knownBefore(split)); len(between.Sites) != 3 {
		t.Errorf("known before the split: %d sites", len(between.Sites))
	}
}

// What is recorded of either entry is told of the kept one.
func TestRecordsOfMergedSitesAreToldTogether(t *testing.T) {
	c := twinned(t)
	c.add(Auditors, firm, c.audit("at-twin", twin, "2026-03-01", Finding{No: "1", Severity: "MAJOR", Topic: "workplace-safety"}))
	c.cohort("cohort-twin", twin, 20)
	c.fees("fees-twin", "cohort-twin", Workers, unionParty, 5000, 10)
	c.add(Oversight, "board", &FacilityMerge{ID: "merge", Kept: weaving, Merged: twin, Reason: "DUPLICATE"})
	s := c.site(weaving)
	if s.OpenFindings != 1 || s.LastAudit != "2026-03-01" || len(s.Outstanding) != 1 || s.Outstanding[0].Amount != 5000 {
		t.Errorf("the kept site is %+v", s)
	}
	for _, line := range c.answer().Cohorts {
		if line.ID == "cohort-twin" && line.Site.ID != weaving {
			t.Errorf("the cohort is told of %s", line.Site.ID)
		}
	}
}

func TestMergesInARowLeadToTheLastOneKept(t *testing.T) {
	c := twinned(t)
	c.add(Oversight, "board", &FacilityMerge{ID: "m1", Kept: weaving, Merged: twin, Reason: "DUPLICATE"})
	c.add(Oversight, "board", &FacilityMerge{ID: "m2", Kept: farm, Merged: weaving, Reason: "OTHER"})
	if a := c.answer(); len(a.Sites) != 2 || len(c.site(farm).Merged) != 2 {
		t.Errorf("the sites are %+v", a.Sites)
	}
	c.add(Oversight, "board", &FacilityMerge{ID: "m3", Kept: twin, Merged: farm, Reason: "OTHER"}) // which no ledger lets through
	c.answer()                                                                                     // ends all the same
}

func TestAmendmentsCountFromTheirDay(t *testing.T) {
	c := newChain(t)
	c.amend(weaving, "2026-08-01", func(a *FacilityAmendment) { a.Name = "Third name" })
	late := c.amend(weaving, "2026-07-01", func(a *FacilityAmendment) { a.Name, a.Aliases = "Second name", []string{"By-name"} })
	for day, want := range map[string]string{"2026-06-30": "The weaving", "2026-07-01": "Second name", "2026-10-31": "Third name"} {
		if got := c.site(weaving, asOfDay(day)).Name.Name; got != want {
			t.Errorf("on %s it is called %q, want %q", day, got, want)
		}
	}
	if got := c.site(weaving, knownBefore(late), asOfDay("2026-07-15")).Name.Name; got != "The weaving" {
		t.Errorf("before that was known it is called %q", got)
	}
	now, err := NowOf(c.records, weaving, asOf, time.Time{})
	if err != nil || now.Facility.Name != "Third name" || !slices.Equal(now.Facility.Aliases, []string{"The weaving", "By-name", "Second name"}) {
		t.Errorf("now it is %+v (%v)", now.Facility, err)
	}
}

func TestFlagAndRadioNumberOfAShip(t *testing.T) {
	c := newChain(t)
	old := Identifier{Scheme: MMSI, Value: "567001230", From: "2019-03-01"}
	c.add(Suppliers, mill, &Facility{ID: "ship", FacilityKind: Vessel, Name: "Sea Hare", Country: "TH", NoIMO: true, Identifiers: []Identifier{old}})
	ended := old
	ended.Until = "2026-06-30"
	next := Identifier{Scheme: MMSI, Value: "352001234", From: "2026-07-01"}
	hull := Identifier{Scheme: IMO, Value: "9074729"}
	c.amend("ship", "2026-07-01", func(a *FacilityAmendment) { a.Country, a.Identifiers = "PA", []Identifier{ended, next, hull} })
	c.amend("ship", "2026-09-01", func(a *FacilityAmendment) { a.RemovedIdentifiers = []Identifier{next} })
	for day, want := range map[string]Facility{
		"2026-06-30": {Country: "TH", Identifiers: []Identifier{old}, NoIMO: true},
		"2026-07-01": {Country: "PA", Identifiers: []Identifier{ended, next, hull}},
		"2026-09-01": {Country: "PA", Identifiers: []Identifier{ended, hull}},
	} {
		at, _ := ParseMoment(day)
		now, err := NowOf(c.records, "ship", at, time.Time{})
		if err != nil || now.Facility.Country != want.Country || now.Facility.NoIMO != want.NoIMO || !slices.Equal(now.Facility.Identifiers, want.Identifiers) {
			t.Errorf("on %s the ship is %+v (%v)", day, now.Facility, err)
		}
	}
	if _, err := NowOf(c.records, "none", asOf, time.Time{}); err == nil {
		t.Error("a facility nobody registered is something now")
	}
}

func TestClaimsAreToldButChangeNothing(t *testing.T) {
	c := newChain(t)
	c.add(Suppliers, tanner, &Party{ID: tanner, Name: "The tanner", PartyKind: "SUPPLIER", Country: "BD"})
	c.amend(weaving, "2026-05-15", func(a *FacilityAmendment) { a.NoOperator = true })
	claim := c.add(Suppliers, tanner, &OperatorClaim{ID: "claim", Facility: weaving, Since: "2026-05-20"})
	s := c.site(weaving)
	if s.Operator != nil || len(s.Claims) != 1 || s.Claims[0] != (ClaimLine{ID: "claim", Party: Name{tanner, "The tanner"}, Since: "2026-05-20", State: ClaimOpen, At: claim.At}) {
		t.Errorf("claimed, the site is %+v", s)
	}
	if !slices.Contains(codes(c.answer()), UnknownOperator+"@"+weaving) {
		t.Errorf("unknown is %v", codes(c.answer()))
	}
	c.add(Workers, unionParty, &ClaimDecision{ID: "contest", Claim: "claim", Decision: ClaimContested, Reason: "NO_EVIDENCE"})
	if s := c.site(weaving); s.Operator != nil || s.Claims[0].State != ClaimContested {
		t.Errorf("contested, the site is %+v", s)
	}
	yes := c.add(Oversight, "board", &ClaimDecision{ID: "confirm", Claim: "claim", Decision: ClaimConfirmed}, Ref{KindFacility, weaving})
	if s := c.site(weaving); s.Operator == nil || s.Operator.ID != tanner || len(s.Claims) != 0 {
		t.Errorf("confirmed, the site is %+v", s)
	}
	if s := c.site(weaving, knownBefore(yes)); s.Operator != nil || len(s.Claims) != 1 {
		t.Errorf("before that was known, the site is %+v", s)
	}
	if s := c.site(weaving, asOfDay("2026-05-19")); s.Operator != nil {
		t.Errorf("before the claimant's day, the site is %+v", s)
	}
	c.amend(weaving, "2026-05-01", func(a *FacilityAmendment) { a.Operator = mill }) // said last, as on the ledger
	if s := c.site(weaving); s.Operator == nil || s.Operator.ID != mill {
		t.Errorf("amended, the site is %+v", s)
	}
}

func TestRefusedAndWithdrawnClaimsAreGone(t *testing.T) {
	for _, end := range []ClaimState{ClaimRefused, ClaimWithdrawn} {
		c := newChain(t)
		c.add(Suppliers, tanner, &OperatorClaim{ID: "claim", Facility: weaving, Since: "2026-01-01"})
		c.add(Suppliers, tanner, &ClaimDecision{ID: "end", Claim: "claim", Decision: end})
		if s := c.site(weaving); len(s.Claims) != 0 || s.Operator.ID != mill {
			t.Errorf("%s: %+v", end, s)
		}
	}
}

// An event at a closed site is no refusal, and no comfort either.
func TestEventsAtAClosedSite(t *testing.T) {
	for name, tc := range map[string]struct {
		shifts []FacilityStatus
		closed string
		during int
	}{
		"closed before":            {[]FacilityStatus{{State: SiteClosed, On: "2026-03-01"}}, "2026-03-01", 1},
		"closed that day":          {[]FacilityStatus{{State: SiteClosed, On: "2026-04-01"}}, "2026-04-01", 0},
		"closed after":             {[]FacilityStatus{{State: SiteClosed, On: "2026-04-02"}}, "2026-04-02", 0},
		"closed after asOf":        {[]FacilityStatus{{State: SiteClosed, On: "2026-12-01"}}, "", 0},
		"opened again before":      {[]FacilityStatus{{State: SiteClosed, On: "2026-01-01"}, {State: SiteReopened, On: "2026-03-31"}}, "", 0},
		"opened again that day":    {[]FacilityStatus{{State: SiteClosed, On: "2026-01-01"}, {State: SiteReopened, On: "2026-04-01"}}, "", 0},
		"opened again after":       {[]FacilityStatus{{State: SiteReopened, On: "2026-06-01"}, {State: SiteClosed, On: "2026-01-01"}}, "", 1},
		"closed twice":             {[]FacilityStatus{{State: SiteClosed, On: "2026-01-01"}, {State: SiteClosed, On: "2026-02-01"}}, "2026-01-01", 1},
		"opened, and closed again": {[]FacilityStatus{{State: SiteClosed, On: "2025-01-01"}, {State: SiteReopened, On: "2025-06-01"}, {State: SiteClosed, On: "2026-05-01"}}, "2026-05-01", 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := newChain(t)
			c.clear()
			for i, s := range tc.shifts {
				s.ID, s.Facility = fmt.Sprint("shift-", i), weaving
				c.add(Workers, unionParty, &s)
			}
			s, a := c.site(weaving), c.answer()
			if s.Closed != tc.closed || s.WhileClosed != tc.during {
				t.Errorf("closed %q, with %d events", s.Closed, s.WhileClosed)
			}
			told := slices.Contains(codes(a), UnknownWhileClosed+"@"+weaving)
			if told != (tc.during > 0) || (a.Outcome == OutcomeClear) == told {
				t.Errorf("%s, unknown is %v", a.Outcome, codes(a))
			}
		})
	}
}

func TestWithdrawnClosureCountsForNothing(t *testing.T) {
	c := newChain(t)
	c.add(Workers, unionParty, &FacilityStatus{ID: "closed", Facility: weaving, State: SiteClosed, On: "2026-01-01"})
	c.add(Workers, unionParty, &Withdrawal{ID: "w", Target: Target{Kind: KindFacilityStatus, ID: "closed"}, Reason: "RECORDED_IN_ERROR"})
	if s := c.site(weaving); s.Closed != "" || s.WhileClosed != 0 {
		t.Errorf("the site is %+v", s)
	}
}
