package readmodel

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

func TestProjectorStops(t *testing.T) {
	by := provenance.Author{Org: provenance.Oversight}
	party := func(name string) *provenance.Party { return &provenance.Party{ID: "P", Name: name, Country: "TH"} }
	cases := map[string]struct {
		spoil func(*ledger.Transaction)
		says  string
	}{
		"at an event it does not know": {func(tx *ledger.Transaction) { tx.Event = "fairlead.recorded.v2" }, "fairlead.recorded.v2"},
		"at an event cut off":          {func(tx *ledger.Transaction) { tx.Payload = tx.Payload[:len(tx.Payload)-3] }, "reading the event"},
		"at an event without content":  {func(tx *ledger.Transaction) { tx.Payload = nil }, "reading the event"},
		"at text after an event":       {func(tx *ledger.Transaction) { tx.Payload = append(tx.Payload, "{}"...) }, "text after"},
		"at a kind it does not know": {func(tx *ledger.Transaction) {
			tx.Payload = []byte(strings.Replace(string(tx.Payload), `"kind":"party"`, `"kind":"ghost"`, 1))
		}, "ghost"},
		"at a statement it does not understand": {func(tx *ledger.Transaction) {
			tx.Payload = []byte(strings.Replace(string(tx.Payload), `"name":`, `"nom":`, 1))
		}, "nom"},
		"at another record of the same name": {func(*ledger.Transaction) {}, "another record has this identifier"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var s scribe
			c := newChain()
			c.add(s.transaction(by, party("first")))
			bad := s.transaction(by, party("second"))
			tc.spoil(&bad)
			c.add(s.transaction(by, &provenance.Party{ID: "Q", Name: "before", Country: "TH"}))
			c.add(s.transaction(by, &provenance.Party{ID: "R", Name: "undone", Country: "TH"}), bad)
			c.add(s.transaction(by, &provenance.Party{ID: "S", Name: "after", Country: "TH"}))
			store := openStore(t, filepath.Join(t.TempDir(), "model.db"))
			for range 2 { // trying again changes nothing
				err := Project(context.Background(), c, store, quiet())
				var at *BlockError
				if !errors.As(err, &at) || at.Block != 2 || at.Tx != bad.ID || !strings.Contains(err.Error(), tc.says) {
					t.Fatalf("stopped with: %v", err)
				}
			}
			if got, p := digest(t, store); p.Height != 2 || got != digests(t, c.first(2))[2] {
				t.Errorf("the store stands at height %d with more than the blocks before the fault", p.Height)
			}
			if status := store.Status(); status.Stopped == nil || status.Running || status.Behind() == 0 {
				t.Errorf("the status is %+v", status)
			}
			if err := store.WaitFor(context.Background(), 2); err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("waiting ended with: %v", err)
			}
		})
	}
}

func TestInvalidTransactionsDoNotCount(t *testing.T) {
	var s scribe
	bad := s.transaction(provenance.Author{Org: provenance.Brands}, &provenance.Party{ID: "P", Name: "no", Country: "TH"})
	bad.Code = ledger.CodePhantom
	worse := ledger.Transaction{ID: "x", Code: "BAD_PAYLOAD", Event: "unknown", Payload: []byte("?"), At: dawn.AddDate(1, 0, 0)}
	c := newChain()
	c.add(bad, worse)
	store := filled(t, c)
	_, p, err := store.Record(context.Background(), provenance.KindParty, "P")
	if !errors.Is(err, ErrNoRecord) {
		t.Errorf("an invalid transaction was applied: %v", err)
	}
	if _, p = digest(t, store); p.Height != 1 || !p.At.IsZero() {
		t.Errorf("the position is %+v", p)
	}
}

func TestARecordToldTwiceIsOne(t *testing.T) {
	var s scribe
	tx := s.transaction(provenance.Author{Org: provenance.Brands}, &provenance.Party{ID: "P", Name: "Rope", Country: "TH"})
	again := tx
	again.ID = "again"
	c := newChain()
	c.add(tx, again)
	c.add(again)
	store := filled(t, c)
	found, _, err := store.Record(context.Background(), provenance.KindParty, "P")
	if err != nil || found.Tx != tx.ID || found.Block != 0 {
		t.Errorf("found %+v, %v", found, err)
	}
}

func TestAnotherLedgerIsNoticed(t *testing.T) {
	one, other := invent(6, 20).chain, invent(7, 40).chain
	for name, follow := range map[string]func(*Store) error{
		"of the same height": func(s *Store) error {
			return Project(context.Background(), other.first(len(one.blocks)), s, quiet())
		},
		"that is longer": func(s *Store) error { return Project(context.Background(), other, s, quiet()) },
		"that parted after our newest block": func(s *Store) error {
			fork := one.first(len(one.blocks))
			fork.add(ledger.Transaction{ID: "x", Code: ledger.CodeValid, At: dawn})
			fork.blocks[len(one.blocks)].Previous = []byte("another")
			return Project(context.Background(), fork, s, quiet())
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := filled(t, one)
			want, _ := digest(t, s)
			if err := follow(s); !errors.Is(err, ErrOtherLedger) {
				t.Errorf("ended with: %v", err)
			}
			if got, _ := digest(t, s); got != want {
				t.Error("blocks of another ledger were applied")
			}
		})
	}
}

// patchy leaves out a block.
type patchy struct {
	*chain
	without uint64
}

func (p patchy) Follow(ctx context.Context, first uint64, deliver func(ledger.Block) error) error {
	return p.chain.Follow(ctx, first, func(b ledger.Block) error {
		if b.Number == p.without {
			return nil
		}
		return deliver(b)
	})
}

func TestAGapIsNoticed(t *testing.T) {
	c := invent(8, 10).chain
	s := openStore(t, filepath.Join(t.TempDir(), "model.db"))
	err := Project(context.Background(), patchy{c, 4}, s, quiet())
	var at *BlockError
	if !errors.As(err, &at) || at.Block != 5 || s.Status().Height != 4 {
		t.Errorf("stopped at height %d with: %v", s.Status().Height, err)
	}
}

func TestAFullDiskKeepsContentAndPositionTogether(t *testing.T) {
	c := invent(13, 200).chain
	want := digests(t, c)
	s := openStore(t, filepath.Join(t.TempDir(), "model.db"))
	var pages int
	for full := 0; full < 3; full++ {
		if err := s.writer.QueryRow("PRAGMA page_count").Scan(&pages); err != nil {
			t.Fatal(err)
		}
		if _, err := s.writer.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages+20)); err != nil {
			t.Fatal(err)
		}
		err := Project(context.Background(), c.first(len(c.blocks)), s, quiet())
		var fault *BlockError
		if err == nil || errors.Is(err, errLost) || errors.As(err, &fault) {
			t.Fatalf("on a full disk it ended with: %v", err)
		}
		if got, p := digest(t, s); got != want[p.Height] || s.Status().Height != p.Height {
			t.Fatalf("the content is not that of height %d, of which the status says %d", p.Height, s.Status().Height)
		}
		// A few blocks get in one by one, where all together did not fit.
		if err := Project(context.Background(), c.first(int(s.Status().Height)+2), s, quiet()); err == nil {
			t.Fatal("it ended without an error")
		}
	}
	if _, err := s.writer.Exec("PRAGMA max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	fill(t, s, c)
	if got, _ := digest(t, s); got != want[len(c.blocks)] {
		t.Error("the rest did not make the content whole")
	}
}
