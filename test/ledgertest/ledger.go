// Package ledgertest is the real contract behind the ledger port, in memory:
// fast enough for every test, and stricter than a network. It checks every
// certificate and signature, accepts a transaction only in the very bytes that
// were endorsed, validates what a transaction had read, and can lose answers.
package ledgertest

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/contract"
	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// Ledger is a network of one peer. Its block 0 is empty, as the configuration
// of a channel is to readers; every transaction gets a block of its own.
type Ledger struct {
	peer        *stubtest.Peer
	authorities map[provenance.Org]*authority
	reader      []byte // the creator of questions

	mu       sync.Mutex // guards all below
	now      time.Time
	blocks   []ledger.Block
	grown    chan struct{}               // closed when a block is added
	endorsed map[string]*stubtest.Result // by the digest of the transaction's bytes
	fates    map[string]fate             // by transaction identifier
	losses   []loss
}

var _ ledger.Ledger = (*Ledger)(nil)

// fate is where a transaction ended.
type fate struct {
	block uint64
	code  string
}

// firstMoment is when the first proposal is made; each later one is a second
// after the one before, whatever the machine's clock says.
var firstMoment = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)

// New opens an empty ledger. A rule of Fabric's that the contract breaks fails
// the test.
func New(tb testing.TB) *Ledger {
	tb.Helper()
	chaincode, err := contract.New()
	if err != nil {
		tb.Fatalf("making the contract: %v", err)
	}
	l := &Ledger{
		peer: stubtest.New(chaincode), authorities: map[provenance.Org]*authority{},
		now: firstMoment, grown: make(chan struct{}), endorsed: map[string]*stubtest.Result{}, fates: map[string]fate{},
	}
	l.peer.Strict(tb)
	l.peer.Declare(stubtest.Collection{Name: "workersAnswers", Members: []string{provenance.Workers.MSP()}, MemberOnlyRead: true, MemberOnlyWrite: true})
	for _, org := range provenance.Orgs() {
		if l.authorities[org], err = newAuthority(org); err != nil {
			tb.Fatalf("making the test authority of %s: %v", org, err)
		}
	}
	l.reader = stubtest.NewIdentity(provenance.Brands.MSP(), "reader", "client", nil).Creator
	l.append(ledger.Block{})
	return l
}

// At sets the time of the next proposal.
func (l *Ledger) At(t time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = t.UTC()
}

// tick gives the time of a proposal.
func (l *Ledger) tick() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.now
	l.now = t.Add(time.Second)
	return t
}

// Height is the number of blocks.
func (l *Ledger) Height(ctx context.Context) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return uint64(len(l.blocks)), nil
}

// Ready is always so.
func (l *Ledger) Ready(ctx context.Context) error { return ctx.Err() }

// Record asks the contract.
func (l *Ledger) Record(ctx context.Context, kind provenance.Kind, id string) (provenance.Record, error) {
	if err := ctx.Err(); err != nil {
		return provenance.Record{}, err
	}
	question, err := json.Marshal(provenance.Ref{Kind: kind, ID: id})
	if err != nil {
		return provenance.Record{}, err
	}
	result := l.peer.Simulate(stubtest.Proposal{Function: "ReadRecord", Args: []string{string(question)}, Creator: l.reader, TxID: "question", Time: firstMoment})
	if err := result.Err(); err != nil {
		return provenance.Record{}, asRefusal(err)
	}
	var record provenance.Record
	if refusal := provenance.Decode(result.Payload, &record); refusal != nil {
		return provenance.Record{}, fmt.Errorf("reading %s %s: %v", kind, id, refusal)
	}
	return record, nil
}

// asRefusal finds the contract's refusal in what a peer answered.
func asRefusal(err error) error {
	if refusal, ok := provenance.ParseRefusal(err.Error()); ok {
		return refusal
	}
	return err
}

// Follow delivers the blocks from number first on, and waits for further ones.
func (l *Ledger) Follow(ctx context.Context, first uint64, deliver func(ledger.Block) error) error {
	for number := first; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		block, grown := l.block(number)
		if grown == nil {
			if err := deliver(block); err != nil {
				return err
			}
			number++
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-grown:
		}
	}
}

// block gives a block, or what is closed once there is another.
func (l *Ledger) block(number uint64) (ledger.Block, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if number < uint64(len(l.blocks)) {
		return l.blocks[number], nil
	}
	return ledger.Block{}, l.grown
}
