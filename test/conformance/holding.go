package conformance

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/test/world"
)

// inquiry is one that Workers hold, with the receipts of those it asks.
type inquiry struct {
	provenance.Inquiry
	book     provenance.ReceiptBook
	receipts []provenance.WorkerReceipt
}

// ask opens an inquiry about the fees of a cohort of its own.
func (s *suite) ask(t *testing.T) *inquiry {
	t.Helper()
	cohort, fees := s.Cohort, s.Fees
	cohort.ID, fees.ID = s.ID(), s.ID()
	fees.Cohort = cohort.ID
	i := new(inquiry)
	var err error
	if i.receipts, i.book, err = provenance.MakeReceipts(cohort.ID, cohort.Size, rand.Reader); err != nil {
		t.Fatal(err)
	}
	if cohort.ReceiptsRoot, err = i.book.Root(); err != nil {
		t.Fatal(err)
	}
	s.state(t, s.as.Union, &cohort)
	s.state(t, s.as.Union, &fees)
	i.Inquiry = provenance.Inquiry{
		Token: ledger.Draw(), Key: ledger.Draw(), Cohort: cohort.ID, Receipts: cohort.Size, Root: cohort.ReceiptsRoot, Marker: i.book.Marker,
		Record: provenance.Asked{Kind: provenance.KindFeeStatement, ID: fees.ID}, Matter: provenance.MatterFees,
	}
	s.hold(t, "OpenInquiry", &i.Inquiry)
	return i
}

// answers is a batch in which the holders of some receipts say one thing.
func (i *inquiry) answers(t *testing.T, said provenance.Said, receipts ...provenance.WorkerReceipt) *provenance.AnswerBatch {
	t.Helper()
	b := &provenance.AnswerBatch{Inquiry: i.Token, Seed: ledger.Draw(), Answers: []provenance.WorkerAnswer{}}
	for _, r := range receipts {
		proof, ok := i.book.Prove(r.Own)
		if !ok {
			t.Fatal("a receipt is not in its book")
		}
		b.Answers = append(b.Answers, provenance.WorkerAnswer{Proof: proof, Answer: said})
	}
	return b
}

func (s *suite) hold(t *testing.T, transaction string, content provenance.Held) ledger.Commit {
	t.Helper()
	commit, err := ledger.Hold(t.Context(), s.Workers, s.as.Union, transaction, content)
	if err != nil {
		t.Fatalf("%s: %v", transaction, err)
	}
	return commit
}

// held reads what Workers hold under a token.
func held[T any](s *suite, t *testing.T, token string) T {
	t.Helper()
	var value T
	text, err := ledger.ReadHeld(t.Context(), s.Workers, s.as.Union, token)
	if err != nil {
		t.Fatalf("reading what is held: %v", err)
	}
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func (s *suite) holds(t *testing.T) {
	i := s.ask(t)
	batches := []*provenance.AnswerBatch{
		i.answers(t, provenance.SaidWrong, i.receipts[:12]...), i.answers(t, provenance.SaidRight, i.receipts[12:14]...), i.answers(t, provenance.SaidAsk),
	}
	for n, err := range together(
		func() error { return s.answer(t, batches[0]) }, func() error { return s.answer(t, batches[1]) }, func() error { return s.answer(t, batches[2]) },
	) {
		if err != nil {
			t.Fatalf("batch %d: %v", n, err)
		}
	}
	for n, want := range map[int]provenance.Said{0: provenance.SaidWrong, 11: provenance.SaidWrong, 12: provenance.SaidRight, 14: ""} {
		if got := held[provenance.HeldAnswer](s, t, i.Slot(n)); got.Own != want {
			t.Errorf("receipt %d answered %q, held is %q", n, want, got.Own)
		}
	}
	commit := s.hold(t, "CloseAnswers", &provenance.Closing{Inquiry: i.Token, Salt: ledger.Draw(), Count: s.ID()})
	count := held[provenance.AnswerCount](s, t, i.Tally())
	if count.Answered != "10-24" || count.Wrong != "10-24" || count.Right != provenance.BandFew {
		t.Errorf("counted was %+v", count)
	}
	_, err := world.State(t.Context(), s, s.as.Union, &count)
	wantRefusal(t, err, provenance.InFuture, "month")
	for _, tx := range s.block(t, commit.Block).Transactions {
		if tx.ID == commit.Tx && (tx.Event != "" || len(tx.Payload) > 0) {
			t.Errorf("the event %q tells %s", tx.Event, tx.Payload)
		}
	}
	err = s.answer(t, i.answers(t, provenance.SaidRight, i.receipts[0]))
	wantRefusal(t, err, provenance.WrongState, "inquiry")
	if _, err := ledger.ReadHeld(t.Context(), s.Workers, s.as.Brand, i.Tally()); err == nil {
		t.Error("a brand reads what Workers hold")
	}
}

func (s *suite) answer(t *testing.T, b *provenance.AnswerBatch) error {
	_, err := ledger.Hold(t.Context(), s.Workers, s.as.Union, "AnswerReceipt", b)
	return err
}

func (s *suite) purges(t *testing.T) {
	i := s.ask(t)
	s.hold(t, "AnswerReceipt", i.answers(t, provenance.SaidWrong, i.receipts[:3]...))
	kept := held[provenance.HeldAnswer](s, t, i.Slot(1))
	erasure := &provenance.Erasure{ID: s.ID(), Reason: "WORKER_ASKED", Tokens: []string{i.Slot(0), i.Slot(2)}}
	stated := s.state(t, s.as.Union, erasure)
	if _, err := ledger.Await(t.Context(), s.Workers, stated.Commit.Tx); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 2} {
		_, err := ledger.ReadHeld(t.Context(), s.Workers, s.as.Union, i.Slot(n))
		wantRefusal(t, err, provenance.NotFound, "")
	}
	if got := held[provenance.HeldAnswer](s, t, i.Slot(1)); got != kept {
		t.Errorf("beside what was purged, held is %+v, was %+v", got, kept)
	}
	record, err := s.Record(t.Context(), provenance.KindErasure, erasure.ID)
	if err != nil || record.Tx != stated.Commit.Tx {
		t.Errorf("the erasure is recorded by %s (%v), committed was %s", record.Tx, err, stated.Commit.Tx)
	}
	again := *erasure
	again.ID = s.ID()
	_, err = world.State(t.Context(), s, s.as.Union, &again)
	var refusal *provenance.Refusal
	if !errors.As(err, &refusal) || refusal.Code != provenance.UnknownReference || len(refusal.Fields) != 2 {
		t.Errorf("purging again: %v", err)
	}
	if text, err := provenance.Canonical(record); err != nil || bytes.Contains(text, []byte(i.Cohort)) {
		t.Errorf("the erasure names the cohort (%v): %s", err, text)
	}
}
