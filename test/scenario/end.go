package scenario

import (
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// end tells what everybody sees of the year.
func (s *story) end() {
	s.chapter("WHAT EVERYBODY SEES OF THE YEAR")
	a := s.history()
	total := a.Fees.Totals[0]
	s.line("outcome %s; charged %d, paid back %d, still owed %d %s, to %s workers", a.Outcome, total.Charged/100, total.Repaid/100, total.Outstanding/100, total.Currency, total.Workers)
	for _, site := range a.Sites {
		s.line("site %s: %s, fees asked: %v, open findings: %d", site.Name.Name, site.Coverage, site.FeesAsked, site.OpenFindings)
	}
	for _, d := range a.Disagreements {
		s.line("disagreement about %s with %v", d.Matter, d.Against)
	}
	for _, f := range a.Findings {
		s.line("finding %s, %s, %s: %s", f.No, f.Topic, f.Severity, f.State)
	}
	for _, l := range a.Signals {
		s.line("signal %s, %d", l.Type, l.Number)
	}
}

// monthOver tells what comes when the month of the counts is over.
func (s *story) monthOver() {
	s.chapter("A MONTH LATER")
	lately := func(q *provenance.Question) { q.AsOf = s.moment().AddDate(0, 0, 1) } // whatever the ledger's year
	confirm := func(count string) *provenance.FindingStep {
		return &provenance.FindingStep{ID: s.ID(), Audit: s.audit.ID, Finding: "F-1", State: provenance.FindingConfirmed, On: s.moment().Format(time.DateOnly), Count: count}
	}
	kind := s.counted
	kind.Wrong = provenance.BandFew
	s.cheats(s.as.Union, provenance.Invalid, "The union is asked to be kind, and to publish a few for the six who have no money.", &kind)
	s.happens(s.as.Union, "The union publishes what was counted: 10 to 24 have the money, 5 to 9 do not.", &s.counted)
	a := s.history(lately)
	s.seen(len(a.Answers) == 1 && a.Answers[0].Wrong == "5-9" && a.Fees.Totals[0].Repaid == 0 && a.Outcome == provenance.OutcomeOwed,
		"five or more say that nothing came. Against that, nobody else's word that it did counts: all of it is owed again")
	s.cheats(s.as.Union, provenance.Invalid, "The union confirms the finding by what was said of the money.", confirm(s.counted.ID))
	s.happens(s.as.Union, "The union publishes what was said of the papers: 10 to 24 have them, few do not.", &s.confirming)
	s.cheats(s.as.Supplier, provenance.NoStanding, "The factory confirms the finding in the workers' name, by that count.", confirm(s.confirming.ID))
	s.happens(s.as.Union, "The union confirms it, by the workers' own count.", confirm(s.confirming.ID))
	f := s.finding(s.history(lately), "F-1")
	s.seen(!f.Open && f.State == provenance.FindingConfirmed, "the finding of the papers is closed, and by whose word")
}
