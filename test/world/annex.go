package world

import "github.com/fairlead/fairlead/chaincode/provenance"

// Annex is a site that a brand registered without knowing who runs it, entered
// twice, and what became of it: claimed by the factory, merged, split, closed.
type Annex struct {
	Site, Twin provenance.Facility          // registered by the brand
	Amendment  provenance.FacilityAmendment // by the brand: another name
	Claim      provenance.OperatorClaim     // by the factory
	Decision   provenance.ClaimDecision     // by the brand: the claim is confirmed
	Merge      provenance.FacilityMerge     // of the twin into the site, by the brand
	Split      provenance.FacilitySplit     // which undoes it
	Status     provenance.FacilityStatus    // by the factory: the site has closed
}

func (w *World) annexed() {
	a := &w.Annex
	a.Site = provenance.Facility{ID: w.ID(), FacilityKind: provenance.WorkSite, Name: "Annex at Mahachai", Country: "TH", Address: "3 Pier Lane, Samut Sakhon"}
	a.Twin = provenance.Facility{ID: w.ID(), FacilityKind: provenance.WorkSite, Name: "Mahachai annex", Country: "TH", Address: "Pier Lane 3, Samut Sakhon"}
	a.Amendment = provenance.FacilityAmendment{ID: w.ID(), Facility: a.Site.ID, From: "2025-10-01", Aliases: []string{"Mill 3"},
		Identifiers: []provenance.Identifier{{Scheme: provenance.Licence, Value: "SK-2025-3", From: "2025-10-01"}}}
	a.Claim = provenance.OperatorClaim{ID: w.ID(), Facility: a.Site.ID, Since: "2024-05-01"}
	a.Decision = provenance.ClaimDecision{ID: w.ID(), Claim: a.Claim.ID, Decision: provenance.ClaimConfirmed}
	a.Merge = provenance.FacilityMerge{ID: w.ID(), Kept: a.Site.ID, Merged: a.Twin.ID, Reason: "DUPLICATE"}
	a.Split = provenance.FacilitySplit{ID: w.ID(), Merge: a.Merge.ID, Reason: "DIFFERENT_SITES"}
	a.Status = provenance.FacilityStatus{ID: w.ID(), Facility: a.Site.ID, State: provenance.SiteClosed, On: "2025-12-20"}
}
