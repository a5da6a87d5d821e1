package provenance_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

func TestRulesOfSignalsAndDevices(t *testing.T) {
	curve, err := ecdsa.ParseRawPrivateKey(elliptic.P384(), append(make([]byte, 47), 7))
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&curve.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []rule{
		{"a gap that ends first", func(w *world.World) provenance.Statement { w.Watch.Gap.Until = "2025-07-02"; return &w.Watch.Gap }, provenance.Invalid, "until"},
		{"a gap of the day after tomorrow", func(w *world.World) provenance.Statement {
			w.Watch.Gap.Until, w.Watch.Gap.Source.RetrievedOn = "2026-01-17", "2026-01-17"
			return &w.Watch.Gap
		}, provenance.InFuture, "-"},
		{"data retrieved before it happened", func(w *world.World) provenance.Statement {
			w.Watch.Gap.Source.RetrievedOn = "2025-07-08"
			return &w.Watch.Gap
		}, provenance.Invalid, "source.retrievedOn"},
		{"a place beyond the pole", func(w *world.World) provenance.Statement { w.Watch.Gap.Position.Lat = 91; return &w.Watch.Gap }, provenance.Invalid, "position.lat"},
		{"one measure twice", func(w *world.World) provenance.Statement {
			w.Watch.Gap.Measures = append(w.Watch.Gap.Measures, w.Watch.Gap.Measures[0])
			return &w.Watch.Gap
		}, provenance.Invalid, "measures[1].name"},
		{"long at sea, and nobody says how long", func(w *world.World) provenance.Statement {
			w.Watch.Gap.ObservationType = "TIME_AT_SEA"
			return &w.Watch.Gap
		}, provenance.Invalid, "measures"},
		{"days in knots", func(w *world.World) provenance.Statement {
			w.Watch.Gap.Measures = []provenance.Measure{{Name: "DAYS_SINCE_PORT", Value: "200", Unit: "KNT"}}
			return &w.Watch.Gap
		}, provenance.Invalid, "measures[0].unit"},
		{"a method without thresholds", func(w *world.World) provenance.Statement {
			w.Watch.Gap.Method.Thresholds = nil
			return &w.Watch.Gap
		}, provenance.Invalid, "method.thresholds"},
		{"an observation that replaces itself", func(w *world.World) provenance.Statement {
			w.Watch.Gap.Supersedes = w.Watch.Gap.ID
			return &w.Watch.Gap
		}, provenance.Invalid, "supersedes"},
		{"a list of the day after tomorrow", func(w *world.World) provenance.Statement {
			w.Watch.Screening.On = "2026-01-17"
			return &w.Watch.Screening
		}, provenance.InFuture, "on"},
		{"a screening of a lot", func(w *world.World) provenance.Statement {
			w.Watch.Screening.Subject.Kind = provenance.LotSubject
			return &w.Watch.Screening
		}, provenance.Invalid, "subject.kind"},
		{"a reply of the day after tomorrow", func(w *world.World) provenance.Statement { w.Watch.Reply.On = "2026-01-17"; return &w.Watch.Reply }, provenance.InFuture, "on"},
		{"a decision that explains", func(w *world.World) provenance.Statement {
			w.Watch.Decision.State = provenance.SignalExplained
			return &w.Watch.Decision
		}, provenance.Invalid, "state"},
		{"a key that is none", func(w *world.World) provenance.Statement { w.Watch.Clock.PublicKey = "AAAA"; return &w.Watch.Clock }, provenance.Invalid, "publicKey"},
		{"a key of another curve", func(w *world.World) provenance.Statement {
			w.Watch.Clock.PublicKey = base64.StdEncoding.EncodeToString(der)
			return &w.Watch.Clock
		}, provenance.Invalid, "publicKey"},
		{"totals of four workers", func(w *world.World) provenance.Statement { w.Watch.Total.Workers = 4; return &w.Watch.Total }, provenance.BelowK, "workers"},
		{"one total twice", func(w *world.World) provenance.Statement {
			w.Watch.Total.Totals[1].Name = w.Watch.Total.Totals[0].Name
			return &w.Watch.Total
		}, provenance.Invalid, "totals[1].name"},
		{"totals of next month", func(w *world.World) provenance.Statement { w.Watch.Total.Month = "2026-02"; return &w.Watch.Total }, provenance.InFuture, "month"},
	} {
		t.Run(r.name, func(t *testing.T) {
			statement := r.change(world.New(7))
			spec, _ := provenance.SpecOf(statement.Kind())
			_, refusal := spec.Read(world.Document(statement), now)
			if refusal == nil {
				t.Fatal("it was accepted")
			}
			if refusal.Fields[0].Code != r.code || r.field != "-" && (len(refusal.Fields) != 1 || refusal.Fields[0].Field != r.field) {
				t.Errorf("refused for %v, want %s at %s", refusal.Fields, r.code, r.field)
			}
		})
	}
}

func TestADeviceSignsAllButTheSignature(t *testing.T) {
	w := world.New(7)
	total := w.Watch.Total
	if signed, err := total.SignedBy(&w.Watch.Clock); err != nil || !signed {
		t.Fatalf("the clock did not sign: %v", err)
	}
	text, err := total.SignedBytes()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"device":"` + total.Device + `","id":"` + total.ID + `","month":"2025-10",` +
		`"totals":[{"name":"HOURS_WORKED","value":"8320"},{"name":"HOURS_OVERTIME","value":"614.5"}],"workers":40}`
	if string(text) != want {
		t.Errorf("the clock signs\n%s\nwant\n%s", text, want)
	}
	for name, change := range map[string]func(*provenance.DeviceTotal){
		"workers": func(d *provenance.DeviceTotal) { d.Workers++ },
		"month":   func(d *provenance.DeviceTotal) { d.Month = "2025-09" },
		"value":   func(d *provenance.DeviceTotal) { d.Totals = []provenance.Total{{Name: "HOURS_WORKED", Value: "1"}} },
	} {
		changed := total
		change(&changed)
		if signed, err := changed.SignedBy(&w.Watch.Clock); err != nil || signed {
			t.Errorf("with another %s it is still signed (%v)", name, err)
		}
	}
}

func TestSignalsMoveForward(t *testing.T) {
	states := []provenance.SignalState{provenance.SignalRaised, provenance.SignalReviewed, provenance.SignalExplained, provenance.SignalSupported, provenance.SignalRejected}
	allowed := map[[2]provenance.SignalState]bool{}
	for _, move := range [][2]int{{0, 1}, {0, 2}, {0, 3}, {0, 4}, {1, 2}, {1, 3}, {1, 4}, {2, 3}, {2, 4}} {
		allowed[[2]provenance.SignalState{states[move[0]], states[move[1]]}] = true
	}
	for _, from := range states {
		for _, to := range states {
			if got := provenance.SignalMayMove(from, to); got != allowed[[2]provenance.SignalState{from, to}] {
				t.Errorf("from %s to %s: %v", from, to, got)
			}
		}
	}
}
