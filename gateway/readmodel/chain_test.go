package readmodel

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// chain is a ledger's blocks made by hand. It is a ledger.Reader that waits at
// its end for more, or with lost set reports that the ledger is gone.
type chain struct {
	mu     sync.Mutex
	blocks []ledger.Block
	grown  chan struct{}
	lost   bool
}

var errLost = errors.New("the ledger is gone")

func newChain() *chain { return &chain{grown: make(chan struct{})} }

// first is a ledger that ends after some of the chain's blocks.
func (c *chain) first(n int) *chain {
	return &chain{blocks: c.blocks[:n:n], grown: make(chan struct{}), lost: true}
}

func (c *chain) add(txs ...ledger.Transaction) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := ledger.Block{Number: uint64(len(c.blocks)), Transactions: txs}
	if len(c.blocks) > 0 {
		b.Previous = c.blocks[len(c.blocks)-1].Hash
	}
	content, err := json.Marshal(b)
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(content)
	b.Hash = sum[:]
	c.blocks = append(c.blocks, b)
	close(c.grown)
	c.grown = make(chan struct{})
}

func (c *chain) at(n uint64) (ledger.Block, bool, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n < uint64(len(c.blocks)) {
		return c.blocks[n], true, nil
	}
	return ledger.Block{}, false, c.grown
}

func (c *chain) Follow(ctx context.Context, first uint64, deliver func(ledger.Block) error) error {
	for n := first; ; {
		b, ok, grown := c.at(n)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case ok:
			if err := deliver(b); err != nil {
				return err
			}
			n++
		case c.lost:
			return errLost
		default:
			select {
			case <-grown:
			case <-ctx.Done():
			}
		}
	}
}

func (c *chain) Height(context.Context) (uint64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return uint64(len(c.blocks)), nil
}

func (c *chain) Record(context.Context, provenance.Kind, string) (provenance.Record, error) {
	panic("the read model never asks the ledger for a record")
}

func (c *chain) Ready(context.Context) error { return nil }

var dawn = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// scribe turns statements into transactions as the contract would.
type scribe struct {
	txs   int
	about map[provenance.Ref][]provenance.Ref // what each record is about
}

func (s *scribe) transaction(by provenance.Author, statements ...provenance.Statement) ledger.Transaction {
	s.txs++
	tx := ledger.Transaction{
		ID: fmt.Sprintf("tx%06d", s.txs), Code: ledger.CodeValid, At: dawn.Add(time.Duration(s.txs) * time.Minute),
		Event: provenance.EventName,
	}
	recorded := provenance.Recorded{Records: []provenance.Record{}}
	for _, st := range statements {
		r := provenance.Record{
			Kind: st.Kind(), ID: st.Key(), By: by, At: provenance.FormatInstant(tx.At), Tx: tx.ID,
			About: []provenance.Ref{}, Body: canonical(st),
		}
		for _, reference := range st.References() {
			if reference.Subject {
				r.About = append(r.About, reference.Ref)
			}
		}
		if e, ok := st.(*provenance.Event); ok {
			r.About = append(r.About, append(e.Makes(), e.Sees()...)...)
		}
		if w, ok := st.(*provenance.Withdrawal); ok {
			r.About = append(r.About, s.about[provenance.Ref(w.Target)]...)
		}
		if s.about == nil {
			s.about = map[provenance.Ref][]provenance.Ref{}
		}
		s.about[r.Ref()] = r.About
		recorded.Records = append(recorded.Records, r)
	}
	tx.Payload = canonical(recorded)
	return tx
}

func canonical(v any) []byte {
	text, err := provenance.Canonical(v)
	if err != nil {
		panic(err)
	}
	return text
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func openStore(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// fill projects all that a chain has.
func fill(t testing.TB, s *Store, c *chain) {
	t.Helper()
	if err := Project(context.Background(), c.first(len(c.blocks)), s, quiet()); !errors.Is(err, errLost) {
		t.Fatal(err)
	}
}

func filled(t testing.TB, c *chain) *Store {
	t.Helper()
	s := openStore(t, filepath.Join(t.TempDir(), "model.db"))
	fill(t, s, c)
	return s
}

func digest(t testing.TB, s *Store) (string, Position) {
	t.Helper()
	sum, p, err := s.Digest(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return sum, p
}
