package provenance_test

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

var update = flag.Bool("update", false, "write the golden files")

// now is after all that a world tells.
var now = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// everything is one statement of each kind, in the order of Specs.
func everything(w *world.World) []provenance.Statement {
	w.Firm.OwnedBy = []string{w.Brand.ID}
	member := w.Member(&w.Firm, provenance.RoleAuditor, strings.Repeat("0f", 32))
	wrong := world.Wrong(w.ClothMade, "2025-10-02T03:00:00.000Z")
	wrong.ErrorDeclaration.CorrectiveEventIDs = []string{w.ShirtMade.Key()}
	return []provenance.Statement{
		&w.Firm, &w.Amend.Party, &member,
		&provenance.Standing{ID: w.ID(), Subject: provenance.Subject{Kind: provenance.KindMember, ID: member.ID}, State: provenance.Suspended, Reason: "KEY_LOST"},
		&w.Accreditation, &w.Site,
		&w.Annex.Amendment, &w.Annex.Status, &w.Annex.Merge, &w.Annex.Split, &w.Annex.Claim, &w.Annex.Decision,
		&w.Shirt, &w.Amend.Product, &w.ShirtMade, wrong, &provenance.Yield{ID: "01J9ZC6V7Q3N8M5K2H4T6W8Y0A", Product: w.Shirt.GTIN, Most: "0.92"}, &w.Audit, &w.Action, &w.Step, &w.Extension, &w.Children, &w.ChildPlan, &w.Amend.AgeRule, &w.Cohort, &w.Fees, &w.Repayment,
		w.AnswerCount(), w.TermsCommitment(), w.TermsComparison(), w.GrievanceCount(), w.Erasure(),
		&w.Check, &w.Attestation,
		&w.Watch.Gap, &w.Watch.Screening, &w.Watch.Reply, &w.Watch.Decision, &w.Watch.Clock, &w.Watch.Total,
		&provenance.Withdrawal{ID: w.ID(), Target: provenance.Target{Kind: provenance.KindAudit, ID: w.Audit.ID}, Reason: "FRAUD_FOUND"},
	}
}

// A changed line in the golden file means that what the ledger holds already
// reads differently: review it as a fork of the ledger.
func TestCanonicalBytesOfEachKind(t *testing.T) {
	const file = "testdata/records.jsonl"
	var lines []string
	for i, s := range everything(world.New(7)) {
		body, err := provenance.Canonical(s)
		if err != nil {
			t.Fatal(err)
		}
		record := provenance.Record{Kind: s.Kind(), ID: s.Key(), By: provenance.Author{Org: provenance.Auditors, Party: "p", Member: "m"},
			At: provenance.FormatInstant(now), Tx: "tx", About: []provenance.Ref{}, Body: body}
		for _, r := range s.References() {
			if r.Subject {
				record.About = append(record.About, r.Ref)
			}
		}
		text, err := provenance.Canonical(record)
		if err != nil {
			t.Fatal(err)
		}
		digest, err := provenance.Digest(record)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, digest+" "+string(text))
		if want := provenance.Specs()[i].Kind; s.Kind() != want {
			t.Errorf("statement %d is a %s, want a %s", i, s.Kind(), want)
		}
	}
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(want)), "\n") {
		if i >= len(lines) || lines[i] != line {
			t.Errorf("line %d is no longer\n%s", i+1, line)
		}
	}
	if len(lines) != len(provenance.Specs()) || got != string(want) {
		t.Errorf("there are %d kinds, want %d, each with its line", len(lines), len(provenance.Specs()))
	}
}

func TestEachKindIsReadAsItWasWritten(t *testing.T) {
	for _, s := range everything(world.New(7)) {
		spec, ok := provenance.SpecOf(s.Kind())
		if !ok {
			t.Fatalf("no spec of a %s", s.Kind())
		}
		doc, refusal := spec.Read(world.Document(s), now)
		if refusal != nil {
			t.Errorf("a %s is refused: %v", s.Kind(), refusal)
			continue
		}
		want, err := provenance.Canonical(s)
		if err != nil {
			t.Fatal(err)
		}
		got, err := provenance.Canonical(doc.Statements[0])
		if err != nil || string(got) != string(want) {
			t.Errorf("a %s became\n%s (%v)\nwant\n%s", s.Kind(), got, err, want)
		}
	}
}

