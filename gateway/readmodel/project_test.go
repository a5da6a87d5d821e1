package readmodel

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

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
