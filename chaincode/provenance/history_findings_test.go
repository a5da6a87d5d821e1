package provenance

import (
	"slices"
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
	c.add(org, party, &FindingStep{ID: id, Audit: "bad", Finding: "1", State: state, On: on, Reason: map[FindingState]string{FindingOverridden: "WORKERS_LEFT"}[state],
		Count: map[FindingState]string{FindingConfirmed: "count"}[state]})
}

// sayOfClosing has the sewers say of a closing that it is right or wrong.
func (c *chain) sayOfClosing(id, step, month string, right, wrong Band) *AnswerCount {
	count := &AnswerCount{ID: id, Cohort: "sewers", Record: Asked{KindFindingStep, step}, Matter: MatterFinding, Month: month,
		Answered: "10-24", Right: right, Wrong: wrong, Ask: BandFew}
	c.add(Workers, unionParty, count, Ref{KindFacility, sewing})
	return count
}

// confirmed is a finding closed by an auditor in June and confirmed in August by
// the sewers' count of July.
func confirmedByWorkers(t *testing.T) *chain {
	c := troubled(t, Finding{Topic: "forced-labor-elimination", Severity: "CRITICAL"})
	c.cohort("sewers", sewing, 30)
	c.step("a", Auditors, FindingClosedVerified, "2026-06-01")
	c.sayOfClosing("count", "a", "2026-07", "10-24", BandFew)
	c.step("c", Workers, FindingConfirmed, "2026-08-01")
	return c
}

func TestAConfirmationStandsAsLongAsWhatWorkersSaidDoes(t *testing.T) {
	for name, tc := range map[string]struct {
		later func(*chain)
		state FindingState
		word  string // the count that is told
	}{
		"nothing more": {func(*chain) {}, FindingConfirmed, "count"},
		"the count is withdrawn": {func(c *chain) {
			c.add(Workers, unionParty, &Withdrawal{ID: "w", Target: Target{KindAnswerCount, "count"}})
		}, FindingUnconfirmed, ""},
		"a better count takes its place": {func(c *chain) {
			c.add(Workers, unionParty, &AnswerCount{ID: "b", Cohort: "sewers", Record: Asked{KindFindingStep, "a"}, Matter: MatterFinding, Month: "2026-09", Answered: "25-49", Right: "25-49", Wrong: BandFew, Ask: BandFew, Supersedes: "count"})
		}, FindingConfirmed, "b"},
		"a later one has no quorum": {func(c *chain) { c.sayOfClosing("b", "a", "2026-09", BandFew, BandFew) }, FindingUnconfirmed, ""},
		"a later one denies it":     {func(c *chain) { c.sayOfClosing("b", "a", "2026-09", "10-24", "5-9") }, FindingDenied, "b"},
		"other workers deny it": {func(c *chain) {
			c.cohort("others", sewing, 30)
			c.add(Workers, unionParty, &AnswerCount{ID: "b", Cohort: "others", Record: Asked{KindFindingStep, "a"}, Matter: MatterFinding, Month: "2026-06", Answered: "10-24", Right: BandFew, Wrong: "10-24", Ask: BandFew})
		}, FindingDenied, "b"},
		"a denial after the day asked about": {func(c *chain) { c.sayOfClosing("b", "a", "2026-11", BandFew, "10-24") }, FindingConfirmed, "count"},
		"a denial of another closing":        {func(c *chain) { c.sayOfClosing("b", "z", "2026-09", BandFew, "10-24") }, FindingConfirmed, "count"},
		"it is closed again": {func(c *chain) {
			c.step("d", Workers, FindingReopened, "2026-08-10")
			c.step("e", Auditors, FindingClosedVerified, "2026-08-20")
			c.step("f", Workers, FindingConfirmed, "2026-08-30") // which the ledger would not take: the count is of the closing before
		}, FindingUnconfirmed, ""},
		"the group is not known": {func(c *chain) {
			c.records = slices.DeleteFunc(c.records, func(r Record) bool { return r.Kind == KindCohort && r.ID == "sewers" })
		}, FindingUnconfirmed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := confirmedByWorkers(t)
			tc.later(c)
			a := c.answer()
			got, word := a.Findings[0], ""
			if got.Workers != nil {
				word = got.Workers.Count
			}
			if got.State != tc.state || got.Open != (tc.state != FindingConfirmed) || word != tc.word {
				t.Errorf("%+v by %q", got, word)
			}
			if got.Open && a.Outcome != OutcomeOpen {
				t.Errorf("the outcome is %s", a.Outcome)
			}
		})
	}
}

