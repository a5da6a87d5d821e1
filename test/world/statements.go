package world

import (
	"strings"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// found makes who and where.
func (w *World) found() {
	party := func(name, kind, country string) provenance.Party {
		return provenance.Party{ID: w.ID(), Name: name, PartyKind: kind, Country: country}
	}
	w.Brand = party("Northern Shirts", "BRAND", "SE")
	w.Firm = party("Plain Audits", "AUDIT_FIRM", "GB")
	w.Union = party("Garment Workers United", "UNION", "TH")
	w.Authority = party("Labour Board", "AUTHORITY", "TH")
	w.Factory = party("Riverside Garments", "SUPPLIER", "TH")
	w.Agency = party("Bridge Recruitment", "RECRUITER", "NP")
	w.Accreditation = provenance.Accreditation{
		ID: w.ID(), Firm: w.Firm.ID, Scheme: "SMETA", ValidFrom: "2020-01-01", ValidUntil: "2099-12-31",
	}
	w.Site = provenance.Facility{
		ID: w.ID(), FacilityKind: provenance.WorkSite, Name: "Riverside Garments, mill 2", Country: "TH",
		Address: "12 River Road, Samut Sakhon", Position: &provenance.Position{LatMilli: 13547, LonMilli: 100274},
		Operator: w.Factory.ID, Identifiers: []provenance.Identifier{{Scheme: provenance.GLN, Value: w.GLN()}},
	}
}

// trade makes what is produced, and out of what.
func (w *World) trade() {
	w.Shirt = provenance.Product{GTIN: w.GTIN(), Name: "Shirt", Owner: w.Brand.ID, HS: "610510"}
	w.Cloth = provenance.Product{GTIN: w.GTIN(), Name: "Cotton cloth", Owner: w.Factory.ID, HS: "520811"}
	w.ClothMade = w.Making(provenance.Lot{GTIN: w.Cloth.GTIN, Lot: "C-1"})
	w.ShirtMade = provenance.Event{
		Type: provenance.TransformationEvent, EventTime: "2025-10-08T07:30:00.000Z", EventTimeZoneOffset: "+07:00",
		InputQuantityList:  []provenance.Quantity{{EPCClass: provenance.Lot{GTIN: w.Cloth.GTIN, Lot: "C-1"}.URI(), Quantity: "120.5", UOM: "MTR"}},
		OutputQuantityList: []provenance.Quantity{{EPCClass: provenance.Lot{GTIN: w.Shirt.GTIN, Lot: "S-1"}.URI(), Quantity: "80"}},
		BizStep:            "assembling", BizLocation: provenance.LocationOf(w.Site.ID),
	}
}

// Making is the event in which a lot comes to be at the site.
func (w *World) Making(lot provenance.Lot) provenance.Event {
	return provenance.Event{
		Type: provenance.ObjectEvent, Action: "ADD", EventTime: "2025-10-01T03:00:00.000Z", EventTimeZoneOffset: "+07:00",
		QuantityList: []provenance.Quantity{{EPCClass: lot.URI(), Quantity: "200", UOM: "MTR"}},
		BizStep:      "commissioning", BizLocation: provenance.LocationOf(w.Site.ID),
	}
}

// observe makes what is found out about the people who work there.
func (w *World) observe() {
	w.Audit = provenance.Audit{
		ID: w.ID(), Facility: w.Site.ID, Firm: w.Firm.ID, Accreditation: w.Accreditation.ID, Auditors: []string{"A-17"},
		Scheme: "SMETA", SchemeVersion: "7.0", AuditKind: "PERIODIC", Announcement: "SEMI_ANNOUNCED",
		Start: "2025-11-03", End: "2025-11-05", ValidUntil: "2026-11-05", Workers: "250+",
		Interviews: provenance.Interviews{Individual: 12, Groups: 3, InGroups: 14, Languages: []string{"th", "ne"}},
		Findings: []provenance.Finding{
			{No: "F-1", Topic: "forced-labor-elimination", Indicators: []string{"RETENTION_OF_IDENTITY_DOCUMENTS"}, NativeSeverity: "Critical", Severity: "CRITICAL", LawBreach: true, DueOn: "2025-12-05"},
			{No: "F-2", Topic: "workplace-safety", NativeSeverity: "Minor", Severity: "MINOR"},
		},
	}
	w.Step = provenance.FindingStep{ID: w.ID(), Audit: w.Audit.ID, Finding: "F-1", State: provenance.FindingProposed, On: "2025-11-20"}
	w.Cohort = provenance.Cohort{
		ID: w.ID(), Facility: w.Site.ID, Recruiter: w.Agency.ID, Corridor: &provenance.Corridor{From: "NP", To: "TH"},
		ArrivedFrom: "2025-01", ArrivedUntil: "2025-03", Size: 40,
	}
	w.Fees = provenance.FeeStatement{
		ID: w.ID(), Cohort: w.Cohort.ID, Method: "WORKER_INTERVIEW_OFFSITE", Month: "2025-11",
		Lines: []provenance.FeeLine{{
			Category: "FEE_MATCHING", Trigger: "IMPOSED_DURING_RECRUITMENT", Charged: provenance.Money{Amount: 180000000, Currency: "NPR"},
			Workers: 36, PaidTo: "RECRUITER", Lawful: provenance.No, EmployerPays: provenance.No,
		}},
		FirstMonthEarnings: &provenance.Money{Amount: 1150000, Currency: "THB"},
	}
	w.Repayment = provenance.Repayment{
		ID: w.ID(), Statement: w.Fees.ID, State: provenance.Paid, Paid: provenance.Money{Amount: 90000000, Currency: "NPR"},
		Workers: 36, Leavers: 4, Month: "2025-12", PaidBy: "EMPLOYER", PayMethod: "BANK",
	}
	w.Check = provenance.RepaymentCheck{ID: w.ID(), Repayment: w.Repayment.ID, Received: provenance.Yes, Method: "WORKER_INTERVIEW_OFFSITE", Month: "2025-12"}
	w.Attestation = provenance.Attestation{
		ID: w.ID(), Cohort: w.Cohort.ID, Method: "UNION_OR_NGO", From: "2025-06", Until: "2025-11",
		Predicates: []provenance.PredicateCount{{Code: "ID_NOT_RETAINED", Yes: 31, No: 6, Unknown: 3}, {Code: "CT_LANGUAGE", Yes: 40}},
	}
	w.repair()
}

// repair makes what the site does about what was found.
func (w *World) repair() {
	w.Action = provenance.CorrectiveAction{
		ID: w.ID(), Audit: w.Audit.ID, Finding: "F-1", Causes: []string{"NO_POLICY", "RECRUITER_CONDUCT"}, Measures: []string{"GIVE_BACK_PAPERS", "CHANGE_POLICY"},
		ProposedOn: "2025-11-20", DueOn: "2025-12-05",
		Evidence: []provenance.Evidence{{SHA256: strings.Repeat("5a", 32), MediaType: "application/pdf", Bytes: 20480, Locator: "https://files.example/actions/17.pdf"}},
	}
	w.Step.Action = w.Action.ID
	w.Children = provenance.ChildCase{
		ID: w.ID(), Facility: w.Site.ID, Month: "2025-11", Rules: provenance.AgeRules,
		Groups: []provenance.ChildGroup{{Age: provenance.Age14, Work: provenance.WorkGeneral, Known: "SCHOOL_PAPERS", Number: "PRESENT"}},
	}
	w.ChildPlan = provenance.ChildStep{ID: w.ID(), Case: w.Children.ID, State: provenance.ChildPlan, Month: "2025-12", Safe: provenance.Yes, Measures: []string{"OUT_OF_HARM", "SCHOOLING"}}
	w.Extension = provenance.FindingExtension{ID: w.ID(), Audit: w.Audit.ID, Finding: "F-1", DueOn: "2025-12-19", On: "2025-12-01", Reason: "WORKERS_ASKED"}
}
