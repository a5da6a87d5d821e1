package conformance

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/test/world"
)

func (s *suite) readsItsWrites(t *testing.T) {
	site := s.newSite()
	stated := s.state(t, s.as.Supplier, &site)
	record, err := s.Record(t.Context(), provenance.KindFacility, site.ID)
	if err != nil {
		t.Fatalf("reading what was stated: %v", err)
	}
	if receipt, err := provenance.ReceiptFor(record); err != nil || !slices.Equal(stated.Receipts.Receipts, []provenance.Receipt{receipt}) {
		t.Errorf("the receipts are %v, the record's is %v (%v)", stated.Receipts.Receipts, receipt, err)
	}
	if record.Tx != stated.Commit.Tx {
		t.Errorf("the record is of transaction %s, committed was %s", record.Tx, stated.Commit.Tx)
	}
	if height, err := s.Height(t.Context()); err != nil || height <= stated.Commit.Block {
		t.Errorf("the height is %d (%v) after a commit in block %d", height, err, stated.Commit.Block)
	}
	block := s.block(t, stated.Commit.Block)
	at := slices.IndexFunc(block.Transactions, func(tx ledger.Transaction) bool { return tx.ID == stated.Commit.Tx })
	if block.Number != stated.Commit.Block || at < 0 {
		t.Fatalf("block %d does not hold transaction %s", block.Number, stated.Commit.Tx)
	}
	tx := block.Transactions[at]
	if !tx.Valid() || tx.Event != provenance.EventName || provenance.FormatInstant(tx.At) != record.At {
		t.Errorf("the transaction is %s at %v with the event %q; the record says %s", tx.Code, tx.At, tx.Event, record.At)
	}
	payload, err := provenance.Canonical(provenance.Recorded{Records: []provenance.Record{record}})
	if err != nil || string(payload) != string(tx.Payload) {
		t.Errorf("the event tells\n%s\nthe ledger holds\n%s (%v)", tx.Payload, payload, err)
	}
}

func (s *suite) statesAWorld(t *testing.T) {
	if err := s.Tell(t.Context(), s, s.as); err != nil {
		t.Fatal(err)
	}
}

func (s *suite) statesOnce(t *testing.T) {
	site := s.newSite()
	first := s.state(t, s.as.Supplier, &site)
	again := s.state(t, s.as.Supplier, &site)
	if !slices.Equal(first.Receipts.Receipts, again.Receipts.Receipts) {
		t.Errorf("the receipts are %v, and then %v", first.Receipts.Receipts, again.Receipts.Receipts)
	}
	site.Name += ", gate 2"
	_, err := world.State(t.Context(), s, s.as.Supplier, &site)
	wantRefusal(t, err, provenance.Conflict, "facilities[0].id")
}

func (s *suite) statesLists(t *testing.T) {
	first, second, third := s.newSite(), s.newSite(), s.newSite()
	stated := s.state(t, s.as.Supplier, &first, &second, &third)
	if len(stated.Receipts.Receipts) != 3 {
		t.Fatalf("three statements gave the receipts %v", stated.Receipts.Receipts)
	}
	for i, site := range []provenance.Facility{first, second, third} {
		if got := stated.Receipts.Receipts[i]; got.ID != site.ID || got.Tx != stated.Commit.Tx {
			t.Errorf("receipt %d is %v, want the one of %s", i, got, site.ID)
		}
	}
}

func (s *suite) refuses(t *testing.T) {
	audit := s.Audit
	audit.ID, audit.Facility = s.ID(), s.ID()
	_, err := world.State(t.Context(), s, s.as.Auditor, &audit)
	wantRefusal(t, err, provenance.UnknownReference, "facility")
	s.absent(t, &audit)
}

func (s *suite) refusesStrangers(t *testing.T) {
	site := s.newSite()
	_, err := world.State(t.Context(), s, s.Enrol(provenance.Suppliers), &site)
	wantRefusal(t, err, provenance.NoStanding, "")
	_, err = world.State(t.Context(), s, s.as.Brand, &s.Accreditation) // a member, but not for this
	wantRefusal(t, err, provenance.NoStanding, "")
	s.absent(t, &site)
}

