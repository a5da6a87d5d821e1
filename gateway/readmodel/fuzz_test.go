package readmodel

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// FuzzEvent takes any text for the payload of an event: a block is taken in
// whole or not at all, and what is taken in is what the event carries.
func FuzzEvent(f *testing.F) {
	w := invent(3, 12)
	for _, b := range w.chain.blocks {
		for _, tx := range b.Transactions {
			if tx.Event != "" {
				f.Add(tx.Payload)
			}
		}
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		tx := ledger.Transaction{ID: "tx", Code: ledger.CodeValid, At: dawn, Event: provenance.EventName, Payload: payload}
		b := readBlock(ledger.Block{Number: 1, Transactions: []ledger.Transaction{tx}})
		if b.fault != nil {
			return
		}
		var told struct{ Records []json.RawMessage }
		if err := json.Unmarshal(payload, &told); err != nil || len(told.Records) != len(b.entries) {
			t.Fatalf("%d records are taken in of %q (%v)", len(b.entries), payload, err)
		}
		for _, e := range b.entries {
			record, err := parse(e.text)
			if err != nil || record.Ref() != e.ref || !kinds[e.ref.Kind] {
				t.Errorf("the record %v is read as %v (%v)", e.ref, record.Ref(), err)
			}
		}
	})
}

// FuzzLists asks for pages by any cursor and any text: it is answered, or
// refused as the caller's fault.
func FuzzLists(f *testing.F) {
	store := filled(f, invent(5, 30).chain)
	page, _, err := store.Facilities(f.Context(), FacilityFilter{}, Cut{Limit: 2})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(page.Next, "mill", "TH", 3)
	f.Add("", "%_\\", "", -1)
	f.Add("AAAA", "\x00", "th", 1000)
	f.Fuzz(func(t *testing.T, after, text, country string, limit int) {
		cut := Cut{After: after, Limit: limit}
		facilities, _, err := store.Facilities(t.Context(), FacilityFilter{Country: country, Text: text}, cut)
		paged(t, facilities, cut, err)
		for _, r := range facilities.Records {
			if country != "" && !strings.Contains(string(r.Body), `"country":"`+country+`"`) {
				t.Errorf("of %q is %s", country, r.Body)
			}
		}
		products, _, err := store.Products(t.Context(), cut)
		paged(t, products, cut, err)
		about, _, err := store.RecordsAbout(t.Context(), provenance.Ref{Kind: provenance.KindFacility, ID: text}, nil, cut)
		paged(t, about, cut, err)
		if _, _, err := store.Record(t.Context(), provenance.Kind(country), text); err != nil {
			refusedAs(t, err)
		}
	})
}

func paged(t *testing.T, p Page, c Cut, err error) {
	t.Helper()
	if err != nil {
		refusedAs(t, err)
		return
	}
	if len(p.Records) > c.limit() || p.Next != "" && len(p.Records) < c.limit() {
		t.Errorf("a page of at most %d has %d records and goes on at %q", c.limit(), len(p.Records), p.Next)
	}
}

func refusedAs(t *testing.T, err error) {
	t.Helper()
	if refusal, ok := provenance.AsRefusal(err); !ok || refusal.Code == "" {
		t.Errorf("what a caller asks for ends in %v", err)
	}
}
