package contract

import (
	"errors"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// makerKeys are those of the events that made what an event makes, when there
// are any.
func (t *transaction) makerKeys(event *provenance.Event) ([]key, error) {
	var keys []key
	for _, m := range event.Makings() {
		maker, err := t.get(madeKey(m.Ref))
		if err != nil {
			return nil, err
		}
		if maker == nil {
			continue
		}
		ref := eventRef(string(maker))
		keys = append(keys, endedKey(ref))
		if m.Stated() {
			keys = append(keys, recordKey(ref))
		}
	}
	return keys, nil
}

func eventRef(id string) provenance.Ref { return provenance.Ref{Kind: provenance.KindEvent, ID: id} }

// maker gives the event that stands and made a lot or piece, empty for none.
func (t *transaction) maker(r provenance.Ref) (string, error) {
	event, err := t.get(madeKey(r))
	if event == nil || err != nil {
		return "", err
	}
	if t.making[string(event)] != nil {
		return string(event), nil
	}
	withdrawn, err := t.ended(eventRef(string(event)))
	if withdrawn || err != nil {
		return "", err
	}
	return string(event), nil
}

// make notes which event made what comes to be. That happens once, or again
// when the event that did was withdrawn; but a lot may get further pieces.
func (t *transaction) make(e *entry, event *provenance.Event) error {
	t.making[e.ref.ID] = e
	var found problems
	for _, m := range event.Makings() {
		e.concerns(m.Ref)
		maker, err := t.maker(m.Ref)
		switch {
		case err != nil:
			return err
		case maker == "":
			if err := t.put(madeKey(m.Ref), []byte(e.ref.ID)); err != nil {
				return err
			}
		case !m.Stated():
			found.add(m.Field(), provenance.Conflict, "was made in another event", "give the new one its own number")
		default:
			switch mine, err := t.sameMaking(e, maker); {
			case err != nil:
				return err
			case !mine:
				found.add(m.Field(), provenance.NoStanding, "is a lot made by another party or elsewhere", "give your pieces a lot number of your own")
			}
		}
	}
	return found.refusal()
}

// sameMaking says whether an event comes from the party, and happened at the
// place, of another, which made the lot that both are about.
func (t *transaction) sameMaking(e *entry, maker string) (bool, error) {
	place := e.about[0] // the facility, see checkEvent
	if former := t.making[maker]; former != nil {
		return former.about[0] == place, nil
	}
	h, err := t.record(eventRef(maker))
	if err != nil {
		return false, err
	}
	if h == nil {
		return false, errors.New("reading the event that made a lot: there is none")
	}
	if !sameAuthor(h.record.By, t.caller.Author) {
		return false, nil
	}
	return t.isAbout(h.record, place)
}
