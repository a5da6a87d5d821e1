package provenance

import "time"

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

	Instalments []Instalment `json:"instalments,omitempty" validate:"max=60,dive"` // of a plan; one in dueMonth where there are none
	Interest    bool         `json:"interest,omitempty"`                           // of a plan: what loans cost the workers is in it
	AgreedWith  string       `json:"agreedWith,omitempty" validate:"omitempty,oneof=EACH_WORKER REPRESENTATIVES NOBODY"`
	Payout      []string     `json:"payout,omitempty" validate:"max=10,unique,dive,iso4217"` // currencies that workers chose to get it in
	Found       string       `json:"found,omitempty" validate:"omitempty,month"`             // when it came out that workers had paid
	Plan        string       `json:"plan,omitempty" validate:"omitempty,id"`                 // of a payment: the plan it belongs to
	Supersedes  string       `json:"supersedes,omitempty" validate:"omitempty,id"`
}

// Instalment is a part of a plan, in the plan's currency.
type Instalment struct {
	Due    string `json:"due" validate:"required,month"` // by whose end it is to be paid
	Amount int64  `json:"amount" validate:"min=1,max=9000000000000000"`
}

// States of a repayment. What was paid counts only once it is checked.
const (
	PlanAgreed = "PLAN_AGREED"
	Paid       = "PAID"
)

func (*Repayment) Kind() Kind    { return KindRepayment }
func (r *Repayment) Key() string { return r.ID }

func (r *Repayment) References() []Reference {
	refs := []Reference{{Field: "statement", Ref: Ref{KindFeeStatement, r.Statement}, Subject: true}}
	if r.Plan != "" {
		refs = append(refs, Reference{Field: "plan", Ref: Ref{KindRepayment, r.Plan}, Subject: true})
	}
	return append(refs, supersedes(KindRepayment, r.Supersedes)...)
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
	if r.State == PlanAgreed {
		r.checkPlan(&ps)
	} else if len(r.Instalments) > 0 || r.Interest || r.AgreedWith != "" {
		ps.add("state", Invalid, "is not a plan, although there is what only plans have", "record the plan, and what was paid apart")
	}
	if r.Found > r.Month {
		ps.add("found", Invalid, "is after month", "correct the months")
	}
	ps.supersedesItself(r.Supersedes, r.ID)
	return ps
}

// checkPlan: the instalments make up the plan, one after the other.
func (r *Repayment) checkPlan(ps *problems) {
	if r.Plan != "" {
		ps.add("plan", Invalid, "is given for a plan", "name the plan that this one replaces under supersedes")
	}
	if r.DueMonth != "" && r.DueMonth < r.Month {
		ps.add("dueMonth", Invalid, "is before month", "correct the months")
	}
	sum, last := int64(0), r.Month
	for i, part := range r.Instalments {
		if part.Due < last || i > 0 && part.Due == last {
			ps.add(index("instalments", i)+".due", Invalid, "is not after the one before", "order the instalments, one a month at most")
		}
		sum, last = min(sum, r.Paid.Amount)+part.Amount, part.Due // bounded, so that it cannot overflow
	}
	if len(r.Instalments) > 0 && (sum != r.Paid.Amount || last != r.DueMonth) {
		ps.add("instalments", Invalid, "do not make up the plan", "make them add up to paid, the last in dueMonth")
	}
}

// Schedule gives the parts of a plan, the earliest first.
func (r *Repayment) Schedule() []Instalment {
	if len(r.Instalments) > 0 {
		return r.Instalments
	}
	return []Instalment{{Due: r.DueMonth, Amount: r.Paid.Amount}}
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
