package contract_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

// newSite is another site of the factory, with a GLN of its own.
func (b *bench) newSite() provenance.Facility {
	f := b.Site
	f.ID, f.Identifiers = b.ID(), []provenance.Identifier{{Scheme: provenance.GLN, Value: b.GLN()}}
	return f
}

func TestFacilityRefusals(t *testing.T) {
	refused(t, founded, []attempt{
		{"a strong identifier that another has", provenance.Conflict, "facilities[0].identifiers[1].value", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			f := b.newSite()
			f.Identifiers = append(f.Identifiers, b.Site.Identifiers[0])
			return b.as(provenance.RoleBrand), &f
		}},
		{"a supplier for another operator", provenance.NoStanding, "facilities[0].operator", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			f := b.newSite()
			f.Operator = b.Agency.ID
			return b.as(provenance.RoleSupplier), &f
		}},
		{"an operator nobody registered", provenance.UnknownReference, "facilities[0].operator", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			f := b.newSite()
			f.Operator = b.ID()
			return b.as(provenance.RoleBrand), &f
		}},
	})
}

func TestFacilitiesThatMayBe(t *testing.T) {
	b := founded(t)
	shared := provenance.Identifier{Scheme: provenance.Licence, Value: "L-1"}
	first, second, third := b.newSite(), b.newSite(), b.newSite()
	company := provenance.Identifier{Scheme: provenance.LEI, Value: "5493001KJTIIGC8Y1R12"}
	first.Identifiers = append(first.Identifiers, shared, company)
	second.Identifiers = append(second.Identifiers, shared, company) // weak: two may share them
	second.Operator = ""
	b.states(b.as(provenance.RoleSupplier), &first, &second)
	b.states(b.as(provenance.RoleBrand), &third) // a brand may name any operator
}

func TestListTellsEverythingWrongInIt(t *testing.T) {
	b := founded(t)
	gln := b.Site.Identifiers
	first, second, third, fourth := b.newSite(), b.newSite(), b.newSite(), b.newSite()
	first.Identifiers, third.Identifiers = gln, gln
	fourth.Operator = b.Agency.ID
	refusal := b.refuses(b.as(provenance.RoleSupplier), provenance.Invalid, // for reasons of several kinds
		"facilities[0].identifiers[0].value facilities[2].identifiers[0].value facilities[3].operator", &first, &second, &third, &fourth)
	if refusal.Fields[0].Code != provenance.Conflict || refusal.Fields[2].Code != provenance.NoStanding {
		t.Errorf("the fields carry the codes %s and %s", refusal.Fields[0].Code, refusal.Fields[2].Code)
	}
}

func TestOneListCannotGiveAnIdentifierTwice(t *testing.T) {
	b := founded(t)
	first, second := b.newSite(), b.newSite()
	second.Identifiers = first.Identifiers
	b.refuses(b.as(provenance.RoleSupplier), provenance.Conflict, "facilities[1].identifiers[0].value", &first, &second)
	second = first
	b.refuses(b.as(provenance.RoleSupplier), provenance.Invalid, "facilities[1].id", &first, &second)
}

func TestProductRefusals(t *testing.T) {
	refused(t, founded, []attempt{
		{"a number of another party", provenance.NoStanding, "products[0].owner", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			p := b.Shirt
			p.GTIN = b.GTIN()
			return b.as(provenance.RoleSupplier), &p
		}},
		{"a number registered before", provenance.Conflict, "products[0].gtin", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			p := b.Shirt
			p.Name = "Jacket"
			return b.as(provenance.RoleBrand), &p
		}},
	})
}

