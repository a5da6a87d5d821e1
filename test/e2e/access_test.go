//go:build e2e

package e2e

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// access has a member sign in and make a key for a machine; a suspension ends both
// from its block on, and its end restores them.
func (s *system) access(t *testing.T) {
	s.t = t
	const union = "Workers/demo-wadi-needle"
	s.fairlead(1, "whoami")
	s.fairlead(1, "bundle", shirt, "--member")
	s.fairlead(0, "login", "--as", union)
	who := decode[struct {
		Org    provenance.Org
		Member string
	}](t, []byte(s.fairlead(0, "whoami", "--json")))
	if who.Org != provenance.Workers || who.Member == "" {
		t.Fatalf("signed in as %+v", who)
	}
	key := filepath.Join(s.folder, "machine.key")
	s.fairlead(0, "key", "new", "nightly", "--scope", "full", "--output", key)
	full := filepath.Join(s.folder, "full.json")
	s.patiently("bundle", shirt, "--member", "--output", full)
	roots := filepath.Join(s.folder, "access-roots.json")
	if err := os.WriteFile(roots, []byte(s.fairlead(0, "roots")), 0o600); err != nil {
		t.Fatal(err)
	}
	if report := s.fairlead(0, "verify", full, "--roots", roots); report == "" {
		t.Error("verify says nothing")
	}
	registrar := []string{"--as", filepath.Join(s.folder, "data", "fairlead", "network", "organizations", "workers", "admin"), "--org", "Workers"}
	stand := func(state, reason string) {
		s.fairlead(0, append([]string{"state", "standing", s.write("standing.json", provenance.Standing{
			ID: ulid.Make().String(), Subject: provenance.Subject{Kind: provenance.KindMember, ID: who.Member}, State: state, Reason: reason,
		})}, registrar...)...)
	}
	stand("SUSPENDED", "UNDER_REVIEW")
	s.fairlead(1, "whoami")
	s.fairlead(1, "whoami", "--key-file", key)
	s.fairlead(1, "login", "--as", union)
	stand("RESTORED", "CLEARED")
	s.fairlead(0, "whoami")
	s.fairlead(0, "whoami", "--key-file", key)
	s.fairlead(0, "logout")
	s.fairlead(1, "whoami")
}

// patiently runs the command line until it is no longer told to ask again.
func (s *system) patiently(args ...string) {
	s.t.Helper()
	for began := time.Now(); ; time.Sleep(time.Second) {
		c := exec.CommandContext(s.t.Context(), filepath.Join(s.folder, "gateway"), args...)
		c.Env = s.environment()
		var said bytes.Buffer
		c.Stdout, c.Stderr = &said, &said
		err := c.Run()
		if err == nil {
			return
		}
		if !strings.Contains(said.String(), "ask again") || time.Since(began) > 5*time.Minute {
			s.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, said.String())
		}
	}
}

// overTLS starts a second gateway, which speaks TLS: a member's certificate, as
// netctl issued it, counts there as signing in.
func (s *system) overTLS(t *testing.T) {
	s.t = t
	certificate, key := selfSigned(t, s.folder)
	serve := exec.Command(filepath.Join(s.folder, "gateway"), "serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(s.folder, "over-tls"), "--tls-cert", certificate, "--tls-key", key)
	serve.Env = s.environment()
	said := &transcript{}
	serve.Stdout, serve.Stderr = said, said
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- serve.Wait() }()
	t.Cleanup(func() {
		if err := serve.Process.Signal(syscall.SIGINT); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Errorf("%v\n%s", err, said)
		}
	})
	address := regexp.MustCompile(`(?m)^https://\S+$`)
	for address.FindString(said.String()) == "" {
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("it ended with %v\n%s", err, said)
		case <-time.After(50 * time.Millisecond):
		}
	}
	there := []string{"--server", address.FindString(said.String()), "--server-ca", certificate}
	for began := time.Now(); ; time.Sleep(200 * time.Millisecond) { // it follows the ledger from block 0
		status := decode[struct{ Status struct{ Lag int } }](t, []byte(s.fairlead(0, append([]string{"status", "--json"}, there...)...)))
		if status.Status.Lag == 0 && bytes.Contains([]byte(s.fairlead(0, append([]string{"status"}, there...)...)), []byte("following")) {
			break
		}
		if time.Since(began) > 5*time.Minute {
			t.Fatalf("it never catches up\n%s", said)
		}
	}
	s.fairlead(1, append([]string{"whoami"}, there...)...)
	if who := s.fairlead(0, append([]string{"whoami", "--present", "Workers/demo-wadi-needle"}, there...)...); !strings.Contains(who, "Workers, member") {
		t.Errorf("presented, it is taken for %s", who)
	}
	s.fairlead(0, append([]string{"login", "--as", "Workers/demo-wadi-needle"}, there...)...)
	s.fairlead(0, append([]string{"whoami"}, there...)...)
	s.fairlead(0, append([]string{"logout"}, there...)...)
}

// selfSigned makes a certificate for this machine.
func selfSigned(t *testing.T, folder string) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "gateway"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, form, form, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key = filepath.Join(folder, "tls.pem"), filepath.Join(folder, "tls.key")
	for path, block := range map[string]*pem.Block{certificate: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certificate, key
}