// member makes the world's auditor one of the association.
func member(w *world.World) *provenance.APSCA {
	return &provenance.APSCA{MemberFirm: "2150", Levels: []provenance.AuditorLevel{{Auditor: w.Audit.Auditors[0], Level: "CSCA"}}, CheckedOn: "2025-11-01"}
}

// planned makes the world's repayment a plan until 2026-03.
func planned(w *world.World, instalments ...provenance.Instalment) *provenance.Repayment {
	r := w.Repayment
	r.State, r.DueMonth, r.Instalments, r.AgreedWith, r.Interest, r.Payout = provenance.PlanAgreed, "2026-03", instalments, "REPRESENTATIVES", true, []string{"NPR", "THB"}
	return &r
}

// rule is a change to a valid world after which a statement is refused.
type rule struct {
	name   string
	change func(w *world.World) provenance.Statement
	code   provenance.Code
	field  string
}

func TestRules(t *testing.T) {
	refuseEach(t, []rule{
		{"a party that owns itself", func(w *world.World) provenance.Statement { w.Firm.OwnedBy = []string{w.Firm.ID}; return &w.Firm }, provenance.Invalid, "ownedBy[0]"},
		{"an auditor of what is no audit", func(w *world.World) provenance.Statement {
			w.Watch.Accreditation.Auditor = "A-17"
			return &w.Watch.Accreditation
		}, provenance.Invalid, "auditor"},
		{"a least age below the conventions'", func(w *world.World) provenance.Statement {
			w.Amend.AgeRule.Work, w.Amend.AgeRule.Least = provenance.WorkFishing, 15
			return &w.Amend.AgeRule
		}, provenance.Invalid, "least"},
		{"a law that is not in force", func(w *world.World) provenance.Statement {
			w.Amend.AgeRule.From = "2026-02-01"
			return &w.Amend.AgeRule
		}, provenance.InFuture, "from"},
		{"an amended party that owns itself", func(w *world.World) provenance.Statement {
			w.Amend.Party.OwnedBy = []string{w.Agency.ID, w.Factory.ID}
			return &w.Amend.Party
		}, provenance.Invalid, "ownedBy[1]"},
		{"owners beside none", func(w *world.World) provenance.Statement { w.Amend.Party.NoOwners = true; return &w.Amend.Party }, provenance.Invalid, "noOwners"},
		{"a party amended ahead of time", func(w *world.World) provenance.Statement { w.Amend.Party.From = "2026-02-01"; return &w.Amend.Party }, provenance.InFuture, "from"},
		{"an amended party of which nothing is said", func(w *world.World) provenance.Statement {
			w.Amend.Party.Identifiers, w.Amend.Party.OwnedBy = nil, nil
			return &w.Amend.Party
		}, provenance.Invalid, ""},
		{"a ship's number for an amended party", func(w *world.World) provenance.Statement {
			w.Amend.Party.Identifiers = []provenance.Identifier{{Scheme: provenance.IMO, Value: "9074729"}}
			return &w.Amend.Party
		}, provenance.Invalid, "identifiers[0].scheme"},
		{"a party's number that is given and taken at once", func(w *world.World) provenance.Statement {
			w.Amend.Party.Identifiers = []provenance.Identifier{{Scheme: provenance.LEI, Value: "5493001KJTIIGC8Y1R12"}}
			w.Amend.Party.RemovedIdentifiers = w.Amend.Party.Identifiers
			return &w.Amend.Party
		}, provenance.Invalid, "removedIdentifiers[0].value"},
		{"a product amended ahead of time", func(w *world.World) provenance.Statement {
			w.Amend.Product.From = "2026-02-01"
			return &w.Amend.Product
		}, provenance.InFuture, "from"},
		{"an amended product of which nothing is said", func(w *world.World) provenance.Statement {
			w.Amend.Product = provenance.ProductAmendment{ID: w.Amend.Product.ID, Product: w.Shirt.GTIN, From: "2025-07-01"}
			return &w.Amend.Product
		}, provenance.Invalid, ""},
		{"an edition of no number", func(w *world.World) provenance.Statement { w.Amend.Product.HS = ""; return &w.Amend.Product }, provenance.Invalid, "hsEdition"},
		{"a product's edition of no number", func(w *world.World) provenance.Statement { w.Shirt.HS, w.Shirt.HSEdition = "", "2022"; return &w.Shirt }, provenance.Invalid, "products[0].hsEdition"},
		{"a party with a wrong LEI", func(w *world.World) provenance.Statement {
			w.Firm.Identifiers = []provenance.Identifier{{Scheme: provenance.LEI, Value: "5493001KJTIIGC8Y1R13"}}
			return &w.Firm
		}, provenance.Invalid, "identifiers[0].value"},
		{"a country nobody knows", func(w *world.World) provenance.Statement { w.Firm.Country = "UK"; return &w.Firm }, provenance.Invalid, "country"},
		{"an identifier in small letters", func(w *world.World) provenance.Statement { w.Firm.ID = strings.ToLower(w.Firm.ID); return &w.Firm }, provenance.Invalid, "id"},
		{"an accreditation that ends first", func(w *world.World) provenance.Statement {
			w.Accreditation.ValidUntil = "2019-12-31"
			return &w.Accreditation
		}, provenance.Invalid, "validUntil"},
		{"a site with a ship's number", func(w *world.World) provenance.Statement {
			w.Site.Identifiers = []provenance.Identifier{{Scheme: provenance.IMO, Value: "9074729"}}
			return &w.Site
		}, provenance.Invalid, "facilities[0].identifiers[0].scheme"},
		{"a vessel that stands still", func(w *world.World) provenance.Statement {
			w.Site.FacilityKind, w.Site.NoIMO = provenance.Vessel, true
			return &w.Site
		}, provenance.Invalid, "facilities[0].position"},
		{"a name that turns what follows", func(w *world.World) provenance.Statement {
			w.Site.Name = "mill \u202etext"
			return &w.Site
		}, provenance.Invalid, "facilities[0].name"},
		{"an identifier given twice", func(w *world.World) provenance.Statement {
			w.Site.Identifiers = append(w.Site.Identifiers, w.Site.Identifiers[0])
			return &w.Site
		}, provenance.Invalid, "facilities[0].identifiers[1].value"},
		{"an audit that ends first", func(w *world.World) provenance.Statement { w.Audit.End = "2025-11-02"; return &w.Audit }, provenance.Invalid, "end"},
		{"an audit of the day after tomorrow", func(w *world.World) provenance.Statement {
			w.Audit.End, w.Audit.ValidUntil = "2026-01-17", ""
			return &w.Audit
		}, provenance.InFuture, "end"},
		{"an audit that runs out before it ends", func(w *world.World) provenance.Statement {
			w.Audit.ValidUntil = "2025-11-04"
			return &w.Audit
		}, provenance.Invalid, "validUntil"},
		{"workers in no group", func(w *world.World) provenance.Statement { w.Audit.Interviews.Groups = 0; return &w.Audit }, provenance.Invalid, "interviews.groups"},
		{"two findings of one number", func(w *world.World) provenance.Statement { w.Audit.Findings[1].No = "F-1"; return &w.Audit }, provenance.Invalid, "findings[1].no"},
		{"a finding due before its audit", func(w *world.World) provenance.Statement {
			w.Audit.Findings[0].DueOn = "2025-11-02"
			return &w.Audit
		}, provenance.Invalid, "findings[0].dueOn"},
		{"an audit that replaces itself", func(w *world.World) provenance.Statement { w.Audit.Supersedes = w.Audit.ID; return &w.Audit }, provenance.Invalid, "supersedes"},
		{"an audit by a version of the day before", func(w *world.World) provenance.Statement {
			w.Audit.Start, w.Audit.End, w.Audit.Findings = "2024-09-08", "2024-09-09", []provenance.Finding{}
			return &w.Audit
		}, provenance.Invalid, "schemeVersion"},
		{"a version that is open to follow-ups alone", func(w *world.World) provenance.Statement {
			w.Audit.SchemeVersion = "6.1"
			return &w.Audit
		}, provenance.Invalid, "schemeVersion"},
		{"a version that has ended", func(w *world.World) provenance.Statement {
			w.Audit.SchemeVersion, w.Audit.AuditKind = "6.1", "FOLLOW_UP_FULL"
			w.Audit.End = "2026-01-01"
			return &w.Audit
		}, provenance.Invalid, "schemeVersion"},
		{"an observation where there are none", func(w *world.World) provenance.Statement {
			w.Audit.Findings[1].NativeSeverity, w.Audit.Findings[1].Severity = "Observation", provenance.Observation
			return &w.Audit
		}, provenance.Invalid, "findings[1].nativeSeverity"},
		{"a severity that a scheme has not", func(w *world.World) provenance.Statement {
			w.Audit.Scheme, w.Audit.SchemeVersion = "AMFORI_BSCI", "2021"
			w.Audit.Findings[0].NativeSeverity = "No"
			return &w.Audit
		}, provenance.Invalid, "findings[1].nativeSeverity"},
		{"a severity made smaller", func(w *world.World) provenance.Statement { w.Audit.Findings[0].Severity = "MINOR"; return &w.Audit }, provenance.Invalid, "findings[0].severity"},
		{"an outcome where there is none", func(w *world.World) provenance.Statement {
			w.Audit.Scheme, w.Audit.Findings = "BETTER_WORK", []provenance.Finding{}
			w.Audit.Result = &provenance.NativeResult{List: "CAT", Code: "A"}
			return &w.Audit
		}, provenance.Invalid, "result"},
		{"a common task with a day", func(w *world.World) provenance.Statement {
			w.Audit.Findings[0].NativeSeverity, w.Audit.Findings[0].Severity = "COLLABORATIVE_ACTION_REQUIRED", provenance.Collaborative
			return &w.Audit
		}, provenance.Invalid, "findings[0].dueOn"},
		{"an auditors' association from afar", func(w *world.World) provenance.Statement {
			w.Audit.AuditKind, w.Audit.APSCA = "DESKTOP", member(w)
			return &w.Audit
		}, provenance.Invalid, "apsca"},
		{"an associate alone", func(w *world.World) provenance.Statement {
			w.Audit.APSCA = member(w)
			w.Audit.APSCA.Levels[0].Level = "ASCA"
			return &w.Audit
		}, provenance.Invalid, "apsca.levels"},
		{"the level of somebody else", func(w *world.World) provenance.Statement {
			w.Audit.APSCA = member(w)
			w.Audit.APSCA.Levels[0].Auditor = "A-18"
			return &w.Audit
		}, provenance.Invalid, "apsca.levels[0].auditor"},
		{"a remedy of the day after tomorrow", func(w *world.World) provenance.Statement {
			w.Action.ProposedOn, w.Action.DueOn = "2026-01-17", "2026-02-17"
			return &w.Action
		}, provenance.InFuture, "proposedOn"},
		{"a remedy done before it is proposed", func(w *world.World) provenance.Statement { w.Action.DueOn = "2025-11-19"; return &w.Action }, provenance.Invalid, "dueOn"},
		{"a document behind a password", func(w *world.World) provenance.Statement {
			w.Action.Evidence[0].Locator = "https://me:secret@files.example/17.pdf"
			return &w.Action
		}, provenance.Invalid, "evidence[0].locator"},
		{"more time of the day after tomorrow", func(w *world.World) provenance.Statement {
			w.Extension.On, w.Extension.DueOn = "2026-01-17", "2026-02-17"
			return &w.Extension
		}, provenance.InFuture, "on"},
		{"more time that ends first", func(w *world.World) provenance.Statement { w.Extension.DueOn = "2025-11-30"; return &w.Extension }, provenance.Invalid, "dueOn"},
		{"a proposal of nothing", func(w *world.World) provenance.Statement { w.Step.Action = ""; return &w.Step }, provenance.Invalid, "action"},
		{"a proposal where there is none", func(w *world.World) provenance.Statement {
			w.Step.State = provenance.FindingAgreed
			return &w.Step
		}, provenance.Invalid, "action"},
		{"a dispute for no reason", func(w *world.World) provenance.Statement {
			w.Step.State, w.Step.Action = provenance.FindingDisputed, ""
			return &w.Step
		}, provenance.Invalid, "reason"},
		{"a reason of another step", func(w *world.World) provenance.Statement {
			w.Step.State, w.Step.Action, w.Step.Reason = provenance.FindingReopened, "", "FACTS_WRONG"
			return &w.Step
		}, provenance.Invalid, "reason"},
		{"a confirmation by nobody", func(w *world.World) provenance.Statement {
			w.Step.State, w.Step.Action = provenance.FindingConfirmed, ""
			return &w.Step
		}, provenance.Invalid, "count"},
		{"a count that confirms nothing", func(w *world.World) provenance.Statement { w.Step.Count = w.ID(); return &w.Step }, provenance.Invalid, "count"},
		{"a reason where none is needed", func(w *world.World) provenance.Statement { w.Step.Reason = "RECURRED"; return &w.Step }, provenance.Invalid, "reason"},
		{"a step of the day after tomorrow", func(w *world.World) provenance.Statement { w.Step.On = "2026-01-17"; return &w.Step }, provenance.InFuture, "on"},
		{"a closure nobody saw", func(w *world.World) provenance.Statement {
			w.Step.State, w.Step.Action = provenance.FindingClosedVerified, ""
			return &w.Step
		}, provenance.Invalid, "verification"},
		{"four workers", func(w *world.World) provenance.Statement { w.Cohort.Size = 4; return &w.Cohort }, provenance.BelowK, "size"},
		{"months the wrong way round", func(w *world.World) provenance.Statement { w.Cohort.ArrivedUntil = "2024-12"; return &w.Cohort }, provenance.Invalid, "arrivedUntil"},
		{"fees of four workers", func(w *world.World) provenance.Statement { w.Fees.Lines[0].Workers = 4; return &w.Fees }, provenance.BelowK, "lines[0].workers"},
		{"fees of nobody", func(w *world.World) provenance.Statement { w.Fees.Lines[0].Workers = 0; return &w.Fees }, provenance.Invalid, "lines[0].workers"},
		{"employer pays, and workers paid", func(w *world.World) provenance.Statement {
			w.Fees.Lines[0].EmployerPays = provenance.Yes
			return &w.Fees
		}, provenance.Invalid, "lines[0].employerPays"},
		{"a lawful bribe", func(w *world.World) provenance.Statement {
			w.Fees.Lines[0].Category, w.Fees.Lines[0].Lawful = "ILL_BRIBE", provenance.Yes
			return &w.Fees
		}, provenance.Invalid, "lines[0].lawful"},
		{"an exception for a fee", func(w *world.World) provenance.Statement {
			w.Fees.Lines[0].Exception = &provenance.Exception{Instrument: "C181"}
			return &w.Fees
		}, provenance.Invalid, "lines[0].exception"},
		{"one line twice", func(w *world.World) provenance.Statement {
			w.Fees.Lines = append(w.Fees.Lines, w.Fees.Lines[0])
			return &w.Fees
		}, provenance.Invalid, "lines[1].category"},
		{"a repayment of four", func(w *world.World) provenance.Statement {
			w.Repayment.Workers, w.Repayment.Leavers = 4, 0
			return &w.Repayment
		}, provenance.BelowK, "workers"},
		{"more leavers than workers", func(w *world.World) provenance.Statement { w.Repayment.Leavers = 37; return &w.Repayment }, provenance.Invalid, "leavers"},
		{"a repayment of nothing", func(w *world.World) provenance.Statement { w.Repayment.Paid.Amount = 0; return &w.Repayment }, provenance.Invalid, "paid.amount"},
		{"a plan without an end", func(w *world.World) provenance.Statement {
			w.Repayment.State = provenance.PlanAgreed
			return &w.Repayment
		}, provenance.Invalid, "dueMonth"},
		{"a sum that nobody knows", func(w *world.World) provenance.Statement { w.Fees.Quantified = provenance.NotYet; return &w.Fees }, provenance.Invalid, "lines[0].charged.amount"},
		{"four workers in debt", func(w *world.World) provenance.Statement { w.Fees.Debt = &provenance.Debt{Workers: 4}; return &w.Fees }, provenance.BelowK, "debt.workers"},
		{"a fee that recurs without months", func(w *world.World) provenance.Statement {
			w.Fees.Lines[0].Timing, w.Fees.Lines[0].From = "RECURRING", "2025-01"
			return &w.Fees
		}, provenance.Invalid, "lines[0].from"},
		{"a fee that recurs backwards", func(w *world.World) provenance.Statement {
			w.Fees.Lines[0].Timing, w.Fees.Lines[0].From, w.Fees.Lines[0].Until = "RECURRING", "2025-03", "2025-01"
			return &w.Fees
		}, provenance.Invalid, "lines[0].until"},
		{"a fee that recurs until later than it is stated", func(w *world.World) provenance.Statement {
			w.Fees.Lines[0].Timing, w.Fees.Lines[0].From, w.Fees.Lines[0].Until = "RECURRING", "2025-03", "2025-12"
			return &w.Fees
		}, provenance.Invalid, "lines[0].until"},
		{"months of what was paid once", func(w *world.World) provenance.Statement {
			w.Fees.Lines[0].Timing, w.Fees.Lines[0].From, w.Fees.Lines[0].Until = "ONE_OFF", "2025-01", "2025-01"
			return &w.Fees
		}, provenance.Invalid, "lines[0].timing"},
		{"a cost disclosed and not disclosed", func(w *world.World) provenance.Statement {
			w.Fees.Lines[0].Category = "COST_MEDICAL"
			w.Fees.Lines[0].Exception = &provenance.Exception{Instrument: "MLC 2006", Article: "A1.4(5)(b)", DisclosedIn: "2025-01"}
			return &w.Fees
		}, provenance.Invalid, "lines[0].exception.disclosedIn"},
		{"instalments that are too little", func(w *world.World) provenance.Statement {
			return planned(w, provenance.Instalment{Due: "2026-03", Amount: 89999999})
		}, provenance.Invalid, "instalments"},
		{"instalments that end before the plan", func(w *world.World) provenance.Statement {
			return planned(w, provenance.Instalment{Due: "2026-02", Amount: 90000000})
		}, provenance.Invalid, "instalments"},
		{"instalments out of order", func(w *world.World) provenance.Statement {
			return planned(w, provenance.Instalment{Due: "2026-02", Amount: 1}, provenance.Instalment{Due: "2026-01", Amount: 1}, provenance.Instalment{Due: "2026-03", Amount: 89999998})
		}, provenance.Invalid, "instalments[1].due"},
		{"two instalments a month", func(w *world.World) provenance.Statement {
			return planned(w, provenance.Instalment{Due: "2026-03", Amount: 1}, provenance.Instalment{Due: "2026-03", Amount: 89999999})
		}, provenance.Invalid, "instalments[1].due"},
		{"an instalment before the plan", func(w *world.World) provenance.Statement {
			return planned(w, provenance.Instalment{Due: "2025-11", Amount: 1}, provenance.Instalment{Due: "2026-03", Amount: 89999999})
		}, provenance.Invalid, "instalments[0].due"},
		{"a plan of a plan", func(w *world.World) provenance.Statement {
			r := planned(w)
			r.Plan = w.ID()
			return r
		}, provenance.Invalid, "plan"},
		{"a plan that ends before it is made", func(w *world.World) provenance.Statement {
			r := planned(w)
			r.DueMonth = "2025-11"
			return r
		}, provenance.Invalid, "dueMonth"},
		{"a payment in instalments", func(w *world.World) provenance.Statement {
			w.Repayment.Instalments = []provenance.Instalment{{Due: "2026-03", Amount: 90000000}}
			return &w.Repayment
		}, provenance.Invalid, "state"},
		{"a payment before it came out", func(w *world.World) provenance.Statement { w.Repayment.Found = "2026-01"; return &w.Repayment }, provenance.Invalid, "found"},
		{"a repayment that replaces itself", func(w *world.World) provenance.Statement {
			w.Repayment.Supersedes = w.Repayment.ID
			return &w.Repayment
		}, provenance.Invalid, "supersedes"},
		{"children of next month", func(w *world.World) provenance.Statement { w.Children.Month = "2026-02"; return &w.Children }, provenance.InFuture, "month"},
		{"children by their birthday", func(w *world.World) provenance.Statement {
			w.Children.Groups[0].Age = "2012-03-04"
			return &w.Children
		}, provenance.Invalid, "groups[0].age"},
		{"children counted", func(w *world.World) provenance.Statement { w.Children.Groups[0].Number = "1-4"; return &w.Children }, provenance.Invalid, "groups[0].number"},
		{"adults among children", func(w *world.World) provenance.Statement {
			w.Children.Groups[0].Age = provenance.AgeAdult
			return &w.Children
		}, provenance.Invalid, "groups[0].age"},
		{"one group of children twice", func(w *world.World) provenance.Statement {
			w.Children.Groups = append(w.Children.Groups, w.Children.Groups[0])
			return &w.Children
		}, provenance.Invalid, "groups[1].age"},
		{"children of a finding of no audit", func(w *world.World) provenance.Statement { w.Children.Finding = "F-1"; return &w.Children }, provenance.Invalid, "finding"},
		{"children by rules nobody wrote", func(w *world.World) provenance.Statement { w.Children.Rules = "ages-1999-01"; return &w.Children }, provenance.Invalid, "rules"},
		{"help of next month", func(w *world.World) provenance.Statement { w.ChildPlan.Month = "2026-02"; return &w.ChildPlan }, provenance.InFuture, "month"},
		{"a plan before children are safe", func(w *world.World) provenance.Statement { w.ChildPlan.Safe = provenance.Unknown; return &w.ChildPlan }, provenance.Invalid, "safe"},
		{"a plan of nothing", func(w *world.World) provenance.Statement { w.ChildPlan.Measures = nil; return &w.ChildPlan }, provenance.Invalid, "measures"},
		{"measures without a plan", func(w *world.World) provenance.Statement {
			w.ChildPlan.State = provenance.ChildRemedy
			return &w.ChildPlan
		}, provenance.Invalid, "measures"},
		{"a case closed without a word why", func(w *world.World) provenance.Statement {
			w.ChildPlan.State, w.ChildPlan.Measures = provenance.ChildClosed, nil
			return &w.ChildPlan
		}, provenance.Invalid, "outcome"},
		{"an outcome before the end", func(w *world.World) provenance.Statement {
			w.ChildPlan.Outcome = provenance.Remedied
			return &w.ChildPlan
		}, provenance.Invalid, "outcome"},
		{"ages in the clause of an audit", func(w *world.World) provenance.Statement {
			w.Audit.Findings[1].Topic, w.Audit.Findings[1].CodeRef = provenance.YouthProtection, "three boys of 13"
			return &w.Audit
		}, provenance.Invalid, "findings[1].codeRef"},
		{"ages in the severity of an audit", func(w *world.World) provenance.Statement {
			w.Audit.Scheme, w.Audit.Findings[1].Topic, w.Audit.Findings[1].NativeSeverity = "OWN", provenance.YouthProtection, "grave: aged 12"
			return &w.Audit
		}, provenance.Invalid, "findings[1].nativeSeverity"},
		{"a check next month", func(w *world.World) provenance.Statement { w.Check.Month = "2026-02"; return &w.Check }, provenance.InFuture, "month"},
		{"a check by the employer's word", func(w *world.World) provenance.Statement {
			w.Check.Method = provenance.EmployerDeclaration
			return &w.Check
		}, provenance.Invalid, "method"},
		{"a predicate twice", func(w *world.World) provenance.Statement {
			w.Attestation.Predicates[1] = w.Attestation.Predicates[0]
			return &w.Attestation
		}, provenance.Invalid, "predicates[1].code"},
		{"months of an attestation the wrong way round", func(w *world.World) provenance.Statement {
			w.Attestation.Until = "2025-05"
			return &w.Attestation
		}, provenance.Invalid, "until"},
		{"a withdrawal of a party", func(w *world.World) provenance.Statement {
			return &provenance.Withdrawal{ID: w.ID(), Target: provenance.Target{Kind: provenance.KindParty, ID: w.Firm.ID}, Reason: "DUPLICATE"}
		}, provenance.Invalid, "target.kind"},
	})
}

func refuseEach(t *testing.T, rules []rule) {
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			statement := r.change(world.New(7))
			spec, _ := provenance.SpecOf(statement.Kind())
			_, refusal := spec.Read(world.Document(statement), now)
			if refusal == nil {
				t.Fatal("it was accepted")
			}
			if len(refusal.Fields) != 1 || refusal.Fields[0].Field != r.field || refusal.Fields[0].Code != r.code {
				t.Errorf("refused for %v, want %s at %s", refusal.Fields, r.code, r.field)
			}
		})
	}
}
