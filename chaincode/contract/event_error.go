package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// checkEventError: a party declares its own events wrong. The declaration is
// about all that the event was about, and ends it.
func (t *transaction) checkEventError(e *entry, event *provenance.EventError) error {
	ref := eventRef(event.Key())
	h, err := t.record(ref)
	if err != nil {
		return err
	}
	if !sameAuthor(h.record.By, t.caller.Author) {
		return refuse("", provenance.NoStanding, "is an event of another party", "ask that party, or state your own view beside it")
	}
	e.concerns(h.record.About...)
	return t.put(endedKey(ref), []byte(e.ref.ID))
}
