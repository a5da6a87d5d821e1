package conformance

import (
	"bytes"
	"crypto/elliptic"
	"encoding/asn1"
	"errors"
	"math/big"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// forgeries are signed bytes that somebody other than the author has touched.
func (s *suite) forgeries(t *testing.T, genuine ledger.Signed) map[string]ledger.Signed {
	altered := ledger.Signed{Bytes: bytes.Clone(genuine.Bytes), Signature: genuine.Signature}
	altered.Bytes[len(altered.Bytes)/2] ^= 1
	return map[string]ledger.Signed{
		"no signature":           {Bytes: genuine.Bytes},
		"a colleague's":          sign(t, s.Enrol(provenance.Suppliers), genuine.Bytes),
		"one over other bytes":   {Bytes: genuine.Bytes, Signature: sign(t, s.as.Supplier, []byte("other")).Signature},
		"altered bytes":          altered,
		"the higher value of S":  {Bytes: genuine.Bytes, Signature: highS(t, genuine.Signature)},
		"something that is none": {Bytes: genuine.Bytes, Signature: []byte("signed, the supplier")},
	}
}

// highS is the other valid form of a signature.
func highS(t *testing.T, signature []byte) []byte {
	t.Helper()
	var rs struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(signature, &rs); err != nil {
		t.Fatalf("reading a signature: %v", err)
	}
	rs.S = new(big.Int).Sub(elliptic.P256().Params().N, rs.S)
	high, err := asn1.Marshal(rs)
	if err != nil {
		t.Fatalf("writing a signature: %v", err)
	}
	return high
}

func (s *suite) verifiesProposals(t *testing.T) {
	site := s.newSite()
	_, genuine := s.prepare(t, s.as.Supplier, &site)
	for name, forged := range s.forgeries(t, genuine) {
		if _, err := s.Endorse(t.Context(), forged); !isRefusal(err) {
			t.Errorf("a proposal with %s: %v, want a refusal", name, err)
		}
	}
	if _, err := s.Endorse(t.Context(), genuine); err != nil {
		t.Errorf("the genuine proposal: %v", err)
	}
}

func (s *suite) verifiesTransactions(t *testing.T) {
	site := s.newSite()
	tx, genuine := s.endorse(t, s.as.Supplier, &site)
	for name, forged := range s.forgeries(t, genuine) {
		if _, err := s.Submit(t.Context(), forged); !isRefusal(err) {
			t.Errorf("a transaction with %s: %v, want a refusal", name, err)
		}
	}
	s.absent(t, &site)
	if _, err := s.Fate(t.Context(), tx); !errors.Is(err, ledger.ErrUnknownFate) {
		t.Errorf("the fate of what was never handed in is %v, want %v", err, ledger.ErrUnknownFate)
	}
	if _, err := s.Submit(t.Context(), genuine); err != nil {
		t.Errorf("the genuine transaction: %v", err)
	}
}

func (s *suite) commitsOnce(t *testing.T) {
	site := s.newSite()
	tx, signed := s.endorse(t, s.as.Supplier, &site)
	first, err := s.Submit(t.Context(), signed)
	if err != nil || first.Tx != tx {
		t.Fatalf("submitting %s: %v, %v", tx, first, err)
	}
	again, err := s.Submit(t.Context(), signed)
	if err != nil || again != first {
		t.Errorf("submitting again: %v, %v; the first answer was %v", again, err, first)
	}
}

func (s *suite) tellsFates(t *testing.T) {
	site := s.newSite()
	tx, signed := s.endorse(t, s.as.Supplier, &site)
	_, err := s.Fate(t.Context(), tx)
	var unknown *ledger.FateError
	if !errors.Is(err, ledger.ErrUnknownFate) || !errors.As(err, &unknown) || unknown.Tx != tx {
		t.Errorf("the fate of what is in no block is %v, want %v of %s", err, ledger.ErrUnknownFate, tx)
	}
	commit, err := s.Submit(t.Context(), signed)
	if err != nil {
		t.Fatalf("submitting: %v", err)
	}
	if fate, err := s.Fate(t.Context(), tx); err != nil || fate != commit {
		t.Errorf("the fate is %v, %v; the commit was %v", fate, err, commit)
	}
}

// isRefusal tells a refusal from a fault: what strangers send is never one.
func isRefusal(err error) bool {
	_, ok := provenance.AsRefusal(err)
	return ok
}
