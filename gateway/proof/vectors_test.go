package proof

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// vectors reads what a real network signed, as bundles that hold.
func vectors(t testing.TB) []lie {
	t.Helper()
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("testdata", "vectors", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	now, err := time.Parse(time.RFC3339, strings.TrimSpace(read("now.txt")))
	if err != nil {
		t.Fatal(err)
	}
	var roots Roots
	if err := json.Unmarshal([]byte(read("roots.json")), &roots); err != nil {
		t.Fatal(err)
	}
	return []lie{{"a product", read("product.json"), "", roots, now}, {"a record", read("record.json"), "", roots, now}}
}

// TestWhatARealNetworkSignedHolds in both verifiers, block included.
func TestWhatARealNetworkSignedHolds(t *testing.T) {
	all := vectors(t)
	theirs := inModule(t, all)
	for i, v := range all {
		for who, r := range map[string]*Report{"Go": ptr(v.inGo(t)), "the module": at(theirs, i)} {
			if r == nil {
				continue
			}
			if last := r.Steps[len(r.Steps)-1]; !r.Holds() || last.Result != OK {
				t.Errorf("%s in %s: %v, and at the end %v", v.name, who, failures(*r), last)
			}
		}
	}
}

func ptr[T any](v T) *T { return &v }

func at(reports []Report, i int) *Report {
	if reports == nil {
		return nil
	}
	return &reports[i]
}
