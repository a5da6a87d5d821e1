package contract_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

// claimed is a bench on which the factory claims the annex.
func claimed(t testing.TB) *bench {
	b := annexed(t)
	b.states(b.as(provenance.RoleSupplier), &b.Annex.Claim)
	return b
}

// decides makes a decision on the factory's claim.
func (b *bench) decides(d provenance.ClaimState) *provenance.ClaimDecision {
	return b.decidesOn(b.Annex.Claim.ID, d)
}

func (b *bench) decidesOn(claim string, d provenance.ClaimState) *provenance.ClaimDecision {
	decision := &provenance.ClaimDecision{ID: b.ID(), Claim: claim, Decision: d}
	if d == provenance.ClaimRefused || d == provenance.ClaimContested {
		decision.Reason = "NO_EVIDENCE"
	}
	return decision
}

func TestClaimRefusals(t *testing.T) {
	refused(t, claimed, []attempt{
		{"by a brand", provenance.NoStanding, "", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleBrand), &provenance.OperatorClaim{ID: b.ID(), Facility: b.Annex.Site.ID, Since: "2025-01-01"}
		}},
		{"by who runs it", provenance.WrongState, "facility", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleSupplier), &provenance.OperatorClaim{ID: b.ID(), Facility: b.Site.ID, Since: "2025-01-01"}
		}},
		{"a second before the first is decided", provenance.WrongState, "facility", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleSupplier), &provenance.OperatorClaim{ID: b.ID(), Facility: b.Annex.Site.ID, Since: "2025-01-01"}
		}},
		{"of a site nobody registered", provenance.UnknownReference, "facility", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleSupplier), &provenance.OperatorClaim{ID: b.ID(), Facility: b.ID(), Since: "2025-01-01"}
		}},
	})
}

func TestClaimDecisionRefusals(t *testing.T) {
	refused(t, claimed, []attempt{
		{"confirmed by the claimant", provenance.NoStanding, "decision", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleSupplier), b.decides(provenance.ClaimConfirmed)
		}},
		{"confirmed by a brand that did not register the site", provenance.NoStanding, "decision", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, rival := b.rival(provenance.Brands, "BRAND")
			return rival, b.decides(provenance.ClaimConfirmed)
		}},
		{"confirmed by Workers", provenance.NoStanding, "decision", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleUnion), b.decides(provenance.ClaimConfirmed)
		}},
		{"refused by an auditor", provenance.NoStanding, "decision", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleAuditor), b.decides(provenance.ClaimRefused)
		}},
		{"withdrawn by another", provenance.NoStanding, "decision", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleOversight), b.decides(provenance.ClaimWithdrawn)
		}},
		{"contested by the claimant", provenance.NoStanding, "decision", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleSupplier), b.decides(provenance.ClaimContested)
		}},
		{"contested by a supplier without a part in the site", provenance.NoStanding, "claim", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, rival := b.rival(provenance.Suppliers, "SUPPLIER")
			return rival, b.decides(provenance.ClaimContested)
		}},
		{"contested twice", provenance.WrongState, "decision", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleUnion), b.decides(provenance.ClaimContested))
			return b.as(provenance.RoleAuditor), b.decides(provenance.ClaimContested)
		}},
		{"contested, and confirmed by who registered the site", provenance.NoStanding, "decision", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleUnion), b.decides(provenance.ClaimContested))
			return b.as(provenance.RoleBrand), b.decides(provenance.ClaimConfirmed)
		}},
		{"refused, and then confirmed", provenance.WrongState, "claim", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleBrand), b.decides(provenance.ClaimRefused))
			return b.as(provenance.RoleOversight), b.decides(provenance.ClaimConfirmed)
		}},
		{"confirmed by who registered it, when another named its operator", provenance.NoStanding, "decision", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleOversight), b.operatedBy(b.Annex.Site.ID, b.Agency.ID))
			return b.as(provenance.RoleBrand), b.decides(provenance.ClaimConfirmed)
		}},
		{"a claim nobody made", provenance.UnknownReference, "claim", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleOversight), b.decidesOn(b.ID(), provenance.ClaimConfirmed)
		}},
	})
}

