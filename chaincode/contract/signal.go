package contract

import (
	"fmt"
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// raised gives a signal's record and what it was raised about: a facility, or a
// party that was screened. A screening that found nothing raised none.
func (t *transaction) raised(field string, signal provenance.SignalTarget) (provenance.Record, provenance.Ref, error) {
	ref := provenance.Ref(signal)
	if ref.Kind == provenance.KindScreening {
		s, record, err := statement[provenance.Screening](t.state, ref)
		switch {
		case err != nil:
			return provenance.Record{}, provenance.Ref{}, err
		case s.Result == provenance.ScreenNoMatch:
			return provenance.Record{}, provenance.Ref{}, refuse(field, provenance.WrongState, "found nothing", "leave it: nobody is in question")
		}
		return record, provenance.Ref(s.Subject), nil
	}
	o, record, err := statement[provenance.VesselObservation](t.state, ref)
	if err != nil {
		return provenance.Record{}, provenance.Ref{}, err
	}
	return record, facilityRef(o.Facility), nil
}

func (t *transaction) signalState(r provenance.Ref) (provenance.SignalState, error) {
	now, err := t.current(signalKey(r))
	if now.State == "" {
		return provenance.SignalRaised, err
	}
	return provenance.SignalState(now.State), err
}

// checkReply: whom a signal concerns explains it, until somebody has decided.
func (t *transaction) checkReply(e *entry, r *provenance.Reply) error {
	_, subject, err := t.raised("to.id", r.To)
	if err != nil {
		return err
	}
	switch concerned, err := t.concernedBy(subject); {
	case err != nil:
		return err
	case concerned == "" || concerned != t.caller.Party:
		return refuse("to.id", provenance.NoStanding, "does not concern your party", "leave the reply to whom it concerns")
	}
	return t.moveSignal(e, r.To, provenance.SignalExplained, subject)
}

// checkSignalStep: a signal's observer, or Oversight, looks into it and decides.
// That it holds, they find once whom it concerns has replied, or had its time.
func (t *transaction) checkSignalStep(e *entry, s *provenance.SignalStep) error {
	record, subject, err := t.raised("signal.id", s.Signal)
	if err != nil {
		return err
	}
	if !slices.Contains(t.caller.roles, provenance.RoleOversight) && !sameAuthor(record.By, t.caller.Author) {
		return refuse("signal.id", provenance.NoStanding, "is a signal of another observer", "leave it to them or to Oversight")
	}
	concerned, err := t.concernedBy(subject)
	if err != nil {
		return err
	}
	if err := t.unconcerned("signal.id", concerned); err != nil {
		return err
	}
	if s.State == provenance.SignalSupported {
		if err := t.heard(provenance.Ref(s.Signal), record); err != nil {
			return err
		}
	}
	return t.moveSignal(e, s.Signal, s.State, subject)
}

// heard refuses to support a signal whose operator has neither replied nor had
// the time to.
func (t *transaction) heard(signal provenance.Ref, record provenance.Record) error {
	now, err := t.signalState(signal)
	if err != nil || now == provenance.SignalExplained {
		return err
	}
	at, err := provenance.ParseInstant(record.At)
	if err != nil {
		return fmt.Errorf("reading a %s: its time is none", signal.Kind)
	}
	if t.now.Before(at.Add(provenance.ReplyTime)) {
		return refuse("state", provenance.WrongState, "comes before whom it concerns has replied or had thirty days to", "wait for the reply")
	}
	return nil
}

func (t *transaction) moveSignal(e *entry, signal provenance.SignalTarget, to provenance.SignalState, subject provenance.Ref) error {
	ref := provenance.Ref(signal)
	from, err := t.signalState(ref)
	if err != nil {
		return err
	}
	if !provenance.SignalMayMove(from, to) {
		field := "state"
		if to == provenance.SignalExplained {
			field = "to.id"
		}
		return refuse(field, provenance.WrongState, "cannot follow the state "+string(from)+" that the signal is in", "look at the signal again")
	}
	e.concerns(subject)
	return t.say(signalKey(ref), string(to), e.ref)
}
