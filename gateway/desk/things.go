package desk

import "github.com/fairlead/fairlead/chaincode/provenance"

// Inquiry is an inquiry with what only its staff know of it.
type Inquiry struct {
	ID      string             `json:"id"` // the name it is called by here, and its count's identifier
	State   State              `json:"state"`
	Content provenance.Inquiry `json:"content"`

	// What the worker's page tells.
	Handler string `json:"handler"` // party who sees to it
	Contact string `json:"contact"` // of that party, such as a number to call
	Closes  string `json:"closes"`  // last day for answers
	Hears   string `json:"hears"`   // when workers hear what came of it

	Closing *provenance.Closing     `json:"closing,omitempty"`
	Count   *provenance.AnswerCount `json:"count,omitempty"` // absent when too few answered
}

// State is where an inquiry stands.
type State string

// States of an inquiry. One that is Opening may or may not be held already: what
// is sent is kept first, so that no token is ever lost.
const (
	Opening   State = "OPENING"
	IsOpen    State = "OPEN"
	Closing   State = "CLOSING"
	Closed    State = "CLOSED"
	Published State = "PUBLISHED"
	Erased    State = "ERASED"
)

// Comparison is a comparison of terms with what only its staff know of it. Its
// states are those of an inquiry.
type Comparison struct {
	ID      string                        `json:"id"` // the name it is called by here, and its outcome's identifier
	State   State                         `json:"state"`
	Content provenance.Comparison         `json:"content"`
	Closing *provenance.ComparisonClosing `json:"closing,omitempty"`
	Outcome *provenance.TermsComparison   `json:"outcome,omitempty"` // absent when too few were compared
}

// Arrival is what a worker has now, until the relay has brought it to Workers'
// peer.
type Arrival struct {
	Comparison string               `json:"comparison"`
	Worker     int                  `json:"worker"` // its number in the book of terms
	Now        []provenance.TermNow `json:"now"`
}

// Running says whether a thing in this state still takes anything in.
func (s State) Running() bool { return s == Opening || s == IsOpen || s == Closing }

// Grievance is a grievance's name here and its token.
type Grievance struct {
	ID       string                    `json:"id"`
	Facility string                    `json:"facility"`
	Category string                    `json:"category"`
	Token    string                    `json:"token"`
	State    provenance.GrievanceState `json:"state"`
	Handler  string                    `json:"handler"`
	NextOn   string                    `json:"nextOn"`
}

// Quarter is a quarter's closing, whose seed leads to its counts.
type Quarter struct {
	Closing   provenance.QuarterClosing `json:"closing"`
	Published []provenance.SiteClosing  `json:"published"` // the counts that stand on the ledger
}