func TestEventRefusals(t *testing.T) {
	refused(t, founded, []attempt{
		{"a facility nobody registered", provenance.UnknownReference, "events[0].bizLocation.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			e := b.ClothMade
			e.BizLocation = provenance.LocationOf(b.ID())
			return b.as(provenance.RoleSupplier), &e
		}},
		{"a GLN that no facility has", provenance.UnknownReference, "events[0].bizLocation.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			e := b.ClothMade
			e.BizLocation = world.GLNLocation(b.GLN())
			return b.as(provenance.RoleSupplier), &e
		}},
		{"a supplier at a site of others", provenance.NoStanding, "events[0].bizLocation.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, rival := b.rival(provenance.Suppliers, "SUPPLIER")
			return rival, &b.ClothMade
		}},
		{"a supplier at a site without operator", provenance.NoStanding, "events[0].bizLocation.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			f := b.newSite()
			f.Operator = ""
			b.states(b.as(provenance.RoleBrand), &f)
			e := b.ClothMade
			e.BizLocation = provenance.LocationOf(f.ID)
			return b.as(provenance.RoleSupplier), &e
		}},
		{"a lot of a product nobody registered", provenance.UnknownReference, "events[0].quantityList[0].epcClass", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			e := b.Making(provenance.Lot{GTIN: b.GTIN(), Lot: "X"})
			return b.as(provenance.RoleSupplier), &e
		}},
		{"a lot that was made before", provenance.Conflict, "events[0].quantityList[0].epcClass", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleSupplier), &b.ClothMade)
			e := b.ClothMade
			e.EventTime = "2025-10-02T03:00:00.000Z"
			return b.as(provenance.RoleBrand), &e
		}},
		{"an output that was made before", provenance.Conflict, "events[0].outputQuantityList[0].epcClass", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleSupplier), &b.ShirtMade)
			e := b.ShirtMade
			e.EventTime = "2025-10-09T03:00:00.000Z"
			return b.as(provenance.RoleSupplier), &e
		}},
		{"an event of another author", provenance.Conflict, "events[0]", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleSupplier), &b.ClothMade)
			return b.as(provenance.RoleBrand), &b.ClothMade
		}},
	})
}

func TestEventsThatMayBe(t *testing.T) {
	b := founded(t)
	byGLN := b.ClothMade
	byGLN.BizLocation = world.GLNLocation(b.Site.Identifiers[0].Value)
	b.states(b.as(provenance.RoleSupplier), &byGLN)
	if site, _ := b.recorded(provenance.KindEvent, byGLN.Key()).Subject(provenance.KindFacility); site != b.Site.ID {
		t.Errorf("the GLN led to the facility %q, want %q", site, b.Site.ID)
	}
	seen := b.ClothMade // observed, again and again, and by a brand, which operates no site
	seen.Action, seen.BizStep = "OBSERVE", "shipping"
	b.states(b.as(provenance.RoleBrand), &seen)
	seen.EventTime = "2025-10-03T03:00:00.000Z"
	b.states(b.as(provenance.RoleSupplier), &seen)
	unknown := b.ShirtMade // its input has an origin nobody recorded: a gap that History shows
	unknown.InputQuantityList = []provenance.Quantity{{EPCClass: provenance.Lot{GTIN: b.GTIN(), Lot: "?"}.URI()}}
	b.states(b.as(provenance.RoleSupplier), &unknown)
}

func TestOneListCannotMakeALotTwice(t *testing.T) {
	b := founded(t)
	again := b.ClothMade
	again.EventTime = "2025-10-02T03:00:00.000Z"
	b.refuses(b.as(provenance.RoleSupplier), provenance.Conflict, "events[1].quantityList[0].epcClass", &b.ClothMade, &again)
}

func TestLotOfAWithdrawnEventIsMadeAgainOnce(t *testing.T) {
	b := founded(t)
	b.states(b.as(provenance.RoleSupplier), &b.ClothMade)
	b.states(b.as(provenance.RoleSupplier), &provenance.Withdrawal{ID: b.ID(), Target: provenance.Target{Kind: provenance.KindEvent, ID: b.ClothMade.Key()}, Reason: "RECORDED_IN_ERROR"})
	again := b.ClothMade
	again.EventTime = "2025-10-02T03:00:00.000Z"
	b.states(b.as(provenance.RoleSupplier), &again)
	third := b.ClothMade
	third.EventTime = "2025-10-03T03:00:00.000Z"
	b.refuses(b.as(provenance.RoleSupplier), provenance.Conflict, "events[0].quantityList[0].epcClass", &third)
}
