package provenance

import (
	"slices"
	"time"
)

// TermsComparison tells which terms of a cohort's workers are worse than what was
// agreed with them before they left, and for how many. It tells no term.
// Workers' peer made it when the comparison was closed and holds it under Tally,
// as it does an AnswerCount.
type TermsComparison struct {
	ID         string      `json:"id" validate:"required,id"`
	Cohort     string      `json:"cohort" validate:"required,id"`
	Commitment string      `json:"commitment" validate:"required,id"`
	Month      string      `json:"month" validate:"required,month"` // in which it was closed
	Compared   Band        `json:"compared" validate:"required,oneof=10-24 25-49 50-99 100-249 250+"`
	Terms      []TermCount `json:"terms" validate:"required,min=1,max=17,dive"` // all that the commitment covers
	Rule       string      `json:"rule" validate:"required,oneof=terms-2026-11"`
	Supersedes string      `json:"supersedes,omitempty" validate:"omitempty,id"`
	Tally      string      `json:"tally" validate:"required,sha256"` // token under which Workers hold it
	Salt       string      `json:"salt" validate:"required,sha256"`
}

// TermCount is for how many workers a term is known now, and for how many of
// them it is worse. Few are not told from none.
type TermCount struct {
	Code  string `json:"code" validate:"required,oneof=TERM_WAGE TERM_CURRENCY TERM_OVERTIME_RATE TERM_DEDUCTIONS TERM_PAY_INTERVAL TERM_HOURS TERM_REST_DAYS TERM_LEAVE TERM_DURATION TERM_OCCUPATION TERM_EMPLOYER TERM_PLACE TERM_HOUSING TERM_FOOD TERM_NOTICE TERM_RETURN_PAID TERM_INSURANCE"`
	Known Band   `json:"known" validate:"required,oneof=0-4 5+ 5-9 10+ 10-24 25+ 25-49 50+ 50-99 100+ 100-249 250+"`
	Worse Band   `json:"worse" validate:"required,oneof=0-4 5+ 5-9 10+ 10-24 25+ 25-49 50+ 50-99 100+ 100-249 250+"`
}

func (*TermsComparison) Kind() Kind    { return KindTermsComparison }
func (c *TermsComparison) Key() string { return c.ID }

func (c *TermsComparison) References() []Reference {
	refs := []Reference{
		{Field: "cohort", Ref: Ref{KindCohort, c.Cohort}, Subject: true},
		{Field: "commitment", Ref: Ref{KindTermsCommitment, c.Commitment}, Subject: true},
	}
	return append(refs, supersedes(KindTermsComparison, c.Supersedes)...)
}

// Check: like a count of answers, it is told when its month is over.
func (c *TermsComparison) Check(now time.Time) []FieldProblem {
	var ps problems
	if !monthStart(c.Month).AddDate(0, 1, 0).Before(now) {
		ps.add("month", InFuture, "is not over", "publish the comparison when it is")
	}
	ps.supersedesItself(c.Supersedes, c.ID)
	return ps
}

// Alarms says whether a term is worse for five workers or more.
func (c *TermsComparison) Alarms() bool {
	return slices.ContainsFunc(c.Terms, func(t TermCount) bool { return t.Worse != BandFew })
}
