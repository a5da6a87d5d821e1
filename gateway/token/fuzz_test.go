package token

import (
	"path/filepath"
	"strings"
	"testing"
)

// FuzzParse reads anything as a token's address: what is taken names one key on one
// token, and no PIN.
func FuzzParse(f *testing.F) {
	f.Add("pkcs11:token=My%20card;object=north;type=private?module-path=/usr/lib/x.so")
	f.Add("pkcs11:serial=0a1b;object=north?module-path=/x.so&pin-value=1234")
	f.Add("pkcs11:;;?&&")
	f.Fuzz(func(t *testing.T, uri string) {
		p, err := Parse(uri)
		if err != nil {
			if p != (Place{}) {
				t.Errorf("refused, and read as %+v", p)
			}
			return
		}
		if p.Object == "" || (p.Label == "") == (p.Serial == "") || !filepath.IsAbs(p.Module) || strings.Contains(uri, "pin-") && !strings.Contains(p.Object+p.Label+p.Serial+p.Module, "pin-") {
			t.Errorf("%q is read as %+v", uri, p)
		}
	})
}
