// Package seals has peers sign what a gateway answers, and keeps the bundles
// that it hands out. See README.md.
package seals

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/proof"
)

// Maker makes bundles, and verifies each before it hands it out.
type Maker struct {
	Witness ledger.Witness
	Roots   proof.Roots
	Now     func() time.Time
}

// pairs are the commercial and independent organisations that may sign
// together, in the order in which they are tried.
var pairs = [][]provenance.Org{
	{provenance.Brands, provenance.Workers}, {provenance.Auditors, provenance.Oversight},
	{provenance.Brands, provenance.Oversight}, {provenance.Auditors, provenance.Workers},
}

// alone are those asked for a block. Ordering organisations sign it, each node keeps
// a quorum of their signatures, and no two need keep the same.
var alone = [][]provenance.Org{{provenance.Brands}, {provenance.Workers}, {provenance.Auditors}, {provenance.Oversight}}

// burst is how many questions about one product are put without a pause: one with
// tens of thousands of lots behind it takes hundreds.
const burst = 20

func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(pace):
		return nil
	}
}

// ask puts a question to some organisations after the others until all of some
// answer.
func (m Maker) ask(ctx context.Context, of [][]provenance.Org, chaincode string, args ...[]byte) (proof.Seal, []byte, error) {
	var err error
	for _, together := range of {
		var w ledger.Witnessed
		if w, err = m.Witness.Ask(ctx, chaincode, args, together...); err == nil {
			s := proof.Seal{Proposal: w.Proposal, Signature: w.Signature, Response: w.Response}
			for _, e := range w.Endorsements {
				s.Endorsements = append(s.Endorsements, proof.Endorsement(e))
			}
			return s, w.Answer, nil
		}
		if _, refused := provenance.AsRefusal(err); refused || ctx.Err() != nil {
			break
		}
	}
	return proof.Seal{}, nil, err
}

// Product makes the bundle of an answer from records that hold all it needs.
// nonce is the verifier's own, or empty. A full one is for whom the ledger knows.
func (m Maker) Product(ctx context.Context, q provenance.Question, records []provenance.Record, nonce string, full bool) ([]byte, error) {
	if nonce == "" {
		var bits [32]byte
		rand.Read(bits[:]) // never fails
		nonce = hex.EncodeToString(bits[:])
	}
	asked := 0
	asking := func(transaction string) proof.Asking {
		return func(question []byte) (proof.Seal, []byte, error) {
			if asked++; asked%burst == 0 {
				if err := pause(ctx); err != nil {
					return proof.Seal{}, nil, err
				}
			}
			return m.ask(ctx, pairs, m.Roots.Chaincode, []byte(transaction), question)
		}
	}
	b, err := proof.MakeProduct(q, records, nonce, full, asking("Digests"), asking("Conclude"))
	if err != nil {
		return nil, fmt.Errorf("sealing the answer for %s: %w", q.GTIN, err)
	}
	text, err := provenance.Canonical(b)
	if err != nil {
		return nil, err
	}
	report, err := proof.VerifyProduct(text, m.Roots, proof.Terms{Now: m.Now(), MaxAge: time.Hour, Nonce: nonce})
	return m.checked(text, report, err)
}

// Record makes the bundle of a record. Only one that anybody may read has one:
// others are in the same transaction, but all of them are of its kind.
func (m Maker) Record(ctx context.Context, r provenance.Record) ([]byte, error) {
	if !r.Public() {
		return nil, errors.New("the record is not for the public")
	}
	s, answer, err := m.ask(ctx, pairs, querier, []byte("GetTransactionByID"), []byte(m.Roots.Channel), []byte(r.Tx))
	if err != nil {
		return nil, fmt.Errorf("asking for the transaction of %s: %w", r.Ref(), err)
	}
	in, err := m.inclusion(ctx, answer, r.Tx)
	if err != nil {
		return nil, fmt.Errorf("asking for the block of %s: %w", r.Ref(), err)
	}
	text, err := provenance.Canonical(proof.Record{Format: proof.RecordFormat, Kind: r.Kind, ID: r.ID, Seals: []proof.Seal{s}, Inclusion: in})
	if err != nil {
		return nil, err
	}
	report, err := proof.VerifyRecord(text, m.Roots, proof.Terms{Now: m.Now(), MaxAge: time.Hour})
	return m.checked(text, report, err)
}

// checked gives a bundle that holds.
func (m Maker) checked(text []byte, report proof.Report, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(report.Steps, func(s proof.Step) bool { return s.Result == proof.Failed }); i >= 0 {
		return nil, fmt.Errorf("%w: %s: %s", proof.ErrUnsettled, report.Steps[i].Check, report.Steps[i].Detail)
	}
	return text, nil
}
