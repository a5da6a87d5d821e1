package provenance

import "time"

// FacilityAmendment is what became known of a facility after it was registered,
// or what changed there. The registration stays as it is; what holds on a day
// is told by both.
type FacilityAmendment struct {
	ID       string `json:"id" validate:"required,id"`
	Facility string `json:"facility" validate:"required,id"`
	From     string `json:"from" validate:"required,date"` // the first day on which it holds

	Name     string    `json:"name,omitempty" validate:"max=200,text"` // the former one becomes an alias
	Aliases  []string  `json:"aliases,omitempty" validate:"max=20,unique,dive,required,max=200,text"`
	Country  string    `json:"country,omitempty" validate:"omitempty,iso3166_1_alpha2"` // a vessel's new flag
	Address  string    `json:"address,omitempty" validate:"max=400,text"`
	Position *Position `json:"position,omitempty"`
	Sector   string    `json:"sector,omitempty" validate:"max=100,text"`

	Identifiers        []Identifier `json:"identifiers,omitempty" validate:"max=20,dive"`        // beside those it has
	RemovedIdentifiers []Identifier `json:"removedIdentifiers,omitempty" validate:"max=20,dive"` // that it has no more, or never had

	Operator   string `json:"operator,omitempty" validate:"omitempty,id"` // the party that runs it from that day on
	NoOperator bool   `json:"noOperator,omitempty"`                       // from that day on nobody is known to run it
}

func (*FacilityAmendment) Kind() Kind    { return KindFacilityAmendment }
func (a *FacilityAmendment) Key() string { return a.ID }

func (a *FacilityAmendment) References() []Reference {
	refs := []Reference{{Field: "facility", Ref: Ref{KindFacility, a.Facility}, Subject: true}}
	if a.Operator != "" {
		refs = append(refs, Reference{Field: "operator", Ref: Ref{KindParty, a.Operator}, Subject: true})
	}
	return refs
}

// Reserved lists the fields given of which not everybody may speak: what a
// facility is called, its flag, its numbers, who runs it.
func (a *FacilityAmendment) Reserved() []string {
	var fields []string
	for _, f := range []struct {
		name  string
		given bool
	}{
		{"name", a.Name != ""}, {"country", a.Country != ""},
		{"identifiers", len(a.Identifiers) > 0}, {"removedIdentifiers", len(a.RemovedIdentifiers) > 0},
		{"operator", a.Operator != ""}, {"noOperator", a.NoOperator},
	} {
		if f.given {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// Check leaves what depends on the facility's kind to CheckFor.
func (a *FacilityAmendment) Check(now time.Time) []FieldProblem {
	var ps problems
	if afterToday(a.From, now) {
		ps.add("from", InFuture, "lies in the future", "state it once it holds")
	}
	if len(a.Reserved()) == 0 && len(a.Aliases) == 0 && a.Address == "" && a.Position == nil && a.Sector == "" {
		ps.add("", Invalid, "says nothing new", "give what changed or became known")
	}
	if a.Operator != "" && a.NoOperator {
		ps.add("noOperator", Invalid, "is said beside an operator", "give one of the two")
	}
	checkIdentifiers("identifiers", Vessel, a.Identifiers, now, &ps) // the kind that may have them all
	checkRemoved(a.RemovedIdentifiers, a.Identifiers, &ps)
	return ps
}

// CheckFor says what of it does not fit a facility.
func (a *FacilityAmendment) CheckFor(f *Facility) []FieldProblem {
	var ps problems
	if f.FacilityKind == Vessel {
		if a.Position != nil {
			ps.add("position", Invalid, "is given for a vessel, which moves", "remove it")
		}
		return ps
	}
	if a.Country != "" {
		ps.add("country", Invalid, "is given for a work site, which does not change its country", "register the other place as a facility of its own")
	}
	for i, id := range a.Identifiers {
		if !id.Suits(f.FacilityKind) {
			ps.add(index("identifiers", i)+".scheme", Invalid, "is for ships and those who run them", "give it to whom it belongs, or remove it")
		}
	}
	return ps
}

// FacilityStatus says that a facility closed, or opened again. It takes nothing
// from what was recorded there; what is said to have happened there while it was
// closed becomes doubtful.
type FacilityStatus struct {
	ID       string `json:"id" validate:"required,id"`
	Facility string `json:"facility" validate:"required,id"`
	State    string `json:"state" validate:"required,oneof=CLOSED REOPENED"`
	On       string `json:"on" validate:"required,date"` // the first day on which it was so
}

// What a FacilityStatus can say.
const (
	SiteClosed   = "CLOSED"
	SiteReopened = "REOPENED"
)

func (*FacilityStatus) Kind() Kind    { return KindFacilityStatus }
func (s *FacilityStatus) Key() string { return s.ID }

func (s *FacilityStatus) References() []Reference {
	return []Reference{{Field: "facility", Ref: Ref{KindFacility, s.Facility}, Subject: true}}
}

func (s *FacilityStatus) Check(now time.Time) []FieldProblem {
	var ps problems
	if afterToday(s.On, now) {
		ps.add("on", InFuture, "lies in the future", "state it once it is so")
	}
	return ps
}
