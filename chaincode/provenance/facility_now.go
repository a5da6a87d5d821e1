package provenance

import (
	"slices"
	"time"
)

// FacilityNow is what holds of a facility, its registration and all that was
// said since taken together.
type FacilityNow struct {
	Facility   Facility    `json:"facility"`
	Operator   *Name       `json:"operator,omitempty"`
	MergedInto *Name       `json:"mergedInto,omitempty"` // the entry by which it is known
	Merged     []Name      `json:"merged"`               // other entries for the same place
	Claims     []ClaimLine `json:"claims"`               // of parties that say they run it, not decided
	Closed     string      `json:"closed,omitempty"`     // date since when it is said to be closed
}

// Known says whether a facility is this one, or another entry for it.
func (n FacilityNow) Known(id string) bool {
	return id == n.Facility.ID || slices.ContainsFunc(n.Merged, func(entry Name) bool { return entry.ID == id })
}

// NowOf tells what holds of a facility as of a moment, and by what was known at
// another unless that is zero, from the records about it
// and about the claims to it, with those of the parties they name; more does no
// harm. Of a merged facility it tells what was said of that entry itself. The
// error is a Refusal with code not_found when the facility is not among them.
func NowOf(records []Record, facility string, asOf, knownAt time.Time) (FacilityNow, error) {
	f, err := gather(records, Question{AsOf: asOf, KnownAt: knownAt})
	if err != nil {
		return FacilityNow{}, err
	}
	registered, ok := f.facilities[facility]
	if !ok {
		return FacilityNow{}, refuse(NotFound, "no facility with this identifier is on the ledger")
	}
	now := FacilityNow{Facility: registered, Merged: f.others(facility), Claims: f.claimed(facility)}
	if registered.Operator != "" {
		operator := f.party(registered.Operator)
		now.Operator = &operator
	}
	if kept := f.kept(facility); kept != facility {
		name := f.site(kept)
		now.MergedInto = &name
	}
	now.Closed, _ = f.closed(facility, nil)
	return now, nil
}
