package proof

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// encode is canonical JSON of something that has it.
func encode(t testing.TB, v any) []byte {
	t.Helper()
	text, err := provenance.Canonical(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// FuzzSeal changes a seal anywhere: what passes is what was asked and answered,
// signed by no more organisations than did sign.
func FuzzSeal(f *testing.F) {
	n := told(f)
	question := encode(f, provenance.DigestQuestion{Nonce: nonceOf(7), Subjects: []provenance.DigestPart{{Kind: provenance.KindFacility, ID: n.world.Site.ID}}})
	answer, err := n.answer("Digests", question)
	if err != nil {
		f.Fatal(err)
	}
	genuine := n.seal([][]byte{[]byte("Digests"), question}, answer, twist{})
	keys, err := n.roots().open()
	if err != nil {
		f.Fatal(err)
	}
	alone := n.seal(nil, nil, twist{peers: []someone{n.peers[provenance.Brands]}})
	signed := map[string]string{string(genuine.Response): string(answer), string(alone.Response): ""}
	f.Add(encode(f, genuine))
	f.Add(encode(f, alone))
	f.Add([]byte(`{"proposal":"CgA=","response":"CgA="}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var s Seal
		if json.Unmarshal(text, &s) != nil {
			return
		}
		a, err := keys.verify(s, "fairlead")
		if err != nil {
			return
		}
		if want, ours := signed[string(s.Response)]; !ours || string(a.answer) != want {
			t.Errorf("it passes, and answers %q", a.answer)
		}
		for org := range a.orgs {
			if org != provenance.Brands && org != provenance.Workers {
				t.Errorf("%s is said to have signed", org)
			}
		}
	})
}

// FuzzBundle changes a product's bundle anywhere: what passes has the records
// that the ledger holds, and says what follows from them.
func FuzzBundle(f *testing.F) {
	n := told(f)
	whole, public := n.bundle(true, twist{}), n.bundle(false, twist{})
	var served provenance.Answer
	if err := json.Unmarshal([]byte(whole.Answer), &served); err != nil {
		f.Fatal(err)
	}
	records := map[bool][]string{true: slices.Sorted(slices.Values(whole.Record)), false: slices.Sorted(slices.Values(public.Record))}
	f.Add(encode(f, whole))
	f.Add(encode(f, public))
	f.Add([]byte(`{"format":"fairlead-product/2","gtin":"` + whole.GTIN + `","asOf":"2026-12-03T12:00:00.000Z","seals":[{}]}`))
	roots := n.roots()
	f.Fuzz(func(t *testing.T, text []byte) {
		if format, err := Format(text); err == nil && format != ProductFormat && format != RecordFormat {
			t.Errorf("it has the format %q", format)
		}
		report, err := VerifyProduct(text, roots, Terms{Now: n.now.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		if !report.Holds() {
			return
		}
		var b Product
		var answer provenance.Answer
		if decode(text, &b) != nil || decode([]byte(b.Answer), &answer) != nil {
			t.Fatal("what holds cannot be read")
		}
		if !slices.Equal(slices.Sorted(slices.Values(b.Record)), records[b.Full]) {
			t.Error("it holds with other records than the ledger's")
		}
		if differ(openly(answer), openly(served)) != nil || b.Full && b.Answer != whole.Answer {
			t.Error("it holds with another answer than follows")
		}
	})
}

// FuzzRecordBundle changes a record's bundle anywhere: what passes is about that
// transaction.
func FuzzRecordBundle(f *testing.F) {
	n := told(f)
	genuine := n.record(story{})
	roots := n.roots()
	if report, err := VerifyRecord(encode(f, genuine), roots, Terms{Now: n.now}); err != nil || !report.Holds() {
		f.Fatalf("the genuine one: %v (%v)", failures(report), err)
	}
	f.Add(encode(f, genuine))
	f.Add([]byte(`{"format":"fairlead-record/2","kind":"audit","id":"x","seals":[{}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		report, err := VerifyRecord(text, roots, Terms{Now: n.now})
		if err != nil {
			t.Fatal(err)
		}
		var b Record
		if report.Holds() && (decode(text, &b) != nil || b.Kind != genuine.Kind || b.ID != genuine.ID) {
			t.Errorf("it holds for the %s %s", b.Kind, b.ID)
		}
	})
}

// FuzzRoots takes anything for a roots file: it is opened or refused, and one
// without the organisations that signed lets nothing pass.
func FuzzRoots(f *testing.F) {
	n := told(f)
	bundle := encode(f, n.bundle(false, twist{}))
	f.Add(encode(f, n.roots()))
	f.Add([]byte(`{"format":"fairlead-roots/1","organizations":[{"name":"Workers","roots":["-----BEGIN"]}]}`))
	pinned := map[string]provenance.Org{}
	for _, o := range n.roots().Organizations {
		pinned[o.Roots[0]] = o.Name
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var r Roots
		if decode(text, &r) != nil {
			return
		}
		report, err := VerifyProduct(bundle, r, Terms{Now: n.now})
		if err != nil || !report.Holds() {
			return
		}
		trusted := map[provenance.Org]bool{}
		for _, o := range r.Organizations {
			for _, root := range o.Roots {
				trusted[pinned[root]] = true
			}
		}
		if !both(trusted) {
			t.Errorf("it holds by the roots of %v", trusted)
		}
	})
}