func (s *suite) findsNothing(t *testing.T) {
	site := s.newSite()
	s.absent(t, &site)
}

// rivals are two sites with one GLN, of which the ledger takes one.
func (s *suite) rivals() (a, b provenance.Facility) {
	a, b = s.newSite(), s.newSite()
	b.Identifiers = a.Identifiers
	return a, b
}

func (s *suite) losesRaces(t *testing.T) {
	a, b := s.rivals()
	_, first := s.endorse(t, s.as.Supplier, &a)
	tx, second := s.endorse(t, s.as.Brand, &b)
	if _, err := s.Submit(t.Context(), first); err != nil {
		t.Fatalf("submitting the first: %v", err)
	}
	for _, when := range []string{"at once", "again"} {
		if _, err := s.Submit(t.Context(), second); !errors.Is(err, ledger.ErrNotDone) {
			t.Errorf("submitting the second %s: %v, want %v", when, err, ledger.ErrNotDone)
		}
	}
	if _, err := s.Fate(t.Context(), tx); !errors.Is(err, ledger.ErrNotDone) {
		t.Errorf("the fate of the second is %v, want %v", err, ledger.ErrNotDone)
	}
	s.absent(t, &b)
}

// overtaken is a relay on which another author is quicker, once.
type overtaken struct {
	ledger.Relay
	by func()
}

func (o *overtaken) Submit(ctx context.Context, signed ledger.Signed) (ledger.Commit, error) {
	if by := o.by; by != nil {
		o.by = nil
		by()
	}
	return o.Relay.Submit(ctx, signed)
}

func (s *suite) beginsAgain(t *testing.T) {
	a, b := s.rivals()
	relay := &overtaken{Relay: s, by: func() { s.state(t, s.as.Brand, &b) }}
	_, err := world.State(t.Context(), relay, s.as.Supplier, &a)
	wantRefusal(t, err, provenance.Conflict, "facilities[0].identifiers[0].value")

	c := s.newSite() // stated by the same author elsewhere meanwhile
	relay.by = func() { s.state(t, s.as.Supplier, &c) }
	stated, err := world.State(t.Context(), relay, s.as.Supplier, &c)
	if err != nil {
		t.Fatalf("stating what was stated meanwhile: %v", err)
	}
	record, err := s.Record(t.Context(), provenance.KindFacility, c.ID)
	if err != nil || stated.Receipts.Receipts[0].Tx != record.Tx {
		t.Errorf("the receipt is of transaction %s, the record of %s (%v)", stated.Receipts.Receipts[0].Tx, record.Tx, err)
	}
}

func (s *suite) hasOneWinner(t *testing.T) {
	a, b := s.rivals()
	errs := together(
		func() error { _, err := world.State(t.Context(), s, s.as.Supplier, &a); return err },
		func() error { _, err := world.State(t.Context(), s, s.as.Brand, &b); return err },
	)
	loser := slices.IndexFunc(errs, func(err error) bool { return err != nil })
	if loser < 0 || errs[1-loser] != nil {
		t.Fatalf("the two ended with %v, want one winner", errs)
	}
	wantRefusal(t, errs[loser], provenance.Conflict, "facilities[0].identifiers[0].value")
}

func (s *suite) auditsSideBySide(t *testing.T) {
	const authors = 8
	var do []func() error
	for range authors {
		audit := s.Audit
		audit.ID = s.ID()
		do = append(do, func() error {
			_, proposal := s.prepare(t, s.as.Auditor, &audit)
			endorsed, err := s.Endorse(t.Context(), proposal)
			if err != nil {
				return err
			}
			_, err = s.Submit(t.Context(), sign(t, s.as.Auditor, endorsed.Bytes)) // at the first attempt
			return err
		})
	}
	for i, err := range together(do...) {
		if err != nil {
			t.Errorf("audit %d: %v", i, err)
		}
	}
}

// together runs functions at the same time and gives what each returned.
func together(do ...func() error) []error {
	errs := make([]error, len(do))
	var all sync.WaitGroup
	for i, f := range do {
		all.Go(func() { errs[i] = f() })
	}
	all.Wait()
	return errs
}
