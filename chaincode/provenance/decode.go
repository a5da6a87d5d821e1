package provenance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	var problems []FieldProblem
	matchType(tree, reflect.TypeFor[T](), "", &problems)
	if len(problems) > 0 {
		return RefuseFields(problems)
	}
	if err := json.Unmarshal(document, into); err != nil {
		return invalidField("", "does not fit what is expected here", "compare it with the description of this document")
	}
	return nil
}

type pathError struct{ path, problem string }

func (e *pathError) Error() string { return e.path + " " + e.problem }

// parseJSON reads a whole document, keeps numbers as written and refuses
// duplicate names, which encoding/json would silently merge.
func parseJSON(document []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(document))
	dec.UseNumber()
	tree, err := parseValue(dec, "", 0)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the document")
	}
	return tree, nil
}

func parseValue(dec *json.Decoder, path string, depth int) (any, error) {
	if depth > maxDepth {
		return nil, &pathError{path, fmt.Sprintf("is nested deeper than %d levels", maxDepth)}
	}
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		object := map[string]any{}
		for dec.More() {
			name, err := dec.Token()
			if err != nil {
				return nil, err
			}
			at := join(path, name.(string))
			if _, twice := object[name.(string)]; twice {
				return nil, &pathError{at, "is given twice"}
			}
			if object[name.(string)], err = parseValue(dec, at, depth+1); err != nil {
				return nil, err
			}
		}
		_, err = dec.Token()
		return object, err
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			v, err := parseValue(dec, fmt.Sprintf("%s[%d]", path, len(list)), depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = dec.Token()
		return list, err
	}
	return token, nil
}

func join(path, name string) string {
	if len(name) > 40 || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
		name = "(unreadable name)"
	}
	if path == "" {
		return name
	}
	return path + "." + name
}

// matchType reports where a parsed document departs from the Go type that will
// hold it. Names are compared with their case, unlike encoding/json.
func matchType(v any, t reflect.Type, path string, problems *[]FieldProblem) {
	wrong := func(want string) {
		*problems = append(*problems, FieldProblem{Field: path, Code: Invalid, Problem: "has the wrong type", Remedy: "give " + want})
	}
	switch t.Kind() {
	case reflect.Pointer:
		if v != nil {
			matchType(v, t.Elem(), path, problems)
		}
	case reflect.Struct:
		object, ok := v.(map[string]any)
		if !ok {
			wrong("an object")
			return
		}
		matchFields(object, t, path, problems)
	case reflect.Slice:
		if t == reflect.TypeFor[json.RawMessage]() {
			return
		}
		list, ok := v.([]any)
		if !ok {
			wrong("a list")
			return
		}
		for i, e := range list {
			matchType(e, t.Elem(), fmt.Sprintf("%s[%d]", path, i), problems)
		}
	case reflect.String:
		if _, ok := v.(string); !ok {
			wrong("text in quotes")
		}
	case reflect.Bool:
		if _, ok := v.(bool); !ok {
			wrong("true or false")
		}
	case reflect.Int, reflect.Int64:
		n, ok := v.(json.Number)
		i, err := n.Int64()
		if !ok || err != nil || i <= -exactInteger || i >= exactInteger || strings.ContainsAny(n.String(), ".eE") {
			wrong("a whole number")
		}
	default:
		wrong("something else: this field cannot be sent")
	}
}

func matchFields(object map[string]any, t reflect.Type, path string, problems *[]FieldProblem) {
	known := map[string]reflect.Type{}
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
		ft, ok := known[name]
		if !ok {
			*problems = append(*problems, FieldProblem{Field: join(path, name), Code: Invalid, Problem: "is not a field of this document", Remedy: "remove it or correct its spelling"})
			continue
		}
		matchType(object[name], ft, join(path, name), problems)
	}
}
