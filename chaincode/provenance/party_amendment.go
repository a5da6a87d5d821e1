package provenance

import (
	"slices"
	"time"
)

// PartyAmendment corrects what was registered of a party, or says what changed
// since. The registration stays as it is; what holds on a day is told by both.
// Who has a stake in a party is given whole: whom it leaves out has none from
// that day on.
type PartyAmendment struct {
	ID    string `json:"id" validate:"required,id"`
	Party string `json:"party" validate:"required,id"`
	From  string `json:"from" validate:"required,date"` // the first day on which it holds

	Name    string `json:"name,omitempty" validate:"max=200,text"`
	Country string `json:"country,omitempty" validate:"omitempty,iso3166_1_alpha2"`

	Identifiers        []Identifier `json:"identifiers,omitempty" validate:"max=20,dive"`        // beside those it has
	RemovedIdentifiers []Identifier `json:"removedIdentifiers,omitempty" validate:"max=20,dive"` // that it has no more, or never had

	OwnedBy  []string `json:"ownedBy,omitempty" validate:"max=20,unique,dive,id"` // all parties with a stake in it
	NoOwners bool     `json:"noOwners,omitempty"`                                 // no party has a stake in it
}

func (*PartyAmendment) Kind() Kind    { return KindPartyAmendment }
func (a *PartyAmendment) Key() string { return a.ID }

func (a *PartyAmendment) References() []Reference {
	refs := []Reference{{Field: "party", Ref: Ref{KindParty, a.Party}, Subject: true}}
	for i, owner := range a.OwnedBy {
		refs = append(refs, Reference{Field: index("ownedBy", i), Ref: Ref{KindParty, owner}})
	}
	return refs
}

// Owns says whether it tells who has a stake in the party.
func (a *PartyAmendment) Owns() bool { return len(a.OwnedBy) > 0 || a.NoOwners }

func (a *PartyAmendment) Check(now time.Time) []FieldProblem {
	var ps problems
	if afterToday(a.From, now) {
		ps.add("from", InFuture, "lies in the future", "state it once it holds")
	}
	if a.Name == "" && a.Country == "" && len(a.Identifiers) == 0 && len(a.RemovedIdentifiers) == 0 && !a.Owns() {
		ps.add("", Invalid, "says nothing new", "give what changed or was wrong")
	}
	if len(a.OwnedBy) > 0 && a.NoOwners {
		ps.add("noOwners", Invalid, "is said beside owners", "give one of the two")
	}
	if i := slices.Index(a.OwnedBy, a.Party); i >= 0 {
		ps.add(index("ownedBy", i), Invalid, "is the party itself", "remove it")
	}
	checkIdentifiers("identifiers", "", a.Identifiers, now, &ps)
	checkRemoved(a.RemovedIdentifiers, a.Identifiers, &ps)
	return ps
}

// checkRemoved: a number is not taken away and given at once.
func checkRemoved(removed, given []Identifier, ps *problems) {
	for i, id := range removed {
		if slices.ContainsFunc(given, func(new Identifier) bool { return new.Scheme == id.Scheme && new.Value == id.Value }) {
			ps.add(index("removedIdentifiers", i)+".value", Invalid, "is also given as a new one", "give one of the two")
		}
	}
}

// renumbered gives a holder's numbers after some were taken away and others
// given; one that is given again has the new time.
func renumbered(now, removed, given []Identifier) []Identifier {
	now = slices.Clone(now)
	for _, id := range slices.Concat(removed, given) {
		now = slices.DeleteFunc(now, func(old Identifier) bool {
			return old.Scheme == id.Scheme && old.Value == id.Value && (id.From == "" || old.From == "" || old.From == id.From)
		})
	}
	return append(now, given...)
}
