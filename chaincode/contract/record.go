package contract

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// record is the path of every recording transaction. It answers the receipts of
// the document's statements, those that were on the ledger already with their
// first receipt, and writes all of the others or nothing.
func record(ctx transactionContext, kind provenance.Kind, document string) (string, error) {
	receipts, err := take(ctx, kind, []byte(document))
	if err != nil {
		return "", outward(err)
	}
	answer, err := provenance.Canonical(provenance.Receipts{Receipts: receipts})
	return string(answer), outward(err)
}

// outward gives an error the form in which it leaves the contract.
func outward(err error) error {
	if refusal, ok := provenance.AsRefusal(err); ok {
		return errors.New(provenance.EncodeRefusal(refusal))
	}
	return err
}

// transaction is one recording transaction under way.
type transaction struct {
	*state
	caller caller
	now    time.Time
	id     string
	texts  [][]byte                    // the records to be written, as canonical JSON
	making map[string]*entry           // the document's own events, which are not yet on the ledger
	told   map[provenance.Ref][][]byte // by subject, those that are not shown one by one
}

// begin establishes time and caller.
func begin(ctx transactionContext) (*transaction, error) {
	stub := ctx.GetStub()
	at, err := stub.GetTxTimestamp()
	if err != nil {
		return nil, fmt.Errorf("reading the transaction's time: %w", err)
	}
	t := &transaction{state: newState(stub), now: at.AsTime(), id: stub.GetTxID(), making: map[string]*entry{}, told: map[provenance.Ref][][]byte{}}
	t.caller, err = identify(ctx, t.state)
	return t, err
}

// today is the day of the transaction.
func (t *transaction) today() string { return provenance.FormatInstant(t.now)[:len("2026-01-02")] }

func take(ctx transactionContext, kind provenance.Kind, document []byte) ([]provenance.Receipt, error) {
	spec, ok := provenance.SpecOf(kind)
	if !ok {
		return nil, fmt.Errorf("no kind of record is called %s", kind)
	}
	t, err := begin(ctx)
	if err != nil {
		return nil, err
	}
	if !t.caller.mayWrite(spec) {
		return nil, provenance.Refuse(provenance.NoStanding, "your role may not record this: ask whoever it concerns to state it")
	}
	doc, refusal := spec.Read(document, t.now)
	if refusal != nil {
		return nil, refusal
	}
	entries, err := t.compare(doc)
	if err != nil {
		return nil, err
	}
	if err := t.admit(doc, entries); err != nil {
		return nil, err
	}
	receipts := make([]provenance.Receipt, len(entries))
	for i, e := range entries {
		if receipts[i], err = t.receipt(e); err != nil {
			return nil, err
		}
	}
	return receipts, t.finish()
}

// entry is one statement of the document on its way.
type entry struct {
	provenance.Statement
	ref   provenance.Ref // kind and identifier, derived once: an event's is a hash
	at    int            // its place in the document
	body  []byte
	known *held            // when the ledger holds it already
	about []provenance.Ref // otherwise, what it is about
}

// compare tells new statements from those that the ledger holds already, and
// refuses identifiers which stand for something else.
func (t *transaction) compare(doc provenance.Document) ([]*entry, error) {
	entries := make([]*entry, len(doc.Statements))
	keys := make([]key, len(doc.Statements))
	for i, st := range doc.Statements {
		body, err := provenance.Canonical(st)
		if err != nil {
			return nil, err
		}
		entries[i] = &entry{Statement: st, ref: provenance.Ref{Kind: st.Kind(), ID: st.Key()}, at: i, body: body}
		keys[i] = recordKey(entries[i].ref)
	}
	if err := t.load(keys...); err != nil {
		return nil, err
	}
	var problems problems
	seen := map[string]bool{}
	for i, e := range entries {
		field := doc.Field(i, idField(e.Kind()))
		if seen[e.ref.ID] {
			problems.add(field, provenance.Invalid, "is given twice in this list", "state each once")
			continue
		}
		seen[e.ref.ID] = true
		var err error
		if e.known, err = t.record(e.ref); err != nil {
			return nil, err
		}
		if e.known != nil && !t.same(e) {
			problems.add(field, provenance.Conflict, "is taken by another statement", "make a new identifier, or send what was recorded under this one")
		}
	}
	return entries, problems.refusal()
}

