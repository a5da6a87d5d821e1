package contract

import (
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

func subjectOf(s *provenance.Standing) provenance.Ref {
	return provenance.Ref{Kind: s.Subject.Kind, ID: s.Subject.ID}
}

// standing gives what a member or accreditation may do now; its State is empty
// when nothing was ever changed.
func (s *state) standing(r provenance.Ref) (current, error) { return s.current(standingKey(r)) }

// checkStanding: an organisation's registrar decides on its members and on the
// devices that it registered, Oversight on accreditations and on all devices.
// Revocation is for good.
func (t *transaction) checkStanding(s *provenance.Standing) error {
	subject := subjectOf(s)
	if err := t.mayDecideOn(subject); err != nil {
		return err
	}
	now, err := t.standing(subject)
	switch {
	case err != nil:
		return err
	case now.State == provenance.Revoked:
		return refuse("subject.id", provenance.WrongState, "is revoked, which is for good", "enrol or accredit anew")
	case s.State == provenance.Restored && now.State != provenance.Suspended:
		return refuse("state", provenance.WrongState, "restores what is not suspended", "leave it: it is in good standing")
	}
	return t.putCurrent(standingKey(subject), current{State: s.State, By: provenance.Ref{Kind: s.Kind(), ID: s.ID}})
}

func (t *transaction) mayDecideOn(subject provenance.Ref) error {
	if subject.Kind == provenance.KindAccreditation {
		if t.caller.Org != provenance.Oversight {
			return refuse("subject.kind", provenance.NoStanding, "is for Oversight to decide on", "ask Oversight")
		}
		return nil
	}
	h, err := t.record(subject)
	if err != nil {
		return err
	}
	if subject.Kind == provenance.KindDevice && t.caller.Org == provenance.Oversight {
		return nil
	}
	if h.record.By.Org != t.caller.Org || !slices.Contains(t.caller.roles, provenance.RoleRegistrar) {
		return refuse("subject.id", provenance.NoStanding, "is for the registrar of the organisation that recorded it to decide on", "ask them")
	}
	return nil
}
