package web

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

var update = flag.Bool("update", false, "write the pages over the golden ones")

var questioned = time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC)

// stand is some records, from which a page is made.
type stand struct {
	t       testing.TB
	records []provenance.Record
}

// add puts a statement on record, by an organisation's party.
func (s *stand) add(w *world.World, org provenance.Org, st provenance.Statement) *stand {
	s.t.Helper()
	body, err := provenance.Canonical(st)
	if err != nil {
		s.t.Fatal(err)
	}
	var about []provenance.Ref
	for _, ref := range st.References() {
		if ref.Subject {
			about = append(about, ref.Ref)
		}
	}
	s.records = append(s.records, provenance.Record{
		Kind: st.Kind(), ID: st.Key(), By: provenance.Author{Org: org, Party: w.Party(org).ID},
		At: provenance.FormatInstant(questioned.Add(-time.Hour)), Tx: "tx", About: about, Body: body,
	})
	return s
}

// made is a world's parties, its site, and its shirt with the cloth it is of.
func made(t testing.TB, w *world.World) *stand {
	s := &stand{t: t}
	for _, org := range provenance.Orgs() {
		s.add(w, org, w.Party(org))
	}
	return s.add(w, provenance.Suppliers, &w.Agency).add(w, provenance.Suppliers, &w.Site).
		add(w, provenance.Brands, &w.Shirt).add(w, provenance.Suppliers, &w.Cloth).
		add(w, provenance.Suppliers, &w.ClothMade).add(w, provenance.Suppliers, &w.ShirtMade)
}

func (s *stand) page(gtin string) Product {
	s.t.Helper()
	a, err := provenance.History(s.records, provenance.Question{GTIN: gtin, AsOf: questioned})
	if err != nil {
		s.t.Fatal(err)
	}
	return Product{
		Answer: a, Ledger: Ledger{Height: 1204, Time: questioned.Add(-3 * time.Minute), Age: 3 * time.Minute},
		History: "/v1/products/" + gtin + "/history", QR: "/qr/01/" + gtin + ".svg",
	}
}

// The four answers a page can give.
func everyAnswer(t testing.TB) map[string]Product {
	w := world.New(1)
	full := func() *stand {
		return made(t, w).add(w, provenance.Auditors, &w.Audit).add(w, provenance.Workers, &w.Cohort).add(w, provenance.Workers, &w.Attestation)
	}
	declared := w.Attestation
	declared.ID, declared.Method, declared.Predicates = "01ARZ3NDEKTSV4RRFFQ69G5FAV", provenance.EmployerDeclaration, []provenance.PredicateCount{{Code: "ID_NOT_RETAINED", Yes: 40}}
	cheaper := w.Fees
	cheaper.ID, cheaper.Method = "01ARZ3NDEKTSV4RRFFQ69G5FAW", provenance.EmployerDeclaration
	cheaper.Lines = []provenance.FeeLine{{Category: "FEE_MATCHING", Trigger: "REQUIRED_FOR_ACCESS", PaidTo: "RECRUITER", Charged: provenance.Money{Currency: "NPR"}, Lawful: provenance.Unknown, EmployerPays: provenance.Unknown}}
	plan := w.Repayment
	plan.ID, plan.State, plan.DueMonth = "01ARZ3NDEKTSV4RRFFQ69G5FAX", provenance.PlanAgreed, "2026-09"
	plan.Paid.Amount = 130000000
	claimed := w.Repayment
	claimed.ID, claimed.Paid.Amount = "01ARZ3NDEKTSV4RRFFQ69G5FAY", 10000000
	nothing := w.Fees
	nothing.Lines = []provenance.FeeLine{{Category: "FEE_MATCHING", Trigger: "REQUIRED_FOR_ACCESS", PaidTo: "UNKNOWN", Charged: provenance.Money{Currency: "NPR"}, Lawful: provenance.Unknown, EmployerPays: provenance.Yes}}
	closed := w.Step
	closed.ID, closed.State, closed.Action, closed.Verification = "01ARZ3NDEKTSV4RRFFQ69G5FAZ", provenance.FindingClosedVerified, "", "ON_SITE"
	overridden := closed
	overridden.ID, overridden.Finding, overridden.State, overridden.Verification, overridden.Reason = "01ARZ3NDEKTSV4RRFFQ69G5FB0", "F-2", provenance.FindingOverridden, "", "WORKERS_LEFT"
	clean := w.Audit
	clean.Findings = nil
	answers := w.AnswerCount()
	answers.Record, answers.Matter = provenance.Asked{Kind: provenance.KindFeeStatement, ID: w.Fees.ID}, provenance.MatterFees
	return map[string]Product{
		"owed": full().add(w, provenance.Workers, answers).add(w, provenance.Workers, w.GrievanceCount()).add(w, provenance.Suppliers, &w.Action).add(w, provenance.Suppliers, &w.Step).add(w, provenance.Auditors, &w.Extension).add(w, provenance.Workers, &w.Fees).add(w, provenance.Suppliers, &cheaper).
			add(w, provenance.Suppliers, &w.Repayment).add(w, provenance.Workers, &w.Check).add(w, provenance.Suppliers, &plan).add(w, provenance.Suppliers, &claimed).
			add(w, provenance.Suppliers, &declared).page(w.Shirt.GTIN),
		"open":    full().add(w, provenance.Workers, &w.Children).add(w, provenance.Workers, &nothing).add(w, provenance.Auditors, &closed).add(w, provenance.Workers, &overridden).page(w.Shirt.GTIN),
		"unknown": made(t, w).page(w.Shirt.GTIN),
		"clear": made(t, w).add(w, provenance.Auditors, &clean).add(w, provenance.Workers, &w.Cohort).add(w, provenance.Workers, &w.Attestation).
			add(w, provenance.Workers, &nothing).page(w.Shirt.GTIN),
	}
}

