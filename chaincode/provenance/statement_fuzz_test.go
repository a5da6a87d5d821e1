package provenance_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

// FuzzStatements sends anything as the document of each kind. What is accepted
// has a canonical form, which is accepted too and reads the same; what is
// refused says which field, why, and what to do.
func FuzzStatements(f *testing.F) {
	for i, st := range everything(world.New(7)) {
		f.Add(uint8(i), world.Document(st))
	}
	specs := provenance.Specs()
	f.Fuzz(func(t *testing.T, kind uint8, document []byte) {
		spec := specs[int(kind)%len(specs)]
		doc, refusal := spec.Read(document, now)
		if refusal != nil {
			explained(t, refusal)
			return
		}
		again, refusal := spec.Read(encoded(t, doc), now)
		if refusal != nil || len(again.Statements) != len(doc.Statements) {
			t.Fatalf("the canonical form of a %s is refused: %v", spec.Kind, refusal)
		}
		for n, st := range doc.Statements {
			if st.Kind() != spec.Kind || st.Key() == "" {
				t.Errorf("a %s is read as a %s with the key %q", spec.Kind, st.Kind(), st.Key())
			}
			if st.Key() != again.Statements[n].Key() || canonical(t, st) != canonical(t, again.Statements[n]) {
				t.Errorf("%s became %s", canonical(t, st), canonical(t, again.Statements[n]))
			}
			for _, r := range st.References() {
				if r.Ref.Kind == "" || r.Ref.ID == "" {
					t.Errorf("a %s refers to %+v", spec.Kind, r)
				}
			}
		}
	})
}

// FuzzEventHash takes any events that are accepted: their identifier does not
// depend on the order of their lists, nor on their being declared wrong.
func FuzzEventHash(f *testing.F) {
	w := world.New(7)
	packing := w.Packing("ADD", w.SSCC(), []provenance.Lot{{GTIN: w.Cloth.GTIN, Lot: "C-1"}, {GTIN: w.Cloth.GTIN, Lot: "C-2"}})
	for _, e := range []provenance.Event{w.ClothMade, w.ShirtMade, w.Misread(), packing} {
		f.Add(world.Document(&e))
	}
	spec, _ := provenance.SpecOf(provenance.KindEvent)
	f.Fuzz(func(t *testing.T, document []byte) {
		doc, refusal := spec.Read(document, now)
		if refusal != nil {
			return
		}
		for _, st := range doc.Statements {
			e := *st.(*provenance.Event)
			key := e.Key()
			hex, ok := strings.CutPrefix(key, "ni:///sha-256;")
			if hex, ok2 := strings.CutSuffix(hex, "?ver=CBV2.0"); !ok || !ok2 || len(hex) != 64 {
				t.Fatalf("the identifier is %q", key)
			}
			for _, list := range []*[]provenance.Quantity{&e.QuantityList, &e.ChildQuantityList, &e.InputQuantityList, &e.OutputQuantityList} {
				*list = slices.Clone(*list)
				slices.Reverse(*list)
			}
			for _, list := range []*[]string{&e.EPCList, &e.ChildEPCs, &e.InputEPCList, &e.OutputEPCList} {
				*list = slices.Clone(*list)
				slices.Reverse(*list)
			}
			e.ErrorDeclaration = &provenance.ErrorDeclaration{DeclarationTime: e.EventTime, Reason: "incorrect_data"}
			if e.Key() != key {
				t.Errorf("lists in another order make %s of %s", e.Key(), key)
			}
			e.EventTime = "1999-01-01T00:00:00.000Z"
			if e.Key() == key {
				t.Error("another time makes the same event")
			}
			for _, ref := range slices.Concat(e.Makes(), e.Uses(), e.LeadsTo(), e.Sees()) {
				if !ref.Kind.Traced() || ref.ID == "" {
					t.Errorf("the event is about %v", ref)
				}
			}
		}
	})
}

