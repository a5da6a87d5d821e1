//go:build e2e

package fabric_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/network"
	"github.com/fairlead/fairlead/test/world"
)

// authors of one test, who state without pause.
const authors = 8

// TestDeathsCostNothingButTime kills every node in turn while authors submit:
// nobody gets an error, submissions go on while the node is gone, and in the
// end the ledger holds each acknowledged record once.
func TestDeathsCostNothingButTime(t *testing.T) {
	for _, ordering := range []network.Ordering{network.BFT, network.Raft} {
		t.Run(string(ordering), func(t *testing.T) {
			f := bring(t, ordering)
			w := world.New(1)
			cast, err := w.Found(t.Context(), f.ledger, f)
			if err != nil {
				t.Fatal(err)
			}
			crowd := newCrowd(t, f.ledger, cast.Supplier, w.Site)
			followed := make(chan error, 1)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			var held holding
			go func() { followed <- f.ledger.Follow(ctx, 0, held.take) }()

			for _, role := range []string{"peer", "orderer", "chaincode"} {
				for _, org := range []string{"brands", "auditors", "workers", "oversight"} {
					f.outlive(role+"."+org, crowd)
				}
			}
			acknowledged := crowd.disperse()
			height, err := f.ledger.Height(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			await(t, "the follower to catch up", func() error {
				if next := held.next.Load(); next < height {
					return fmt.Errorf("it has %d of %d blocks", next, height)
				}
				return nil
			})
			stop()
			if err := <-followed; !errors.Is(err, context.Canceled) {
				t.Errorf("following ended with %v", err)
			}
			for id, n := range held.records {
				if n != 1 {
					t.Errorf("the ledger records %s %d times", id, n)
				}
			}
			for _, id := range acknowledged {
				if held.records[id] == 0 {
					t.Errorf("%s was acknowledged and is not on the ledger", id)
				}
			}
			t.Logf("%d acknowledged, %d on the ledger, %d blocks", len(acknowledged), len(held.records), height)
		})
	}
}

// outlive kills a node and returns once every author has got on without it and
// it runs again.
func (f *field) outlive(node string, c *crowd) {
	f.t.Helper()
	before, begun := f.process(node), time.Now()
	if err := f.network.Kill(node); err != nil {
		f.t.Fatal(err)
	}
	done := c.progress()
	await(f.t, "every author to get on without "+node, func() error { return c.since(done) })
	getOn := time.Since(begun)
	await(f.t, node+" to run again", func() error {
		if p := f.process(node); p.PID == 0 || p.Restarts <= before.Restarts {
			return fmt.Errorf("%+v", p)
		}
		return nil
	})
	await(f.t, "every peer to know the newest block", f.level)
	f.t.Logf("%s: all authors got on after %v", node, getOn.Round(10*time.Millisecond))
}

// level is nil when every peer answers and lags no more than a few blocks.
func (f *field) level() error {
	s, err := f.network.Status(f.t.Context())
	if err != nil {
		return err
	}
	var lowest, highest uint64
	for _, p := range s.Nodes {
		if len(p.Name) < 5 || p.Name[:5] != "peer." {
			continue
		}
		if p.Height == nil {
			return fmt.Errorf("%s does not answer", p.Name)
		}
		if lowest == 0 || *p.Height < lowest {
			lowest = *p.Height
		}
		highest = max(highest, *p.Height)
	}
	if highest > lowest+5 {
		return fmt.Errorf("a peer has %d blocks, another %d", lowest, highest)
	}
	return nil
}

// crowd is authors who state one site after the other.
type crowd struct {
	t       *testing.T
	stop    context.CancelFunc
	running sync.WaitGroup
	done    [authors]atomic.Int64

	mu           sync.Mutex
	acknowledged []string
}

func newCrowd(t *testing.T, l ledger.Ledger, author ledger.Signer, site provenance.Facility) *crowd {
	ctx, stop := context.WithCancel(t.Context())
	c := &crowd{t: t, stop: stop}
	t.Cleanup(stop)
	for n := range authors {
		c.running.Go(func() {
			numbers := world.New(uint64(1000 + n))
			for ctx.Err() == nil {
				c.state(l, author, n, numbers, site)
			}
		})
	}
	return c
}

// state has an author state a site and wait for its commit, however long.
func (c *crowd) state(l ledger.Ledger, author ledger.Signer, n int, numbers *world.World, site provenance.Facility) {
	site.ID = numbers.ID()
	site.Identifiers = []provenance.Identifier{{Scheme: provenance.GLN, Value: numbers.GLN()}}
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	if _, err := world.State(ctx, l, author, &site); err != nil {
		c.t.Errorf("author %d: %v", n, err)
		return
	}
	c.done[n].Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acknowledged = append(c.acknowledged, site.ID)
}

func (c *crowd) progress() (done [authors]int64) {
	for n := range done {
		done[n] = c.done[n].Load()
	}
	return done
}

// since is nil when every author has stated two documents since: one may have
// been under way.
func (c *crowd) since(done [authors]int64) error {
	for n, was := range done {
		if now := c.done[n].Load(); now < was+2 {
			return fmt.Errorf("author %d stated %d documents since", n, now-was)
		}
	}
	return nil
}

// disperse ends the authors, each after its last document, and tells what was
// acknowledged.
func (c *crowd) disperse() []string {
	c.stop()
	c.running.Wait()
	return c.acknowledged
}

// holding counts what a ledger records. The zero value is ready.
type holding struct {
	next    atomic.Uint64
	records map[string]int // by identifier
}

func (h *holding) take(b ledger.Block) error {
	for _, tx := range b.Transactions {
		if !tx.Valid() || tx.Event != provenance.EventName {
			continue
		}
		var recorded provenance.Recorded
		if refusal := provenance.Decode(tx.Payload, &recorded); refusal != nil {
			return refusal
		}
		if h.records == nil {
			h.records = map[string]int{}
		}
		for _, r := range recorded.Records {
			h.records[r.ID]++
		}
	}
	h.next.Store(b.Number + 1)
	return nil
}

// TestAFrozenPeerIsLeft stops the peer that everybody uses without ending its
// connections, and looks at authors and follower get on with another.
func TestAFrozenPeerIsLeft(t *testing.T) {
	f := bring(t, network.BFT)
	w := world.New(1)
	cast, err := w.Found(t.Context(), f.ledger, f)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var held holding
	followed := make(chan error, 1)
	go func() { followed <- f.ledger.Follow(ctx, 0, held.take) }()
	crowd := newCrowd(t, f.ledger, cast.Supplier, w.Site)
	const used = "peer.brands"
	await(t, "the follower to start", func() error {
		if held.next.Load() == 0 {
			return errors.New("no block yet")
		}
		return nil
	})
	pid := f.process(used).PID
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	defer syscall.Kill(pid, syscall.SIGCONT)
	before, done, begun := held.next.Load(), crowd.progress(), time.Now()
	await(t, "every author to get on", func() error { return crowd.since(done) })
	t.Logf("all authors got on after %v", time.Since(begun).Round(10*time.Millisecond))
	await(t, "the follower to get on", func() error {
		if next := held.next.Load(); next < before+3 {
			return fmt.Errorf("it has %d blocks, %d before", next, before)
		}
		return nil
	})
	t.Logf("the follower got on after %v", time.Since(begun).Round(10*time.Millisecond))
	crowd.disperse()
	stop()
	if err := <-followed; !errors.Is(err, context.Canceled) {
		t.Errorf("following ended with %v", err)
	}
}
