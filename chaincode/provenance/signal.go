package provenance

import (
	"slices"
	"time"
)

// SignalLine is something that gives cause to look closer at a site. It is no
// finding: nobody has established that anything is wrong. Equal signals of one
// month are told together.
type SignalLine struct {
	Type     string      `json:"type"`
	Site     Name        `json:"site"`
	Month    string      `json:"month"`
	State    SignalState `json:"state"`
	Answered bool        `json:"answered"` // the site's operator replied
	Number   int         `json:"number"`
}

// Signals that records of lots give by themselves. Others carry the type of
// their observation, or come of screenings.
const (
	SignalCircle            = "CIRCLE"              // a lot went into what it was made of
	SignalOutputBeforeInput = "OUTPUT_BEFORE_INPUT" // something was made before what went into it
	SignalMoreOutThanIn     = "MORE_OUT_THAN_IN"    // more came out than the stated yield allows
	SignalListed            = "LISTED"              // on a list, by a screening
	SignalPerhapsListed     = "PERHAPS_LISTED"      // perhaps on a list
)

// SignalState is where a signal stands.
type SignalState string

// States of a signal.
const (
	SignalRaised    SignalState = "SIGNAL"       // nobody has looked at it yet
	SignalReviewed  SignalState = "UNDER_REVIEW" // its observer or Oversight is looking into it
	SignalExplained SignalState = "EXPLAINED"    // the operator gave its explanation, nobody has decided yet
	SignalSupported SignalState = "SUPPORTED"    // it holds, the operator having been heard or had its time
	SignalRejected  SignalState = "REJECTED"     // it does not hold
)

// ReplyTime is how long an operator who does not reply has before a signal can
// be found supported.
const ReplyTime = 30 * 24 * time.Hour

var signalMoves = map[SignalState][]SignalState{
	SignalRaised:    {SignalReviewed, SignalExplained, SignalSupported, SignalRejected},
	SignalReviewed:  {SignalExplained, SignalSupported, SignalRejected},
	SignalExplained: {SignalSupported, SignalRejected},
}

// SignalMayMove says whether a signal may go from one state to another. That
// SUPPORTED takes a reply or ReplyTime, only the ledger can tell.
func SignalMayMove(from, to SignalState) bool { return slices.Contains(signalMoves[from], to) }

// SignalTarget names what a reply or decision is about.
type SignalTarget struct {
	Kind Kind   `json:"kind" validate:"required,oneof=observation screening"`
	ID   string `json:"id" validate:"required,id"`
}

// Reply is what the operator of a site, or a party that was screened, says to a
// signal about it.
type Reply struct {
	ID       string       `json:"id" validate:"required,id"`
	To       SignalTarget `json:"to"`
	Reason   string       `json:"reason" validate:"required,oneof=TECHNICAL_FAILURE WEATHER PIRACY_RISK AUTHORISED RESCUE_OR_MEDICAL REPAIR SUPPLY_AT_SEA WRONG_VESSEL WRONG_DATA NOT_ON_THE_LIST OTHER"`
	Evidence []Evidence   `json:"evidence,omitempty" validate:"max=20,dive"`
	On       string       `json:"on" validate:"required,date"`
}

func (*Reply) Kind() Kind    { return KindReply }
func (r *Reply) Key() string { return r.ID }

func (r *Reply) References() []Reference {
	return []Reference{{Field: "to.id", Ref: Ref(r.To), Subject: true}}
}

func (r *Reply) Check(now time.Time) []FieldProblem { return checkOn(r.On, now) }

// SignalStep is what a signal's observer, or Oversight, decides on it.
type SignalStep struct {
	ID     string       `json:"id" validate:"required,id"`
	Signal SignalTarget `json:"signal"`
	State  SignalState  `json:"state" validate:"required,oneof=UNDER_REVIEW SUPPORTED REJECTED"`
	Reason string       `json:"reason" validate:"required,oneof=MORE_DATA_ASKED CONFIRMED_BY_ANOTHER_SOURCE EXPLANATION_ACCEPTED EXPLANATION_REFUTED NO_EXPLANATION DATA_WAS_WRONG"`
	On     string       `json:"on" validate:"required,date"`
}

func (*SignalStep) Kind() Kind    { return KindSignalStep }
func (s *SignalStep) Key() string { return s.ID }

func (s *SignalStep) References() []Reference {
	return []Reference{{Field: "signal.id", Ref: Ref(s.Signal), Subject: true}}
}

func (s *SignalStep) Check(now time.Time) []FieldProblem { return checkOn(s.On, now) }

func checkOn(on string, now time.Time) []FieldProblem {
	var ps problems
	if afterToday(on, now) {
		ps.add("on", InFuture, "lies in the future", "state what has happened")
	}
	return ps
}