// FuzzProof holds receipts to their root: no bytes of a stranger prove one.
func FuzzProof(f *testing.F) {
	receipts, book, err := provenance.MakeReceipts("cohort", 13, strings.NewReader(strings.Repeat("chance", 1000)))
	if err != nil {
		f.Fatal(err)
	}
	root, err := book.Root()
	if err != nil {
		f.Fatal(err)
	}
	genuine, _ := book.Prove(receipts[5].Own)
	text, err := json.Marshal(genuine)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"index":1,"secret":"` + strings.Repeat("0", 32) + `","path":[]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var p provenance.ReceiptProof
		if provenance.Decode(text, &p) != nil {
			return
		}
		proves := p.Proves("cohort", 13, root)
		if same := p.Index == genuine.Index && p.Secret == genuine.Secret && slices.Equal(p.Path, genuine.Path); proves != same {
			t.Errorf("a proof that is the genuine one (%v) proves: %v", same, proves)
		}
		if p.Proves("another", 13, root) || p.Proves("cohort", 14, root) {
			t.Error("it proves a receipt of another cohort")
		}
	})
}

// FuzzOpenAnswer opens anything as the answer of Workers' peer.
func FuzzOpenAnswer(f *testing.F) {
	q := &provenance.HeldQuestion{Token: strings.Repeat("5a", 32), Seal: strings.Repeat("c3", 32)}
	sealed, err := q.SealAnswer([]byte(`{"own":"WRONG"}`))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed.Sealed)
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		value, err := q.OpenAnswer(provenance.SealedHeld{Sealed: text})
		if err == nil && string(value) != `{"own":"WRONG"}` {
			t.Errorf("%q opens as %q", text, value)
		}
	})
}

// encoded puts what was read into the form it came in.
func encoded(t *testing.T, doc provenance.Document) []byte {
	t.Helper()
	var document any = doc.Statements[0]
	if list, _, ok := strings.Cut(doc.At(0), "["); ok {
		document = map[string]any{list: doc.Statements}
	}
	return []byte(canonical(t, document))
}

func canonical(t *testing.T, v any) string {
	t.Helper()
	text, err := provenance.Canonical(v)
	if err != nil {
		t.Fatalf("what was accepted has no canonical form: %v", err)
	}
	return string(text)
}

// explained holds a refusal to its form.
func explained(t *testing.T, r *provenance.Refusal) {
	t.Helper()
	if r.Code == "" || r.Message == "" {
		t.Errorf("the refusal is %+v", r)
	}
	for _, p := range r.Fields {
		if p.Code == "" || p.Problem == "" || p.Remedy == "" {
			t.Errorf("the problem is %+v", p)
		}
	}
}

// FuzzDeviceTotal takes anything for a device and its totals: of the world's
// clock, what is signed is what it signed; of any device, a key that is taken
// has one fingerprint.
func FuzzDeviceTotal(f *testing.F) {
	w := world.New(7)
	clock, total := w.Watch.Clock, w.Watch.Total
	signed, err := total.SignedBytes()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(world.Document(&clock), world.Document(&total))
	f.Add([]byte(`{}`), []byte(`{"signature":"AAAA"}`))
	f.Fuzz(func(t *testing.T, device, totals []byte) {
		var d provenance.Device
		if provenance.Decode(device, &d) == nil {
			usable := len(d.Check(now)) == 0
			if _, err := total.SignedBy(&d); usable != (err == nil) {
				t.Errorf("the key is taken (%v), and used: %v", usable, err)
			}
			if usable && (len(d.Fingerprint()) != 64 || (d.Fingerprint() == clock.Fingerprint()) != (d.PublicKey == clock.PublicKey)) {
				t.Errorf("the key %s has the fingerprint %s", d.PublicKey, d.Fingerprint())
			}
		}
		var told provenance.DeviceTotal
		if provenance.Decode(totals, &told) != nil {
			return
		}
		holds, err := told.SignedBy(&clock)
		text, err2 := told.SignedBytes()
		if err != nil || err2 != nil || holds && string(text) != string(signed) {
			t.Errorf("the clock is said to have signed %s (%v, %v)", text, err, err2)
		}
	})
}
