package provenance

import (
	"slices"
	"time"
)

// Grievance is a worker's complaint. It is held by Workers; the public learns of
// it as part of a GrievanceCount alone. It has no words of the worker's: those
// stay with whoever handles it.
type Grievance struct {
	Token    string            `json:"token" validate:"required,sha256"` // random: names the case
	Salt     string            `json:"salt" validate:"required,sha256"`  // random
	Facility string            `json:"facility" validate:"required,id"`
	Receipt  *GrievanceReceipt `json:"receipt,omitempty"` // absent when Workers open it themselves
	Category string            `json:"category" validate:"required,oneof=RECRUITMENT_FEES WAGES DEDUCTIONS HOURS CONTRACT_TERMS PAPERS_KEPT MOVEMENT HOUSING_FOOD SAFETY_HEALTH VIOLENCE HARASSMENT DISCRIMINATION ASSOCIATION CHILDREN_AT_WORK REPRISAL RETURN_HOME OTHER_COMPLAINT"`
	Handler  string            `json:"handler" validate:"required,id"` // party that sees to it
	NextOn   string            `json:"nextOn" validate:"required,date"`
	Quarter  string            `json:"quarter,omitempty" validate:"omitempty,quarter"` // in which the worker came; the present one when left out
}

// GrievanceReceipt proves that a worker of a cohort opens the case. The one who
// relays it vouches for the root being the cohort's: looking the cohort up on
// the ledger would show in the block.
type GrievanceReceipt struct {
	Cohort   string       `json:"cohort" validate:"required,id"`
	Receipts int          `json:"receipts" validate:"min=5,max=1000"`
	Root     string       `json:"root" validate:"required,sha256"`
	Proof    ReceiptProof `json:"proof"`
}

func (g *Grievance) Check(now time.Time) []FieldProblem {
	var ps problems
	if g.Token == g.Salt {
		ps.add("salt", Invalid, "is the token", "draw both at random")
	}
	if r := g.Receipt; r != nil && !r.Proof.Proves(r.Cohort, r.Receipts, r.Root) {
		ps.add("receipt.proof", Invalid, "is of no receipt of this cohort", "look the code up in the cohort's book again")
	}
	checkNext(g.NextOn, now, &ps)
	if g.Quarter > QuarterOf(now) {
		ps.add("quarter", InFuture, "has not begun", "give the quarter in which the worker came, or leave it out")
	}
	return ps
}

func checkNext(date string, now time.Time, ps *problems) {
	if endOfDay(dateStart(date)).Before(now.AddDate(0, 0, -1)) {
		ps.add("nextOn", Invalid, "is past", "give the day on which the worker hears next")
	}
}

// GrievanceState is where a grievance stands.
type GrievanceState string

// States of a grievance.
const (
	GrievanceReceived     GrievanceState = "RECEIVED"
	GrievanceAcknowledged GrievanceState = "ACKNOWLEDGED" // the handler has it
	GrievanceAnswered     GrievanceState = "ANSWERED"     // a remedy, or a reason, is offered
	GrievanceEscalated    GrievanceState = "ESCALATED"    // another handler, or an authority, has it
	GrievanceSettled      GrievanceState = "SETTLED"
	GrievanceDropped      GrievanceState = "DROPPED" // by the worker
	GrievanceReopened     GrievanceState = "OPENED_AGAIN"
)

// Ended says whether nobody has to do anything more.
func (s GrievanceState) Ended() bool { return s == GrievanceSettled || s == GrievanceDropped }

var grievanceMoves = map[GrievanceState][]GrievanceState{
	GrievanceReceived:     {GrievanceAcknowledged, GrievanceEscalated, GrievanceDropped},
	GrievanceAcknowledged: {GrievanceAnswered, GrievanceEscalated, GrievanceDropped},
	GrievanceAnswered:     {GrievanceAnswered, GrievanceEscalated, GrievanceSettled, GrievanceDropped},
	GrievanceEscalated:    {GrievanceAcknowledged, GrievanceAnswered, GrievanceEscalated, GrievanceSettled, GrievanceDropped},
	GrievanceSettled:      {GrievanceReopened},
	GrievanceDropped:      {GrievanceReopened},
	GrievanceReopened:     {GrievanceAcknowledged, GrievanceEscalated, GrievanceDropped},
}

// GrievanceMayMove says whether a grievance in one state may come to another.
func GrievanceMayMove(from, to GrievanceState) bool { return slices.Contains(grievanceMoves[from], to) }

// GrievanceStep moves a grievance on.
type GrievanceStep struct {
	Token        string         `json:"token" validate:"required,sha256"` // the grievance's
	Salt         string         `json:"salt" validate:"required,sha256"`  // random, new for each step
	State        GrievanceState `json:"state" validate:"required,oneof=ACKNOWLEDGED ANSWERED ESCALATED SETTLED DROPPED OPENED_AGAIN"`
	Handler      string         `json:"handler,omitempty" validate:"omitempty,id"` // when another party takes over
	NextOn       string         `json:"nextOn,omitempty" validate:"omitempty,date"`
	Outcome      string         `json:"outcome,omitempty" validate:"omitempty,oneof=REMEDIED PARTLY_REMEDIED NOT_UPHELD REFERRED"`
	Satisfaction string         `json:"satisfaction,omitempty" validate:"omitempty,oneof=SATISFIED NOT_SATISFIED NOT_ASKED"`
}

func (s *GrievanceStep) Check(now time.Time) []FieldProblem {
	var ps problems
	settled := s.State == GrievanceSettled
	if settled != (s.Outcome != "") {
		ps.add("outcome", Invalid, "is given when a grievance is settled, and only then", "say how it was settled, or leave it out")
	}
	if settled != (s.Satisfaction != "") {
		ps.add("satisfaction", Invalid, "is given when a grievance is settled, and only then", "say what the worker says of it, or leave it out")
	}
	if s.State.Ended() != (s.NextOn == "") {
		ps.add("nextOn", Invalid, "is given as long as a grievance is open, and only then", "give the day on which the worker hears next, or leave it out")
	} else if s.NextOn != "" {
		checkNext(s.NextOn, now, &ps)
	}
	return ps
}

// HeldGrievance is what is held under a grievance's token.
type HeldGrievance struct {
	Salt      string         `json:"salt"` // of the newest step
	Quarter   string         `json:"quarter"`
	State     GrievanceState `json:"state"`
	Grievance Grievance      `json:"grievance"` // handler and next date are the newest
	Steps     []HeldStep     `json:"steps"`
}

// HeldStep is one step that a grievance took.
type HeldStep struct {
	On           string         `json:"on"`
	State        GrievanceState `json:"state"`
	Outcome      string         `json:"outcome,omitempty"`
	Satisfaction string         `json:"satisfaction,omitempty"`
}
