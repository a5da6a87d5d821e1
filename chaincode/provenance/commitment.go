package provenance

import (
	"slices"
	"time"
)

// TermsCommitment binds what was agreed with workers before they left, without
// telling any of it: the root over a salted commitment to each term of each
// worker. It is recorded at origin. It cannot be withdrawn: it says nothing that
// could be wrong, and a better one is simply another.
type TermsCommitment struct {
	ID        string   `json:"id" validate:"required,id"`
	Facility  string   `json:"facility,omitempty" validate:"omitempty,id"`  // to which they are to go, where it is known
	Recruiter string   `json:"recruiter,omitempty" validate:"omitempty,id"` // party, where known
	Corridor  Corridor `json:"corridor"`
	Month     string   `json:"month" validate:"required,month"` // in which the terms were agreed
	Workers   int      `json:"workers" validate:"min=1,max=1000"`
	Terms     []string `json:"terms" validate:"required,min=1,max=17,unique,dive,oneof=TERM_WAGE TERM_CURRENCY TERM_OVERTIME_RATE TERM_DEDUCTIONS TERM_PAY_INTERVAL TERM_HOURS TERM_REST_DAYS TERM_LEAVE TERM_DURATION TERM_OCCUPATION TERM_EMPLOYER TERM_PLACE TERM_HOUSING TERM_FOOD TERM_NOTICE TERM_RETURN_PAID TERM_INSURANCE"` // that it covers, for every worker
	Root      string   `json:"root" validate:"required,sha256"`                                                                                                                                                                                                                                                                      // see TermsBook
}

func (*TermsCommitment) Kind() Kind    { return KindTermsCommitment }
func (c *TermsCommitment) Key() string { return c.ID }

func (c *TermsCommitment) References() []Reference {
	var refs []Reference
	if c.Facility != "" {
		refs = append(refs, Reference{Field: "facility", Ref: Ref{KindFacility, c.Facility}, Subject: true})
	}
	if c.Recruiter != "" {
		refs = append(refs, Reference{Field: "recruiter", Ref: Ref{KindParty, c.Recruiter}, Subject: true})
	}
	return refs
}

func (c *TermsCommitment) Check(now time.Time) []FieldProblem {
	var ps problems
	if c.Workers < SmallestCohort {
		ps.add("workers", BelowK, "is less than 5, so few that it would point at people", "join it with another group")
	}
	if afterThisMonth(c.Month, now) {
		ps.add("month", InFuture, "lies in the future", "record the terms once they are agreed")
	}
	checkTerms(c.Terms, &ps)
	return ps
}

// checkTerms: the terms are in the order of the list, so that all tell of one
// set in one way; an amount needs its currency.
func checkTerms(codes []string, ps *problems) {
	at := func(code string) int { return slices.IndexFunc(terms, func(t term) bool { return t.code == code }) }
	for i := 1; i < len(codes); i++ {
		if at(codes[i]) <= at(codes[i-1]) {
			ps.add(index("terms", i), Invalid, "is out of order", "order the terms as they are listed")
			break
		}
	}
	if slices.Contains(codes, TermWage) && !slices.Contains(codes, TermCurrency) {
		ps.add("terms", Invalid, "have a wage without its currency", "name the currency too")
	}
}
