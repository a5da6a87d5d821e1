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
	Quantified         string    `json:"quantified,omitempty" validate:"omitempty,oneof=DOCUMENTED ESTIMATED PARTLY NOT_YET"`
	Debt               *Debt     `json:"debt,omitempty"`
	Supersedes         string    `json:"supersedes,omitempty" validate:"omitempty,id"`
}

// Method says how a party knows what it states about workers.
type Method string

// EmployerDeclaration is the method of everything Suppliers state about
// themselves.
const EmployerDeclaration Method = "EMPLOYER_DECLARATION"

// How well the sums of a statement are known.
const (
	Documented = "DOCUMENTED" // receipts, contracts, books
	Estimated  = "ESTIMATED"  // for the cohort, where there is no proof of payment
	Partly     = "PARTLY"     // workers paid more than is known
	NotYet     = "NOT_YET"    // workers paid, and nobody knows how much
)

// Debt is what workers of the cohort borrowed to get the job, in bands.
type Debt struct {
	Workers   int    `json:"workers" validate:"min=0,max=1000000"` // who borrowed
	Principal string `json:"principal,omitempty" validate:"omitempty,oneof=UP_TO_1_MONTH UP_TO_3_MONTHS UP_TO_12_MONTHS OVER_12_MONTHS UNKNOWN"`
	Interest  string `json:"interest,omitempty" validate:"omitempty,oneof=INTEREST_FREE UP_TO_12_PERCENT UP_TO_36_PERCENT OVER_36_PERCENT UNKNOWN"` // a year
	Lender    string `json:"lender,omitempty" validate:"omitempty,oneof=EMPLOYER RECRUITER RELATIVE LENDING_BANK MONEYLENDER UNKNOWN"`
}

// FeeLine is what one kind of fee or cost came to, for all workers affected
// together.
type FeeLine struct {
	Category     string     `json:"category" validate:"required,oneof=FEE_MATCHING FEE_THIRD_PARTY_PLACEMENT FEE_DIRECT_HIRE FEE_RECOVERY COST_MEDICAL COST_INSURANCE COST_SKILLS_TEST COST_TRAINING COST_EQUIPMENT COST_TRAVEL_LODGING COST_ADMIN COST_OTHER ILL_BRIBE ILL_TRIBUTE ILL_EXTORTION ILL_KICKBACK ILL_BOND ILL_COST_RECOVERY ILL_COLLATERAL ILL_INFLATED ILL_UNDISCLOSED ILL_EXTRA_CONTRACTUAL"`
	Trigger      string     `json:"trigger" validate:"required,oneof=INITIATED_BY_EMPLOYER_OR_AGENT REQUIRED_FOR_ACCESS IMPOSED_DURING_RECRUITMENT"`
	Charged      Money      `json:"charged"`
	Workers      int        `json:"workers" validate:"min=0,max=1000000"`                                               // who paid it, or for whom it was paid
	PaidBy       string     `json:"paidBy,omitempty" validate:"omitempty,oneof=WORKER FAMILY EMPLOYER RECRUITER BRAND"` // WORKER where nothing is said
	PaidTo       string     `json:"paidTo" validate:"required,oneof=EMPLOYER SUBSIDIARY RECRUITER SUB_AGENT PUBLIC_SERVICE OFFICIAL SERVICE_PROVIDER LENDER THIRD_PARTY UNKNOWN"`
	Collected    string     `json:"collected,omitempty" validate:"omitempty,oneof=DIRECTLY FROM_WAGES FROM_BENEFITS"`
	Timing       string     `json:"timing,omitempty" validate:"omitempty,oneof=ONE_OFF RECURRING"`
	From         string     `json:"from,omitempty" validate:"omitempty,month"`             // of what recurs: its first month
	Until        string     `json:"until,omitempty" validate:"omitempty,month"`            // and its last; charged is the sum of them
	Lawful       Verdict    `json:"lawful" validate:"required,oneof=YES NO UNKNOWN"`       // under the law of the place and day
	EmployerPays Verdict    `json:"employerPays" validate:"required,oneof=YES NO UNKNOWN"` // under the Employer Pays Principle
	Exception    *Exception `json:"exception,omitempty"`
}

