package readmodel

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

func TestRecordsAreFoundAsTheLedgerHoldsThem(t *testing.T) {
	w := invent(20, 30)
	s := filled(t, w.chain)
	for _, want := range w.chain.records() {
		got, p, err := s.Record(context.Background(), want.Kind, want.ID)
		if err != nil || !reflect.DeepEqual(got.Record, want) || p.Height != uint64(len(w.chain.blocks)) {
			t.Fatalf("found %+v at height %d, %v; wanted %+v", got, p.Height, err, want)
		}
		receipt, err := provenance.ReceiptFor(want)
		if err != nil || got.Digest != receipt.Digest {
			t.Fatalf("%s has the digest %s, its receipt says %s", want.Ref(), got.Digest, receipt.Digest)
		}
		if !slices.ContainsFunc(w.chain.blocks[got.Block].Transactions, func(tx ledger.Transaction) bool { return tx.ID == want.Tx }) {
			t.Fatalf("%s is not in block %d", want.Ref(), got.Block)
		}
	}
	if _, _, err := s.Product(context.Background(), w.gtins[0]); err != nil {
		t.Error(err)
	}
	if _, _, err := s.Product(context.Background(), gtin(999)); !errors.Is(err, ErrNoProduct) {
		t.Errorf("a product that only lots mention: %v", err)
	}
	if _, _, err := s.Facility(context.Background(), w.facilities[0]); err != nil {
		t.Error(err)
	}
	if _, _, err := s.Facility(context.Background(), w.parties[0]); !errors.Is(err, ErrNoRecord) {
		t.Errorf("a party as a facility: %v", err)
	}
}

func TestAMemberIsFoundByTheCertificate(t *testing.T) {
	w := invent(21, 5)
	m := &provenance.Member{ID: w.id(), Party: w.parties[0], Roles: []provenance.Role{provenance.RoleAuditor}, Certificate: strings.Repeat("ab", 32)}
	w.say(provenance.Auditors, m)
	w.cut()
	s := filled(t, w.chain)
	if got, _, err := s.Member(context.Background(), provenance.Auditors, m.Certificate); err != nil || got.Record.ID != m.ID {
		t.Errorf("found %+v: %v", got.Record, err)
	}
	for org, certificate := range map[provenance.Org]string{provenance.Brands: m.Certificate, provenance.Auditors: strings.Repeat("cd", 32)} {
		if got, _, err := s.Member(context.Background(), org, certificate); !errors.Is(err, ErrNoRecord) {
			t.Errorf("%s, %s: found %+v, %v", org, certificate[:2], got.Record, err)
		}
	}
}

// pages reads a list from its beginning to its end.
func pages(t *testing.T, limit int, read func(Cut) (Page, Position, error)) (all []provenance.Record) {
	t.Helper()
	for c := (Cut{Limit: limit}); ; {
		page, _, err := read(c)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Records) > limit || page.Next != "" && len(page.Records) < limit {
			t.Fatalf("a page of %d has %d records", limit, len(page.Records))
		}
		all = append(all, page.Records...)
		if page.Next == "" {
			return all
		}
		c.After = page.Next
	}
}

