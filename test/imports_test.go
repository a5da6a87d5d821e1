// Package test holds what belongs to no single folder: who may import whom,
// and the suites that run against a whole system.
package test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/fairlead/fairlead"

// room is what the non-test files of one folder may import beside the standard
// library. A folder's rule holds for the folders below it unless they have one
// of their own.
type room struct {
	ours   []string // folders of ours, subfolders not included
	theirs []string // prefixes of other modules' packages
}

var fabricClient = []string{
	"github.com/hyperledger/fabric-sdk-go", "github.com/hyperledger/fabric-protos-go/",
	"google.golang.org/grpc", "google.golang.org/protobuf", "github.com/golang/protobuf",
}

var rooms = map[string]room{
	"chaincode":                   {ours: []string{"chaincode/contract"}, theirs: []string{"github.com/hyperledger/fabric-chaincode-go/v2"}},
	"chaincode/provenance":        {theirs: []string{"github.com/go-playground/validator/v10"}},
	"chaincode/contract":          {ours: []string{"chaincode/provenance"}, theirs: []string{"github.com/hyperledger/fabric-chaincode-go/v2", "github.com/hyperledger/fabric-contract-api-go/v2"}},
	"chaincode/contract/stubtest": {theirs: []string{"github.com/hyperledger/fabric-chaincode-go/v2", "github.com/hyperledger/fabric-protos-go-apiv2", "google.golang.org/protobuf"}},
	"chaincode/analyzer":          {theirs: []string{"golang.org/x/tools/"}},
	"chaincode/analyzer/cmd":      {ours: []string{"chaincode/analyzer"}, theirs: []string{"golang.org/x/tools/"}},
	"gateway/ledger":              {ours: []string{"chaincode/provenance"}},
	"gateway/ledger/fabric":       {ours: []string{"gateway/ledger", "chaincode/provenance"}, theirs: fabricClient},
	"gateway/ledger/remote":       {ours: []string{"gateway/ledger", "chaincode/provenance"}},
	"gateway/access":              {ours: []string{"chaincode/provenance"}, theirs: []string{"modernc.org/sqlite"}},
	"gateway/proof":               {ours: []string{"chaincode/provenance"}, theirs: []string{"google.golang.org/protobuf/encoding/protowire"}},
	"gateway/seals":               {ours: []string{"gateway/ledger", "gateway/proof", "gateway/readmodel", "chaincode/provenance"}},
	"gateway/readmodel":           {ours: []string{"gateway/ledger", "chaincode/provenance"}, theirs: []string{"modernc.org/sqlite", "golang.org/x/text"}},
	"gateway/fsck":                {ours: []string{"chaincode/provenance"}, theirs: []string{"google.golang.org/protobuf/encoding/protowire", "modernc.org/sqlite", "golang.org/x/text"}},
	"gateway/exchange":            {ours: []string{"chaincode/provenance"}},
	"gateway/demo":                {ours: []string{"chaincode/provenance"}},
	"gateway/desk":                {ours: []string{"chaincode/provenance"}, theirs: []string{"filippo.io/age"}},
	"gateway/letterbox":           {ours: []string{"chaincode/provenance"}, theirs: []string{"filippo.io/age"}},
	"gateway/token":               {theirs: []string{"github.com/ThalesGroup/crypto11"}},
	"gateway/staff":               {ours: []string{"chaincode/provenance"}, theirs: []string{"github.com/coreos/go-oidc/v3/oidc", "golang.org/x/oauth2"}},
	"gateway/qr":                  {theirs: []string{"github.com/skip2/go-qrcode"}},
	"gateway/httpapi": {
		ours:   []string{"gateway/access", "gateway/ledger", "gateway/letterbox", "gateway/proof", "gateway/readmodel", "gateway/seals", "gateway/staff", "gateway/qr", "chaincode/provenance", "web"},
		theirs: []string{"github.com/gin-gonic/gin", "golang.org/x/time/rate", "golang.org/x/sync/singleflight"},
	},
	"web":                   {ours: []string{"chaincode/provenance"}},
	"network":               {ours: []string{"network/config"}, theirs: append([]string{"golang.org/x/sync"}, fabricClient...)},
	"network/netctl":        {ours: []string{"network"}, theirs: []string{"github.com/spf13/cobra", "github.com/mattn/go-isatty"}},
	"network/ccaas-builder": {},
	"gateway": {
		ours: []string{
			"chaincode/provenance", "gateway/access", "gateway/demo", "gateway/desk", "gateway/exchange/csvlist", "gateway/fsck", "gateway/httpapi",
			"gateway/ledger", "gateway/ledger/fabric", "gateway/ledger/remote", "gateway/letterbox", "gateway/proof", "gateway/qr", "gateway/readmodel", "gateway/seals", "gateway/staff", "gateway/token", "web",
		},
		theirs: []string{"github.com/bojanz/currency", "github.com/spf13/cobra", "github.com/spf13/pflag", "github.com/go-playground/validator/v10", "github.com/oklog/ulid/v2", "golang.org/x/sync", "golang.org/x/term", "github.com/mattn/go-isatty"},
	},
	"test/fabrictest": {ours: []string{"chaincode/provenance", "gateway/ledger"}, theirs: fabricClient},
	"test": {
		ours: []string{
			"chaincode/provenance", "chaincode/contract", "chaincode/contract/stubtest", "gateway/ledger",
			"test/world", "test/ledgertest", "test/conformance", "test/scenario",
		},
		theirs: []string{"github.com/hyperledger/fabric-chaincode-go/v2", "github.com/hyperledger/fabric-contract-api-go/v2"},
	},
}

