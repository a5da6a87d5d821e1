// Package ledger is the port through which everything outside the chaincode
// sees the ledger: following its blocks, asking it, and relaying what authors
// sign. Adapters: fabric (a real network) and, for tests, the contract in memory.
// Every adapter passes the same conformance suite.
//
// An author's private key never passes this port. A transaction takes three
// calls with a signature between each: Prepare, Endorse, Submit. State walks an
// author through them.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Ledger is a reader and a relay. All methods may be called concurrently and
// give up when the context ends.
type Ledger interface {
	Reader
	Relay
}

// Reader follows and asks the ledger.
type Reader interface {
	// Follow delivers every block from number first on, in order and without
	// gaps, until ctx ends (it then returns ctx.Err()), deliver fails (it returns
	// that error), or the ledger cannot be reached for long. A block that was
	// delivered is final. Reconnecting is Follow's business.
	Follow(ctx context.Context, first uint64, deliver func(Block) error) error

	// Height is the number of blocks: the newest has the number Height-1.
	Height(ctx context.Context) (uint64, error)

	// Record asks the ledger for one record; a provenance.Refusal with code
	// not_found when there is none.
	Record(ctx context.Context, kind provenance.Kind, id string) (provenance.Record, error)

	// Ready is nil once a transaction could be endorsed as the policy demands.
	Ready(ctx context.Context) error
}

// Relay carries an author's transaction to the ledger without being able to
// change it or to sign one.
type Relay interface {
	// Prepare makes the proposal that the author has to sign.
	Prepare(ctx context.Context, draft Draft) (Unsigned, error)

	// Endorse has a signed proposal executed as the endorsement policy demands and
	// makes the transaction that the author has to sign. A provenance.Refusal
	// when the contract refuses.
	Endorse(ctx context.Context, proposal Signed) (Endorsed, error)

	// Submit hands in a signed transaction and waits until it is committed. It
	// answers nil only for a valid transaction in a final block. ErrNotDone means
	// that it has no effect and never will; ErrUnknownFate that nobody knows yet.
	// Submitting the same signed bytes again is harmless, whatever the first call
	// said, and answers for the first.
	Submit(ctx context.Context, transaction Signed) (Commit, error)

	// Fate answers for a transaction submitted earlier, also by somebody else or
	// before a crash: ErrUnknownFate as long as it is in no block.
	Fate(ctx context.Context, tx string) (Commit, error)
}

// Draft is what an author wants to state.
type Draft struct {
	Author      Identity
	Transaction string // name of the contract's transaction, see provenance.Spec
	Document    []byte // JSON

	// Transient reaches the peers that execute the proposal, and no block. A relay
	// that carries it shows it to peers of the author's organisation alone, and
	// refuses to when it is not that organisation's own.
	Transient map[string][]byte
}

// Identity is an author as the network sees it.
type Identity struct {
	Org         provenance.Org
	Certificate []byte // PEM
}

// Unsigned is bytes an author has to sign: ECDSA P-256 over their SHA-256, DER,
// low S.
type Unsigned struct {
	Tx    string // transaction identifier
	Bytes []byte
}

// Signed is those bytes with the author's signature.
type Signed struct {
	Bytes     []byte
	Signature []byte
}

// Endorsed is a transaction to sign, and what the contract will have answered
// once it is committed.
type Endorsed struct {
	Unsigned
	Result []byte
}

// Commit says where a valid transaction stands.
type Commit struct {
	Tx    string
	Block uint64
}

// Block is a block as a reader needs it.
type Block struct {
	Number       uint64
	Hash         []byte // of the header
	Previous     []byte
	Transactions []Transaction
}

// Transaction is one transaction of a block, valid or not.
type Transaction struct {
	ID      string
	Code    string    // Fabric's validation code; VALID for those that count
	At      time.Time // the author's claim, which peers hold within minutes of their clocks
	Event   string    // name of its chaincode event, empty for none
	Payload []byte    // of that event
}

// Valid says whether the transaction counts.
func (t Transaction) Valid() bool { return t.Code == CodeValid }

// Validation codes that callers tell apart.
const (
	CodeValid        = "VALID"
	CodeReadConflict = "MVCC_READ_CONFLICT"
	CodePhantom      = "PHANTOM_READ_CONFLICT"
)

// ErrNotDone: the transaction had no effect and never will. Trying again from
// Prepare is safe and may succeed.
var ErrNotDone = errors.New("not done")

// ErrUnknownFate: the transaction may yet be, or already be, committed. Ask
// Fate with its identifier, or submit the same signed bytes again.
var ErrUnknownFate = errors.New("fate unknown")

// FateError is ErrUnknownFate for a known transaction.
type FateError struct {
	Tx    string
	Cause error
}

func (e *FateError) Error() string {
	return fmt.Sprintf("transaction %s: %v: %v", e.Tx, ErrUnknownFate, e.Cause)
}

func (e *FateError) Unwrap() []error { return []error{ErrUnknownFate, e.Cause} }

// Witness has peers answer a question and keeps what they signed. The question
// is signed by the reader, is never submitted, and no block tells of it.
type Witness interface {
	// Ask puts a question to one peer of each organisation; all of them answer, and
	// alike, or it is an error. A provenance.Refusal when the contract refuses.
	Ask(ctx context.Context, chaincode string, args [][]byte, orgs ...provenance.Org) (Witnessed, error)
}

// Witnessed is a question with its answer, as peers signed it.
type Witnessed struct {
	Proposal, Signature []byte // the question, and the asker's signature over it
	Response            []byte // what the peers signed
	Endorsements        []PeerSignature
	Answer              []byte // of the chaincode, within Response
}

// PeerSignature is a peer's identity and its signature over response and
// identity.
type PeerSignature struct{ Endorser, Signature []byte }
