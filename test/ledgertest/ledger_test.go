package ledgertest_test

import (
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/test/ledgertest"
	"github.com/fairlead/fairlead/test/world"
)

// endorsed takes the registration of a party as far as a signed transaction.
func endorsed(t *testing.T, l *ledgertest.Ledger, as ledger.Signer, party *provenance.Party) (tx string, signed ledger.Signed) {
	t.Helper()
	sign := func(u ledger.Unsigned) ledger.Signed {
		digest := sha256.Sum256(u.Bytes)
		signature, err := as.Sign(digest[:])
		if err != nil {
			t.Fatal(err)
		}
		return ledger.Signed{Bytes: u.Bytes, Signature: signature}
	}
	proposal, err := l.Prepare(t.Context(), ledger.Draft{Author: as.Identity(), Transaction: "RegisterParty", Document: world.Document(party)})
	if err != nil {
		t.Fatal(err)
	}
	e, err := l.Endorse(t.Context(), sign(proposal))
	if err != nil {
		t.Fatal(err)
	}
	return e.Tx, sign(e.Unsigned)
}

func height(t *testing.T, l *ledgertest.Ledger) uint64 {
	t.Helper()
	h, err := l.Height(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Answers are lost in pairs: of transactions that were committed, and of ones
// that were not. Either way the same bytes end in one commit.
func TestLostAnswers(t *testing.T) {
	for name, committed := range map[string]bool{"committed": true, "not committed": false} {
		t.Run(name, func(t *testing.T) {
			l, w := ledgertest.New(t), world.New(1)
			tx, signed := endorsed(t, l, l.Enrol(provenance.Brands, true), &w.Brand)
			before := height(t, l)
			l.Lose(2, committed)
			for range 2 {
				_, err := l.Submit(t.Context(), signed)
				var unknown *ledger.FateError
				if !errors.Is(err, ledger.ErrUnknownFate) || !errors.As(err, &unknown) || unknown.Tx != tx {
					t.Fatalf("the answer is %v, want %v of %s", err, ledger.ErrUnknownFate, tx)
				}
			}
			_, err := l.Fate(t.Context(), tx)
			if known := err == nil; known != committed {
				t.Errorf("the fate is %v", err)
			}
			commit, err := l.Submit(t.Context(), signed)
			if err != nil || commit.Tx != tx || commit.Block != before || height(t, l) != before+1 {
				t.Errorf("submitting again: %v, %v, with %d blocks after %d", commit, err, height(t, l), before)
			}
		})
	}
}

func TestStateOutlivesLostAnswers(t *testing.T) {
	for name, committed := range map[string]bool{"committed": true, "not committed": false} {
		t.Run(name, func(t *testing.T) {
			l, w := ledgertest.New(t), world.New(1)
			l.Lose(1, committed)
			if _, err := world.State(t.Context(), l, l.Enrol(provenance.Brands, true), &w.Brand); err != nil {
				t.Fatal(err)
			}
			if h := height(t, l); h != 2 {
				t.Errorf("there are %d blocks, want the first and one more", h)
			}
		})
	}
}

// A certificate of another authority counts for nothing, whatever organisation
// it claims, and so does one under another organisation's name.
func TestCertificatesAreTheOrganisations(t *testing.T) {
	l, w := ledgertest.New(t), world.New(1)
	foreign := ledgertest.New(t).Enrol(provenance.Brands, true)
	posing := posing{l.Enrol(provenance.Suppliers, true)}
	for name, as := range map[string]ledger.Signer{"another network's": foreign, "another organisation's": posing} {
		_, err := world.State(t.Context(), l, as, &w.Brand)
		if refusal, ok := provenance.AsRefusal(err); !ok || refusal.Code != provenance.NoStanding {
			t.Errorf("%s administrator was answered %v", name, err)
		}
	}
	if h := height(t, l); h != 1 {
		t.Errorf("there are %d blocks, want the first alone", h)
	}
}

// posing is a signer who claims to be of the brands.
type posing struct{ ledger.Signer }

func (p posing) Identity() ledger.Identity {
	return ledger.Identity{Org: provenance.Brands, Certificate: p.Signer.Identity().Certificate}
}

func TestTimeIsWhatTheTestSays(t *testing.T) {
	l, w := ledgertest.New(t), world.New(1)
	l.At(time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC))
	for i, want := range []string{"2027-01-02T03:04:05.000Z", "2027-01-02T03:04:06.000Z"} {
		stated, err := world.State(t.Context(), l, l.Enrol(provenance.Brands, true),
			&provenance.Party{ID: w.ID(), Name: "Brand", PartyKind: "BRAND", Country: "SE"})
		if err != nil {
			t.Fatal(err)
		}
		if got := stated.Receipts.Receipts[0].At; got != want {
			t.Errorf("statement %d is of %s, want %s", i, got, want)
		}
	}
}

func TestTransactionOfAnotherLedgerIsNotTaken(t *testing.T) {
	l, w := ledgertest.New(t), world.New(1)
	as := l.Enrol(provenance.Brands, true)
	_, signed := endorsed(t, l, as, &w.Brand)
	if _, err := ledgertest.New(t).Submit(t.Context(), signed); err == nil {
		t.Error("a transaction was committed that nobody there endorsed")
	}
}