// What workers said of a finding is told with it: that they confirm it is never
// told of one that was closed without them, nor of one that they deny.
func TestWhoClosedAFindingIsTold(t *testing.T) {
	const bare, confirmed, denied, without = "not yet confirmed by workers", "enough workers say so themselves", "workers say that it is not put right", "without workers"
	for name, c := range map[string]struct {
		state provenance.FindingState
		wrong provenance.Band
		want  string
	}{
		"nobody asked": {provenance.FindingClosedVerified, "", bare}, "a quorum": {provenance.FindingConfirmed, provenance.BandFew, confirmed},
		"an override": {provenance.FindingOverridden, "", without}, "denied": {provenance.FindingOverridden, "5-9", denied},
	} {
		w := world.New(3)
		closed := w.Step
		closed.ID, closed.State, closed.Action, closed.Verification = "01ARZ3NDEKTSV4RRFFQ69G5FAZ", provenance.FindingClosedVerified, "", "ON_SITE"
		s := made(t, w).add(w, provenance.Auditors, &w.Audit).add(w, provenance.Workers, &w.Cohort).add(w, provenance.Auditors, &closed)
		if c.wrong != "" {
			said := w.AnswerCount()
			said.Record, said.Matter, said.Wrong = provenance.Asked{Kind: provenance.KindFindingStep, ID: closed.ID}, provenance.MatterFinding, c.wrong
			s.add(w, provenance.Workers, said)
		}
		if c.state != closed.State {
			next := closed
			next.ID, next.State, next.Verification, next.Count = "01ARZ3NDEKTSV4RRFFQ69G5FB1", c.state, "", w.AnswerCount().ID
			s.add(w, provenance.Workers, &next)
		}
		page, err := s.page(w.Shirt.GTIN).Page()
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, page)
		for _, words := range []string{bare, confirmed, denied, without} {
			if got := strings.Contains(string(page), words); got != (words == c.want) {
				t.Errorf("%s: that it is %s is told: %t", name, words, got)
			}
		}
		if told := strings.Contains(string(page), "25 to 49 answered (December 2025)"); told != (c.wrong != "") {
			t.Errorf("%s: what workers said is told: %t", name, told)
		}
	}
}

