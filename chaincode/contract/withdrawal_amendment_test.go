package contract_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

func (b *bench) numbered(facility string, given, removed []provenance.Identifier) *provenance.FacilityAmendment {
	return b.amends(facility, func(a *provenance.FacilityAmendment) { a.Identifiers, a.RemovedIdentifiers = given, removed })
}

func TestWithdrawnOperatorGivesTheFormer(t *testing.T) {
	b := annexed(t)
	brand, supplier, oversight := b.as(provenance.RoleBrand), b.as(provenance.RoleSupplier), b.as(provenance.RoleOversight)
	first, second := b.operatedBy(b.Annex.Site.ID, b.Agency.ID), b.operatedBy(b.Annex.Site.ID, b.Factory.ID)
	b.states(brand, first)
	b.states(brand, second)
	b.worksAt(supplier, b.Annex.Site.ID, true)
	b.states(brand, b.withdrawal(first)) // not what was said last
	b.worksAt(supplier, b.Annex.Site.ID, true)
	b.states(brand, b.withdrawal(second)) // the one before is withdrawn too
	b.worksAt(supplier, b.Annex.Site.ID, false)
	b.states(oversight, b.operatedBy(b.Annex.Site.ID, b.Factory.ID)) // nobody runs it, so this says something
}

func TestNobodyTakesASiteBackByWithdrawing(t *testing.T) {
	b := founded(t)
	heir, heirs := b.rival(provenance.Suppliers, "SUPPLIER")
	annex := b.newSite()
	annex.Operator = ""
	b.states(b.as(provenance.RoleBrand), &annex)
	b.states(b.as(provenance.RoleOversight), b.operatedBy(annex.ID, b.Factory.ID))
	sold, renamed := b.operatedBy(annex.ID, heir.ID), b.amends(annex.ID, func(a *provenance.FacilityAmendment) { a.Name = "Old mill" })
	b.states(b.as(provenance.RoleSupplier), renamed)
	b.states(b.as(provenance.RoleSupplier), sold)
	b.refuses(b.as(provenance.RoleSupplier), provenance.NoStanding, "target.id", b.withdrawal(sold))
	b.refuses(b.as(provenance.RoleSupplier), provenance.NoStanding, "target.id", b.withdrawal(renamed))
	b.worksAt(heirs, annex.ID, true)
}

func TestWithdrawnNumbersAreFreeAndTakenOnesComeBack(t *testing.T) {
	b := annexed(t)
	brand := b.as(provenance.RoleBrand)
	number := []provenance.Identifier{{Scheme: provenance.GLN, Value: b.GLN()}}
	given := b.numbered(b.Annex.Site.ID, number, nil)
	b.states(brand, given)
	b.states(brand, b.withdrawal(given))
	b.states(brand, b.numbered(b.Annex.Twin.ID, number, nil)) // free again

	removed := b.numbered(b.Annex.Twin.ID, nil, number)
	b.states(brand, removed)
	b.states(brand, b.withdrawal(removed))
	b.refuses(brand, provenance.Conflict, "identifiers[0].value", b.numbered(b.Annex.Site.ID, number, nil)) // the twin's again

	removed = b.numbered(b.Annex.Twin.ID, nil, number)
	b.states(brand, removed)
	b.states(brand, b.numbered(b.Annex.Site.ID, number, nil))
	b.refuses(brand, provenance.WrongState, "target.id", b.withdrawal(removed))
}

func TestANumberStaysAsLongAsSomebodyGivesIt(t *testing.T) {
	b := annexed(t)
	brand := b.as(provenance.RoleBrand)
	number := []provenance.Identifier{{Scheme: provenance.GLN, Value: b.GLN()}}
	first, again := b.numbered(b.Annex.Site.ID, number, nil), b.numbered(b.Annex.Site.ID, number, nil)
	b.states(brand, first)
	b.states(brand, again)
	taken := func() {
		t.Helper()
		b.refuses(brand, provenance.Conflict, "identifiers[0].value", b.numbered(b.Annex.Twin.ID, number, nil))
	}
	b.states(brand, b.withdrawal(again))
	taken()
	again.ID = b.ID()
	b.states(brand, again)
	b.states(brand, b.withdrawal(first))
	taken()
	b.states(brand, b.withdrawal(again))
	b.states(brand, b.numbered(b.Annex.Twin.ID, number, nil))
}

