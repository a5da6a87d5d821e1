package web

import (
	"crypto/sha256"
	"encoding/hex"
	"html/template"
)

// Check is the page on which anybody checks a sealed answer or a record, in the
// browser alone.
type Check struct {
	Of     string // what the reader came from, empty for nothing
	Bundle string // path of its bundle, empty for none
	Base   string // what the gateway is reached by, for the command line
}

var checkStyle = mustRead("static/check/check.css")

const checkFolder = "/static/check/"

var checkModules = program(checkFolder, "verify", "words", "page")

// CheckModule is a file of the page's program, nil for a name that is none.
func CheckModule(name string) []byte { return moduleOf(checkModules, checkFolder+name) }

// VerifierPath is where the module is served that decides whether a bundle holds.
const VerifierPath = checkFolder + "verify.mjs"

// VerifierHash is its SHA-256, in hexadecimal, as it is published.
var VerifierHash = func() string {
	sum := sha256.Sum256(CheckModule("verify.mjs"))
	return hex.EncodeToString(sum[:])
}()

// CheckPolicy is the Content-Security-Policy of the page: the hashes of its
// program, questions to this host alone, no markup made by a script.
var CheckPolicy = withProgram(checkStyle, checkModules)

// Page renders it.
func (c Check) Page() ([]byte, error) {
	last := len(checkModules) - 1
	return render("check.html", struct {
		Check
		Style        template.CSS
		Hash         string
		Module, Main module
		Modules      []module
	}{c, template.CSS(checkStyle), VerifierHash, checkModules[0], checkModules[last], checkModules[:last]})
}
