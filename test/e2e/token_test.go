//go:build e2e && softhsm

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oklog/ulid/v2"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// TestAKeyOnAToken has an author whose key lies on a token of SoftHSM's and never
// leaves it state a product on a real network: prepared by the gateway, read
// before it is signed, signed twice, committed.
func TestAKeyOnAToken(t *testing.T) {
	const module = "/usr/lib/softhsm/libsofthsm2.so"
	s := install(t)
	settings := filepath.Join(s.folder, "softhsm2.conf")
	if err := os.WriteFile(settings, []byte("directories.tokendir = "+s.folder+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", settings)
	pin := filepath.Join(s.folder, "pin")
	if err := os.WriteFile(pin, []byte("4821\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("FAIRLEAD_PIN_FILE", pin)
	if out, err := exec.Command("softhsm2-util", "--init-token", "--free", "--label", "card", "--pin", "4821", "--so-pin", "12345678").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s.start()
	party, member := ulid.Make().String(), ulid.Make().String()
	s.fairlead(0, "identity", "new", "--org", "Brands", "--name", "carded", "--roles", "brand", "--token", "pkcs11:token=card;object=carded?module-path="+module)
	registrar := []string{"--as", filepath.Join(s.folder, "data", "fairlead", "network", "organizations", "brands", "admin"), "--org", "Brands"}
	state := func(code int, kind string, document any, more ...string) string {
		return s.fairlead(code, append([]string{"state", kind, s.write(kind+".json", document)}, more...)...)
	}
	state(0, "party", provenance.Party{ID: party, Name: "Carded", PartyKind: "BRAND", Country: "SE"}, registrar...)
	product := map[string]any{"products": []provenance.Product{{GTIN: "09520020009995", Name: "A cap", Owner: party}}}
	carded := []string{"--as", "Brands/carded"}
	state(1, "product", product, carded...) // nobody enrolled the key yet
	state(0, "member", provenance.Member{ID: member, Party: party, Roles: []provenance.Role{provenance.RoleBrand}, Certificate: s.fingerprint(t, "carded")}, registrar...)
	if said := state(0, "product", product, append(carded, "--dry-run")...); !strings.Contains(said, "1 statement of the kind product could be sent") {
		t.Errorf("reviewing: %s", said)
	}
	if said := state(0, "product", product, carded...); !strings.Contains(said, "in transaction") || strings.Contains(said, "recorded before") {
		t.Errorf("stating: %s", said)
	}
	if said := s.fairlead(0, "login", "--as", "Brands/carded"); !strings.Contains(said, member) {
		t.Errorf("signing in: %s", said)
	}
	if a := s.history(t, "09520020009995/history").History; a.Product != "A cap" {
		t.Errorf("the history is of %q", a.Product)
	}
	if files, err := filepath.Glob(filepath.Join(s.folder, "config", "fairlead", "authors", "Brands", "carded", "*")); err != nil || len(files) != 3 {
		t.Errorf("the author's folder holds %v", files)
	}
}
