package contract_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

func (b *bench) withdrawal(of provenance.Statement) *provenance.Withdrawal {
	return &provenance.Withdrawal{ID: b.ID(), Target: provenance.Target{Kind: of.Kind(), ID: of.Key()}, Reason: "RECORDED_IN_ERROR"}
}

func TestWithdrawalRefusals(t *testing.T) {
	refused(t, observed, []attempt{
		{"another party's statement", provenance.NoStanding, "target.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, rival := b.rival(provenance.Auditors, "AUDIT_FIRM")
			return rival, b.withdrawal(&b.Audit)
		}},
		{"another organisation's statement", provenance.NoStanding, "target.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleBrand), b.withdrawal(&b.Audit)
		}},
		{"a statement nobody made", provenance.UnknownReference, "target.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Audit.ID = b.ID()
			return b.as(provenance.RoleAuditor), b.withdrawal(&b.Audit)
		}},
		{"a statement withdrawn before", provenance.WrongState, "target.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleAuditor), b.withdrawal(&b.Audit))
			return b.as(provenance.RoleAuditor), b.withdrawal(&b.Audit)
		}},
		{"a finding of a withdrawn audit", provenance.WrongState, "audit", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleAuditor), b.withdrawal(&b.Audit))
			return b.as(provenance.RoleAuditor), b.step(provenance.FindingAgreed)
		}},
	})
}

func TestAnyMemberOfThePartyWithdraws(t *testing.T) {
	b := observed(t)
	colleague := b.enrol(provenance.Auditors, &b.Firm, provenance.RoleAuditor)
	b.states(colleague, b.withdrawal(&b.Audit))
	b.recorded(provenance.KindAudit, b.Audit.ID) // stays to be seen
}

func TestEveryKindThatMayBeWithdrawnIs(t *testing.T) {
	b := observed(t)
	for _, s := range b.observations() {
		switch s.Statement.(type) {
		case *provenance.Cohort, *provenance.FindingStep, *provenance.CorrectiveAction, *provenance.FindingExtension, *provenance.ChildCase, *provenance.ChildStep:
		default:
			b.states(s.as, b.withdrawal(s.Statement))
		}
	}
}
