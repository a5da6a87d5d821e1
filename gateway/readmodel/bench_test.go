package readmodel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// tiers is how many lots each tier of a benchmark's product has: 200 together.
var tiers = []int{1, 9, 30, 60, 100}

// market makes products with 200 lots each behind them, at 20 sites each of
// which has an audit and a cohort, one record a transaction, ten a block.
func market(products int) (c *chain, gtins []string) {
	var s scribe
	c = newChain()
	var pending []ledger.Transaction
	by := provenance.Author{Org: provenance.Suppliers}
	say := func(st provenance.Statement) {
		if pending = append(pending, s.transaction(by, st)); len(pending) == 10 {
			c.add(pending...)
			pending = nil
		}
	}
	ids := 0
	id := func() string {
		ids++
		return fmt.Sprintf("01J%023d", ids)
	}
	party := &provenance.Party{ID: id(), Name: "Ropeworks", Country: "TH"}
	say(party)
	by.Party = party.ID
	var facilities []string
	for range max(20, products) {
		f := &provenance.Facility{ID: id(), Name: "Mill", Country: "TH", Operator: party.ID}
		say(f)
		facilities = append(facilities, f.ID)
		say(&provenance.Audit{ID: id(), Facility: f.ID, Firm: party.ID, Accreditation: "none", Scheme: "SMETA", Start: "2026-01-01", End: "2026-01-02"})
		cohort := &provenance.Cohort{ID: id(), Facility: f.ID, ArrivedFrom: "2026-01", ArrivedUntil: "2026-01", Size: 20}
		say(cohort)
		say(&provenance.FeeStatement{ID: id(), Cohort: cohort.ID, Month: "2026-02", Method: "HOTLINE", Lines: []provenance.FeeLine{
			{Category: "FEE_MATCHING", Charged: provenance.Money{Amount: 100, Currency: "THB"}, Workers: 5}}})
	}
	for p := range products {
		gtin := gtin(1000 + p)
		gtins = append(gtins, gtin)
		say(&provenance.Product{GTIN: gtin, Name: "Rope", Owner: party.ID})
		for tier := len(tiers) - 1; tier >= 0; tier-- {
			for i := range tiers[tier] {
				e := &provenance.Event{
					Type: provenance.TransformationEvent, EventTime: provenance.FormatInstant(dawn.Add(time.Duration(i) * time.Minute)), EventTimeZoneOffset: "+07:00",
					BizLocation:        provenance.LocationOf(facilities[(p+i)%20*products/20%len(facilities)]),
					OutputQuantityList: quantities(provenance.Lot{GTIN: gtin, Lot: fmt.Sprintf("%d-%d", tier, i)}),
				}
				if tier == len(tiers)-1 {
					e.Type, e.Action, e.QuantityList, e.OutputQuantityList = provenance.ObjectEvent, "ADD", e.OutputQuantityList, nil
				} else {
					for j := i; j < tiers[tier+1]; j += tiers[tier] {
						e.InputQuantityList = append(e.InputQuantityList, quantities(provenance.Lot{GTIN: gtin, Lot: fmt.Sprintf("%d-%d", tier+1, j)})...)
					}
				}
				say(e)
			}
		}
	}
	c.add(pending...)
	return c, gtins
}

// BenchmarkProject tells the records a second of a rebuild, beside a bare
// replay that parses the events and forgets them.
func BenchmarkProject(b *testing.B) {
	c, _ := market(100)
	records := len(c.records())
	rate := func(b *testing.B) { b.ReportMetric(float64(records*b.N)/b.Elapsed().Seconds(), "records/s") }
	b.Run("bare replay", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			err := c.first(len(c.blocks)).Follow(context.Background(), 0, func(block ledger.Block) error {
				for _, tx := range block.Transactions {
					var recorded provenance.Recorded
					if err := json.Unmarshal(tx.Payload, &recorded); err != nil {
						return err
					}
				}
				return nil
			})
			if !errors.Is(err, errLost) {
				b.Fatal(err)
			}
		}
		rate(b)
	})
	b.Run("rebuild", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s, err := Open(filepath.Join(b.TempDir(), "model.db"))
			if err != nil {
				b.Fatal(err)
			}
			fill(b, s, c)
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		}
		rate(b)
	})
}

