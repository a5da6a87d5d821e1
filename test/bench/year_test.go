//go:build bench

package bench

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/readmodel"
	"github.com/fairlead/fairlead/test/world"
)

var yearOf = flag.Int("sites", 0, "load a year of so many sites, in fives, into the network (TestYear)")

// What a year at one site is.
const (
	chainLength  = 5 // sites, one tier each, from the raw lot to the product
	lotsASite    = many
	auditsASite  = 5
	cohortsASite = 2 // with nine records about each, see group
)

// year is a year of work at many sites. Every fifth site sells what the four
// before it made of each other's lots.
type year struct {
	*world.World
	cast  world.Cast
	relay ledger.Relay
	sites []site
}

type site struct {
	provenance.Facility
	made provenance.Product
}

// phase is part of the year, whose documents may be stated side by side.
type phase struct {
	name      string
	callers   int
	units     int
	documents []document
}

type document struct {
	as         ledger.Signer
	statements []provenance.Statement
}

// TestYear loads a year into a real network, tells the rate of each part, and
// has the read model made of all of it.
func TestYear(t *testing.T) {
	if *yearOf == 0 {
		t.Skip("asked for with -sites, see make load")
	}
	f := bring(t)
	y := &year{World: world.New(7), relay: f.ledger}
	var err error
	if y.cast, err = y.Found(t.Context(), f.ledger, f); err != nil {
		t.Fatal(err)
	}
	var report strings.Builder
	fmt.Fprintf(&report, "A year of %d sites, loaded %s with %s on %d cores:\n\n| part | what | took | rate |\n|---|---|---|---|\n",
		*yearOf, time.Now().UTC().Format("2006-01-02"), runtime.Version(), runtime.NumCPU())
	for _, p := range y.phases(*yearOf) {
		took, err := y.state(t.Context(), p)
		if err != nil {
			t.Fatalf("%s: %v", p.name, err)
		}
		line := fmt.Sprintf("| %s | %d in %d transactions | %s | %s/s |\n", p.name, p.units, len(p.documents), took.Round(100*time.Millisecond), figure(float64(p.units)/took.Seconds()))
		fmt.Print(line)
		report.WriteString(line)
	}
	report.WriteString(y.follow(t, f))
	fmt.Print("\n" + report.String())
	if *write {
		if err := os.WriteFile("YEAR.md", []byte("# A year on a real network\n\nWritten by `make load`.\n\n"+report.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// phases makes everything that is stated, in an order in which each thing names
// only what was stated before.
func (y *year) phases(sites int) []phase {
	facilities := phase{name: "sites", callers: few}
	products := phase{name: "products", callers: few}
	tiers := make([]phase, chainLength)
	audits := phase{name: "audits with two findings", callers: callers}
	cohorts := phase{name: "groups of workers", callers: callers}
	fees := phase{name: "fees and contracts", callers: callers}
	repayments := phase{name: "repayments", callers: callers}
	var batch, made []provenance.Statement
	for n := range sites {
		s := site{Facility: y.Site, made: y.Cloth}
		s.ID, s.Identifiers, s.Name = y.ID(), []provenance.Identifier{{Scheme: provenance.GLN, Value: y.GLN()}}, fmt.Sprintf("Riverside Garments, mill %d", n)
		s.made.GTIN = y.GTIN()
		y.sites = append(y.sites, s)
		batch, made = append(batch, &s.Facility), append(made, &s.made)
		if len(batch) == 100 || n == sites-1 {
			facilities.add(y.cast.Supplier, batch...)
			products.add(y.cast.Supplier, made...)
			batch, made = nil, nil
		}
		tier := n % chainLength
		tiers[tier].name, tiers[tier].callers = fmt.Sprintf("lots of tier %d, %d a document", chainLength-1-tier, lotsASite), few
		tiers[tier].add(y.cast.Supplier, y.lots(n)...)
		for a := range auditsASite {
			audits.add(y.cast.Auditor, y.audit(s, a))
		}
		for range cohortsASite {
			y.group(s, &cohorts, &fees, &repayments)
		}
	}
	return append(append([]phase{facilities, products}, tiers...), audits, cohorts, fees, repayments)
}

func (p *phase) add(as ledger.Signer, statements ...provenance.Statement) {
	p.documents = append(p.documents, document{as, statements})
	p.units += len(statements)
}

// lots are what the nth site makes: of nothing when it begins a chain, otherwise
// each of one lot of the site before.
func (y *year) lots(n int) []provenance.Statement {
	at := y.sites[n]
	events := make([]provenance.Statement, lotsASite)
	for i := range events {
		number := fmt.Sprintf("Y-%d", i)
		e := y.Making(provenance.Lot{GTIN: at.made.GTIN, Lot: number})
		e.EventTime = provenance.FormatInstant(time.Date(2025, 1, 2, 3, 0, 0, 0, time.UTC).Add(time.Duration(i*40+n%chainLength) * time.Hour))
		e.BizLocation = provenance.LocationOf(at.ID)
		if n%chainLength > 0 {
			e.Type, e.Action, e.BizStep = provenance.TransformationEvent, "", "assembling"
			e.InputQuantityList = []provenance.Quantity{{EPCClass: provenance.Lot{GTIN: y.sites[n-1].made.GTIN, Lot: number}.URI(), Quantity: "200", UOM: "MTR"}}
			e.OutputQuantityList, e.QuantityList = e.QuantityList, nil
		}
		events[i] = &e
	}
	return events
}

func (y *year) audit(s site, n int) *provenance.Audit {
	a := y.Audit
	a.ID, a.Facility = y.ID(), s.ID
	month := 2*n + 1
	a.Start, a.End = fmt.Sprintf("2025-%02d-03", month), fmt.Sprintf("2025-%02d-05", month)
	a.ValidUntil = fmt.Sprintf("2026-%02d-05", month)
	return &a
}

// group is a cohort and the nine things said of it: fees and contracts in three
// months each, and three repayments of the first fees.
func (y *year) group(s site, cohorts, fees, repayments *phase) {
	cohort := y.Cohort
	cohort.ID, cohort.Facility = y.ID(), s.ID
	cohorts.add(y.cast.Union, &cohort)
	var first string
	for n := range 3 {
		paid, attested := y.Fees, y.Attestation
		paid.ID, paid.Cohort, paid.Month = y.ID(), cohort.ID, fmt.Sprintf("2025-%02d", 9+n)
		attested.ID, attested.Cohort = y.ID(), cohort.ID
		fees.add(y.cast.Union, &paid)
		fees.add(y.cast.Union, &attested)
		if n == 0 {
			first = paid.ID
		}
	}
	for range 3 {
		back := y.Repayment
		back.ID, back.Statement, back.Paid.Amount = y.ID(), first, back.Paid.Amount/10
		repayments.add(y.cast.Supplier, &back)
	}
}

func (y *year) state(ctx context.Context, p phase) (time.Duration, error) {
	begun := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(p.callers)
	for _, d := range p.documents {
		group.Go(func() error {
			_, err := world.State(ctx, y.relay, d.as, d.statements...)
			return err
		})
	}
	err := group.Wait()
	return time.Since(begun), err
}

// follow makes the read model of the whole ledger and looks whether all of the
// year is in it.
func (y *year) follow(t *testing.T, f *field) string {
	begun := time.Now()
	store := project(t, f)
	took := time.Since(begun)
	for _, s := range y.sites {
		audits, _, err := store.Audits(t.Context(), s.ID, readmodel.Cut{})
		if err != nil || len(audits.Records) != auditsASite {
			t.Fatalf("a site has %d audits (%v)", len(audits.Records), err)
		}
	}
	last := len(y.sites)/chainLength*chainLength - 1
	begun = time.Now()
	records, at, err := store.Behind(t.Context(), y.sites[last].made.GTIN, "")
	if err != nil {
		t.Fatal(err)
	}
	collected := time.Since(begun)
	begun = time.Now()
	answer, err := provenance.History(records, provenance.Question{GTIN: y.sites[last].made.GTIN, AsOf: time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	if len(answer.Tiers) != chainLength || len(answer.Audits) != chainLength*auditsASite {
		t.Errorf("behind the last product there are %d tiers and %d audits", len(answer.Tiers), len(answer.Audits))
	}
	return fmt.Sprintf("| read model, rebuilt | %d blocks | %s | %s blocks/s |\n| history of a product of 1,000 lots in %d tiers | %d records | %s, %s of it by History | |\n",
		at.Height, took.Round(100*time.Millisecond), figure(float64(at.Height)/took.Seconds()), chainLength,
		len(records), (collected + time.Since(begun)).Round(time.Millisecond), time.Since(begun).Round(time.Millisecond))
}
