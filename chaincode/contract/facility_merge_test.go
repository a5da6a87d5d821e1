package contract_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

func (b *bench) merges(kept, merged string) *provenance.FacilityMerge {
	return &provenance.FacilityMerge{ID: b.ID(), Kept: kept, Merged: merged, Reason: "DUPLICATE"}
}

func (b *bench) splits(m *provenance.FacilityMerge) *provenance.FacilitySplit {
	return &provenance.FacilitySplit{ID: b.ID(), Merge: m.ID, Reason: "DIFFERENT_SITES"}
}

// merged is a bench on which the annex's twin was merged into the annex.
func merged(t testing.TB) *bench {
	b := annexed(t)
	b.states(b.as(provenance.RoleBrand), &b.Annex.Merge)
	return b
}

func TestMergeRefusals(t *testing.T) {
	refused(t, merged, []attempt{
		{"a site that another registered", provenance.NoStanding, "kept", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleBrand), b.merges(b.Site.ID, b.Annex.Site.ID)
		}},
		{"a site that another registered, the other way round", provenance.NoStanding, "merged", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleBrand), b.merges(b.Annex.Site.ID, b.Site.ID)
		}},
		{"a circle", provenance.WrongState, "kept", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleOversight), b.merges(b.Annex.Twin.ID, b.Site.ID)
		}},
		{"what is merged already", provenance.WrongState, "merged", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleOversight), b.merges(b.Site.ID, b.Annex.Twin.ID)
		}},
		{"a vessel into a work site", provenance.Invalid, "merged", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			ship := b.ship()
			b.states(b.as(provenance.RoleSupplier), &ship)
			return b.as(provenance.RoleOversight), b.merges(b.Site.ID, ship.ID)
		}},
		{"a site with an operator into one without", provenance.WrongState, "merged", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleOversight), b.merges(b.Annex.Site.ID, b.Site.ID)
		}},
		{"a split by another", provenance.NoStanding, "merge", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, rival := b.rival(provenance.Brands, "BRAND")
			return rival, b.splits(&b.Annex.Merge)
		}},
		{"a second split", provenance.WrongState, "merge", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleOversight), b.splits(&b.Annex.Merge))
			return b.as(provenance.RoleBrand), b.splits(&b.Annex.Merge)
		}},
		{"an audit of the merged one", provenance.WrongState, "facility", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Audit.Facility = b.Annex.Twin.ID
			return b.as(provenance.RoleAuditor), &b.Audit
		}},
		{"an event at the merged one", provenance.WrongState, "events[0].bizLocation.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.ClothMade.BizLocation = provenance.LocationOf(b.Annex.Twin.ID)
			return b.as(provenance.RoleBrand), &b.ClothMade
		}},
		{"a claim to the merged one", provenance.WrongState, "facility", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Annex.Claim.Facility = b.Annex.Twin.ID
			return b.as(provenance.RoleSupplier), &b.Annex.Claim
		}},
	})
}

func TestOversightMergesSitesOfAnyParty(t *testing.T) {
	b := merged(t)
	m := b.merges(b.Site.ID, b.Annex.Site.ID) // into which one is merged itself
	b.states(b.as(provenance.RoleOversight), m)
	third := b.newSite()
	b.states(b.as(provenance.RoleSupplier), &third)
	refusal := b.refuses(b.as(provenance.RoleOversight), provenance.WrongState, "merged", b.merges(third.ID, b.Annex.Twin.ID))
	if want := "was merged and belongs to the facility " + b.Site.ID; refusal.Fields[0].Problem != want {
		t.Errorf("the twin %q, want %q", refusal.Fields[0].Problem, want)
	}
	b.refuses(b.as(provenance.RoleBrand), provenance.NoStanding, "merge", b.splits(m))
	b.states(b.as(provenance.RoleOversight), b.splits(m))
	b.states(b.as(provenance.RoleBrand), b.splits(&b.Annex.Merge))
	b.states(b.as(provenance.RoleBrand), b.merges(b.Annex.Twin.ID, b.Annex.Site.ID)) // the other way round now
}

