package readmodel

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// digests gives the digest for every height, each block applied by itself.
func digests(t *testing.T, c *chain) []string {
	t.Helper()
	s := openStore(t, filepath.Join(t.TempDir(), "single.db"))
	sums := make([]string, len(c.blocks)+1)
	for n := range sums {
		fill(t, s, c.first(n))
		sums[n], _ = digest(t, s)
	}
	return sums
}

func TestDigestIsThatOfTheHeightWhateverTheCuts(t *testing.T) {
	c := invent(1, 60).chain
	want := digests(t, c)
	for n := range want[1:] {
		if want[n] == want[n+1] {
			t.Fatalf("the digest does not tell height %d from %d", n, n+1)
		}
	}
	r := rand.New(rand.NewPCG(2, 2))
	for range 5 {
		path := filepath.Join(t.TempDir(), "model.db")
		for height := 0; height < len(c.blocks); {
			height = min(len(c.blocks), height+1+r.IntN(30))
			s, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			fill(t, s, c.first(height))
			if got, p := digest(t, s); p.Height != uint64(height) || got != want[height] {
				t.Errorf("at height %d, wanted %d, the digest is %s, wanted %s", p.Height, height, got, want[height])
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// stopping ends the projector's context while a block is being delivered.
type stopping struct {
	*chain
	at   uint64
	stop context.CancelFunc
}

func (s stopping) Follow(ctx context.Context, first uint64, deliver func(ledger.Block) error) error {
	return s.chain.Follow(ctx, first, func(b ledger.Block) error {
		if b.Number == s.at {
			s.stop()
		}
		return deliver(b)
	})
}

func TestStoppingAnywhereKeepsContentAndPositionTogether(t *testing.T) {
	c := invent(3, 40).chain
	want := digests(t, c)
	s := openStore(t, filepath.Join(t.TempDir(), "model.db"))
	for at := uint64(0); at < uint64(len(c.blocks)); at += 3 {
		ctx, stop := context.WithCancel(context.Background())
		if err := Project(ctx, stopping{c, at, stop}, s, quiet()); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		got, p := digest(t, s)
		if got != want[p.Height] {
			t.Fatalf("stopped at block %d, the content is not that of height %d", at, p.Height)
		}
		if status := s.Status(); status.Height != p.Height || status.Stopped != nil || status.Running {
			t.Fatalf("the status is %+v at height %d", status, p.Height)
		}
	}
	fill(t, s, c)
	if got, _ := digest(t, s); got != want[len(c.blocks)] {
		t.Error("the rest did not make the content whole")
	}
}

// A copy of the files under a running store is what a crash leaves behind.
func TestACrashLeavesContentAndPositionTogether(t *testing.T) {
	c := invent(4, 30).chain
	want := digests(t, c)
	dir := t.TempDir()
	s := openStore(t, filepath.Join(dir, "model.db"))
	for height := 5; height < len(c.blocks); height += 11 {
		fill(t, s, c.first(height))
		image := t.TempDir()
		for _, name := range []string{"model.db", "model.db-wal"} {
			content, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(image, name), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		after := openStore(t, filepath.Join(image, "model.db"))
		if got, p := digest(t, after); p.Height != uint64(height) || got != want[height] {
			t.Fatalf("after a crash at height %d the store stands at %d", height, p.Height)
		}
		fill(t, after, c)
		if got, _ := digest(t, after); got != want[len(c.blocks)] {
			t.Fatal("the store does not recover")
		}
	}
}

func TestRebuiltStoreIsEqual(t *testing.T) {
	c := invent(5, 50).chain
	path := filepath.Join(t.TempDir(), "model.db")
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s, c)
	want, _ := digest(t, s)
	if err := Discard(path); !errors.Is(err, ErrInUse) {
		t.Errorf("a store in use was discarded: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Discard(path); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, path)
	if height := s.Status().Height; height != 0 {
		t.Fatalf("after discarding it stands at height %d", height)
	}
	fill(t, s, c)
	if got, _ := digest(t, s); got != want {
		t.Errorf("rebuilt to %s, wanted %s", got, want)
	}
}

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

func TestQuestionsDuringProjectionSeeOneMoment(t *testing.T) {
	w := invent(9, 60)
	want := digests(t, w.chain)
	s := openStore(t, filepath.Join(t.TempDir(), "model.db"))
	live := newChain()
	ctx, stop := context.WithCancel(context.Background())
	projected := make(chan error, 1)
	go func() { projected <- Project(ctx, live, s, quiet()) }()
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			for last := uint64(0); last < uint64(len(w.chain.blocks)); {
				got, p, err := s.Digest(ctx)
				if err != nil || got != want[p.Height] || p.Height < last {
					t.Errorf("at height %d after %d: %v", p.Height, last, err)
					return
				}
				last = p.Height
				if _, _, err := s.Behind(ctx, w.gtins[0], ""); err != nil && !errors.Is(err, ErrNoProduct) {
					t.Error(err)
					return
				}
			}
		})
	}
	for n, b := range w.chain.blocks {
		live.add(b.Transactions...)
		if n%7 == 0 {
			if err := s.WaitFor(ctx, uint64(n)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.WaitFor(ctx, uint64(len(w.chain.blocks)-1)); err != nil {
		t.Fatal(err)
	}
	group.Wait()
	if err := Project(ctx, live, s, quiet()); !errors.Is(err, ErrProjecting) {
		t.Errorf("a second projector ended with: %v", err)
	}
	stop()
	if err := <-projected; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestWaitForGivesUpWithItsContext(t *testing.T) {
	s := filled(t, invent(10, 1).chain.first(3))
	if err := s.WaitFor(context.Background(), 2); err != nil {
		t.Errorf("waiting for what is there: %v", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	fresh := openStore(t, filepath.Join(t.TempDir(), "model.db"))
	done := make(chan error, 1)
	go func() { done <- fresh.WaitFor(ctx, 0) }()
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestStatusTellsTimes(t *testing.T) {
	c := invent(11, 5).chain
	s := filled(t, c)
	newest := c.records()
	at := instant(newest[len(newest)-1].At)
	status := s.Status()
	if status.Height != uint64(len(c.blocks)) || status.Ledger != status.Height || status.Behind() != 0 || !status.At.Equal(at) ||
		status.AppliedAt.IsZero() || status.ToldAt.IsZero() || !errors.Is(status.Stopped, errLost) {
		t.Errorf("the status is %+v, the newest record's time %s", status, at)
	}
}
