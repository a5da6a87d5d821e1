package demo

import (
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// group is a cohort with all that was said of it. Amounts are of one worker,
// in minor units.
type group struct {
	key, site                 string
	by                        string // the party that formed the group
	recruiter                 string
	from, to                  string // countries; empty for workers hired locally
	arrivedFrom, arrivedUntil string // months
	size                      int
	said                      []said
	paid                      []repayment
	told                      []attestation
}

// said is one party's fee statement.
type said struct {
	by         string
	method     provenance.Method
	month      string
	currency   string
	earnings   int64  // of the first month
	quantified string // how well it is known
	debt       *provenance.Debt
	lines      []line
}

type line struct {
	category, trigger, paidTo string
	each                      int64
	workers                   int
	lawful                    provenance.Verdict
}

type repayment struct {
	instalments       []provenance.Instalment // of each worker; added up for all below
	agreed            string
	payout            []string
	plan              string // the name of the plan that is paid
	name, against     string // the party whose statement it answers
	by                string
	state, month, due string
	each              int64
	workers, leavers  int
	payer, method     string
	checks            []check
}

type check struct {
	by       string
	received provenance.Verdict
	method   provenance.Method
	month    string
}

// attestation counts, for each predicate that is asked about, those for whom it
// does not hold or is not known; it holds for the rest.
type attestation struct {
	by          string
	method      provenance.Method
	from, until string
	no, unknown map[string]int
}

// Methods, and what lines of fees are about.
const (
	offSite  provenance.Method = "WORKER_INTERVIEW_OFFSITE"
	inside   provenance.Method = "WORKER_INTERVIEW_ONSITE"
	union    provenance.Method = "UNION_OR_NGO"
	payroll  provenance.Method = "PAYROLL_RECONCILIATION"
	declared                   = provenance.EmployerDeclaration

	byAgent  = "INITIATED_BY_EMPLOYER_OR_AGENT"
	required = "REQUIRED_FOR_ACCESS"
	imposed  = "IMPOSED_DURING_RECRUITMENT"
)

// asked are the predicates of every attestation here.
var asked = []string{
	"CT_WRITTEN", "CT_LANGUAGE", "CT_COPY_HELD", "CT_NO_SUBSTITUTION", "WG_PAID_EQ_OFFERED", "WG_REGULAR",
	"HR_OT", "HR_REST", "ID_NOT_RETAINED", "FM_FREE", "GR_ACCESS", "DB_NONE",
}

var migrants = []group{
	{key: "thuraya-bd", site: "thuraya-sewing", by: "wadi-needle", recruiter: "padma-route", from: "BD", to: "JO", arrivedFrom: "2025-02", arrivedUntil: "2025-04", size: 84,
		said: []said{
			{by: "wadi-needle", method: union, month: "2026-01", currency: "BDT", earnings: 3_150_000, quantified: provenance.Documented,
				debt: &provenance.Debt{Workers: 71, Principal: "UP_TO_12_MONTHS", Interest: "UP_TO_36_PERCENT", Lender: "MONEYLENDER"}, lines: []line{
					{"FEE_MATCHING", byAgent, "SUB_AGENT", 15_000_000, 84, provenance.No},
					{"COST_ADMIN", required, "RECRUITER", 4_200_000, 84, provenance.No},
					{"COST_TRAVEL_LODGING", required, "RECRUITER", 2_800_000, 80, provenance.No},
					{"ILL_KICKBACK", imposed, "OFFICIAL", 1_500_000, 41, provenance.No},
				}},
			{by: "quillwater", method: inside, month: "2026-03", currency: "BDT", lines: []line{
				{"FEE_MATCHING", byAgent, "UNKNOWN", 6_000_000, 52, provenance.No},
				{"COST_ADMIN", required, "RECRUITER", 2_500_000, 60, provenance.Unknown},
			}},
			{by: "wadi-thuraya", method: declared, month: "2026-02", currency: "BDT", lines: []line{{"FEE_MATCHING", byAgent, "UNKNOWN", 0, 0, provenance.Yes}}},
			{by: "padma-route", method: declared, month: "2026-02", currency: "BDT", lines: []line{{"COST_ADMIN", required, "RECRUITER", 1_650_000, 84, provenance.Yes}}},
		},
		paid: []repayment{
			{name: "plan", against: "wadi-needle", by: "wadi-thuraya", state: provenance.PlanAgreed, month: "2026-04", due: "2027-03", each: 20_000_000, workers: 84, leavers: 9, payer: "EMPLOYER", method: "BANK",
				agreed: "REPRESENTATIVES", payout: []string{"BDT", "JOD"}, instalments: []provenance.Instalment{
					{Due: "2026-05", Amount: 5_000_000}, {Due: "2026-08", Amount: 5_000_000}, {Due: "2026-11", Amount: 5_000_000}, {Due: "2027-03", Amount: 5_000_000}}},
			{name: "first", plan: "plan", against: "wadi-needle", by: "wadi-thuraya", state: provenance.Paid, month: "2026-05", each: 5_000_000, workers: 75, payer: "EMPLOYER", method: "BANK",
				checks: []check{{"wadi-needle", provenance.Yes, union, "2026-06"}, {"quillwater", provenance.Yes, payroll, "2026-07"}}},
			{name: "second", plan: "plan", against: "wadi-needle", by: "wadi-thuraya", state: provenance.Paid, month: "2026-08", each: 4_000_000, workers: 75, payer: "EMPLOYER", method: "PAYROLL"},
		},
		told: []attestation{
			{by: "wadi-thuraya", method: declared, from: "2026-01", until: "2026-03"},
			{by: "quillwater", method: inside, from: "2026-01", until: "2026-03", no: map[string]int{"ID_NOT_RETAINED": 22, "HR_OT": 18}, unknown: map[string]int{"CT_NO_SUBSTITUTION": 30, "DB_NONE": 40}},
			{by: "wadi-needle", method: union, from: "2026-01", until: "2026-08", no: map[string]int{"ID_NOT_RETAINED": 61, "CT_NO_SUBSTITUTION": 38, "HR_OT": 52, "FM_FREE": 44, "DB_NONE": 70, "CT_COPY_HELD": 29}, unknown: map[string]int{"WG_REGULAR": 6}},
		}},
	{key: "thuraya-np", site: "thuraya-sewing", by: "threshold-desk", recruiter: "himal-setu", from: "NP", to: "JO", arrivedFrom: "2025-05", arrivedUntil: "2025-06", size: 36,
		said: []said{
			{by: "threshold-desk", method: offSite, month: "2026-02", currency: "NPR", earnings: 3_400_000, quantified: provenance.Estimated, lines: []line{
				{"FEE_MATCHING", byAgent, "SUB_AGENT", 9_500_000, 36, provenance.No},
				{"COST_MEDICAL", required, "SERVICE_PROVIDER", 650_000, 36, provenance.No},
			}},
			{by: "wadi-thuraya", method: declared, month: "2026-02", currency: "NPR", lines: []line{{"FEE_MATCHING", byAgent, "RECRUITER", 1_000_000, 36, provenance.Yes}}},
		},
		paid: []repayment{
			{name: "cash", against: "threshold-desk", by: "wadi-thuraya", state: provenance.Paid, month: "2026-06", each: 3_000_000, workers: 36, payer: "EMPLOYER", method: "CASH",
				checks: []check{{"threshold-desk", provenance.No, offSite, "2026-08"}}},
			{name: "brand", against: "threshold-desk", by: "ostrevane", state: provenance.Paid, month: "2026-09", each: 2_500_000, workers: 36, payer: "BRAND", method: "BANK",
				checks: []check{{"threshold-desk", provenance.Yes, offSite, "2026-10"}}},
		},
		told: []attestation{
			{by: "wadi-thuraya", method: declared, from: "2026-01", until: "2026-03"},
			{by: "threshold-desk", method: offSite, from: "2026-01", until: "2026-06", no: map[string]int{"ID_NOT_RETAINED": 25, "DB_NONE": 33, "CT_LANGUAGE": 20}, unknown: map[string]int{"GR_ACCESS": 8}},
		}},
	{key: "tirumani-hostel", site: "tirumani-spindles", by: "thornmere", from: "IN", to: "IN", arrivedFrom: "2025-06", arrivedUntil: "2025-08", size: 64,
		said: []said{{by: "thornmere", method: offSite, month: "2026-05", currency: "INR", lines: []line{{"ILL_COLLATERAL", imposed, "EMPLOYER", 300_000, 22, provenance.No}}}},
		told: []attestation{
			{by: "tirumani", method: declared, from: "2026-04", until: "2026-05"},
			{by: "thornmere", method: offSite, from: "2026-04", until: "2026-05", no: map[string]int{"FM_FREE": 58, "HR_REST": 31}, unknown: map[string]int{"WG_PAID_EQ_OFFERED": 12}},
		}},

	{key: "mahor-mm", site: tunaSite, by: "mahor-network", recruiter: "salween-span", from: "MM", to: "TH", arrivedFrom: "2024-11", arrivedUntil: "2025-02", size: 120,
		said: []said{
			{by: "mahor-network", method: union, month: "2025-11", currency: "MMK", earnings: 92_000_000, lines: []line{
				{"FEE_MATCHING", byAgent, "SUB_AGENT", 60_000_000, 120, provenance.No},
				{"COST_ADMIN", required, "RECRUITER", 18_000_000, 112, provenance.Unknown},
			}},
			{by: "khlong-mahor", method: declared, month: "2026-01", currency: "MMK", lines: []line{{"COST_ADMIN", required, "RECRUITER", 18_000_000, 96, provenance.Yes}}},
		},
		paid: []repayment{
			{name: "first", against: "mahor-network", by: "khlong-mahor", state: provenance.Paid, month: "2026-04", each: 40_000_000, workers: 120, leavers: 11, payer: "EMPLOYER", method: "BANK",
				checks: []check{{"mahor-network", provenance.Yes, union, "2026-05"}}},
			{name: "rest", against: "mahor-network", by: "khlong-mahor", state: provenance.Paid, month: "2026-07", each: 36_800_000, workers: 120, leavers: 14, payer: "EMPLOYER", method: "BANK",
				checks: []check{{"mahor-network", provenance.Yes, union, "2026-08"}, {"quillwater", provenance.Yes, payroll, "2026-08"}}},
		},
		told: []attestation{
			{by: "khlong-mahor", method: declared, from: "2026-01", until: "2026-06"},
			{by: "mahor-network", method: union, from: "2026-01", until: "2026-08", no: map[string]int{"CT_LANGUAGE": 14}, unknown: map[string]int{"GR_ACCESS": 20}},
		}},
	{key: "sampan-la", site: "sampan-presses", by: "mahor-network", from: "LA", to: "TH", arrivedFrom: "2025-03", arrivedUntil: "2025-09", size: 7,
		said: []said{{by: "mahor-network", method: union, month: "2025-12", currency: "LAK", lines: []line{{"FEE_MATCHING", byAgent, "UNKNOWN", 0, 0, provenance.Yes}}}},
		told: []attestation{{by: "mahor-network", method: union, from: "2025-12", until: "2026-03"}}},

	{key: "perling-np", site: "perling-connectors", by: "threshold-desk", recruiter: "himal-setu", from: "NP", to: "MY", arrivedFrom: "2024-08", arrivedUntil: "2024-11", size: 58,
		said: []said{
			{by: "threshold-desk", method: offSite, month: "2025-09", currency: "NPR", earnings: 4_900_000, lines: []line{
				{"FEE_MATCHING", byAgent, "SUB_AGENT", 9_000_000, 58, provenance.No},
				{"COST_TRAINING", required, "SERVICE_PROVIDER", 500_000, 58, provenance.No},
			}},
			{by: "plumbstone", method: inside, month: "2025-08", currency: "NPR", lines: []line{{"FEE_MATCHING", byAgent, "SUB_AGENT", 8_000_000, 44, provenance.No}}},
			{by: "bukit-perling", method: declared, month: "2025-07", currency: "NPR", lines: []line{{"FEE_MATCHING", byAgent, "UNKNOWN", 0, 0, provenance.Yes}}},
		},
		paid: []repayment{
			{name: "first", against: "threshold-desk", by: "bukit-perling", state: provenance.Paid, month: "2025-12", each: 5_000_000, workers: 58, leavers: 6, payer: "EMPLOYER", method: "BANK",
				checks: []check{{"threshold-desk", provenance.Yes, offSite, "2026-01"}}},
			{name: "rest", against: "threshold-desk", by: "bukit-perling", state: provenance.Paid, month: "2026-02", each: 4_500_000, workers: 58, leavers: 7, payer: "EMPLOYER", method: "BANK",
				checks: []check{{"threshold-desk", provenance.Yes, offSite, "2026-03"}, {"plumbstone", provenance.Yes, payroll, "2026-03"}}},
		},
		told: []attestation{
			{by: "bukit-perling", method: declared, from: "2025-07", until: "2025-12"},
			{by: "threshold-desk", method: offSite, from: "2025-09", until: "2026-03", no: map[string]int{"CT_NO_SUBSTITUTION": 5}},
		}},
}

// locals are groups hired near their site, whom an auditor or a workers'
// organisation asked, and who paid nothing.
var locals = []struct {
	site, by, currency, month string
	size                      int
}{
	{"thuraya-finishing", "quillwater", "JOD", "2026-03", 64},
	{"nahar-sewing", "thornmere", "BDT", "2026-01", 310},
	{"kaverinad-looms", "thornmere", "INR", "2026-02", 92},
	{"chenabpur-looms", "thornmere", "PKR", "2026-04", 110},
	{"ravipar-gin", "thornmere", "PKR", "2026-01", 28},
	{"vindhara-gin-a", "quillwater", "INR", "2025-12", 33},
	{"vindhara-fields-north", "quillwater", "INR", "2025-12", 71},

	{"mahor-loins", "mahor-network", "THB", "2025-12", 88},
	{"laem-thara-store", "quillwater", "THB", "2026-04", 41},
	{"dobrelin-press", "plumbstone", "RON", "2025-11", 27},
	{"te-motu-star", "thornmere", "AUD", "2026-05", 14},

	{cableSite, "plumbstone", "VND", "2025-07", 420},
	{"perling-connectors", "plumbstone", "MYR", "2025-08", 150},
	{"chonlada-wire", "plumbstone", "THB", "2025-09", 120},
	{"hoa-thanh-compound", "plumbstone", "VND", "2025-07", 66},
	{"hanbyeol-rod", "plumbstone", "KRW", "2025-06", 104},
	{"kujiranami-strip", "plumbstone", "JPY", "2025-05", 52},
	{"pampa-refinery", "quillwater", "CLP", "2025-09", 140},
	{"quebrada-mine", "quillwater", "CLP", "2025-10", 260},
	{"sekar-resin", "plumbstone", "SGD", "2025-08", 58},
	{"kestrel-smelter", "plumbstone", "AUD", "2025-10", 112},
}

// groups lists all cohorts, those of locals made from the list above.
func groups() []group {
	all := append([]group{}, migrants...)
	for _, l := range locals {
		all = append(all, group{
			key: l.site + "-locals", site: l.site, by: l.by, arrivedFrom: "2022-01", arrivedUntil: "2025-01", size: l.size,
			said: []said{{by: l.by, method: inside, month: l.month, currency: l.currency, lines: []line{{"FEE_MATCHING", required, "UNKNOWN", 0, 0, provenance.Yes}}}},
			told: []attestation{{by: l.by, method: inside, from: l.month, until: l.month}},
		})
	}
	return all
}

func (g group) id() string { return id("cohort", g.key) }

func (g group) cohort() *provenance.Cohort {
	c := &provenance.Cohort{ID: g.id(), Facility: siteID(g.site), ArrivedFrom: g.arrivedFrom, ArrivedUntil: g.arrivedUntil, Size: g.size, Terms: termsOf(g.key), ReceiptsRoot: g.receiptsRoot()}
	if g.recruiter != "" {
		c.Recruiter = partyID(g.recruiter)
	}
	if g.from != "" {
		c.Corridor = &provenance.Corridor{From: g.from, To: g.to}
	}
	return c
}

func (g group) statementID(by string) string { return id("fee statement", g.key+" "+by) }

func (g group) statement(s said) *provenance.FeeStatement {
	f := &provenance.FeeStatement{ID: g.statementID(s.by), Cohort: g.id(), Method: s.method, Month: s.month, Quantified: s.quantified, Debt: s.debt}
	if s.earnings > 0 {
		f.FirstMonthEarnings = &provenance.Money{Amount: s.earnings, Currency: s.currency}
	}
	for _, l := range s.lines {
		employerPays := provenance.Yes
		if l.each > 0 {
			employerPays = provenance.No
		}
		f.Lines = append(f.Lines, provenance.FeeLine{
			Category: l.category, Trigger: l.trigger, PaidTo: l.paidTo, Workers: l.workers, Lawful: l.lawful, EmployerPays: employerPays,
			Charged: provenance.Money{Amount: l.each * int64(l.workers), Currency: s.currency},
		})
	}
	return f
}

func (g group) repaymentID(r repayment) string { return id("repayment", g.key+" "+r.name) }

func (g group) repayment(r repayment) *provenance.Repayment {
	currency := ""
	for _, s := range g.said {
		if s.by == r.against {
			currency = s.currency
		}
	}
	paid := &provenance.Repayment{
		ID: g.repaymentID(r), Statement: g.statementID(r.against), State: r.state, Month: r.month, DueMonth: r.due,
		Paid:    provenance.Money{Amount: r.each * int64(r.workers), Currency: currency},
		Workers: r.workers, Leavers: r.leavers, PaidBy: r.payer, PayMethod: r.method, AgreedWith: r.agreed, Payout: r.payout,
	}
	for _, part := range r.instalments {
		paid.Instalments = append(paid.Instalments, provenance.Instalment{Due: part.Due, Amount: part.Amount * int64(r.workers)})
	}
	if r.plan != "" {
		paid.Plan = g.repaymentID(repayment{name: r.plan})
	}
	return paid
}

func (g group) check(r repayment, c check) *provenance.RepaymentCheck {
	return &provenance.RepaymentCheck{
		ID:        id("repayment check", fmt.Sprintf("%s %s %s", g.key, r.name, c.by)),
		Repayment: g.repaymentID(r), Received: c.received, Method: c.method, Month: c.month,
	}
}

func (g group) attestation(a attestation) *provenance.Attestation {
	s := &provenance.Attestation{ID: id("attestation", g.key+" "+a.by), Cohort: g.id(), Method: a.method, From: a.from, Until: a.until}
	for _, code := range asked {
		no, unknown := a.no[code], a.unknown[code]
		s.Predicates = append(s.Predicates, provenance.PredicateCount{Code: code, Yes: g.size - no - unknown, No: no, Unknown: unknown})
	}
	return s
}
