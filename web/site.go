package web

import "github.com/fairlead/fairlead/chaincode/provenance"

// Site is the page of a facility.
type Site struct {
	provenance.FacilityNow
	By     provenance.Name // who registered it
	ByOrg  provenance.Org  // and for which organisation
	At     string          // when, as the ledger tells it
	Audits []SiteAudit     // newest first
	More   bool            // whether there are older ones
	Terms  []TermsFound    // of each group the newest comparison that stands; alarms first
	Ledger Ledger

	Signals []provenance.SignalLine // about it and who runs it, the newest first
	Data    string                  // address of the same as data
}

// SiteAudit is one audit as a site's page lists it.
type SiteAudit struct {
	provenance.Audit
	Firm  string // its name
	Entry string // of a merged entry that it names instead of this one
	Ended string // WITHDRAWN or SUPERSEDED; empty when it counts
}

// Page renders it.
func (s Site) Page() ([]byte, error) { return render("site.html", s) }