func TestProductPagesAreTheGoldenOnes(t *testing.T) {
	for name, p := range everyAnswer(t) {
		t.Run(name, func(t *testing.T) {
			if got := strings.ToLower(string(p.Answer.Outcome)); got != name {
				t.Fatalf("the answer is %s; unknown: %+v", got, p.Answer.Unknowns)
			}
			page, err := p.Page()
			if err != nil {
				t.Fatal(err)
			}
			wellFormed(t, page)
			path := filepath.Join("testdata", name+".html")
			if *update {
				if err := os.WriteFile(path, page, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			golden, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(page, golden) {
				t.Errorf("the page differs from %s: look at it, then run with -update", path)
			}
			if strings.Contains(string(page), "verified") {
				t.Error("the page says verified")
			}
		})
	}
}

// TestANameCannotTurnThePage: names come from strangers.
func TestANameCannotTurnThePage(t *testing.T) {
	w := world.New(1)
	const evil = `</bdi><script>alert(1)</script><img src=x onerror=alert(1)> "' &`
	w.Shirt.Name, w.Site.Name, w.Firm.Name, w.Brand.Name, w.Agency.Name = evil, evil, evil, evil, evil
	w.Audit.SchemeVersion = evil
	p := made(t, w).add(w, provenance.Auditors, &w.Audit).add(w, provenance.Workers, &w.Cohort).add(w, provenance.Workers, &w.Fees).page(w.Shirt.GTIN)
	site := Site{FacilityNow: provenance.FacilityNow{Facility: w.Site, Operator: &provenance.Name{ID: "x", Name: evil},
		MergedInto: &provenance.Name{ID: evil, Name: evil}, Merged: []provenance.Name{{ID: "x", Name: evil}},
		Claims: []provenance.ClaimLine{{Party: provenance.Name{ID: "x", Name: evil}, State: provenance.ClaimContested}}}, By: provenance.Name{ID: "x", Name: evil}, ByOrg: "Brands", Audits: []SiteAudit{{Audit: w.Audit, Firm: evil}}}
	site.Facility.Aliases, site.Facility.Sector, site.Facility.Address = []string{evil}, evil, evil
	for name, make := range map[string]func() ([]byte, error){
		"product": p.Page, "site": site.Page,
		"home":  Home{Late: evil}.Page,
		"fault": Fault{Title: evil, Detail: evil, Number: evil}.Page,
	} {
		page, err := make()
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, page)
		if text := string(page); strings.Contains(text, "<script") || strings.Contains(text, "<img src=x") {
			t.Errorf("%s lets a name in as it is", name)
		}
	}
}

var void = regexp.MustCompile(`<(meta|br|img|input)( [^>]*)?>`)

// wellFormed checks that every element is closed in its turn.
func wellFormed(t *testing.T, page []byte) {
	t.Helper()
	text := void.ReplaceAllString(string(page), "")
	text = strings.TrimPrefix(text, "<!doctype html>")
	text = strings.ReplaceAll(text, " open>", ` open="">`)
	d := xml.NewDecoder(strings.NewReader(text))
	d.Entity = xml.HTMLEntity
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("%v in\n%s", err, text)
			return
		}
	}
}

// TestAPageIsSmall holds a page with a hundred sites behind it to 6 kB.
func TestAPageIsSmall(t *testing.T) {
	w := world.New(7)
	s := made(t, w)
	inputs := []provenance.Quantity{}
	for i := range 99 {
		site := provenance.Facility{ID: w.ID(), FacilityKind: provenance.WorkSite, Name: siteName(i), Country: []string{"BD", "TH", "MY", "VN", "PK"}[i%5], Operator: w.Factory.ID}
		lot := provenance.Lot{GTIN: w.Cloth.GTIN, Lot: fmt.Sprintf("C-%d", 100+i)}
		event := w.Making(lot)
		event.BizLocation = provenance.LocationOf(site.ID)
		inputs = append(inputs, provenance.Quantity{EPCClass: lot.URI()})
		s.add(w, provenance.Suppliers, &site).add(w, provenance.Suppliers, &event)
		if i%3 == 0 {
			audit := w.Audit
			audit.ID, audit.Facility, audit.Findings = w.ID(), site.ID, w.Audit.Findings[1:]
			s.add(w, provenance.Auditors, &audit)
		}
	}
	event := w.ShirtMade
	event.InputQuantityList = inputs
	event.OutputQuantityList = []provenance.Quantity{{EPCClass: provenance.Lot{GTIN: w.Shirt.GTIN, Lot: "S-2"}.URI()}}
	s.add(w, provenance.Suppliers, &event)
	p := s.page(w.Shirt.GTIN)
	if len(p.Answer.Sites) != 100 {
		t.Fatalf("%d sites", len(p.Answer.Sites))
	}
	page, err := p.Page()
	if err != nil {
		t.Fatal(err)
	}
	n := compressed(t, page)
	t.Logf("%d bytes, %d compressed", len(page), n)
	if n > 6000 {
		t.Errorf("the page is %d bytes compressed", n)
	}
}

func siteName(i int) string {
	first := []string{"Riverside", "Golden", "Sunrise", "Meridian", "Eastern", "Harbour", "Lotus", "Unity", "Delta", "Crown"}
	last := []string{"Garments", "Textiles", "Knitwear", "Spinning Mills", "Dyeing", "Apparel", "Cotton", "Weaving", "Fabrics", "Ginning"}
	return first[i%10] + " " + last[(i/10)%10] + " Ltd"
}

func compressed(t *testing.T, page []byte) int {
	t.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(page)
	w.Close()
	return out.Len()
}
