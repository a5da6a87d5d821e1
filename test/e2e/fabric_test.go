//go:build e2e

package e2e

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// judgedByFabric has test/tools/fabriccheck, which is Fabric's own code, judge
// bundles as they are and altered: those that verifying has had made on this
// network, and those of another that gateway/proof is tried on.
func (s *system) judgedByFabric(t *testing.T) {
	s.t = t
	program := filepath.Join(s.folder, "fabriccheck")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = filepath.Join(s.root, "test", "tools", "fabriccheck")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building fabriccheck: %v\n%s", err, said)
	}
	vectors := filepath.Join(s.root, "gateway", "proof", "testdata", "vectors")
	for _, files := range [][]string{
		{filepath.Join(s.folder, "roots.json"), filepath.Join(s.folder, "public.json"), filepath.Join(s.folder, "record.json")},
		{filepath.Join(vectors, "roots.json"), filepath.Join(vectors, "product.json"), filepath.Join(vectors, "record.json")},
	} {
		check := exec.CommandContext(t.Context(), program, append([]string{"-fairlead", filepath.Join(s.folder, "gateway"), "-roots"}, files...)...)
		check.Env = s.environment()
		said, err := check.CombinedOutput()
		if err != nil || strings.Count(string(said), "accepted by both") != 2 {
			t.Errorf("%v\n%s", err, said)
		}
		t.Logf("%s", said)
	}
}
