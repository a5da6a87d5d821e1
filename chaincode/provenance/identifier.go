package provenance

import (
	"math/big"
	"strings"
	"time"
)

// IdentifierScheme names who issues an identifier.
type IdentifierScheme string

// Identifier schemes. The first three are strong: one value belongs to one
// facility at a time.
const (
	GLN        IdentifierScheme = "GLN"         // GS1 Global Location Number, 13 digits
	OSID       IdentifierScheme = "OS_ID"       // Open Supply Hub, 15 characters
	IMO        IdentifierScheme = "IMO"         // IMO ship number, 7 digits, the hull's for life
	LEI        IdentifierScheme = "LEI"         // ISO 17442, 20 characters, a company's and so of all its sites
	IMOCompany IdentifierScheme = "IMO_COMPANY" // IMO number of a ship's owner or operator, 7 digits
	MMSI       IdentifierScheme = "MMSI"        // what a ship's radio sends, 9 digits, until it changes its flag
	Licence    IdentifierScheme = "LICENCE"     // licence or registration number of an authority
)

// Identifier is a number somebody else has given to a facility or party. An
// MMSI and a licence hold for a time, from the first day to the last.
type Identifier struct {
	Scheme IdentifierScheme `json:"scheme" validate:"required,oneof=GLN OS_ID LEI IMO IMO_COMPANY MMSI LICENCE"`
	Value  string           `json:"value" validate:"required,max=40,printascii"`
	From   string           `json:"from,omitempty" validate:"omitempty,date"`
	Until  string           `json:"until,omitempty" validate:"omitempty,date"` // empty while it holds
}

// Strong says whether no two facilities may hold the same value. An MMSI goes
// from ship to ship, and a company's number stands on each of its sites and ships.
func (i Identifier) Strong() bool {
	switch i.Scheme {
	case GLN, OSID, IMO:
		return true
	}
	return false
}

// Suits says whether a holder can have such a number: WorkSite, Vessel, or
// empty for a party.
func (i Identifier) Suits(holder string) bool {
	switch i.Scheme {
	case IMO, MMSI:
		return holder == Vessel
	case IMOCompany:
		return holder != WorkSite
	}
	return true
}

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
	case IMOCompany:
		ok = validIMOCompany(i.Value)
	case MMSI:
		ok = validMMSI(i.Value)
	}
	if ok {
		return "", ""
	}
	return "is not a valid " + string(i.Scheme) + ": its length, characters or check digit are wrong", "copy it again from its source"
}

// checkIdentifiers checks the numbers of one holder, named as in Suits; now is
// the transaction's time.
func checkIdentifiers(field, holder string, list []Identifier, now time.Time, ps *problems) {
	for i, id := range list {
		at := index(field, i)
		if problem, remedy := id.problem(); problem != "" {
			ps.add(at+".value", Invalid, problem, remedy)
		}
		if !id.Suits(holder) {
			ps.add(at+".scheme", Invalid, "is for ships and those who run them", "give it to whom it belongs, or remove it")
		}
		id.checkPeriod(at, now, ps)
		for _, earlier := range list[:i] {
			if id.Scheme == earlier.Scheme && id.Value == earlier.Value && overlap(id, earlier) {
				ps.add(at+".value", Invalid, "is given twice", "give each identifier once, or for times apart from each other")
				break
			}
		}
	}
}

// checkPeriod: a number that is given to another one day says from when it
// holds; one that is for good has no time.
func (i Identifier) checkPeriod(at string, now time.Time, ps *problems) {
	switch i.Scheme {
	case MMSI:
		if i.From == "" {
			ps.add(at+".from", Invalid, "is missing: an MMSI passes to other ships", "give the day from which this ship had it")
		}
	case Licence:
	default:
		if i.From != "" || i.Until != "" {
			ps.add(at+".from", Invalid, "is given for a number that is for good", "leave from and until out")
		}
		return
	}
	if i.From != "" && i.Until != "" && i.Until < i.From {
		ps.add(at+".until", Invalid, "is before from", "correct the dates")
	}
	if afterToday(i.From, now) {
		ps.add(at+".from", InFuture, "lies in the future", "state it once it holds")
	}
}

// overlap says whether the times of two numbers share a day.
func overlap(a, b Identifier) bool {
	return (a.Until == "" || a.Until >= b.From) && (b.Until == "" || b.Until >= a.From)
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

// validIMOCompany: the first six digits times 8, 6, 4, 2, 9 and 7, modulo 11,
// taken from 11, of which the last digit is the last digit.
func validIMOCompany(s string) bool {
	if len(s) != 7 || !digitsOnly(s) {
		return false
	}
	sum := 0
	for i, weight := range []int{8, 6, 4, 2, 9, 7} {
		sum += int(s[i]-'0') * weight
	}
	return int(s[6]-'0') == (11-sum%11)%10
}

// validMMSI: nine digits of a ship, of which the first three are the country's
// and the very first 2 to 7. Which of these are given out changes. Coast stations,
// groups, aircraft and devices begin otherwise.
func validMMSI(s string) bool {
	return len(s) == 9 && digitsOnly(s) && s[0] >= '2' && s[0] <= '7'
}