func TestWhatIsAboutASubjectIsListedNewestFirst(t *testing.T) {
	w := invent(21, 80)
	s := filled(t, w.chain)
	subjects := []provenance.Ref{w.lots[0].Ref(), {Kind: provenance.KindParty, ID: w.parties[1]}}
	for _, f := range w.facilities {
		subjects = append(subjects, provenance.Ref{Kind: provenance.KindFacility, ID: f})
	}
	for _, subject := range subjects {
		for _, kinds := range [][]provenance.Kind{nil, {provenance.KindEvent}, {provenance.KindAudit}, {provenance.KindCohort, provenance.KindAudit, provenance.KindAudit}} {
			var want []provenance.Record
			for _, r := range w.chain.records() {
				if slices.Contains(r.About, subject) && (kinds == nil || slices.Contains(kinds, r.Kind)) {
					want = append(want, r)
				}
			}
			slices.Reverse(want)
			for _, limit := range []int{1, 3, MaxPage} {
				got := pages(t, limit, func(c Cut) (Page, Position, error) { return s.RecordsAbout(context.Background(), subject, kinds, c) })
				if len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
					t.Fatalf("%v about %s: %d records, wanted %d", kinds, subject, len(got), len(want))
				}
			}
		}
	}
	if _, _, err := s.Audits(context.Background(), "nowhere", Cut{}); !errors.Is(err, ErrNoRecord) {
		t.Errorf("audits of nowhere: %v", err)
	}
	audits, _, err := s.Audits(context.Background(), w.facilities[0], Cut{})
	if err != nil || len(audits.Records) == 0 || audits.Records[0].Kind != provenance.KindAudit {
		t.Errorf("audits: %v, %v", audits, err)
	}
}

