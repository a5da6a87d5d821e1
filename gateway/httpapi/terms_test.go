package httpapi_test

import (
	"crypto/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// TestAnAlarmReachesHistoryAndPages puts terms through the interface: bound at
// origin, compared by Workers, told to everybody, and taken back.
func TestAnAlarmReachesHistoryAndPages(t *testing.T) {
	g := open(t)
	g.ledger.At(time.Date(2026, 10, 10, 0, 0, 0, 0, time.UTC))
	w := g.world
	terms := w.TermsCommitment()
	book, err := provenance.MakeTermsBook(terms.ID, terms.Terms, slices.Repeat([][]int64{{734566201, 764, 480, 8153}}, terms.Workers), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if terms.Root, err = book.Root(); err != nil {
		t.Fatal(err)
	}
	if g.cast, err = w.Found(t.Context(), g.relay, g.ledger.Signers()); err != nil {
		t.Fatal(err)
	}
	g.state(g.cast.Auditor, terms)
	w.Cohort.Terms = terms.ID
	if err := w.Tell(t.Context(), g.relay, g.cast); err != nil {
		t.Fatal(err)
	}
	a := &answered{gateway: g}
	c := &provenance.Comparison{Token: ledger.Draw(), Key: ledger.Draw(), Cohort: w.Cohort.ID, Commitment: terms.ID, Workers: terms.Workers, Terms: terms.Terms, Root: terms.Root}
	a.hold("OpenComparison", c)
	batch := &provenance.TermsBatch{Comparison: c.Token, Seed: ledger.Draw()}
	for n := range 12 {
		o, err := book.Open(n)
		if err != nil {
			t.Fatal(err)
		}
		batch.Workers = append(batch.Workers, provenance.ComparedWorker{Opening: o, Now: []provenance.TermNow{{Code: "TERM_HOURS", Value: 661}, {Code: "TERM_OCCUPATION", Value: 8153}}})
	}
	a.hold("CompareTerms", batch)
	a.hold("CloseComparison", &provenance.ComparisonClosing{Comparison: c.Token, Salt: ledger.Draw(), Outcome: w.ID()})
	var out provenance.TermsComparison
	a.read(c.Tally(), &out)
	g.ledger.At(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC))
	g.state(g.cast.Union, &out)
	g.settle()

	h, err := g.relay.History(t.Context(), provenance.Question{GTIN: w.Shirt.GTIN})
	if err != nil {
		t.Fatal(err)
	}
	if lines := h.History.Terms; len(lines) != 1 || !lines[0].Alarm || lines[0].Site.ID != w.Site.ID || lines[0].Terms[2] != (provenance.TermCount{Code: "TERM_HOURS", Known: "10-24", Worse: "10-24"}) {
		t.Errorf("the terms are %+v", lines)
	}
	if reply := g.get("/v1/records/terms-comparison/" + out.ID); reply.status != 200 {
		t.Errorf("the comparison: %d %s", reply.status, reply.body)
	}
	if reply := g.get("/v1/records/terms-commitment/" + terms.ID); reply.status != 404 {
		t.Errorf("the commitment, which counts workers: %d", reply.status)
	}
	const words = "Worse than agreed"
	for _, page := range []string{"/01/" + w.Shirt.GTIN, "/sites/" + w.Site.ID} {
		body := string(g.get(page).body)
		if !strings.Contains(body, words) || !strings.Contains(body, "hours of work for 10 to 24") || strings.Contains(body, "kind of work for") {
			t.Errorf("%s does not tell what is worse: %s", page, body)
		}
	}
	g.state(g.cast.Oversight, &provenance.FacilityMerge{ID: w.ID(), Kept: w.Annex.Site.ID, Merged: w.Site.ID, Reason: "DUPLICATE"})
	g.settle()
	if body := string(g.get("/sites/" + w.Annex.Site.ID).body); !strings.Contains(body, words) {
		t.Errorf("the page of the site into which it was merged does not alarm: %s", body)
	}
	seen := g.log.String()
	for n := uint64(0); n < g.height(); n++ {
		for _, r := range g.recordsOfAny(n) {
			seen += string(r)
		}
	}
	for _, secret := range []string{"734566201", book.Workers[0][0].Salt, c.Token, c.Key, c.Slot(0), batch.Seed} {
		if strings.Contains(seen, secret) {
			t.Errorf("%s is seen", secret)
		}
	}
	g.state(g.cast.Union, &provenance.Withdrawal{ID: w.ID(), Target: provenance.Target{Kind: provenance.KindTermsComparison, ID: out.ID}, Reason: "RECORDED_IN_ERROR"})
	g.settle()
	for _, page := range []string{"/01/" + w.Shirt.GTIN, "/sites/" + w.Site.ID, "/sites/" + w.Annex.Site.ID} {
		if body := string(g.get(page).body); strings.Contains(body, words) {
			t.Errorf("%s tells of what was withdrawn", page)
		}
	}
}
