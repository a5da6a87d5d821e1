package fabric

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/hyperledger/fabric-protos-go/peer"
)

const (
	// unreachable is how long no peer may have answered before Follow gives up.
	unreachable = time.Minute
	// quiet is how long a peer may deliver nothing before Follow asks another
	// whether there is more to deliver.
	quiet = 5 * time.Second
	// reconnectPause is between two attempts to follow.
	reconnectPause = 250 * time.Millisecond
)

// errBehind is a peer that delivers nothing while another has newer blocks.
var errBehind = errors.New("the peer has fallen behind")

// follower is where a Follow stands.
type follower struct {
	*Ledger
	deliver  func(ledger.Block) error
	next     atomic.Uint64 // the block that is due; written by Follow's goroutine alone
	busy     atomic.Bool   // delivering, so that no peer owes anything
	previous []byte        // hash of the block before, nil at first
	alive    time.Time     // when a peer was last connected
}

// brokenOff is an error that another peer cannot cure.
type brokenOff struct{ error }

// Follow delivers blocks as one peer sends them, and continues with another
// peer, from the next block on, when that one fails or falls behind. Every
// block's number and previous hash must continue the block before, whichever
// peer either came from: a ledger that forks ends Follow with an error.
func (l *Ledger) Follow(ctx context.Context, first uint64, deliver func(ledger.Block) error) error {
	f := &follower{Ledger: l, deliver: deliver, alive: time.Now()}
	f.next.Store(first)
	h := l.hosts.current()
	for {
		began := time.Now()
		err := f.followBy(ctx, h)
		if time.Since(began) > 2*dialTimeout { // so long only with a connection
			f.alive = time.Now()
		}
		var final brokenOff
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &final):
			return final.error
		case time.Since(f.alive) > unreachable:
			return fmt.Errorf("following the ledger: no peer delivers blocks: %w", err)
		}
		l.log.DebugContext(ctx, "following another peer", "block", f.next.Load(), "left", h.name, "after", err)
		h = l.hosts.after(h)
		if err := pause(ctx, reconnectPause); err != nil {
			return err
		}
	}
}

// followBy delivers what one peer sends, until that ends.
func (f *follower) followBy(ctx context.Context, h *host) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	question, err := f.reader.blocksFrom(f.next.Load())
	if err != nil {
		return brokenOff{err}
	}
	stream, err := h.blocks.Deliver(ctx)
	if err == nil {
		err = stream.Send(question)
	}
	if err != nil {
		return readFailure("following", h, err)
	}
	go f.watch(ctx, h, cancel)
	for {
		answer, err := stream.Recv()
		switch {
		case errors.Is(context.Cause(ctx), errBehind):
			return errBehind
		case err != nil:
			return readFailure("following", h, err)
		}
		if err := f.take(h, answer); err != nil {
			return err
		}
		if ctx.Err() != nil { // the stream may hold more blocks
			return ctx.Err()
		}
	}
}

// take delivers the block in an answer.
func (f *follower) take(h *host, answer *peer.DeliverResponse) error {
	delivered, ok := answer.Type.(*peer.DeliverResponse_Block)
	if !ok {
		return fmt.Errorf("following by way of %s: status %v instead of a block", h.name, answer.GetStatus())
	}
	b, err := parseBlock(delivered.Block, f.target.chaincode)
	switch {
	case err != nil:
		return brokenOff{err}
	case b.Number != f.next.Load():
		return brokenOff{fmt.Errorf("following by way of %s: block %d came where %d was due", h.name, b.Number, f.next.Load())}
	case f.previous != nil && !bytes.Equal(b.Previous, f.previous):
		return brokenOff{fmt.Errorf("following by way of %s: block %d does not continue the block before", h.name, b.Number)}
	}
	f.busy.Store(true)
	err = f.deliver(b)
	f.busy.Store(false)
	if err != nil {
		return brokenOff{err}
	}
	f.previous, f.alive = b.Hash, time.Now()
	f.next.Store(b.Number + 1)
	return nil
}

// watch looks at the other peers while one is quiet, and ends following it when
// they have the block it owes. A peer cut off from the orderers looks alive.
func (f *follower) watch(ctx context.Context, h *host, cancel context.CancelCauseFunc) {
	due := f.next.Load()
	for pause(ctx, quiet) == nil {
		if next := f.next.Load(); next != due || f.busy.Load() {
			due = next
			continue
		}
		for other := f.hosts.after(h); other != h; other = f.hosts.after(other) {
			if height, err := f.asker.height(ctx, other); err == nil && height > due {
				cancel(errBehind)
				return
			}
		}
	}
}