// A number of a merged site belongs to the kept one, until they are split.
func TestIdentifiersOfMergedSites(t *testing.T) {
	b := annexed(t)
	number := []provenance.Identifier{{Scheme: provenance.GLN, Value: b.GLN()}}
	has := func(facility string) *provenance.FacilityAmendment {
		return b.amends(facility, func(a *provenance.FacilityAmendment) { a.Identifiers = number })
	}
	brand := b.as(provenance.RoleBrand)
	b.states(brand, has(b.Annex.Twin.ID))
	b.refuses(brand, provenance.Conflict, "identifiers[0].value", has(b.Annex.Site.ID))
	b.states(brand, &b.Annex.Merge)
	b.states(brand, has(b.Annex.Site.ID))
	site := b.newSite()
	site.Identifiers = number
	refusal := b.refuses(brand, provenance.Conflict, "facilities[0].identifiers[0].value", &site)
	if want := "belongs to the facility " + b.Annex.Site.ID; refusal.Fields[0].Problem != want {
		t.Errorf("the number %q, want %q", refusal.Fields[0].Problem, want)
	}
	e := b.ClothMade
	e.BizLocation = world.GLNLocation(number[0].Value)
	b.states(brand, &e) // about the entry that has the number, so that a split leaves it there
	if site, _ := b.recorded(provenance.KindEvent, e.Key()).Subject(provenance.KindFacility); site != b.Annex.Twin.ID {
		t.Errorf("the event is about %s, want the entry with the number", site)
	}
	b.states(brand, b.splits(&b.Annex.Merge))
	b.refuses(brand, provenance.Conflict, "identifiers[0].value", has(b.Annex.Site.ID))
}

// What was recorded of a merged site goes on, by the rules of the kept one.
func TestRecordsOfMergedSitesGoOn(t *testing.T) {
	b := annexed(t)
	b.Audit.Facility, b.Cohort.Facility = b.Annex.Twin.ID, b.Annex.Twin.ID
	b.states(b.as(provenance.RoleAuditor), &b.Audit)
	b.states(b.as(provenance.RoleUnion), &b.Cohort)
	b.states(b.as(provenance.RoleBrand), b.operatedBy(b.Annex.Site.ID, b.Factory.ID))
	b.refuses(b.as(provenance.RoleSupplier), provenance.NoStanding, "audit", &b.Action)
	b.states(b.as(provenance.RoleBrand), &b.Annex.Merge)
	b.states(b.as(provenance.RoleSupplier), &b.Action)
	b.states(b.as(provenance.RoleUnion), &b.Fees)
	later := b.Audit
	later.ID, later.Facility, later.Supersedes = b.ID(), b.Annex.Site.ID, b.Audit.ID
	b.states(b.as(provenance.RoleAuditor), &later)
	other := b.Audit
	other.ID, other.Facility, other.Supersedes = b.ID(), b.Site.ID, later.ID
	b.refuses(b.as(provenance.RoleAuditor), provenance.Invalid, "supersedes", &other)
}

func TestClaimToASiteThatIsMergedMeanwhile(t *testing.T) {
	b := annexed(t)
	b.Annex.Claim.Facility = b.Annex.Twin.ID
	b.states(b.as(provenance.RoleSupplier), &b.Annex.Claim)
	b.states(b.as(provenance.RoleBrand), &b.Annex.Merge)
	b.refuses(b.as(provenance.RoleBrand), provenance.WrongState, "claim", b.decides(provenance.ClaimConfirmed))
	b.states(b.as(provenance.RoleBrand), b.decides(provenance.ClaimRefused))
}

// Of two merges that are endorsed on the same state, each the other way round,
// one is committed.
func TestMergesThatCross(t *testing.T) {
	b := annexed(t)
	var results []*stubtest.Result
	for _, m := range []*provenance.FacilityMerge{b.merges(b.Annex.Site.ID, b.Annex.Twin.ID), b.merges(b.Annex.Twin.ID, b.Annex.Site.ID)} {
		res := b.peer.Simulate(stubtest.Proposal{Function: world.Transaction(m), Args: []string{string(world.Document(m))}, Creator: b.as(provenance.RoleBrand).Creator})
		if err := res.Err(); err != nil {
			t.Fatal(err)
		}
		results = append(results, res)
	}
	ended := b.peer.Commit(results...).Transactions
	if ended[0].Code != stubtest.Valid || ended[1].Code == stubtest.Valid {
		t.Errorf("the merges ended as %v and %v", ended[0].Code, ended[1].Code)
	}
}
