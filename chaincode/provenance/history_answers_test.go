package provenance

import (
	"testing"
	"time"
)

// counts has so many of a group say that a record is right or wrong.
func (c *chain) counts(id, cohort string, about Ref, month string, right, wrong Band) *AnswerCount {
	count := &AnswerCount{
		ID: id, Cohort: cohort, Record: Asked(about), Matter: MatterRepayment, Month: month,
		Answered: "10-24", Right: right, Wrong: wrong, Ask: BandFew,
	}
	c.add(Workers, unionParty, count, Ref{KindFacility, sewing})
	return count
}

func TestWorkersThemselvesConfirmARepaymentOrRefuteIt(t *testing.T) {
	paid := func() *chain {
		c := newChain(t)
		c.cohort("migrants", sewing, 30)
		c.fees("found", "migrants", Workers, unionParty, 90000, 30)
		c.add(Suppliers, mill, &Repayment{ID: "paid", Statement: "found", State: Paid, Paid: Money{90000, "BDT"}, Workers: 20, Month: "2026-06"})
		return c
	}
	repayment := Ref{KindRepayment, "paid"}
	for name, tc := range map[string]struct {
		say                        func(*chain)
		repaid, confirmed, claimed int64
	}{
		"nobody asked": {func(*chain) {}, 0, 0, 90000},
		"half got it":  {func(c *chain) { c.counts("n", "migrants", repayment, "2026-08", "10-24", BandFew) }, 90000, 90000, 0},
		"a few got it": {func(c *chain) { c.counts("n", "migrants", repayment, "2026-08", "5-9", BandFew) }, 0, 0, 90000},
		"five did not": {func(c *chain) { c.counts("n", "migrants", repayment, "2026-08", "10-24", "5-9") }, 0, 0, 0},
		"an auditor says they did": {func(c *chain) {
			c.add(Auditors, firm, &RepaymentCheck{ID: "c", Repayment: "paid", Received: Yes, Month: "2026-08"})
		}, 90000, 0, 0},
		"an auditor, and five deny": {func(c *chain) {
			c.add(Auditors, firm, &RepaymentCheck{ID: "c", Repayment: "paid", Received: Yes, Month: "2026-08"})
			c.counts("n", "migrants", repayment, "2026-08", BandFew, BandSome)
		}, 0, 0, 0},
		"the later count goes": {func(c *chain) {
			c.counts("b", "migrants", repayment, "2026-08", "10-24", BandFew)
			c.counts("a", "migrants", repayment, "2026-07", BandFew, "10-24")
		}, 90000, 90000, 0},
		"a replaced count is none": {func(c *chain) {
			c.counts("a", "migrants", repayment, "2026-08", BandFew, "10-24")
			c.add(Workers, unionParty, &AnswerCount{ID: "b", Cohort: "migrants", Record: Asked(repayment), Matter: MatterRepayment, Month: "2026-07", Right: "10-24", Wrong: BandFew, Supersedes: "a"})
		}, 90000, 90000, 0},
		"a withdrawn count is none": {func(c *chain) {
			c.counts("a", "migrants", repayment, "2026-08", BandFew, "10-24")
			c.add(Workers, unionParty, &Withdrawal{ID: "w", Target: Target{KindAnswerCount, "a"}})
		}, 0, 0, 90000},
		"a count of later on": {func(c *chain) { c.counts("n", "migrants", repayment, "2026-12", "10-24", BandFew) }, 0, 0, 90000},
	} {
		t.Run(name, func(t *testing.T) {
			c := paid()
			tc.say(c)
			got := c.answer().Fees.Totals[0]
			if got.Repaid != tc.repaid || got.Confirmed != tc.confirmed || got.Claimed != tc.claimed || got.Outstanding != got.Charged-got.Repaid {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestAnswersAreListedOfGroupsBehindTheProduct(t *testing.T) {
	c := newChain(t)
	c.cohort("migrants", sewing, 30)
	c.fees("found", "migrants", Workers, unionParty, 90000, 30)
	c.counts("n", "migrants", Ref{KindFeeStatement, "found"}, "2026-08", "10-24", BandFew)
	c.counts("elsewhere", "nobody", Ref{KindFeeStatement, "x"}, "2026-08", "10-24", BandFew)
	if a := c.answer(); len(a.Answers) != 1 || a.Answers[0].Cohort != "migrants" || a.Answers[0].Site.ID != sewing || a.Answers[0].Right != "10-24" {
		t.Errorf("answers %+v", a.Answers)
	}
	c.add(Workers, unionParty, &Withdrawal{ID: "w", Target: Target{KindFeeStatement, "found"}})
	if a := c.answer(); len(a.Answers) != 0 {
		t.Errorf("answers about a withdrawn record: %+v", a.Answers)
	}
}

func TestGrievancesAreToldByQuarter(t *testing.T) {
	c := newChain(t)
	add := func(id, site, quarter string, received Band, supersedes string) {
		c.add(Workers, unionParty, &GrievanceCount{ID: id, Facility: site, Quarter: quarter, Received: received, Settled: BandFew, Satisfied: BandFew, Supersedes: supersedes})
	}
	add("a", sewing, "2026-Q1", "5-9", "")
	add("b", sewing, "2026-Q2", "10-24", "")
	add("c", sewing, "2026-Q1", "10-24", "a")
	add("d", sewing, "2026-Q4", "10-24", "")
	add("e", "elsewhere", "2026-Q1", "10-24", "")
	a := c.answer()
	if len(a.Grievances) != 2 || a.Grievances[0].Quarter != "2026-Q2" || a.Grievances[1].Received != "10-24" {
		t.Errorf("grievances %+v", a.Grievances)
	}
	if a = c.answer(func(q *Question) { q.AsOf = time.Date(2026, 5, 10, 0, 0, 0, 0, time.UTC) }); len(a.Grievances) != 1 || a.Grievances[0].Quarter != "2026-Q1" {
		t.Errorf("in May: %+v", a.Grievances)
	}
}
