//go:build e2e

package e2e

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// sealed waits for a bundle, which the gateway makes in its turn.
func (s *system) sealed(t *testing.T, path string) []byte {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(time.Second) {
		answer, err := http.Head(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return s.get(http.StatusOK, path)
		}
		if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
			t.Fatalf("%s: %s", path, answer.Status)
		}
	}
	t.Fatalf("%s is never sealed", path)
	return nil
}

func (s *system) verifying(t *testing.T) {
	s.t = t
	file := func(name string, text []byte) string {
		path := filepath.Join(s.folder, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	roots := file("roots.json", []byte(s.fairlead(0, "roots")))
	public := s.sealed(t, "/v1/products/"+shirt+"/history/bundle")
	if said := s.fairlead(0, "verify", file("public.json", public), "--roots", roots); !strings.Contains(said, "\n  not shown ") || !strings.HasSuffix(said, "It holds.\n") {
		t.Errorf("of a public bundle verify says\n%s", said)
	}
	full := filepath.Join(s.folder, "full.json")
	s.fairlead(0, "bundle", shirt, "--full", "-o", full)
	if said := s.fairlead(0, "verify", full, "--roots", roots); strings.Contains(said, "\n  not shown ") {
		t.Errorf("of a full bundle verify says\n%s", said)
	}
	altered := bytes.Replace(public, []byte("COVERED"), []byte("CLEARED"), 1)
	s.fairlead(3, "verify", file("altered.json", altered), "--roots", roots)
	type bundle struct {
		Records []string `json:"records"`
		Seals   []struct {
			Proposal, Response []byte
		} `json:"seals"`
	}
	told := public
	for _, seal := range decode[bundle](t, public).Seals {
		told = append(append(told, seal.Proposal...), seal.Response...)
	}
	text, err := os.ReadFile(full)
	if err != nil {
		t.Fatal(err)
	}
	audit := ""
	for _, text := range decode[bundle](t, text).Records {
		r := decode[provenance.Record](t, []byte(text))
		if r.Kind == provenance.KindAudit {
			audit = r.ID
		}
		if r.Kind == provenance.KindChildCase || r.Kind == provenance.KindChildStep {
			if bytes.Contains(told, []byte(r.ID)) {
				t.Errorf("the public bundle, or what peers signed in it, names a %s", r.Kind)
			}
		}
	}
	record := s.sealed(t, "/v1/records/audit/"+audit+"/bundle")
	s.fairlead(0, "verify", file("record.json", record), "--roots", roots)
}
