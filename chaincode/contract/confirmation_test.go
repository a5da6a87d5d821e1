package contract_test

import (
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// verified is a bench whose cohort has receipts, on which an auditor closed the
// finding F-1, and an inquiry whether it is put right.
func verified(t testing.TB) *asking {
	a := prepared(t)
	a.publishesAs(provenance.RoleAuditor, &a.Audit)
	a.asksAbout(a.closes1())
	return a
}

// publishesAs states something by a member of another organisation, at the time
// the bench has come to.
func (a *asking) publishesAs(role provenance.Role, s provenance.Statement) {
	a.Helper()
	a.now = a.now.Add(time.Second)
	proposal := a.publishing(s, a.now)
	proposal.Creator = a.as(role).Creator
	if _, err := a.peer.Invoke(proposal); err != nil {
		a.Fatalf("stating a %s: %v", s.Kind(), err)
	}
}

// closes1 has the auditor close the finding F-1.
func (a *asking) closes1() *provenance.FindingStep {
	a.Helper()
	step := a.bench.step(provenance.FindingClosedVerified)
	a.publishesAs(provenance.RoleAuditor, step)
	return step
}

func (a *asking) asksAbout(s provenance.Statement) {
	a.Helper()
	a.inquiry = a.about(s, provenance.MatterFinding)
	a.holds("OpenInquiry", &a.inquiry)
}

// said closes the inquiry after so many said each, and publishes the count in
// February.
func (a *asking) said(right, wrong, ask int) *provenance.AnswerCount {
	a.Helper()
	count := a.answeredBy(right, wrong, ask)
	a.publishes(count, inFebruary)
	return count
}

func (a *asking) answeredBy(right, wrong, ask int) *provenance.AnswerCount {
	a.Helper()
	n := 0
	for _, part := range []struct {
		said provenance.Said
		n    int
	}{{provenance.SaidRight, right}, {provenance.SaidWrong, wrong}, {provenance.SaidAsk, ask}} {
		var answers []provenance.WorkerAnswer
		for _, r := range a.receipts[n : n+part.n] {
			answers = append(answers, a.answer(r.Own, part.said))
		}
		n += part.n
		for len(answers) > 0 {
			most := min(len(answers), provenance.BatchWidth)
			a.holds("AnswerReceipt", a.batch(answers[:most]...))
			answers = answers[most:]
		}
	}
	return a.counted(0)
}

func (a *asking) confirms(count string) *provenance.FindingStep {
	s := a.bench.step(provenance.FindingConfirmed)
	s.Count, s.On = count, "2026-02-01"
	return s
}

func TestAQuorumOfWorkersConfirmsAFinding(t *testing.T) {
	a := verified(t)
	count := a.said(20, 4, 9)
	if count.Matter != provenance.MatterFinding || count.Record.Kind != provenance.KindFindingStep {
		t.Fatalf("counted was %+v", count)
	}
	step := a.confirms(count.ID)
	for _, role := range []provenance.Role{provenance.RoleAuditor, provenance.RoleSupplier} {
		proposal := a.publishing(step, inFebruary)
		proposal.Creator = a.as(role).Creator
		if refusal, ok := provenance.ParseRefusal(a.peer.Simulate(proposal).Err().Error()); !ok || refusal.Code != provenance.NoStanding || fields(refusal) != "state" {
			t.Errorf("by %s: %v", role, refusal)
		}
	}
	early := *step
	early.On = "2025-12-31"
	a.refusesToPublish(&early, inFebruary, provenance.Invalid, "on")
	a.publishes(step, inFebruary)
	record := a.recorded(provenance.KindFindingStep, step.ID)
	if id, _ := record.Subject(provenance.KindAnswerCount); id != count.ID {
		t.Errorf("the step is about %v", record.About)
	}
	told := a.recorded(provenance.KindAnswerCount, count.ID)
	for _, want := range []provenance.Ref{{Kind: provenance.KindFindingStep, ID: count.Record.ID}, {Kind: provenance.KindAudit, ID: a.Audit.ID}, {Kind: provenance.KindFacility, ID: a.Site.ID}} {
		if id, _ := told.Subject(want.Kind); id != want.ID {
			t.Errorf("the count is about %v, not about %v", told.About, want)
		}
	}
}

func TestTooFewDoNotConfirmAFinding(t *testing.T) {
	for name, c := range map[string]struct{ right, wrong, ask int }{
		"five deny it":               {20, 5, 0},
		"as many ask as say so":      {12, 0, 11},
		"fewer say so than ask":      {6, 0, 12},
		"hardly anybody says so":     {4, 3, 4},
		"all of them deny it":        {0, 12, 0},
		"nobody knows what it means": {0, 0, 30},
	} {
		t.Run(name, func(t *testing.T) {
			a := verified(t)
			count := a.said(c.right, c.wrong, c.ask)
			a.refusesToPublish(a.confirms(count.ID), inFebruary, provenance.NoQuorum, "count")
			a.publishes(a.overrides(), inFebruary)
		})
	}
}

func (a *asking) overrides() *provenance.FindingStep {
	return a.bench.step(provenance.FindingOverridden)
}

func TestAFindingClosedWithoutWorkersMayBeConfirmedLater(t *testing.T) {
	a := verified(t)
	a.publishesAs(provenance.RoleUnion, a.overrides())
	a.publishes(a.confirms(a.said(20, 0, 0).ID), inFebruary)
}

func TestACountConfirmsTheClosingItIsAboutAlone(t *testing.T) {
	a := verified(t)
	count := a.said(20, 0, 0)
	a.now = inFebruary
	a.publishesAs(provenance.RoleUnion, a.bench.step(provenance.FindingReopened))
	a.publishesAs(provenance.RoleAuditor, a.bench.step(provenance.FindingClosedVerified))
	a.refusesToPublish(a.confirms(count.ID), a.now, provenance.Invalid, "count")

	second := a.bench.step(provenance.FindingClosedVerified) // another finding
	second.Finding = "F-2"
	a.publishesAs(provenance.RoleAuditor, second)
	other := a.confirms(count.ID)
	other.Finding = "F-2"
	a.refusesToPublish(other, a.now, provenance.Invalid, "count")
}

// A closing that is taken back is the last no more: the one before is.
func TestAClosingThatIsTakenBackIsNotAskedAbout(t *testing.T) {
	a := verified(t)
	count := a.said(20, 0, 0)
	a.now = inFebruary
	a.publishesAs(provenance.RoleUnion, a.bench.step(provenance.FindingReopened))
	again := a.closes1()
	a.asksAbout(again)
	a.publishesAs(provenance.RoleAuditor, a.withdrawal(again))
	closing := &provenance.Closing{Inquiry: a.inquiry.Token, Salt: a.random(), Count: a.ID()}
	a.refusesHeld(a.as(provenance.RoleUnion), "CloseAnswers", closing, provenance.UnknownReference, "inquiry")
	a.refusesToPublish(a.confirms(count.ID), a.now, provenance.WrongState, "state") // it is open again
	third := a.closes1()
	a.publishesAs(provenance.RoleAuditor, a.withdrawal(third))
	a.refusesToPublish(a.confirms(count.ID), a.now, provenance.WrongState, "state")
}

func TestConfirmationsNameACountThatStands(t *testing.T) {
	a := verified(t)
	a.refusesToPublish(a.bench.step(provenance.FindingConfirmed), inFebruary, provenance.Invalid, "count")
	named := a.overrides()
	named.Count = a.ID()
	a.refusesToPublish(named, inFebruary, provenance.Invalid, "count")
	a.refusesToPublish(a.confirms(a.ID()), inFebruary, provenance.UnknownReference, "count")

	count := a.said(20, 0, 0)
	a.publishes(a.withdrawal(count), inFebruary)
	a.refusesToPublish(a.confirms(count.ID), inFebruary, provenance.WrongState, "count")
}

func TestACountOfFeesConfirmsNoFinding(t *testing.T) {
	a := asked(t)
	a.publishesAs(provenance.RoleAuditor, &a.Audit)
	a.closes1()
	a.refusesToPublish(a.confirms(a.said(20, 0, 0).ID), inFebruary, provenance.Invalid, "count")
}

// What an inquiry asks about a finding is held against the ledger when it is
// closed, and again when its count is published.
func TestInquiriesAboutFindings(t *testing.T) {
	closing := func(a *asking) *provenance.Closing {
		return &provenance.Closing{Inquiry: a.inquiry.Token, Salt: a.random(), Count: a.ID()}
	}
	t.Run("before it was closed", func(t *testing.T) {
		a := prepared(t)
		a.publishesAs(provenance.RoleAuditor, &a.Audit)
		step := a.bench.step(provenance.FindingClosedVerified)
		a.asksAbout(step)
		a.publishesAs(provenance.RoleAuditor, step)
		a.refusesHeld(a.as(provenance.RoleUnion), "CloseAnswers", closing(a), provenance.Invalid, "inquiry")
	})
	t.Run("a step that closes nothing", func(t *testing.T) {
		a := verified(t)
		step := a.bench.step(provenance.FindingReopened)
		a.publishesAs(provenance.RoleUnion, step)
		a.asksAbout(step)
		a.refusesHeld(a.as(provenance.RoleUnion), "CloseAnswers", closing(a), provenance.Invalid, "inquiry")
	})
	t.Run("an audit that was withdrawn", func(t *testing.T) {
		a := verified(t)
		count := a.answeredBy(20, 0, 0)
		a.asksAbout(&provenance.FindingStep{ID: count.Record.ID})
		a.publishesAs(provenance.RoleAuditor, a.withdrawal(&a.Audit))
		a.refusesHeld(a.as(provenance.RoleUnion), "CloseAnswers", closing(a), provenance.WrongState, "inquiry")
		a.refusesToPublish(count, inFebruary, provenance.WrongState, "record.id")
	})
	t.Run("workers of another site", func(t *testing.T) {
		a := verified(t)
		elsewhere := a.newSite()
		a.publishesAs(provenance.RoleSupplier, &elsewhere)
		a.Audit.ID, a.Audit.Facility = a.ID(), elsewhere.ID
		a.publishesAs(provenance.RoleAuditor, &a.Audit)
		a.Step.Audit = a.Audit.ID
		a.asksAbout(a.closes1())
		a.refusesHeld(a.as(provenance.RoleUnion), "CloseAnswers", closing(a), provenance.Invalid, "inquiry")
		// One entry for both: then they are of the site.
		a.publishesAs(provenance.RoleOversight, &provenance.FacilityMerge{ID: a.ID(), Kept: a.Site.ID, Merged: elsewhere.ID, Reason: "DUPLICATE"})
		a.publishes(a.confirms(a.said(20, 0, 0).ID), inFebruary)
	})
	t.Run("a matter of something else", func(t *testing.T) {
		a := verified(t)
		a.inquiry = a.about(&a.Fees, provenance.MatterFinding)
		a.refusesHeld(a.as(provenance.RoleUnion), "OpenInquiry", &a.inquiry, provenance.Invalid, "matter")
	})
}

// What Workers' peer made of it, every other peer holds to the calendar.
func TestACountOfAMonthBeforeTheClosingIsRefused(t *testing.T) {
	a := verified(t)
	a.now = inJanuary.AddDate(0, -1, 0) // a peer of Workers whose caller lies about the time
	count := a.answeredBy(20, 0, 0)
	if count.Month != "2025-12" {
		t.Fatalf("counted in %s", count.Month)
	}
	a.refusesToPublish(count, inFebruary, provenance.Invalid, "month")
}
