package provenance

import (
	"testing"
	"time"
)

// troubled is a clear chain with one more finding at the sewing hall.
func troubled(t *testing.T, f Finding) *chain {
	c := newChain(t)
	c.clear()
	f.No = "1"
	c.add(Auditors, firm, c.audit("bad", sewing, "2026-03-01", f))
	return c
}

func (c *chain) step(id string, org Org, state FindingState, on string) {
	party := map[Org]string{Suppliers: mill, Auditors: firm, Workers: unionParty}[org]
	c.add(org, party, &FindingStep{ID: id, Audit: "bad", Finding: "1", State: state, On: on, Reason: map[FindingState]string{FindingOverridden: "WORKERS_LEFT"}[state]})
}

func TestAFindingThatConcernsWorkersWaitsForThem(t *testing.T) {
	for name, f := range map[string]Finding{
		"of forced labour":             {Topic: "forced-labor-elimination", Severity: "CRITICAL"},
		"of ways to complain":          {Topic: "feedback-channels", Severity: "MINOR"},
		"of safety, with an indicator": {Topic: "workplace-safety", Severity: "MINOR", Indicators: []string{"ABUSIVE_CONDITIONS"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := troubled(t, f)
			c.step("a", Auditors, FindingClosedVerified, "2026-06-01")
			a := c.answer()
			if got := a.Findings[0]; a.Outcome != OutcomeOpen || !got.Open || got.State != FindingUnconfirmed || a.Sites[0].OpenFindings != 1 {
				t.Errorf("closed by the auditor: %s, %+v", a.Outcome, got)
			}
			c.step("b", Workers, FindingOverridden, "2026-07-01")
			if a = c.answer(); a.Outcome != OutcomeClear || a.Findings[0].Open || a.Findings[0].Reason != "WORKERS_LEFT" {
				t.Errorf("closed by the union's decision: %s, %+v", a.Outcome, a.Findings[0])
			}
			c.step("c", Workers, FindingConfirmed, "2026-08-01")
			if a = c.answer(); a.Outcome != OutcomeClear || a.Findings[0].State != FindingConfirmed || a.Findings[0].Reason != "" {
				t.Errorf("confirmed: %s, %+v", a.Outcome, a.Findings[0])
			}
			if a = c.answer(func(q *Question) { q.AsOf = time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC) }); a.Outcome != OutcomeOpen {
				t.Errorf("in June: %s", a.Outcome)
			}
		})
	}
}

func TestExtensionsAreSeen(t *testing.T) {
	c := troubled(t, Finding{Topic: "workplace-safety", Severity: "MAJOR", DueOn: "2026-06-01"})
	c.add(Suppliers, mill, &CorrectiveAction{ID: "plan", Audit: "bad", Finding: "1", Causes: []string{"NO_POLICY"}, Measures: []string{"REPAIR_PREMISES"}, ProposedOn: "2026-03-10", DueOn: "2026-06-01", Evidence: make([]Evidence, 2)})
	c.add(Suppliers, mill, &CorrectiveAction{ID: "other", Audit: "bad", Finding: "2", ProposedOn: "2026-03-10", DueOn: "2026-06-01"})
	if got := c.answer().Findings[0]; !got.Overdue || len(got.Actions) != 1 || got.Actions[0].Evidence != 2 {
		t.Fatalf("%+v", got)
	}
	c.add(Auditors, firm, &FindingExtension{ID: "z", Audit: "bad", Finding: "1", DueOn: "2026-08-01", On: "2026-05-20", Reason: "BUILDING_WORK"})
	c.add(Auditors, firm, &FindingExtension{ID: "a", Audit: "bad", Finding: "1", DueOn: "2026-12-01", On: "2026-07-20", Reason: "PERMIT_AWAITED"})
	got := c.answer().Findings[0]
	want := []ExtensionLine{
		{Name{firm, "The firm"}, "2026-06-01", "2026-08-01", "2026-05-20", "BUILDING_WORK"},
		{Name{firm, "The firm"}, "2026-08-01", "2026-12-01", "2026-07-20", "PERMIT_AWAITED"},
	}
	if got.Overdue || got.DueOn != "2026-12-01" || len(got.Extensions) != 2 || got.Extensions[0] != want[0] || got.Extensions[1] != want[1] {
		t.Errorf("%+v", got)
	}
	if got = c.answer(func(q *Question) { q.AsOf = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC) }).Findings[0]; got.DueOn != "2026-08-01" {
		t.Errorf("in July it was due on %s", got.DueOn)
	}
}