func TestAVesselHasOneHullWhateverIsWithdrawn(t *testing.T) {
	b := founded(t)
	brand := b.as(provenance.RoleBrand)
	ship := b.ship()
	b.states(brand, &ship)
	hull := []provenance.Identifier{{Scheme: provenance.IMO, Value: "9074729"}}
	for _, id := range ship.Identifiers {
		if id.Scheme == provenance.IMO {
			hull = []provenance.Identifier{id}
		}
	}
	other := []provenance.Identifier{{Scheme: provenance.IMO, Value: "9319466"}}
	removed, renumbered := b.numbered(ship.ID, nil, hull), b.numbered(ship.ID, other, nil)
	b.refuses(brand, provenance.WrongState, "identifiers[0].value", b.numbered(ship.ID, other, nil))
	b.states(brand, removed)
	b.states(brand, renumbered)
	b.refuses(brand, provenance.WrongState, "identifiers[0].value", b.numbered(ship.ID, hull, nil))
	b.refuses(brand, provenance.WrongState, "target.id", b.withdrawal(removed))
	b.states(brand, b.withdrawal(renumbered))
	b.states(brand, b.withdrawal(removed))
	b.refuses(brand, provenance.WrongState, "identifiers[0].value", b.numbered(ship.ID, other, nil))
}

func TestANumberLessVesselGetsOneHull(t *testing.T) {
	b := founded(t)
	ship := b.ship()
	ship.Identifiers, ship.NoIMO = nil, true
	b.states(b.as(provenance.RoleBrand), &ship)
	b.states(b.as(provenance.RoleBrand), b.numbered(ship.ID, []provenance.Identifier{{Scheme: provenance.IMO, Value: "9074729"}}, nil))
	b.refuses(b.as(provenance.RoleBrand), provenance.WrongState, "identifiers[0].value",
		b.numbered(ship.ID, []provenance.Identifier{{Scheme: provenance.IMO, Value: "9319466"}}, nil))
}

func TestAChildCaseIsTakenBackByTwo(t *testing.T) {
	b := young(t)
	auditor, union, oversight := b.as(provenance.RoleAuditor), b.as(provenance.RoleUnion), b.as(provenance.RoleOversight)
	c := b.linked()
	b.states(auditor, c)
	b.Children.ID, b.ChildPlan.Case = c.ID, c.ID
	erred, closed := func() *provenance.ChildStep { return b.childStep(provenance.ChildErred, "") }, func() *provenance.ChildStep { return b.childStep(provenance.ChildClosed, provenance.ErrorOutcome) }
	b.refuses(auditor, provenance.Invalid, "target.kind", b.withdrawal(c))
	b.refuses(union, provenance.NoStanding, "state", erred())        // not who opened it
	b.refuses(oversight, provenance.WrongState, "outcome", closed()) // who opened it has not said so
	b.states(auditor, erred())
	b.refuses(auditor, provenance.NoStanding, "state", closed())
	b.refuses(union, provenance.NoStanding, "state", closed())
	b.refuses(oversight, provenance.WrongState, "outcome", b.childStep(provenance.ChildClosed, "OF_AGE"))
	b.states(union, b.childStep(provenance.ChildSafeFirst, "")) // the union sees children
	b.states(auditor, erred())
	action := b.Action
	action.Finding = "F-2"
	b.refuses(b.as(provenance.RoleSupplier), provenance.WrongState, "finding", &action)
	b.states(oversight, closed())
	b.states(b.as(provenance.RoleSupplier), &action) // the finding goes its own way again
	b.states(auditor, b.childStep(provenance.ChildSafeFirst, ""))
	action.ID = b.ID()
	b.refuses(b.as(provenance.RoleSupplier), provenance.WrongState, "finding", &action)
}

func TestAFindingWhoseCaseWasNoneMayGetAnother(t *testing.T) {
	b := young(t)
	c := b.linked()
	b.states(b.as(provenance.RoleAuditor), c)
	b.ChildPlan.Case = c.ID
	b.states(b.as(provenance.RoleAuditor), b.childStep(provenance.ChildErred, ""))
	b.states(b.as(provenance.RoleOversight), b.childStep(provenance.ChildClosed, provenance.ErrorOutcome))
	b.states(b.as(provenance.RoleAuditor), b.linked())
}

func TestWhoOpenedACaseDoesNotCloseIt(t *testing.T) {
	b := founded(t)
	union := b.as(provenance.RoleUnion)
	b.states(union, &b.Children)
	b.refuses(union, provenance.NoStanding, "state", b.childStep(provenance.ChildClosed, "OF_AGE"))
	_, other := b.rival(provenance.Workers, "UNION")
	b.states(other, b.childStep(provenance.ChildClosed, "OF_AGE"))
}