// TestImports reads the tree itself, so that a forbidden import fails whatever
// build tags hide it.
func TestImports(t *testing.T) {
	root := repositoryRoot(t)
	read := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "bin" || isOtherModule(path)) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		read++
		checkFile(t, path, filepath.ToSlash(rel))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if read < 50 {
		t.Errorf("only %d Go files were read: the walk misses part of the tree", read)
	}
}

func checkFile(t *testing.T, path, rel string) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	folder := filepath.ToSlash(filepath.Dir(rel))
	r, ok := ruleFor(folder)
	if !ok {
		t.Errorf("%s: the folder has no rule on imports; give it one", rel)
		return
	}
	test := strings.HasSuffix(rel, "_test.go")
	links := map[string]bool{}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Error(err)
			continue
		}
		links[family(imported)] = true
		if ours, found := strings.CutPrefix(imported, module+"/"); found {
			inTest := ours == "test" || strings.HasPrefix(ours, "test/")
			if inTest && !test && !strings.HasPrefix(folder, "test") {
				t.Errorf("%s imports %s, which is for tests alone", rel, imported)
			}
			if !test && !slices.Contains(r.ours, ours) {
				t.Errorf("%s may not import %s", rel, imported)
			}
			continue
		}
		if !test && strings.Contains(strings.Split(imported, "/")[0], ".") && !hasPrefix(imported, r.theirs) {
			t.Errorf("%s may not import %s", rel, imported)
		}
	}
	if links["contract"] && links["client"] {
		t.Errorf("%s links the contract and a Fabric client: their generated messages cannot share a binary", rel)
	}
}

// family tells the two sets of generated Fabric messages apart.
func family(imported string) string {
	switch {
	case imported == module+"/chaincode/contract", imported == module+"/test/ledgertest":
		return "contract"
	case imported == module+"/gateway/ledger/fabric", imported == module+"/network", imported == module+"/test/fabrictest", hasPrefix(imported, fabricClient[:2]):
		return "client"
	}
	return ""
}

func ruleFor(folder string) (room, bool) {
	for at := folder; at != "."; at = filepath.ToSlash(filepath.Dir(at)) {
		if r, ok := rooms[at]; ok {
			return r, true
		}
	}
	return room{}, false
}

func hasPrefix(s string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

func isOtherModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

func repositoryRoot(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	if !isOtherModule(dir) {
		t.Fatalf("%s holds no go.mod", dir)
	}
	return dir
}
