package provenance

import (
	"slices"
	"testing"
	"time"
)

// compared tells that so many of a group of the sewing hall have less wage than
// was agreed.
func (c *chain) compared(id, cohort, month string, worse Band) {
	c.add(Workers, unionParty, &TermsComparison{ID: id, Cohort: cohort, Commitment: "agreed", Month: month, Compared: "25-49", Rule: TermsRule,
		Terms: []TermCount{{TermWage, "25-49", worse}, {TermCurrency, "25-49", BandFew}}}, Ref{KindFacility, sewing})
}

func alarmed(t *testing.T) *chain {
	c := newChain(t)
	c.clear()
	c.add(Workers, unionParty, &Cohort{ID: "migrants", Facility: sewing, Recruiter: agency, Corridor: &Corridor{"NP", "BD"}, ArrivedFrom: "2026-04", ArrivedUntil: "2026-05", Size: 40, Terms: "agreed"})
	c.compared("alarm", "migrants", "2026-07", "10-24")
	return c
}

func TestAnAlarmStandsWithWhatWasMadeWhereTheGroupWorks(t *testing.T) {
	c := alarmed(t)
	a := c.answer()
	if len(a.Terms) != 1 || a.Outcome == OutcomeClear {
		t.Fatalf("%s, %+v", a.Outcome, a.Terms)
	}
	got := a.Terms[0]
	if !got.Alarm || got.Site.ID != sewing || got.Recruiter.ID != agency || got.Month != "2026-07" || got.Terms[0] != (TermCount{TermWage, "25-49", "10-24"}) || got.Rule != TermsRule {
		t.Errorf("%+v", got)
	}
	if a.Outcome != OutcomeOpen {
		t.Errorf("the outcome is %s", a.Outcome)
	}
	at := func(day string) func(*Question) {
		moment, _ := ParseMoment(day)
		return func(q *Question) { q.AsOf = moment }
	}
	if a = c.answer(at("2026-06-30")); len(a.Terms) != 0 {
		t.Errorf("in June: %+v", a.Terms)
	}
	alarm, err := ParseInstant(c.records[len(c.records)-1].At)
	if err != nil {
		t.Fatal(err)
	}
	if a = c.answer(func(q *Question) { q.KnownAt = alarm.Add(-time.Millisecond) }); len(a.Terms) != 0 {
		t.Errorf("before it was on the ledger: %+v", a.Terms)
	}
}

func TestTermsAtASite(t *testing.T) {
	c := alarmed(t)
	c.compared("earlier", "migrants", "2026-06", BandFew)
	c.add(Workers, unionParty, &Cohort{ID: "far", Facility: weaving, ArrivedFrom: "2026-01", ArrivedUntil: "2026-01", Size: 40, Terms: "agreed"})
	c.compared("b", "far", "2026-08", "10-24")
	lines, err := TermsAt(c.records, FacilityNow{Facility: Facility{ID: sewing, Name: "The sewing"}}, asOf)
	if err != nil || len(lines) != 1 || lines[0].Cohort != "migrants" || !lines[0].Alarm || lines[0].Site.Name != "The sewing" {
		t.Errorf("%+v, %v", lines, err)
	}
	c.add(Workers, unionParty, &Withdrawal{ID: "w", Target: Target{KindTermsComparison, "alarm"}})
	if lines, _ = TermsAt(c.records, FacilityNow{Facility: Facility{ID: sewing}}, asOf); len(lines) != 1 || lines[0].Alarm {
		t.Errorf("withdrawn: %+v", lines)
	}
}

func TestTermsOfWhatWasMergedIntoASite(t *testing.T) {
	c := alarmed(t)
	kept := FacilityNow{Facility: Facility{ID: weaving, Name: "The weaving"}}
	if lines, err := TermsAt(c.records, kept, asOf); err != nil || len(lines) != 0 {
		t.Errorf("before the merge: %+v, %v", lines, err)
	}
	kept.Merged = []Name{{ID: sewing, Name: "The sewing"}}
	if lines, err := TermsAt(c.records, kept, asOf); err != nil || len(lines) != 1 || !lines[0].Alarm || lines[0].Site != (Name{weaving, "The weaving"}) {
		t.Errorf("after it: %+v, %v", lines, err)
	}
}

