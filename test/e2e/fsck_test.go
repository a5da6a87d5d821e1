//go:build e2e

package e2e

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// secondLook is what fsck tells, as far as it is read here.
type secondLook struct {
	Clean        bool   `json:"clean"`
	Height       uint64 `json:"height"`
	Blocks       uint64 `json:"blocks"`
	Transactions int    `json:"transactions"`
	Signatures   int    `json:"signatures"`
	Records      int    `json:"records"`
	Copies       []struct {
		Name      string `json:"name"`
		Blocks    uint64 `json:"blocks"`
		Unreached string `json:"unreached"`
	} `json:"copies"`
	Model struct {
		Height          uint64 `json:"height"`
		Expected, Found string
	} `json:"model"`
	Difference *struct {
		Peer, Row, What string
	} `json:"difference"`
	Seconds float64 `json:"seconds"`
}

// lookedAtTwice has fsck look while the gateway serves, with all peers and with
// one of them gone.
func (s *system) lookedAtTwice(t *testing.T) {
	s.t = t
	r := decode[secondLook](t, []byte(s.fairlead(0, "fsck", "--json")))
	if !r.Clean || len(r.Copies) != 4 || r.Blocks != r.Height || r.Model.Height == 0 || r.Model.Height > r.Height || r.Model.Expected != r.Model.Found || r.Records < 500 {
		t.Errorf("of a sound network fsck says %+v", r)
	}
	for _, c := range r.Copies {
		if c.Blocks != r.Height || c.Unreached != "" {
			t.Errorf("of a sound copy fsck says %+v", c)
		}
	}
	t.Logf("%d blocks with %d transactions and %d signatures in four copies, %d records beside the read model: %.2f s", r.Blocks, r.Transactions, r.Signatures, r.Records, r.Seconds)

	gone := s.withoutPeer(t, "peer.auditors")
	r = decode[secondLook](t, []byte(s.fairlead(1, "fsck", "--json", "--network", gone)))
	unreached := ""
	for _, c := range r.Copies {
		if c.Unreached != "" {
			unreached += c.Name
		}
	}
	if r.Clean || unreached != "peer.auditors" || r.Difference != nil || r.Model.Expected == "" {
		t.Errorf("with a peer that nobody reaches fsck says %+v", r)
	}
	if said := s.fairlead(1, "fsck", "--network", gone); !strings.Contains(said, "peer.auditors: NOT looked at") || !strings.Contains(said, "which is NOT everything") {
		t.Errorf("with a peer that nobody reaches fsck says\n%s", said)
	}
}

// withoutPeer is the network's profile with an address of one peer at which
// nobody listens.
func (s *system) withoutPeer(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.folder, "data", "fairlead", "network", "network.json"))
	if err != nil {
		t.Fatal(err)
	}
	profile := decode[map[string]any](t, text)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free.Close()
	for _, o := range profile["organizations"].([]any) {
		if peer, ok := o.(map[string]any)["peer"].(map[string]any); ok && peer["name"] == name {
			peer["address"] = free.Addr().String()
		}
	}
	text, err = json.Marshal(profile)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(s.folder, "without.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

var anAudit = regexp.MustCompile(`"id":"([0-9A-Z]{26})","kind":"audit","tx":"`)

// aFlippedBit changes one bit of what one audit says in the read model's file.
func (s *system) aFlippedBit(t *testing.T) {
	s.t = t
	s.stop()
	models, err := filepath.Glob(filepath.Join(s.folder, "data", "fairlead", "gateway", "*", "readmodel.sqlite"))
	if err != nil || len(models) != 1 {
		t.Fatalf("%d read models: %v", len(models), err)
	}
	text, err := os.ReadFile(models[0])
	if err != nil {
		t.Fatal(err)
	}
	at := anAudit.FindSubmatchIndex(text)
	if at == nil {
		t.Fatal("the read model's file holds no audit")
	}
	audit := string(text[at[2]:at[3]])
	text[at[1]] ^= 1
	if err := os.WriteFile(models[0], text, 0o600); err != nil {
		t.Fatal(err)
	}
	said := s.program(3, "netctl", "up", "--chaincode", filepath.Join(s.folder, "chaincode"),
		"--collections", filepath.Join(s.root, "chaincode", "collections.json"), "--", filepath.Join(s.folder, "gateway"), "fsck", "--json")
	r := decode[secondLook](t, []byte(said))
	if r.Clean || r.Difference == nil || r.Difference.Row != "record audit "+audit || r.Model.Expected == r.Model.Found {
		t.Errorf("of a flipped bit in audit %s fsck says %s", audit, said)
	}
}
