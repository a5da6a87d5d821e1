package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// eventKeys are those of what an event makes, and of its place, when
// that is named by a GLN.
func eventKeys(e *provenance.Event) []key {
	var keys []key
	if id, gln, ok := e.BizLocation.Facility(); ok && id == "" {
		keys = append(keys, identifierKey(gln))
	}
	transforms := len(e.Uses()) > 0
	for _, ref := range e.Makes() {
		keys = append(keys, madeKey(ref))
		if transforms {
			keys = append(keys, usedKey(ref))
		}
	}
	return keys
}

// foreseeEvents reads what the keys of events lead to: the facilities of their
// GLNs, and the events that made what they make.
func (t *transaction) foreseeEvents(entries []*entry) error {
	var keys []key
	for _, e := range entries {
		event, ok := e.Statement.(*provenance.Event)
		if !ok {
			continue
		}
		id, err := t.site(event)
		if err != nil {
			return err
		}
		if id != "" {
			keys = append(keys, recordKey(facilityRef(id)))
			keys = append(keys, nowKeys(id)...)
		}
		makers, err := t.makerKeys(event)
		if err != nil {
			return err
		}
		keys = append(keys, makers...)
	}
	return t.load(keys...)
}

// site gives the facility where an event happened, empty for a GLN that no
// facility has.
func (t *transaction) site(e *provenance.Event) (string, error) {
	id, gln, _ := e.BizLocation.Facility()
	if id != "" {
		return id, nil
	}
	return t.holder(gln)
}

// checkEvent: a supplier records what happens at the sites it operates, and a
// lot is made once, or again when the event that made it was withdrawn.
func (t *transaction) checkEvent(e *entry, event *provenance.Event) error {
	const place = "bizLocation.id"
	id, err := t.site(event)
	if err != nil {
		return err
	}
	if id == "" {
		return refuse(place, provenance.UnknownReference, "is a GLN that no facility has", "register the facility first, or correct the number")
	}
	switch runs, err := t.runs(id); {
	case err != nil:
		return err
	case !runs && t.caller.Org == provenance.Suppliers:
		return refuse(place, provenance.NoStanding, "is a site that your party does not operate", "ask its operator to record the event")
	}
	e.concerns(facilityRef(id))
	if err := t.make(e, event); err != nil {
		return err
	}
	if err := t.checkAncestry(event); err != nil {
		return err
	}
	if err := t.use(e, event); err != nil {
		return err
	}
	e.concerns(event.Sees()...)
	return nil
}
