//go:build bench

// Package bench measures the gateway's way to the ledger beside bare
// alternatives, on a network of its own: ratios of rounds that alternate in one
// run, since absolute figures are the machine's.
package bench

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/ledger/fabric"
	"github.com/fairlead/fairlead/network"
	"github.com/fairlead/fairlead/test/world"
)

var write = flag.Bool("write", false, "write the report into README.md beside this file")

const (
	rounds  = 15
	callers = 64  // at once, for single records
	few     = 8   // at once, for documents
	many    = 200 // lots in a document
)

func TestBench(t *testing.T) {
	f := bring(t)
	w := world.New(1)
	cast, err := w.Found(t.Context(), f.ledger, f)
	if err != nil {
		t.Fatal(err)
	}
	supplier := f.keys[cast.Supplier]
	direct, hangUp, err := dialBare(f.network.Profile(), provenance.Suppliers.MSP(), supplier.certificate, supplier.key)
	if err != nil {
		t.Fatal(err)
	}
	defer hangUp()
	s := &stock{World: w}

	g := serve(t, f.network.Path())
	relay := g.relay(callers)
	check := f.ledger.Checker()
	relay.Check, relay.CheckEndorsed = check.CheckProposal, check.CheckTransaction
	with := func(ctx context.Context) (usage, error) { return spent(ctx, f.network, g.pid()) }
	without := func(ctx context.Context) (usage, error) { return spent(ctx, f.network, 0) }

	through := contestant{name: "gateway", callers: callers, calls: 4, units: 1, spent: with, call: func(ctx context.Context, _ int) error {
		_, err := world.State(ctx, relay, cast.Supplier, s.site())
		return err
	}}
	adapter := through
	adapter.name, adapter.spent, adapter.call = "adapter", without, func(ctx context.Context, _ int) error {
		_, err := world.State(ctx, f.ledger, cast.Supplier, s.site())
		return err
	}
	bare := adapter
	bare.name, bare.call = "bare", func(ctx context.Context, _ int) error {
		site := s.site()
		return direct.state(ctx, world.Transaction(site), world.Document(site))
	}
	records, err := compare(t.Context(), rounds, through, adapter, bare)
	if err != nil {
		t.Fatal(err)
	}
	g.stop()

	documents := contestant{name: "documents", callers: few, calls: 3, units: many, spent: without, call: func(ctx context.Context, _ int) error {
		_, err := world.State(ctx, f.ledger, cast.Supplier, s.lots(many)...)
		return err
	}}
	single := contestant{name: "one by one", callers: callers, calls: 3, units: 1, spent: without, call: func(ctx context.Context, _ int) error {
		_, err := world.State(ctx, f.ledger, cast.Supplier, s.lots(1)...)
		return err
	}}
	lots, err := compare(t.Context(), rounds, documents, single)
	if err != nil {
		t.Fatal(err)
	}

	sealing := seal(t, f, w, cast, rootsOf(t, g.program, f.network.Path()))
	report := render(records[0], records[1], records[2], comparison{lots[0], lots[1]}) + sealsReport(sealing)
	fmt.Print(report)
	if *write {
		if err := os.WriteFile("README.md", []byte(report), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// stock gives statements that are new each time, to any number of callers.
type stock struct {
	*world.World
	mu     sync.Mutex
	number int
}

func (s *stock) site() *provenance.Facility {
	s.mu.Lock()
	defer s.mu.Unlock()
	site := s.Site
	site.ID, site.Identifiers = s.ID(), []provenance.Identifier{{Scheme: provenance.GLN, Value: s.GLN()}}
	return &site
}

func (s *stock) lots(n int) []provenance.Statement {
	s.mu.Lock()
	defer s.mu.Unlock()
	made := make([]provenance.Statement, n)
	for i := range made {
		s.number++
		event := s.Making(provenance.Lot{GTIN: s.Cloth.GTIN, Lot: fmt.Sprintf("B-%d", s.number)})
		made[i] = &event
	}
	return made
}

// field is the network under measurement and its authors' keys.
type field struct {
	t       *testing.T
	network *network.Network
	ledger  *fabric.Ledger
	keys    map[ledger.Signer]pair
}

type pair struct {
	certificate []byte
	key         *ecdsa.PrivateKey
}

func bring(t *testing.T) *field {
	t.Helper()
	n, err := network.Up(t.Context(), network.Options{Data: t.TempDir(), Log: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Stop(); err != nil {
			t.Error(err)
		}
	})
	l, err := fabric.Open(t.Context(), fabric.Config{Path: n.Path()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return &field{t: t, network: n, ledger: l, keys: map[ledger.Signer]pair{}}
}

// Registrar is an organisation's administrator.
func (f *field) Registrar(org provenance.Org) ledger.Signer {
	o, err := f.network.Profile().Organization(string(org))
	if err != nil {
		f.t.Fatal(err)
	}
	key, err := ledger.OpenKeyFile(org, o.Admin.Dir)
	if err != nil {
		f.t.Fatal(err)
	}
	return key
}

// Enrol makes a key and has its certificate issued.
func (f *field) Enrol(org provenance.Org) ledger.Signer {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.t.Fatal(err)
	}
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		f.t.Fatal(err)
	}
	name := sha256.Sum256(request)
	chain, err := network.Enrol(filepath.Dir(f.network.Path()), network.Enrolment{
		Organization: string(org), Name: "m-" + hex.EncodeToString(name[:8]),
		Request: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: request}),
	})
	if err != nil {
		f.t.Fatal(err)
	}
	signer, err := ledger.NewKeySigner(ledger.Identity{Org: org, Certificate: chain}, key)
	if err != nil {
		f.t.Fatal(err)
	}
	own, _ := pem.Decode(chain)
	f.keys[signer] = pair{pem.EncodeToMemory(own), key}
	return signer
}
