package provenance

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// parseJSON reads a whole document, keeps numbers as written and refuses names
// given twice, which encoding/json would silently merge.
func parseJSON(document []byte) (any, error) {
	if !json.Valid(document) {
		return nil, errNotJSON
	}
	p := parser{rest: document}
	return p.value()
}

var errNotJSON = errors.New("is not one well-formed JSON document")

// pathError is what is wrong at one place of a well-formed document.
type pathError struct{ path, problem string }

func (e *pathError) Error() string { return e.path + " " + e.problem }

// parser walks a document that is known to be well-formed.
type parser struct {
	rest  []byte
	trail trail
}

func (p *parser) value() (any, error) {
	if len(p.trail) > maxDepth {
		return nil, &pathError{p.trail.String(), fmt.Sprintf("is nested deeper than %d levels", maxDepth)}
	}
	switch p.next() {
	case '{':
		return p.object()
	case '[':
		return p.list()
	case '"':
		return p.text()
	case 't':
		p.rest = p.rest[len("true"):]
		return true, nil
	case 'f':
		p.rest = p.rest[len("false"):]
		return false, nil
	case 'n':
		p.rest = p.rest[len("null"):]
		return nil, nil
	}
	end := 0
	for end < len(p.rest) && strings.IndexByte("+-.eE0123456789", p.rest[end]) >= 0 {
		end++
	}
	number := json.Number(p.rest[:end])
	p.rest = p.rest[end:]
	return number, nil
}

// next skips space and what separates values, and peeks at what follows.
func (p *parser) next() byte {
	for strings.IndexByte(" \t\r\n,:", p.rest[0]) >= 0 {
		p.rest = p.rest[1:]
	}
	return p.rest[0]
}

func (p *parser) object() (any, error) {
	object := map[string]any{}
	p.rest = p.rest[1:]
	for p.next() != '}' {
		name, err := p.text()
		if err != nil {
			return nil, err
		}
		p.trail.field(name)
		if _, twice := object[name]; twice {
			return nil, &pathError{p.trail.String(), "is given twice"}
		}
		if object[name], err = p.value(); err != nil {
			return nil, err
		}
		p.trail.back()
	}
	p.rest = p.rest[1:]
	return object, nil
}

func (p *parser) list() (any, error) {
	list := []any{}
	p.rest = p.rest[1:]
	for p.next() != ']' {
		p.trail.entry(len(list))
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		p.trail.back()
	}
	p.rest = p.rest[1:]
	return list, nil
}

// text reads a string; escapes are left to encoding/json.
func (p *parser) text() (string, error) {
	escaped, end := false, 1
	for ; p.rest[end] != '"'; end++ {
		if p.rest[end] == '\\' {
			escaped = true
			end++
		}
	}
	quoted := p.rest[:end+1]
	p.rest = p.rest[end+1:]
	if !escaped {
		return string(quoted[1:end]), nil
	}
	var text string
	if json.Unmarshal(quoted, &text) != nil {
		return "", errNotJSON
	}
	return text, nil
}

// trail is the way from the document to a place in it. It becomes a path such
// as findings[0].dueOn only when something is wrong there.
type trail []turn

type turn struct {
	name  string // of a field
	index int    // or of an entry, when name is not set
	entry bool
}

func (t *trail) field(name string) { *t = append(*t, turn{name: name}) }
func (t *trail) entry(i int)       { *t = append(*t, turn{index: i, entry: true}) }
func (t *trail) back()             { *t = (*t)[:len(*t)-1] }

func (t trail) String() string {
	path := ""
	for _, turn := range t {
		if turn.entry {
			path = index(path, turn.index)
		} else {
			path = join(path, turn.name)
		}
	}
	return path
}

// fieldName is what names of fields look like here. A name of another kind may
// be a telephone number or worse, and is not repeated.
var fieldName = regexp.MustCompile(`^[A-Za-z][A-Za-z_]{0,39}[0-9]{0,3}$`).MatchString

func join(path, name string) string {
	if !fieldName(name) {
		name = "(unreadable name)"
	}
	if path == "" {
		return name //ccvet:allow private a caller's name for a field is told only when it looks like one
	}
	return path + "." + name //ccvet:allow private a caller's name for a field is told only when it looks like one
}
