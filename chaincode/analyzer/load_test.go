package analyzer

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/txtar"
)

// loader type-checks packages and runs the analyzer on them, the imported ones
// first, as a driver would.
type loader struct {
	fset     *token.FileSet
	standard types.Importer
	loaded   map[string]*types.Package
	facts    map[factKey][]byte // encoded, as go vet hands them on
}

type factKey struct {
	object types.Object
	kind   reflect.Type
}

// exported gives the compiler's export data of the packages that the tests
// import, by path; asking the go command once for all is quick.
var exported = sync.OnceValues(func() (map[string]string, error) {
	paths := strings.Fields(`bytes cmp container/heap context crypto/ecdsa crypto/elliptic crypto/rand crypto/sha256 crypto/x509
		encoding/hex encoding/json errors flag fmt hash/fnv hash/maphash io io/fs iter log log/slog maps math math/big math/rand
		math/rand/v2 net net/http os os/exec reflect regexp runtime runtime/debug slices sort strconv strings sync sync/atomic
		testing/fstest time unsafe`)
	out, err := exec.Command("go", append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}}={{.Export}}"}, paths...)...).Output()
	if err != nil {
		return nil, fmt.Errorf("asking the go command for export data: %w", err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "=")
		files[path] = file
	}
	return files, nil
})

func newLoader(t *testing.T) *loader {
	t.Helper()
	files, err := exported()
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	l := &loader{fset: fset, loaded: map[string]*types.Package{}, facts: map[factKey][]byte{}}
	l.standard = importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, fmt.Errorf("add %s to the list of packages that tests may import", path)
		}
		return os.Open(files[path])
	})
	fakes, err := txtar.ParseFile("testdata/fakes.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for pending := fakes.Files; len(pending) > 0; {
		var later []txtar.File
		for _, f := range pending {
			if _, _, err := l.check(f.Name, map[string]string{"fake.go": string(f.Data)}, nil); err != nil {
				later = append(later, f) // what it imports comes after it
			}
		}
		if len(later) == len(pending) {
			t.Fatalf("the fake %s does not compile", later[0].Name)
		}
		pending = later
	}
	return l
}

func (l *loader) Import(path string) (*types.Package, error) {
	if p := l.loaded[path]; p != nil {
		return p, nil
	}
	return l.standard.Import(path)
}

func (l *loader) check(path string, sources map[string]string, info *types.Info) (*types.Package, []*ast.File, error) {
	var files []*ast.File
	for name, text := range sources {
		f, err := parser.ParseFile(l.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, f)
	}
	config := types.Config{Importer: l, GoVersion: "go1.26"}
	p, err := config.Check(path, l.fset, files, info)
	if err == nil {
		l.loaded[path] = p
	}
	return p, files, err
}

// analyze checks one package and gives what the analyzer says of it.
func (l *loader) analyze(path string, sources map[string]string) ([]analysis.Diagnostic, error) {
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{},
	}
	p, files, err := l.check(path, sources, info)
	if err != nil {
		return nil, err
	}
	var found []analysis.Diagnostic
	pass := &analysis.Pass{
		Analyzer: Analyzer, Fset: l.fset, Files: files, Pkg: p, TypesInfo: info, TypesSizes: types.SizesFor("gc", "amd64"),
		Report: func(d analysis.Diagnostic) { found = append(found, d) },
		ExportObjectFact: func(o types.Object, f analysis.Fact) {
			var text bytes.Buffer
			err = errors.Join(err, gob.NewEncoder(&text).Encode(f))
			l.facts[factKey{o, reflect.TypeOf(f)}] = text.Bytes()
		},
		ImportObjectFact: func(o types.Object, into analysis.Fact) bool {
			text, ok := l.facts[factKey{o, reflect.TypeOf(into)}]
			if ok {
				err = errors.Join(err, gob.NewDecoder(bytes.NewReader(text)).Decode(into))
			}
			return ok
		},
	}
	_, failure := Analyzer.Run(pass)
	return found, errors.Join(err, failure)
}
