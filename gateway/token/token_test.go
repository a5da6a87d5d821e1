package token

import "testing"

func TestAnAddressNamesOneKey(t *testing.T) {
	p, err := Parse("pkcs11:token=My%20card;object=north;type=private?module-path=/usr/lib/x.so\n")
	if err != nil || p != (Place{Module: "/usr/lib/x.so", Label: "My card", Object: "north"}) || p.Name() != "My card" {
		t.Errorf("read as %+v: %v", p, err)
	}
	if p, err := Parse("pkcs11:serial=0a1b;object=north?module-path=/x.so"); err != nil || p.Name() != "number 0a1b" {
		t.Errorf("read as %+v: %v", p, err)
	}
	for name, uri := range map[string]string{
		"a path":                   "/home/north/key.pem",
		"no token":                 "pkcs11:object=north?module-path=/x.so",
		"a token and a number":     "pkcs11:token=a;serial=b;object=north?module-path=/x.so",
		"no key":                   "pkcs11:token=a?module-path=/x.so",
		"no program":               "pkcs11:token=a;object=north",
		"a program to be searched": "pkcs11:token=a;object=north?module-path=x.so",
		"a PIN":                    "pkcs11:token=a;object=north?module-path=/x.so&pin-value=1234",
		"a PIN's source":           "pkcs11:token=a;object=north?module-path=/x.so&pin-source=/pin",
		"something unknown":        "pkcs11:token=a;object=north;slot-id=0?module-path=/x.so",
		"a key twice":              "pkcs11:token=a;object=north;object=south?module-path=/x.so",
		"an encoding cut off":      "pkcs11:token=a%2;object=north?module-path=/x.so",
	} {
		if p, err := Parse(uri); err == nil {
			t.Errorf("%s is read as %+v", name, p)
		}
	}
}
