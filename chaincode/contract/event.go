package contract

import (
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// eventKeys are those of an event's lots and of its place, when that is named
// by a GLN.
func eventKeys(e *provenance.Event) []key {
	var keys []key
	if id, gln, ok := e.BizLocation.Facility(); ok && id == "" {
		keys = append(keys, identifierKey(gln))
	}
	for _, lot := range e.Makes() {
		keys = append(keys, madeKey(lot))
	}
	return keys
}

// foreseeSites reads the facilities to which the events' GLNs lead.
func (t *transaction) foreseeSites(entries []*entry) error {
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
		}
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
	holder, err := t.get(identifierKey(gln))
	return string(holder), err
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
	facility, err := t.facility(id)
	if err != nil {
		return err
	}
	if t.caller.Org == provenance.Suppliers && facility.Operator != t.caller.Party {
		return refuse(place, provenance.NoStanding, "is a site that your party does not operate", "ask its operator to record the event")
	}
	e.concerns(facilityRef(id))
	if err := t.makeLots(e, event); err != nil {
		return err
	}
	for _, lot := range event.Sees() {
		e.concerns(lot.Ref())
	}
	return nil
}

func (t *transaction) makeLots(e *entry, event *provenance.Event) error {
	list := "outputQuantityList"
	if event.Type == provenance.ObjectEvent {
		list = "quantityList"
	}
	var found problems
	for i, lot := range event.Makes() {
		switch made, err := t.made(lot); {
		case err != nil:
			return err
		case made:
			found.add(fmt.Sprintf("%s[%d].epcClass", list, i), provenance.Conflict, "was made in another event", "give the new lot its own number")
			continue
		}
		if err := t.put(madeKey(lot), []byte(e.ref.ID)); err != nil {
			return err
		}
		e.concerns(lot.Ref())
	}
	return found.refusal()
}

// made says whether an event that stands makes the lot.
func (t *transaction) made(lot provenance.Lot) (bool, error) {
	event, err := t.get(madeKey(lot))
	if event == nil || err != nil {
		return false, err
	}
	withdrawn, err := t.ended(provenance.Ref{Kind: provenance.KindEvent, ID: string(event)})
	return !withdrawn, err
}
