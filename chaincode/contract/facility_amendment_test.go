package contract_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

// annexed is a founded bench with the two entries of the annex, which a brand
// registered without an operator.
func annexed(t testing.TB) *bench {
	b := founded(t)
	b.states(b.as(provenance.RoleBrand), &b.Annex.Site, &b.Annex.Twin)
	return b
}

// amends makes an amendment of a facility.
func (b *bench) amends(facility string, change func(*provenance.FacilityAmendment)) *provenance.FacilityAmendment {
	a := &provenance.FacilityAmendment{ID: b.ID(), Facility: facility, From: "2025-12-01"}
	change(a)
	return a
}

func (b *bench) operatedBy(facility, party string) *provenance.FacilityAmendment {
	return b.amends(facility, func(a *provenance.FacilityAmendment) { a.Operator = party })
}

// worksAt tries to record an event at a site as a supplier would, which only its
// operator may.
func (b *bench) worksAt(as *stubtest.Identity, facility string, may bool) {
	b.Helper()
	e := b.Making(provenance.Lot{GTIN: b.Cloth.GTIN, Lot: b.ID()[:20]})
	e.BizLocation = provenance.LocationOf(facility)
	if may {
		b.states(as, &e)
	} else {
		b.refuses(as, provenance.NoStanding, "events[0].bizLocation.id", &e)
	}
}

func TestAmendmentRefusals(t *testing.T) {
	name := func(a *provenance.FacilityAmendment) { a.Name = "Another name" }
	alias := func(a *provenance.FacilityAmendment) { a.Aliases = []string{"Another name"} }
	refused(t, annexed, []attempt{
		{"a supplier without a part in the site", provenance.NoStanding, "facility", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleSupplier), b.amends(b.Annex.Site.ID, alias)
		}},
		{"a name by somebody else", provenance.NoStanding, "name", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleAuditor), b.amends(b.Annex.Site.ID, name)
		}},
		{"all that is reserved, by another brand", provenance.NoStanding, "name identifiers removedIdentifiers operator", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, rival := b.rival(provenance.Brands, "BRAND")
			return rival, b.amends(b.Site.ID, func(a *provenance.FacilityAmendment) {
				a.Name, a.Operator = "Another name", b.Agency.ID
				a.Identifiers = []provenance.Identifier{{Scheme: provenance.GLN, Value: b.GLN()}}
				a.RemovedIdentifiers = b.Site.Identifiers
			})
		}},
		{"the operator by a brand that registered nothing of it", provenance.NoStanding, "operator", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleBrand), b.operatedBy(b.Site.ID, b.Agency.ID)
		}},
		{"no operator any more, by the same", provenance.NoStanding, "noOperator", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleBrand), b.amends(b.Site.ID, func(a *provenance.FacilityAmendment) { a.NoOperator = true })
		}},
		{"the operator that it has", provenance.WrongState, "operator", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleOversight), b.operatedBy(b.Site.ID, b.Factory.ID)
		}},
		{"no operator where there is none", provenance.WrongState, "noOperator", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleBrand), b.amends(b.Annex.Site.ID, func(a *provenance.FacilityAmendment) { a.NoOperator = true })
		}},
		{"another's operator by a supplier who registered it", provenance.NoStanding, "operator", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			site := b.newSite()
			site.Operator = ""
			b.states(b.as(provenance.RoleSupplier), &site)
			return b.as(provenance.RoleSupplier), b.operatedBy(site.ID, b.Agency.ID)
		}},
		{"a number that another site has", provenance.Conflict, "identifiers[0].value", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleBrand), b.amends(b.Annex.Site.ID, func(a *provenance.FacilityAmendment) { a.Identifiers = b.Site.Identifiers })
		}},
		{"taking a number that it has not", provenance.UnknownReference, "removedIdentifiers[0].value", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleBrand), b.amends(b.Annex.Site.ID, func(a *provenance.FacilityAmendment) { a.RemovedIdentifiers = b.Site.Identifiers })
		}},
		{"a flag and a ship's number for a work site", provenance.Invalid, "country identifiers[0].scheme", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleBrand), b.amends(b.Annex.Site.ID, func(a *provenance.FacilityAmendment) {
				a.Country, a.Identifiers = "PA", []provenance.Identifier{{Scheme: provenance.MMSI, Value: "352001234", From: "2025-01-01"}}
			})
		}},
		{"a position for a vessel", provenance.Invalid, "position", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			ship := b.ship()
			b.states(b.as(provenance.RoleSupplier), &ship)
			return b.as(provenance.RoleSupplier), b.amends(ship.ID, func(a *provenance.FacilityAmendment) { a.Position = b.Site.Position })
		}},
		{"a second hull number", provenance.WrongState, "identifiers[0].value", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			ship := b.ship()
			b.states(b.as(provenance.RoleSupplier), &ship)
			return b.as(provenance.RoleSupplier), b.amends(ship.ID, func(a *provenance.FacilityAmendment) {
				a.Identifiers = []provenance.Identifier{{Scheme: provenance.IMO, Value: "7625811"}}
			})
		}},
		{"an operator nobody registered", provenance.UnknownReference, "operator", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleBrand), b.operatedBy(b.Annex.Site.ID, b.ID())
		}},
	})
}

