package provenance

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// chain is a small supply chain in records: a shirt sewn in Malaysia of cloth
// woven in Bangladesh of cotton from a farm. Each test adds to it.
type chain struct {
	t       testing.TB
	records []Record
}

const (
	shirt  = "09520123456788"
	cloth  = "09520000000011"
	cotton = "09520000000028"

	brand, mill, firm, agency, unionParty = "brand", "mill", "firm", "agency", "union"
	sewing, weaving, farm                 = "sewing", "weaving", "farm"
)

var (
	shirtLot  = Lot{shirt, "S1"}
	clothLot  = Lot{cloth, "C1"}
	cottonLot = Lot{cotton, "K1"}
	asOf      = time.Date(2026, 10, 31, 12, 0, 0, 0, time.UTC)
)

func newChain(t testing.TB) *chain {
	c := &chain{t: t}
	for _, id := range []string{brand, mill, firm, agency, unionParty} {
		c.add(Brands, brand, &Party{ID: id, Name: "The " + id, PartyKind: "SUPPLIER", Country: "BD"})
	}
	for _, id := range []string{sewing, weaving, farm} {
		c.add(Suppliers, mill, &Facility{ID: id, FacilityKind: WorkSite, Name: "The " + id, Country: "BD", Operator: mill})
	}
	c.add(Brands, brand, &Product{GTIN: shirt, Name: "Shirt", Owner: brand})
	c.make("2026-03-01", farm, []Lot{cottonLot}, nil)
	c.make("2026-04-01", weaving, []Lot{clothLot}, []Lot{cottonLot})
	c.make("2026-05-01", sewing, []Lot{shirtLot}, []Lot{clothLot})
	return c
}

// add states something at 2026-06-01 plus a second for each record before.
func (c *chain) add(org Org, party string, s Statement, about ...Ref) Record {
	c.t.Helper()
	body, err := Canonical(s)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, ref := range s.References() {
		if ref.Subject {
			about = append(about, ref.Ref)
		}
	}
	at := time.Date(2026, 6, 1, 0, 0, len(c.records), 0, time.UTC)
	r := Record{Kind: s.Kind(), ID: s.Key(), By: Author{Org: org, Party: party}, At: FormatInstant(at), Tx: fmt.Sprint(len(c.records)), About: about, Body: body}
	c.records = append(c.records, r)
	return r
}

func (c *chain) make(day, site string, out, in []Lot) Record {
	e := &Event{Type: TransformationEvent, EventTime: day + "T08:00:00.000Z", EventTimeZoneOffset: "+06:00", BizLocation: Location{ID: facilityURN + site}}
	for _, l := range out {
		e.OutputQuantityList = append(e.OutputQuantityList, Quantity{EPCClass: l.URI()})
	}
	for _, l := range in {
		e.InputQuantityList = append(e.InputQuantityList, Quantity{EPCClass: l.URI()})
	}
	if in == nil {
		e.Type, e.Action, e.QuantityList, e.OutputQuantityList = ObjectEvent, "ADD", e.OutputQuantityList, nil
	}
	return c.add(Suppliers, mill, e, Ref{KindFacility, site})
}

func (c *chain) audit(id, site, end string, findings ...Finding) *Audit {
	return &Audit{ID: id, Facility: site, Firm: firm, Auditors: []string{"1"}, Scheme: "SMETA", AuditKind: "PERIODIC", Start: end, End: end, Findings: append([]Finding{}, findings...)}
}

func (c *chain) cohort(id, site string, size int) {
	c.add(Auditors, firm, &Cohort{ID: id, Facility: site, Recruiter: agency, ArrivedFrom: "2026-01", ArrivedUntil: "2026-02", Size: size})
}

func (c *chain) fees(id, cohort string, org Org, party string, amount int64, workers int) *FeeStatement {
	s := &FeeStatement{ID: id, Cohort: cohort, Method: "WORKER_INTERVIEW_OFFSITE", Month: "2026-05", Lines: []FeeLine{{
		Category: "FEE_MATCHING", Charged: Money{amount, "BDT"}, Workers: workers}}}
	c.add(org, party, s)
	return s
}

func (c *chain) answer(edit ...func(*Question)) Answer {
	c.t.Helper()
	q := Question{GTIN: shirt, AsOf: asOf}
	for _, e := range edit {
		e(&q)
	}
	a, err := History(c.records, q)
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}

