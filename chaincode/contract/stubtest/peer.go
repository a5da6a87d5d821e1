// Package stubtest is a peer in memory: the committed state of one chaincode,
// the blocks which led to it, and a shim stub over it which enforces Fabric's
// rules more strictly than Fabric does. Unit tests run the real contract
// through the real contract API on it; an in-memory ledger can be built on its
// blocks.
//
// A transaction is executed by Simulate and changes nothing until Commit puts
// its result into a block, where its reads are validated as a Fabric peer
// validates them. README.md lists the rules.
package stubtest

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/queryresult"
)

// Channel is the channel every transaction runs on.
const Channel = "labour"

// Reporter is told of broken rules; *testing.T is one. Errorf may be called
// from whichever goroutine simulates.
type Reporter interface {
	Errorf(format string, args ...any)
}

// Limits are the sizes a peer insists on. A field left zero keeps its default.
type Limits struct {
	// Page is the largest page a query may ask for, in keys. Default 100.
	Page int32
	// Payload is the largest argument, value, event payload or result, in
	// bytes. Default 1 MiB.
	Payload int
	// Runs is how often Simulate executes a transaction in order to see that
	// every run does the same. Default 2; 1 turns the comparison off.
	Runs int
}

// Peer holds the committed state and the blocks of one chaincode. All methods
// may be called concurrently; simulations run side by side, a commit waits for
// those under way. A hook given to Fail must not call the peer.
type Peer struct {
	cc     shim.Chaincode
	serial atomic.Uint64 // of proposals which leave TxID or Time to the peer

	mu          sync.RWMutex // guards all below; simulations hold it for reading
	public      *world
	history     map[string][]*queryresult.KeyModification // of public keys, the oldest first
	private     map[string]*world                         // by collection
	collections map[string]Collection
	blocks      []Block
	committed   map[string]bool // transaction identifiers
	limits      Limits
	reporter    Reporter
	fail        func(op, key string) error
	tape        *Tape // nil when nobody keeps one
}

// New returns a peer with an empty state which runs cc, for instance a
// *contractapi.ContractChaincode.
func New(cc shim.Chaincode) *Peer {
	return &Peer{
		cc:          cc,
		public:      newWorld(),
		history:     map[string][]*queryresult.KeyModification{},
		private:     map[string]*world{},
		collections: map[string]Collection{},
		committed:   map[string]bool{},
		limits:      Limits{Page: 100, Payload: 1 << 20, Runs: 2},
	}
}

// Limit replaces the limits which l sets.
func (p *Peer) Limit(l Limits) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l.Page != 0 {
		p.limits.Page = l.Page
	}
	if l.Payload != 0 {
		p.limits.Payload = l.Payload
	}
	if l.Runs != 0 {
		p.limits.Runs = l.Runs
	}
}

// Strict makes every violation an error of the test too, so that a contract
// cannot hide one behind a refusal. nil ends it.
func (p *Peer) Strict(r Reporter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reporter = r
}

// Fail has the peer ask before each answer whether to fail. op is the name of
// the shim's method ("GetState", "PutState", "GetMultipleStates", …), or "Next"
// for a step of an iterator; key is the key asked for, or where a query starts.
// An error from before goes to the chaincode as the peer's answer. Inside a
// write batch the peer is asked when the batch is sent. nil ends it.
func (p *Peer) Fail(before func(op, key string) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fail = before
}

// Simulate executes a transaction on the committed state and changes nothing.
// It is also how a read-only transaction is evaluated. The result is never nil;
// its Err tells whether the peer would endorse it.
func (p *Peer) Simulate(prop Proposal) *Result {
	p.mu.RLock()
	defer p.mu.RUnlock()

	prop = p.complete(prop)
	if err := p.admit(prop); err != nil {
		return &Result{Proposal: prop, Status: shim.ERROR, Message: err.Error()}
	}
	res, faulted := p.run(prop, p.fail)
	// The hook may count its calls, so it is asked during the first run only,
	// and a run in which it failed something is not compared.
	for n := 1; n < p.limits.Runs && !faulted; n++ {
		again, _ := p.run(prop, nil)
		if part := res.differsFrom(again); part != "" {
			res.Violations = append(res.Violations, &Violation{Rule: RuleDeterminism, Op: "Invoke",
				Detail: "two runs on the same state differ in their " + part})
			break
		}
	}
	res.settle()
	p.tape.simulated(res, faulted)
	if p.reporter != nil {
		for _, v := range res.Violations {
			p.reporter.Errorf("transaction %s (%s): %v", prop.Function, prop.TxID, v)
		}
	}
	return res
}

// Invoke simulates a transaction and, if the peer endorses it, commits it in a
// block of its own. The error is a *Rejected when nothing was ordered, an
// *Invalid when the block marks the transaction invalid. The result is never
// nil.
func (p *Peer) Invoke(prop Proposal) (*Result, error) {
	res := p.Simulate(prop)
	if err := res.Err(); err != nil {
		return res, err
	}
	block := p.Commit(res)
	if tx := block.Transactions[0]; tx.Code != Valid {
		return res, &Invalid{TxID: tx.TxID, Block: block.Number, Code: tx.Code}
	}
	return res, nil
}

// Value returns a copy of the committed public value of key, nil if there is
// none.
func (p *Peer) Value(key string) []byte {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.public.value(key)
}

// PrivateValue returns a copy of the committed value of key in a private
// collection, nil if there is none.
func (p *Peer) PrivateValue(collection, key string) []byte {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if w := p.private[collection]; w != nil {
		return w.value(key)
	}
	return nil
}

// firstSecond is the moment of the first proposal which names none.
var firstSecond = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// complete fills in the identifier and the time a proposal leaves open, the
// same ones in every run of a test: no clock, no randomness.
func (p *Peer) complete(prop Proposal) Proposal {
	if prop.TxID != "" && !prop.Time.IsZero() {
		return prop
	}
	n := p.serial.Add(1)
	if prop.TxID == "" {
		sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("stubtest"), n))
		prop.TxID = hex.EncodeToString(sum[:])
	}
	if prop.Time.IsZero() {
		prop.Time = firstSecond.Add(time.Duration(n-1) * time.Second)
	}
	return prop
}

// admit refuses what a peer refuses before it asks the chaincode.
func (p *Peer) admit(prop Proposal) error {
	if p.committed[prop.TxID] {
		return fmt.Errorf("transaction %s is already committed", prop.TxID)
	}
	if len(prop.Creator) == 0 {
		return errors.New("the proposal has no creator")
	}
	if _, err := creatorMSP(prop.Creator); err != nil {
		return fmt.Errorf("reading the creator: %w", err)
	}
	return nil
}

// run executes the transaction once. The second result tells whether an
// injected fault took part.
func (p *Peer) run(prop Proposal, fail func(op, key string) error) (*Result, bool) {
	s := &stub{peer: p, prop: prop, fail: fail, written: map[slot]bool{}, reads: map[slot]Read{}}
	s.transient = maps.Clone(prop.Transient)
	for name, value := range prop.Transient {
		s.transient[name] = clone(value)
		s.keepSecret(value)
	}
	s.checkArguments()
	response := p.cc.Invoke(s)
	res := &Result{Proposal: prop, Status: response.GetStatus(), Message: response.GetMessage(), Payload: clone(response.GetPayload())}
	if err := s.FinishWriteBatch(); err != nil {
		res.Status, res.Message, res.Payload = shim.ERROR, err.Error(), nil
	}
	s.finish(res)
	return res, s.faulted
}
