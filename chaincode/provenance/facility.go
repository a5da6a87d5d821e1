package provenance

import "time"

// MaxBatch is the most statements a list may hold.
const MaxBatch = 500

// Facility is a work site or a vessel: where people work.
type Facility struct {
	ID           string       `json:"id" validate:"required,id"`
	FacilityKind string       `json:"kind" validate:"required,oneof=WORK_SITE VESSEL"`
	Name         string       `json:"name" validate:"required,max=200,text"`
	Aliases      []string     `json:"aliases,omitempty" validate:"max=20,unique,dive,required,max=200,text"`
	Country      string       `json:"country" validate:"required,iso3166_1_alpha2"` // for a vessel, its flag
	Address      string       `json:"address,omitempty" validate:"max=400,text"`
	Position     *Position    `json:"position,omitempty"`
	Sector       string       `json:"sector,omitempty" validate:"max=100,text"`
	Operator     string       `json:"operator,omitempty" validate:"omitempty,id"` // the party that runs it, where known
	Identifiers  []Identifier `json:"identifiers,omitempty" validate:"max=20,dive"`
	NoIMO        bool         `json:"noIMO,omitempty"` // of a vessel: it is stated to have no IMO number
}

// Position is rounded to a thousandth of a degree, about a hundred metres.
type Position struct {
	LatMilli int `json:"latMilli" validate:"min=-90000,max=90000"`
	LonMilli int `json:"lonMilli" validate:"min=-180000,max=180000"`
}

type facilityDocument struct {
	Facilities []Facility `json:"facilities" validate:"required,min=1,max=500,dive"`
}

// Facility kinds.
const (
	WorkSite = "WORK_SITE"
	Vessel   = "VESSEL"
)

func (*Facility) Kind() Kind    { return KindFacility }
func (f *Facility) Key() string { return f.ID }

func (f *Facility) References() []Reference {
	if f.Operator == "" {
		return nil
	}
	return []Reference{{Field: "operator", Ref: Ref{KindParty, f.Operator}, Subject: true}}
}

func (f *Facility) Check(now time.Time) []FieldProblem {
	var ps problems
	checkIdentifiers("identifiers", f.FacilityKind, f.Identifiers, now, &ps)
	if f.FacilityKind == Vessel {
		f.checkVessel(&ps)
	} else if f.NoIMO {
		ps.add("noIMO", Invalid, "is said of a work site", "remove it")
	}
	return ps
}

// checkVessel: a vessel moves, and has the number of its hull or is stated to
// have none, so that a number left out is not taken for a small boat.
func (f *Facility) checkVessel(ps *problems) {
	if f.Position != nil {
		ps.add("position", Invalid, "is given for a vessel, which moves", "remove it")
	}
	hulls := 0
	for _, id := range f.Identifiers {
		if id.Scheme == IMO {
			hulls++
		}
	}
	switch {
	case hulls == 0 && !f.NoIMO:
		ps.add("identifiers", Invalid, "have no IMO number, and it is not stated that there is none", "give the number, or say noIMO")
	case hulls > 0 && f.NoIMO:
		ps.add("noIMO", Invalid, "is said of a vessel with an IMO number", "remove one of the two")
	case hulls > 1:
		ps.add("identifiers", Invalid, "have two IMO numbers, but a hull has one for life", "keep the one that is on the hull")
	}
}
