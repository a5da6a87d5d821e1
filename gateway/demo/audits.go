package demo

import (
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// audit is an audit with what became of its findings.
type audit struct {
	site, firm, scheme, version string
	kind, announcement          string
	end                         string // its last day
	days                        int
	validUntil                  string // where the scheme gives one
	workers                     provenance.Band
	spokenTo                    int // individually; groups are counted apart
	result                      *provenance.NativeResult
	findings                    []finding
	supersedes                  string // the end date of the audit of this site that it replaces
	falsified                   bool   // the firm withdrew it
}

type finding struct {
	topic, severity, native, code, due string
	indicators                         []string
	lawBreach                          bool
	steps                              []step
	extended                           *extension
}

// extension is more time that the firm gave the site.
type extension struct{ until, on, reason string }

// step is one move of a finding. The site's operator makes the site's moves,
// the audit's firm the auditor's; others are named.
type step struct {
	state        provenance.FindingState
	on           string
	verification string
	by           string // a party, for moves of neither
	reason       string
}

// unasked adds that a worker organisation closed it without workers' word, whom
// it could not find any more.
func unasked(steps []step, by, on string) []step {
	return append(steps, step{state: provenance.FindingOverridden, on: on, by: by, reason: "WORKERS_LEFT"})
}

// repaired is the whole life of a finding that was put right.
func repaired(proposed, agreed, done, verified, how string) []step {
	return []step{
		{state: provenance.FindingProposed, on: proposed},
		{state: provenance.FindingAgreed, on: agreed},
		{state: provenance.FindingClosedPending, on: done},
		{state: provenance.FindingClosedVerified, on: verified, verification: how},
	}
}

const (
	onSite  = "ON_SITE"
	desktop = "DESKTOP"
)

func rated(list, code, score string) *provenance.NativeResult {
	return &provenance.NativeResult{List: list, Code: code, Score: score}
}

func smeta(site, firm, announcement, end string, workers provenance.Band, spokenTo int, findings ...finding) audit {
	return audit{site: site, firm: firm, scheme: "SMETA", version: "7.0", kind: "PERIODIC", announcement: announcement, end: end, days: 3, workers: workers, spokenTo: spokenTo, findings: findings}
}

func bsci(site, announcement, end, rating string, workers provenance.Band, spokenTo int, findings ...finding) audit {
	return audit{site: site, firm: "thornmere", scheme: "AMFORI_BSCI", version: "2021", kind: "PERIODIC", announcement: announcement, end: end, days: 2, workers: workers, spokenTo: spokenTo,
		result: rated("amfori BSCI overall rating", rating, ""), findings: findings}
}

func vap(site, end, until, code, score string, workers provenance.Band, spokenTo int, findings ...finding) audit {
	return audit{site: site, firm: "plumbstone", scheme: "RBA_VAP", version: "8.0", kind: "INITIAL", announcement: "ANNOUNCED", end: end, days: 4, validUntil: until, workers: workers, spokenTo: spokenTo,
		result: rated("RBA VAP recognition", code, score), findings: findings}
}

func sa8000(site, firm, end, until string, workers provenance.Band, spokenTo int, findings ...finding) audit {
	return audit{site: site, firm: firm, scheme: "SA8000", version: "2014", kind: "SURVEILLANCE", announcement: "UNANNOUNCED", end: end, days: 2, validUntil: until, workers: workers, spokenTo: spokenTo,
		result: rated("SA8000 certificate", "Certified", ""), findings: findings}
}

// audits in the order in which they were made at each site.
var audits = []audit{
	// Shirt: passports and fees at the sewing halls, an audit that was taken back
	// at the dyehouse, fields that nobody has visited.
	smeta("thuraya-sewing", "quillwater", "SEMI_ANNOUNCED", "2026-03-12", "250+", 24,
		finding{topic: "forced-labor-elimination", severity: "CRITICAL", native: "Business critical", code: "ETI 1.2", due: "2026-03-12", lawBreach: true,
			indicators: []string{"RETENTION_OF_IDENTITY_DOCUMENTS", "RESTRICTION_OF_MOVEMENT"},
			steps: append(repaired("2026-03-14", "2026-03-16", "2026-03-30", "2026-04-21", onSite),
				step{state: provenance.FindingReopened, on: "2026-09-02", by: "wadi-needle", reason: "RECURRED"})},
		finding{topic: "forced-labor-elimination", severity: "CRITICAL", native: "Critical", code: "ETI 1.1", due: "2026-06-30", lawBreach: true,
			indicators: []string{"DEBT_BONDAGE"},
			steps:      []step{{state: provenance.FindingProposed, on: "2026-04-02"}, {state: provenance.FindingAgreed, on: "2026-04-10"}, {state: provenance.FindingInProgress, on: "2026-05-04"}}},
		finding{topic: "decent-work-conditions", severity: "MAJOR", native: "Major", code: "ETI 6.3", due: "2026-09-30",
			indicators: []string{"EXCESSIVE_OVERTIME"}, steps: []step{{state: provenance.FindingProposed, on: "2026-04-02"}}},
		finding{topic: "living-conditions", severity: "COLLABORATIVE", native: "Collaborative action required", code: "ETI 3.4"},
		finding{topic: "feedback-channels", severity: "GOOD_PRACTICE", native: "Good example", code: "MSA 4"}),
	smeta("thuraya-finishing", "quillwater", "SEMI_ANNOUNCED", "2026-03-13", "100-249", 12,
		finding{topic: "workplace-safety", severity: "MINOR", native: "Minor", code: "ETI 3.1", due: "2026-06-13", steps: repaired("2026-03-20", "2026-03-25", "2026-05-11", "2026-05-18", desktop)}),
	bsci("nahar-sewing", "SEMI_ANNOUNCED", "2026-01-22", "C", "250+", 20,
		finding{topic: "decent-work-conditions", severity: "MAJOR", native: "Partially", code: "PA 6", due: "2026-07-22", indicators: []string{"EXCESSIVE_OVERTIME"},
			steps:    []step{{state: provenance.FindingProposed, on: "2026-02-10"}, {state: provenance.FindingAgreed, on: "2026-02-17"}, {state: provenance.FindingInProgress, on: "2026-03-05"}, {state: provenance.FindingClosedPending, on: "2026-07-10"}},
			extended: &extension{"2026-08-31", "2026-07-08", "RECRUITMENT_OF_STAFF"}},
		finding{topic: "workplace-safety", severity: "MINOR", native: "No", code: "PA 7", due: "2026-04-22", lawBreach: true, steps: repaired("2026-02-10", "2026-02-17", "2026-03-29", "2026-04-08", desktop)}),
	{site: "kaverinad-dyehouse", firm: "thornmere", scheme: "AMFORI_BSCI", version: "2021", kind: "PERIODIC", announcement: "ANNOUNCED", end: "2026-02-18", days: 1, workers: "50-99", spokenTo: 4,
		result: rated("amfori BSCI overall rating", "A", ""), falsified: true},
	bsci("kaverinad-looms", "ANNOUNCED", "2026-02-19", "B", "100-249", 10,
		finding{topic: "worker-representation", severity: "MINOR", native: "Partially", code: "PA 3", due: "2026-08-19", steps: repaired("2026-03-12", "2026-03-20", "2026-06-02", "2026-06-09", desktop)}),
	bsci("chenabpur-looms", "SEMI_ANNOUNCED", "2026-04-15", "C", "100-249", 10,
		finding{topic: "workplace-safety", severity: "MAJOR", native: "No", code: "PA 7", due: "2026-10-15", lawBreach: true,
			steps:    []step{{state: provenance.FindingProposed, on: "2026-05-06"}, {state: provenance.FindingAgreed, on: "2026-05-13"}},
			extended: &extension{"2026-12-15", "2026-05-13", "BUILDING_WORK"}}),
	bsci("chenabpur-spindles", "SEMI_ANNOUNCED", "2026-04-16", "B", "100-249", 10),
	smeta("tirumani-spindles", "thornmere", "UNANNOUNCED", "2026-05-21", "250+", 26,
		finding{topic: "forced-labor-elimination", severity: "CRITICAL", native: "Business critical", code: "ETI 1.2", due: "2026-05-21",
			indicators: []string{"RESTRICTION_OF_MOVEMENT", "ISOLATION"}, steps: []step{{state: provenance.FindingDisputed, on: "2026-06-01", reason: "FACTS_WRONG"}}},
		finding{topic: "youth-protection", severity: "MAJOR", native: "Major", code: "ETI 4.2", due: "2026-08-21", lawBreach: true,
			steps: repaired("2026-06-05", "2026-06-11", "2026-07-20", "2026-08-12", onSite)}),
	smeta("vindhara-gin-a", "quillwater", "UNANNOUNCED", "2025-12-09", "25-49", 6,
		finding{topic: "workplace-hazard-control", severity: "MAJOR", native: "Major", code: "ETI 3.1", due: "2026-03-09", lawBreach: true}),
	{site: "vindhara-gin-a", firm: "quillwater", scheme: "SMETA", version: "7.0", kind: "PERIODIC", announcement: "ANNOUNCED", end: "2025-12-10", days: 3, workers: "25-49", spokenTo: 6, supersedes: "2025-12-09",
		findings: []finding{{topic: "workplace-hazard-control", severity: "MAJOR", native: "Major", code: "ETI 3.1", due: "2026-03-10", lawBreach: true,
			steps: repaired("2025-12-20", "2026-01-05", "2026-02-26", "2026-03-06", onSite)}}},
	smeta("ravipar-gin", "thornmere", "ANNOUNCED", "2026-01-14", "25-49", 6),
	smeta("vindhara-fields-north", "quillwater", "ANNOUNCED", "2025-12-12", "50-99", 8,
		finding{topic: "decent-work-conditions", severity: "MINOR", native: "Minor", code: "ETI 5.2", due: "2026-06-12", steps: repaired("2026-01-10", "2026-01-20", "2026-05-02", "2026-05-20", desktop)}),
	smeta("vindhara-fields-south", "quillwater", "ANNOUNCED", "2025-12-13", "50-99", 8),
	smeta("quynh-lam-buttons", "thornmere", "ANNOUNCED", "2024-09-20", "25-49", 6),

	// Tuna: what stands on land is audited, most of what sails is not.
	smeta("mahor-cannery", "quillwater", "UNANNOUNCED", "2026-02-25", "250+", 26,
		finding{topic: "forced-labor-elimination", severity: "CRITICAL", native: "Critical", code: "ETI 1.1", due: "2026-08-25", lawBreach: true, indicators: []string{"DEBT_BONDAGE"},
			steps: unasked(repaired("2026-03-05", "2026-03-11", "2026-07-31", "2026-08-20", onSite), "mahor-network", "2026-09-03")},
		finding{topic: "feedback-channels", severity: "MINOR", native: "Minor", code: "MSA 2", due: "2026-05-25", steps: unasked(repaired("2026-03-05", "2026-03-11", "2026-04-28", "2026-05-06", desktop), "mahor-network", "2026-05-28")}),
	smeta("mahor-loins", "quillwater", "ANNOUNCED", "2025-04-03", "100-249", 12),
	sa8000("laem-thara-store", "quillwater", "2026-04-08", "2028-04-07", "50-99", 6),
	bsci("sampan-presses", "ANNOUNCED", "2026-03-03", "B", "50-99", 6,
		finding{topic: "decent-work-conditions", severity: "MINOR", native: "Partially", code: "PA 5", due: "2026-09-03", steps: append(repaired("2026-03-24", "2026-03-31", "2026-06-15", "2026-06-22", desktop),
			step{state: provenance.FindingOverridden, on: "2026-09-14", by: "mahor-network", reason: "WORKERS_LEFT"})}),
	sa8000("dobrelin-press", "plumbstone", "2025-11-05", "2028-11-04", "25-49", 4),
	{site: "te-motu-star", firm: "thornmere", scheme: "SMETA", version: "7.0", kind: "SPECIAL", announcement: "UNANNOUNCED", end: "2026-05-30", days: 1, workers: "10-24", spokenTo: 8},

	// Cable: every site audited, and what was found put right.
	vap(cableSite, "2025-07-18", "2027-07-17", "Silver", "172.4", "250+", 30,
		finding{topic: "decent-work-conditions", severity: "MAJOR", native: "Major", code: "A3.1", due: "2026-01-14", indicators: []string{"EXCESSIVE_OVERTIME"},
			steps: unasked(repaired("2025-07-30", "2025-08-06", "2025-12-20", "2026-01-12", onSite), "threshold-desk", "2026-02-09")}),
	vap("perling-connectors", "2025-08-22", "2027-08-21", "Silver", "163.9", "250+", 34,
		finding{topic: "forced-labor-elimination", severity: "CRITICAL", native: "Priority", code: "A1.3", due: "2025-11-20", lawBreach: true, indicators: []string{"DEBT_BONDAGE"},
			steps: append([]step{{state: provenance.FindingDisputed, on: "2025-08-30", reason: "GRAVITY_OVERSTATED"}, {state: provenance.FindingReopened, on: "2025-09-15", reason: "DISPUTE_REJECTED"}},
				unasked(repaired("2025-09-22", "2025-09-29", "2026-02-27", "2026-03-19", onSite), "threshold-desk", "2026-04-02")...)},
		finding{topic: "living-conditions", severity: "MAJOR", native: "Major", code: "B7.2", due: "2026-02-18", steps: unasked(repaired("2025-09-05", "2025-09-12", "2025-12-11", "2026-01-20", onSite), "threshold-desk", "2026-04-02")}),
	vap("chonlada-wire", "2025-09-11", "2027-09-10", "Gold", "184.2", "100-249", 14),
	vap("hoa-thanh-compound", "2025-07-24", "2027-07-23", "Gold", "188", "50-99", 10,
		finding{topic: "workplace-hazard-control", severity: "MINOR", native: "Minor", code: "B6.1", due: "2026-04-20", steps: repaired("2025-08-20", "2025-08-28", "2025-11-30", "2025-12-08", desktop)}),
	vap("hanbyeol-rod", "2025-06-13", "2027-06-12", "Platinum", "200", "100-249", 12),
	vap("kujiranami-strip", "2025-05-30", "2027-05-29", "Platinum", "200", "50-99", 8),
	sa8000("pampa-refinery", "quillwater", "2025-09-26", "2028-09-25", "100-249", 14),
	sa8000("quebrada-mine", "quillwater", "2025-10-03", "2028-10-02", "250+", 26,
		finding{topic: "workplace-safety", severity: "MINOR", native: "Minor", code: "SA 3.1", due: "2026-04-03", steps: repaired("2025-10-20", "2025-10-27", "2026-02-12", "2026-02-20", desktop)}),
	vap("sekar-resin", "2025-08-01", "2027-07-31", "Gold", "190.5", "50-99", 8),
	sa8000("kestrel-smelter", "plumbstone", "2025-10-17", "2028-10-16", "100-249", 10),
}

func auditID(site, end string) string { return id("audit", site+" "+end) }

// auditorOf is the number of the auditor of a firm.
func auditorOf(firm string) string { return "DEMO-" + id("auditor", firm)[:6] }

func (a audit) statement() *provenance.Audit {
	s := &provenance.Audit{
		ID: auditID(a.site, a.end), Facility: siteID(a.site), Firm: partyID(a.firm), Accreditation: accreditationID(a.firm, a.scheme),
		Auditors: []string{auditorOf(a.firm)},
		Scheme:   a.scheme, SchemeVersion: a.version, AuditKind: a.kind, Announcement: a.announcement,
		Start: daysBefore(a.end, a.days-1), End: a.end, ValidUntil: a.validUntil, Workers: a.workers,
		Interviews: provenance.Interviews{Individual: a.spokenTo, Groups: a.spokenTo / 5, InGroups: a.spokenTo / 5 * 4, Languages: []string{languages[siteOf(a.site).country]}},
		Result:     a.result, Findings: []provenance.Finding{},
	}
	if a.supersedes != "" {
		s.Supersedes = auditID(a.site, a.supersedes)
	}
	for n, f := range a.findings {
		s.Findings = append(s.Findings, provenance.Finding{
			No: findingNo(n), Topic: f.topic, Indicators: slices.Clone(f.indicators), NativeSeverity: f.native,
			Severity: f.severity, LawBreach: f.lawBreach, CodeRef: f.code, DueOn: f.due,
		})
	}
	return s
}

// remedies are what sites give as causes and measures, by topic.
var remedies = map[string]struct{ causes, measures []string }{
	"forced-labor-elimination": {[]string{"RECRUITER_CONDUCT", "NO_OVERSIGHT"}, []string{"CONTAIN_AT_ONCE", "CHANGE_RECRUITER", "CHANGE_POLICY"}},
	"decent-work-conditions":   {[]string{"BUYER_TERMS", "COST_PRESSURE"}, []string{"REDUCE_HOURS", "HIRE_WORKERS"}},
	"worker-representation":    {[]string{"NO_POLICY"}, []string{"CHANGE_POLICY", "CONSULT_WORKERS"}},
	"feedback-channels":        {[]string{"NO_POLICY"}, []string{"OPEN_COMPLAINT_CHANNEL"}},
	"living-conditions":        {[]string{"PREMISES_OR_MACHINES"}, []string{"IMPROVE_HOUSING"}},
	"youth-protection":         {[]string{"NO_TRAINING", "POLICY_NOT_FOLLOWED"}, []string{"CHANGE_POLICY", "TRAIN_MANAGERS"}},
	"workplace-safety":         {[]string{"PREMISES_OR_MACHINES"}, []string{"REPAIR_PREMISES", "PROTECTIVE_EQUIPMENT"}},
	"workplace-hazard-control": {[]string{"NO_OVERSIGHT"}, []string{"REPAIR_PREMISES", "TRAIN_WORKERS"}},
}

// proposal is the corrective action that a step proposes: to be done by the
// finding's day, or in the week where that has passed.
func (a audit) proposal(finding, step int) *provenance.CorrectiveAction {
	f := a.findings[finding]
	remedy, on := remedies[f.topic], f.steps[step].on
	return &provenance.CorrectiveAction{
		ID: a.stepID("corrective action", finding, step), Audit: auditID(a.site, a.end), Finding: findingNo(finding),
		Causes: remedy.causes, Measures: remedy.measures, ProposedOn: on, DueOn: max(f.due, daysBefore(on, -7)),
	}
}

// languages in which workers were spoken to, by country.
var languages = map[string]string{
	"AU": "en", "BD": "bn", "BJ": "fr", "CL": "es", "IN": "hi", "JO": "ar", "JP": "ja", "KI": "en", "KR": "ko",
	"MY": "ne", "PK": "ur", "RO": "ro", "SG": "en", "TH": "my", "TW": "id", "VN": "vi",
}
