//go:build e2e

package e2e

import (
	"bytes"
	"flag"
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
	var stated []string // that anybody may read
	for _, text := range decode[bundle](t, text).Records {
		r := decode[provenance.Record](t, []byte(text))
		if r.Kind == provenance.KindAudit || r.Kind == provenance.KindFindingStep || r.Kind == provenance.KindYield {
			stated = append(stated, "/v1/records/"+string(r.Kind)+"/"+r.ID+"/bundle")
		}
		if r.Kind == provenance.KindChildCase || r.Kind == provenance.KindChildStep {
			if bytes.Contains(told, []byte(r.ID)) {
				t.Errorf("the public bundle, or what peers signed in it, names a %s", r.Kind)
			}
		}
	}
	var record []byte
	shown := false // one whose block holds nothing that is not for the public
	for _, path := range stated {
		record = s.sealed(t, path)
		said := s.fairlead(0, "verify", file("record.json", record), "--roots", roots)
		if shown = strings.Contains(said, "\n  ok         that it was committed: it is in block "); shown {
			break
		}
	}
	if !shown {
		t.Errorf("of %d records none is shown in its block", len(stated))
	}
	t.Logf("a product's bundle of %d bytes, a record's of %d", len(public), len(record))
	if *update {
		s.keepVectors(map[string]string{"roots.json": roots, "product.json": filepath.Join(s.folder, "public.json"), "record.json": filepath.Join(s.folder, "record.json")})
	}
}

var update = flag.Bool("update", false, "keep what the network signed as vectors for gateway/proof")

// keepVectors copies files to where both verifiers are tried on them, with the
// moment at which they held.
func (s *system) keepVectors(files map[string]string) {
	s.t.Helper()
	folder := filepath.Join(s.root, "gateway", "proof", "testdata", "vectors")
	write := func(name string, text []byte) {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o644); err != nil {
			s.t.Fatal(err)
		}
	}
	for name, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			s.t.Fatal(err)
		}
		write(name, text)
	}
	write("now.txt", []byte(time.Now().UTC().Format(time.RFC3339)+"\n"))
}