func TestWhichComparisonsCount(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*chain)
		lines  int
		alarm  bool
	}{
		"withdrawn": {func(c *chain) {
			c.add(Workers, unionParty, &Withdrawal{ID: "w", Target: Target{KindTermsComparison, "alarm"}})
		}, 0, false},
		"a later one finds few":     {func(c *chain) { c.compared("b", "migrants", "2026-09", BandFew) }, 1, false},
		"an earlier one found few":  {func(c *chain) { c.compared("b", "migrants", "2026-06", BandFew) }, 1, true},
		"a later one of after that": {func(c *chain) { c.compared("b", "migrants", "2026-11", BandFew) }, 1, true},
		"replaced by one of the same month": {func(c *chain) {
			c.add(Workers, unionParty, &TermsComparison{ID: "a", Cohort: "migrants", Month: "2026-07", Compared: "25-49", Terms: []TermCount{{TermWage, "25-49", BandFew}}, Supersedes: "alarm"})
		}, 1, false},
		"a group too small to be shown": {func(c *chain) {
			c.add(Workers, unionParty, &Cohort{ID: "few", Facility: sewing, ArrivedFrom: "2026-04", ArrivedUntil: "2026-05", Size: 9, Terms: "agreed"})
			c.compared("b", "few", "2026-08", "5-9")
		}, 1, true},
		"a group that came when all was made": {func(c *chain) {
			c.add(Workers, unionParty, &Cohort{ID: "late", Facility: sewing, ArrivedFrom: "2026-06", ArrivedUntil: "2026-06", Size: 40, Terms: "agreed"})
			c.compared("b", "late", "2026-08", "10-24")
		}, 1, true},
		"a group elsewhere": {func(c *chain) {
			c.add(Workers, unionParty, &Cohort{ID: "far", Facility: "elsewhere", ArrivedFrom: "2026-01", ArrivedUntil: "2026-01", Size: 40, Terms: "agreed"})
			c.compared("b", "far", "2026-08", "10-24")
		}, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := alarmed(t)
			tc.change(c)
			a := c.answer()
			if len(a.Terms) != tc.lines || tc.lines > 0 && (a.Terms[0].Alarm != tc.alarm || a.Terms[0].Cohort != "migrants") {
				t.Errorf("%+v", a.Terms)
			}
			if (a.Outcome == OutcomeOpen) != tc.alarm {
				t.Errorf("the outcome is %s", a.Outcome)
			}
		})
	}
}

func TestAnAlarmContradictsWhatIsDeclared(t *testing.T) {
	declares := func(c *chain, no int) {
		c.add(Suppliers, mill, &Attestation{ID: "d", Cohort: "migrants", Method: EmployerDeclaration, From: "2026-05", Until: "2026-06",
			Predicates: []PredicateCount{{Code: "CT_NO_SUBSTITUTION", Yes: 40 - no, No: no}, {Code: "CT_LANGUAGE", Yes: 40}}})
	}
	for name, tc := range map[string]struct {
		change func(*chain)
		want   []Org
	}{
		"nobody declares":          {func(*chain) {}, nil},
		"the terms are as agreed":  {func(c *chain) { declares(c, 0) }, []Org{Workers}},
		"ten have other terms":     {func(c *chain) { declares(c, 10) }, nil},
		"an alarm that is no more": {func(c *chain) { declares(c, 0); c.compared("b", "migrants", "2026-09", BandFew) }, nil},
		"auditors found it as well": {func(c *chain) {
			declares(c, 0)
			c.add(Auditors, firm, &Attestation{ID: "e", Cohort: "migrants", Method: "DOCUMENT_REVIEW", From: "2026-05", Until: "2026-06",
				Predicates: []PredicateCount{{Code: "CT_NO_SUBSTITUTION", Yes: 30, No: 10}}})
		}, []Org{Auditors, Workers}},
	} {
		c := alarmed(t)
		tc.change(c)
		var got []Org
		for _, d := range c.answer().Disagreements {
			if d.Cohort == "migrants" && d.Matter == "CT_NO_SUBSTITUTION" {
				got = d.Against
			}
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: against are %v, want %v", name, got, tc.want)
		}
	}
}
