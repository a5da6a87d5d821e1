package provenance

import "time"

// Screening is what an accredited observer found when looking for a facility or
// a party in a published list, such as one of vessels that fished unlawfully. A
// match is a signal and no finding.
type Screening struct {
	ID            string        `json:"id" validate:"required,id"`
	Subject       ScreenSubject `json:"subject"`
	Accreditation string        `json:"accreditation" validate:"required,id"`
	List          string        `json:"list" validate:"required,max=120,text"`
	Version       string        `json:"version" validate:"required,max=60,text"` // or date of the list
	On            string        `json:"on" validate:"required,date"`
	Result        string        `json:"result" validate:"required,oneof=MATCH NO_MATCH POSSIBLE"`
	Supersedes    string        `json:"supersedes,omitempty" validate:"omitempty,id"`
}

// ScreenSubject is who was looked for.
type ScreenSubject struct {
	Kind Kind   `json:"kind" validate:"required,oneof=facility party"`
	ID   string `json:"id" validate:"required,id"`
}

// Results of a screening.
const (
	ScreenMatch    = "MATCH"
	ScreenNoMatch  = "NO_MATCH"
	ScreenPossible = "POSSIBLE" // the name fits, and nothing tells for sure
)

func (*Screening) Kind() Kind    { return KindScreening }
func (s *Screening) Key() string { return s.ID }

func (s *Screening) References() []Reference {
	refs := []Reference{
		{Field: "subject.id", Ref: Ref(s.Subject), Subject: true},
		{Field: "accreditation", Ref: Ref{KindAccreditation, s.Accreditation}},
	}
	return append(refs, supersedes(KindScreening, s.Supersedes)...)
}

func (s *Screening) Check(now time.Time) []FieldProblem {
	var ps problems
	if afterToday(s.On, now) {
		ps.add("on", InFuture, "lies in the future", "state what has been looked up")
	}
	ps.supersedesItself(s.Supersedes, s.ID)
	return ps
}
