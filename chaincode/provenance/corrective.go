package provenance

import "time"

// CorrectiveAction is what a site proposes to do about a finding. It is told in
// codes, so that it holds no words about workers. What came of it is told by
// FindingSteps; another proposal is another corrective action.
type CorrectiveAction struct {
	ID         string     `json:"id" validate:"required,id"`
	Audit      string     `json:"audit" validate:"required,id"`
	Finding    string     `json:"finding" validate:"required,number"` // its number in the audit
	Causes     []string   `json:"causes" validate:"required,min=1,max=8,unique,dive,oneof=NO_POLICY POLICY_NOT_FOLLOWED NO_TRAINING NO_OVERSIGHT LAW_NOT_KNOWN RECRUITER_CONDUCT SUBCONTRACTOR_CONDUCT BUYER_TERMS COST_PRESSURE PREMISES_OR_MACHINES OTHER_CAUSE CAUSE_UNKNOWN"`
	Measures   []string   `json:"measures" validate:"required,min=1,max=12,unique,dive,oneof=CONTAIN_AT_ONCE GIVE_BACK_PAPERS PAY_BACK_FEES PAY_WAGES_DUE LIFT_RESTRICTION REDUCE_HOURS HIRE_WORKERS CHANGE_CONTRACTS CHANGE_RECRUITER CHANGE_POLICY TRAIN_MANAGERS TRAIN_WORKERS REPAIR_PREMISES PROTECTIVE_EQUIPMENT IMPROVE_HOUSING OPEN_COMPLAINT_CHANNEL CONSULT_WORKERS CHECK_REGULARLY OTHER_MEASURE"`
	ProposedOn string     `json:"proposedOn" validate:"required,date"`
	DueOn      string     `json:"dueOn" validate:"required,date"` // by which the site will have done it
	Evidence   []Evidence `json:"evidence,omitempty" validate:"max=20,dive"`
}

func (*CorrectiveAction) Kind() Kind    { return KindCorrectiveAction }
func (c *CorrectiveAction) Key() string { return c.ID }

func (c *CorrectiveAction) References() []Reference {
	return []Reference{{Field: "audit", Ref: Ref{KindAudit, c.Audit}, Subject: true}}
}

func (c *CorrectiveAction) Check(now time.Time) []FieldProblem {
	var ps problems
	if afterToday(c.ProposedOn, now) {
		ps.add("proposedOn", InFuture, "lies in the future", "record the proposal once it is made")
	}
	if c.DueOn < c.ProposedOn {
		ps.add("dueOn", Invalid, "is before proposedOn", "correct the dates")
	}
	return ps
}

// FindingExtension gives the site more time for a finding. The former day stays
// to be seen.
type FindingExtension struct {
	ID      string `json:"id" validate:"required,id"`
	Audit   string `json:"audit" validate:"required,id"`
	Finding string `json:"finding" validate:"required,number"`
	DueOn   string `json:"dueOn" validate:"required,date"` // the new day
	On      string `json:"on" validate:"required,date"`    // when it was granted
	Reason  string `json:"reason" validate:"required,oneof=BUILDING_WORK PERMIT_AWAITED RECRUITMENT_OF_STAFF WORKERS_ASKED PAYMENT_ABROAD BEYOND_CONTROL"`
}

func (*FindingExtension) Kind() Kind    { return KindFindingExtension }
func (x *FindingExtension) Key() string { return x.ID }

func (x *FindingExtension) References() []Reference {
	return []Reference{{Field: "audit", Ref: Ref{KindAudit, x.Audit}, Subject: true}}
}

func (x *FindingExtension) Check(now time.Time) []FieldProblem {
	var ps problems
	if afterToday(x.On, now) {
		ps.add("on", InFuture, "lies in the future", "record the extension once it is granted")
	}
	if x.DueOn < x.On {
		ps.add("dueOn", Invalid, "is before on", "correct the dates")
	}
	return ps
}
