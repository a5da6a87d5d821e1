package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// How far back a new lot's ancestors are looked up. What lies beyond is
// accepted, and History tells of the circle.
const (
	ancestryTiers = 8
	ancestryLots  = 200
)

// use notes what went into an event. It reads nothing, so that a lot may be
// made and used at the same time.
func (t *transaction) use(e *entry, event *provenance.Event) error {
	for _, ref := range event.Uses() {
		if err := t.put(usedKey(ref), []byte(e.ref.ID)); err != nil {
			return err
		}
	}
	return nil
}

// checkAncestry refuses to make something of itself by way of other lots. Only
// what was used before it is made can be, so that nothing is looked up of lots
// which are recorded in the order in which they come to be.
func (t *transaction) checkAncestry(event *provenance.Event) error {
	uses := event.Uses()
	if len(uses) == 0 {
		return nil
	}
	suspects := map[provenance.Ref]provenance.Making{}
	for _, m := range event.Makings() {
		switch used, err := t.has(usedKey(m.Ref)); {
		case err != nil:
			return err
		case used:
			suspects[m.Ref] = m
		}
	}
	if len(suspects) == 0 {
		return nil
	}
	met := map[provenance.Ref]bool{}
	for tier := 0; tier < ancestryTiers && len(uses) > 0; tier++ {
		var fresh []provenance.Ref
		for _, ref := range uses {
			if m, circle := suspects[ref]; circle {
				return refuse(m.Field(), provenance.Conflict, "is something that its own inputs were made of", "correct the lots that went in, or give the new one its own number")
			}
			if !met[ref] && len(met) < ancestryLots {
				met[ref] = true
				fresh = append(fresh, ref)
			}
		}
		var err error
		if uses, err = t.inputs(fresh); err != nil {
			return err
		}
	}
	return nil
}

// inputs gives what went into the events that made some lots and pieces, in two
// questions to the ledger.
func (t *transaction) inputs(of []provenance.Ref) ([]provenance.Ref, error) {
	keys := make([]key, len(of))
	for i, ref := range of {
		keys[i] = madeKey(ref)
	}
	if err := t.load(keys...); err != nil {
		return nil, err
	}
	var makers []string
	keys = keys[:0]
	asked := map[string]bool{}
	for _, ref := range of {
		maker, err := t.get(madeKey(ref))
		if err != nil {
			return nil, err
		}
		if id := string(maker); id != "" && !asked[id] {
			asked[id] = true
			makers = append(makers, id)
			if t.making[id] == nil {
				keys = append(keys, recordKey(eventRef(id)), endedKey(eventRef(id)))
			}
		}
	}
	if err := t.load(keys...); err != nil {
		return nil, err
	}
	var uses []provenance.Ref
	for _, id := range makers {
		event, err := t.standingEvent(id)
		if err != nil {
			return nil, err
		}
		if event != nil {
			uses = append(uses, event.Uses()...)
		}
	}
	return uses, nil
}

// standingEvent gives an event of the ledger or of this document, nil when it
// was withdrawn.
func (t *transaction) standingEvent(id string) (*provenance.Event, error) {
	if e := t.making[id]; e != nil {
		event, _ := e.Statement.(*provenance.Event)
		return event, nil
	}
	switch ended, err := t.ended(eventRef(id)); {
	case err != nil:
		return nil, err
	case ended:
		return nil, nil
	}
	event, _, err := statement[provenance.Event](t.state, eventRef(id))
	return event, err
}
