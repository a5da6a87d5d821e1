//go:build e2e

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
