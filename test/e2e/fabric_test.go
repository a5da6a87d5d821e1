//go:build e2e

package e2e

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// judgedByFabric has test/tools/fabriccheck, which is Fabric's own code, judge the
// bundles that verifying has had made on this network, as they are and altered.
func (s *system) judgedByFabric(t *testing.T) {
	s.t = t
	program := filepath.Join(s.folder, "fabriccheck")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = filepath.Join(s.root, "test", "tools", "fabriccheck")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building fabriccheck: %v\n%s", err, said)
	}
	args := []string{"-roots", filepath.Join(s.folder, "roots.json"), "-fairlead", filepath.Join(s.folder, "gateway")}
	for _, bundle := range []string{"public.json", "record.json"} {
		args = append(args, filepath.Join(s.folder, bundle))
	}
	check := exec.CommandContext(t.Context(), program, args...)
	check.Env = s.environment()
	said, err := check.CombinedOutput()
	if err != nil || strings.Count(string(said), "accepted by both") != 2 {
		t.Errorf("%v\n%s", err, said)
	}
	t.Logf("%s", said)
}
