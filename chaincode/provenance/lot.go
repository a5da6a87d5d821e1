package provenance

import (
	"fmt"
	"net/url"
	"strings"
)

// Lot names one batch of one product: the GS1 keys 01 and 10.
type Lot struct {
	GTIN string `json:"gtin"` // 14 digits
	Lot  string `json:"lot"`  // 1 to 20 characters of GS1's set 82
}

const digitalLinkStem = "https://id.gs1.org/01/"

// URI is the lot's canonical GS1 Digital Link.
func (l Lot) URI() string {
	return digitalLinkStem + l.GTIN + "/10/" + percentEncode(l.Lot)
}

// Ref is the lot as a subject of records.
func (l Lot) Ref() Ref { return Ref{Kind: LotSubject, ID: l.GTIN + "/" + l.Lot} }

// ParseLotRef is the inverse of Lot.Ref for its identifier.
func ParseLotRef(id string) (Lot, bool) {
	gtin, lot, ok := strings.Cut(id, "/")
	return Lot{GTIN: gtin, Lot: lot}, ok
}

// ParseLotURI reads a lot's Digital Link in its canonical form.
func ParseLotURI(uri string) (Lot, error) {
	rest, ok := strings.CutPrefix(uri, digitalLinkStem)
	if !ok {
		return Lot{}, fmt.Errorf("does not start with %s", digitalLinkStem)
	}
	gtin, encoded, ok := strings.Cut(rest, "/10/")
	if !ok {
		return Lot{}, fmt.Errorf("has no lot: /10/ and the lot number are missing")
	}
	lot, err := url.PathUnescape(encoded)
	if err != nil || strings.Contains(encoded, "/") {
		return Lot{}, fmt.Errorf("has a lot that is not percent-encoded")
	}
	if err := CheckGTIN(gtin); err != nil {
		return Lot{}, err
	}
	if err := CheckLot(lot); err != nil {
		return Lot{}, err
	}
	l := Lot{GTIN: gtin, Lot: lot}
	if l.URI() != uri {
		return Lot{}, fmt.Errorf("is not in canonical form")
	}
	return l, nil
}

// NormaliseGTIN pads a GTIN-8, -12 or -13 to the 14 digits used here.
func NormaliseGTIN(s string) string {
	switch len(s) {
	case 8, 12, 13:
		return strings.Repeat("0", 14-len(s)) + s
	}
	return s
}

// CheckGTIN accepts a 14-digit GTIN with a right check digit.
func CheckGTIN(s string) error {
	if len(s) != 14 || !digitsOnly(s) {
		return fmt.Errorf("is not a GTIN of 14 digits")
	}
	if !validGS1(s) {
		return fmt.Errorf("has the check digit %c where %d is due", s[13], gs1CheckDigit(s[:13]))
	}
	return nil
}

// set82 is GS1's character set for lots and serials, beside letters and digits.
const set82 = `!"%&'()*+,-./_:;<=>?`

// CheckLot accepts 1 to 20 characters of GS1's set 82.
func CheckLot(s string) error {
	if s == "" || len(s) > 20 {
		return fmt.Errorf("has a lot that is not 1 to 20 characters long")
	}
	for _, r := range s {
		if !isAlphanumeric(r) && !strings.ContainsRune(set82, r) {
			return fmt.Errorf("has a lot with a character that GS1 does not allow")
		}
	}
	return nil
}

func isAlphanumeric(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}

// percentEncode escapes all that RFC 3986 does not leave unreserved.
func percentEncode(s string) string {
	var out strings.Builder
	for i := range len(s) {
		c := s[i]
		if isAlphanumeric(rune(c)) || strings.IndexByte("-._~", c) >= 0 {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}
