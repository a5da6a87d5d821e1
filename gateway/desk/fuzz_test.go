package desk

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// FuzzThings finds anything on a shelf, encrypted to the desk's key or not: it is
// read or refused, and the refusal repeats nothing of it.
func FuzzThings(f *testing.F) {
	folder := f.TempDir()
	d, err := Open(folder, filepath.Join(f.TempDir(), "desk.key"))
	if err != nil {
		f.Fatal(err)
	}
	for _, thing := range []any{
		provenance.ReceiptBook{Cohort: "01ARZ3NDEKTSV4RRFFQ69G5FAV", Leaves: []string{strings.Repeat("5a", 32)}},
		Inquiry{State: Opening, Count: &provenance.AnswerCount{}}, Grievance{}, Quarter{},
		provenance.TermsBook{Workers: [][]provenance.AgreedTerm{{{Code: provenance.TermWage}}}}, Comparison{}, Arrival{},
	} {
		text, err := json.Marshal(thing)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, true)
		f.Add(text, false)
	}
	const name = "thing"
	f.Fuzz(func(t *testing.T, text []byte, opens bool) {
		sealed := text
		if opens {
			var out bytes.Buffer
			w, err := age.Encrypt(&out, d.key.Recipient())
			if err == nil {
				_, err = w.Write(text)
			}
			if err == nil {
				err = w.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			sealed = out.Bytes()
		}
		for _, shelf := range []string{"books", "inquiries", "grievances", "quarters", "terms", "comparisons", "arrivals"} {
			if err := os.MkdirAll(filepath.Join(folder, shelf), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, shelf, name+suffix), sealed, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		kept(t, d.Books(), text, opens)
		kept(t, d.Inquiries(), text, opens)
		kept(t, d.Grievances(), text, opens)
		kept(t, d.Quarters(), text, opens)
		kept(t, d.Terms(), text, opens)
		kept(t, d.Comparisons(), text, opens)
		kept(t, d.Arrivals(), text, opens)
	})
}

// kept reads what lies on a shelf, and what it was read as, kept anew.
func kept[T any](t *testing.T, s Shelf[T], text []byte, opens bool) {
	t.Helper()
	thing, err := s.Read("thing")
	switch {
	case err == nil && !opens:
		t.Errorf("%s: what nobody encrypted is read", s.kind)
	case err != nil:
		if len(text) > 20 && strings.Contains(err.Error(), string(text)) {
			t.Errorf("%s: the refusal repeats what was there", s.kind)
		}
		return
	}
	if err := s.Keep("again", thing); err != nil {
		t.Errorf("%s: what was read cannot be kept: %v", s.kind, err)
	}
}
