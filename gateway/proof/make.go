package proof

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// ErrUnsettled: what peers signed is not what the records say. Most often a
// record came between; making the bundle again from newer records helps.
var ErrUnsettled = errors.New("the ledger has moved on")

// ErrTooLarge: more stands behind the product than a bundle takes.
var ErrTooLarge = errors.New("too much stands behind it for one bundle")

// mostSubjects bounds what a bundle needs digests of: two thousand seals.
const mostSubjects = 2000 * provenance.SealSubjects

// MakeProduct makes a product's bundle from records that hold all that History
// needs. ask puts a question for digests to peers of a commercial and an
// independent organisation, and gives the seal with the answer in it; conclude
// does the same for a conclusion.
func MakeProduct(q provenance.Question, records []provenance.Record, nonce string, full bool, ask, conclude Asking) (Product, error) {
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
	if b.Seals, err = askAll(parts, nonce, ask); err != nil {
		return b, err
	}
	b.Conclusion, err = askConclusion(q, nonce, conclude)
	return b, err
}

// Asking puts a question to peers, and gives the seal with the answer in it.
type Asking func(question []byte) (Seal, []byte, error)

// askConclusion has peers conclude; nil when that is too much for them.
func askConclusion(q provenance.Question, nonce string, conclude Asking) (*Seal, error) {
	question, err := json.Marshal(provenance.ConclusionQuestion{Nonce: nonce, GTIN: q.GTIN, Lot: q.Lot, AsOf: provenance.FormatInstant(q.AsOf)})
	if err != nil {
		return nil, err
	}
	seal, _, err := conclude(question)
	if refusal, ok := provenance.AsRefusal(err); ok && refusal.Code == provenance.TooLarge {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("asking for a conclusion: %w", err)
	}
	return &seal, nil
}

// askAll asks for all pages of some parts.
func askAll(parts []provenance.DigestPart, nonce string, ask Asking) ([]Seal, error) {
	var seals []Seal
	var more []provenance.DigestPart // pages of subjects that take more than one
	for len(parts) > 0 || len(more) > 0 {
		if len(parts) == 0 {
			parts, more = more, nil
		}
		now := parts[:min(len(parts), provenance.SealSubjects)]
		parts = parts[len(now):]
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
				more = append(more, next)
			}
		}
	}
	return seals, nil
}
