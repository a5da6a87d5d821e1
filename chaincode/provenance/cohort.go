package provenance

import "time"

// Cohort is a group of workers at a site who came the same way in the same
// months. It is never smaller than SmallestCohort, and nothing on the ledger is
// about fewer people.
type Cohort struct {
	ID           string    `json:"id" validate:"required,id"`
	Facility     string    `json:"facility" validate:"required,id"`
	Recruiter    string    `json:"recruiter,omitempty" validate:"omitempty,id"` // party, where known
	Corridor     *Corridor `json:"corridor,omitempty"`                          // absent for workers hired locally
	ArrivedFrom  string    `json:"arrivedFrom" validate:"required,month"`
	ArrivedUntil string    `json:"arrivedUntil" validate:"required,month"`
	Size         int       `json:"size" validate:"required,min=1,max=1000000"`
	Terms        string    `json:"terms,omitempty" validate:"omitempty,id"`            // the commitment to what was agreed with them at origin
	ReceiptsRoot string    `json:"receiptsRoot,omitempty" validate:"omitempty,sha256"` // over the commitments of the workers' receipts
}

// Corridor is the way workers came, from country to country.
type Corridor struct {
	From string `json:"from" validate:"required,iso3166_1_alpha2"`
	To   string `json:"to" validate:"required,iso3166_1_alpha2"`
}

func (*Cohort) Kind() Kind    { return KindCohort }
func (c *Cohort) Key() string { return c.ID }

func (c *Cohort) References() []Reference {
	refs := []Reference{{Field: "facility", Ref: Ref{KindFacility, c.Facility}, Subject: true}}
	if c.Recruiter != "" {
		refs = append(refs, Reference{Field: "recruiter", Ref: Ref{KindParty, c.Recruiter}, Subject: true})
	}
	if c.Terms != "" {
		refs = append(refs, Reference{Field: "terms", Ref: Ref{KindTermsCommitment, c.Terms}, Subject: true})
	}
	return refs
}

func (c *Cohort) Check(now time.Time) []FieldProblem {
	var ps problems
	if c.Size < SmallestCohort {
		ps.add("size", BelowK, "is less than 5, so few that it would point at people", "widen the months or join it with another group")
	}
	if c.ArrivedUntil < c.ArrivedFrom {
		ps.add("arrivedUntil", Invalid, "is before arrivedFrom", "correct the months")
	}
	if afterThisMonth(c.ArrivedUntil, now) {
		ps.add("arrivedUntil", InFuture, "lies in the future", "record the group once its months have begun")
	}
	return ps
}
