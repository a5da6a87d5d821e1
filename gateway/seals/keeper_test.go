package seals

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/proof"
	"github.com/fairlead/fairlead/gateway/readmodel"
)

const gtin = "09520020001005"

// model holds one product of which nothing else is known.
type model struct{ height uint64 }

func (m *model) Behind(context.Context, string, string) ([]provenance.Record, readmodel.Position, error) {
	return []provenance.Record{{Kind: provenance.KindProduct, ID: gtin, Body: []byte(`{"gtin":"` + gtin + `","name":"Rope","owner":"x"}`)}}, readmodel.Position{Height: m.height}, nil
}

func (m *model) Record(context.Context, provenance.Kind, string) (readmodel.Stored, readmodel.Position, error) {
	return readmodel.Stored{}, readmodel.Position{}, readmodel.ErrNoRecord
}

func (m *model) Status() readmodel.Status {
	return readmodel.Status{Position: readmodel.Position{Height: m.height}}
}

// witness counts what peers are asked, and answers what never verifies.
type witness struct {
	asked  int
	pairs  [][]provenance.Org
	answer error
}

func (w *witness) Ask(_ context.Context, _ string, _ [][]byte, orgs ...provenance.Org) (ledger.Witnessed, error) {
	w.asked++
	w.pairs = append(w.pairs, orgs)
	return ledger.Witnessed{Answer: []byte(`{"nonce":"","subjects":[]}`)}, w.answer
}

func keeper(w *witness, m *model, now *time.Time) *Keeper {
	maker := Maker{Witness: w, Roots: proof.Roots{Format: proof.RootsFormat, Channel: "labour", Chaincode: "fairlead"}, Now: func() time.Time { return *now }}
	return NewKeeper(m, maker, slog.New(slog.NewTextHandler(io.Discard, nil)))
}

func TestAskingAgainAsksNoPeer(t *testing.T) {
	now, w := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), &witness{}
	k := keeper(w, &model{}, &now)
	want := Want{Lot: provenance.Lot{GTIN: gtin}}
	for range 1000 {
		if _, ok := k.Bundle(want); ok {
			t.Fatal("a bundle that nobody made is kept")
		}
	}
	for n := range 2 * mostWanted {
		k.Bundle(Want{Record: provenance.Ref{Kind: provenance.KindAudit, ID: string(rune('a' + n))}})
	}
	if w.asked > 0 {
		t.Errorf("callers had peers asked %d times", w.asked)
	}
	if len(k.wanted) != mostWanted {
		t.Errorf("%d bundles stand in line, want at most %d and the product's once", len(k.wanted), mostWanted)
	}
}

func TestABundleThatDoesNotVerifyIsNeverKept(t *testing.T) {
	now, w := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), &witness{}
	k := keeper(w, &model{}, &now)
	want := Want{Lot: provenance.Lot{GTIN: gtin}}
	k.Bundle(want)
	k.turn(t.Context())
	if w.asked == 0 {
		t.Fatal("no peer was asked in its turn")
	}
	if _, ok := k.Bundle(want); ok {
		t.Error("what peers never signed is kept")
	}
}

func TestAnotherPairIsAskedWhenOneDoesNotAnswer(t *testing.T) {
	now, w := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), &witness{answer: errors.New("away")}
	k := keeper(w, &model{}, &now)
	k.Bundle(Want{Lot: provenance.Lot{GTIN: gtin}})
	k.turn(t.Context())
	commercial := map[provenance.Org]bool{provenance.Brands: true, provenance.Auditors: true}
	if len(w.pairs) != len(pairs) {
		t.Errorf("%d pairs were asked, want all %d", len(w.pairs), len(pairs))
	}
	for _, p := range w.pairs {
		if len(p) != 2 || commercial[p[0]] == commercial[p[1]] {
			t.Errorf("%v are no commercial and independent organisation", p)
		}
	}
}

func TestABlockIsAskedOfOneOrganisationAtATime(t *testing.T) {
	w := &witness{}
	maker := Maker{Witness: w, Roots: proof.Roots{Format: proof.RootsFormat, Channel: "labour", Chaincode: "fairlead", Quorum: 3}, Now: time.Now}
	if _, err := maker.Record(t.Context(), provenance.Record{Kind: provenance.KindAudit, ID: "1", Tx: "ab"}); err == nil {
		t.Fatal("a block that cannot be read shows a record")
	}
	if len(w.pairs) < 2 || len(w.pairs[0]) != 2 {
		t.Fatalf("asked were %v, want two organisations about the transaction and then others about its block", w.pairs)
	}
	for _, together := range w.pairs[1:] {
		if len(together) != 1 {
			t.Errorf("%v were asked for a block together, but each keeps other signatures under it", together)
		}
	}
}

func TestABundleIsLookedAtWhenBlocksComeAndRenewedWhenItIsOld(t *testing.T) {
	now, m := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), &model{height: 5}
	w := &witness{}
	k := keeper(w, m, &now)
	want := Want{Lot: provenance.Lot{GTIN: gtin}}
	records, _, _ := m.Behind(t.Context(), gtin, "")
	print, err := fingerprint(records, provenance.Question{GTIN: gtin, AsOf: now})
	if err != nil {
		t.Fatal(err)
	}
	k.kept[want], k.order = &Bundle{Tag: "x", Made: now, height: 5, records: print}, []Want{want}
	k.turn(t.Context())
	m.height = 6
	k.turn(t.Context())
	if b, _ := k.Bundle(want); w.asked > 0 || b.height != 6 {
		t.Errorf("a block that does not concern the product had peers asked %d times, and the bundle compared at height %d", w.asked, b.height)
	}
	now = now.Add(renewAfter + time.Minute)
	k.turn(t.Context())
	if w.asked == 0 {
		t.Error("an old bundle is not renewed")
	}
	if b, ok := k.Bundle(want); !ok || b.Tag != "x" {
		t.Error("the old bundle is gone although no new one could be made")
	}
}