// ship is a vessel of the factory.
func (b *bench) ship() provenance.Facility {
	return provenance.Facility{ID: b.ID(), FacilityKind: provenance.Vessel, Name: "Sea Hare", Country: "TH", Operator: b.Factory.ID,
		Identifiers: []provenance.Identifier{
			{Scheme: provenance.IMO, Value: "9074729"}, {Scheme: provenance.IMOCompany, Value: "2041999"},
			{Scheme: provenance.MMSI, Value: "567001230", From: "2019-03-01"},
		}}
}

func TestAmendmentsThatMayBe(t *testing.T) {
	b := annexed(t)
	learned := func(a *provenance.FacilityAmendment) {
		a.Aliases, a.Address, a.Position, a.Sector = []string{"Mill 3"}, "5 Pier Lane", &provenance.Position{LatMilli: 13500, LonMilli: 100200}, "Apparel"
	}
	b.states(b.as(provenance.RoleAuditor), b.amends(b.Annex.Site.ID, learned))
	_, rival := b.rival(provenance.Brands, "BRAND")
	b.states(rival, b.amends(b.Annex.Site.ID, learned))
	b.states(b.as(provenance.RoleOversight), b.amends(b.Annex.Site.ID, func(a *provenance.FacilityAmendment) { a.Name = "Annex" }))
	b.states(b.as(provenance.RoleSupplier), b.amends(b.Site.ID, func(a *provenance.FacilityAmendment) { a.Name = "Mill 2" }))

	ship := b.ship()
	sister := b.ship()
	sister.Identifiers[0].Value = "7625811" // of the same company, and with the radio number of the first
	b.states(b.as(provenance.RoleSupplier), &ship, &sister)
	b.states(b.as(provenance.RoleSupplier), b.amends(ship.ID, func(a *provenance.FacilityAmendment) {
		a.Country = "PA"
		a.Identifiers = []provenance.Identifier{
			{Scheme: provenance.MMSI, Value: "567001230", From: "2019-03-01", Until: "2025-11-30"},
			{Scheme: provenance.MMSI, Value: "352001234", From: "2025-12-01"},
		}
	}))
}

func TestWrongHullNumberIsExchanged(t *testing.T) {
	b := founded(t)
	ship := b.ship()
	b.states(b.as(provenance.RoleSupplier), &ship)
	b.states(b.as(provenance.RoleSupplier), b.amends(ship.ID, func(a *provenance.FacilityAmendment) {
		a.RemovedIdentifiers = ship.Identifiers[:1]
		a.Identifiers = []provenance.Identifier{{Scheme: provenance.IMO, Value: "7625811"}}
	}))
	other := b.ship() // whose hull it is
	b.states(b.as(provenance.RoleSupplier), &other)
}

func TestNumberMovesToTheSiteItBelongsTo(t *testing.T) {
	b := annexed(t)
	number := b.Site.Identifiers
	take := b.amends(b.Site.ID, func(a *provenance.FacilityAmendment) { a.RemovedIdentifiers = number })
	b.states(b.as(provenance.RoleSupplier), take)
	take.ID = b.ID()
	b.refuses(b.as(provenance.RoleSupplier), provenance.UnknownReference, "removedIdentifiers[0].value", take)
	e := b.ClothMade
	e.BizLocation = world.GLNLocation(number[0].Value)
	b.refuses(b.as(provenance.RoleBrand), provenance.UnknownReference, "events[0].bizLocation.id", &e)

	b.states(b.as(provenance.RoleBrand), b.amends(b.Annex.Site.ID, func(a *provenance.FacilityAmendment) { a.Identifiers = number }))
	b.states(b.as(provenance.RoleBrand), &e)
	if site, _ := b.recorded(provenance.KindEvent, e.Key()).Subject(provenance.KindFacility); site != b.Annex.Site.ID {
		t.Errorf("the number leads to %s, want the site that has it now", site)
	}
}

