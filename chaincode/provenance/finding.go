package provenance

import (
	"slices"
	"time"
)

// FindingState is where a finding stands.
type FindingState string

// States of a finding. "Overdue" is not among them: it follows from the date.
const (
	FindingOpen           FindingState = "OPEN"
	FindingProposed       FindingState = "CAP_PROPOSED" // a corrective action is proposed
	FindingAgreed         FindingState = "CAP_AGREED"
	FindingInProgress     FindingState = "IN_PROGRESS"
	FindingClosedPending  FindingState = "CLOSED_PENDING_VERIFICATION" // the site says it is done
	FindingClosedVerified FindingState = "CLOSED_VERIFIED"             // an auditor saw that it is
	FindingDisputed       FindingState = "DISPUTED"
	FindingReopened       FindingState = "REOPENED"
)

// FindingStep moves a finding on.
type FindingStep struct {
	ID           string       `json:"id" validate:"required,id"`
	Audit        string       `json:"audit" validate:"required,id"`
	Finding      string       `json:"finding" validate:"required,number"` // its number in the audit
	State        FindingState `json:"state" validate:"required,oneof=CAP_PROPOSED CAP_AGREED IN_PROGRESS CLOSED_PENDING_VERIFICATION CLOSED_VERIFIED DISPUTED REOPENED"`
	On           string       `json:"on" validate:"required,date"`
	Verification string       `json:"verification,omitempty" validate:"omitempty,oneof=DESKTOP ON_SITE"`
	Evidence     []Evidence   `json:"evidence,omitempty" validate:"max=20,dive"`
}

func (*FindingStep) Kind() Kind    { return KindFindingStep }
func (s *FindingStep) Key() string { return s.ID }

func (s *FindingStep) References() []Reference {
	return []Reference{{Field: "audit", Ref: Ref{KindAudit, s.Audit}, Subject: true}}
}

func (s *FindingStep) Check(now time.Time) []FieldProblem {
	var ps problems
	if afterToday(s.On, now) {
		ps.add("on", InFuture, "lies in the future", "record the step once it is taken")
	}
	if s.State == FindingClosedVerified && s.Verification == "" {
		ps.add("verification", Invalid, "is missing", "say whether it was verified DESKTOP or ON_SITE")
	}
	return ps
}

// Closed says whether nothing more is asked of the site.
func (s FindingState) Closed() bool { return s == FindingClosedVerified }

// findingMoves lists, for each state, who may move a finding where. The site
// may propose, act and dispute; only an auditor agrees and verifies; an auditor
// or Workers reopen.
var findingMoves = map[FindingState][]findingMove{
	FindingOpen:           {{FindingProposed, bySite}, {FindingDisputed, bySite}, {FindingClosedVerified, byAuditor}},
	FindingProposed:       {{FindingProposed, bySite}, {FindingAgreed, byAuditor}, {FindingDisputed, bySite}},
	FindingAgreed:         {{FindingInProgress, bySite}, {FindingClosedPending, bySite}, {FindingClosedVerified, byAuditor}},
	FindingInProgress:     {{FindingClosedPending, bySite}, {FindingClosedVerified, byAuditor}},
	FindingClosedPending:  {{FindingClosedVerified, byAuditor}, {FindingReopened, byAuditorOrWorkers}},
	FindingClosedVerified: {{FindingReopened, byAuditorOrWorkers}},
	FindingDisputed:       {{FindingReopened, byAuditorOrWorkers}, {FindingClosedVerified, byAuditor}},
	FindingReopened:       {{FindingProposed, bySite}, {FindingDisputed, bySite}, {FindingClosedVerified, byAuditor}},
}

type findingMove struct {
	to FindingState
	by []Org
}

var (
	bySite             = []Org{Suppliers}
	byAuditor          = []Org{Auditors}
	byAuditorOrWorkers = []Org{Auditors, Workers}
)

// MayMove says whether an organisation may move a finding from one state to
// another.
func MayMove(from, to FindingState, org Org) bool {
	for _, m := range findingMoves[from] {
		if m.to == to && slices.Contains(m.by, org) {
			return true
		}
	}
	return false
}
