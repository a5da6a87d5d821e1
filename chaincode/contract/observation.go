package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// checkObservation: an accredited observer without a stake watches a vessel.
func (t *transaction) checkObservation(e *entry, o *provenance.VesselObservation) error {
	if err := t.checkAccredited(o.Accreditation, t.caller.Party, provenance.SchemeObservation); err != nil {
		return err
	}
	vessel, err := t.facility(o.Facility)
	if err != nil {
		return err
	}
	if vessel.FacilityKind != provenance.Vessel {
		return refuse("facility", provenance.Invalid, "is no vessel", "name a vessel")
	}
	operator, err := t.operator(o.Facility)
	if err != nil {
		return err
	}
	if err := t.unconcerned("facility", operator.Party); err != nil {
		return err
	}
	return t.supersede(e, o.Supersedes, facilityRef(o.Facility))
}

// checkScreening: an accredited observer without a stake looks for a facility or
// a party in a list.
func (t *transaction) checkScreening(e *entry, s *provenance.Screening) error {
	if err := t.checkAccredited(s.Accreditation, t.caller.Party, provenance.SchemeObservation); err != nil {
		return err
	}
	concerned, err := t.concernedBy(provenance.Ref(s.Subject))
	if err != nil {
		return err
	}
	if err := t.unconcerned("subject.id", concerned); err != nil {
		return err
	}
	return t.supersede(e, s.Supersedes, provenance.Ref(s.Subject))
}

// concernedBy gives the party whom something about a party, or about a facility,
// concerns: itself, or the operator. Empty when nobody is known to operate it.
func (t *transaction) concernedBy(subject provenance.Ref) (string, error) {
	if subject.Kind == provenance.KindParty {
		return subject.ID, nil
	}
	operator, err := t.operator(subject.ID)
	return operator.Party, err
}
