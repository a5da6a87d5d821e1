// Package token signs with keys that lie on a PKCS#11 token, such as a smart card,
// and never leave it. It is the only one that loads a token's program; without cgo
// it says so and does nothing.
package token

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// Place says where a key lies, as an RFC 7512 URI does.
type Place struct {
	Module string // path of the token's program
	Label  string // of the token, or else
	Serial string // its number
	Object string // label of the key
}

// Parse reads a URI such as
// pkcs11:token=fairlead;object=north?module-path=/usr/lib/softhsm/libsofthsm2.so.
// What it does not know it refuses, for it might change which key is meant. It
// takes no PIN: a URI is shown to whoever is on the machine.
func Parse(uri string) (Place, error) {
	path, query, _ := strings.Cut(strings.TrimSpace(uri), "?")
	path, ok := strings.CutPrefix(path, "pkcs11:")
	if !ok {
		return Place{}, fmt.Errorf("a token's key is named as pkcs11:token=LABEL;object=LABEL?module-path=PATH")
	}
	var p Place
	known := map[string]*string{"token": &p.Label, "serial": &p.Serial, "object": &p.Object, "module-path": &p.Module}
	for _, part := range append(strings.Split(path, ";"), strings.Split(query, "&")...) {
		name, value, _ := strings.Cut(part, "=")
		if name == "" || name == "type" && value == "private" {
			continue
		}
		if name == "pin-value" || name == "pin-source" {
			return Place{}, fmt.Errorf("a token's address holds no PIN: name the PIN's file with --pin-file, or be asked for it")
		}
		into, ok := known[name]
		if !ok {
			return Place{}, fmt.Errorf("a token's address has no %q here: use token or serial, object and module-path", name)
		}
		text, err := url.PathUnescape(value)
		if err != nil || text == "" || *into != "" {
			return Place{}, fmt.Errorf("a token's address says %s once, percent-encoded", name)
		}
		*into = text
	}
	if p.Object == "" || (p.Label == "") == (p.Serial == "") || !filepath.IsAbs(p.Module) {
		return Place{}, fmt.Errorf("a token's address names the token or its serial, the object and, whole, the module-path")
	}
	return p, nil
}

// Name is the token as people know it.
func (p Place) Name() string {
	if p.Label != "" {
		return p.Label
	}
	return "number " + p.Serial
}
