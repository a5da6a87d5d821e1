package contract

import (
	"fmt"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Digests answers the provenance.DigestAnswer of a provenance.DigestQuestion: by
// subject, how many records are about it and their digest, a page at a time. A
// gateway has it endorsed, not submitted, and serves the endorsements as a seal
// under an answer, so that nobody can leave a record out of one.
func (c *Contract) Digests(ctx transactionContext, question string) (string, error) {
	answer, err := digests(ctx.GetStub(), []byte(question))
	if err != nil {
		return "", outward(err)
	}
	text, err := provenance.Canonical(answer)
	return string(text), err
}

func digests(stub shim.ChaincodeStubInterface, question []byte) (*provenance.DigestAnswer, error) {
	var q provenance.DigestQuestion
	if err := ask(question, &q); err != nil {
		return nil, err
	}
	var own []key
	for i, part := range q.Subjects {
		if part.After != nil && !part.Subject().TakesIn(provenance.Ref{Kind: part.Kind, ID: part.After.About}) {
			return nil, provenance.RefuseField(fmt.Sprintf("subjects[%d].after.about", i), provenance.Invalid, "is another subject", "copy it from the page before, or leave it out")
		}
		own = append(own, recordKey(part.Subject()))
	}
	s := newState(stub)
	if err := s.load(own...); err != nil {
		return nil, err
	}
	answer := &provenance.DigestAnswer{Nonce: q.Nonce, Subjects: make([]provenance.DigestPage, len(q.Subjects))}
	for i, part := range q.Subjects {
		page := provenance.DigestPage{Kind: part.Kind, ID: part.ID, Closed: part.Closed, After: part.After}
		text, err := s.get(own[i])
		if err != nil {
			return nil, err
		}
		if text != nil {
			page.Record = digest(text)
		}
		if err := fill(stub, part, &page); err != nil {
			return nil, fmt.Errorf("reading the ledger: %w", err)
		}
		answer.Subjects[i] = page
	}
	return answer, nil
}

// fill reads one page of what is about a subject. All lots of a product are
// those of the kind whose identifiers begin with it, so reading starts at the
// first and stops after the last.
func fill(stub shim.ChaincodeStubInterface, part provenance.DigestPart, page *provenance.DigestPage) error {
	entries, more, err := readPart(stub, part)
	if err != nil {
		return err
	}
	page.Count, page.Digest = len(entries), provenance.FoldEntries(entries)
	if more {
		page.Next = &entries[len(entries)-1].Place
	}
	return nil
}

// readPart reads the entries of one page, and says whether there may be more.
func readPart(stub shim.ChaincodeStubInterface, part provenance.DigestPart) ([]provenance.SealEntry, bool, error) {
	object := objectAbout
	if part.Closed {
		object = objectClosed
	}
	within := []string{string(part.Kind), part.ID}
	if part.Subject().AllOfProduct() {
		within = within[:1]
	}
	from, err := start(object, part)
	if err != nil {
		return nil, false, err
	}
	found, _, err := stub.GetStateByPartialCompositeKeyWithPagination(object, within, provenance.SealPage, from)
	if err != nil {
		return nil, false, err
	}
	entries, more, err := readEntries(stub, found, part.Subject())
	if closing := found.Close(); err == nil {
		err = closing
	}
	return entries, more, err
}

// start is the key from which to read: that after a place, the first of a
// product's lots, or none for the first of all.
func start(object string, part provenance.DigestPart) (string, error) {
	if a := part.After; a != nil {
		last, err := key{object, []string{string(part.Kind), a.About, string(a.Kind), a.ID}}.text()
		return last + "\x00", err
	}
	if !part.Subject().AllOfProduct() {
		return "", nil
	}
	first, err := key{object, []string{string(part.Kind), part.ID}}.text()
	return first[:max(len(first)-1, 0)], err // a key ends with a zero, which its attribute does not
}

// readEntries takes what is about a subject, and says whether the page was full,
// so that there may be more.
func readEntries(stub shim.ChaincodeStubInterface, found shim.StateQueryIteratorInterface, subject provenance.Ref) ([]provenance.SealEntry, bool, error) {
	var entries []provenance.SealEntry
	for found.HasNext() {
		kv, err := found.Next()
		if err != nil {
			return nil, false, err
		}
		_, attributes, err := stub.SplitCompositeKey(kv.GetKey())
		if err != nil {
			return nil, false, err
		}
		if len(attributes) != 4 {
			return nil, false, fmt.Errorf("a key has %d attributes instead of 4", len(attributes))
		}
		if !subject.TakesIn(provenance.Ref{Kind: subject.Kind, ID: attributes[1]}) {
			return entries, false, nil
		}
		entries = append(entries, provenance.SealEntry{
			Place:  provenance.Place{About: attributes[1], Kind: provenance.Kind(attributes[2]), ID: attributes[3]},
			Digest: string(kv.GetValue()),
		})
	}
	return entries, len(entries) == provenance.SealPage, nil
}
