package contract_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

// owned makes an amendment that tells who has a stake in a party.
func (b *bench) owned(party *provenance.Party, owners ...string) *provenance.PartyAmendment {
	return &provenance.PartyAmendment{ID: b.ID(), Party: party.ID, From: "2025-01-01", OwnedBy: owners, NoOwners: len(owners) == 0}
}

func TestPartyAmendmentRefusals(t *testing.T) {
	refused(t, founded, []attempt{
		{"another organisation's party", provenance.NoStanding, "party", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.registrars[provenance.Brands], b.owned(&b.Firm, b.Brand.ID)
		}},
		{"a member of the party", provenance.NoStanding, "", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleAuditor), b.owned(&b.Firm, b.Brand.ID)
		}},
		{"a party nobody registered", provenance.UnknownReference, "party", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.registrars[provenance.Brands], b.owned(&provenance.Party{ID: b.ID()}, b.Brand.ID)
		}},
		{"an owner nobody registered", provenance.UnknownReference, "ownedBy[1]", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.registrars[provenance.Auditors], b.owned(&b.Firm, b.Brand.ID, b.ID())
		}},
		{"what Oversight said of owners", provenance.NoStanding, "noOwners", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleOversight), b.owned(&b.Firm, b.Factory.ID))
			return b.registrars[provenance.Auditors], b.owned(&b.Firm)
		}},
		{"what Oversight said of owners, with others", provenance.NoStanding, "ownedBy", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleOversight), b.owned(&b.Firm, b.Factory.ID))
			return b.registrars[provenance.Auditors], b.owned(&b.Firm, b.Brand.ID)
		}},
	})
}

func TestPartyAmendmentsThatMayBe(t *testing.T) {
	b := founded(t)
	registrar := b.registrars[provenance.Auditors]
	b.states(registrar, b.owned(&b.Firm, b.Brand.ID))
	b.states(registrar, b.owned(&b.Firm))
	b.states(b.as(provenance.RoleOversight), b.owned(&b.Firm, b.Brand.ID))
	b.states(registrar, &provenance.PartyAmendment{ID: b.ID(), Party: b.Firm.ID, From: "2025-01-01", Name: "Plainer Audits"}) // of which Oversight said nothing
	b.states(b.registrars[provenance.Oversight], b.owned(&b.Firm))
	if got := b.recorded(provenance.KindParty, b.Firm.ID); got.ID != b.Firm.ID {
		t.Error("the registration is gone")
	}
}

// Stakes follow what is declared now, and not what was registered.
func TestConflictsFollowTheOwnershipInForce(t *testing.T) {
	b := founded(t)
	b.states(b.as(provenance.RoleAuditor), &b.Audit)
	b.states(b.registrars[provenance.Suppliers], b.owned(&b.Factory, b.Firm.ID))
	again := b.Audit
	again.ID = b.ID()
	b.refuses(b.as(provenance.RoleAuditor), provenance.ConflictOfInterest, "facility", &again)
	b.refuses(b.as(provenance.RoleAuditor), provenance.ConflictOfInterest, "facility", &b.Cohort)

	b.states(b.as(provenance.RoleOversight), b.owned(&b.Factory)) // from 2025-01 on it has no owners, before the audit
	b.states(b.as(provenance.RoleAuditor), &b.Cohort)
	b.states(b.as(provenance.RoleAuditor), &again)
}

// A party that audited while it was tied does not become free by saying later
// that it no longer is.
func TestATieIsNotSaidAwayAfterTheAudit(t *testing.T) {
	b := founded(t)
	b.states(b.registrars[provenance.Suppliers], b.owned(&b.Factory, b.Firm.ID))
	b.states(b.registrars[provenance.Suppliers], b.owned(&b.Factory))
	b.refuses(b.as(provenance.RoleAuditor), provenance.ConflictOfInterest, "facility", &b.Audit) // which began before that was said
	b.states(b.as(provenance.RoleAuditor), &b.Cohort)                                            // today they are not tied

	b.Audit.Start, b.Audit.End, b.Audit.ValidUntil = "2026-01-01", "2026-01-01", "" // the day on which it was said
	b.Audit.Findings = []provenance.Finding{}
	b.states(b.as(provenance.RoleAuditor), &b.Audit)
}

// TestAGroupOfManyOwnersIsTakenForTied: a stake cannot be hidden behind more
// parties than are looked through.
func TestAGroupOfManyOwnersIsTakenForTied(t *testing.T) {
	b := founded(t)
	registrar := b.registrars[provenance.Suppliers]
	chain := &b.Factory
	for range 202 {
		owner := &provenance.Party{ID: b.ID(), Name: "Holding", PartyKind: "SUPPLIER", Country: "TH"}
		b.states(registrar, owner)
		b.states(registrar, b.owned(chain, owner.ID))
		chain = owner
	}
	b.refuses(b.as(provenance.RoleAuditor), provenance.ConflictOfInterest, "facility", &b.Audit)
}

// Two that own each other are looked at once.
func TestOwnersInACircleEnd(t *testing.T) {
	b := founded(t)
	b.states(b.registrars[provenance.Suppliers], b.owned(&b.Factory, b.Agency.ID))
	b.states(b.registrars[provenance.Suppliers], b.owned(&b.Agency, b.Factory.ID))
	b.states(b.as(provenance.RoleAuditor), &b.Audit)
}

// What is declared or decided before an audit in one block counts for it.
func TestAnAuditCountsWhatIsDecidedBeforeItInItsBlock(t *testing.T) {
	for name, decides := range map[string]func(b *bench) said{
		"owners are declared": func(b *bench) said {
			return said{b.registrars[provenance.Auditors], b.owned(&b.Firm, b.Factory.ID)}
		},
		"the accreditation is suspended": func(b *bench) said {
			return said{b.as(provenance.RoleOversight), &provenance.Standing{ID: b.ID(), State: provenance.Suspended, Reason: "UNDER_REVIEW",
				Subject: provenance.Subject{Kind: provenance.KindAccreditation, ID: b.Accreditation.ID}}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := founded(t)
			s := decides(b)
			first, audit := b.peer.Simulate(proposal(s.as, s.Statement)), b.peer.Simulate(proposal(b.as(provenance.RoleAuditor), &b.Audit))
			if txs := b.peer.Commit(first, audit).Transactions; txs[0].Code != stubtest.Valid || txs[1].Code != stubtest.MVCCReadConflict {
				t.Errorf("they ended %s and %s", txs[0].Code, txs[1].Code)
			}
		})
	}
}
