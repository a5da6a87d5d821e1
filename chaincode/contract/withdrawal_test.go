package contract_test

import (
	"slices"
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

// A replacement that was made in error is taken back, and what it replaced counts
// again: it can be named, replaced anew, and withdrawn itself.
func TestWhatAWithdrawnRecordReplacedCountsAgain(t *testing.T) {
	b := observed(t)
	auditor := b.as(provenance.RoleAuditor)
	replacing := func() *provenance.Audit {
		next := b.Audit
		next.ID, next.Supersedes = b.ID(), b.Audit.ID
		return &next
	}
	first := replacing()
	b.states(auditor, first)
	b.refuses(b.as(provenance.RoleSupplier), provenance.WrongState, "audit", b.step(provenance.FindingDisputed))
	b.states(auditor, b.withdrawal(first))
	b.states(b.as(provenance.RoleSupplier), b.step(provenance.FindingDisputed))
	b.refuses(auditor, provenance.WrongState, "target.id", b.withdrawal(first))
	second := replacing()
	b.states(auditor, second)
	b.refuses(auditor, provenance.WrongState, "supersedes", replacing())
	b.refuses(auditor, provenance.WrongState, "target.id", b.withdrawal(&b.Audit))
	b.states(auditor, b.withdrawal(second))
	b.states(auditor, b.withdrawal(&b.Audit))
	b.refuses(auditor, provenance.WrongState, "supersedes", replacing())
}

// TestEveryKindThatMayBeWithdrawnIs goes from the newest back, for what rests on
// a record is taken back before it.
func TestEveryKindThatMayBeWithdrawnIs(t *testing.T) {
	b := founded(t)
	statements := append(b.observations(), b.administration()...)
	for _, s := range statements {
		b.states(s.as, s.Statement)
	}
	slices.Reverse(statements)
	withdrawn := map[provenance.Target]bool{}
	for _, s := range statements {
		switch st := s.Statement.(type) {
		case *provenance.Withdrawal:
			withdrawn[st.Target] = true
			continue
		case *provenance.EventError:
			withdrawn[provenance.Target{Kind: provenance.KindEvent, ID: st.Key()}] = true
			continue
		case *provenance.Cohort: // spoken of
			b.refuses(s.as, provenance.WrongState, "target.id", b.withdrawal(s.Statement))
			continue
		case *provenance.Reply: // decided on
			b.refuses(s.as, provenance.WrongState, "target.id", b.withdrawal(s.Statement))
			continue
		}
		if back := b.withdrawal(s.Statement); provenance.MayEnd(s.Kind()) && !withdrawn[back.Target] {
			b.states(s.as, back)
		}
	}
}

// What has not been spoken of, or decided on, is taken back.
func TestCohortIsWithdrawnUntilSomebodySpeaksOfIt(t *testing.T) {
	b := founded(t)
	union := b.as(provenance.RoleUnion)
	b.states(union, &b.Cohort)
	b.states(union, b.withdrawal(&b.Cohort))
	b.refuses(union, provenance.WrongState, "cohort", &b.Fees)
	b.Cohort.ID = b.ID()
	b.Fees.Cohort = b.Cohort.ID
	b.states(union, &b.Cohort)
	b.states(union, &b.Fees)
	b.states(union, b.withdrawal(&b.Fees))
	b.refuses(union, provenance.WrongState, "target.id", b.withdrawal(&b.Cohort))
}

func TestWithdrawnCohortAndAStatementAboutItNeverBothCommit(t *testing.T) {
	for _, first := range []string{"the withdrawal", "the statement"} {
		b := founded(t)
		union := b.as(provenance.RoleUnion)
		b.states(union, &b.Cohort)
		back, says := b.peer.Simulate(proposal(union, b.withdrawal(&b.Cohort))), b.peer.Simulate(proposal(union, &b.Fees))
		if first == "the statement" {
			back, says = says, back
		}
		txs := b.peer.Commit(back, says).Transactions
		if txs[0].Code != stubtest.Valid || txs[1].Code != stubtest.MVCCReadConflict {
			t.Errorf("%s first: %s and %s", first, txs[0].Code, txs[1].Code)
		}
	}
}

func TestReplyIsWithdrawnUntilSomebodyDecides(t *testing.T) {
	b := signalled(t)
	supplier := b.as(provenance.RoleSupplier)
	b.states(supplier, &b.Watch.Reply)
	b.states(supplier, b.withdrawal(&b.Watch.Reply))
	b.refuses(b.as(provenance.RoleObserver), provenance.WrongState, "state", b.judges(provenance.SignalSupported)) // nobody has replied
	again := b.Watch.Reply
	again.ID = b.ID()
	b.states(supplier, &again)
	b.states(b.as(provenance.RoleObserver), b.judges(provenance.SignalRejected))
	b.refuses(supplier, provenance.WrongState, "target.id", b.withdrawal(&again))
}

func TestWithdrawnProposalSendsItsFindingBack(t *testing.T) {
	b := audited(t)
	site, auditor := b.as(provenance.RoleSupplier), b.as(provenance.RoleAuditor)
	first, second := b.Action, b.Action
	second.ID = b.ID()
	b.states(site, &first)
	b.states(site, &second)
	propose := func(a *provenance.CorrectiveAction) {
		step := b.step(provenance.FindingProposed)
		step.Action = a.ID
		b.states(site, step)
	}
	propose(&first)
	propose(&second)
	b.states(site, b.withdrawal(&first))
	b.states(site, b.withdrawal(&second))
	b.refuses(auditor, provenance.WrongState, "state", b.step(provenance.FindingAgreed)) // nothing is proposed any more
	b.Step.Action = second.ID
	b.refuses(site, provenance.WrongState, "action", b.step(provenance.FindingProposed))
	third := b.Action
	third.ID = b.ID()
	b.states(site, &third)
	propose(&third)
	b.states(auditor, b.step(provenance.FindingAgreed))
	b.refuses(site, provenance.WrongState, "target.id", b.withdrawal(&third))
}

func TestOnlyWhereAFindingStandsIsTakenBack(t *testing.T) {
	b := audited(t)
	site, auditor := b.as(provenance.RoleSupplier), b.as(provenance.RoleAuditor)
	disputed, reopened := b.step(provenance.FindingDisputed), b.step(provenance.FindingReopened)
	b.states(site, disputed)
	b.states(auditor, reopened)
	b.refuses(site, provenance.WrongState, "target.id", b.withdrawal(disputed))
	b.refuses(site, provenance.NoStanding, "target.id", b.withdrawal(reopened))
	b.states(auditor, b.withdrawal(reopened))
	b.states(site, b.withdrawal(disputed))
	b.refuses(auditor, provenance.WrongState, "state", b.step(provenance.FindingReopened)) // it is open, and nothing else
	b.states(site, b.step(provenance.FindingDisputed))
}

func TestWithdrawnExtensionGivesTheFormerDay(t *testing.T) {
	b := audited(t)
	auditor := b.as(provenance.RoleAuditor)
	b.states(auditor, &b.Extension)
	further := b.Extension
	further.ID, further.DueOn = b.ID(), "2026-03-01"
	b.states(auditor, &further)
	b.states(auditor, b.withdrawal(&b.Extension)) // not the last: the last day holds
	again := b.Extension
	again.ID = b.ID()
	b.refuses(auditor, provenance.Invalid, "dueOn", &again)
	b.states(auditor, b.withdrawal(&further)) // the audit's own day holds
	b.states(auditor, &again)
}
