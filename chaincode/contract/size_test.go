package contract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

// lots are events that make n lots of cloth, from number first on.
func (b *bench) lots(first, n int) []provenance.Statement {
	events := make([]provenance.Statement, n)
	for i := range events {
		event := b.Making(provenance.Lot{GTIN: b.Cloth.GTIN, Lot: fmt.Sprintf("L%06d", first+i)})
		events[i] = &event
	}
	return events
}

// Hundreds of statements in one document read each key once, and none alone.
func TestManyStatementsAreReadTogether(t *testing.T) {
	b := founded(t)
	asked := map[string]int{}
	perKey := map[string]int{}
	b.peer.Limit(stubtest.Limits{Runs: 1})
	b.peer.Fail(func(op, key string) error {
		asked[op]++
		if op != "PutState" {
			perKey[key]++
		}
		return nil
	})
	b.states(b.as(provenance.RoleSupplier), b.lots(0, provenance.MaxBatch)...)
	if asked["GetState"] > 0 {
		t.Errorf("%d keys were read one by one", asked["GetState"])
	}
	for key, n := range perKey {
		if n > 1 {
			t.Errorf("%q was read %d times", key, n)
		}
	}
}

// A document of full size makes records that are a little larger: that is told,
// and not left to the peer.
func TestDocumentThatGrowsTooLarge(t *testing.T) {
	b := founded(t)
	sites := make([]provenance.Statement, provenance.MaxBatch)
	for i := range sites {
		f := b.newSite()
		f.Name, f.Address = strings.Repeat("n", 200), strings.Repeat("a", 400)
		for n := range 5 {
			f.Aliases = append(f.Aliases, fmt.Sprint(n)+strings.Repeat("b", 199))
		}
		sites[i] = &f
	}
	if size := len(world.Document(sites...)); size > provenance.MaxDocument {
		t.Fatalf("the document has %d bytes: it should just fit", size)
	}
	b.refuses(b.as(provenance.RoleSupplier), provenance.TooLarge, "", sites...)
	b.states(b.as(provenance.RoleSupplier), sites[:250]...)
}

// chained are events that make n lots of cloth, each out of three of the lots
// before, from number first on.
func (b *bench) chained(first, n int) []provenance.Statement {
	events := make([]provenance.Statement, n)
	for i := range events {
		at := first + i
		events[i] = b.becomes(b.clothLot(fmt.Sprint(at)), b.clothLot(fmt.Sprint(at-1)), b.clothLot(fmt.Sprint(at-2)), b.clothLot(fmt.Sprint(at-3)))
	}
	return events
}

// Lots out of lots need no look at each one's ancestors.
func TestLotsOutOfLotsAreReadTogether(t *testing.T) {
	b := founded(t)
	b.peer.Limit(stubtest.Limits{Runs: 1})
	b.states(b.as(provenance.RoleSupplier), b.chained(3, 200)...)
	b.peer.Fail(func(op, key string) error {
		if op == "GetState" {
			t.Errorf("%q was read by itself", key)
		}
		return nil
	})
	b.states(b.as(provenance.RoleSupplier), b.chained(203, 200)...)
}

func BenchmarkLots(b *testing.B) {
	for _, size := range []int{1, 200} {
		b.Run(fmt.Sprintf("%d a document", size), func(b *testing.B) {
			bench := founded(b)
			bench.peer.Limit(stubtest.Limits{Runs: 1})
			made := 0
			for b.Loop() {
				bench.states(bench.as(provenance.RoleSupplier), bench.lots(made, size)...)
				made += size
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(made), "µs/lot")
		})
	}
	b.Run("200 out of others", func(b *testing.B) {
		bench := founded(b)
		bench.peer.Limit(stubtest.Limits{Runs: 1})
		made := 3
		for b.Loop() {
			bench.states(bench.as(provenance.RoleSupplier), bench.chained(made, 200)...)
			made += 200
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(made), "µs/lot")
	})
}
