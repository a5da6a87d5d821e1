package demo_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/demo"
)

func (s *stage) holds(author demo.Author, transaction string, content any) *stubtest.Result {
	s.Helper()
	text, err := json.Marshal(content)
	if err != nil {
		s.Fatal(err)
	}
	s.now = s.now.Add(time.Second)
	result, err := s.peer.Invoke(stubtest.Proposal{
		Function: transaction, Args: []string{provenance.HeldPublicly}, Creator: s.people[author].Creator,
		Transient: map[string][]byte{provenance.HeldName: text}, Time: s.now, Endorser: "WorkersMSP",
	})
	if err != nil {
		s.Fatalf("%s: %v", transaction, err)
	}
	return result
}

// publishes states what is held under a token.
func (s *stage) publishes(author demo.Author, transaction, token string) {
	s.Helper()
	question := &provenance.HeldQuestion{Token: token, Seal: "5ea15ea15ea15ea15ea15ea15ea15ea15ea15ea15ea15ea15ea15ea15ea15ea1"}
	var sealed provenance.SealedHeld
	if refusal := provenance.Decode(s.holds(author, "ReadHeld", question).Payload, &sealed); refusal != nil {
		s.Fatal(refusal)
	}
	count, err := question.OpenAnswer(sealed)
	if err != nil {
		s.Fatal(err)
	}
	s.now = s.now.Add(time.Second)
	if _, err := s.peer.Invoke(stubtest.Proposal{Function: transaction, Args: []string{string(count)}, Creator: s.people[author].Creator, Time: s.now}); err != nil {
		s.Fatalf("%s %s: %v", transaction, count, err)
	}
}

// hear has workers answer and complain, as loading the demonstration does.
func (s *stage) hear() {
	s.Helper()
	s.now = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	for _, i := range demo.Inquiries() {
		s.holds(i.Author, "OpenInquiry", &i.Content)
		for _, batch := range i.Batches {
			s.holds(i.Author, "AnswerReceipt", &batch)
		}
		if i.Closing != nil {
			s.holds(i.Author, "CloseAnswers", i.Closing)
			s.publishes(i.Author, "PublishAnswers", i.Content.Tally())
		}
	}
	for _, c := range demo.Comparisons() {
		s.holds(c.Author, "OpenComparison", &c.Content)
		for _, batch := range c.Batches {
			s.holds(c.Author, "CompareTerms", &batch)
		}
		s.holds(c.Author, "CloseComparison", &c.Closing)
		s.publishes(c.Author, "PublishTerms", c.Content.Tally())
	}
	for _, g := range demo.Grievances() {
		g.Content.NextOn = "2999-01-01"
		s.holds(g.Author, "OpenGrievance", &g.Content)
		for _, step := range g.Steps {
			if !step.State.Ended() {
				step.NextOn = "2999-01-01"
			}
			s.holds(g.Author, "AdvanceGrievance", &step)
		}
	}
	for _, closing := range demo.Quarters() {
		s.holds(demo.QuarterAuthor(), "CloseGrievances", &closing)
		for n := range closing.Sites {
			s.publishes(demo.QuarterAuthor(), "PublishGrievances", closing.Count(n, nil).Tally)
		}
	}
}

func TestWorkersAreHeardAndTheOutcomesStay(t *testing.T) {
	s := open(t)
	s.load()
	s.hear()
	records := s.records()
	for gtin, want := range map[string]struct {
		outcome             provenance.Outcome
		answers, grievances int
	}{
		demo.ShirtGTIN: {provenance.OutcomeOwed, 3, 4}, demo.TunaGTIN: {provenance.OutcomeUnknown, 1, 2}, demo.CableGTIN: {provenance.OutcomeClear, 2, 2},
	} {
		a := ask(t, records, gtin)
		if a.Outcome != want.outcome || len(a.Answers) != want.answers || len(a.Grievances) != want.grievances {
			t.Errorf("%s: %s with %d answers and %d quarters of grievances, want %+v\n%+v\n%+v", a.Product, a.Outcome, len(a.Answers), len(a.Grievances), want, a.Answers, a.Grievances)
		}
		confirmed := slices.ContainsFunc(a.Fees.Totals, func(f provenance.FeeTotal) bool { return f.Confirmed > 0 })
		if !confirmed {
			t.Errorf("%s: workers confirm no repayment: %+v", a.Product, a.Fees.Totals)
		}
	}
	shirt := ask(t, records, demo.ShirtGTIN)
	if !slices.ContainsFunc(shirt.Answers, func(l provenance.AnswerLine) bool {
		return l.Matter == provenance.MatterFees && l.Wrong == "50-99" && l.Right == provenance.BandFew
	}) {
		t.Errorf("shirt: nobody contradicts the employer: %+v", shirt.Answers)
	}
	cable := ask(t, records, demo.CableGTIN)
	worse := func(l provenance.TermsLine, code string) provenance.Band {
		at := slices.IndexFunc(l.Terms, func(c provenance.TermCount) bool { return c.Code == code })
		return l.Terms[at].Worse
	}
	if l := shirt.Terms; len(l) != 1 || !l[0].Alarm || worse(l[0], "TERM_HOURS") != "50-99" || worse(l[0], "TERM_HOUSING") != provenance.BandFew {
		t.Errorf("shirt: no alarm about terms: %+v", l)
	}
	if l := cable.Terms; len(l) != 1 || l[0].Alarm || l[0].Compared != "25-49" {
		t.Errorf("cable: an alarm about terms, or nobody compared: %+v", l)
	}
	for _, line := range shirt.Answers {
		if line.Matter == "ID_NOT_RETAINED" && line.Right != "10-24" {
			t.Errorf("shirt: answers under pressure are counted: %+v", line)
		}
	}
}

func TestWhatIsHeldIsTheSameEachTime(t *testing.T) {
	if a, b := demo.Comparisons(), demo.Comparisons(); !reflect.DeepEqual(a, b) {
		t.Error("two comparisons differ")
	}
	a, b := demo.Inquiries(), demo.Inquiries()
	for n := range a {
		if a[n].Content != b[n].Content || a[n].Code != b[n].Code {
			t.Errorf("two inquiries differ: %+v and %+v", a[n].Content, b[n].Content)
		}
	}
}
