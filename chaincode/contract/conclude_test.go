package contract_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

// concluded asks for a conclusion, and gives what was read for it too.
func (b *bench) concluded(q provenance.Question) (provenance.Conclusion, *stubtest.Result) {
	b.Helper()
	question, err := json.Marshal(provenance.ConclusionQuestion{Nonce: nonce, GTIN: q.GTIN, Lot: q.Lot, AsOf: provenance.FormatInstant(q.AsOf)})
	if err != nil {
		b.Fatal(err)
	}
	res := b.peer.Simulate(stubtest.Proposal{Function: "Conclude", Args: []string{string(question)}, Creator: b.registrars[provenance.Brands].Creator})
	if err := res.Err(); err != nil {
		b.Fatal(err)
	}
	var answer provenance.Conclusion
	if refusal := provenance.Decode(res.Payload, &answer); refusal != nil {
		b.Fatal(refusal)
	}
	return answer, res
}

func TestPeersConcludeWhatFollowsFromAllRecords(t *testing.T) {
	b := observed(t)
	for _, lot := range []string{"", "S-1"} {
		q := provenance.Question{GTIN: b.Shirt.GTIN, Lot: lot, AsOf: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
		whole, err := provenance.History(b.all(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(whole.Children) == 0 || len(whole.Fees.Totals) == 0 {
			t.Error("the answer holds nothing that rests on records which are not shown")
		}
		want, err := provenance.Digest(whole)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := b.concluded(q); got.Answer != want || got.GTIN != q.GTIN || got.Lot != lot || got.Nonce != nonce {
			t.Errorf("lot %q: peers conclude %+v, all records %s", lot, got, want)
		}
	}
}

// TestAConclusionTellsNothingOfWhatIsNotShown looks at every key that an
// endorsement of it names.
func TestAConclusionTellsNothingOfWhatIsNotShown(t *testing.T) {
	b := observed(t)
	_, res := b.concluded(provenance.Question{GTIN: b.Shirt.GTIN, AsOf: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)})
	var keys []string
	for _, r := range res.Reads {
		keys = append(keys, r.Key)
	}
	for _, seen := range res.Ranges {
		keys = append(keys, seen.Start, seen.End)
		for _, r := range seen.Reads {
			keys = append(keys, r.Key)
		}
	}
	closed := 0
	for _, r := range b.all() {
		if r.Public() {
			continue
		}
		closed++
		for _, key := range keys {
			if strings.Contains(key, r.ID) || strings.HasPrefix(key, "\x00closed\x00") || strings.HasPrefix(key, "\x00told\x00") {
				t.Errorf("an endorsement would tell of a %s by the key %q", r.Kind, key)
			}
		}
	}
	if len(keys) < 10 || closed < 5 {
		t.Errorf("%d keys were read, %d records are not shown one by one", len(keys), closed)
	}
}

func TestConcludeRefusals(t *testing.T) {
	b := observed(t)
	head := `{"nonce":"` + nonce + `","gtin":"`
	for _, c := range []struct {
		name, question string
		code           provenance.Code
		field          string
	}{
		{"no nonce", `{"gtin":"` + b.Shirt.GTIN + `","asOf":"2026-06-01T00:00:00.000Z"}`, provenance.Invalid, "nonce"},
		{"no moment", head + b.Shirt.GTIN + `","asOf":"June"}`, provenance.Invalid, "asOf"},
		{"no number", head + `x","asOf":"2026-06-01T00:00:00.000Z"}`, provenance.Invalid, "gtin"},
		{"an unknown field", head + b.Shirt.GTIN + `","asOf":"2026-06-01T00:00:00.000Z","knownAt":""}`, provenance.Invalid, "knownAt"},
		{"a product that is not there", head + b.GTIN() + `","asOf":"2026-06-01T00:00:00.000Z"}`, provenance.NotFound, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b.refusesText(b.as(provenance.RoleAuditor), "Conclude", c.question, c.code, c.field)
		})
	}
}
