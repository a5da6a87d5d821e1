package web

import (
	"crypto/sha256"
	"encoding/hex"
	"html/template"
	"strings"
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

var checkModules = func() []module {
	var all []module
	for _, name := range []string{"verify", "words", "page"} {
		text, err := files.ReadFile("static/check/" + name + ".mjs")
		if err != nil {
			panic(err) // the file is embedded
		}
		all = append(all, module{checkFolder + name + ".mjs", hashOf(string(text))})
	}
	return all
}()

// CheckModule is a file of the page's program, nil for a name that is none.
func CheckModule(name string) []byte {
	for _, m := range checkModules {
		if m.Path == checkFolder+name {
			text, _ := files.ReadFile("static/check/" + name) // it was read above
			return text
		}
	}
	return nil
}

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

// withProgram is Policy with a style and a program by their hashes.
func withProgram(style string, modules []module) string {
	var hashes []string
	for _, m := range modules {
		hashes = append(hashes, "'"+m.Integrity+"'")
	}
	styled := strings.Replace(Policy, "style-src ", "style-src '"+hashOf(style)+"' ", 1)
	return strings.Replace(styled, "; form-action", "; script-src "+strings.Join(hashes, " ")+"; connect-src 'self'; form-action", 1)
}

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
