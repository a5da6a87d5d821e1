package provenance

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// amendments is what was said of parties and products since they were
// registered.
type amendments struct {
	parties  map[string][]stated[PartyAmendment]
	products map[string][]stated[ProductAmendment]
}

func newAmendments() amendments {
	return amendments{parties: map[string][]stated[PartyAmendment]{}, products: map[string][]stated[ProductAmendment]{}}
}

// addAmendment files what amends a party or a product, once its day has come.
func (f *facts) addAmendment(r Record, asOf time.Time) error {
	counts := func(day string) bool { return !dateStart(day).After(asOf) }
	switch r.Kind {
	case KindPartyAmendment:
		return keep(r, func(s stated[PartyAmendment]) {
			if counts(s.T.From) {
				f.later.parties[s.T.Party] = append(f.later.parties[s.T.Party], s)
			}
		})
	case KindProductAmendment:
		return keep(r, func(s stated[ProductAmendment]) {
			if counts(s.T.From) {
				f.later.products[s.T.Product] = append(f.later.products[s.T.Product], s)
			}
		})
	}
	return nil
}

// settleAmendments makes each party and product what was last said of it. Of
// what has days, the newest day counts; who owns what is what was last said, as
// on the ledger.
func (f *facts) settleAmendments() {
	for id, p := range f.parties {
		list := f.later.parties[id]
		for _, a := range byDay(list, func(a PartyAmendment) string { return a.From }) {
			p.Name, p.Country = cmp.Or(a.T.Name, p.Name), cmp.Or(a.T.Country, p.Country)
			p.Identifiers = renumbered(p.Identifiers, a.T.RemovedIdentifiers, a.T.Identifiers)
		}
		for _, a := range asSaid(list) {
			if a.T.Owns() {
				p.OwnedBy = a.T.OwnedBy
			}
		}
		f.parties[id] = p
	}
	for gtin, p := range f.products {
		list := f.later.products[gtin]
		for _, a := range byDay(list, func(a ProductAmendment) string { return a.From }) {
			p.Name = cmp.Or(a.T.Name, p.Name)
			if a.T.HS != "" {
				p.HS, p.HSEdition = a.T.HS, a.T.HSEdition
			}
		}
		for _, a := range asSaid(list) {
			p.Owner = cmp.Or(a.T.Owner, p.Owner)
		}
		f.products[gtin] = p
	}
}

// byDay sorts amendments by the day from which they hold.
func byDay[T any](list []stated[T], from func(T) string) []stated[T] {
	return slices.SortedFunc(slices.Values(list), func(a, b stated[T]) int {
		return cmp.Or(strings.Compare(from(a.T), from(b.T)), said(a.Record, b.Record))
	})
}

// asSaid sorts what was said as the ledger took it.
func asSaid[T any](list []stated[T]) []stated[T] {
	return slices.SortedFunc(slices.Values(list), func(a, b stated[T]) int { return said(a.Record, b.Record) })
}

func said(a, b Record) int { return cmp.Or(strings.Compare(a.At, b.At), strings.Compare(a.ID, b.ID)) }

// PartyNow is what holds of a party, and all that was said to amend it, the
// oldest first.
type PartyNow struct {
	Party      Party          `json:"party"`
	Owners     []Name         `json:"owners"` // those with a stake in it
	Amendments []PartyAmended `json:"amendments"`
}

// PartyAmended is an amendment with who stated it, and when.
type PartyAmended struct {
	At   string         `json:"at"`
	Org  Org            `json:"org"`
	Says PartyAmendment `json:"says"`
}

// PartyNowOf tells what holds of a party as of a moment, from its record, what
// amends it, and the same of its owners. The error is a Refusal with code
// not_found when the party is not among them.
func PartyNowOf(records []Record, party string, asOf time.Time) (PartyNow, error) {
	f, err := gather(records, Question{AsOf: asOf})
	if err != nil {
		return PartyNow{}, err
	}
	p, ok := f.parties[party]
	if !ok {
		return PartyNow{}, refuse(NotFound, "no party with this identifier is on the ledger")
	}
	now := PartyNow{Party: p, Owners: []Name{}, Amendments: []PartyAmended{}}
	for _, owner := range p.OwnedBy {
		now.Owners = append(now.Owners, f.party(owner))
	}
	for _, a := range asSaid(f.later.parties[party]) {
		now.Amendments = append(now.Amendments, PartyAmended{At: a.At, Org: a.By.Org, Says: a.T})
	}
	return now, nil
}

// ProductNow is what holds of a product, and all that was said to amend it, the
// oldest first.
type ProductNow struct {
	Product    Product          `json:"product"`
	Owner      Name             `json:"owner"`
	Amendments []ProductAmended `json:"amendments"`
}

// ProductAmended is an amendment with who stated it, and when.
type ProductAmended struct {
	At   string           `json:"at"`
	Org  Org              `json:"org"`
	Says ProductAmendment `json:"says"`
}

// ProductNowOf tells what holds of a product as of a moment, from its record,
// what amends it, and the records of its owners. The error is a Refusal with code
// not_found when the product is not among them.
func ProductNowOf(records []Record, gtin string, asOf time.Time) (ProductNow, error) {
	f, err := gather(records, Question{AsOf: asOf})
	if err != nil {
		return ProductNow{}, err
	}
	p, ok := f.products[gtin]
	if !ok {
		return ProductNow{}, refuse(NotFound, "no product with this GTIN is on the ledger")
	}
	now := ProductNow{Product: p, Owner: f.party(p.Owner), Amendments: []ProductAmended{}}
	for _, a := range asSaid(f.later.products[gtin]) {
		now.Amendments = append(now.Amendments, ProductAmended{At: a.At, Org: a.By.Org, Says: a.T})
	}
	return now, nil
}