func TestClaimAloneGivesNoRight(t *testing.T) {
	b := claimed(t)
	factory, site := b.as(provenance.RoleSupplier), b.Annex.Site.ID
	b.worksAt(factory, site, false)
	b.refuses(factory, provenance.NoStanding, "facility", b.amends(site, func(a *provenance.FacilityAmendment) { a.Sector = "Apparel" }))
	b.Cohort.Facility = site
	b.Cohort.Recruiter = ""
	b.states(b.as(provenance.RoleUnion), &b.Cohort)
	b.Fees.Method = provenance.EmployerDeclaration
	b.refuses(factory, provenance.NoStanding, "cohort", &b.Fees)

	b.states(b.as(provenance.RoleBrand), b.decides(provenance.ClaimConfirmed))
	b.worksAt(factory, site, true)
	b.states(factory, b.amends(site, func(a *provenance.FacilityAmendment) { a.Sector = "Apparel" }))
	b.Fees.ID = b.ID()
	b.states(factory, &b.Fees)
	_, auditor := b.rival(provenance.Auditors, "AUDIT_FIRM", b.Factory.ID)
	cohort := b.Cohort
	cohort.ID = b.ID()
	b.refuses(auditor, provenance.ConflictOfInterest, "facility", &cohort)
}

func TestWhoConfirmsAClaim(t *testing.T) {
	for name, confirm := range map[string]func(b *bench) *stubtest.Identity{
		"who registered the site": func(b *bench) *stubtest.Identity { return b.as(provenance.RoleBrand) },
		"Oversight":               func(b *bench) *stubtest.Identity { return b.as(provenance.RoleOversight) },
		"Oversight, when it is contested": func(b *bench) *stubtest.Identity {
			b.states(b.as(provenance.RoleBrand), b.decides(provenance.ClaimContested))
			return b.as(provenance.RoleOversight)
		},
		"the operator, who leaves": func(b *bench) *stubtest.Identity {
			former, as := b.rival(provenance.Suppliers, "SUPPLIER")
			b.states(b.as(provenance.RoleBrand), b.operatedBy(b.Annex.Site.ID, former.ID))
			return as
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := claimed(t)
			b.states(confirm(b), b.decides(provenance.ClaimConfirmed))
			b.worksAt(b.as(provenance.RoleSupplier), b.Annex.Site.ID, true)
			b.refuses(b.as(provenance.RoleOversight), provenance.WrongState, "claim", b.decides(provenance.ClaimRefused))
		})
	}
}

func TestSupplierConfirmsItsClaimToWhatItRegistered(t *testing.T) {
	b := founded(t)
	site := b.newSite()
	site.Operator = ""
	b.states(b.as(provenance.RoleSupplier), &site)
	claim := &provenance.OperatorClaim{ID: b.ID(), Facility: site.ID, Since: "2025-01-01"}
	b.states(b.as(provenance.RoleSupplier), claim)
	b.states(b.as(provenance.RoleSupplier), b.decidesOn(claim.ID, provenance.ClaimConfirmed))
	b.worksAt(b.as(provenance.RoleSupplier), site.ID, true)
}

func TestClaimsOfSeveralParties(t *testing.T) {
	b := claimed(t)
	_, rival := b.rival(provenance.Suppliers, "SUPPLIER")
	second := &provenance.OperatorClaim{ID: b.ID(), Facility: b.Annex.Site.ID, Since: "2025-06-01"}
	b.states(rival, second)
	b.states(rival, b.decides(provenance.ClaimContested)) // with a claim of their own
	b.states(b.as(provenance.RoleSupplier), b.decides(provenance.ClaimWithdrawn))
	no := b.decidesOn(second.ID, provenance.ClaimRefused)
	b.states(b.as(provenance.RoleBrand), no)
	b.worksAt(rival, b.Annex.Site.ID, false)
	again := &provenance.OperatorClaim{ID: b.ID(), Facility: b.Annex.Site.ID, Since: "2025-06-01"}
	b.states(rival, again) // the former one is decided
	if about := b.recorded(provenance.KindClaimDecision, no.ID).About; len(about) != 2 {
		t.Errorf("the decision is about %v, want the claim and the site", about)
	}
}
