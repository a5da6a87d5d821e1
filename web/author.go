package web

import (
	"html/template"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Author is the page on which an author signs, with a key that stays in the
// browser. It is the same for everybody: it knows nobody.
type Author struct{}

// module is one file of the page's program. The page names its hash, and the
// policy lets nothing else run.
type module struct{ Path, Integrity string }

var authorStyle = mustRead("static/author/author.css")

const authorFolder = "/static/author/"

var authorModules = func() []module {
	var all []module
	for _, name := range []string{"bytes", "der", "wire", "check", "steps", "session", "keys", "page"} {
		text, err := files.ReadFile("static/author/" + name + ".mjs")
		if err != nil {
			panic(err) // the file is embedded
		}
		all = append(all, module{authorFolder + name + ".mjs", hashOf(string(text))})
	}
	return all
}()

// AuthorModule is a file of the page's program, nil for a name that is none.
func AuthorModule(name string) []byte {
	for _, m := range authorModules {
		if m.Path == authorFolder+name {
			text, _ := files.ReadFile("static/author/" + name) // it was read above
			return text
		}
	}
	return nil
}

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
