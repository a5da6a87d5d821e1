package provenance

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// owing is a clear chain with a group that paid 90,000.
func owing(t *testing.T) *chain {
	c := newChain(t)
	c.clear()
	c.cohort("migrants", sewing, 30)
	c.fees("found", "migrants", Workers, unionParty, 90000, 30)
	return c
}

func (c *chain) repay(id, state string, amount int64, month string, edit ...func(*Repayment)) {
	r := &Repayment{ID: id, Statement: "found", State: state, Paid: Money{amount, "BDT"}, Workers: 30, Leavers: 6, Month: month, DueMonth: month}
	for _, e := range edit {
		e(r)
	}
	c.add(Suppliers, mill, r)
}

func (c *chain) check(repayment string, received Verdict, month string) {
	c.add(Workers, unionParty, &RepaymentCheck{ID: repayment + " " + string(received), Repayment: repayment, Received: received, Month: month})
}

func (c *chain) migrants(asOf string) CohortLine {
	a := c.answer(func(q *Question) { q.AsOf = dateStart(asOf) })
	i := slices.IndexFunc(a.Cohorts, func(l CohortLine) bool { return l.ID == "migrants" })
	return a.Cohorts[i]
}

// A number below five would tell of single people, and that there are none of
// them is told by the same word.
func TestFewAreNotToldFromNone(t *testing.T) {
	var told [2]string
	for n, few := range []int{0, 4} {
		c := owing(t)
		c.repay("plan", PlanAgreed, 90000, "2026-06", func(r *Repayment) { r.Leavers = few })
		c.add(Workers, unionParty, &Attestation{ID: "said", Cohort: "migrants", Method: "UNION_OR_NGO", From: "2026-01", Until: "2026-02",
			Predicates: []PredicateCount{{Code: "ID_NOT_RETAINED", Yes: 30 - few, No: few}}})
		a := c.answer(func(q *Question) { q.AsOf = dateStart("2026-06-15") })
		i := slices.IndexFunc(a.Contracts, func(l ContractLine) bool { return l.Code == "ID_NOT_RETAINED" })
		told[n] = fmt.Sprintf("%+v, left %s", *a.Contracts[i].Workers, c.migrants("2026-06-15").Repayment.Leavers)
	}
	if told[0] != told[1] || !strings.Contains(told[0], "left 0-4") {
		t.Errorf("none is told as %s, four as %s", told[0], told[1])
	}
}

func TestRepaymentStates(t *testing.T) {
	c := owing(t)
	state := func(asOf string, want RepaymentState) {
		t.Helper()
		if got := c.migrants(asOf).Repayment; got == nil || got.State != want {
			t.Errorf("on %s: %+v, want %s", asOf, got, want)
		}
	}
	state("2026-05-15", RepayQuantified)
	c.repay("plan", PlanAgreed, 90000, "2026-06", func(r *Repayment) {
		r.DueMonth, r.Interest, r.Payout = "2026-09", true, []string{"MYR", "BDT"}
		r.Instalments = []Instalment{{"2026-07", 30000}, {"2026-08", 30000}, {"2026-09", 30000}}
	})
	state("2026-06-15", RepayPlanned)
	c.repay("first", Paid, 40000, "2026-07")
	state("2026-07-15", RepayPartly)
	c.check("first", Yes, "2026-08")
	state("2026-08-15", RepayPartly)
	if got := c.migrants("2026-08-31").Repayment.Instalments; len(got) != 3 || got[0].State != InstalmentMet || got[1].State != InstalmentComing {
		t.Errorf("on the last day of August: %+v", got)
	}
	line := c.migrants("2026-09-01")
	if got := line.Repayment; got.Instalments[1].State != InstalmentOverdue || line.Balances[0].Overdue != 20000 || got.Eligible != "25-49" || got.Leavers != "5-9" || !got.Interest || !slices.Equal(got.Payout, []string{"BDT", "MYR"}) {
		t.Errorf("a day later: %+v, %+v", got, line.Balances)
	}
	state("2026-10-15", RepayDefaulted)
	c.repay("second", Paid, 50000, "2026-10")
	state("2026-10-15", RepayPaid)
	c.check("second", No, "2026-11")
	state("2026-11-15", RepayDisputed)
	c.repay("again", Paid, 50000, "2026-12")
	c.check("again", Yes, "2026-12")
	state("2026-12-15", RepayVerified)
	if got := c.migrants("2026-12-15").Balances[0]; got.Outstanding != 0 || got.Overdue != 0 || got.Confirmed != 0 {
		t.Errorf("in the end: %+v", got)
	}
}

func TestAPlanThatIsReplacedPromisesNothing(t *testing.T) {
	c := owing(t)
	c.repay("plan", PlanAgreed, 30000, "2026-06")
	c.repay("better", PlanAgreed, 90000, "2026-07", func(r *Repayment) { r.Supersedes = "plan" })
	if got := c.migrants("2026-07-15"); got.Balances[0].Promised != 90000 || len(got.Repayment.Instalments) != 1 || got.Balances[0].Overdue != 0 {
		t.Errorf("%+v, %+v", got.Balances, got.Repayment)
	}
}

