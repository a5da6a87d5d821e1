package provenance

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sort"
	"strings"
	"unicode/utf8"
)

// MaxDocument is the largest document, in bytes, that a transaction accepts.
const MaxDocument = 1 << 20

const maxDepth = 16

// Decode reads one JSON document into T and is strict: a name that T does not
// have, a name given twice, a wrong type, text after the document, nesting
// deeper than 16 and more than MaxDocument bytes are refused, each with the path of the
// field at fault. The field's value is never repeated in the refusal, for it
// may be private. Decode checks form only; see CheckShape and Statement.Check.
func Decode[T any](document []byte, into *T) *Refusal {
	if len(document) > MaxDocument {
		return &Refusal{Code: TooLarge, Message: fmt.Sprintf("the document has %d bytes; at most %d are accepted: send it in parts", len(document), MaxDocument)}
	}
	if !utf8.Valid(document) {
		return invalidField("", "is not valid UTF-8", "send the document as UTF-8 text")
	}
	tree, err := parseJSON(document)
	if err != nil {
		var fault *pathError
		if errors.As(err, &fault) {
			return invalidField(fault.path, fault.problem, "correct the document")
		}
		return invalidField("", "is not one well-formed JSON document", "check brackets, quotes and commas, and send nothing after it")
	}
	var m matcher
	m.match(tree, reflect.TypeFor[T]())
	if refusal := m.problems.refusal(); refusal != nil {
		return refusal
	}
	if err := json.Unmarshal(document, into); err != nil {
		return invalidField("", "does not fit what is expected here", "compare it with the description of this document")
	}
	return nil
}

// matcher reports where a parsed document departs from the Go type that will
// hold it. Names are compared with their case, unlike encoding/json.
type matcher struct {
	trail    trail
	problems problems
}

func (m *matcher) wrong(want string) {
	m.problems.add(m.trail.String(), Invalid, "has the wrong type", "give "+want)
}

func (m *matcher) match(v any, t reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer:
		if v != nil {
			m.match(v, t.Elem())
		}
	case reflect.Struct:
		if object, ok := v.(map[string]any); ok {
			m.matchFields(object, t)
		} else {
			m.wrong("an object")
		}
	case reflect.Slice:
		m.matchList(v, t)
	case reflect.String:
		if _, ok := v.(string); !ok {
			m.wrong("text in quotes")
		}
	case reflect.Bool:
		if _, ok := v.(bool); !ok {
			m.wrong("true or false")
		}
	case reflect.Int, reflect.Int64:
		n, ok := v.(json.Number)
		i, err := n.Int64()
		if !ok || err != nil || i <= -exactInteger || i >= exactInteger || strings.ContainsAny(n.String(), ".eE") {
			m.wrong("a whole number")
		}
	default:
		m.wrong("something else: this field cannot be sent")
	}
}

func (m *matcher) matchList(v any, t reflect.Type) {
	if t == reflect.TypeFor[json.RawMessage]() {
		return
	}
	list, ok := v.([]any)
	if !ok {
		m.wrong("a list")
		return
	}
	for i, e := range list {
		m.trail.entry(i)
		m.match(e, t.Elem())
		m.trail.back()
	}
}

func (m *matcher) matchFields(object map[string]any, t reflect.Type) {
	known := make(map[string]reflect.Type, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		known[name] = f.Type
	}
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		m.trail.field(name)
		if ft, ok := known[name]; ok {
			m.match(object[name], ft)
		} else {
			m.problems.add(m.trail.String(), Invalid, "is not a field of this document", "remove it or correct its spelling")
		}
		m.trail.back()
	}
}