// Exception is the instrument under which a related cost is lawful.
type Exception struct {
	Instrument string `json:"instrument" validate:"required,max=120,text"`
	Article    string `json:"article,omitempty" validate:"max=40,text"`
	Disclosed  bool   `json:"disclosed"` // to the workers, before they took the job

	Authority   string    `json:"authority,omitempty" validate:"max=120,text"` // that decided it
	Category    string    `json:"category,omitempty" validate:"max=80,text"`   // of workers for whom it holds
	Service     string    `json:"service,omitempty" validate:"max=80,text"`    // for which it holds
	DisclosedIn string    `json:"disclosedIn,omitempty" validate:"omitempty,month"`
	Evidence    *Evidence `json:"evidence,omitempty"`
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
	type key struct{ category, currency, paidTo, paidBy string }
	seen := map[key]bool{}
	for i, l := range f.Lines {
		at := index("lines", i)
		l.check(at, f.Quantified == NotYet, &ps)
		if l.Until > f.Month {
			ps.add(at+".until", Invalid, "is after the month of the statement", "state what was charged until then, and the rest later")
		}
		k := key{l.Category, l.Charged.Currency, l.PaidTo, l.PaidBy}
		if seen[k] {
			ps.add(at+".category", Invalid, "is stated twice for the same currency, payer and recipient", "add the amounts up")
		}
		seen[k] = true
	}
	if f.Debt != nil && f.Debt.Workers < SmallestCohort {
		ps.add("debt.workers", BelowK, "is less than 5, so few that it would point at people", "leave the debt out")
	}
	ps.supersedesItself(f.Supersedes, f.ID)
	return ps
}

// BorneByWorkers says whether workers or their families bore it.
func (l FeeLine) BorneByWorkers() bool {
	switch l.PaidBy {
	case "", "WORKER", "FAMILY":
		return true
	}
	return false
}

func (l FeeLine) check(at string, unknown bool, ps *problems) {
	if l.Workers > 0 && l.Workers < SmallestCohort {
		ps.add(at+".workers", BelowK, "is less than 5, so few that it would point at people", "join it with another line or a wider cohort")
	}
	switch {
	case unknown && l.Charged.Amount > 0:
		ps.add(at+".charged.amount", Invalid, "is given although it is not yet known", "say that it is known PARTLY, or leave it at zero")
	case !unknown && (l.Charged.Amount == 0) != (l.Workers == 0):
		ps.add(at+".workers", Invalid, "does not fit the amount: one of them is zero", "give both, or zero for both")
	}
	l.checkTiming(at, ps)
	if l.BorneByWorkers() && l.Workers > 0 && l.EmployerPays == Yes {
		ps.add(at+".employerPays", Invalid, "is YES although workers paid", "say NO: under this principle no worker pays")
	}
	if FeeClass(l.Category) == ClassIllegitimate && l.Lawful == Yes {
		ps.add(at+".lawful", Invalid, "is YES for a kind of payment that is never legitimate", "say NO, or choose another category")
	}
	if l.Exception != nil && FeeClass(l.Category) != ClassRelatedCost {
		ps.add(at+".exception", Invalid, "is given for something that is not a related cost", "exceptions exist for related costs alone")
	}
	if x := l.Exception; x != nil && x.DisclosedIn != "" && !x.Disclosed {
		ps.add(at+".exception.disclosedIn", Invalid, "is given for a cost that was not disclosed", "leave it out, or say that it was disclosed")
	}
}

// checkTiming: what recurs has its months, what does not has none.
func (l FeeLine) checkTiming(at string, ps *problems) {
	switch recurs := l.Timing == "RECURRING"; {
	case recurs && (l.From == "" || l.Until == ""):
		ps.add(at+".from", Invalid, "is missing, or until is", "give the first and last month of what recurs")
	case !recurs && (l.From != "" || l.Until != ""):
		ps.add(at+".timing", Invalid, "is not RECURRING although there are months", "say so, or leave the months out")
	case l.Until < l.From:
		ps.add(at+".until", Invalid, "is before from", "correct the months")
	}
}
