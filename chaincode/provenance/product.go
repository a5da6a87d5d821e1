package provenance

import "time"

// Product is what a GTIN stands for: an article of a brand, or a material that
// a supplier makes for others.
type Product struct {
	GTIN      string `json:"gtin" validate:"required,gtin"`
	Name      string `json:"name" validate:"required,max=200,text"`
	Owner     string `json:"owner" validate:"required,id"` // the party that gave the number
	HS        string `json:"hs,omitempty" validate:"omitempty,len=6,numeric"`
	HSEdition string `json:"hsEdition,omitempty" validate:"omitempty,len=4,numeric"` // the year of the list that hs is from, for they differ
}

type productDocument struct {
	Products []Product `json:"products" validate:"required,min=1,max=500,dive"`
}

func (*Product) Kind() Kind    { return KindProduct }
func (p *Product) Key() string { return p.GTIN }

func (p *Product) References() []Reference {
	return []Reference{{Field: "owner", Ref: Ref{KindParty, p.Owner}, Subject: true}}
}

func (p *Product) Check(time.Time) []FieldProblem {
	var ps problems
	checkHS(p.HS, p.HSEdition, &ps)
	return ps
}

func checkHS(hs, edition string, ps *problems) {
	if hs == "" && edition != "" {
		ps.add("hsEdition", Invalid, "is given without hs", "give both, or neither")
	}
}

// ProductAmendment corrects what was registered of a product, or says what
// changed since. The registration stays as it is.
type ProductAmendment struct {
	ID      string `json:"id" validate:"required,id"`
	Product string `json:"product" validate:"required,gtin"`
	From    string `json:"from" validate:"required,date"` // the first day on which it holds

	Name      string `json:"name,omitempty" validate:"max=200,text"`
	Owner     string `json:"owner,omitempty" validate:"omitempty,id"` // the party whose number it is from that day on
	HS        string `json:"hs,omitempty" validate:"omitempty,len=6,numeric"`
	HSEdition string `json:"hsEdition,omitempty" validate:"omitempty,len=4,numeric"`
}

func (*ProductAmendment) Kind() Kind    { return KindProductAmendment }
func (a *ProductAmendment) Key() string { return a.ID }

func (a *ProductAmendment) References() []Reference {
	refs := []Reference{{Field: "product", Ref: Ref{KindProduct, a.Product}, Subject: true}}
	if a.Owner != "" {
		refs = append(refs, Reference{Field: "owner", Ref: Ref{KindParty, a.Owner}, Subject: true})
	}
	return refs
}

func (a *ProductAmendment) Check(now time.Time) []FieldProblem {
	var ps problems
	if afterToday(a.From, now) {
		ps.add("from", InFuture, "lies in the future", "state it once it holds")
	}
	checkHS(a.HS, a.HSEdition, &ps)
	if a.Name == "" && a.Owner == "" && a.HS == "" && a.HSEdition == "" {
		ps.add("", Invalid, "says nothing new", "give what changed or was wrong")
	}
	return ps
}