// BenchmarkBehind asks for a product with 200 lots in five tiers, in a store of
// 2,000 and of 20,000 lots. Beside it: the lots and their events alone by one
// recursive statement, and the walk with a statement for each lot and record.
func BenchmarkBehind(b *testing.B) {
	for _, products := range []int{10, 100} {
		c, gtins := market(products)
		s := filled(b, c)
		ctx := context.Background()
		n := 0
		next := func() string { n++; return gtins[n*7%len(gtins)] }
		name := func(what string) string { return fmt.Sprintf("%s of %d lots", what, 200*products) }
		b.Run(name("Behind"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				records, _, err := s.Behind(ctx, next(), "0-0")
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(records)), "records")
			}
		})
		b.Run(name("recursive statement"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				recursive(b, s, next())
			}
		})
		b.Run(name("statement per lot"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				perLot(b, s, next())
			}
		})
	}
}

func recursive(b *testing.B, s *Store, gtin string) {
	rows, err := s.reader.Query(`WITH RECURSIVE
		lot (n) AS (SELECT n FROM subject WHERE kind = 'lot' AND id = ? UNION
			SELECT used.lot FROM lot JOIN made ON made.lot = lot.n JOIN used ON used.event = made.event),
		event (n) AS (SELECT made.event FROM lot JOIN made ON made.lot = lot.n UNION SELECT seen.event FROM lot JOIN seen ON seen.lot = lot.n)
		SELECT record.text FROM event JOIN record ON record.n = event.n`, gtin+"/0-0")
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	count := 0
	for rows.Next() {
		var text []byte
		if err := rows.Scan(&text); err != nil {
			b.Fatal(err)
		}
		if _, err := parse(text); err != nil {
			b.Fatal(err)
		}
		count++
	}
	if count != 200 {
		b.Fatalf("found %d events", count)
	}
}

func perLot(b *testing.B, s *Store, gtin string) {
	count := 0
	_, err := s.read(context.Background(), func(v *view) error {
		start, err := v.number(provenance.Lot{GTIN: gtin, Lot: "0-0"}.Ref())
		if err != nil {
			return err
		}
		met := set{}
		for queue := met.add([]int64{start}); len(queue) > 0; queue = queue[1:] {
			makers, err := v.step(sqlMakersOf, queue[:1])
			if err != nil {
				return err
			}
			seen, err := v.step(sqlSightings, queue[:1])
			if err != nil {
				return err
			}
			used, err := v.step(sqlUsedBy, makers)
			if err != nil {
				return err
			}
			for _, event := range append(makers, seen...) {
				if _, err := v.records([]int64{event}); err != nil {
					return err
				}
				count++
			}
			queue = append(queue, met.add(used)...)
		}
		return nil
	})
	if err != nil || count != 200 {
		b.Fatalf("found %d events: %v", count, err)
	}
}

// audited makes one site with so many audits of it, among as many of another.
func audited(audits int) (*chain, string) {
	var s scribe
	c := newChain()
	id := func(n int) string { return fmt.Sprintf("01J%023d", n) }
	by := provenance.Author{Org: provenance.Auditors, Party: id(1)}
	c.add(s.transaction(by, &provenance.Party{ID: id(1), Name: "Plain Audits"}),
		s.transaction(by, &provenance.Facility{ID: id(2), Name: "Mill", Country: "TH"}), s.transaction(by, &provenance.Facility{ID: id(3), Name: "Other mill", Country: "TH"}))
	for n := range audits {
		c.add(s.transaction(by, &provenance.Audit{ID: id(10 + 2*n), Facility: id(2), Firm: id(1), Accreditation: "none", Scheme: "SMETA", Start: "2026-01-01", End: "2026-01-02"}),
			s.transaction(by, &provenance.Audit{ID: id(11 + 2*n), Facility: id(3), Firm: id(1), Accreditation: "none", Scheme: "SMETA", Start: "2026-01-01", End: "2026-01-02"}))
	}
	return c, id(2)
}

// BenchmarkNewestAudits reads the newest ten audits of a site that has ten, a
// thousand, ten thousand.
func BenchmarkNewestAudits(b *testing.B) {
	for _, audits := range []int{10, 1000, 10_000} {
		c, site := audited(audits)
		s := filled(b, c)
		b.Run(fmt.Sprintf("of %d", audits), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				page, _, err := s.Audits(context.Background(), site, Cut{Limit: 10})
				if err != nil || len(page.Records) != 10 {
					b.Fatalf("%d audits: %v", len(page.Records), err)
				}
			}
		})
	}
}
