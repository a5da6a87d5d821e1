package provenance

import (
	"encoding/json"
	"strings"
	"testing"
)

type shelf struct {
	Name  string          `json:"name"`
	Count int             `json:"count"`
	Open  bool            `json:"open"`
	Books []book          `json:"books"`
	Best  *book           `json:"best"`
	Raw   json.RawMessage `json:"raw"`
}

type book struct {
	Title string `json:"title"`
	Pages int64  `json:"pages"`
}

func TestDecode(t *testing.T) {
	var s shelf
	if r := Decode([]byte(`{"name":"a\u00e9","count":2,"open":true,"books":[{"title":"t","pages":3}],"best":null,"raw":{"any":[1.5]}}`), &s); r != nil {
		t.Fatal(r)
	}
	if s.Name != "aé" || s.Count != 2 || !s.Open || len(s.Books) != 1 || s.Books[0].Pages != 3 || s.Best != nil || string(s.Raw) != `{"any":[1.5]}` {
		t.Errorf("read %+v", s)
	}
}

func TestDecodeRefusesWithThePath(t *testing.T) {
	const secret = "Somchai, passport AA1234567"
	deep := strings.Repeat(`[`, 17) + strings.Repeat(`]`, 17)
	for _, c := range []struct{ name, document, fields string }{
		{"an unknown name", `{"nom":"` + secret + `"}`, "nom"},
		{"a name in other letters", `{"Name":"x"}`, "Name"},
		{"an unknown name deep down", `{"books":[{"title":"t"},{"author":"` + secret + `"}]}`, "books[1].author"},
		{"a name given twice", `{"best":{"title":"a","title":"` + secret + `"}}`, "best.title"},
		{"a number for text", `{"name":12}`, "name"},
		{"text for a number", `{"count":"` + secret + `"}`, "count"},
		{"a fraction", `{"count":1.0}`, "count"},
		{"an exponent", `{"count":1e2}`, "count"},
		{"a number too large", `{"books":[{"pages":9007199254740992}]}`, "books[0].pages"},
		{"null for text", `{"name":null}`, "name"},
		{"null for a list", `{"books":null}`, "books"},
		{"text for a truth", `{"open":"yes"}`, "open"},
		{"a list for an object", `{"best":[]}`, "best"},
		{"several at once, in order", `{"name":1,"books":{},"count":true}`, "books count name"},
		{"a name nobody can read", `{"` + "\u202e" + `":1}`, "(unreadable name)"},
		{"a list, not an object", `[]`, ""},
		{"text after the document", `{} x`, ""},
		{"a second document", `{}{}`, ""},
		{"no document", ``, ""},
		{"an open end", `{"name":`, ""},
		{"bytes that are no text", "{\"name\":\"\xff\"}", ""},
		{"depth", `{"raw":` + deep + `}`, "raw" + strings.Repeat("[0]", 16)},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s shelf
			r := Decode([]byte(c.document), &s)
			if r == nil {
				t.Fatalf("read %+v", s)
			}
			var fields []string
			for _, f := range r.Fields {
				fields = append(fields, f.Field)
			}
			if r.Code != Invalid || strings.Join(fields, " ") != c.fields {
				t.Errorf("refused as %s for %q, want %q", r.Code, fields, c.fields)
			}
			if text := EncodeRefusal(r); strings.Contains(text, secret) || strings.Contains(text, "\u202e") {
				t.Errorf("the refusal repeats what was sent: %s", text)
			}
		})
	}
}

func TestDecodeRefusesWhatIsTooLarge(t *testing.T) {
	var s shelf
	document := []byte(`{"name":"` + strings.Repeat("x", MaxDocument) + `"}`)
	if r := Decode(document, &s); r == nil || r.Code != TooLarge {
		t.Errorf("got %v", r)
	}
}

// Whatever Decode accepts has a canonical form, which it accepts too and reads
// the same.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"name":"a","count":2,"open":true,"books":[{"title":"t","pages":3}],"best":{"title":""},"raw":[1]}`))
	f.Add([]byte(`{"name":"\ud800","books":[]}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		var first, second shelf
		first.Books, first.Raw = []book{}, json.RawMessage("0")
		if Decode(document, &first) != nil {
			return
		}
		text, err := Canonical(first)
		if err != nil {
			return // a fraction in the raw field
		}
		if r := Decode(text, &second); r != nil {
			t.Fatalf("%s is refused: %v", text, r)
		}
		if again, err := Canonical(second); err != nil || string(again) != string(text) {
			t.Errorf("%s became %s (%v)", text, again, err)
		}
	})
}