// clear makes every site audited, asked and attested.
func (c *chain) clear() {
	for _, site := range []string{sewing, weaving, farm} {
		c.add(Auditors, firm, c.audit("audit-"+site, site, "2026-02-01"))
		c.cohort("cohort-"+site, site, 40)
		c.fees("fees-"+site, "cohort-"+site, Auditors, firm, 0, 0)
		c.add(Workers, unionParty, &Attestation{ID: "att-" + site, Cohort: "cohort-" + site, From: "2026-01", Until: "2026-05",
			Predicates: []PredicateCount{{Code: "CT_WRITTEN", Yes: 40}}})
	}
}

func codes(a Answer) []string {
	var out []string
	for _, u := range a.Unknowns {
		site := ""
		if u.Site != nil {
			site = "@" + u.Site.ID
		}
		out = append(out, u.Code+site)
	}
	return out
}

func TestAWellCoveredProductIsClear(t *testing.T) {
	c := newChain(t)
	c.clear()
	a := c.answer()
	if a.Outcome != OutcomeClear || len(a.Unknowns) != 0 {
		t.Errorf("outcome %s with unknowns %v", a.Outcome, codes(a))
	}
	if len(a.Tiers) != 3 || a.Tiers[1].Coverage.Covered != 1 || a.Lots != 3 {
		t.Errorf("tiers %+v, %d lots", a.Tiers, a.Lots)
	}
	if len(a.Sites) != 3 || a.Sites[2].ID != farm || a.Sites[2].Tier != 2 {
		t.Errorf("sites %+v", a.Sites)
	}
}

func TestNothingUnknownIsShownAsGood(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(*chain)
		want  string
	}{
		"a lot of unknown origin": {func(c *chain) {
			c.make("2026-05-02", sewing, []Lot{{shirt, "S2"}}, []Lot{{cloth, "elsewhere"}})
		}, UnknownOrigin},
		"a site never audited": {func(c *chain) {
			c.add(Suppliers, mill, &Facility{ID: "shed", FacilityKind: WorkSite, Name: "Shed", Country: "BD", Operator: mill})
			c.make("2026-05-02", "shed", []Lot{{shirt, "S2"}}, []Lot{clothLot})
		}, UnknownNotAudited + "@shed"},
		"an event after the audit's end of validity": {func(c *chain) {
			c.make("2027-06-01", sewing, []Lot{{shirt, "S2"}}, []Lot{clothLot})
		}, UnknownAuditExpired + "@" + sewing},
		"an audit withdrawn": {func(c *chain) {
			c.add(Auditors, firm, &Withdrawal{ID: "w", Target: Target{KindAudit, "audit-" + farm}})
		}, UnknownNotAudited + "@" + farm},
		"only the employer's word on fees": {func(c *chain) {
			c.records = slices.DeleteFunc(c.records, func(r Record) bool { return r.ID == "fees-"+weaving })
			c.fees("declared", "cohort-"+weaving, Suppliers, mill, 0, 0)
		}, UnknownFees + "@" + weaving},
		"a desktop review instead of an audit": {func(c *chain) {
			c.records = slices.DeleteFunc(c.records, func(r Record) bool { return r.ID == "audit-"+farm })
			desk := c.audit("desk", farm, "2026-02-01")
			desk.AuditKind = "DESKTOP"
			c.add(Auditors, firm, desk)
		}, UnknownNotAudited + "@" + farm},
	} {
		t.Run(name, func(t *testing.T) {
			c := newChain(t)
			c.clear()
			tc.spoil(c)
			a := c.answer(func(q *Question) { q.AsOf = asOf.AddDate(1, 0, 0) })
			if a.Outcome != OutcomeUnknown || !slices.Contains(codes(a), tc.want) {
				t.Errorf("outcome %s, unknowns %v; want %s", a.Outcome, codes(a), tc.want)
			}
		})
	}
}

