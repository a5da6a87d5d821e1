package provenance

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

// SignalState is where a signal stands.
type SignalState string

// States of a signal.
const (
	SignalRaised SignalState = "SIGNAL" // nobody has looked at it yet
)

// Signals that records of lots give by themselves.
const (
	SignalCircle            = "CIRCLE"              // a lot went into what it was made of
	SignalOutputBeforeInput = "OUTPUT_BEFORE_INPUT" // something was made before what went into it
	SignalMoreOutThanIn     = "MORE_OUT_THAN_IN"    // more came out than the stated yield allows
)
