package provenance

import (
	"regexp"
	"time"
)

// EventError is an event stated once more by its author with the declaration
// that it was wrong, as EPCIS has it. The event counts for nothing from then
// on, as if it had been withdrawn; what is right is stated in other events.
// Its identifier is the event's own.
type EventError Event

// ErrorDeclaration says why an event is wrong, and which events say what is
// right; these may follow later.
type ErrorDeclaration struct {
	DeclarationTime    string   `json:"declarationTime" validate:"required,instant"`
	Reason             string   `json:"reason" validate:"required,oneof=did_not_occur incorrect_data"`
	CorrectiveEventIDs []string `json:"correctiveEventIDs,omitempty" validate:"max=20,unique,dive,max=120"`
}

type eventErrorDocument struct {
	Events []EventError `json:"events" validate:"required,min=1,max=500,dive"`
}

func (*EventError) Kind() Kind    { return KindEventError }
func (e *EventError) Key() string { return (*Event)(e).hash() }

// References: the event, which is the same but for the declaration.
func (e *EventError) References() []Reference {
	return []Reference{{Ref: Ref{KindEvent, e.Key()}, Subject: true}}
}

var validEventID = regexp.MustCompile(`^ni:///sha-256;[0-9a-f]{64}\?ver=CBV2\.0$`).MatchString

func (e *EventError) Check(now time.Time) []FieldProblem {
	ps := (*Event)(e).check(now)
	const field = "errorDeclaration"
	d := e.ErrorDeclaration
	if d == nil {
		ps.add(field, Invalid, "is missing", "say why the event is wrong, or record it as an event")
		return ps
	}
	if at, err := ParseInstant(d.DeclarationTime); err == nil && at.After(now.Add(5*time.Minute)) {
		ps.add(field+".declarationTime", InFuture, "lies in the future", "declare it once it is so")
	}
	if d.DeclarationTime < e.EventTime {
		ps.add(field+".declarationTime", Invalid, "is before the event", "correct the times")
	}
	for i, id := range d.CorrectiveEventIDs {
		at := index(field+".correctiveEventIDs", i)
		switch {
		case !validEventID(id):
			ps.add(at, Invalid, "is not an event's identifier", "write it as ni:///sha-256;{64 of 0-9 and a-f}?ver=CBV2.0")
		case id == e.Key():
			ps.add(at, Invalid, "is the event itself", "name the event that says what is right")
		}
	}
	return ps
}