func TestFeesAreOwedUntilSomebodyIndependentSawThemRepaid(t *testing.T) {
	c := newChain(t)
	c.clear()
	c.cohort("migrants", sewing, 30)
	c.fees("found", "migrants", Workers, unionParty, 90000, 30)
	c.fees("audited", "migrants", Auditors, firm, 60000, 25)
	c.fees("declared", "migrants", Suppliers, mill, 0, 0)
	total := func() FeeTotal { return c.answer().Fees.Totals[0] }
	if got := total(); got.Charged != 90000 || got.Outstanding != 90000 || got.Workers != "25-49" {
		t.Errorf("the highest account counts, got %+v", got)
	}
	c.add(Suppliers, mill, &Repayment{ID: "plan", Statement: "audited", State: PlanAgreed, Paid: Money{90000, "BDT"}, Workers: 30, Month: "2026-06"})
	c.add(Suppliers, mill, &Repayment{ID: "first", Statement: "audited", State: Paid, Paid: Money{40000, "BDT"}, Workers: 30, Month: "2026-07"})
	if got := total(); got.Outstanding != 90000 || got.Claimed != 40000 || got.Promised != 50000 {
		t.Errorf("a claim repays nothing, got %+v", got)
	}
	c.add(Workers, unionParty, &RepaymentCheck{ID: "seen", Repayment: "first", Received: Yes, Month: "2026-08"})
	if got := total(); got.Outstanding != 50000 || got.Repaid != 40000 || got.Claimed != 0 {
		t.Errorf("a confirmed repayment counts, got %+v", got)
	}
	c.add(Auditors, firm, &RepaymentCheck{ID: "not seen", Repayment: "first", Received: No, Month: "2026-07"})
	if got := total(); got.Outstanding != 90000 || got.Repaid != 0 {
		t.Errorf("a repayment that anyone independent denies counts for nothing, got %+v", got)
	}
	a := c.answer()
	if a.Outcome != OutcomeOwed {
		t.Errorf("outcome %s", a.Outcome)
	}
	if len(a.Disagreements) != 1 || len(a.Disagreements[0].Against) != 2 {
		t.Errorf("disagreements %+v", a.Disagreements)
	}
}

func TestGroupsTooSmallToShowCountInTotalsOnly(t *testing.T) {
	c := newChain(t)
	c.cohort("few", sewing, 7)
	c.fees("found", "few", Workers, unionParty, 7000, 7)
	a := c.answer()
	if len(a.Cohorts) != 0 || a.SmallCohorts != 1 || a.Fees.Totals[0].Charged != 7000 {
		t.Errorf("cohorts %+v, small %d, totals %+v", a.Cohorts, a.SmallCohorts, a.Fees.Totals)
	}
}

func TestFindingsFollowTheirSteps(t *testing.T) {
	c := newChain(t)
	c.clear()
	c.add(Auditors, firm, c.audit("bad", sewing, "2026-03-01", Finding{No: "1", Topic: "workplace-safety", Severity: "MAJOR", DueOn: "2026-06-01"}, Finding{No: "2", Severity: Observation}))
	c.add(Suppliers, mill, &FindingStep{ID: "z", Audit: "bad", Finding: "1", State: FindingClosedPending, On: "2026-07-01"})
	a := c.answer()
	if a.Outcome != OutcomeOpen || len(a.Findings) != 1 || !a.Findings[0].Overdue || a.Findings[0].State != FindingClosedPending {
		t.Fatalf("outcome %s, findings %+v", a.Outcome, a.Findings)
	}
	c.add(Auditors, firm, &FindingStep{ID: "a", Audit: "bad", Finding: "1", State: FindingClosedVerified, On: "2026-08-01"})
	if a = c.answer(); a.Outcome != OutcomeClear || a.Findings[0].Open {
		t.Errorf("outcome %s, findings %+v", a.Outcome, a.Findings)
	}
	if a = c.answer(func(q *Question) { q.AsOf = time.Date(2026, 7, 15, 0, 0, 0, 0, time.UTC) }); a.Outcome != OutcomeOpen {
		t.Errorf("in July the finding was open, got %s", a.Outcome)
	}
}

func TestAWithdrawnRecordStillCountsForWhatWasKnownBefore(t *testing.T) {
	c := newChain(t)
	c.clear()
	before := c.records[len(c.records)-1].At
	c.add(Auditors, firm, &Withdrawal{ID: "w", Target: Target{KindAudit, "audit-" + sewing}})
	if a := c.answer(); a.Outcome != OutcomeUnknown || a.Audits[0].Ended == "" && a.Audits[1].Ended == "" && a.Audits[2].Ended == "" {
		t.Errorf("after: outcome %s, audits %+v", a.Outcome, a.Audits)
	}
	known, _ := ParseInstant(before)
	if a := c.answer(func(q *Question) { q.KnownAt = known }); a.Outcome != OutcomeClear {
		t.Errorf("before: outcome %s", a.Outcome)
	}
}

