package provenance

import (
	"math/big"
	"strings"
)

// IdentifierScheme names who issues an identifier.
type IdentifierScheme string

// Identifier schemes. All but Licence are strong: one value belongs to one
// facility (or party) at a time.
const (
	GLN     IdentifierScheme = "GLN"     // GS1 Global Location Number, 13 digits
	OSID    IdentifierScheme = "OS_ID"   // Open Supply Hub, 15 characters
	LEI     IdentifierScheme = "LEI"     // ISO 17442, 20 characters
	IMO     IdentifierScheme = "IMO"     // IMO ship number, 7 digits
	Licence IdentifierScheme = "LICENCE" // licence or registration number of an authority
)

// Identifier is a number somebody else has given to a facility or party.
type Identifier struct {
	Scheme IdentifierScheme `json:"scheme" validate:"required,oneof=GLN OS_ID LEI IMO LICENCE"`
	Value  string           `json:"value" validate:"required,max=40,printascii"`
}

// Strong says whether no two facilities may hold the same value.
func (i Identifier) Strong() bool { return i.Scheme != Licence }

func (i Identifier) problem() (problem, remedy string) {
	ok := true
	switch i.Scheme {
	case GLN:
		ok = len(i.Value) == 13 && validGS1(i.Value)
	case OSID:
		ok = validOSID(i.Value)
	case LEI:
		ok = validLEI(i.Value)
	case IMO:
		ok = validIMO(i.Value)
	}
	if ok {
		return "", ""
	}
	return "is not a valid " + string(i.Scheme) + ": its length, characters or check digit are wrong", "copy it again from its source"
}

func checkIdentifiers(field string, list []Identifier, ps *problems) {
	seen := map[Identifier]bool{}
	for i, id := range list {
		at := index(field, i) + ".value"
		if problem, remedy := id.problem(); problem != "" {
			ps.add(at, Invalid, problem, remedy)
		}
		if seen[id] {
			ps.add(at, Invalid, "is given twice", "give each identifier once")
		}
		seen[id] = true
	}
}

func digitsOnly(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// validGS1 checks the modulo-10 digit that GTIN, GLN and SSCC share: weights
// 3, 1, 3, 1 ... from the right of the body.
func validGS1(s string) bool {
	if !digitsOnly(s) {
		return false
	}
	return int(s[len(s)-1]-'0') == gs1CheckDigit(s[:len(s)-1])
}

func gs1CheckDigit(body string) int {
	sum, weight := 0, 3
	for i := len(body) - 1; i >= 0; i-- {
		sum += int(body[i]-'0') * weight
		weight = 4 - weight
	}
	return (10 - sum%10) % 10
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// validOSID: two letters of the country, year and day of creation, five
// Crockford characters and one that checks the rest.
func validOSID(s string) bool {
	if len(s) != 15 || !isUpper(s[0]) || !isUpper(s[1]) || !digitsOnly(s[2:9]) {
		return false
	}
	sum := int(s[0]) + int(s[1])
	for _, c := range s[2:14] {
		at := strings.IndexRune(crockford, c)
		if at < 0 {
			return false
		}
		sum += at
	}
	return s[14] == crockford[sum%32]
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

// validLEI: ISO 7064 modulo 97-10 over letters as 10 to 35.
func validLEI(s string) bool {
	if len(s) != 20 || !digitsOnly(s[18:]) {
		return false
	}
	var digits strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits.WriteByte(c)
		case isUpper(c):
			digits.WriteByte('1' + (c-'A')/10)
			digits.WriteByte('0' + (c-'A')%10)
		default:
			return false
		}
	}
	n, _ := new(big.Int).SetString(digits.String(), 10)
	return new(big.Int).Mod(n, big.NewInt(97)).Int64() == 1
}

// validIMO: the last digit is that of the sum of the first six times 7 to 2.
func validIMO(s string) bool {
	if len(s) != 7 || !digitsOnly(s) {
		return false
	}
	sum := 0
	for i := range 6 {
		sum += int(s[i]-'0') * (7 - i)
	}
	return int(s[6]-'0') == sum%10
}