// Whoever closed it, and whatever it is about: that five workers deny it opens it.
func TestWorkersOpenAFindingThatOthersClosed(t *testing.T) {
	for name, f := range map[string]Finding{
		"of a building":    {Topic: "workplace-safety", Severity: "MAJOR"},
		"of forced labour": {Topic: "forced-labor-elimination", Severity: "MAJOR"},
	} {
		c := troubled(t, f)
		c.cohort("sewers", sewing, 30)
		c.step("a", Auditors, FindingClosedVerified, "2026-06-01")
		c.step("b", Workers, FindingOverridden, "2026-07-01")
		if got := c.answer().Findings[0]; got.Open || got.State != FindingOverridden {
			t.Errorf("%s, closed without workers: %+v", name, got)
		}
		c.sayOfClosing("n", "a", "2026-08", "10-24", "5-9")
		got := c.answer().Findings[0]
		if !got.Open || got.State != FindingDenied || got.Workers.Wrong != "5-9" || got.Workers.Rule != QuorumRule {
			t.Errorf("%s, denied: %+v", name, got)
		}
		if got = c.answer(func(q *Question) { q.AsOf = time.Date(2026, 7, 31, 0, 0, 0, 0, time.UTC) }).Findings[0]; got.Open {
			t.Errorf("%s, in July: %+v", name, got)
		}
	}
}

func TestAnswersAboutFindingsAreListed(t *testing.T) {
	c := confirmedByWorkers(t)
	if a := c.answer().Answers; len(a) != 1 || a[0].Matter != MatterFinding || a[0].Topic != "forced-labor-elimination" || a[0].Site.ID != sewing {
		t.Errorf("answers %+v", a)
	}
	c.add(Auditors, firm, &Withdrawal{ID: "w", Target: Target{KindAudit, "bad"}})
	if a := c.answer().Answers; len(a) != 0 {
		t.Errorf("answers about a withdrawn audit: %+v", a)
	}
	c = troubled(t, Finding{Topic: YouthProtection, Severity: "CRITICAL"})
	c.cohort("sewers", sewing, 30)
	c.step("a", Auditors, FindingClosedVerified, "2026-06-01")
	c.sayOfClosing("n", "a", "2026-08", "10-24", "5-9")
	if a := c.answer(); len(a.Answers) != 0 || len(a.Children) != 1 || a.Children[0].Remediation == RemedyDone {
		t.Errorf("answers that tell where the young are at risk: %+v, %+v", a.Answers, a.Children)
	}
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
			c.cohort("sewers", sewing, 30)
			c.sayOfClosing("count", "a", "2026-07", "10-24", BandFew)
			c.step("c", Workers, FindingConfirmed, "2026-08-01")
			if a = c.answer(); a.Findings[0].Open || a.Findings[0].State != FindingConfirmed || a.Findings[0].Reason != "" || a.Findings[0].Workers == nil || a.Findings[0].Workers.Count != "count" {
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

func TestOpenFindingsAreCountedBySeverityAndAge(t *testing.T) {
	c := newChain(t)
	c.clear()
	finding := func(no, severity, due string) Finding {
		return Finding{No: no, Topic: "workplace-safety", Severity: severity, DueOn: due}
	}
	c.add(Auditors, firm, c.audit("long ago", sewing, "2025-03-01", finding("1", "MAJOR", "2025-06-01"), finding("2", ZeroTolerance, "2025-03-02"), finding("3", Observation, "")))
	c.add(Auditors, firm, c.audit("lately", sewing, "2026-10-01", finding("1", "MAJOR", "2026-12-01"), finding("2", "MAJOR", "2026-10-02"), finding("3", "MINOR", "")))
	c.add(Auditors, firm, c.audit("between", farm, "2026-08-15", finding("1", "MINOR", "2027-01-01"), finding("2", "MAJOR", "")))
	c.add(Auditors, firm, &FindingStep{ID: "closed", Audit: "between", Finding: "2", State: FindingClosedVerified, On: "2026-09-01"})
	want := []OpenCount{
		{ZeroTolerance, AgeOlder, 1, 1}, {"MAJOR", AgeOlder, 1, 1}, {"MAJOR", AgeMonth, 2, 1}, {"MINOR", AgeQuarter, 1, 0}, {"MINOR", AgeMonth, 1, 0},
	}
	if got := c.answer().OpenFindings; !slices.Equal(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if got := c.answer(func(q *Question) { q.AsOf = asOf.AddDate(0, 8, 0) }).OpenFindings; len(got) < 3 || got[2].Age != AgeYear {
		t.Errorf("eight months on: %+v", got)
	}
	if got := c.answer(func(q *Question) { q.AsOf = dateStart("2025-01-01") }).OpenFindings; got == nil || len(got) != 0 {
		t.Errorf("before: %+v", got)
	}
}
