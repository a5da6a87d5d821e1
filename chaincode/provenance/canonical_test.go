package provenance

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ name, document, want string }{
		{"names are sorted", `{"b":1,"a":{"d":2,"c":3}}`, `{"a":{"c":3,"d":2},"b":1}`},
		{"by UTF-16 code units", "{\"\ufb33\":1,\"\U0001f600\":2,\"\u00f6\":3,\"1\":4}", "{\"1\":4,\"\u00f6\":3,\"\U0001f600\":2,\"\ufb33\":1}"},
		{"a shorter name first", `{"aa":1,"a":2,"":3}`, `{"":3,"a":2,"aa":1}`},
		{"space is left out", " { \"a\" : [ 1 , 2 ] } \n", `{"a":[1,2]}`},
		{"escapes are the shortest", `"\u0041\u000a\u001F\u2028\/\"\\\u00e9"`, "\"A\\n\\u001f\u2028/\\\"\\\\\u00e9\""},
		{"HTML is left alone", `"<a href=\"x\">&</a>"`, `"<a href=\"x\">&</a>"`},
		{"the largest whole number", `[9007199254740991,-9007199254740991,0]`, `[9007199254740991,-9007199254740991,0]`},
		{"minus zero", `[-0]`, `[0]`},
		{"constants", `[true,false,null]`, `[true,false,null]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Canonical(json.RawMessage(c.document))
			if err != nil || string(got) != c.want {
				t.Errorf("got %s (%v), want %s", got, err, c.want)
			}
			if again, err := Canonical(json.RawMessage(got)); err != nil || string(again) != c.want {
				t.Errorf("again: %s (%v)", again, err)
			}
		})
	}
}

func TestWhatHasNoCanonicalForm(t *testing.T) {
	for name, document := range map[string]string{
		"a fraction":          `1.5`,
		"a fraction of zero":  `56.0`,
		"an exponent":         `1e3`,
		"a number too large":  `9007199254740992`,
		"a number too small":  `-9007199254740992`,
		"a name given twice":  `{"a":1,"a":1}`,
		"the same, by escape": `{"a":1,"\u0061":1}`,
		"bytes no text has":   "\"\xff\"",
		"two documents":       `{} {}`,
		"nothing":             ``,
		"a list without end":  `[1`,
	} {
		if got, err := Canonical(json.RawMessage(document)); err == nil {
			t.Errorf("%s became %s", name, got)
		}
	}
	if got, err := Canonical(1.5); err == nil {
		t.Errorf("a float became %s", got)
	}
}

// The vectors of RFC 8785 lie beside the repository, where they are present.
// Those with fractions have no canonical form here.
func TestVectorsOfRFC8785(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "shared", "data", "rfc8785", "testdata")
	inputs, err := filepath.Glob(filepath.Join(folder, "input", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(inputs) == 0 {
		t.Skipf("the vectors are not in %s: TestCanonical has our own", folder)
	}
	fractions := map[string]bool{"structures.json": true, "values.json": true}
	for _, input := range inputs {
		name := filepath.Base(input)
		document, err := os.ReadFile(input)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(folder, "output", name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Canonical(json.RawMessage(document))
		switch {
		case fractions[name] && err == nil:
			t.Errorf("%s has fractions and became %s", name, got)
		case !fractions[name] && (err != nil || string(got) != strings.TrimSpace(string(want))):
			t.Errorf("%s became\n%s (%v)\nwant\n%s", name, got, err, want)
		}
	}
}

func TestDigest(t *testing.T) {
	const want = "d3626ac30a87e6f7a6428233b3c68299976865fa5508e4267c5415c76af7a772" // SHA-256 of {"a":2,"b":1}
	got, err := Digest(map[string]int{"b": 1, "a": 2})
	if err != nil || got != want {
		t.Fatalf("the digest is %s (%v), want %s", got, err, want)
	}
	if other, err := Digest(json.RawMessage(` { "a" : 2, "b":1 } `)); err != nil || other != got {
		t.Errorf("equal documents have the digests %s and %s (%v)", got, other, err)
	}
}

func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{`{"a":[1,"\u00e9",null]}`, `{"\ud83d\ude00":1,"z":true}`, `[[[]]]`, `"\\"`, `-0`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		first, err := Canonical(json.RawMessage(document))
		if err != nil {
			return
		}
		second, err := Canonical(json.RawMessage(first))
		if err != nil || string(second) != string(first) {
			t.Errorf("%s became %s (%v)", first, second, err)
		}
		var a, b any
		if json.Unmarshal(document, &a) != nil || json.Unmarshal(first, &b) != nil {
			t.Errorf("%q became %s, which is not JSON", document, first)
		}
	})
}
