package httpapi_test

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// answered is a gateway to which twelve workers said, each through a receipt,
// that the money came back.
type answered struct {
	*gateway
	inquiry provenance.Inquiry
	batch   *provenance.AnswerBatch
	book    provenance.ReceiptBook
}

func workersAnswer(t *testing.T) *answered {
	g := open(t)
	g.ledger.At(time.Date(2026, 6, 10, 0, 0, 0, 0, time.UTC))
	w := g.world
	receipts, book, err := provenance.MakeReceipts(w.Cohort.ID, w.Cohort.Size, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if w.Cohort.ReceiptsRoot, err = book.Root(); err != nil {
		t.Fatal(err)
	}
	w.Repayment.Workers = 20
	if g.cast, err = w.Found(t.Context(), g.relay, g.ledger.Signers()); err != nil {
		t.Fatal(err)
	}
	if err := w.Tell(t.Context(), g.relay, g.cast); err != nil {
		t.Fatal(err)
	}
	a := &answered{gateway: g, book: book, inquiry: provenance.Inquiry{
		Token: ledger.Draw(), Key: ledger.Draw(), Cohort: w.Cohort.ID, Receipts: w.Cohort.Size, Root: w.Cohort.ReceiptsRoot, Marker: book.Marker,
		Record: provenance.Asked{Kind: provenance.KindRepayment, ID: w.Repayment.ID}, Matter: provenance.MatterRepayment,
	}}
	a.batch = &provenance.AnswerBatch{Inquiry: a.inquiry.Token, Seed: ledger.Draw()}
	for _, r := range receipts[:12] {
		proof, _ := book.Prove(r.Own)
		a.batch.Answers = append(a.batch.Answers, provenance.WorkerAnswer{Proof: proof, Answer: provenance.SaidRight})
	}
	a.hold("OpenInquiry", &a.inquiry)
	a.hold("AnswerReceipt", a.batch)
	return a
}

func (a *answered) hold(transaction string, content provenance.Held) {
	a.t.Helper()
	if _, err := ledger.Hold(a.t.Context(), a.relay, a.cast.Union, transaction, content); err != nil {
		a.t.Fatalf("%s: %v", transaction, err)
	}
}

// read opens what Workers hold under a token.
func (a *answered) read(token string, into any) {
	a.t.Helper()
	text, err := ledger.ReadHeld(a.t.Context(), a.relay, a.cast.Union, token)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		a.t.Fatal(err)
	}
}

func TestWorkersAnswersReachTheHistoryAsACount(t *testing.T) {
	a := workersAnswer(t)
	a.hold("OpenGrievance", &provenance.Grievance{Token: ledger.Draw(), Salt: ledger.Draw(), Facility: a.world.Site.ID, Category: "WAGES", Handler: a.world.Union.ID, NextOn: "2027-01-01"})
	a.ledger.At(time.Date(2026, 10, 10, 0, 0, 0, 0, time.UTC))
	quarter := &provenance.QuarterClosing{Quarter: "2026-Q2", Seed: ledger.Draw(), Sites: []provenance.SiteClosing{{Facility: a.world.Site.ID, Count: a.world.ID()}}}
	a.hold("CloseGrievances", quarter)
	a.hold("CloseAnswers", &provenance.Closing{Inquiry: a.inquiry.Token, Salt: ledger.Draw(), Count: a.world.ID()})
	var count provenance.AnswerCount
	a.read(a.inquiry.Tally(), &count)
	var grievances provenance.GrievanceCount
	a.read(quarter.Count(0, nil).Tally, &grievances)
	a.ledger.At(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC))
	a.state(a.cast.Union, &count)
	a.state(a.cast.Union, &grievances)
	a.settle()
	h, err := a.relay.History(t.Context(), provenance.Question{GTIN: a.world.Shirt.GTIN})
	if err != nil {
		t.Fatal(err)
	}
	if len(h.History.Answers) != 1 || h.History.Answers[0].Right != "10-24" || h.History.Answers[0].Wrong != provenance.BandFew {
		t.Errorf("the answers are %+v", h.History.Answers)
	}
	if total := h.History.Fees.Totals[0]; total.Confirmed != a.world.Repayment.Paid.Amount {
		t.Errorf("confirmed is %+v", total)
	}
	if g := h.History.Grievances; len(g) != 1 || g[0].Quarter != "2026-Q2" || g[0].Received != provenance.BandFew {
		t.Errorf("the grievances are %+v", g)
	}
	erasure := &provenance.Erasure{ID: a.world.ID(), Count: count.ID, Reason: "COUNT_PUBLISHED", Tokens: []string{a.inquiry.Token, a.inquiry.Slot(0)}}
	a.state(a.cast.Union, erasure)
	a.settle()
	for _, st := range []provenance.Statement{&count, &grievances, erasure} {
		if got := a.get("/v1/records/" + string(st.Kind()) + "/" + st.Key()); got.status != http.StatusOK {
			t.Errorf("reading the %s: %d %s", st.Kind(), got.status, got.body)
		}
	}
	_, err = ledger.ReadHeld(t.Context(), a.relay, a.cast.Union, a.inquiry.Slot(0))
	if !isRefusal(err, provenance.NotFound) {
		t.Errorf("a purged answer: %v", err)
	}
}

// Neither the log, nor a block, nor what the gateway answers to anybody else
// holds anything of what workers said.
func TestNothingHeldIsLoggedOrAnswered(t *testing.T) {
	a := workersAnswer(t)
	bad := *a.batch
	bad.Answers = append([]provenance.WorkerAnswer{}, bad.Answers...)
	bad.Answers[1].Proof = bad.Answers[0].Proof
	text, err := json.Marshal(bad)
	if err != nil {
		t.Fatal(err)
	}
	reply := a.post("/v1/held/answers", a.cast.Union, text)
	if p := reply.problem(t); p.Status != http.StatusUnprocessableEntity || len(p.Fields) != 1 || p.Fields[0].Field != "answers[1].proof" {
		t.Errorf("an answer given twice: %s", reply.body)
	}
	if _, err := ledger.Hold(t.Context(), a.relay, a.cast.Brand, "AnswerReceipt", a.batch); !isRefusal(err, provenance.NoStanding) {
		t.Errorf("a brand answers: %v", err)
	}
	if _, err := ledger.ReadHeld(t.Context(), a.relay, a.cast.Supplier, a.inquiry.Slot(0)); !isRefusal(err, provenance.NoStanding) {
		t.Errorf("the employer reads: %v", err)
	}
	seen := a.log.String() + string(reply.body)
	for n := uint64(0); n < a.height(); n++ {
		for _, r := range a.recordsOfAny(n) {
			seen += string(r)
		}
	}
	for _, secret := range []string{a.inquiry.Token, a.inquiry.Key, a.inquiry.Marker, a.inquiry.Slot(0), a.batch.Seed, a.batch.Answers[0].Proof.Secret} {
		raw, err := hex.DecodeString(secret)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(seen, secret) || strings.Contains(seen, string(raw)) {
			t.Errorf("%s is seen", secret)
		}
	}
}

// recordsOfAny is what a block's events tell, whatever they are.
func (g *gateway) recordsOfAny(n uint64) [][]byte {
	g.t.Helper()
	var out [][]byte
	stop := http.ErrAbortHandler
	err := g.ledger.Follow(g.t.Context(), n, func(b ledger.Block) error {
		for _, tx := range b.Transactions {
			out = append(out, tx.Payload)
		}
		return stop
	})
	if err != stop {
		g.t.Fatal(err)
	}
	return out
}
