package contract

import (
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// checkWithdrawal: a party takes back what it stated itself. A withdrawal is
// about all that the record was about.
func (t *transaction) checkWithdrawal(e *entry, w *provenance.Withdrawal) error {
	target := provenance.Ref{Kind: w.Target.Kind, ID: w.Target.ID}
	h, err := t.record(target)
	if err != nil {
		return err
	}
	if !sameAuthor(h.record.By, t.caller.Author) {
		return refuse("target.id", provenance.NoStanding, "is a statement of another party", "ask that party, or state your own view beside it")
	}
	e.concerns(h.record.About...)
	if err := t.put(endedKey(target), []byte(w.ID)); err != nil {
		return err
	}
	if err := t.standAgain(h.record); err != nil {
		return err
	}
	return t.takenBack(target)
}

// standAgain lets count again what a withdrawn record had taken the place of.
func (t *transaction) standAgain(withdrawn provenance.Record) error {
	former, ok := withdrawn.Replaces()
	if !ok {
		return nil
	}
	return t.put(endedKey(former), []byte(countsAgain))
}

// takenBack lets hold again what a withdrawn record had changed, or refuses
// where others rely on it.
func (t *transaction) takenBack(target provenance.Ref) error {
	switch target.Kind {
	case provenance.KindFacilityAmendment:
		return takeBack(t, target, t.takeBackAmendment)
	case provenance.KindCorrectiveAction:
		return takeBack(t, target, t.takeBackAction)
	case provenance.KindFindingStep:
		return takeBack(t, target, t.takeBackStep)
	case provenance.KindFindingExtension:
		return takeBack(t, target, func(_ provenance.Ref, x *provenance.FindingExtension) error {
			return t.restore(dueKey(x.Audit, x.Finding))
		})
	case provenance.KindReply:
		return takeBack(t, target, t.takeBackReply)
	case provenance.KindCohort:
		return t.unspoken(target.ID)
	}
	return nil
}

func takeBack[T any](t *transaction, target provenance.Ref, by func(provenance.Ref, *T) error) error {
	st, _, err := statement[T](t.state, target)
	if err != nil {
		return err
	}
	return by(target, st)
}

// takeBackAmendment: whoever takes back what not everybody may say of a facility
// may still say it, and no number comes back that another has now.
func (t *transaction) takeBackAmendment(target provenance.Ref, a *provenance.FacilityAmendment) error {
	if len(a.Reserved()) > 0 && t.caller.Org != provenance.Oversight {
		switch part, err := t.hasPart(a.Facility); {
		case err != nil:
			return err
		case !part:
			return refuse("target.id", provenance.NoStanding, "is about a site that your party neither runs nor registered any more", "ask its operator to amend it")
		}
	}
	now, err := t.current(operatorKey(a.Facility))
	if err != nil {
		return err
	}
	if now.By == target {
		if err := t.mayName("target.id", a.Facility); err != nil {
			return err
		}
		if err := t.restore(operatorKey(a.Facility)); err != nil {
			return err
		}
	}
	if err := t.takeBackNumbers(target, a); err != nil {
		return err
	}
	return t.restore(hullKey(a.Facility))
}

// takeBackNumbers: numbers that were given are free again, those that were taken
// away are the facility's again.
func (t *transaction) takeBackNumbers(target provenance.Ref, a *provenance.FacilityAmendment) error {
	for _, id := range a.RemovedIdentifiers {
		if !id.Strong() {
			continue
		}
		switch now, err := t.current(identifierKey(id)); {
		case err != nil:
			return err
		case now.State != "" && now.State != a.Facility:
			return refuse("target.id", provenance.WrongState, "took a number away that another facility has now", "have it taken from that one first")
		}
		if id.Scheme != provenance.IMO {
			continue
		}
		switch hull, err := t.current(hullKey(a.Facility)); {
		case err != nil:
			return err
		case hull.By != target && hull.State != "" && hull.State != id.Value:
			return refuse("target.id", provenance.WrongState, "took a hull's number away, and the vessel has another now", "have that one taken away first")
		}
	}
	for _, list := range [][]provenance.Identifier{a.Identifiers, a.RemovedIdentifiers} {
		for _, k := range strongKeys(list) {
			if err := t.restore(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeBackAction: a site takes back what it proposed until an auditor agreed to
// it. A finding that is where only the proposal brought it goes back.
func (t *transaction) takeBackAction(_ provenance.Ref, c *provenance.CorrectiveAction) error {
	now, err := t.findingState(c.Audit, c.Finding)
	if err != nil {
		return err
	}
	switch now {
	case provenance.FindingOpen, provenance.FindingProposed, provenance.FindingDisputed, provenance.FindingReopened:
		return t.restore(findingKey(c.Audit, c.Finding))
	}
	return refuse("target.id", provenance.WrongState, "is for a finding that has gone on from what was proposed", "say what came of it by the finding's next step")
}

// takeBackStep: only where a finding stands now is taken back, for what followed
// rests on the step.
func (t *transaction) takeBackStep(target provenance.Ref, s *provenance.FindingStep) error {
	switch now, err := t.current(findingKey(s.Audit, s.Finding)); {
	case err != nil:
		return err
	case now.By != target:
		return refuse("target.id", provenance.WrongState, "is not where the finding stands now", "take the step that follows from there")
	}
	if err := t.restore(closingKey(s.Audit, s.Finding)); err != nil {
		return err
	}
	return t.restore(findingKey(s.Audit, s.Finding))
}

// takeBackReply: what was said to a signal is taken back until somebody decided
// on it.
func (t *transaction) takeBackReply(target provenance.Ref, r *provenance.Reply) error {
	signal := provenance.Ref(r.To)
	switch now, err := t.current(signalKey(signal)); {
	case err != nil:
		return err
	case now.By != target:
		return refuse("target.id", provenance.WrongState, "is a reply to a signal that was decided on", "leave it, for the decision may rest on it")
	}
	return t.restore(signalKey(signal))
}

// spoke notes that something was stated about a cohort.
func (t *transaction) spoke(cohort *provenance.Cohort) error {
	return t.put(spokenKey(cohort.ID), []byte("x"))
}

// unspoken refuses to take back a cohort that others have spoken of: their
// statements would be about nobody.
func (t *transaction) unspoken(cohort string) error {
	spoken, err := t.has(spokenKey(cohort))
	if err != nil {
		return fmt.Errorf("looking for what was said of a cohort: %w", err)
	}
	if spoken {
		return refuse("target.id", provenance.WrongState, "is a cohort about which something was stated", "leave it, and withdraw what you stated about it")
	}
	return nil
}
