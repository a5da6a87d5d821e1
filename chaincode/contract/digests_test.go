package contract_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

var nonce = strings.Repeat("ab", 32)

// digests asks for one page of each part.
func (b *bench) digests(parts ...provenance.DigestPart) []provenance.DigestPage {
	b.Helper()
	question, err := json.Marshal(provenance.DigestQuestion{Nonce: nonce, Subjects: parts})
	if err != nil {
		b.Fatal(err)
	}
	res := b.peer.Simulate(stubtest.Proposal{Function: "Digests", Args: []string{string(question)}, Creator: b.registrars[provenance.Brands].Creator})
	if err := res.Err(); err != nil {
		b.Fatal(err)
	}
	if len(res.Writes) > 0 {
		b.Errorf("a question wrote %v", res.Writes)
	}
	var answer provenance.DigestAnswer
	if refusal := provenance.Decode(res.Payload, &answer); refusal != nil {
		b.Fatal(refusal)
	}
	if answer.Nonce != nonce || len(answer.Subjects) != len(parts) {
		b.Fatalf("the answer is for the nonce %s and %d subjects", answer.Nonce, len(answer.Subjects))
	}
	return answer.Subjects
}

// all gives every record of the ledger, from its blocks.
func (b *bench) all() []provenance.Record {
	b.Helper()
	var records []provenance.Record
	for _, block := range b.peer.Blocks() {
		for _, tx := range block.Transactions {
			if tx.Event == nil {
				continue
			}
			var recorded provenance.Recorded
			if err := json.Unmarshal(tx.Event.Payload, &recorded); err != nil {
				b.Fatal(err)
			}
			records = append(records, recorded.Records...)
		}
	}
	return records
}

func TestDigestsAreThoseOfTheRecords(t *testing.T) {
	b := observed(t)
	records := b.all()
	q := provenance.Question{GTIN: b.Shirt.GTIN, AsOf: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
	needs, err := provenance.Needs(records, q)
	if err != nil {
		t.Fatal(err)
	}
	own := map[provenance.Ref]string{}
	for _, r := range records {
		own[r.Ref()], _ = provenance.Digest(r)
	}
	closed := 0
	for _, need := range needs {
		for _, part := range []provenance.DigestPart{{Kind: need.Kind, ID: need.ID}, {Kind: need.Kind, ID: need.ID, Closed: true}} {
			page := b.digests(part)[0]
			entries, err := provenance.Entries(records, need, part.Closed)
			if err != nil {
				t.Fatal(err)
			}
			if page.Count != len(entries) || page.Digest != provenance.FoldEntries(entries) || page.Next != nil || page.Record != own[need] {
				t.Errorf("about %s (closed %v) the ledger has %d records, the fold of its events %d", need, part.Closed, page.Count, len(entries))
			}
			if part.Closed {
				closed += page.Count
			}
		}
	}
	if closed < 5 {
		t.Errorf("only %d of the records are not shown one by one: the cohort's and the case's are", closed)
	}
	whole, err := provenance.History(records, q)
	if err != nil {
		t.Fatal(err)
	}
	part, err := provenance.History(provenance.Needed(records, needs), q)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := provenance.Digest(whole)
	if got, err := provenance.Digest(part); got != want || err != nil {
		t.Error("what the digests cover gives another answer than all there is")
	}
}

func TestDigestsGoOnPageByPage(t *testing.T) {
	b := founded(t)
	site := provenance.Ref{Kind: provenance.KindFacility, ID: b.Site.ID}
	for i := range 250 {
		b.states(b.as(provenance.RoleSupplier), &provenance.FacilityAmendment{
			ID: b.ID(), Facility: b.Site.ID, From: "2025-06-01", Aliases: []string{fmt.Sprintf("Mill %d", i)},
		})
	}
	entries, err := provenance.Entries(b.all(), site, false)
	if err != nil {
		t.Fatal(err)
	}
	part, read := provenance.DigestPart{Kind: site.Kind, ID: site.ID}, 0
	for {
		page := b.digests(part)[0]
		if want := provenance.FoldEntries(entries[read : read+page.Count]); page.Digest != want {
			t.Fatalf("the page after %d records has another digest", read)
		}
		read += page.Count
		if part.After = page.Next; part.After == nil {
			break
		}
	}
	if read != len(entries) || read < 250 {
		t.Errorf("%d records in all pages, want %d", read, len(entries))
	}
}

func TestDigestsOfAllLotsOfAProductLeaveOutOthers(t *testing.T) {
	b := observed(t)
	page := b.digests(provenance.DigestPart{Kind: provenance.LotSubject, ID: b.Shirt.GTIN + "/"})[0]
	if page.Count != 1 {
		t.Errorf("%d records are about lots of the shirt, want the one event that made its lot", page.Count)
	}
	none := b.digests(provenance.DigestPart{Kind: provenance.LotSubject, ID: b.GTIN() + "/"})[0]
	if none.Count != 0 || none.Digest != provenance.FoldEntries(nil) || none.Next != nil {
		t.Errorf("lots of a product that nobody made: %+v", none)
	}
}

func TestDigestsRefusals(t *testing.T) {
	b := observed(t)
	subject := `{"kind":"facility","id":"` + b.Site.ID + `"}`
	for _, c := range []struct{ name, question, field string }{
		{"no nonce", `{"subjects":[` + subject + `]}`, "nonce"},
		{"a short nonce", `{"nonce":"ab","subjects":[` + subject + `]}`, "nonce"},
		{"no subjects", `{"nonce":"` + nonce + `","subjects":[]}`, "subjects"},
		{"too many", `{"nonce":"` + nonce + `","subjects":[` + strings.Repeat(subject+",", 50) + subject + `]}`, "subjects"},
		{"a key's own separator", `{"nonce":"` + nonce + `","subjects":[{"kind":"facility","id":"a\u0000b"}]}`, "subjects[0].id"},
		{"a place about another subject", `{"nonce":"` + nonce + `","subjects":[{"kind":"facility","id":"x","after":{"about":"y","kind":"audit","id":"z"}}]}`, "subjects[0].after.about"},
		{"an unknown field", `{"nonce":"` + nonce + `","subjects":[` + subject + `],"size":1000}`, "size"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b.refusesText(b.as(provenance.RoleAuditor), "Digests", c.question, provenance.Invalid, c.field)
		})
	}
}
