package world

import "github.com/fairlead/fairlead/chaincode/provenance"

// Amend is what was said of parties and products since they were registered.
type Amend struct {
	Party   provenance.PartyAmendment   // of the factory: the agency has a stake in it
	Product provenance.ProductAmendment // of the shirt: another number in the tariff
	AgeRule provenance.AgeRule          // of a country where light work begins at 15
}

func (w *World) amend() {
	w.Amend.Party = provenance.PartyAmendment{ID: w.ID(), Party: w.Factory.ID, From: "2025-06-01", OwnedBy: []string{w.Agency.ID},
		Identifiers: []provenance.Identifier{{Scheme: provenance.LEI, Value: "5493001KJTIIGC8Y1R12"}}}
	w.Amend.Product = provenance.ProductAmendment{ID: w.ID(), Product: w.Shirt.GTIN, From: "2025-07-01", HS: "610520", HSEdition: "2022"}
	w.Amend.AgeRule = provenance.AgeRule{ID: w.ID(), Country: "PH", Work: provenance.WorkLight, Least: 15, From: "2003-12-19", Instrument: "Republic Act 9231, section 2"}
}
