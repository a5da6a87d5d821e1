package readmodel

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// BlockError says at which block and transaction the projector stopped: what
// is there cannot be taken in, and never will be by this version of the program.
type BlockError struct {
	Block uint64
	Tx    string // empty when the block itself is at fault
	Err   error
}

func (e *BlockError) Error() string {
	if e.Tx == "" {
		return fmt.Sprintf("block %d: %v", e.Block, e.Err)
	}
	return fmt.Sprintf("block %d, transaction %s: %v", e.Block, e.Tx, e.Err)
}

func (e *BlockError) Unwrap() error { return e.Err }

// block is a block ready to be written.
type block struct {
	number         uint64
	hash, previous []byte
	at             string // latest time of its valid transactions, '' for none
	entries        []entry
	fault          error // why it cannot be written; a *BlockError
}

// entry is a record ready to be written.
type entry struct {
	ref   provenance.Ref
	tx    string
	text  []byte           // the record as the event carries it: canonical JSON
	about []provenance.Ref // its subjects
	names []provenance.Ref // its subjects but for lots and their like, and what else it refers to

	makes, uses, sees []provenance.Ref              // of an event; uses is all that a walk goes on to
	member            *provenance.Member            // when it is one
	org               provenance.Org                // that enrolled the member
	facility          *provenance.Facility          // when it is one
	amendment         *provenance.FacilityAmendment // when it is one
	unsaid            string                        // the facility of which it takes an amendment back, empty for none
}

// readBlock takes the records of a block's valid transactions. Other
// transactions have no effect, nor have those without an event, which
// configure the network.
func readBlock(b ledger.Block) block {
	out := block{number: b.Number, hash: b.Hash, previous: b.Previous}
	for _, tx := range b.Transactions {
		if !tx.Valid() {
			continue
		}
		out.at = max(out.at, provenance.FormatInstant(tx.At))
		entries, err := readEvent(tx)
		if err != nil {
			out.fault = &BlockError{Block: b.Number, Tx: tx.ID, Err: err}
			break
		}
		out.entries = append(out.entries, entries...)
	}
	return out
}

func readEvent(tx ledger.Transaction) ([]entry, error) {
	switch tx.Event {
	case "":
		return nil, nil
	case provenance.EventName:
	default:
		return nil, fmt.Errorf("the event %q is unknown to this version of the program", tx.Event)
	}
	var payload struct {
		Records []json.RawMessage `json:"records"`
	}
	if err := decode(tx.Payload, &payload); err != nil {
		return nil, fmt.Errorf("reading the event: %w", err)
	}
	entries := make([]entry, len(payload.Records))
	for i, text := range payload.Records {
		e, err := readEntry(text)
		if err != nil {
			return nil, fmt.Errorf("reading record %d of the event: %w", i, err)
		}
		e.tx = tx.ID
		entries[i] = e
	}
	return entries, nil
}

var kinds = func() map[provenance.Kind]bool {
	known := map[provenance.Kind]bool{}
	for _, s := range provenance.Specs() {
		known[s.Kind] = true
	}
	return known
}()

func readEntry(text []byte) (entry, error) {
	var r provenance.Record
	if err := decode(text, &r); err != nil {
		return entry{}, err
	}
	if !kinds[r.Kind] || r.ID == "" {
		return entry{}, fmt.Errorf("its kind %q is unknown to this version of the program, or it has no identifier", r.Kind)
	}
	e := entry{ref: r.Ref(), text: text, about: r.About}
	for _, ref := range r.About {
		if !ref.Kind.Traced() {
			e.names = append(e.names, ref)
		}
	}
	if err := e.readBody(r); err != nil {
		return entry{}, fmt.Errorf("%s: %w", r.Ref(), err)
	}
	return e, nil
}

// readBody looks into the statements that say more than their subjects do.
func (e *entry) readBody(r provenance.Record) error {
	switch r.Kind {
	case provenance.KindEvent:
		var event provenance.Event
		if err := decode(r.Body, &event); err != nil {
			return err
		}
		e.makes, e.uses, e.sees = event.Makes(), append(event.Uses(), event.LeadsTo()...), event.Sees()
	case provenance.KindMember:
		e.member, e.org = new(provenance.Member), r.By.Org
		return decode(r.Body, e.member)
	case provenance.KindFacility:
		e.facility = new(provenance.Facility)
		return decode(r.Body, e.facility)
	case provenance.KindFacilityAmendment:
		e.amendment = new(provenance.FacilityAmendment)
		return decode(r.Body, e.amendment)
	case provenance.KindWithdrawal:
		var w provenance.Withdrawal
		if err := decode(r.Body, &w); err != nil {
			return err
		}
		if w.Target.Kind == provenance.KindFacilityAmendment {
			e.unsaid, _ = r.Subject(provenance.KindFacility)
		}
	case provenance.KindAudit:
		return e.readReferences(r.Body, new(provenance.Audit))
	case provenance.KindParty:
		return e.readReferences(r.Body, new(provenance.Party))
	case provenance.KindPartyAmendment:
		return e.readReferences(r.Body, new(provenance.PartyAmendment))
	}
	return nil
}

func (e *entry) readReferences(body []byte, st provenance.Statement) error {
	if err := decode(body, st); err != nil {
		return err
	}
	for _, reference := range st.References() {
		e.names = append(e.names, reference.Ref)
	}
	return nil
}

// decode reads what the ledger holds. It is strict about names, for a field
// that is unknown here may change what the others mean, and sets no bound on
// size, for what is on the ledger was accepted.
func decode(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is text after the document")
	}
	return nil
}

// place is where a facility stands in the list of facilities, words what it is
// searched by.
func place(f *provenance.Facility) string {
	return fold(f.Name) + "\x1f" + f.ID
}

func words(f *provenance.Facility) string {
	return searched(f.Name, f.Aliases, f.Address, f.Sector, f.Identifiers, f.ID)
}

// newWords is what a facility is searched by beside that, since an amendment.
func newWords(a *provenance.FacilityAmendment) string {
	return searched(a.Name, a.Aliases, a.Address, a.Sector, a.Identifiers)
}

func searched(name string, aliases []string, address, sector string, numbers []provenance.Identifier, more ...string) string {
	all := append([]string{name}, aliases...)
	all = append(all, address, sector)
	for _, id := range numbers {
		all = append(all, id.Value)
	}
	return fold(strings.Join(append(all, more...), "\n"))
}
