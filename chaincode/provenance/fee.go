package provenance

import (
	"strings"
	"time"
)

// FeeStatement says what a cohort was charged to get the job, as one party
// learned it. Statements of several parties about one cohort stand side by side.
type FeeStatement struct {
	ID                 string    `json:"id" validate:"required,id"`
	Cohort             string    `json:"cohort" validate:"required,id"`
	Method             Method    `json:"method" validate:"required,oneof=WORKER_INTERVIEW_OFFSITE WORKER_INTERVIEW_ONSITE DOCUMENT_REVIEW PAYROLL_RECONCILIATION HOTLINE SURVEY EMPLOYER_DECLARATION UNION_OR_NGO"`
	Month              string    `json:"month" validate:"required,month"` // when it was established
	Lines              []FeeLine `json:"lines" validate:"required,min=1,max=50,dive"`
	FirstMonthEarnings *Money    `json:"firstMonthEarnings,omitempty"` // median over the cohort, recovery of costs added back
	Supersedes         string    `json:"supersedes,omitempty" validate:"omitempty,id"`
}

// Method says how a party knows what it states about workers.
type Method string

// EmployerDeclaration is the method of everything Suppliers state about
// themselves.
const EmployerDeclaration Method = "EMPLOYER_DECLARATION"

// FeeLine is what one kind of fee or cost came to, for all workers affected
// together.
type FeeLine struct {
	Category     string     `json:"category" validate:"required,oneof=FEE_MATCHING FEE_THIRD_PARTY_PLACEMENT FEE_DIRECT_HIRE FEE_RECOVERY COST_MEDICAL COST_INSURANCE COST_SKILLS_TEST COST_TRAINING COST_EQUIPMENT COST_TRAVEL_LODGING COST_ADMIN COST_OTHER ILL_BRIBE ILL_TRIBUTE ILL_EXTORTION ILL_KICKBACK ILL_BOND ILL_COST_RECOVERY ILL_COLLATERAL ILL_INFLATED ILL_UNDISCLOSED ILL_EXTRA_CONTRACTUAL"`
	Trigger      string     `json:"trigger" validate:"required,oneof=INITIATED_BY_EMPLOYER_OR_AGENT REQUIRED_FOR_ACCESS IMPOSED_DURING_RECRUITMENT"`
	Charged      Money      `json:"charged"`
	Workers      int        `json:"workers" validate:"min=0,max=1000000"` // who paid it
	PaidTo       string     `json:"paidTo" validate:"required,oneof=EMPLOYER RECRUITER SUB_AGENT OFFICIAL SERVICE_PROVIDER UNKNOWN"`
	Lawful       Verdict    `json:"lawful" validate:"required,oneof=YES NO UNKNOWN"`       // under the law of the place and day
	EmployerPays Verdict    `json:"employerPays" validate:"required,oneof=YES NO UNKNOWN"` // under the Employer Pays Principle
	Exception    *Exception `json:"exception,omitempty"`
}

// Exception is the instrument under which a related cost is lawful.
type Exception struct {
	Instrument string `json:"instrument" validate:"required,max=120,text"`
	Article    string `json:"article,omitempty" validate:"max=40,text"`
	Disclosed  bool   `json:"disclosed"` // to the workers, before they took the job
}

// Verdict is a judgement that may be missing.
type Verdict string

// Verdicts.
const (
	Yes     Verdict = "YES"
	No      Verdict = "NO"
	Unknown Verdict = "UNKNOWN"
)

// Legitimacy classes of fees and costs in the ILO's definition of 2019.
const (
	ClassFee          = "FEE"
	ClassRelatedCost  = "RELATED_COST"
	ClassIllegitimate = "ILLEGITIMATE"
)

// FeeClass gives the class of a category.
func FeeClass(category string) string {
	switch {
	case strings.HasPrefix(category, "FEE_"):
		return ClassFee
	case strings.HasPrefix(category, "ILL_"):
		return ClassIllegitimate
	}
	return ClassRelatedCost
}

func (*FeeStatement) Kind() Kind    { return KindFeeStatement }
func (f *FeeStatement) Key() string { return f.ID }

func (f *FeeStatement) References() []Reference {
	refs := []Reference{{Field: "cohort", Ref: Ref{KindCohort, f.Cohort}, Subject: true}}
	return append(refs, supersedes(KindFeeStatement, f.Supersedes)...)
}

func (f *FeeStatement) Check(now time.Time) []FieldProblem {
	var ps problems
	if afterThisMonth(f.Month, now) {
		ps.add("month", InFuture, "lies in the future", "state fees once they are established")
	}
	type key struct{ category, currency, paidTo string }
	seen := map[key]bool{}
	for i, l := range f.Lines {
		at := index("lines", i)
		l.check(at, &ps)
		k := key{l.Category, l.Charged.Currency, l.PaidTo}
		if seen[k] {
			ps.add(at+".category", Invalid, "is stated twice for the same currency and recipient", "add the amounts up")
		}
		seen[k] = true
	}
	ps.supersedesItself(f.Supersedes, f.ID)
	return ps
}

