package contract_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract"
	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

// page asks for one page about a subject.
func (b *bench) page(subject provenance.Ref, among, after string, size int) contract.AboutPage {
	b.Helper()
	question := fmt.Sprintf(`{"subject":{"kind":%q,"id":%q},"among":%q,"after":%q,"size":%d}`, subject.Kind, subject.ID, among, after, size)
	res := b.peer.Simulate(stubtest.Proposal{Function: "ListAbout", Args: []string{question}, Creator: b.registrars[provenance.Brands].Creator})
	if err := res.Err(); err != nil {
		b.Fatal(err)
	}
	var page contract.AboutPage
	if err := json.Unmarshal(res.Payload, &page); err != nil {
		b.Fatal(err)
	}
	return page
}

func TestListAboutPagesThroughASite(t *testing.T) {
	b := observed(t)
	site := provenance.Ref{Kind: provenance.KindFacility, ID: b.Site.ID}
	var all []contract.AboutEntry
	for _, among := range []string{"about", "closed", "beside"} {
		whole := b.page(site, among, "", 100)
		var paged []contract.AboutEntry
		for after := ""; ; {
			page := b.page(site, among, after, 2)
			paged = append(paged, page.Entries...)
			if after = page.After; after == "" {
				break
			}
		}
		if fmt.Sprint(paged) != fmt.Sprint(whole.Entries) {
			t.Errorf("page by page %s are\n%v\nat once\n%v", among, paged, whole.Entries)
		}
		all = append(all, whole.Entries...)
	}
	if want := len(b.observations()); len(all) != want {
		t.Fatalf("about the site are %d records: want the %d that were observed", len(all), want)
	}
	for _, e := range all {
		receipt, err := provenance.ReceiptFor(b.recorded(e.Kind, e.ID))
		if err != nil || receipt.Digest != e.Digest {
			t.Errorf("%s %s is listed with the digest %s, recorded with %s (%v)", e.Kind, e.ID, e.Digest, receipt.Digest, err)
		}
	}
}

func TestListAboutALot(t *testing.T) {
	b := observed(t)
	page := b.page(provenance.Lot{GTIN: b.Shirt.GTIN, Lot: "S-1"}.Ref(), "about", "", 100)
	if len(page.Entries) != 1 || page.Entries[0].ID != b.ShirtMade.Key() {
		t.Errorf("about the lot are %v, want the event that made it", page.Entries)
	}
	if page := b.page(provenance.Lot{GTIN: b.Shirt.GTIN, Lot: "S-"}.Ref(), "about", "", 100); len(page.Entries) != 0 {
		t.Errorf("about a lot nobody made are %v", page.Entries)
	}
}

func TestReadRefusals(t *testing.T) {
	b := observed(t)
	ofAnother := base64.RawURLEncoding.EncodeToString([]byte("\x00about\x00facility\x00" + b.ID() + "\x00"))
	for _, c := range []struct {
		name, transaction, question string
		code                        provenance.Code
		field                       string
	}{
		{"a record that is not there", "ReadRecord", `{"kind":"audit","id":"` + b.ID() + `"}`, provenance.NotFound, ""},
		{"no kind", "ReadRecord", `{"id":"x"}`, provenance.Invalid, "kind"},
		{"no question", "ReadRecord", ``, provenance.Invalid, ""},
		{"a key's own separator", "ReadRecord", `{"kind":"audit","id":"a\u0000b"}`, provenance.Invalid, "id"},
		{"too large a page", "ListAbout", `{"subject":{"kind":"facility","id":"x"},"size":101}`, provenance.Invalid, "size"},
		{"an empty page", "ListAbout", `{"subject":{"kind":"facility","id":"x"},"size":0}`, provenance.Invalid, "size"},
		{"a bookmark of another subject", "ListAbout", `{"subject":{"kind":"facility","id":"x"},"after":"` + ofAnother + `"}`, provenance.Invalid, "after"},
		{"a bookmark that is none", "ListAbout", `{"subject":{"kind":"facility","id":"x"},"after":"?"}`, provenance.Invalid, "after"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b.refusesText(b.as(provenance.RoleAuditor), c.transaction, c.question, c.code, c.field)
		})
	}
}

func TestReadsThatFailAreFaults(t *testing.T) {
	b := observed(t)
	for transaction, question := range map[string]string{
		"ReadRecord": `{"kind":"audit","id":"` + b.Audit.ID + `"}`,
		"ListAbout":  `{"subject":{"kind":"facility","id":"` + b.Site.ID + `"}}`,
		"Conclude":   `{"nonce":"` + nonce + `","gtin":"` + b.Shirt.GTIN + `","asOf":"2026-06-01T00:00:00.000Z"}`,
		"Digests":    `{"nonce":"` + nonce + `","subjects":[{"kind":"facility","id":"` + b.Site.ID + `"}]}`,
	} {
		for _, nth := range []int{1, 2} {
			n := 0
			b.peer.Fail(func(string, string) error {
				if n++; n == nth {
					return errors.New("the peer is down")
				}
				return nil
			})
			err := b.peer.Simulate(stubtest.Proposal{Function: transaction, Args: []string{question}, Creator: b.as(provenance.RoleAuditor).Creator}).Err()
			if n < nth {
				continue // it asks once only
			}
			if _, refused := provenance.ParseRefusal(fmt.Sprint(err)); err == nil || refused {
				t.Errorf("%s ended with %v although the peer failed", transaction, err)
			}
		}
	}
}
