package demo

import (
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// annex is a site that a brand's list named twice and nobody claimed for long.
var annex, annexAgain = provenance.Facility{
	ID: siteID("nahar-annex"), FacilityKind: provenance.WorkSite, Name: "Nahar Bari Annex", Country: "BD", Address: "Plot 64, Nahar Bari Road",
	Position: &provenance.Position{LatMilli: 23_922, LonMilli: 90_288},
}, provenance.Facility{
	ID: siteID("nahar-annexe"), FacilityKind: provenance.WorkSite, Name: "NAHAR BARI ANNEXE", Country: "BD", Address: "Plot-64, Nahar Bari Rd.",
}

// renewals is what became of sites after they were registered: a ship changes
// its flag and its radio number; the annex is merged with its other entry,
// claimed, and closed; a merge that was wrong is undone. A party and its product
// get other names, a firm's owner comes to light, a country's law is stated.
func (p *plan) renewals() {
	const brand, operator, oversight = "ostrevane", "nahar-bari", "fair-work-register"
	p.begin("a brand's list")
	p.document(author(brand), provenance.KindFacility, map[string]any{"facilities": []provenance.Facility{annex, annexAgain}}, 2)

	p.begin("what became of sites")
	ship := siteOf("haiyun-12")
	p.add(author(ship.operator), &provenance.FacilityAmendment{
		ID: id("facility amendment", ship.key), Facility: siteID(ship.key), From: daysBack(160), Country: "VU",
		Identifiers: []provenance.Identifier{{Scheme: provenance.MMSI, Value: "576004120", From: daysBack(160)}},
	})
	merge := &provenance.FacilityMerge{ID: id("facility merge", annex.ID), Kept: annex.ID, Merged: annexAgain.ID, Reason: "DUPLICATE"}
	wrong := &provenance.FacilityMerge{ID: id("facility merge", "vindhara"), Kept: siteID("vindhara-gin-a"), Merged: siteID("vindhara-gin-b"), Reason: "DUPLICATE"}
	claim := &provenance.OperatorClaim{ID: id("operator claim", annex.ID), Facility: annex.ID, Since: daysBack(700)}
	p.add(author(brand), merge)
	p.add(author(oversight), wrong)
	p.add(author(operator), claim)

	p.add(registrar(provenance.Suppliers), &provenance.PartyAmendment{
		ID: id("party amendment", "kujiranami"), Party: partyID("kujiranami"), From: daysBack(90), Name: "Kujiranami Strip and Foil",
	})
	p.add(author("kujiranami"), &provenance.ProductAmendment{
		ID: id("product amendment", "kujiranami-strip"), Product: productOf("kujiranami-strip"), From: daysBack(90), Name: "Brass strip, slit",
	})

	p.begin("what was decided of sites")
	p.add(author(oversight), &provenance.FacilitySplit{ID: id("facility split", wrong.ID), Merge: wrong.ID, Reason: "DIFFERENT_SITES"})
	p.add(author(brand), &provenance.ClaimDecision{ID: id("claim decision", claim.ID), Claim: claim.ID, Decision: provenance.ClaimConfirmed})

	p.begin("what came to light")
	p.add(author(oversight), &provenance.PartyAmendment{
		ID: id("party amendment", "plumbstone"), Party: partyID("plumbstone"), From: daysBack(400), OwnedBy: []string{partyID("lumenlark")},
	})
	p.add(author(brand), &provenance.ProductAmendment{ID: id("product amendment", shirtSite), Product: productOf(shirtSite), From: daysBack(300), HS: "620520", HSEdition: "2022"})
	p.add(author(oversight), &provenance.AgeRule{
		ID: id("age rule", "CL"), Country: "CL", Work: provenance.WorkLight, Least: 15, From: "2020-10-06", Instrument: "Labour Code, article 13, as amended by Law 21.271",
	})

	p.begin("a site that closed")
	p.add(author(operator), &provenance.FacilityStatus{ID: id("facility status", annex.ID), Facility: annex.ID, State: provenance.SiteClosed, On: daysBack(20)})
}

// daysBack is a date before the demonstration's last day.
func daysBack(days int) string { return LastDay.AddDate(0, 0, -days).Format(time.DateOnly) }