func TestAnotherLotOfTheProductIsAnotherAnswer(t *testing.T) {
	c := newChain(t)
	c.make("2026-05-02", sewing, []Lot{{shirt, "S2"}}, []Lot{{cloth, "elsewhere"}})
	if a := c.answer(func(q *Question) { q.Lot = "S1" }); len(a.Sites) != 3 || a.Tiers[1].UnknownOrigins != 0 {
		t.Errorf("S1: %+v", a.Tiers)
	}
	if a := c.answer(func(q *Question) { q.Lot = "S2" }); len(a.Sites) != 1 || a.Tiers[1].UnknownOrigins != 1 {
		t.Errorf("S2: %+v", a.Tiers)
	}
	for _, q := range []Question{{GTIN: shirt, Lot: "S9", AsOf: asOf}, {GTIN: cloth, AsOf: asOf}} {
		_, err := History(c.records, q)
		if r, ok := AsRefusal(err); !ok || r.Code != NotFound {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

func TestACircleOfLotsEnds(t *testing.T) {
	c := newChain(t)
	c.make("2026-02-01", farm, []Lot{cottonLot}, []Lot{shirtLot})
	if a := c.answer(); a.Lots != 3 {
		t.Errorf("%d lots", a.Lots)
	}
}

func TestOrderAndUnrelatedRecordsChangeNothing(t *testing.T) {
	c := newChain(t)
	c.clear()
	c.cohort("migrants", sewing, 30)
	c.fees("found", "migrants", Workers, unionParty, 90000, 30)
	c.fees("declared", "migrants", Suppliers, mill, 100, 10)
	c.add(Suppliers, mill, &Repayment{ID: "r", Statement: "found", State: Paid, Paid: Money{40000, "BDT"}, Workers: 30, Month: "2026-07"})
	c.add(Auditors, firm, c.audit("bad", weaving, "2026-03-01", Finding{No: "1", Severity: "MAJOR"}))
	want := answerText(t, c.answer())
	c.add(Suppliers, mill, &Facility{ID: "elsewhere", FacilityKind: WorkSite, Name: "Elsewhere", Country: "BD"})
	c.add(Auditors, firm, c.audit("other", "elsewhere", "2026-03-01", Finding{No: "1", Severity: "CRITICAL"}))
	c.make("2026-05-09", "elsewhere", []Lot{{"09520000000035", "X"}}, []Lot{clothLot})
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		random.Shuffle(len(c.records), func(i, j int) { c.records[i], c.records[j] = c.records[j], c.records[i] })
		if got := answerText(t, c.answer()); got != want {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func answerText(t *testing.T, a Answer) string {
	t.Helper()
	text, err := json.MarshalIndent(a, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// BenchmarkHistory answers for a product of 200 lots in five tiers at 40 sites,
// each audited, asked and attested; beside it, the bare decoding of the same
// records, which any answer has to do.
func BenchmarkHistory(b *testing.B) {
	c := newChain(b)
	tiers := []string{shirt, cloth, cotton, "09520000000035", "09520000000042"}
	for site := range 40 {
		id := fmt.Sprintf("site-%02d", site)
		c.add(Suppliers, mill, &Facility{ID: id, FacilityKind: WorkSite, Name: id, Country: "BD", Operator: mill})
		c.add(Auditors, firm, c.audit("audit-"+id, id, "2026-02-01", Finding{No: "1", Severity: "MINOR"}))
		c.cohort("cohort-"+id, id, 40)
		c.fees("fees-"+id, "cohort-"+id, Auditors, firm, 1000, 20)
		c.add(Workers, unionParty, &Attestation{ID: "att-" + id, Cohort: "cohort-" + id, From: "2026-01", Until: "2026-05",
			Predicates: []PredicateCount{{Code: "CT_WRITTEN", Yes: 40}}})
	}
	for tier := range tiers {
		for n := range 40 {
			var in []Lot
			if tier+1 < len(tiers) {
				for k := range 3 {
					in = append(in, Lot{tiers[tier+1], fmt.Sprintf("B%02d", (n+k)%40)})
				}
			}
			c.make("2026-03-01", fmt.Sprintf("site-%02d", (n+8*tier)%40), []Lot{{tiers[tier], fmt.Sprintf("B%02d", n)}}, in)
		}
	}
	b.Run("answer", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if a, err := History(c.records, Question{GTIN: shirt, AsOf: asOf}); err != nil || a.Lots < 200 {
				b.Fatal(a.Lots, err)
			}
		}
	})
	b.Run("bare decoding", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, r := range c.records {
				var body map[string]any
				if err := json.Unmarshal(r.Body, &body); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
