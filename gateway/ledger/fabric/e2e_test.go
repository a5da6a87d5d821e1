//go:build e2e

package fabric_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/ledger/fabric"
	"github.com/fairlead/fairlead/network"
	"github.com/fairlead/fairlead/test/conformance"
)

// patience is for a busy machine; nothing here waits longer than it must.
const patience = 3 * time.Minute

// The other ordering is held to the same by TestOneNetworkThroughEverything.
func TestConformanceOnRaft(t *testing.T) {
	conformance.Run(t, func(t *testing.T) conformance.Opened {
		f := bring(t, network.Raft)
		return conformance.Opened{Ledger: f.ledger, Workers: f.gateway(provenance.Workers), Registrar: f.Registrar, Enrol: f.Enrol}
	})
}

// field is a network that a test has to itself, and a ledger on it.
type field struct {
	t       *testing.T
	network *network.Network
	ledger  *fabric.Ledger
}

// bring brings up a network with the chaincode of this checkout.
func bring(t *testing.T, ordering network.Ordering) *field {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	n, err := network.Up(ctx, network.Options{Data: t.TempDir(), Ordering: ordering, Log: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Stop(); err != nil {
			t.Error(err)
		}
	})
	l, err := fabric.Open(ctx, fabric.Config{Path: n.Path()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := l.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	return &field{t: t, network: n, ledger: l}
}

// gateway opens the network as an organisation's own gateway does.
func (f *field) gateway(org provenance.Org) *fabric.Ledger {
	f.t.Helper()
	l, err := fabric.Open(f.t.Context(), fabric.Config{Path: f.network.Path(), ReadAs: org})
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() {
		if err := l.Close(); err != nil {
			f.t.Error(err)
		}
	})
	return l
}

// Registrar is an organisation's administrator.
func (f *field) Registrar(org provenance.Org) ledger.Signer {
	f.t.Helper()
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
	f.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.t.Fatal(err)
	}
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		f.t.Fatal(err)
	}
	var number [8]byte
	if _, err := rand.Read(number[:]); err != nil {
		f.t.Fatal(err)
	}
	certificate, err := network.Enrol(filepath.Dir(f.network.Path()), network.Enrolment{
		Organization: string(org), Name: "m-" + hex.EncodeToString(number[:]),
		Request: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: request}),
	})
	if err != nil {
		f.t.Fatal(err)
	}
	signer, err := ledger.NewKeySigner(ledger.Identity{Org: org, Certificate: certificate}, key)
	if err != nil {
		f.t.Fatal(err)
	}
	return signer
}

// process is a node as the network sees it now.
func (f *field) process(node string) network.Process {
	f.t.Helper()
	s, err := f.network.Status(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	for _, p := range s.Nodes {
		if p.Name == node {
			return p
		}
	}
	f.t.Fatalf("there is no %s", node)
	return network.Process{}
}

// await asks until it is answered, or patience ends.
func await(t *testing.T, what string, ask func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ask()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal(fmt.Errorf("waiting for %s: %w", what, err))
		case <-tick.C:
		}
	}
}
