package stubtest

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
)

// Proposal is what a client asks of a peer.
type Proposal struct {
	Function string
	Args     []string
	// Transient reaches the chaincode and is recorded nowhere.
	Transient map[string][]byte
	// Creator is the client's serialized identity, see NewIdentity.
	Creator []byte
	// TxID is chosen by the peer when empty: another each time, and the same
	// ones each time a test runs.
	TxID string
	// Time is the client's timestamp. Left zero, each proposal is one second
	// after the one before, from the start of 2026.
	Time time.Time
	// Endorser is the organisation whose peer executes the proposal. It has
	// the private data of those collections only which the organisation is a
	// member of. Left empty, the peer has all of them.
	Endorser string
}

// Version is the place of a transaction in the chain. The zero Version is that
// of a key which does not exist: block 0 is the channel's configuration and
// holds no transaction of the chaincode.
type Version struct {
	Block uint64
	Tx    int // from 0
}

// Read is one key a transaction depends on, with the version it saw. Collection
// is empty for public state.
type Read struct {
	Collection, Key string
	Version         Version
}

// Range is one query a transaction depends on: the keys from Start to End in
// order, with the versions it saw. Closed tells that End itself belongs to it,
// as it does when a page was full.
type Range struct {
	Start, End string
	Closed     bool
	Reads      []Read
}

// Write is one key a transaction sets or, when Delete, removes; Purge removes
// private data from its history too. Collection is empty for public state.
type Write struct {
	Collection, Key string
	Value           []byte
	Delete, Purge   bool
}

// Event is the chaincode event of a transaction.
type Event struct {
	Name    string
	Payload []byte
}

// Result is what one peer's execution of a proposal came to. Slices of reads
// and writes are in order of collection and key. A result which is not endorsed
// has no payload, writes or event. It is read-only for its receivers.
type Result struct {
	Proposal Proposal // with the identifier and time the peer filled in
	Status   int32    // 200 when the chaincode succeeded
	Message  string
	Payload  []byte
	Reads    []Read
	Ranges   []Range
	Writes   []Write
	Event    *Event
	// Violations are the rules broken, in the order of their breaking.
	Violations []*Violation
}

// Err returns nil if the peer endorses the transaction, otherwise a *Rejected.
func (r *Result) Err() error {
	if r.Status < shim.OK || r.Status >= shim.ERRORTHRESHOLD || len(r.Violations) > 0 {
		return &Rejected{Status: r.Status, Message: r.Message, Violations: r.Violations}
	}
	return nil
}

// Rejected is a transaction the peer did not endorse. It unwraps to the
// violations, if any.
type Rejected struct {
	Status     int32
	Message    string
	Violations []*Violation
}

// Error says it as a Fabric gateway does: the chaincode's text follows the
// status.
func (r *Rejected) Error() string {
	return fmt.Sprintf("chaincode response %d, %s", r.Status, r.Message)
}

// Unwrap returns the violations.
func (r *Rejected) Unwrap() []error {
	errs := make([]error, len(r.Violations))
	for i, v := range r.Violations {
		errs[i] = v
	}
	return errs
}

// settle makes a result which is not endorsed an empty one, with the first
// violation as its message.
func (r *Result) settle() {
	if len(r.Violations) > 0 {
		r.Status, r.Message = shim.ERROR, r.Violations[0].Error()
	}
	if r.Err() != nil {
		r.Payload, r.Writes, r.Event = nil, nil, nil
	}
}

// differsFrom names the first part in which two runs of a transaction differ
// such that their endorsements would not match, or "".
func (r *Result) differsFrom(o *Result) string {
	for _, part := range []struct {
		name string
		a, b any
	}{
		{"status", r.Status, o.Status},
		{"message", r.Message, o.Message},
		{"payload", r.Payload, o.Payload},
		{"reads", r.Reads, o.Reads},
		{"queries", r.Ranges, o.Ranges},
		{"writes", r.Writes, o.Writes},
		{"event", r.Event, o.Event},
		{"violations", r.Violations, o.Violations},
	} {
		if !reflect.DeepEqual(part.a, part.b) {
			return part.name
		}
	}
	return ""
}

// slot is a key within a collection; "" is public state.
type slot struct{ collection, key string }

// sortReads and sortWrites give the order of a Fabric read-write set, in which
// the order of the chaincode's calls does not show.
func sortReads(reads []Read) {
	slices.SortFunc(reads, func(a, b Read) int {
		return cmp.Or(cmp.Compare(a.Collection, b.Collection), cmp.Compare(a.Key, b.Key))
	})
}

func sortWrites(writes []Write) {
	slices.SortFunc(writes, func(a, b Write) int {
		return cmp.Or(cmp.Compare(a.Collection, b.Collection), cmp.Compare(a.Key, b.Key))
	})
}
