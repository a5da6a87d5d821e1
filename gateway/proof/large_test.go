package proof

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// largest is a product with more behind it than one question, or ten, could ask
// about: each of the lots that it was made of is a subject of its own.
const largest = 5200

// woven adds the making of many lots of cloth, and of one shirt out of all, to
// what a network's ledger tells.
func (n *network) woven() {
	n.t.Helper()
	add := func(e provenance.Event) {
		body, err := provenance.Canonical(e)
		if err != nil {
			n.t.Fatal(err)
		}
		r := provenance.Record{Kind: provenance.KindEvent, ID: e.Key(), By: provenance.Author{Org: provenance.Suppliers, Party: n.world.Factory.ID},
			At: "2026-10-01T00:00:00.000Z", Tx: nonceOf(5), About: []provenance.Ref{{Kind: provenance.KindFacility, ID: n.world.Site.ID}}, Body: body}
		r.About = append(append(r.About, e.Uses()...), e.Makes()...)
		n.records = append(n.records, r)
	}
	for i := 0; i < largest; i += 100 {
		sewn := n.world.ShirtMade
		sewn.EventTime, sewn.InputQuantityList = fmt.Sprintf("2025-10-08T07:30:%02d.000Z", i/100), nil
		for j := range 100 {
			lot := provenance.Lot{GTIN: n.world.Cloth.GTIN, Lot: fmt.Sprintf("W-%d", i+j)}
			add(n.world.Making(lot))
			sewn.InputQuantityList = append(sewn.InputQuantityList, provenance.Quantity{EPCClass: lot.URI(), Quantity: "1", UOM: "MTR"})
		}
		add(sewn)
	}
}

// digests answers questions for digests from the records, as the contract does
// from its state.
func (n *network) digests(question []byte) ([]byte, error) {
	var q provenance.DigestQuestion
	if err := json.Unmarshal(question, &q); err != nil {
		return nil, err
	}
	if len(q.Subjects) > provenance.SealSubjects {
		return nil, fmt.Errorf("%d subjects are asked about at once", len(q.Subjects))
	}
	if n.index == nil {
		v := &productCheck{held: n.records}
		own := map[provenance.Ref]string{}
		for _, r := range n.records {
			own[r.Ref()], _ = provenance.Digest(r)
		}
		n.index, n.own = v.entries(own), own
	}
	answer := provenance.DigestAnswer{Nonce: q.Nonce}
	for _, part := range q.Subjects {
		first := part
		first.After = nil
		entries := n.index[first]
		for part.After != nil && len(entries) > 0 {
			passed := entries[0].Place == *part.After
			if entries = entries[1:]; passed {
				break
			}
		}
		page := provenance.DigestPage{Kind: part.Kind, ID: part.ID, Closed: part.Closed, After: part.After, Record: n.own[part.Subject()]}
		page.Count = min(len(entries), provenance.SealPage)
		page.Digest = provenance.FoldEntries(entries[:page.Count])
		if page.Count == provenance.SealPage {
			page.Next = &entries[page.Count-1].Place
		}
		answer.Subjects = append(answer.Subjects, page)
	}
	return provenance.Canonical(answer)
}

// TestAProductWithThousandsOfLotsIsSealedInParts: all of it is provable, and none
// of its seals can be left out.
func TestAProductWithThousandsOfLotsIsSealedInParts(t *testing.T) {
	n := told(t)
	n.woven()
	q := n.question()
	asking := func(question []byte) (Seal, []byte, error) {
		answer, err := n.digests(question)
		return n.seal([][]byte{[]byte("Digests"), question}, answer, twist{}), answer, err
	}
	tooMuch := func([]byte) (Seal, []byte, error) {
		return Seal{}, nil, provenance.Refuse(provenance.TooLarge, "too many records")
	}
	b, err := MakeProduct(q, n.records, nonceOf(7), false, asking, tooMuch)
	if err != nil {
		t.Fatal(err)
	}
	if b.Conclusion != nil || len(b.Seals) <= largest/provenance.SealSubjects || len(b.Record) < largest {
		t.Errorf("%d records in %d seals, a conclusion: %v", len(b.Record), len(b.Seals), b.Conclusion != nil)
	}
	began := time.Now()
	if r := n.verify(b); !r.Holds() {
		t.Errorf("it does not hold: %v", failures(r))
	}
	t.Logf("%d records, %d seals, verified in %s", len(b.Record), len(b.Seals), time.Since(began).Round(time.Millisecond))
	for _, left := range []int{0, len(b.Seals) / 2, len(b.Seals) - 1} {
		less := b
		less.Seals = append(append([]Seal{}, b.Seals[:left]...), b.Seals[left+1:]...)
		if n.verify(less).Holds() {
			t.Errorf("without seal %d of %d it holds", left+1, len(b.Seals))
		}
	}
	less := b
	less.Record = append(append([]string{}, b.Record[:largest/2]...), b.Record[largest/2+1:]...)
	if n.verify(less).Holds() {
		t.Error("without one of its records it holds")
	}
	theirs := inModule(t, []lie{{text: n.text(b), roots: n.roots(), now: n.now}})
	if theirs != nil && failedAt(theirs[0]) != atAnswer { // all of it holds but that nobody concluded
		t.Errorf("in the module it ends at %q: %v", failedAt(theirs[0]), failures(theirs[0]))
	}
}
