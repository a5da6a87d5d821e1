package provenance

import (
	"reflect"
	"slices"
	"testing"
)

// TestWhatIsWithdrawnCountsForNothingAndStillForBefore withdraws one of each
// kind that changes what something else says, and expects the answer without it
// from then on, and the answer with it for what was known before.
func TestWhatIsWithdrawnCountsForNothingAndStillForBefore(t *testing.T) {
	due := Finding{Topic: "wages", Severity: "MAJOR", DueOn: "2026-04-01"}
	for name, state := range map[string]func(*chain) Record{
		"an amendment": func(c *chain) Record {
			return c.amend(farm, "2026-02-01", func(a *FacilityAmendment) { a.Name, a.Country, a.NoOperator = "Another farm", "IN", true })
		},
		"a corrective action": func(c *chain) Record {
			r := c.add(Suppliers, mill, &CorrectiveAction{ID: "plan", Audit: "bad", Finding: "1", ProposedOn: "2026-03-10", DueOn: "2026-05-01"})
			c.add(Suppliers, mill, &FindingStep{ID: "proposed", Audit: "bad", Finding: "1", State: FindingProposed, On: "2026-03-10", Action: "plan"})
			return r
		},
		"a step": func(c *chain) Record {
			return c.add(Suppliers, mill, &FindingStep{ID: "disputed", Audit: "bad", Finding: "1", State: FindingDisputed, On: "2026-03-10", Reason: "FACTS_WRONG"})
		},
		"an extension": func(c *chain) Record {
			return c.add(Auditors, firm, &FindingExtension{ID: "longer", Audit: "bad", Finding: "1", DueOn: "2026-12-01", On: "2026-03-10", Reason: "PERMIT_AWAITED"})
		},
		"a cohort": func(c *chain) Record {
			return c.add(Auditors, firm, &Cohort{ID: "nobody", Facility: farm, ArrivedFrom: "2026-01", ArrivedUntil: "2026-02", Size: 30})
		},
		"a reply": func(c *chain) Record {
			return c.reply(SignalTarget{KindObservation, "gap"}, "2026-05-12")
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := troubled(t, due)
			c.gap("gap", farm, "2026-05-10")
			without := c.answer()
			r := state(c)
			with := c.answer()
			if reflect.DeepEqual(with, without) {
				t.Fatal("it changes nothing")
			}
			back := c.add(r.By.Org, r.By.Party, &Withdrawal{ID: "back", Target: Target{r.Kind, r.ID}, Reason: "RECORDED_IN_ERROR"}, r.About...)
			if after := c.answer(); !reflect.DeepEqual(after, without) {
				t.Errorf("withdrawn, it still counts:\n%+v\nwant\n%+v", after, without)
			}
			before := c.answer(knownBefore(back))
			before.KnownAt = with.KnownAt
			if !reflect.DeepEqual(before, with) {
				t.Errorf("it did not count for what was known before:\n%+v\nwant\n%+v", before, with)
			}
			slices.Reverse(c.records)
			if after := c.answer(); !reflect.DeepEqual(after, without) {
				t.Error("the order of the records matters")
			}
		})
	}
}

// A finding goes back by as many proposals as are withdrawn.
func TestWithdrawnProposalsSendAFindingBack(t *testing.T) {
	c := troubled(t, Finding{Topic: "wages", Severity: "MAJOR"})
	for _, id := range []string{"p1", "p2"} {
		c.add(Suppliers, mill, &CorrectiveAction{ID: id, Audit: "bad", Finding: "1", ProposedOn: "2026-03-10", DueOn: "2026-05-01"})
		c.add(Suppliers, mill, &FindingStep{ID: "s" + id, Audit: "bad", Finding: "1", State: FindingProposed, On: "2026-03-10", Action: id})
	}
	state := func() FindingState { return c.answer().Findings[0].State }
	c.add(Suppliers, mill, &Withdrawal{ID: "w1", Target: Target{KindCorrectiveAction, "p2"}})
	if got := state(); got != FindingProposed || len(c.answer().Findings[0].Actions) != 1 {
		t.Errorf("one is withdrawn: %s", got)
	}
	c.add(Suppliers, mill, &Withdrawal{ID: "w2", Target: Target{KindCorrectiveAction, "p1"}})
	if got := state(); got != FindingOpen {
		t.Errorf("both are withdrawn: %s", got)
	}
}

func TestACaseThatWasNoneIsToldOfAndFreesItsFinding(t *testing.T) {
	c := newChain(t)
	c.clear()
	c.add(Auditors, firm, c.audit("bad", sewing, "2026-03-01", Finding{No: "1", Topic: YouthProtection, Severity: "CRITICAL"}))
	c.add(Auditors, firm, &ChildCase{ID: "kids", Facility: sewing, Audit: "bad", Finding: "1", Month: "2026-03"})
	c.add(Auditors, firm, &ChildStep{ID: "a", Case: "kids", State: ChildErred, Month: "2026-04"})
	if a := c.answer(); a.Outcome != OutcomeOpen || !reflect.DeepEqual(a.Children, []ChildLine{{Country: "BD", Found: ChildLabour, Remediation: RemedyNotBegun}}) {
		t.Errorf("who opened it says so alone: %s, %+v", a.Outcome, a.Children)
	}
	c.help("b", "kids", ChildClosed, "2026-05", ErrorOutcome)
	want := []ChildLine{{Country: "BD", Found: ChildLabour, Remediation: RemedyTakenBack}, {Country: "BD", Found: YoungUnprotected, Remediation: RemedyNotBegun}}
	if a := c.answer(); a.Outcome != OutcomeOpen || !reflect.DeepEqual(a.Children, want) {
		t.Errorf("%s, %+v", a.Outcome, a.Children)
	}
}
