//go:build cgo

package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

const pin = "739154"

// softHSM makes a token of SoftHSM's and gives where a key on it would be.
func softHSM(t *testing.T) (address func(object string) string) {
	t.Helper()
	module := ""
	for _, path := range []string{"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so"} {
		if _, err := os.Stat(path); err == nil {
			module = path
		}
	}
	util, err := exec.LookPath("softhsm2-util")
	if err != nil || module == "" {
		t.Skip("SoftHSM is not on this machine (apt-get install softhsm2): no key is tried on a token")
	}
	folder := t.TempDir()
	settings := filepath.Join(folder, "softhsm2.conf")
	if err := os.WriteFile(settings, []byte("directories.tokendir = "+folder+"\nlog.level = ERROR\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", settings)
	if out, err := exec.Command(util, "--init-token", "--free", "--label", "staff card", "--pin", pin, "--so-pin", "11223344").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return func(object string) string {
		return "pkcs11:token=staff%20card;object=" + object + "?module-path=" + module
	}
}

// The key is made on the token, its certificate is asked for with it, and it
// signs; nothing of it is in a file, and without the PIN it does nothing.
func TestAnAuthorsKeyStaysOnItsToken(t *testing.T) {
	address := softHSM(t)
	b := standBetween(t)
	t.Setenv("FAIRLEAD_TEST_NETCTL", "1")
	term := newTerminal(t)
	term.network()
	term.env["FAIRLEAD_SERVER"] = b.url
	identity := []string{"identity", "new", "--org", "Suppliers", "--name", "north", "--roles", "supplier", "--token", address("north")}
	term.env["FAIRLEAD_PIN_FILE"] = term.file("wrong", "000000\n")
	_, out, errs := term.does(identity...)
	if !strings.Contains(errs, "PIN") || strings.Contains(out+errs, "000000") {
		t.Errorf("a wrong PIN: %s", out+errs)
	}
	term.env["FAIRLEAD_PIN_FILE"] = term.file("pin", pin+"\n")
	term.expects(exitOK, []string{"fingerprint"}, identity...)
	folder := filepath.Join(term.env["HOME"], ".config", "fairlead", "authors", "Suppliers", "north")
	if uri, err := os.ReadFile(filepath.Join(folder, "key.uri")); err != nil || strings.TrimSpace(string(uri)) != address("north") {
		t.Errorf("where the key is: %s %v", uri, err)
	}
	if err := filepath.WalkDir(term.env["HOME"], func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), "PRIVATE") {
			t.Errorf("a key is in %s", path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	// A token gives the higher value of S half the time: twenty signatures would
	// not all be taken.
	before := b.ledger.Committed()
	for n := range 10 {
		document := strings.Replace(partyDocument, "01ARZ3NDEKTSV4RRFFQ69G5FAV", fmt.Sprintf("01ARZ3NDEKTSV4RRFFQ69G5F%02d", n), 1)
		term.expects(exitOK, nil, "state", string(provenance.KindParty), term.file("party.json", document), "--as", "Suppliers/north")
	}
	if got := b.ledger.Committed() - before; got != 10 {
		t.Errorf("%d are committed", got)
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if _, err := writer.WriteString(pin + "\n"); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	state := []string{"state", "party", term.file("party.json", partyDocument), "--as", "Suppliers/north"}
	term.expects(exitOK, nil, append(state, "--pin-file", fmt.Sprintf("/dev/fd/%d", reader.Fd()))...)
	term.env["FAIRLEAD_PIN_FILE"] = term.file("wrong", "000000")
	term.expects(exitFailed, []string{"opening the token staff card"}, state...)
	term.env["FAIRLEAD_PIN_FILE"] = term.file("pin", pin)
	if err := os.WriteFile(filepath.Join(folder, "key.uri"), []byte(address("south")), 0o600); err != nil {
		t.Fatal(err)
	}
	term.expects(exitFailed, []string{"there is no key called south"}, state...)
	term.expects(exitOK, nil, "identity", "new", "--org", "Suppliers", "--name", "south", "--roles", "supplier", "--token", address("south"))
	term.expects(exitFailed, []string{"the key is not the certificate's"}, state...)
	term.expects(exitOK, []string{"was on the token staff card already"}, "identity", "new", "--org", "Suppliers", "--name", "south-2", "--roles", "supplier", "--token", address("south"))
	term.expects(exitUsage, []string{"holds no PIN"}, "identity", "new", "--org", "Suppliers", "--name", "east", "--roles", "supplier", "--token", address("east")+"&pin-value="+pin)
}