// Who runs a site speaks for it from the transaction that says so, and nobody
// before or after.
func TestOperatorByAmendment(t *testing.T) {
	b := annexed(t)
	other, newcomer := b.rival(provenance.Suppliers, "SUPPLIER")
	b.worksAt(b.as(provenance.RoleSupplier), b.Annex.Site.ID, false)
	b.states(b.as(provenance.RoleBrand), b.operatedBy(b.Annex.Site.ID, b.Factory.ID))
	b.worksAt(b.as(provenance.RoleSupplier), b.Annex.Site.ID, true)

	b.states(b.as(provenance.RoleBrand), b.operatedBy(b.Annex.Site.ID, b.Agency.ID)) // who named it may name another
	b.states(b.as(provenance.RoleBrand), b.operatedBy(b.Annex.Site.ID, b.Factory.ID))

	b.states(b.as(provenance.RoleSupplier), b.operatedBy(b.Annex.Site.ID, other.ID)) // a successor
	b.worksAt(b.as(provenance.RoleSupplier), b.Annex.Site.ID, false)
	b.worksAt(newcomer, b.Annex.Site.ID, true)
	b.refuses(b.as(provenance.RoleBrand), provenance.NoStanding, "operator", b.operatedBy(b.Annex.Site.ID, b.Factory.ID))

	b.states(newcomer, b.amends(b.Annex.Site.ID, func(a *provenance.FacilityAmendment) { a.NoOperator = true }))
	b.worksAt(newcomer, b.Annex.Site.ID, false)
	b.states(b.as(provenance.RoleOversight), b.operatedBy(b.Annex.Site.ID, b.Factory.ID))
	b.worksAt(b.as(provenance.RoleSupplier), b.Annex.Site.ID, true)
}

func TestSupplierNamesItselfForWhatItRegistered(t *testing.T) {
	b := founded(t)
	site := b.newSite()
	site.Operator = ""
	b.states(b.as(provenance.RoleSupplier), &site)
	b.worksAt(b.as(provenance.RoleSupplier), site.ID, false)
	b.states(b.as(provenance.RoleSupplier), b.operatedBy(site.ID, b.Factory.ID))
	b.worksAt(b.as(provenance.RoleSupplier), site.ID, true)
}

func TestAuditorTiedToTheNewOperatorMayNotAudit(t *testing.T) {
	b := annexed(t)
	tied, _ := b.rival(provenance.Suppliers, "SUPPLIER", b.Firm.ID)
	b.Audit.Facility = b.Annex.Site.ID
	b.states(b.as(provenance.RoleBrand), b.operatedBy(b.Annex.Site.ID, tied.ID))
	b.refuses(b.as(provenance.RoleAuditor), provenance.ConflictOfInterest, "facility", &b.Audit)
	b.states(b.as(provenance.RoleOversight), b.operatedBy(b.Annex.Site.ID, b.Factory.ID))
	b.states(b.as(provenance.RoleAuditor), &b.Audit)
}

func (b *bench) status(facility, state, on string) *provenance.FacilityStatus {
	return &provenance.FacilityStatus{ID: b.ID(), Facility: facility, State: state, On: on}
}

func TestWhoSaysThatASiteClosed(t *testing.T) {
	refused(t, annexed, []attempt{
		{"a supplier without a part in it", provenance.NoStanding, "facility", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleSupplier), b.status(b.Annex.Site.ID, provenance.SiteClosed, "2025-12-01")
		}},
		{"a brand without a part in it", provenance.NoStanding, "facility", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleBrand), b.status(b.Site.ID, provenance.SiteClosed, "2025-12-01")
		}},
		{"an auditor with a stake", provenance.ConflictOfInterest, "facility", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleBrand), b.operatedBy(b.Annex.Site.ID, b.Firm.ID))
			return b.as(provenance.RoleAuditor), b.status(b.Annex.Site.ID, provenance.SiteClosed, "2025-12-01")
		}},
		{"taking back what another said", provenance.NoStanding, "target.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			said := b.status(b.Site.ID, provenance.SiteClosed, "2025-12-01")
			b.states(b.as(provenance.RoleUnion), said)
			return b.as(provenance.RoleSupplier), &provenance.Withdrawal{ID: b.ID(), Target: provenance.Target{Kind: said.Kind(), ID: said.ID}, Reason: "RECORDED_IN_ERROR"}
		}},
	})
	b := annexed(t)
	for _, role := range []provenance.Role{provenance.RoleSupplier, provenance.RoleAuditor, provenance.RoleUnion, provenance.RoleOversight} {
		b.states(b.as(role), b.status(b.Site.ID, provenance.SiteClosed, "2025-10-01"))
	}
	said := b.status(b.Annex.Site.ID, provenance.SiteReopened, "2025-12-01")
	b.states(b.as(provenance.RoleBrand), said)
	b.states(b.as(provenance.RoleBrand), &provenance.Withdrawal{ID: b.ID(), Target: provenance.Target{Kind: said.Kind(), ID: said.ID}, Reason: "RECORDED_IN_ERROR"})
	b.states(b.as(provenance.RoleSupplier), &b.ClothMade) // later than the closure: accepted, and told of in History
}
