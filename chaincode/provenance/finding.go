package provenance

import (
	"slices"
	"strings"
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
	FindingConfirmed      FindingState = "CONFIRMED_BY_WORKERS"        // and a quorum of workers say so too
	FindingOverridden     FindingState = "CLOSED_WITHOUT_WORKERS"      // a worker organisation closed it, workers being out of reach
	FindingDisputed       FindingState = "DISPUTED"
	FindingReopened       FindingState = "REOPENED"

	// FindingUnconfirmed is told by History alone, of a finding that concerns
	// workers and that only an auditor has closed. It is still open.
	FindingUnconfirmed FindingState = "CLOSED_NOT_CONFIRMED"
	// FindingDenied is told by History alone, of a finding that is closed though
	// five workers or more say that it is not put right. It is still open.
	FindingDenied FindingState = "CLOSED_AGAINST_WORKERS"
)

// FindingStep moves a finding on.
type FindingStep struct {
	ID           string       `json:"id" validate:"required,id"`
	Audit        string       `json:"audit" validate:"required,id"`
	Finding      string       `json:"finding" validate:"required,number"` // its number in the audit
	State        FindingState `json:"state" validate:"required,oneof=CAP_PROPOSED CAP_AGREED IN_PROGRESS CLOSED_PENDING_VERIFICATION CLOSED_VERIFIED CONFIRMED_BY_WORKERS CLOSED_WITHOUT_WORKERS DISPUTED REOPENED"`
	On           string       `json:"on" validate:"required,date"`
	Action       string       `json:"action,omitempty" validate:"omitempty,id"` // the corrective action that is proposed
	Count        string       `json:"count,omitempty" validate:"omitempty,id"`  // of workers' answers, by which they confirm
	Verification string       `json:"verification,omitempty" validate:"omitempty,oneof=DESKTOP ON_SITE"`
	Reason       string       `json:"reason,omitempty" validate:"omitempty,oneof=FACTS_WRONG RULE_MISREAD GRAVITY_OVERSTATED PUT_RIGHT_BEFORE NOT_OF_THIS_SITE RECURRED REMEDY_NOT_DONE WORKERS_DISAGREE DISPUTE_REJECTED DISPUTE_UPHELD NEW_EVIDENCE WORKERS_LEFT WORKERS_AT_RISK SITE_CLOSED"`
	Evidence     []Evidence   `json:"evidence,omitempty" validate:"max=20,dive"`
}

func (*FindingStep) Kind() Kind    { return KindFindingStep }
func (s *FindingStep) Key() string { return s.ID }

func (s *FindingStep) References() []Reference {
	refs := []Reference{{Field: "audit", Ref: Ref{KindAudit, s.Audit}, Subject: true}}
	if s.Action != "" {
		refs = append(refs, Reference{Field: "action", Ref: Ref{KindCorrectiveAction, s.Action}, Subject: true})
	}
	if s.Count != "" {
		refs = append(refs, Reference{Field: "count", Ref: Ref{KindAnswerCount, s.Count}, Subject: true})
	}
	return refs
}

// DisputeUpheld is the reason of the step by which an auditor closes a finding
// that the site disputed with right. It is closed as any other: where it concerns
// workers, they are asked too.
const DisputeUpheld = "DISPUTE_UPHELD"

// findingReasons lists the steps that need a reason, with those they may have.
var findingReasons = map[FindingState][]string{
	FindingDisputed:   {"FACTS_WRONG", "RULE_MISREAD", "GRAVITY_OVERSTATED", "PUT_RIGHT_BEFORE", "NOT_OF_THIS_SITE"},
	FindingReopened:   {"RECURRED", "REMEDY_NOT_DONE", "WORKERS_DISAGREE", "DISPUTE_REJECTED", "NEW_EVIDENCE"},
	FindingOverridden: {"WORKERS_LEFT", "WORKERS_AT_RISK", "SITE_CLOSED"},
}

func (s *FindingStep) Check(now time.Time) []FieldProblem {
	var ps problems
	if afterToday(s.On, now) {
		ps.add("on", InFuture, "lies in the future", "record the step once it is taken")
	}
	if s.State == FindingClosedVerified && s.Verification == "" {
		ps.add("verification", Invalid, "is missing", "say whether it was verified DESKTOP or ON_SITE")
	}
	if proposes := s.State == FindingProposed; proposes && s.Action == "" {
		ps.add("action", Invalid, "is missing", "record the corrective action and name it")
	} else if !proposes && s.Action != "" {
		ps.add("action", Invalid, "is given for a step that proposes nothing", "leave it out")
	}
	if confirms := s.State == FindingConfirmed; confirms && s.Count == "" {
		ps.add("count", Invalid, "is missing", "ask the workers, publish the count and name it; or close it with a reason, as "+string(FindingOverridden))
	} else if !confirms && s.Count != "" {
		ps.add("count", Invalid, "is given for a step that workers' answers do not make", "leave it out")
	}
	switch reasons := findingReasons[s.State]; {
	case s.State == FindingClosedVerified && s.Reason == DisputeUpheld:
	case len(reasons) == 0 && s.Reason != "":
		ps.add("reason", Invalid, "is given for a step that needs none", "leave it out")
	case len(reasons) > 0 && !slices.Contains(reasons, s.Reason):
		ps.add("reason", Invalid, "is not a reason for this step", "say "+strings.Join(reasons, ", "))
	}
	return ps
}

// Settles says whether a state asks nothing more of the site for a finding.
func (f Finding) Settles(s FindingState) bool {
	switch s {
	case FindingConfirmed, FindingOverridden:
		return true
	case FindingClosedVerified:
		return !f.ConcernsWorkers()
	}
	return false
}

// findingMoves lists, for each state, who may move a finding where. The site
// may propose, act and dispute; only an auditor agrees and verifies; Workers
// confirm what an auditor verified; an auditor or Workers reopen.
var findingMoves = map[FindingState][]findingMove{
	FindingOpen:           {{FindingProposed, bySite}, {FindingDisputed, bySite}, {FindingClosedVerified, byAuditor}},
	FindingProposed:       {{FindingProposed, bySite}, {FindingAgreed, byAuditor}, {FindingDisputed, bySite}},
	FindingAgreed:         {{FindingInProgress, bySite}, {FindingClosedPending, bySite}, {FindingClosedVerified, byAuditor}},
	FindingInProgress:     {{FindingClosedPending, bySite}, {FindingClosedVerified, byAuditor}},
	FindingClosedPending:  {{FindingClosedVerified, byAuditor}, {FindingReopened, byAuditorOrWorkers}},
	FindingClosedVerified: {{FindingConfirmed, byWorkers}, {FindingOverridden, byWorkers}, {FindingReopened, byAuditorOrWorkers}},
	FindingConfirmed:      {{FindingReopened, byAuditorOrWorkers}},
	FindingOverridden:     {{FindingConfirmed, byWorkers}, {FindingReopened, byAuditorOrWorkers}},
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
	byWorkers          = []Org{Workers}
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
