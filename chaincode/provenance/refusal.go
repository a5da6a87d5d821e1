package provenance

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Code says in one word why something was refused. Codes are part of the
// interface: none is ever renamed or reused.
type Code string

// The codes of refusals.
const (
	Invalid            Code = "invalid"              // the document breaks a rule of form or meaning; see Fields
	TooLarge           Code = "too_large"            // the document is bigger than a transaction may be
	UnknownReference   Code = "unknown_reference"    // it names something the ledger does not hold
	Conflict           Code = "conflict"             // the identifier is taken by another statement
	NoStanding         Code = "no_standing"          // the caller may not state this, or not now
	ConflictOfInterest Code = "conflict_of_interest" // the caller has a stake in the site
	BelowK             Code = "below_k"              // a group so small that it would point at people
	InFuture           Code = "in_future"            // it tells of something that has not happened yet
	WrongState         Code = "wrong_state"          // what it continues has moved on or has ended
	NoQuorum           Code = "no_quorum"            // too few workers said so themselves
	NotFound           Code = "not_found"            // a question about something the ledger does not hold
)

// FieldProblem names one field at fault, what is wrong and what to do. It never
// repeats the value.
type FieldProblem struct {
	Field   string `json:"field"` // path such as findings[0].dueOn; empty for the whole document
	Code    Code   `json:"code"`
	Problem string `json:"problem"`
	Remedy  string `json:"remedy"`
}

// Refusal is the ledger's considered no: nothing was written. Any other error
// is a fault, after which the outcome may be unknown.
type Refusal struct {
	Code    Code           `json:"code"`
	Message string         `json:"message"`
	Fields  []FieldProblem `json:"fields,omitempty"`
}

func (r *Refusal) Error() string { return string(r.Code) + ": " + r.Message }

func refuse(code Code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Refuse makes a refusal that no single field explains.
func Refuse(code Code, message string) *Refusal { return &Refusal{Code: code, Message: message} }

// RefuseField makes a refusal of one field.
func RefuseField(field string, code Code, problem, remedy string) *Refusal {
	return RefuseFields([]FieldProblem{{Field: field, Code: code, Problem: problem, Remedy: remedy}})
}

func invalidField(field, problem, remedy string) *Refusal {
	return RefuseField(field, Invalid, problem, remedy)
}

// RefuseFields makes a refusal of one or more fields. It carries the code they
// share, or Invalid; of very many, the first fifty are kept.
func RefuseFields(problems []FieldProblem) *Refusal {
	const most = 50
	first := problems[0]
	r := &Refusal{Code: first.Code, Fields: problems}
	for _, p := range problems {
		if p.Code != r.Code {
			r.Code = Invalid
		}
	}
	subject := first.Field
	if subject == "" {
		subject = "the document"
	}
	r.Message = subject + " " + first.Problem + ": " + first.Remedy
	if more := len(problems) - 1; more > 0 {
		r.Message += fmt.Sprintf(" (and %d more)", more)
	}
	if len(r.Fields) > most {
		r.Fields = r.Fields[:most]
	}
	return r
}

// Fabric carries a refusal as text between texts of its own, so it is marked.
const refusalMark = "fairlead-refusal:"

// EncodeRefusal is the text in which a refusal leaves the chaincode.
func EncodeRefusal(r *Refusal) string {
	text, err := json.Marshal(r)
	if err != nil { // strings always encode
		text = []byte(`{"code":"invalid","message":"refused"}`)
	}
	return refusalMark + string(text)
}

// ParseRefusal finds a refusal in the text of a Fabric error, wherever in it
// the mark stands and however often. It reports false for any other text, and for
// one that does not say why.
func ParseRefusal(text string) (*Refusal, bool) {
	for {
		_, after, found := strings.Cut(text, refusalMark)
		if !found {
			return nil, false
		}
		var r Refusal
		if json.NewDecoder(strings.NewReader(after)).Decode(&r) == nil && r.Code != "" && r.Message != "" {
			return &r, true
		}
		text = after
	}
}

// AsRefusal reports whether err is, or wraps, a refusal.
func AsRefusal(err error) (*Refusal, bool) {
	var r *Refusal
	ok := errors.As(err, &r)
	return r, ok
}
