package contract_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

func (b *bench) step(state provenance.FindingState) *provenance.FindingStep {
	s := b.Step
	s.ID, s.State = b.ID(), state
	if state != provenance.FindingProposed {
		s.Action = ""
	}
	switch state {
	case provenance.FindingClosedVerified:
		s.Verification = "ON_SITE"
	case provenance.FindingDisputed:
		s.Reason = "FACTS_WRONG"
	case provenance.FindingReopened:
		s.Reason = "WORKERS_DISAGREE"
	case provenance.FindingOverridden:
		s.Reason = "WORKERS_LEFT"
	}
	return &s
}

func audited(t testing.TB) *bench {
	b := founded(t)
	b.states(b.as(provenance.RoleAuditor), &b.Audit)
	b.states(b.as(provenance.RoleSupplier), &b.Action)
	return b
}

// closed has the finding of the audit closed by the auditor.
func closed(t testing.TB) *bench {
	b := audited(t)
	b.states(b.as(provenance.RoleAuditor), b.step(provenance.FindingClosedVerified))
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
		{"a remedy nobody recorded", provenance.UnknownReference, "action", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Step.Action = b.ID()
			return b.as(provenance.RoleSupplier), &b.Step
		}},
		{"another finding's remedy", provenance.Invalid, "action", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Step.Finding = "F-2"
			return b.as(provenance.RoleSupplier), &b.Step
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
	second := b.Action // the other finding has a life of its own
	second.ID, second.Finding = b.ID(), "F-2"
	b.states(site, &second)
	b.Step.Finding, b.Step.Action = "F-2", second.ID
	b.states(site, b.step(provenance.FindingProposed))
}

// A site that was right is told of as such, and workers are asked all the same.
func TestADisputeIsUpheldWhereThereIsOne(t *testing.T) {
	b := audited(t)
	auditor := b.as(provenance.RoleAuditor)
	upheld := b.step(provenance.FindingClosedVerified)
	upheld.Reason = provenance.DisputeUpheld
	b.refuses(auditor, provenance.WrongState, "reason", upheld)
	b.states(b.as(provenance.RoleSupplier), b.step(provenance.FindingDisputed))
	other := *upheld
	other.Reason = "RECURRED"
	b.refuses(auditor, provenance.Invalid, "reason", &other)
	b.states(auditor, upheld)
	b.states(b.as(provenance.RoleUnion), b.step(provenance.FindingReopened)) // they see it otherwise
}

func TestOnlyWorkersCloseWithoutWorkers(t *testing.T) {
	b := closed(t)
	for _, role := range []provenance.Role{provenance.RoleSupplier, provenance.RoleAuditor} {
		b.refuses(b.as(role), provenance.NoStanding, "state", b.step(provenance.FindingOverridden))
	}
	b.states(b.as(provenance.RoleUnion), b.step(provenance.FindingOverridden))
}

func TestWhatIsGraveIsSeenOnSite(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*provenance.Finding)
		desktop bool // whether papers are enough
	}{
		{"critical, with signs of forced labour", func(*provenance.Finding) {}, false},
		{"critical", func(f *provenance.Finding) { f.Indicators = nil }, false},
		{"zero tolerance", func(f *provenance.Finding) {
			f.Indicators, f.NativeSeverity, f.Severity = nil, "Stop", provenance.ZeroTolerance
		}, false},
		{"minor, with signs of forced labour", func(f *provenance.Finding) { f.NativeSeverity, f.Severity = "Minor", "MINOR" }, false},
		{"minor", func(f *provenance.Finding) { f.Indicators, f.NativeSeverity, f.Severity = nil, "Minor", "MINOR" }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := founded(t)
			c.change(&b.Audit.Findings[0])
			b.states(b.as(provenance.RoleAuditor), &b.Audit)
			step := b.step(provenance.FindingClosedVerified)
			step.Verification = "DESKTOP"
			if c.desktop {
				b.states(b.as(provenance.RoleAuditor), step)
				return
			}
			b.refuses(b.as(provenance.RoleAuditor), provenance.Invalid, "verification", step)
			step.Verification = "ON_SITE"
			b.states(b.as(provenance.RoleAuditor), step)
		})
	}
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