// same says whether an entry is what the ledger holds, from the same author. An
// event's identifier is the hash of what it says, whatever its lists' order.
func (t *transaction) same(e *entry) bool {
	return sameAuthor(e.known.record.By, t.caller.Author) &&
		(e.Kind() == provenance.KindEvent || bytes.Equal(e.known.record.Body, e.body))
}

// idField is the field which holds a statement's identifier; an event's is
// derived from all of it.
func idField(k provenance.Kind) string {
	switch k {
	case provenance.KindProduct:
		return "gtin"
	case provenance.KindEvent, provenance.KindEventError:
		return ""
	}
	return "id"
}

// admit applies to the new statements what only the ledger can tell, and
// resolves what they are about.
func (t *transaction) admit(doc provenance.Document, entries []*entry) error {
	fresh := slices.DeleteFunc(slices.Clone(entries), func(e *entry) bool { return e.known != nil })
	if err := t.foresee(fresh); err != nil {
		return err
	}
	var found problems
	for _, e := range fresh {
		err := t.refer(e)
		if err == nil {
			err = t.rule(e)
		}
		if err := found.collect(err, doc, e.at); err != nil {
			return err
		}
	}
	return found.refusal()
}

// receipt makes a new statement a record, due to be written, and answers the
// record's receipt.
func (t *transaction) receipt(e *entry) (provenance.Receipt, error) {
	if e.known != nil {
		r := e.known.record
		return provenance.Receipt{Kind: r.Kind, ID: r.ID, Tx: r.Tx, At: r.At, Digest: digest(e.known.text)}, nil
	}
	r := provenance.Record{
		Kind: e.ref.Kind, ID: e.ref.ID, By: t.caller.Author, At: provenance.FormatInstant(t.now), Tx: t.id,
		About: append([]provenance.Ref{}, e.about...), Body: e.body, // about is a list even when empty
	}
	text, err := provenance.Canonical(r)
	if err != nil {
		return provenance.Receipt{}, err
	}
	sum := digest(text)
	if err := t.put(recordKey(r.Ref()), text); err != nil {
		return provenance.Receipt{}, err
	}
	for _, subject := range r.About {
		about := aboutKey(subject, r)
		if err := t.put(about, []byte(sum)); err != nil {
			return provenance.Receipt{}, err
		}
		if about.object == objectClosed {
			if err := t.tell(subject, text); err != nil {
				return provenance.Receipt{}, err
			}
		}
	}
	t.texts = append(t.texts, text)
	return provenance.Receipt{Kind: r.Kind, ID: r.ID, Tx: r.Tx, At: r.At, Digest: sum}, nil
}

// tell adds a record to what the transaction tells about a subject.
func (t *transaction) tell(subject provenance.Ref, record []byte) error {
	t.told[subject] = append(t.told[subject], record)
	return t.put(toldKey(subject), slices.Concat([]byte{'['}, bytes.Join(t.told[subject], []byte{','}), []byte{']'}))
}

func digest(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

// finish writes what is due and tells of it, if there is anything.
func (t *transaction) finish() error {
	if len(t.texts) == 0 {
		return nil
	}
	// Canonical JSON of provenance.Recorded: its parts are canonical already.
	payload := slices.Concat([]byte(`{"records":[`), bytes.Join(t.texts, []byte{','}), []byte(`]}`))
	if len(payload) > provenance.MaxDocument {
		return provenance.Refuse(provenance.TooLarge, "the records made of the document would be larger than a transaction may be: send it in parts")
	}
	if err := t.flush(); err != nil {
		return err
	}
	if err := t.stub.SetEvent(provenance.EventName, payload); err != nil {
		return fmt.Errorf("announcing what was recorded: %w", err)
	}
	return nil
}
