package proof

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// querier is the system chaincode by which a peer tells of transactions.
const querier = "qscc"

// VerifyRecord checks a record's bundle: that its author signed it, that the
// ledger's peers endorsed it, that a commercial and an independent
// organisation's peers each say that it is valid, and that it is in a block
// which the ordering organisations signed.
func VerifyRecord(text []byte, roots Roots, terms Terms) (Report, error) {
	keys, err := roots.open()
	if err != nil {
		return Report{}, err
	}
	return keys.record(text, terms), nil
}

func (k *keyring) record(text []byte, terms Terms) Report {
	var r Report
	var b Record
	err := decode(text, &b)
	if err == nil && b.Format != RecordFormat {
		err = errors.New("it is no record's bundle of a format that this program knows")
	}
	r.Of = string(b.Kind) + " " + b.ID
	if !r.step("the file", fmt.Sprintf("%s, letter by letter as it was made, with %d answers of peers", b.Format, len(b.Seals)), err) {
		return r
	}
	envelope, tx, at, err := k.valid(b.Seals)
	if err == nil && terms.MaxAge > 0 && terms.Now.Sub(at) > terms.MaxAge {
		err = fmt.Errorf("the peers were asked more than %s ago", terms.MaxAge)
	}
	if err == nil && at.Sub(terms.Now) > clockSlack {
		err = errors.New("the peers were asked in a time to come")
	}
	if !r.step("that it counts", "peers of a commercial and of an independent organisation say, each with its signature, that the transaction is valid", err) {
		return r
	}
	w, err := k.written(envelope, tx)
	if !r.step("who wrote it", fmt.Sprintf("a member of %s signed it", w.by), err) {
		return r
	}
	event, err := k.executed(w)
	if !r.step("that it was endorsed", "peers of a commercial and of an independent organisation executed it and signed the outcome, before it was ordered", err) {
		return r
	}
	record, err := recorded(event, b, w.header, w.by)
	if err == nil {
		tx, err = provenance.Digest(record)
	}
	if !r.step("what it says", "the record with the digest "+tx+" is in it", err) {
		return r
	}
	const committed = "that it was committed"
	switch {
	case b.Inclusion == nil:
		r.hidden(committed, "its block also holds what is not for the public, so the block is not here. That it is in one rests on the peers who say that it is valid")
	case k.quorum < 1:
		r.hidden(committed, "the roots do not say how many ordering organisations must have signed a block")
	default:
		block, signed, err := k.included(*b.Inclusion, envelope, w.header.at)
		r.step(committed, fmt.Sprintf("it is in block %d, and %d ordering organisations signed that block or one of the %d after it", block, signed, len(b.Inclusion.Headers)-1), err)
	}
	return r
}

// valid gives the one transaction that all answers are about, and when the
// oldest was given.
func (k *keyring) valid(seals []Seal) (envelope []byte, tx string, oldest time.Time, err error) {
	orgs := map[provenance.Org]bool{}
	for n, s := range seals {
		a, err := k.verify(s, querier)
		if err != nil {
			return nil, "", oldest, fmt.Errorf("answer %d: %w", n+1, err)
		}
		if len(a.args) != 3 || string(a.args[0]) != "GetTransactionByID" || string(a.args[1]) != k.channel || n > 0 && string(a.args[2]) != tx {
			return nil, "", oldest, fmt.Errorf("answer %d is to another question", n+1)
		}
		m, err := read(a.answer)
		if err != nil {
			return nil, "", oldest, err
		}
		if m.numbers[2] != 0 {
			return nil, "", oldest, fmt.Errorf("answer %d says that the transaction is not valid: code %d", n+1, m.numbers[2])
		}
		if n > 0 && !bytes.Equal(envelope, m.text(1)) {
			return nil, "", oldest, fmt.Errorf("answer %d holds another transaction", n+1)
		}
		envelope, tx = m.text(1), string(a.args[2])
		if n == 0 || a.at.Before(oldest) {
			oldest = a.at
		}
		for org := range a.orgs {
			orgs[org] = true
		}
	}
	if !both(orgs) {
		return nil, "", oldest, errors.New("no commercial and independent organisation answered together")
	}
	return envelope, tx, oldest, nil
}

// written is a transaction whose author's signature holds.
type written struct {
	header   header
	by       provenance.Org
	payload  []byte  // what the peers were asked
	endorsed message // what they signed, and their signatures
}

// written takes an envelope apart and checks its author's signature.
func (k *keyring) written(envelope []byte, tx string) (w written, err error) {
	m, err := read(envelope)
	if err != nil {
		return w, err
	}
	payload, err := m.within(1)
	if err != nil {
		return w, err
	}
	if w.header, err = k.readHeader(payload.text(1)); err != nil {
		return w, err
	}
	if w.header.tx != tx {
		return w, errors.New("it is another transaction than was asked about")
	}
	author, err := k.identify(w.header.creator, w.header.at, unitClient, unitAdmin)
	if err != nil {
		return w, fmt.Errorf("its author: %w", err)
	}
	if err := author.signed(m.text(2), m.text(1)); err != nil {
		return w, fmt.Errorf("its author: %w", err)
	}
	data, err := payload.within(2) // one action, or the field is given twice
	if err != nil {
		return w, err
	}
	action, err := data.within(1)
	if err != nil {
		return w, err
	}
	if !bytes.Equal(action.text(1), w.header.signature) {
		return w, errors.New("its action was signed by somebody else")
	}
	inner, err := action.within(2)
	if err != nil {
		return w, err
	}
	w.by, w.payload = author.org, inner.text(1)
	w.endorsed, err = inner.within(2, 2)
	return w, err
}

// executed checks who endorsed a transaction, and gives its event.
func (k *keyring) executed(w written) ([]byte, error) {
	called, _, err := readInput(w.payload)
	if err != nil {
		return nil, err
	}
	if called != k.chaincode {
		return nil, errors.New("it calls another chaincode")
	}
	_, event, err := readResponse(w.endorsed.text(1), w.header, w.payload, k.chaincode)
	if err != nil {
		return nil, err
	}
	var endorsements []Endorsement
	for _, text := range w.endorsed.texts[2] {
		e, err := read(text)
		if err != nil {
			return nil, err
		}
		endorsements = append(endorsements, Endorsement{e.text(1), e.text(2)})
	}
	orgs, err := k.endorsed(w.endorsed.text(1), endorsements, w.header.at)
	if err == nil && !both(orgs) {
		err = errors.New("no commercial and independent organisation endorsed it together")
	}
	return event, err
}

// recorded finds the record in a transaction's event.
func recorded(event []byte, b Record, h header, org provenance.Org) (provenance.Record, error) {
	var none provenance.Record
	m, err := read(event)
	if err != nil {
		return none, err
	}
	var r provenance.Recorded
	if string(m.text(3)) != provenance.EventName || provenance.Decode(m.text(4), &r) != nil {
		return none, errors.New("it records nothing")
	}
	for _, record := range r.Records {
		if record.Kind != b.Kind || record.ID != b.ID {
			continue
		}
		if record.Tx != h.tx || record.At != provenance.FormatInstant(h.at) || record.By.Org != org {
			return none, errors.New("the record names another transaction, time or author")
		}
		return record, nil
	}
	return none, errors.New("the record is not in it")
}
