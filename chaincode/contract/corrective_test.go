package contract_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

func TestCorrectiveActionRefusals(t *testing.T) {
	refused(t, closed, []attempt{
		{"a finding the audit has not", provenance.UnknownReference, "finding", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Action.ID, b.Action.Finding = b.ID(), "F-3"
			return b.as(provenance.RoleSupplier), &b.Action
		}},
		{"before the audit was over", provenance.Invalid, "proposedOn", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Action.ID, b.Action.ProposedOn = b.ID(), "2025-11-04"
			return b.as(provenance.RoleSupplier), &b.Action
		}},
		{"a supplier elsewhere", provenance.NoStanding, "audit", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, rival := b.rival(provenance.Suppliers, "SUPPLIER")
			b.Action.ID = b.ID()
			return rival, &b.Action
		}},
		{"an auditor", provenance.NoStanding, "", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Action.ID = b.ID()
			return b.as(provenance.RoleAuditor), &b.Action
		}},
		{"a finding that is settled", provenance.WrongState, "finding", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleUnion), b.step(provenance.FindingOverridden))
			b.Action.ID = b.ID()
			return b.as(provenance.RoleSupplier), &b.Action
		}},
	})
}

// Until workers confirm it, a finding that concerns them may need more.
func TestAnotherProposalAfterTheAuditorClosed(t *testing.T) {
	b := closed(t)
	b.Action.ID = b.ID()
	b.states(b.as(provenance.RoleSupplier), &b.Action)
}

func TestFindingExtensionRefusals(t *testing.T) {
	refused(t, audited, []attempt{
		{"the day on which it is due", provenance.Invalid, "dueOn", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Extension.DueOn = b.Audit.Findings[0].DueOn
			return b.as(provenance.RoleAuditor), &b.Extension
		}},
		{"a finding due on no day", provenance.WrongState, "finding", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Extension.Finding = "F-2"
			return b.as(provenance.RoleAuditor), &b.Extension
		}},
		{"before the audit was over", provenance.Invalid, "on", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Extension.On = "2025-11-04"
			return b.as(provenance.RoleAuditor), &b.Extension
		}},
		{"an audit nobody recorded", provenance.UnknownReference, "audit", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Extension.Audit = b.ID()
			return b.as(provenance.RoleAuditor), &b.Extension
		}},
		{"the site itself", provenance.NoStanding, "", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleSupplier), &b.Extension
		}},
		{"an auditor with a stake", provenance.ConflictOfInterest, "audit", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, tied := b.rival(provenance.Auditors, "AUDIT_FIRM", b.Factory.ID)
			return tied, &b.Extension
		}},
		{"a finding that is settled", provenance.WrongState, "finding", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleAuditor), b.step(provenance.FindingClosedVerified))
			b.states(b.as(provenance.RoleUnion), b.step(provenance.FindingOverridden))
			return b.as(provenance.RoleAuditor), &b.Extension
		}},
	})
}

func TestExtensionsGoForwardOnly(t *testing.T) {
	b := audited(t)
	auditor := b.as(provenance.RoleAuditor)
	b.states(auditor, &b.Extension)
	again := b.Extension
	again.ID = b.ID()
	b.refuses(auditor, provenance.Invalid, "dueOn", &again)
	again.DueOn = "2025-12-20"
	b.states(auditor, &again)
}
