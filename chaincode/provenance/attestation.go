package provenance

import "time"

// Attestation says, for a cohort, how many workers' contracts and conditions
// meet each predicate. Employers' own declarations are recorded the same way
// and marked by their method; neither overwrites the other.
type Attestation struct {
	ID         string           `json:"id" validate:"required,id"`
	Cohort     string           `json:"cohort" validate:"required,id"`
	Method     Method           `json:"method" validate:"required,oneof=WORKER_INTERVIEW_OFFSITE WORKER_INTERVIEW_ONSITE DOCUMENT_REVIEW PAYROLL_RECONCILIATION HOTLINE SURVEY EMPLOYER_DECLARATION UNION_OR_NGO"`
	From       string           `json:"from" validate:"required,month"`
	Until      string           `json:"until" validate:"required,month"`
	Predicates []PredicateCount `json:"predicates" validate:"required,min=1,max=30,dive"`
	Supersedes string           `json:"supersedes,omitempty" validate:"omitempty,id"`
}

// PredicateCount counts workers for whom a predicate holds, does not hold, or
// is not known. The three make up the whole cohort, so that nobody drops out of
// sight.
type PredicateCount struct {
	Code    string `json:"code" validate:"required,oneof=CT_WRITTEN CT_LANGUAGE CT_BEFORE_DEPARTURE CT_COPY_HELD CT_EXPLAINED CT_NO_SUBSTITUTION CT_SIGNATURE_FREE WG_PAID_EQ_OFFERED WG_REGULAR WG_DEDUCTIONS WG_NO_WITHHOLDING HR_NORMAL HR_OT HR_REST DP_NONE ID_NOT_RETAINED FM_FREE TM_NOTICE RP_PAID GR_ACCESS DB_NONE AG_LICENSED"`
	Yes     int    `json:"yes" validate:"min=0,max=1000000"`
	No      int    `json:"no" validate:"min=0,max=1000000"`
	Unknown int    `json:"unknown" validate:"min=0,max=1000000"`
}

func (*Attestation) Kind() Kind    { return KindAttestation }
func (a *Attestation) Key() string { return a.ID }

func (a *Attestation) References() []Reference {
	refs := []Reference{{Field: "cohort", Ref: Ref{KindCohort, a.Cohort}, Subject: true}}
	return append(refs, supersedes(KindAttestation, a.Supersedes)...)
}

func (a *Attestation) Check(now time.Time) []FieldProblem {
	var ps problems
	if a.Until < a.From {
		ps.add("until", Invalid, "is before from", "correct the months")
	}
	if afterThisMonth(a.Until, now) {
		ps.add("until", InFuture, "lies in the future", "attest what has been seen")
	}
	seen := map[string]bool{}
	for i, p := range a.Predicates {
		if seen[p.Code] {
			ps.add(index("predicates", i)+".code", Invalid, "is given twice", "give each predicate once")
		}
		seen[p.Code] = true
	}
	ps.supersedesItself(a.Supersedes, a.ID)
	return ps
}
