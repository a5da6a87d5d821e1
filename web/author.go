package web

import (
	"html/template"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Author is the page on which an author signs, with a key that stays in the
// browser. It is the same for everybody: it knows nobody.
type Author struct{}

var authorStyle = mustRead("static/author/author.css")

const authorFolder = "/static/author/"

var authorModules = program(authorFolder, "bytes", "der", "wire", "check", "steps", "session", "keys", "page")

// AuthorModule is a file of the page's program, nil for a name that is none.
func AuthorModule(name string) []byte { return moduleOf(authorModules, authorFolder+name) }

// AuthorPolicy is the Content-Security-Policy of the author's page: the hashes
// of its program, questions to this host alone, no markup made by a script.
var AuthorPolicy = withProgram(authorStyle, authorModules)

// Page renders it.
func (Author) Page() ([]byte, error) {
	type kind struct {
		Kind        provenance.Kind `json:"kind"`
		Resource    string          `json:"resource"`
		Transaction string          `json:"transaction"`
	}
	var kinds []kind
	for _, spec := range provenance.Specs() {
		kinds = append(kinds, kind{spec.Kind, spec.Resource, spec.Transaction})
	}
	last := len(authorModules) - 1
	return render("author.html", struct {
		Style   template.CSS
		Data    any
		Modules []module
		Main    module
	}{
		template.CSS(authorStyle),
		map[string]any{"kinds": kinds, "orgs": provenance.Orgs(), "words": words},
		authorModules[:last], authorModules[last],
	})
}