func (l FeeLine) check(at string, ps *problems) {
	if l.Workers > 0 && l.Workers < SmallestCohort {
		ps.add(at+".workers", BelowK, "is less than 5, so few that it would point at people", "join it with another line or a wider cohort")
	}
	if (l.Charged.Amount == 0) != (l.Workers == 0) {
		ps.add(at+".workers", Invalid, "does not fit the amount: one of them is zero", "give both, or zero for both")
	}
	if l.Charged.Amount > 0 && l.EmployerPays == Yes {
		ps.add(at+".employerPays", Invalid, "is YES although workers paid", "say NO: under this principle no worker pays")
	}
	if FeeClass(l.Category) == ClassIllegitimate && l.Lawful == Yes {
		ps.add(at+".lawful", Invalid, "is YES for a kind of payment that is never legitimate", "say NO, or choose another category")
	}
	if l.Exception != nil && FeeClass(l.Category) != ClassRelatedCost {
		ps.add(at+".exception", Invalid, "is given for something that is not a related cost", "exceptions exist for related costs alone")
	}
}

// Repayment is money promised or given back to the workers of a fee statement.
type Repayment struct {
	ID        string     `json:"id" validate:"required,id"`
	Statement string     `json:"statement" validate:"required,id"` // the fee statement
	State     string     `json:"state" validate:"required,oneof=PLAN_AGREED PAID"`
	Paid      Money      `json:"paid"`                                          // in total, of this plan or instalment
	Workers   int        `json:"workers" validate:"required,min=1,max=1000000"` // who get it, those who left included
	Leavers   int        `json:"leavers" validate:"min=0,max=1000000"`          // of these, who no longer work here
	Month     string     `json:"month" validate:"required,month"`               // of payment; for a plan, of its agreement
	DueMonth  string     `json:"dueMonth,omitempty" validate:"omitempty,month"` // by which a plan is to be paid
	PaidBy    string     `json:"by" validate:"required,oneof=EMPLOYER RECRUITER BRAND"`
	PayMethod string     `json:"method" validate:"required,oneof=BANK CASH PAYROLL"`
	Evidence  []Evidence `json:"evidence,omitempty" validate:"max=20,dive"`
}

// States of a repayment. What was paid counts only once it is checked.
const (
	PlanAgreed = "PLAN_AGREED"
	Paid       = "PAID"
)

func (*Repayment) Kind() Kind    { return KindRepayment }
func (r *Repayment) Key() string { return r.ID }

func (r *Repayment) References() []Reference {
	return []Reference{{Field: "statement", Ref: Ref{KindFeeStatement, r.Statement}, Subject: true}}
}

func (r *Repayment) Check(now time.Time) []FieldProblem {
	var ps problems
	if r.Workers < SmallestCohort {
		ps.add("workers", BelowK, "is less than 5, so few that it would point at people", "record the payments of several months together")
	}
	if r.Leavers > r.Workers {
		ps.add("leavers", Invalid, "is more than workers", "count those who left within workers")
	}
	if r.Paid.Amount == 0 {
		ps.add("paid.amount", Invalid, "is zero", "record a repayment once there is one")
	}
	if afterThisMonth(r.Month, now) {
		ps.add("month", InFuture, "lies in the future", "record what has happened; a plan has a dueMonth")
	}
	if r.State == PlanAgreed && r.DueMonth == "" {
		ps.add("dueMonth", Invalid, "is missing", "say by which month the plan is to be paid")
	}
	return ps
}

// RepaymentCheck is what an auditor or Workers established about a repayment.
type RepaymentCheck struct {
	ID        string  `json:"id" validate:"required,id"`
	Repayment string  `json:"repayment" validate:"required,id"`
	Received  Verdict `json:"received" validate:"required,oneof=YES NO UNKNOWN"` // did the workers get it
	Method    Method  `json:"method" validate:"required,oneof=WORKER_INTERVIEW_OFFSITE WORKER_INTERVIEW_ONSITE DOCUMENT_REVIEW PAYROLL_RECONCILIATION HOTLINE SURVEY UNION_OR_NGO"`
	Month     string  `json:"month" validate:"required,month"`
}

func (*RepaymentCheck) Kind() Kind    { return KindRepaymentCheck }
func (c *RepaymentCheck) Key() string { return c.ID }

func (c *RepaymentCheck) References() []Reference {
	return []Reference{{Field: "repayment", Ref: Ref{KindRepayment, c.Repayment}, Subject: true}}
}

func (c *RepaymentCheck) Check(now time.Time) []FieldProblem {
	var ps problems
	if afterThisMonth(c.Month, now) {
		ps.add("month", InFuture, "lies in the future", "record the check once it is made")
	}
	return ps
}
