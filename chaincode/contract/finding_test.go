package contract_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

func (b *bench) step(state provenance.FindingState) *provenance.FindingStep {
	s := b.Step
	s.ID, s.State = b.ID(), state
	if state == provenance.FindingClosedVerified {
		s.Verification = "ON_SITE"
	}
	return &s
}

func audited(t testing.TB) *bench {
	b := founded(t)
	b.states(b.as(provenance.RoleAuditor), &b.Audit)
	return b
}

func TestFindingRefusals(t *testing.T) {
	refused(t, audited, []attempt{
		{"a finding the audit has not", provenance.UnknownReference, "finding", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Step.Finding = "F-3"
			return b.as(provenance.RoleSupplier), &b.Step
		}},
		{"an audit nobody recorded", provenance.UnknownReference, "audit", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Step.Audit = b.ID()
			return b.as(provenance.RoleSupplier), &b.Step
		}},
		{"a step before the audit was over", provenance.Invalid, "on", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Step.On = "2025-11-04"
			return b.as(provenance.RoleSupplier), &b.Step
		}},
		{"a supplier elsewhere", provenance.NoStanding, "audit", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, rival := b.rival(provenance.Suppliers, "SUPPLIER")
			return rival, &b.Step
		}},
		{"the site's part, taken by an auditor", provenance.NoStanding, "state", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleAuditor), &b.Step
		}},
		{"the auditor's part, taken by the site", provenance.NoStanding, "state", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleSupplier), b.step(provenance.FindingClosedVerified)
		}},
		{"a step that does not follow", provenance.WrongState, "state", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleUnion), b.step(provenance.FindingReopened)
		}},
	})
}

func TestLifeOfAFinding(t *testing.T) {
	b := audited(t)
	site, auditor, union := b.as(provenance.RoleSupplier), b.as(provenance.RoleAuditor), b.as(provenance.RoleUnion)
	for _, s := range []struct {
		as *stubtest.Identity
		to provenance.FindingState
	}{
		{site, provenance.FindingProposed}, {auditor, provenance.FindingAgreed}, {site, provenance.FindingInProgress},
		{site, provenance.FindingClosedPending}, {union, provenance.FindingReopened}, {site, provenance.FindingDisputed},
		{auditor, provenance.FindingClosedVerified}, {auditor, provenance.FindingReopened},
	} {
		b.states(s.as, b.step(s.to))
	}
	b.refuses(site, provenance.WrongState, "state", b.step(provenance.FindingInProgress))
	b.Step.Finding = "F-2" // which has a life of its own
	b.states(site, b.step(provenance.FindingProposed))
}

func TestStepOnTheDayTheAuditEnded(t *testing.T) {
	b := audited(t)
	b.Step.On = b.Audit.End
	b.states(b.as(provenance.RoleSupplier), &b.Step)
}

// Two steps that both saw the finding open: the second is told to look again.
func TestStepsOfOneFindingCannotCross(t *testing.T) {
	b := audited(t)
	site, auditor := b.as(provenance.RoleSupplier), b.as(provenance.RoleAuditor)
	first := b.peer.Simulate(proposal(site, b.step(provenance.FindingProposed)))
	second := b.peer.Simulate(proposal(auditor, b.step(provenance.FindingClosedVerified)))
	block := b.peer.Commit(first, second)
	if a, c := block.Transactions[0].Code, block.Transactions[1].Code; a != stubtest.Valid || c != stubtest.MVCCReadConflict {
		t.Errorf("the steps ended %s and %s", a, c)
	}
}
