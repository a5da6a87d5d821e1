package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// operating is the party that runs a facility, empty when nobody is known to,
// and the record that said so.
type operating struct {
	Party string
	By    provenance.Ref
}

// operator gives who runs a facility now, or the one into which it was merged.
// Until somebody says otherwise it is the party of the registration.
func (t *transaction) operator(facility string) (operating, error) {
	id, err := t.resolve(facility)
	if err != nil {
		return operating{}, err
	}
	now, err := t.current(operatorKey(id))
	if err != nil {
		return operating{}, err
	}
	if now.By.ID != "" {
		return operating{Party: now.State, By: now.By}, nil
	}
	f, err := t.facility(id)
	if err != nil {
		return operating{}, err
	}
	return operating{Party: f.Operator, By: facilityRef(id)}, nil
}

// runs says whether the caller's party is a facility's operator.
func (t *transaction) runs(facility string) (bool, error) {
	now, err := t.operator(facility)
	return err == nil && now.Party != "" && now.Party == t.caller.Party, err
}

// registered says whether the caller's party registered a facility.
func (t *transaction) registered(facility string) (bool, error) {
	_, record, err := statement[provenance.Facility](t.state, facilityRef(facility))
	return err == nil && sameAuthor(record.By, t.caller.Author), err
}

// hasPart says whether the caller's party runs a facility or registered it.
func (t *transaction) hasPart(facility string) (bool, error) {
	if runs, err := t.runs(facility); runs || err != nil {
		return runs, err
	}
	return t.registered(facility)
}

// mayName refuses, at a field, a caller who may not say who runs a facility:
// that is for its operator and for Oversight, and for the party that registered
// it as long as no other named an operator.
func (t *transaction) mayName(field, facility string) error {
	if t.caller.Org == provenance.Oversight {
		return nil
	}
	now, err := t.operator(facility)
	if err != nil {
		return err
	}
	if now.Party == t.caller.Party {
		return nil
	}
	registered, err := t.registered(facility)
	if err != nil {
		return err
	}
	if registered {
		by, err := t.record(now.By)
		if err != nil {
			return err
		}
		if now.Party == "" || sameAuthor(by.record.By, t.caller.Author) {
			return nil
		}
	}
	return refuse(field, provenance.NoStanding, "is for the site's operator to say, or for Oversight", "ask them")
}
