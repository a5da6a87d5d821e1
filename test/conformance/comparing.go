package conformance

import (
	"crypto/rand"
	"slices"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/test/world"
)

// compares binds terms, records who came with them, and has Workers' peer find
// that the wage of twelve is less.
func (s *suite) compares(t *testing.T) {
	terms := s.TermsCommitment()
	terms.ID = s.ID()
	const wage, currency, hours, occupation = 1150000, 764, 480, 8153
	book, err := provenance.MakeTermsBook(terms.ID, terms.Terms, slices.Repeat([][]int64{{wage, currency, hours, occupation}}, terms.Workers), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if terms.Root, err = book.Root(); err != nil {
		t.Fatal(err)
	}
	s.state(t, s.as.Auditor, terms)
	cohort := s.Cohort
	cohort.ID, cohort.Terms = s.ID(), terms.ID
	s.state(t, s.as.Union, &cohort)
	c := &provenance.Comparison{Token: ledger.Draw(), Key: ledger.Draw(), Cohort: cohort.ID, Commitment: terms.ID, Workers: terms.Workers, Terms: terms.Terms, Root: terms.Root}
	s.hold(t, "OpenComparison", c)
	worker := func(n int, now int64) provenance.ComparedWorker {
		o, err := book.Open(n)
		if err != nil {
			t.Fatal(err)
		}
		return provenance.ComparedWorker{Opening: o, Now: []provenance.TermNow{{Code: provenance.TermWage, Value: now}, {Code: provenance.TermCurrency, Value: currency}}}
	}
	batch := func(workers ...provenance.ComparedWorker) *provenance.TermsBatch {
		return &provenance.TermsBatch{Comparison: c.Token, Seed: ledger.Draw(), Workers: append([]provenance.ComparedWorker{}, workers...)}
	}
	var worse []provenance.ComparedWorker
	for n := range 12 {
		worse = append(worse, worker(n, wage-1))
	}
	batches := []*provenance.TermsBatch{batch(worse...), batch(worker(12, wage), worker(13, wage+1)), batch()}
	var calls []func() error
	for _, b := range batches {
		calls = append(calls, func() error {
			_, err := ledger.Hold(t.Context(), s.Workers, s.as.Union, "CompareTerms", b)
			return err
		})
	}
	for n, err := range together(calls...) {
		if err != nil {
			t.Fatalf("batch %d: %v", n, err)
		}
	}
	tampered := worker(14, wage)
	tampered.Opening.Worker = 15
	_, err = ledger.Hold(t.Context(), s.Workers, s.as.Union, "CompareTerms", batch(tampered))
	wantRefusal(t, err, provenance.Invalid, "workers[0].opening")

	s.hold(t, "CloseComparison", &provenance.ComparisonClosing{Comparison: c.Token, Salt: ledger.Draw(), Outcome: s.ID()})
	out := held[provenance.TermsComparison](s, t, c.Tally())
	if out.Compared != "10-24" || out.Terms[0] != (provenance.TermCount{Code: provenance.TermWage, Known: "10-24", Worse: "10-24"}) || out.Terms[1].Worse != provenance.BandFew || !out.Alarms() {
		t.Errorf("found was %+v", out)
	}
	_, err = world.State(t.Context(), s, s.as.Union, &out)
	wantRefusal(t, err, provenance.InFuture, "month")
	erasure := &provenance.Erasure{ID: s.ID(), Reason: "WORKER_ASKED", Tokens: []string{c.Slot(0)}}
	stated := s.state(t, s.as.Union, erasure)
	if _, err := ledger.Await(t.Context(), s.Workers, stated.Commit.Tx); err != nil {
		t.Fatal(err)
	}
	_, err = ledger.ReadHeld(t.Context(), s.Workers, s.as.Union, c.Slot(0))
	wantRefusal(t, err, provenance.NotFound, "")
}

// asksAboutFindings has an auditor close a finding, and workers say that it is
// put right; what they say before its month is over confirms nothing yet.
func (s *suite) asksAboutFindings(t *testing.T) {
	audit := s.Audit
	audit.ID = s.ID()
	s.state(t, s.as.Auditor, &audit)
	closed := &provenance.FindingStep{ID: s.ID(), Audit: audit.ID, Finding: "F-1", State: provenance.FindingClosedVerified, On: "2025-12-10", Verification: "ON_SITE"}
	s.state(t, s.as.Auditor, closed)
	i := s.ask(t)
	i.Inquiry.Token, i.Inquiry.Key = ledger.Draw(), ledger.Draw()
	i.Record, i.Matter = provenance.Asked{Kind: provenance.KindFindingStep, ID: closed.ID}, provenance.MatterFinding
	s.hold(t, "OpenInquiry", &i.Inquiry)
	s.hold(t, "AnswerReceipt", i.answers(t, provenance.SaidRight, i.receipts[:12]...))
	s.hold(t, "CloseAnswers", &provenance.Closing{Inquiry: i.Token, Salt: ledger.Draw(), Count: s.ID()})
	count := held[provenance.AnswerCount](s, t, i.Tally())
	if count.Record.ID != closed.ID || !count.Quorum(s.Cohort.Size) {
		t.Errorf("counted was %+v", count)
	}
	_, err := world.State(t.Context(), s, s.as.Union, &count)
	wantRefusal(t, err, provenance.InFuture, "month")
	confirms := &provenance.FindingStep{ID: s.ID(), Audit: audit.ID, Finding: "F-1", State: provenance.FindingConfirmed, On: closed.On, Count: count.ID}
	_, err = world.State(t.Context(), s, s.as.Union, confirms)
	wantRefusal(t, err, provenance.UnknownReference, "count")
	confirms.Count = ""
	_, err = world.State(t.Context(), s, s.as.Union, confirms)
	wantRefusal(t, err, provenance.Invalid, "count")
	s.state(t, s.as.Union, &provenance.FindingStep{ID: s.ID(), Audit: audit.ID, Finding: "F-1", State: provenance.FindingOverridden, On: "2025-12-20", Reason: "WORKERS_AT_RISK"})
}
