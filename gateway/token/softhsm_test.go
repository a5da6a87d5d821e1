//go:build cgo

package token

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/ThalesGroup/crypto11"
)

const module = "/usr/lib/softhsm/libsofthsm2.so"

func TestAKeyOnATokenSignsAndIsNotRead(t *testing.T) {
	util, err := exec.LookPath("softhsm2-util")
	if _, missing := os.Stat(module); err != nil || missing != nil {
		t.Skip("SoftHSM is not on this machine (apt-get install softhsm2): no key is tried on a token")
	}
	folder := t.TempDir()
	settings := filepath.Join(folder, "softhsm2.conf")
	if err := os.WriteFile(settings, []byte("directories.tokendir = "+folder+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", settings)
	if out, err := exec.Command(util, "--init-token", "--free", "--label", "card", "--pin", "1234", "--so-pin", "12345678").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	place := Place{Module: module, Label: "card", Object: "north"}
	if _, err := Open(place, "1234", false); err == nil {
		t.Error("a key is there that nobody made")
	}
	k, err := Open(place, "1234", true)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	if !k.Fresh {
		t.Error("the key was there already")
	}
	for attribute, want := range map[crypto11.AttributeType]byte{crypto11.CkaExtractable: 0, crypto11.CkaSensitive: 1, crypto11.CkaNeverExtractable: 1} {
		got, err := k.context.GetAttribute(k.Signer, attribute)
		if err != nil || len(got.Value) != 1 || got.Value[0] != want {
			t.Errorf("attribute %v is %v: %v", attribute, got, err)
		}
	}
	again, err := Open(place, "1234", true)
	if err != nil || again.Fresh || !again.Public().(*ecdsa.PublicKey).Equal(k.Public()) {
		t.Fatalf("opened again it is another key: %v", err)
	}
	defer again.Close()
	var all sync.WaitGroup
	for n := range 64 {
		all.Go(func() {
			digest := sha256.Sum256([]byte{byte(n)})
			signature, err := k.Sign(nil, digest[:], nil)
			if err != nil || !ecdsa.VerifyASN1(k.Public().(*ecdsa.PublicKey), digest[:], signature) {
				t.Errorf("signature %d: %v", n, err)
			}
		})
	}
	all.Wait()
}
