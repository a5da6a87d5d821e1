package contract

import (
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// holder gives the facility that has a strong identifier, empty for none.
func (t *transaction) holder(id provenance.Identifier) (string, error) {
	now, err := t.current(identifierKey(id))
	return now.State, err
}

// takeIdentifiers gives a facility its strong identifiers, unless another has
// them. Two that were merged count as one.
func (t *transaction) takeIdentifiers(e *entry, facility string, list []provenance.Identifier) error {
	var found problems
	for i, id := range list {
		if !id.Strong() {
			continue
		}
		holder, err := t.holder(id)
		if err != nil {
			return err
		}
		if holder == "" || holder == facility { // of two that gave it, one may be withdrawn
			if err := t.say(identifierKey(id), facility, e.ref); err != nil {
				return err
			}
			continue
		}
		if holder, err = t.resolve(holder); err != nil {
			return err
		}
		if holder != facility {
			found.add(fmt.Sprintf("identifiers[%d].value", i), provenance.Conflict, belongsTo(holder), "use that one, or correct the number")
		}
	}
	return found.refusal()
}

func (t *transaction) releaseIdentifiers(e *entry, facility string, list []provenance.Identifier) error {
	var found problems
	for i, id := range list {
		if !id.Strong() {
			continue
		}
		switch holder, err := t.holder(id); {
		case err != nil:
			return err
		case holder != facility:
			found.add(fmt.Sprintf("removedIdentifiers[%d].value", i), provenance.UnknownReference, "is no number of this facility", "correct it, or leave it out")
			continue
		}
		if err := t.say(identifierKey(id), "", e.ref); err != nil {
			return err
		}
	}
	return found.refusal()
}

// checkAmendment: brands and auditors say what they learned of any site,
// suppliers of those they run or registered. What a site is called, its flag,
// numbers and operator are for its operator, for who registered it, and for
// Oversight.
func (t *transaction) checkAmendment(e *entry, a *provenance.FacilityAmendment) error {
	part, err := t.hasPart(a.Facility)
	if err != nil {
		return err
	}
	if !part && t.caller.Org == provenance.Suppliers {
		return refuse("facility", provenance.NoStanding, "is a site that your party neither runs nor registered", "ask its operator, or claim the site")
	}
	facility, err := t.facility(a.Facility)
	if err != nil {
		return err
	}
	found := problems(a.CheckFor(facility))
	if !part && t.caller.Org != provenance.Oversight {
		for _, field := range a.Reserved() {
			found.add(field, provenance.NoStanding, "is for the site's operator, for who registered it, or for Oversight", "leave it out, or ask them")
		}
	}
	if err := found.refusal(); err != nil {
		return err
	}
	if err := t.releaseIdentifiers(e, a.Facility, a.RemovedIdentifiers); err != nil {
		return err
	}
	if err := t.oneHull(e, facility, a); err != nil {
		return err
	}
	if err := t.takeIdentifiers(e, a.Facility, a.Identifiers); err != nil {
		return err
	}
	return t.amendOperator(e, a)
}

// hull gives the IMO number of a vessel, empty for none.
func (t *transaction) hull(vessel *provenance.Facility) (string, error) {
	now, err := t.current(hullKey(vessel.ID))
	if now.By.ID != "" || err != nil {
		return now.State, err
	}
	for _, id := range vessel.Identifiers {
		if id.Scheme == provenance.IMO {
			return id.Value, nil
		}
	}
	return "", nil
}

// oneHull: a vessel with a hull's number gets no other before that one is taken
// from it.
func (t *transaction) oneHull(e *entry, vessel *provenance.Facility, a *provenance.FacilityAmendment) error {
	now, err := t.hull(vessel)
	if err != nil {
		return err
	}
	said := now
	for _, id := range a.RemovedIdentifiers {
		if id.Scheme == provenance.IMO && id.Value == now {
			said = ""
		}
	}
	for i, id := range a.Identifiers {
		if id.Scheme != provenance.IMO || id.Value == said {
			continue
		}
		if said != "" {
			return refuse(fmt.Sprintf("identifiers[%d].value", i), provenance.WrongState, "is a second hull number of one vessel", "remove the wrong one, or register the other vessel")
		}
		said = id.Value
	}
	if said == now {
		return nil
	}
	return t.say(hullKey(vessel.ID), said, e.ref)
}

func (t *transaction) amendOperator(e *entry, a *provenance.FacilityAmendment) error {
	field := "operator"
	switch {
	case a.NoOperator:
		field = "noOperator"
	case a.Operator == "":
		return nil
	}
	if err := t.mayName(field, a.Facility); err != nil {
		return err
	}
	now, err := t.operator(a.Facility)
	switch {
	case err != nil:
		return err
	case now.Party == a.Operator:
		return refuse(field, provenance.WrongState, "is what the ledger holds already", "leave it out")
	case t.caller.Org == provenance.Suppliers && now.Party != t.caller.Party && a.Operator != t.caller.Party:
		return refuse(field, provenance.NoStanding, "is another party", "speak for your own party, or leave it out")
	}
	return t.say(operatorKey(a.Facility), a.Operator, e.ref)
}

// checkFacilityStatus: who runs or registered a site says that it closed or
// opened again, and so do auditors without a stake in it, Workers and Oversight.
func (t *transaction) checkFacilityStatus(s *provenance.FacilityStatus) error {
	if t.caller.Org == provenance.Suppliers || t.caller.Org == provenance.Brands {
		switch part, err := t.hasPart(s.Facility); {
		case err != nil:
			return err
		case !part:
			return refuse("facility", provenance.NoStanding, "is a site that your party neither runs nor registered", "ask its operator")
		}
	}
	return t.disinterested("facility", s.Facility)
}
