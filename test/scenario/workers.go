package scenario

import (
	"crypto/rand"
	"encoding/json"
	"strings"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// inquiry makes one about a record of the group.
func (s *story) inquiry(kind provenance.Kind, id, matter string) *provenance.Inquiry {
	i := &provenance.Inquiry{
		Token: ledger.Draw(), Key: ledger.Draw(), Cohort: s.Cohort.ID, Receipts: s.Cohort.Size, Root: s.Cohort.ReceiptsRoot, Marker: s.book.Marker,
		Record: provenance.Asked{Kind: kind, ID: id}, Matter: matter,
	}
	s.secret("the inquiry", i.Token)
	s.secret("the inquiry's key", i.Key)
	s.secret("the marker", i.Marker)
	for n := range s.Cohort.Size {
		s.secret("the name of an answer", i.Slot(n))
	}
	return i
}

// said is a batch in which the holders of some codes say one thing.
func (s *story) said(i *provenance.Inquiry, word provenance.Said, codes ...provenance.Secret) *provenance.AnswerBatch {
	s.Helper()
	b := &provenance.AnswerBatch{Inquiry: i.Token, Seed: ledger.Draw(), Answers: []provenance.WorkerAnswer{}}
	s.secret("a seed", b.Seed)
	for _, code := range codes {
		proof, ok := s.book.Prove(code)
		if !ok {
			s.Fatal("a receipt is not in its book")
		}
		s.secret("a worker's secret", proof.Secret)
		s.secret("a worker's code", code.Code())
		s.secret("the way to a receipt", proof.Path[0])
		b.Answers = append(b.Answers, provenance.WorkerAnswer{Proof: proof, Answer: word})
	}
	return b
}

// own are the codes of some receipts.
func own(receipts []provenance.WorkerReceipt) (codes []provenance.Secret) {
	for _, r := range receipts {
		codes = append(codes, r.Own)
	}
	return codes
}

// answer: workers say themselves whether they have the money.
func (s *story) answer() {
	s.chapter("THE WORKERS' ANSWER")
	i := s.inquiry(provenance.KindRepayment, s.repaid.ID, provenance.MatterRepayment)
	s.cheatsHolding(s.as.Supplier, s.Workers, "OpenInquiry", i, provenance.NoStanding, "The employer asks its workers itself.")
	s.cheatsHolding(s.as.Union, s.Ledger, "OpenInquiry", i, provenance.NoStanding, "The brand offers to carry the union's questions, and the answers.")
	others := s.strangers()
	s.holds(s.as.Union, "OpenInquiry", i, "The union asks the forty, by their receipts: did you get the money? Nobody else learns that they are asked.")

	forged := s.said(i, provenance.SaidRight, s.receipts[0].Own)
	forged.Answers[0].Proof.Secret = strings.Repeat("0f", 16)
	s.cheatsHolding(s.as.Union, s.Workers, "AnswerReceipt", forged, provenance.Invalid, "An answer comes with a secret that is on no receipt.")
	twice := s.said(i, provenance.SaidRight, s.receipts[0].Own, s.receipts[0].Pressed)
	s.cheatsHolding(s.as.Union, s.Workers, "AnswerReceipt", twice, provenance.Invalid, "One receipt answers twice at once.")
	foreign := s.said(i, provenance.SaidRight, s.receipts[0].Own)
	foreign.Answers[0].Proof = others
	s.cheatsHolding(s.as.Union, s.Workers, "AnswerReceipt", foreign, provenance.Invalid, "An answer comes with a receipt of another group.")

	s.holds(s.as.Union, "AnswerReceipt", s.said(i, provenance.SaidRight, own(s.receipts[:14])...), "Fourteen say: yes, we have it.")
	s.holds(s.as.Union, "AnswerReceipt", s.said(i, provenance.SaidWrong, own(s.receipts[14:20])...), "Six say: no, nothing came.")
	s.holds(s.as.Union, "AnswerReceipt", s.said(i, provenance.SaidRight, s.receipts[14].Pressed), "✗ The employer has one of the six answer again, while he watches. The worker gives the code that is on the receipt for this.")
	held := read[provenance.HeldAnswer](s, i.Slot(14))
	s.secret("the salt of an answer", held.Salt)
	if held.Own != provenance.SaidWrong || held.Pressed != provenance.SaidRight {
		s.Errorf("held is %q and, under pressure, %q", held.Own, held.Pressed)
	}
	s.line("  → seen by nobody: both codes look alike, the answer is kept beside the first and counts for nothing.")

	closing := &provenance.Closing{Inquiry: i.Token, Salt: ledger.Draw(), Count: s.ID()}
	s.secret("the tally", i.Tally())
	s.secret("the tally's salt", closing.Salt)
	s.holds(s.as.Union, "CloseAnswers", closing, "The union closes and counts.")
	s.cheatsHolding(s.as.Union, s.Workers, "AnswerReceipt", s.said(i, provenance.SaidRight, own(s.receipts[20:30])...), provenance.WrongState, "Ten more answers come in after the count.")
	count := read[provenance.AnswerCount](s, i.Tally())
	if count.Right != "10-24" || count.Wrong != "5-9" {
		s.Errorf("counted was %+v", count)
	}
	s.cheats(s.as.Union, provenance.InFuture, "The union publishes the count at once, so that everybody knows who has just answered.", &count)
	s.counted = count
	earlier := count
	earlier.Month = "2026-10"
	s.cheats(s.as.Union, provenance.Invalid, "The union dates the count back by a month or two.", &earlier)
	s.cheats(s.as.Supplier, provenance.NoStanding, "The employer publishes a count.", &earlier)
	s.grievance()
}

// strangers has somebody ask people of whom nobody knows whether they work at
// the mill, and gives the proof of one of their receipts.
func (s *story) strangers() provenance.ReceiptProof {
	receipts, book, err := provenance.MakeReceipts(s.Cohort.ID, s.Cohort.Size, rand.Reader)
	if err != nil {
		s.Fatal(err)
	}
	i := s.inquiry(provenance.KindRepayment, s.repaid.ID, provenance.MatterRepayment)
	if i.Root, err = book.Root(); err != nil {
		s.Fatal(err)
	}
	i.Marker = book.Marker
	proof, _ := book.Prove(receipts[0].Own)
	s.holds(s.as.Union, "OpenInquiry", i, "✗ Somebody at the union makes forty receipts that no worker ever got, and asks by these.")
	s.holds(s.as.Union, "AnswerReceipt", &provenance.AnswerBatch{Inquiry: i.Token, Seed: ledger.Draw(), Answers: []provenance.WorkerAnswer{{Proof: proof, Answer: provenance.SaidRight}}},
		"✗ They answer themselves: all is well.")
	s.cheatsHolding(s.as.Union, s.Workers, "CloseAnswers", &provenance.Closing{Inquiry: i.Token, Salt: ledger.Draw(), Count: s.ID()}, provenance.Invalid, "They have it counted.")
	return proof
}

// grievance: one is brought, and nobody but Workers ever learns of it.
func (s *story) grievance() {
	g := &provenance.Grievance{Token: ledger.Draw(), Salt: ledger.Draw(), Facility: s.Site.ID, Category: "PAPERS_KEPT", Handler: s.Union.ID, NextOn: "2999-01-01"}
	s.secret("the grievance", g.Token)
	s.secret("the grievance's salt", g.Salt)
	s.secret("what it is about", g.Category)
	s.cheatsHolding(s.as.Supplier, s.Workers, "OpenGrievance", g, provenance.NoStanding, "The employer takes the complaints itself.")
	s.holds(s.as.Union, "OpenGrievance", g, "A worker brings a grievance to the union. It is in no block.")
}

// read reads what Workers' peer holds.
func read[T any](s *story, token string) T {
	s.Helper()
	var value T
	text, err := ledger.ReadHeld(s.Context(), s.Workers, s.as.Union, token)
	if err == nil {
		err = json.Unmarshal(text, &value)
	}
	if err != nil {
		s.Fatalf("reading what is held: %v", err)
	}
	return value
}

// closure: the finding is put right, and whose word closes it.
func (s *story) closure() {
	s.chapter("THE FINDING IS CLOSED")
	step := func(state provenance.FindingState, on string) *provenance.FindingStep {
		return &provenance.FindingStep{ID: s.ID(), Audit: s.audit.ID, Finding: "F-1", State: state, On: on}
	}
	closed := func(how string) *provenance.FindingStep {
		c := step(provenance.FindingClosedVerified, "2026-02-10")
		c.Verification = how
		return c
	}
	s.happens(s.as.Supplier, "The factory proposes to give the papers back, and how.", &s.Action)
	s.happens(s.as.Supplier, "It takes that step.", &s.Step)
	s.cheats(s.captive, provenance.ConflictOfInterest, "The audit firm that it owns closes it.", closed("ON_SITE"))
	s.happens(s.as.Auditor, "The auditor agrees with what is proposed.", step(provenance.FindingAgreed, "2026-01-10"))
	s.cheats(s.as.Supplier, provenance.NoStanding, "The factory closes its own finding.", closed("ON_SITE"))
	s.cheats(s.as.Auditor, provenance.Invalid, "The auditor closes it from the desk.", closed("DESKTOP"))
	s.cheats(s.as.Auditor, provenance.Invalid, "The auditor closes it on a day before it was found.", func() *provenance.FindingStep {
		c := closed("ON_SITE")
		c.On = "2025-10-01"
		return c
	}())
	last := closed("ON_SITE")
	s.happens(s.as.Auditor, "The auditor goes there and sees: the papers are with their owners.", last)
	a := s.history()
	f := s.finding(a, "F-1")
	s.seen(f.Open && f.State == provenance.FindingUnconfirmed, "closed by an auditor, and still open: it waits for the workers' word")
	s.cheats(s.as.Union, provenance.Invalid, "The union confirms it without having asked anybody.", step(provenance.FindingConfirmed, "2026-02-20"))
	unasked := step(provenance.FindingConfirmed, "2026-02-20")
	unasked.Count = s.counted.ID
	s.cheats(s.as.Union, provenance.UnknownReference, "The union confirms it by a count that nobody published.", unasked)
	s.closing = last
	i := s.inquiry(provenance.KindFindingStep, last.ID, provenance.MatterFinding)
	s.holds(s.as.Union, "OpenInquiry", i, "The union asks the workers: do you have your papers?")
	s.holds(s.as.Union, "AnswerReceipt", s.said(i, provenance.SaidRight, own(s.receipts[:16])...), "Sixteen say: yes.")
	closing := &provenance.Closing{Inquiry: i.Token, Salt: ledger.Draw(), Count: s.ID()}
	s.secret("the tally", i.Tally())
	s.secret("the tally's salt", closing.Salt)
	s.holds(s.as.Union, "CloseAnswers", closing, "The union counts. What it counted can be published when the month is over, and confirms the closing then.")
	s.confirming = read[provenance.AnswerCount](s, i.Tally())
}
