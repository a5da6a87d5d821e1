package provenance

import (
	"cmp"
	"strconv"
	"time"
)

// AnswerCount tells how many workers of a cohort said that what a record says
// of them is right, or wrong, or asked. Workers' peer made it when the inquiry
// was closed and holds it under Tally; every endorser compares the two, so that
// nobody publishes other numbers than were counted.
type AnswerCount struct {
	ID         string `json:"id" validate:"required,id"`
	Cohort     string `json:"cohort" validate:"required,id"`
	Record     Asked  `json:"record"`
	Matter     string `json:"matter" validate:"required,oneof=FEES REPAYMENT FINDING CT_WRITTEN CT_LANGUAGE CT_BEFORE_DEPARTURE CT_COPY_HELD CT_EXPLAINED CT_NO_SUBSTITUTION CT_SIGNATURE_FREE WG_PAID_EQ_OFFERED WG_REGULAR WG_DEDUCTIONS WG_NO_WITHHOLDING HR_NORMAL HR_OT HR_REST DP_NONE ID_NOT_RETAINED FM_FREE TM_NOTICE RP_PAID GR_ACCESS DB_NONE AG_LICENSED"`
	Month      string `json:"month" validate:"required,month"` // in which the last answer was given
	Answered   Band   `json:"answered" validate:"required,oneof=10-24 25-49 50-99 100-249 250+"`
	Right      Band   `json:"right" validate:"required,oneof=0-4 5+ 5-9 10+ 10-24 25+ 25-49 50+ 50-99 100+ 100-249 250+"`
	Wrong      Band   `json:"wrong" validate:"required,oneof=0-4 5+ 5-9 10+ 10-24 25+ 25-49 50+ 50-99 100+ 100-249 250+"`
	Ask        Band   `json:"ask" validate:"required,oneof=0-4 5+ 5-9 10+ 10-24 25+ 25-49 50+ 50-99 100+ 100-249 250+"`
	Supersedes string `json:"supersedes,omitempty" validate:"omitempty,id"`
	Tally      string `json:"tally" validate:"required,sha256"` // token under which Workers hold it
	Salt       string `json:"salt" validate:"required,sha256"`
}

func (*AnswerCount) Kind() Kind    { return KindAnswerCount }
func (c *AnswerCount) Key() string { return c.ID }

func (c *AnswerCount) References() []Reference {
	refs := []Reference{
		{Field: "cohort", Ref: Ref{KindCohort, c.Cohort}, Subject: true},
		{Field: "record.id", Ref: Ref(c.Record), Subject: true},
	}
	return append(refs, supersedes(KindAnswerCount, c.Supersedes)...)
}

// Check: a count is told when its month is over, so that it does not point at a
// day.
func (c *AnswerCount) Check(now time.Time) []FieldProblem {
	var ps problems
	if !monthStart(c.Month).AddDate(0, 1, 0).Before(now) {
		ps.add("month", InFuture, "is not over", "publish the count when it is")
	}
	checkMatter(c.Record.Kind, c.Matter, &ps)
	ps.supersedesItself(c.Supersedes, c.ID)
	return ps
}

// Count makes the public count of an inquiry's answers. False when fewer than
// SmallestShown workers answered freely: then there is nothing to publish.
func (i *Inquiry) Count(answers []HeldAnswer, c *Closing, now time.Time) (AnswerCount, bool) {
	said := map[Said]int{}
	answered := 0
	for _, a := range answers {
		if a.Own != "" {
			said[a.Own]++
			answered++
		}
	}
	if answered < SmallestShown {
		return AnswerCount{}, false
	}
	return AnswerCount{
		ID: c.Count, Cohort: i.Cohort, Record: i.Record, Matter: i.Matter, Month: cmp.Or(c.Month, now.UTC().Format(monthForm)),
		Answered: BandOf(answered),
		Right:    answerBand(said[SaidRight], i.Receipts), Wrong: answerBand(said[SaidWrong], i.Receipts), Ask: answerBand(said[SaidAsk], i.Receipts),
		Supersedes: c.Supersedes, Tally: i.Tally(), Salt: c.Salt,
	}, true
}

// Bands in which nobody can be told: few are not told from none.
const (
	BandFew  Band = "0-4"
	BandSome Band = "5+" // of a group so small that a band above would tell that nearly everybody is meant
)

// answerBand is the band of those who gave one answer, out of so many who could
// have. It leaves open whether five of them gave another: the highest band that
// does so stands for all above it too.
func answerBand(workers, of int) Band {
	if workers < SmallestCohort {
		return BandFew
	}
	highest := BandOf(of - SmallestCohort)
	if band := BandOf(workers); band.Least() < highest.Least() || highest == BandOf(of) {
		return band
	}
	return Band(strconv.Itoa(highest.Least()) + "+")
}

// Least is the smallest number of workers in a band.
func (b Band) Least() int {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			break
		}
		n = 10*n + int(c-'0')
	}
	return n
}
