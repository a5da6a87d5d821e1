package provenance

import "time"

// FacilityMerge says that two facilities on the ledger are one. Records about
// either stay where they are; readers take both for the kept one. A
// FacilitySplit undoes it.
type FacilityMerge struct {
	ID     string `json:"id" validate:"required,id"`
	Kept   string `json:"kept" validate:"required,id"`   // by which it is known from now on
	Merged string `json:"merged" validate:"required,id"` // which nothing new may name
	Reason string `json:"reason" validate:"required,oneof=DUPLICATE RENAMED OTHER"`
}

func (*FacilityMerge) Kind() Kind    { return KindFacilityMerge }
func (m *FacilityMerge) Key() string { return m.ID }

func (m *FacilityMerge) References() []Reference {
	return []Reference{
		{Field: "kept", Ref: Ref{KindFacility, m.Kept}, Subject: true},
		{Field: "merged", Ref: Ref{KindFacility, m.Merged}, Subject: true},
	}
}

func (m *FacilityMerge) Check(time.Time) []FieldProblem {
	var ps problems
	if m.Kept == m.Merged {
		ps.add("merged", Invalid, "is the kept one itself", "name two facilities")
	}
	return ps
}

// FacilitySplit undoes a merge: its two facilities are two again.
type FacilitySplit struct {
	ID     string `json:"id" validate:"required,id"`
	Merge  string `json:"merge" validate:"required,id"`
	Reason string `json:"reason" validate:"required,oneof=DIFFERENT_SITES RECORDED_IN_ERROR OTHER"`
}

func (*FacilitySplit) Kind() Kind    { return KindFacilitySplit }
func (s *FacilitySplit) Key() string { return s.ID }

func (s *FacilitySplit) References() []Reference {
	return []Reference{{Field: "merge", Ref: Ref{KindFacilityMerge, s.Merge}, Subject: true}}
}

func (s *FacilitySplit) Check(time.Time) []FieldProblem { return nil }
