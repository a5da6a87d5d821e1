package contract

import (
	"fmt"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// state is the ledger as one transaction sees it: what was committed before it,
// overlaid with what it is about to write. Each key is read at most once, many
// keys in one question, and nothing is written before flush. "Could not read" is
// always an error, never an absence.
type state struct {
	stub    shim.ChaincodeStubInterface
	values  map[string][]byte // read or about to be written; nil for absent
	due     map[string]bool   // keys about to be written
	writes  []string          // the same, in the order of put
	purges  []string          // keys of the private collection about to be purged
	records map[provenance.Ref]*held
}

// held is a decoded record with its decoded body.
type held struct {
	record provenance.Record
	text   []byte // as the ledger holds it
	body   any    // a pointer to the statement, once asked for
}

func newState(stub shim.ChaincodeStubInterface) *state {
	return &state{stub: stub, values: map[string][]byte{}, due: map[string]bool{}, records: map[provenance.Ref]*held{}}
}

// load reads those of the keys which are not known yet, all in one question.
func (s *state) load(keys ...key) error {
	var missing []string
	asked := map[string]bool{}
	for _, k := range keys {
		text, err := k.text()
		if err != nil {
			return fmt.Errorf("making a key of %s: %w", k.object, err)
		}
		if _, known := s.values[text]; !known && !asked[text] {
			asked[text] = true
			missing = append(missing, text)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	values, err := s.stub.GetMultipleStates(missing...)
	if err != nil {
		return fmt.Errorf("reading the ledger: %w", err)
	}
	if len(values) != len(missing) {
		return fmt.Errorf("reading the ledger: %d values for %d keys", len(values), len(missing))
	}
	for i, text := range missing {
		s.values[text] = values[i]
	}
	return nil
}

// get gives a key's value, nil when there is none.
func (s *state) get(k key) ([]byte, error) {
	if err := s.load(k); err != nil {
		return nil, err
	}
	text, err := k.text()
	return s.values[text], err
}

func (s *state) has(k key) (bool, error) {
	value, err := s.get(k)
	return value != nil, err
}

// put has a value written by flush.
func (s *state) put(k key, value []byte) error {
	text, err := k.text()
	if err != nil {
		return fmt.Errorf("making a key of %s: %w", k.object, err)
	}
	if !s.due[text] {
		s.due[text] = true
		s.writes = append(s.writes, text)
	}
	s.values[text] = value
	return nil
}

// purge has a value of the private collection removed by flush, with all that
// the collection ever held under its key.
func (s *state) purge(k key) error {
	text, err := k.text()
	if err != nil {
		return fmt.Errorf("making a key of %s: %w", k.object, err)
	}
	s.purges = append(s.purges, text)
	return nil
}

// flush writes everything put and purges what is due, in one batch.
func (s *state) flush() error {
	s.stub.StartWriteBatch()
	for _, text := range s.writes {
		if err := s.stub.PutState(text, s.values[text]); err != nil {
			return fmt.Errorf("writing the ledger: %w", err)
		}
	}
	for _, text := range s.purges {
		if err := s.stub.PurgePrivateData(collection, text); err != nil {
			return fmt.Errorf("purging what is held: %w", err)
		}
	}
	if err := s.stub.FinishWriteBatch(); err != nil {
		return fmt.Errorf("writing the ledger: %w", err)
	}
	return nil
}

// record gives a record of the ledger, nil when there is none.
func (s *state) record(r provenance.Ref) (*held, error) {
	if h, ok := s.records[r]; ok {
		return h, nil
	}
	value, err := s.get(recordKey(r))
	if value == nil || err != nil {
		return nil, err
	}
	h := &held{text: value}
	if refusal := provenance.Decode(value, &h.record); refusal != nil {
		return nil, fmt.Errorf("reading a %s: it is not a record", r.Kind)
	}
	s.records[r] = h
	return h, nil
}

// statement gives a record of the ledger with its statement. That the record
// exists was checked before, so its absence is a fault.
func statement[T any](s *state, r provenance.Ref) (*T, provenance.Record, error) {
	h, err := s.record(r)
	if err != nil {
		return nil, provenance.Record{}, err
	}
	if h == nil {
		return nil, provenance.Record{}, fmt.Errorf("reading a %s: there is none", r.Kind)
	}
	if h.body == nil {
		body, err := provenance.Body[T](h.record)
		if err != nil {
			return nil, provenance.Record{}, err
		}
		h.body = &body
	}
	body, ok := h.body.(*T)
	if !ok {
		return nil, provenance.Record{}, fmt.Errorf("reading a %s: it is of another kind", r.Kind)
	}
	return body, h.record, nil
}