func TestWhoPaidNothingIsOwedNothing(t *testing.T) {
	c := newChain(t)
	c.clear()
	if a := c.answer(); a.Cohorts[0].Repayment != nil {
		t.Errorf("%+v", a.Cohorts[0].Repayment)
	}
}

func TestSumsNobodyKnowsAreOwed(t *testing.T) {
	c := newChain(t)
	c.clear()
	c.cohort("migrants", sewing, 30)
	s := &FeeStatement{ID: "some", Cohort: "migrants", Method: "HOTLINE", Month: "2026-05", Quantified: NotYet,
		Lines: []FeeLine{{Category: "FEE_MATCHING", Charged: Money{0, "BDT"}, Workers: 30}}}
	c.add(Workers, unionParty, s)
	a := c.answer()
	if got := c.migrants("2026-06-15").Repayment; a.Outcome != OutcomeOwed || got.State != RepayIdentified || !slices.Contains(codes(a), UnknownSums+"@"+sewing) {
		t.Errorf("%s, %+v, %v", a.Outcome, got, codes(a))
	}
	c.fees("estimate", "migrants", Auditors, firm, 90000, 30)
	if a = c.answer(); c.migrants("2026-06-15").Repayment.State != RepayQuantified || !slices.Contains(codes(a), UnknownSums+"@"+sewing) {
		t.Errorf("somebody knows some of it: %v", codes(a))
	}
	c.add(Auditors, firm, &FeeStatement{ID: "all", Cohort: "migrants", Method: "DOCUMENT_REVIEW", Month: "2026-05", Quantified: Documented, Supersedes: "estimate",
		Lines: []FeeLine{{Category: "FEE_MATCHING", Charged: Money{95000, "BDT"}, Workers: 30}}})
	if a = c.answer(); slices.Contains(codes(a), UnknownSums+"@"+sewing) {
		t.Errorf("somebody knows all of it: %v", codes(a))
	}
}

func TestWhatOthersPaidIsNoFeeOfWorkers(t *testing.T) {
	c := newChain(t)
	c.clear()
	c.cohort("migrants", sewing, 30)
	c.add(Workers, unionParty, &FeeStatement{ID: "mixed", Cohort: "migrants", Method: "SURVEY", Month: "2026-05", Lines: []FeeLine{
		{Category: "COST_ADMIN", Charged: Money{50000, "BDT"}, Workers: 30, PaidBy: "EMPLOYER"},
		{Category: "COST_ADMIN", Charged: Money{300, "BDT"}, Workers: 30, PaidBy: "FAMILY", Lawful: Yes, Exception: &Exception{Instrument: "MLC 2006"}},
		{Category: "COST_MEDICAL", Charged: Money{200, "BDT"}, Workers: 30, Lawful: Yes, Exception: &Exception{Instrument: "MLC 2006", Disclosed: true}},
	}})
	a := c.answer()
	if a.Fees.Totals[0].Charged != 500 || c.migrants("2026-06-15").Said[0].Charged[0].Amount != 500 {
		t.Errorf("%+v", a.Fees)
	}
	admin, medical := a.Fees.Categories[0], a.Fees.Categories[1]
	if admin.Excepted != 300 || admin.Undisclosed != 300 || medical.Excepted != 200 || medical.Undisclosed != 0 {
		t.Errorf("%+v", a.Fees.Categories)
	}
}

func TestMonthsEndOnTheirLastDay(t *testing.T) {
	if got := endOfMonth("2026-02"); !got.Equal(time.Date(2026, 2, 28, 23, 59, 59, 999e6, time.UTC)) {
		t.Error(got)
	}
}

// Sums of absurd amounts neither turn over nor leave what every reader counts
// exactly: money stays owed, and the answer can be signed.
func TestAbsurdAmountsDoNotMakeASumTurnOver(t *testing.T) {
	c := owing(t)
	const most = 9_000_000_000_000_000
	for n := range 1100 {
		c.fees(fmt.Sprint("absurd-", n), "migrants", Workers, unionParty, most, 30)
	}
	c.repay("plan", PlanAgreed, most, "2026-06")
	c.repay("again", PlanAgreed, most, "2026-06")
	c.repay("paid", Paid, 40000, "2026-07")
	c.check("paid", Yes, "2026-08")
	a := c.answer()
	got := a.Fees.Totals[0]
	if got.Charged != mostSum || got.Outstanding != mostSum-40000 || got.Promised > mostSum || got.Overdue > mostSum || a.Outcome != OutcomeOwed {
		t.Errorf("%s, %+v", a.Outcome, got)
	}
	if _, err := Canonical(a); err != nil {
		t.Error(err)
	}
}
