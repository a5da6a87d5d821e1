package desk

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

func open(t *testing.T, folder, key string) *Desk {
	t.Helper()
	d, err := Open(folder, key)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatIsKeptIsReadByWhoHasTheKey(t *testing.T) {
	folder, key := filepath.Join(t.TempDir(), "desk"), filepath.Join(t.TempDir(), "stick", "desk.key")
	d := open(t, folder, key)
	want := Inquiry{ID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", State: Opening, Content: provenance.Inquiry{Token: "a-token-that-nobody-guesses"}}
	for range 2 {
		if err := d.Inquiries().Keep(want.ID, want); err != nil {
			t.Fatal(err)
		}
	}
	again := open(t, folder, key)
	if got, err := again.Inquiries().Read(want.ID); err != nil || got.Content.Token != want.Content.Token {
		t.Errorf("read %+v (%v)", got, err)
	}
	if names, err := again.Inquiries().Names(); err != nil || len(names) != 1 || names[0] != want.ID {
		t.Errorf("names %v (%v)", names, err)
	}
	stranger := open(t, folder, filepath.Join(t.TempDir(), "other.key"))
	if _, err := stranger.Inquiries().Read(want.ID); err == nil {
		t.Error("another key opens it")
	}
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte(want.Content.Token)) {
			t.Errorf("%s holds the token for all to read", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{folder, filepath.Join(folder, "inquiries"), filepath.Join(folder, "inquiries", want.ID+".age"), key, filepath.Dir(key)} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may touch %s: %v", path, info.Mode())
		}
	}
}

func TestWhatIsNotKeptIsNotRead(t *testing.T) {
	d := open(t, t.TempDir(), filepath.Join(t.TempDir(), "desk.key"))
	for _, name := range []string{"01ARZ3NDEKTSV4RRFFQ69G5FAV", "../../etc/passwd", ""} {
		if _, err := d.Books().Read(name); !errors.Is(err, ErrNotKept) {
			t.Errorf("reading %q: %v", name, err)
		}
	}
	if err := d.Books().Keep("../book", provenance.ReceiptBook{}); err == nil {
		t.Error("a name leads out of the desk")
	}
}

func TestAKeyThatIsNoneIsRefusedAndNotRepeated(t *testing.T) {
	key := filepath.Join(t.TempDir(), "desk.key")
	if err := os.WriteFile(key, []byte("AGE-SECRET-KEY-NONSENSE"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.TempDir(), key); err == nil || bytes.Contains([]byte(err.Error()), []byte("NONSENSE")) {
		t.Errorf("opening with it: %v", err)
	}
}
