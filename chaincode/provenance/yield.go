package provenance

import "time"

// Yield says how much of a product can come of what goes in: at most so many
// units for each unit of input in the same unit of measure. It bounds nothing
// by itself; History tells where an event says more. Where several stand, the
// lowest counts.
type Yield struct {
	ID         string  `json:"id" validate:"required,id"`
	Product    string  `json:"product" validate:"required,gtin"`
	Most       Decimal `json:"most" validate:"required,decimal"` // 0.92: of 100 kg in, at most 92 kg come out
	Supersedes string  `json:"supersedes,omitempty" validate:"omitempty,id"`
}

func (*Yield) Kind() Kind    { return KindYield }
func (y *Yield) Key() string { return y.ID }

func (y *Yield) References() []Reference {
	refs := []Reference{{Field: "product", Ref: Ref{KindProduct, y.Product}, Subject: true}}
	return append(refs, supersedes(KindYield, y.Supersedes)...)
}

func (y *Yield) Check(time.Time) []FieldProblem {
	var ps problems
	if y.Most == "0" {
		ps.add("most", Invalid, "is zero", "say how much can come of one unit")
	}
	ps.supersedesItself(y.Supersedes, y.ID)
	return ps
}