func TestFacilitiesAreSearched(t *testing.T) {
	var s scribe
	c := newChain()
	by := provenance.Author{Org: provenance.Suppliers}
	c.add(s.transaction(by,
		&provenance.Facility{ID: "1", Name: "zenith Rope 100%", Country: "TH", Aliases: []string{"Golden Mill"}, Address: "1 Quay_Road"},
		&provenance.Facility{ID: "2", Name: "Anchor", Country: "MY", Sector: "Cordage", Identifiers: []provenance.Identifier{{Scheme: provenance.IMO, Value: "9074729"}}},
		&provenance.Facility{ID: "3", Name: "anchor", Country: "TH"},
		&provenance.Facility{ID: "4", Name: "Ärmel & Söhne", Country: "DE", Operator: "P"},
		&provenance.Facility{ID: "5", Name: "Sea Hare", Country: "KH"},
	))
	c.add(s.transaction(by, &provenance.FacilityAmendment{ID: "6", Facility: "5", Name: "Sea Slug", Country: "PA", Aliases: []string{"Nudibranch"}}))
	c.add(s.transaction(by, &provenance.FacilityAmendment{ID: "7", Facility: "5", Address: "Berth 4"}))
	store := filled(t, c)
	for _, tc := range []struct {
		filter FacilityFilter
		want   string
	}{
		{FacilityFilter{}, "2 3 4 5 1"},
		{FacilityFilter{Text: "hare"}, "5"},
		{FacilityFilter{Text: "slug"}, "5"},
		{FacilityFilter{Text: "NUDIB", Country: "PA"}, "5"},
		{FacilityFilter{Text: "berth", Country: "KH"}, ""},
		{FacilityFilter{Country: "TH"}, "3 1"},
		{FacilityFilter{Country: "XX"}, ""},
		{FacilityFilter{Text: "ANCHOR"}, "2 3"},
		{FacilityFilter{Text: "anchor", Country: "MY"}, "2"},
		{FacilityFilter{Text: "golden"}, "1"},
		{FacilityFilter{Text: "zen mill"}, "1"},
		{FacilityFilter{Text: "mill zen"}, ""},
		{FacilityFilter{Text: "0%"}, "1"},
		{FacilityFilter{Text: "1%0"}, ""},
		{FacilityFilter{Text: "quay_r"}, "1"},
		{FacilityFilter{Text: "qua_"}, ""},
		{FacilityFilter{Text: `\`}, ""},
		{FacilityFilter{Text: "9074729"}, "2"},
		{FacilityFilter{Text: "cordage"}, "2"},
		{FacilityFilter{Text: "ärmel"}, "4"},
		{FacilityFilter{Text: "ARMEL sohne"}, "4"},
	} {
		for _, limit := range []int{1, 2, MaxPage} {
			var ids []string
			for _, r := range pages(t, limit, func(cut Cut) (Page, Position, error) { return store.Facilities(context.Background(), tc.filter, cut) }) {
				ids = append(ids, r.ID)
			}
			if got := strings.Join(ids, " "); got != tc.want {
				t.Errorf("%+v gives %q, wanted %q", tc.filter, got, tc.want)
			}
		}
	}
}

func TestUnreadableCursorsAndLongTextsAreRefused(t *testing.T) {
	w := invent(22, 5)
	s := filled(t, w.chain)
	ctx, facility := context.Background(), provenance.Ref{Kind: provenance.KindFacility, ID: w.facilities[0]}
	for name, ask := range map[string]func() error{
		"facilities, no base64": func() error { _, _, err := s.Facilities(ctx, FacilityFilter{}, Cut{After: "?"}); return err },
		"facilities, long text": func() error {
			_, _, err := s.Facilities(ctx, FacilityFilter{Text: strings.Repeat("a", 201)}, Cut{})
			return err
		},
		"about, no base64": func() error { _, _, err := s.RecordsAbout(ctx, facility, nil, Cut{After: "?"}); return err },
		"about, a record not there": func() error {
			_, _, err := s.RecordsAbout(ctx, facility, nil, Cut{After: cursor("audit none")})
			return err
		},
	} {
		if refusal, ok := provenance.AsRefusal(ask()); !ok || refusal.Code != provenance.Invalid {
			t.Errorf("%s: not refused", name)
		}
	}
	page, _, err := s.Facilities(ctx, FacilityFilter{}, Cut{Limit: 1_000_000})
	if err != nil || len(page.Records) != len(w.facilities) {
		t.Errorf("a limit beyond the most: %d records, %v", len(page.Records), err)
	}
}

func TestProductsAreListedByNumber(t *testing.T) {
	var s scribe
	c := newChain()
	numbers := []string{"09520000000011", "09520000000028", "09520123456788"}
	for _, gtin := range []string{numbers[2], numbers[0], numbers[1]} {
		c.add(s.transaction(provenance.Author{Org: provenance.Brands}, &provenance.Product{GTIN: gtin, Name: "P", Owner: "P"}))
	}
	store := filled(t, c)
	for _, limit := range []int{1, 2, MaxPage} {
		var got []string
		for _, r := range pages(t, limit, func(cut Cut) (Page, Position, error) { return store.Products(context.Background(), cut) }) {
			got = append(got, r.ID)
		}
		if !slices.Equal(got, numbers) {
			t.Errorf("pages of %d give %v, wanted %v", limit, got, numbers)
		}
	}
}

// A withdrawn amendment leaves neither its words nor its country.
func TestFacilitiesAreNotFoundByWhatWasWithdrawn(t *testing.T) {
	var s scribe
	c := newChain()
	by := provenance.Author{Org: provenance.Suppliers}
	c.add(s.transaction(by, &provenance.Facility{ID: "1", Name: "Sea Hare", Country: "KH"}))
	c.add(s.transaction(by, &provenance.FacilityAmendment{ID: "2", Facility: "1", Name: "Sea Slug", Country: "PA"}))
	c.add(s.transaction(by, &provenance.FacilityAmendment{ID: "3", Facility: "1", Aliases: []string{"Nudibranch"}}))
	found := func(store *Store, f FacilityFilter) bool {
		page, _, err := store.Facilities(context.Background(), f, Cut{})
		if err != nil {
			t.Fatal(err)
		}
		return len(page.Records) == 1
	}
	before := filled(t, c)
	if !found(before, FacilityFilter{Text: "slug", Country: "PA"}) {
		t.Error("not found by what an amendment says")
	}
	c.add(s.transaction(by, &provenance.Withdrawal{ID: "4", Target: provenance.Target{Kind: provenance.KindFacilityAmendment, ID: "2"}}))
	after := filled(t, c)
	for _, f := range []FacilityFilter{{Text: "slug"}, {Country: "PA"}} {
		if found(after, f) {
			t.Errorf("found by %+v, which was withdrawn", f)
		}
	}
	for _, f := range []FacilityFilter{{Text: "nudibranch"}, {Text: "hare", Country: "KH"}} {
		if !found(after, f) {
			t.Errorf("not found by %+v, which stands", f)
		}
	}
}
