package stubtest

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	pb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/types/known/timestamppb"
)

var _ shim.ChaincodeStubInterface = (*stub)(nil)

// stub serves one run of one transaction, to one goroutine, as a Fabric stub
// does.
type stub struct {
	peer      *Peer
	prop      Proposal
	transient map[string][]byte
	fail      func(op, key string) error // nil: nothing fails

	reads      map[slot]Read
	ranges     []Range
	written    map[slot]bool // also writes still in the batch
	writes     []Write       // which reached the peer
	batching   bool
	batch      []request // writes which did not reach the peer yet
	event      *Event
	violations []*Violation
	paged      string // the paginated query executed last, if any
	iterators  []*iterator
	secrets    [][]byte // values which must not reach a block
	faulted    bool     // an injected fault took part
	ended      bool
}

// request is a write on its way to the peer.
type request struct {
	op    string
	write Write
}

// ask stands for the message to the peer which op sends.
func (s *stub) ask(op, key string) error {
	s.alive(op)
	if s.fail == nil {
		return nil
	}
	err := s.fail(op, key)
	s.faulted = s.faulted || err != nil
	return err
}

// alive catches a contract which keeps a stub beyond its transaction.
func (s *stub) alive(op string) {
	if s.ended {
		panic("stubtest: " + op + " on the stub of a transaction which has ended: " + s.prop.TxID)
	}
}

// finish moves what the run did into its result and applies the rules about
// the transaction as a whole.
func (s *stub) finish(res *Result) {
	for _, it := range s.iterators {
		if !it.closed {
			_ = s.broken(RuleOpenIterator, it.op, "the iterator from %q was left open", it.start) // recorded
		}
	}
	_ = s.checkSize("Invoke", "the result", len(res.Payload)) // recorded
	for _, read := range s.reads {
		res.Reads = append(res.Reads, read)
	}
	sortReads(res.Reads)
	sortWrites(s.writes)
	res.Ranges, res.Writes, res.Event = s.ranges, s.writes, s.event
	s.checkSecrets(res)
	res.Violations = s.violations
	s.ended = true
}

func (s *stub) GetState(key string) ([]byte, error) { return s.get("GetState", "", key) }

func (s *stub) GetMultipleStates(keys ...string) ([][]byte, error) {
	return s.getMany("GetMultipleStates", "", keys)
}

func (s *stub) PutState(key string, value []byte) error {
	return s.put("PutState", Write{Key: key, Value: value})
}

func (s *stub) DelState(key string) error {
	return s.put("DelState", Write{Key: key, Delete: true})
}

// get reads committed state and makes the transaction depend on what it saw,
// there or not.
func (s *stub) get(op, collection, key string) ([]byte, error) {
	if err := s.checkKey(op, key); err != nil {
		return nil, err
	}
	if err := s.ask(op, key); err != nil {
		return nil, err
	}
	found := s.space(collection).entries[key]
	s.reads[slot{collection, key}] = Read{collection, key, found.version}
	return clone(found.value), nil
}

func (s *stub) getMany(op, collection string, keys []string) ([][]byte, error) {
	var values [][]byte
	for _, key := range keys {
		value, err := s.get(op, collection, key)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, nil
}

// put checks a write and sends it, or keeps it for the batch. Rules are
// enforced at once in both cases; only the peer's own answer waits.
func (s *stub) put(op string, w Write) error {
	s.alive(op)
	if err := s.checkKey(op, w.Key); err != nil {
		return err
	}
	if !w.Delete {
		if len(w.Value) == 0 {
			return s.broken(RuleEmptyValue, op, "the value for %q is empty", w.Key)
		}
		if err := s.checkSize(op, fmt.Sprintf("the value for %q", w.Key), len(w.Value)); err != nil {
			return err
		}
	}
	if s.paged != "" {
		return s.broken(RuleReadOnlyPages, op, "%q is written after %s", w.Key, s.paged)
	}
	at := slot{w.Collection, w.Key}
	if s.written[at] {
		return s.broken(RuleOneWrite, op, "%q is written already", w.Key)
	}
	s.written[at] = true
	w.Value = clone(w.Value)
	if s.batching {
		s.batch = append(s.batch, request{op, w})
		return nil
	}
	return s.send(request{op, w})
}

func (s *stub) send(r request) error {
	if err := s.ask(r.op, r.write.Key); err != nil {
		return err
	}
	s.writes = append(s.writes, r.write)
	return nil
}

func (s *stub) StartWriteBatch() {
	s.alive("StartWriteBatch")
	s.batching = true
}

// FinishWriteBatch sends what the batch holds. As in the shim it is also
// called when the chaincode has returned.
func (s *stub) FinishWriteBatch() error {
	s.alive("FinishWriteBatch")
	batch := s.batch
	s.batching, s.batch = false, nil
	for _, r := range batch {
		if err := s.send(r); err != nil {
			return fmt.Errorf("sending the write batch: %w", err)
		}
	}
	return nil
}

func (s *stub) SetEvent(name string, payload []byte) error {
	s.alive("SetEvent")
	if name == "" {
		return s.broken(RuleEventName, "SetEvent", "the name is empty")
	}
	if s.event != nil {
		return s.broken(RuleOneEvent, "SetEvent", "%q would replace %q", name, s.event.Name)
	}
	if err := s.checkSize("SetEvent", "the payload", len(payload)); err != nil {
		return err
	}
	s.event = &Event{Name: name, Payload: clone(payload)}
	return nil
}

func (s *stub) GetArgs() [][]byte {
	args := [][]byte{[]byte(s.prop.Function)}
	for _, arg := range s.prop.Args {
		args = append(args, []byte(arg))
	}
	return args
}

func (s *stub) GetStringArgs() []string {
	return append([]string{s.prop.Function}, s.prop.Args...)
}

func (s *stub) GetFunctionAndParameters() (string, []string) {
	return s.prop.Function, append([]string{}, s.prop.Args...)
}

func (s *stub) GetArgsSlice() ([]byte, error) { return slices.Concat(s.GetArgs()...), nil }

func (s *stub) GetTxID() string { return s.prop.TxID }

func (s *stub) GetChannelID() string { return Channel }

func (s *stub) GetCreator() ([]byte, error) { return clone(s.prop.Creator), nil }

func (s *stub) GetTransient() (map[string][]byte, error) { return s.transient, nil }

// GetBinding ties the transaction's identifier to its creator: a nonce derived
// from the identifier stands for the client's.
func (s *stub) GetBinding() ([]byte, error) {
	nonce := sha256.Sum256([]byte(s.prop.TxID))
	epoch := make([]byte, 8)
	sum := sha256.Sum256(slices.Concat(nonce[:24], s.prop.Creator, epoch))
	return sum[:], nil
}

func (s *stub) GetDecorations() map[string][]byte { return nil }

// GetSignedProposal returns nil: nothing is signed here.
func (s *stub) GetSignedProposal() (*pb.SignedProposal, error) { return nil, nil }

func (s *stub) GetTxTimestamp() (*timestamppb.Timestamp, error) {
	return timestamppb.New(s.prop.Time), nil
}
