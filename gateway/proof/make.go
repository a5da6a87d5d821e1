package proof

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// ErrUnsettled: what peers signed is not what the records say. Most often a
// record came between; making the bundle again from newer records helps.
var ErrUnsettled = errors.New("the ledger has moved on")

// ErrTooLarge: more stands behind the product than a bundle takes.
var ErrTooLarge = errors.New("too much stands behind it for one bundle")

// mostSubjects bounds what a bundle needs digests of.
const mostSubjects = 5000

// MakeProduct makes a product's bundle from records that hold all that History
// needs. ask puts a question for digests to peers of a commercial and an
// independent organisation, and gives the seal with the answer in it.
func MakeProduct(q provenance.Question, records []provenance.Record, nonce string, full bool, ask func(question []byte) (Seal, []byte, error)) (Product, error) {
	subjects, err := provenance.Needs(records, q)
	if err != nil {
		return Product{}, err
	}
	if len(subjects) > mostSubjects {
		return Product{}, ErrTooLarge
	}
	held := provenance.Needed(records, subjects)
	answer, err := provenance.History(held, q)
	if err != nil {
		return Product{}, err
	}
	text, err := provenance.Canonical(answer)
	if err != nil {
		return Product{}, err
	}
	b := Product{
		Format: ProductFormat, GTIN: q.GTIN, Lot: q.Lot, AsOf: provenance.FormatInstant(q.AsOf),
		Nonce: nonce, Full: full, Answer: string(text), Record: []string{},
	}
	for _, r := range held {
		if !full && !r.Public() {
			continue
		}
		text, err := provenance.Canonical(r)
		if err != nil {
			return Product{}, err
		}
		b.Record = append(b.Record, string(text))
	}
	parts := make([]provenance.DigestPart, len(subjects))
	for i, s := range subjects {
		parts[i] = provenance.DigestPart{Kind: s.Kind, ID: s.ID}
	}
	if full {
		parts = append(parts, ClosedParts(subjects)...)
	}
	b.Seals, err = askAll(parts, nonce, ask)
	return b, err
}

// askAll asks for all pages of some parts.
func askAll(parts []provenance.DigestPart, nonce string, ask func([]byte) (Seal, []byte, error)) ([]Seal, error) {
	var seals []Seal
	for len(parts) > 0 {
		now := parts[:min(len(parts), provenance.SealSubjects)]
		parts = slices.Clone(parts[len(now):])
		question, err := json.Marshal(provenance.DigestQuestion{Nonce: nonce, Subjects: now})
		if err != nil {
			return nil, err
		}
		seal, text, err := ask(question)
		if err != nil {
			return nil, fmt.Errorf("asking for digests: %w", err)
		}
		var answer provenance.DigestAnswer
		if refusal := provenance.Decode(text, &answer); refusal != nil {
			return nil, errors.New("asking for digests: the answer cannot be read")
		}
		seals = append(seals, seal)
		for _, page := range answer.Subjects {
			if page.Next != nil {
				next := page.Part()
				next.After = page.Next
				parts = append(parts, next)
			}
		}
	}
	return seals, nil
}
