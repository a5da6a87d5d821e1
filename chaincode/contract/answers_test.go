package contract_test

import (
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

func (a *asking) held(receipt int) provenance.HeldAnswer {
	a.Helper()
	answer, ok := reads[provenance.HeldAnswer](a, a.inquiry.Slot(receipt))
	if !ok {
		a.Fatalf("nothing is held of receipt %d", receipt)
	}
	return answer
}

func (a *asking) closes() {
	a.Helper()
	a.holds("CloseAnswers", &provenance.Closing{Inquiry: a.inquiry.Token, Salt: a.random(), Count: a.ID()})
}

// counted closes the inquiry after so many said that the record is wrong.
func (a *asking) counted(wrong int) *provenance.AnswerCount {
	a.Helper()
	for first := 0; first < wrong; first += provenance.BatchWidth {
		a.holds("AnswerReceipt", a.batch(a.answers(provenance.SaidWrong, wrong)[first:min(first+provenance.BatchWidth, wrong)]...))
	}
	a.closes()
	count, _ := reads[provenance.AnswerCount](a, a.inquiry.Tally())
	return &count
}

func TestAWorkerMayChangeTheAnswerUntilTheInquiryIsClosed(t *testing.T) {
	a := asked(t)
	a.holds("AnswerReceipt", a.batch(a.answer(a.receipts[4].Own, provenance.SaidRight)))
	a.holds("AnswerReceipt", a.batch(a.answer(a.receipts[4].Own, provenance.SaidWrong)))
	if got := a.held(4); got.Own != provenance.SaidWrong || got.Pressed != "" {
		t.Errorf("held is %+v", got)
	}
	before := a.held(5)
	for range 6 { // until it is drawn
		a.holds("AnswerReceipt", a.batch())
	}
	if after := a.held(5); after.Own != "" || after.Salt == before.Salt {
		t.Errorf("an answer that nobody gave went from %+v to %+v", before, after)
	}
	if got := a.held(4); got.Own != provenance.SaidWrong {
		t.Errorf("writing it again changed the answer to %+v", got)
	}
	a.closes()
	a.refusesHeld(a.as(provenance.RoleUnion), "AnswerReceipt", a.batch(a.answer(a.receipts[4].Own, provenance.SaidAsk)), provenance.WrongState, "inquiry")
}

func TestAnAnswerUnderPressureNeverReplacesAFreeOne(t *testing.T) {
	a := asked(t)
	a.holds("AnswerReceipt", a.batch(a.answer(a.receipts[0].Own, provenance.SaidWrong)))
	a.holds("AnswerReceipt", a.batch(a.answer(a.receipts[0].Pressed, provenance.SaidRight)))
	a.holds("AnswerReceipt", a.batch(a.answer(a.receipts[1].Pressed, provenance.SaidRight)))
	if got := a.held(0); got.Own != provenance.SaidWrong || got.Pressed != provenance.SaidRight {
		t.Errorf("held is %+v", got)
	}
	if got := a.held(1); got.Own != "" || got.Pressed != provenance.SaidRight {
		t.Errorf("held is %+v", got)
	}
}

func TestAnswerRefusals(t *testing.T) {
	a := asked(t)
	union := a.as(provenance.RoleUnion)
	good := a.answer(a.receipts[2].Own, provenance.SaidRight)
	another := good
	another.Proof.Index ^= 1
	_, strangers, err := provenance.MakeReceipts(a.Cohort.ID, 40, a.chance)
	if err != nil {
		t.Fatal(err)
	}
	a.refusesHeld(union, "AnswerReceipt", a.batch(good, another), provenance.Invalid, "answers[1].proof")
	a.refusesHeld(union, "AnswerReceipt", a.batch(another), provenance.Invalid, "answers[0].proof")
	a.refusesHeld(union, "AnswerReceipt", a.batch(provenance.WorkerAnswer{Proof: good.Proof, Answer: "MAYBE"}), provenance.Invalid, "answers[0].answer")
	a.refusesHeld(union, "AnswerReceipt", a.batch(append(a.answers("RIGHT", 16), a.answer(a.receipts[20].Own, "RIGHT"))...), provenance.Invalid, "answers")
	unknown := a.batch(good)
	unknown.Inquiry = a.random()
	a.refusesHeld(union, "AnswerReceipt", unknown, provenance.UnknownReference, "inquiry")
	again := a.inquiry
	a.refusesHeld(union, "OpenInquiry", &again, provenance.Conflict, "token")
	again.Key = again.Token
	a.refusesHeld(union, "OpenInquiry", &again, provenance.Invalid, "key")
	again = a.about(&a.Fees, provenance.MatterRepayment)
	a.refusesHeld(union, "OpenInquiry", &again, provenance.Invalid, "matter")

	// What an inquiry asks is held against the ledger when it is closed.
	for name, i := range map[string]func(*provenance.Inquiry){
		"receipts of others":  func(i *provenance.Inquiry) { i.Root, _ = strangers.Root() },
		"too many receipts":   func(i *provenance.Inquiry) { i.Receipts = 41 },
		"a predicate unsaid":  func(i *provenance.Inquiry) { i.Matter = "HR_REST" },
		"a record of nothing": func(i *provenance.Inquiry) { i.Record.ID = a.ID() },
		"another cohort":      func(i *provenance.Inquiry) { i.Cohort = a.ID() },
	} {
		inquiry := a.about(&a.Attestation, "CT_LANGUAGE")
		i(&inquiry)
		a.holds("OpenInquiry", &inquiry)
		code := provenance.Invalid
		if name == "a record of nothing" || name == "another cohort" {
			code = provenance.UnknownReference
		}
		a.refusesHeld(union, "CloseAnswers", &provenance.Closing{Inquiry: inquiry.Token, Salt: a.random(), Count: a.ID()}, code, "inquiry")
	}
}

func TestFewerThanTenAnswersAreNotCounted(t *testing.T) {
	a := asked(t)
	a.holds("AnswerReceipt", a.batch(a.answers(provenance.SaidWrong, 9)...))
	a.closes()
	type nothing struct {
		Salt   string `json:"salt"`
		TooFew bool   `json:"tooFew"`
	}
	if tally, _ := reads[nothing](a, a.inquiry.Tally()); !tally.TooFew || len(tally.Salt) != 64 {
		t.Errorf("nine answers gave %+v", tally)
	}
}

func TestPressedAnswersAreNotCounted(t *testing.T) {
	a := asked(t)
	a.holds("AnswerReceipt", a.batch(a.answers(provenance.SaidWrong, 12)...))
	var pressed []provenance.WorkerAnswer
	for _, r := range a.receipts[:16] {
		pressed = append(pressed, a.answer(r.Pressed, provenance.SaidRight))
	}
	a.holds("AnswerReceipt", a.batch(pressed...))
	count := a.counted(0)
	if count.Answered != "10-24" || count.Wrong != "10-24" || count.Right != provenance.BandFew {
		t.Errorf("counted was %+v", count)
	}
}

func TestACountIsPublishedLateAndToTheLetter(t *testing.T) {
	a := asked(t)
	count := a.counted(12)
	lastMoment := time.Date(2026, 1, 31, 23, 59, 59, 0, time.UTC)
	a.refusesToPublish(count, lastMoment, provenance.InFuture, "month")
	for name, change := range map[string]func(*provenance.AnswerCount){
		"better":  func(c *provenance.AnswerCount) { c.Wrong, c.Right = c.Right, c.Wrong },
		"another": func(c *provenance.AnswerCount) { c.ID = a.ID() },
		"earlier": func(c *provenance.AnswerCount) { c.Month = "2025-12" },
	} {
		altered := *count
		change(&altered)
		a.refusesToPublish(&altered, inFebruary, provenance.Invalid, "tally")
		_ = name
	}
	unknown := *count
	unknown.Tally = a.random()
	a.refusesToPublish(&unknown, inFebruary, provenance.UnknownReference, "tally")
	if err := a.peer.Simulate(stubtest.Proposal{Function: "PublishAnswers", Args: []string{"{}"}, Creator: a.as(provenance.RoleSupplier).Creator}).Err(); err == nil {
		t.Error("a supplier published")
	}
	a.publishes(count, inFebruary)
	record := a.recorded(provenance.KindAnswerCount, count.ID)
	if facility, _ := record.Subject(provenance.KindFacility); facility != a.Site.ID {
		t.Errorf("the count is about %v", record.About)
	}
}

func TestAnswersGivenOnPaperAreToldOfTheMonthInWhichTheyWereGiven(t *testing.T) {
	a := asked(t)
	a.holds("AnswerReceipt", a.batch(a.answers(provenance.SaidWrong, 12)...))
	late := &provenance.Closing{Inquiry: a.inquiry.Token, Salt: a.random(), Count: a.ID(), Month: "2026-02"}
	a.refusesHeld(a.as(provenance.RoleUnion), "CloseAnswers", late, provenance.InFuture, "month")
	late.Month = "2025-12"
	a.holds("CloseAnswers", late)
	count, _ := reads[provenance.AnswerCount](a, a.inquiry.Tally())
	if count.Month != "2025-12" {
		t.Errorf("the month is %s", count.Month)
	}
	a.publishes(&count, a.now)
}

// Nobody said that they have money which was paid later.
func TestAnswersAboutMoneyComeAfterIt(t *testing.T) {
	a := prepared(t)
	late := a.Repayment
	late.ID, late.Month = a.ID(), "2026-01"
	a.now = inJanuary
	a.publishesAs(provenance.RoleSupplier, &late)
	a.inquiry = a.about(&late, provenance.MatterRepayment)
	a.holds("OpenInquiry", &a.inquiry)
	a.holds("AnswerReceipt", a.batch(a.answers(provenance.SaidRight, 12)...))
	closing := &provenance.Closing{Inquiry: a.inquiry.Token, Salt: a.random(), Count: a.ID(), Month: "2025-12"}
	a.refusesHeld(a.as(provenance.RoleUnion), "CloseAnswers", closing, provenance.Invalid, "month")
	closing.Month = ""
	a.now = inJanuary.AddDate(0, -1, 0) // a peer of Workers whose caller lies about the time
	a.holds("CloseAnswers", closing)
	count, _ := reads[provenance.AnswerCount](a, a.inquiry.Tally())
	if count.Month != "2025-12" {
		t.Fatalf("counted in %s", count.Month)
	}
	a.refusesToPublish(&count, inFebruary, provenance.Invalid, "month")

	a.inquiry, a.now = a.about(&late, provenance.MatterRepayment), inJanuary
	a.holds("OpenInquiry", &a.inquiry)
	a.holds("AnswerReceipt", a.batch(a.answers(provenance.SaidRight, 12)...))
	a.holds("CloseAnswers", &provenance.Closing{Inquiry: a.inquiry.Token, Salt: a.random(), Count: a.ID()})
	count, _ = reads[provenance.AnswerCount](a, a.inquiry.Tally())
	a.publishes(&count, inFebruary)
}

func TestALaterCountReplacesAnEarlierOne(t *testing.T) {
	a := asked(t)
	first := a.counted(12)
	a.publishes(first, inFebruary)
	a.inquiry, a.now = a.about(&a.Fees, provenance.MatterFees), inFebruary
	a.holds("OpenInquiry", &a.inquiry)
	a.holds("AnswerReceipt", a.batch(a.answers(provenance.SaidRight, 11)...))
	a.holds("CloseAnswers", &provenance.Closing{Inquiry: a.inquiry.Token, Salt: a.random(), Count: a.ID(), Supersedes: first.ID})
	second, _ := reads[provenance.AnswerCount](a, a.inquiry.Tally())
	inMarch := inFebruary.AddDate(0, 1, 0)
	a.publishes(&second, inMarch)
	third := second
	third.ID = a.ID()
	a.refusesToPublish(&third, inMarch, provenance.WrongState, "supersedes")
}

func TestPurgedAnswersAreGone(t *testing.T) {
	a := asked(t)
	count := a.counted(12)
	a.publishes(count, inFebruary)
	slots := []string{a.inquiry.Token}
	for n := range a.inquiry.Receipts {
		slots = append(slots, a.inquiry.Slot(n))
	}
	erasure := &provenance.Erasure{ID: a.ID(), Count: count.ID, Reason: "COUNT_PUBLISHED", Tokens: append([]string{a.random()}, slots...)}
	a.refusesToPublish(erasure, inFebruary, provenance.UnknownReference, "tokens[0]")
	erasure.Tokens = slots
	res := a.publishes(erasure, inFebruary)
	purged := 0
	for _, w := range res.Writes {
		if w.Collection != "" && w.Purge {
			purged++
		}
	}
	if purged != len(slots) {
		t.Errorf("%d of %d values were purged", purged, len(slots))
	}
	for _, token := range slots {
		if _, ok := reads[map[string]string](a, token); ok {
			t.Fatal("a purged value is still read")
		}
	}
	if _, ok := reads[provenance.AnswerCount](a, a.inquiry.Tally()); !ok {
		t.Error("the published count is no longer held")
	}
	if facility, _ := a.recorded(provenance.KindErasure, erasure.ID).Subject(provenance.KindFacility); facility != a.Site.ID {
		t.Error("the erasure is not about the site of its count")
	}
	a.publishes(erasure, inFebruary.Add(time.Second)) // asking again gives the first receipt
	erasure.ID = a.ID()
	a.refusesToPublish(erasure, inFebruary, provenance.UnknownReference, joined("tokens", len(slots)))
}

func TestOneWorkersAnswersMayBePurgedWhileOthersAnswer(t *testing.T) {
	a := asked(t)
	a.holds("AnswerReceipt", a.batch(a.answers(provenance.SaidRight, 12)...))
	erasure := &provenance.Erasure{ID: a.ID(), Reason: "WORKER_ASKED", Tokens: []string{a.inquiry.Slot(0)}}
	a.publishes(erasure, inJanuary.Add(time.Hour))
	if _, ok := reads[provenance.HeldAnswer](a, a.inquiry.Slot(0)); ok {
		t.Fatal("the purged answer is still read")
	}
	a.holds("AnswerReceipt", a.batch(a.answer(a.receipts[12].Own, provenance.SaidRight)))
	if count := a.counted(0); count.Answered != "10-24" {
		t.Errorf("counted was %+v", count)
	}
}
