package contract

import (
	"encoding/json"
	"fmt"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Conclude answers the provenance.Conclusion of a provenance.ConclusionQuestion:
// the digest of what all records together say of a product. A gateway has it
// endorsed, not submitted. What is not shown one by one is read by its history
// (see toldKey), which leaves no trace in the endorsement, so that anybody may
// be shown it: by the keys that a state's reading leaves, they could tell at
// which site there is a case of children.
func (c *Contract) Conclude(ctx transactionContext, question string) (string, error) {
	answer, err := conclude(ctx.GetStub(), []byte(question))
	if err != nil {
		return "", outward(err)
	}
	text, err := provenance.Canonical(answer)
	return string(text), err
}

func conclude(stub shim.ChaincodeStubInterface, question []byte) (*provenance.Conclusion, error) {
	var asked provenance.ConclusionQuestion
	if err := ask(question, &asked); err != nil {
		return nil, err
	}
	at, err := provenance.ParseInstant(asked.AsOf)
	if err != nil {
		return nil, provenance.RefuseField("asOf", provenance.Invalid, "is no moment", "give it as 2026-12-01T00:00:00.000Z")
	}
	q := provenance.Question{GTIN: asked.GTIN, Lot: asked.Lot, AsOf: at}
	g := gathering{state: newState(stub), met: map[provenance.Ref]bool{}, read: map[provenance.Ref]bool{}}
	for {
		needs, err := provenance.Needs(g.records, q)
		if err != nil {
			return nil, err
		}
		more, err := g.gather(needs)
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
	}
	answer, err := provenance.History(g.records, q)
	if refusal, ok := provenance.AsRefusal(err); ok && refusal.Code == provenance.NotFound {
		return nil, provenance.Refuse(provenance.NotFound, "no such product, or no such lot of it, is on the ledger")
	}
	if err != nil {
		return nil, err
	}
	digest, err := provenance.Digest(answer)
	return &provenance.Conclusion{Nonce: asked.Nonce, GTIN: asked.GTIN, Lot: asked.Lot, AsOf: asked.AsOf, Answer: digest}, err
}

// gathering is the records behind a product, read from subject to subject.
type gathering struct {
	*state
	met     map[provenance.Ref]bool // subjects
	read    map[provenance.Ref]bool // records
	records []provenance.Record
}

// gather reads what is about those subjects that it did not meet before, and
// says whether there were any.
func (g *gathering) gather(needs []provenance.Ref) (bool, error) {
	var refs []provenance.Ref
	more := false
	for _, subject := range needs {
		if g.met[subject] {
			continue
		}
		g.met[subject], more = true, true
		refs = append(refs, subject)
		about, err := g.about(subject)
		if err != nil {
			return false, err
		}
		refs = append(refs, about...)
		if err := g.told(subject); err != nil {
			return false, err
		}
	}
	var keys []key
	for _, ref := range refs {
		keys = append(keys, recordKey(ref))
	}
	if err := g.load(keys...); err != nil {
		return false, err
	}
	for _, ref := range refs {
		h, err := g.record(ref)
		if err != nil {
			return false, err
		}
		if h != nil { // a lot is no record
			g.add(h.record)
		}
	}
	return more, g.bounded(len(g.records))
}

func (g *gathering) add(r provenance.Record) {
	if !g.read[r.Ref()] {
		g.read[r.Ref()] = true
		g.records = append(g.records, r)
	}
}

func (g *gathering) bounded(records int) error {
	if records > provenance.MostConcluded {
		return provenance.Refuse(provenance.TooLarge, fmt.Sprintf("more than %d records stand behind it: no peer concludes from so many at once", provenance.MostConcluded))
	}
	return nil
}

// about lists the records about a subject that anybody may read, page by page.
func (g *gathering) about(subject provenance.Ref) ([]provenance.Ref, error) {
	part := provenance.DigestPart{Kind: subject.Kind, ID: subject.ID}
	var refs []provenance.Ref
	for {
		entries, more, err := readPart(g.stub, part)
		if err != nil {
			return nil, fmt.Errorf("reading the ledger: %w", err)
		}
		for _, e := range entries {
			refs = append(refs, provenance.Ref{Kind: e.Kind, ID: e.ID})
		}
		if !more {
			return refs, nil
		}
		if err := g.bounded(len(g.records) + len(refs)); err != nil {
			return nil, err
		}
		part.After = &entries[len(entries)-1].Place
	}
}

// told reads the records about a subject that are not shown one by one.
func (g *gathering) told(subject provenance.Ref) error {
	if !subject.Kind.AboutClosed() {
		return nil
	}
	text, err := toldKey(subject).text()
	if err != nil {
		return err
	}
	found, err := g.stub.GetHistoryForKey(text) //ccvet:allow range it ends at MostConcluded records, and is never submitted
	if err != nil {
		return fmt.Errorf("reading the ledger: %w", err)
	}
	err = g.toldIn(found)
	if closing := found.Close(); err == nil {
		err = closing
	}
	return err
}

func (g *gathering) toldIn(found shim.HistoryQueryIteratorInterface) error {
	for found.HasNext() {
		was, err := found.Next()
		if err != nil {
			return fmt.Errorf("reading the ledger: %w", err)
		}
		var records []provenance.Record
		if json.Unmarshal(was.GetValue(), &records) != nil {
			return fmt.Errorf("reading the ledger: what was told of a subject is no list of records")
		}
		for _, r := range records {
			g.add(r)
		}
		if err := g.bounded(len(g.records)); err != nil {
			return err
		}
	}
	return nil
}
