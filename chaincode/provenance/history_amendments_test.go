package provenance

import (
	"slices"
	"testing"
)

func (c *chain) rename(party, from, name string, owners ...string) Record {
	c.t.Helper()
	return c.add(Brands, "", &PartyAmendment{ID: name, Party: party, From: from, Name: name, OwnedBy: owners})
}

func TestAmendedNamesCountFromTheirDay(t *testing.T) {
	c := newChain(t)
	c.clear()
	late := c.rename(brand, "2026-08-01", "Brand 3")
	c.rename(brand, "2026-07-01", "Brand 2")
	c.rename(firm, "2026-07-01", "Firm 2")
	c.add(Brands, brand, &ProductAmendment{ID: "p2", Product: shirt, From: "2026-07-01", Name: "Shirt 2"})
	for day, want := range map[string][3]string{
		"2026-06-30": {"The brand", "The firm", "Shirt"}, "2026-07-01": {"Brand 2", "Firm 2", "Shirt 2"}, "2026-10-31": {"Brand 3", "Firm 2", "Shirt 2"},
	} {
		a := c.answer(asOfDay(day))
		if got := [3]string{a.Owner.Name, a.Audits[0].Firm.Name, a.Product}; got != want {
			t.Errorf("on %s they are called %q, want %q", day, got, want)
		}
	}
	if a := c.answer(knownBefore(late)); a.Owner.Name != "The brand" {
		t.Errorf("before anything was known it is called %q", a.Owner.Name)
	}
}

func TestAProductThatWasGivenAwayIsTheHeirs(t *testing.T) {
	c := newChain(t)
	c.add(Brands, brand, &ProductAmendment{ID: "p2", Product: shirt, From: "2026-07-01", Owner: mill})
	if a := c.answer(); a.Owner.ID != mill {
		t.Errorf("it is %s's", a.Owner.ID)
	}
	if a := c.answer(asOfDay("2026-06-30")); a.Owner.ID != brand {
		t.Errorf("before it was %s's", a.Owner.ID)
	}
}

func TestWhatHoldsOfAPartyIsToldWithItsHistory(t *testing.T) {
	c := newChain(t)
	lei := Identifier{Scheme: LEI, Value: "5493001KJTIIGC8Y1R12"}
	c.rename(mill, "2026-07-01", "Mill 2", agency)
	c.add(Suppliers, "", &PartyAmendment{ID: "numbered", Party: mill, From: "2026-06-01", Identifiers: []Identifier{lei}})
	now, err := PartyNowOf(c.records, mill, asOf)
	if err != nil {
		t.Fatal(err)
	}
	if now.Party.Name != "Mill 2" || !slices.Equal(now.Party.Identifiers, []Identifier{lei}) || !slices.Equal(now.Owners, []Name{{agency, "The agency"}}) {
		t.Errorf("it is %+v", now)
	}
	if len(now.Amendments) != 2 || now.Amendments[0].Says.ID != "Mill 2" || now.Amendments[1].Org != Suppliers {
		t.Errorf("its amendments are %+v", now.Amendments)
	}
	c.add(Suppliers, "", &PartyAmendment{ID: "free", Party: mill, From: "2026-05-01", NoOwners: true, RemovedIdentifiers: []Identifier{lei}}) // said last, of an earlier day
	now, err = PartyNowOf(c.records, mill, asOf)
	if err != nil || len(now.Owners) != 0 || len(now.Party.Identifiers) != 1 {
		t.Errorf("then it is %+v (%v)", now, err)
	}
	if _, err := PartyNowOf(c.records, "nobody", asOf); err == nil {
		t.Error("what holds of nobody is told")
	}
}

func TestWhatHoldsOfAProductIsToldWithItsHistory(t *testing.T) {
	c := newChain(t)
	c.add(Brands, brand, &ProductAmendment{ID: "p2", Product: shirt, From: "2026-07-01", HS: "610510", HSEdition: "2022"})
	now, err := ProductNowOf(c.records, shirt, asOf)
	if err != nil || now.Product.HS != "610510" || now.Product.HSEdition != "2022" || now.Product.Name != "Shirt" || now.Owner.Name != "The brand" || len(now.Amendments) != 1 {
		t.Errorf("it is %+v (%v)", now, err)
	}
	if _, err := ProductNowOf(c.records, cotton, asOf); err == nil {
		t.Error("what holds of a product that nobody registered is told")
	}
}
