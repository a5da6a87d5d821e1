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
// ledger's peers endorsed it, and that a commercial and an independent
// organisation's peers each say that it is valid.
func VerifyRecord(text []byte, roots Roots, terms Terms) (Report, error) {
	keys, err := roots.open()
	if err != nil {
		return Report{}, err
	}
	var r Report
	var b Record
	err = decode(text, &b)
	if err == nil && b.Format != RecordFormat {
		err = errors.New("it is no record's bundle")
	}
	r.Of = string(b.Kind) + " " + b.ID
	if !r.step("the file", fmt.Sprintf("a record's transaction with %d answers of peers", len(b.Seals)), err) {
		return r, nil
	}
	envelope, tx, at, err := keys.valid(b.Seals)
	if err == nil && terms.MaxAge > 0 && terms.Now.Sub(at) > terms.MaxAge {
		err = fmt.Errorf("the peers were asked more than %s ago", terms.MaxAge)
	}
	if err == nil && at.Sub(terms.Now) > clockSlack {
		err = errors.New("the peers were asked in a time to come")
	}
	if !r.step("that it counts", "peers of a commercial and of an independent organisation say, each with its signature, that the transaction is valid", err) {
		return r, nil
	}
	record, by, err := keys.transaction(envelope, tx, b)
	if !r.step("who wrote it", fmt.Sprintf("a member of %s signed it, and peers of a commercial and of an independent organisation endorsed it", by), err) {
		return r, nil
	}
	digest, err := provenance.Digest(record)
	r.step("what it says", "the record with the digest "+digest+" is in it", err)
	return r, nil
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

// transaction takes an envelope apart and gives the record within it, with its
// author's organisation.
func (k *keyring) transaction(envelope []byte, tx string, b Record) (provenance.Record, provenance.Org, error) {
	var none provenance.Record
	m, err := read(envelope)
	if err != nil {
		return none, "", err
	}
	payload, err := m.within(1)
	if err != nil {
		return none, "", err
	}
	h, err := k.readHeader(payload.text(1))
	if err != nil {
		return none, "", err
	}
	if h.tx != tx {
		return none, "", errors.New("it is another transaction than was asked about")
	}
	author, err := k.identify(h.creator, h.at, unitClient, unitAdmin)
	if err != nil {
		return none, "", fmt.Errorf("its author: %w", err)
	}
	if err := author.signed(m.text(2), m.text(1)); err != nil {
		return none, "", fmt.Errorf("its author: %w", err)
	}
	data, err := payload.within(2) // one action, or the field is given twice
	if err != nil {
		return none, "", err
	}
	action, err := data.within(1)
	if err != nil {
		return none, "", err
	}
	inner, err := action.within(2)
	if err != nil {
		return none, "", err
	}
	endorsed, err := inner.within(2, 2)
	if err != nil {
		return none, "", err
	}
	called, _, err := readInput(inner.text(1))
	if err != nil {
		return none, "", err
	}
	if called != k.chaincode {
		return none, "", errors.New("it calls another chaincode")
	}
	_, event, err := readResponse(endorsed.text(1), h, inner.text(1), k.chaincode)
	if err != nil {
		return none, "", err
	}
	var endorsements []Endorsement
	for _, text := range endorsed.texts[2] {
		e, err := read(text)
		if err != nil {
			return none, "", err
		}
		endorsements = append(endorsements, Endorsement{e.text(1), e.text(2)})
	}
	orgs, err := k.endorsed(endorsed.text(1), endorsements, h.at)
	if err != nil {
		return none, "", err
	}
	if !both(orgs) {
		return none, "", errors.New("no commercial and independent organisation endorsed it together")
	}
	record, err := recorded(event, b, h, author.org)
	return record, author.org, err
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
