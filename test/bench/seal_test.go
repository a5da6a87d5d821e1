//go:build bench

package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/proof"
	"github.com/fairlead/fairlead/gateway/readmodel"
	"github.com/fairlead/fairlead/gateway/seals"
	"github.com/fairlead/fairlead/test/world"
)

// sealsEach is how many seals of one product are measured together: CPU time is
// counted in hundredths of a second.
const sealsEach = 20

// sealed is what a seal of one answer costs the peers and their chaincode.
type sealed struct {
	of      string
	records int
	peers   time.Duration // CPU, of one seal
	size    int           // bytes of the bundle
}

// seal loads a year of one chain of sites and has what stands behind its last
// lot, and behind its whole product, sealed again and again.
func seal(t *testing.T, f *field, w *world.World, cast world.Cast, roots proof.Roots) []sealed {
	t.Helper()
	y := &year{World: w, cast: cast, relay: f.ledger}
	for _, p := range y.phases(chainLength) {
		if _, err := y.state(t.Context(), p); err != nil {
			t.Fatalf("%s: %v", p.name, err)
		}
	}
	model := project(t, f)
	maker := seals.Maker{Witness: f.ledger, Roots: roots, Now: time.Now}
	gtin := y.sites[chainLength-1].made.GTIN
	idle := idling(t, f)
	var costs []sealed
	for _, q := range []provenance.Question{{GTIN: gtin, Lot: "Y-0"}, {GTIN: gtin}} {
		records, at, err := model.Behind(t.Context(), q.GTIN, q.Lot)
		if err != nil {
			t.Fatal(err)
		}
		q.AsOf = time.Now().UTC().Truncate(time.Millisecond)
		if at.At.After(q.AsOf) {
			q.AsOf = at.At
		}
		cost := sealed{of: "a product of 1,000 lots", records: len(records)}
		if q.Lot != "" {
			cost.of = "one lot, made of one in each tier"
		}
		before, err := spent(t.Context(), f.network, 0)
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		for range sealsEach {
			bundle, err := maker.Product(t.Context(), q, records, "", false)
			if err != nil {
				t.Fatal(err)
			}
			cost.size = len(bundle)
		}
		after, err := spent(t.Context(), f.network, 0)
		if err != nil {
			t.Fatal(err)
		}
		each := after.since(before, sealsEach)
		cost.peers = each["peer"] + each["chaincode"] - time.Duration(idle*float64(time.Since(begun)/sealsEach))
		costs = append(costs, cost)
	}
	return costs
}

// idling is how much of a processor peers and chaincode use when nobody asks
// them anything.
func idling(t *testing.T, f *field) float64 {
	t.Helper()
	before, err := spent(t.Context(), f.network, 0)
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	time.Sleep(5 * time.Second)
	after, err := spent(t.Context(), f.network, 0)
	if err != nil {
		t.Fatal(err)
	}
	used := after.since(before, 1)
	return float64(used["peer"]+used["chaincode"]) / float64(time.Since(begun))
}

// project makes the read model of the whole ledger.
func project(t *testing.T, f *field) *readmodel.Store {
	t.Helper()
	height, err := f.ledger.Height(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	store, err := readmodel.Open(filepath.Join(t.TempDir(), "model.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- readmodel.Project(ctx, f.ledger, store, slog.New(slog.DiscardHandler)) }()
	if err := store.WaitFor(t.Context(), height-1); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return store
}

// rootsOf asks the command line, as whoever verifies does.
func rootsOf(t *testing.T, program, network string) (roots proof.Roots) {
	t.Helper()
	text, err := exec.Command(program, "roots", "--network", network).Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &roots); err != nil {
		t.Fatal(err)
	}
	return roots
}

func sealsReport(costs []sealed) string {
	var out strings.Builder
	out.WriteString("\nWhat a seal costs all peers and their chaincode, beyond what they use when idle:\n\n| sealed | records | CPU | goal | bundle |\n|---|---|---|---|---|\n")
	for _, c := range costs {
		fmt.Fprintf(&out, "| %s | %d | %s ms | ≤ 10 ms | %s kB |\n", c.of, c.records, figure(milliseconds(c.peers)), figure(float64(c.size)/1000))
	}
	return out.String()
}
