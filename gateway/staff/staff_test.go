package staff

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSettingsAreRefusedWithWhatRepairsThem(t *testing.T) {
	good := Settings{Issuer: "https://id.brand.example", ClientID: "fairlead", Readers: []Mapping{{Claim: "groups", Value: "sourcing", Party: "01ARZ3NDEKTSV4RRFFQ69G5FAV"}}}
	open := func(s any) error {
		t.Helper()
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "staff.json")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = Open(path, "https://fairlead.example/staff/in")
		return err
	}
	if err := open(good); err != nil {
		t.Errorf("good settings: %v", err)
	}
	for says, change := range map[string]func(*Settings){
		"issuer is no https address":  func(s *Settings) { s.Issuer = "http://id.brand.example" },
		"clientId or readers":         func(s *Settings) { s.ClientID = "" },
		"readers is missing":          func(s *Settings) { s.Readers = []Mapping{} },
		"readers[0] lacks":            func(s *Settings) { s.Readers = []Mapping{{Claim: "groups", Value: "x", Party: "Ostrevane"}} },
		"the secret that":             func(s *Settings) { s.SecretFile = "none" },
		"readers[0] lacks a claim, a": func(s *Settings) { s.Readers = []Mapping{{Value: "x", Party: "01ARZ3NDEKTSV4RRFFQ69G5FAV"}} },
	} {
		s := good
		if change(&s); open(s) == nil || !strings.Contains(open(s).Error(), says) {
			t.Errorf("%s: %v", says, open(s))
		}
	}
	if err := open(map[string]any{"issuer": "https://id.brand.example", "roles": "auditor"}); err == nil || !strings.Contains(err.Error(), "roles") {
		t.Errorf("an unknown setting: %v", err)
	}
}

func TestWhatAClaimHolds(t *testing.T) {
	for claim, want := range map[string]bool{`"sourcing"`: true, `["canteen","sourcing"]`: true, `"sourcing2"`: false, `["canteen"]`: false, `{"sourcing":true}`: false, `true`: false, ``: false, `["sourcing",7]`: false} {
		if holds(json.RawMessage(claim), "sourcing") != want {
			t.Errorf("%s: %v", claim, !want)
		}
	}
}

func TestWhatFollowsFromTheSecretIsApart(t *testing.T) {
	all := map[string]bool{}
	for _, secret := range []string{"one", "another"} {
		for _, purpose := range []string{"state", "nonce", "verifier"} {
			text := derived(secret, purpose)
			if len(text) < 43 || all[text] { // a PKCE verifier has 43 characters at least
				t.Errorf("%s of %s: %q", purpose, secret, text)
			}
			all[text] = true
		}
	}
}
