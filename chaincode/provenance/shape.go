package provenance

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"unicode"

	"github.com/go-playground/validator/v10"
)

// shape is the validator for the tags in this package. It is built once and
// never changed, so equal input gives equal output everywhere.
var shape = sync.OnceValue(func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return name
	})
	text := func(check func(string) bool) validator.Func {
		return func(fl validator.FieldLevel) bool { return check(fl.Field().String()) }
	}
	for tag, check := range map[string]func(string) bool{
		"id":      validID,
		"gtin":    func(s string) bool { return CheckGTIN(s) == nil },
		"date":    validDate,
		"month":   validMonth,
		"instant": validInstant,
		"decimal": validDecimal,
		"text":    validText,
		"sha256":  regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString,
		"secret":  regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString,
		"quarter": regexp.MustCompile(`^2[0-9]{3}-Q[1-4]$`).MatchString,
		"offset":  regexp.MustCompile(`^[+-](0[0-9]|1[0-3]):[0-5][0-9]$|^[+-]14:00$`).MatchString,
		"uom":     regexp.MustCompile(`^[A-Z0-9]{2,3}$`).MatchString,
		"number":  regexp.MustCompile(`^[A-Z0-9-]{1,20}$`).MatchString,
		"locator": regexp.MustCompile(`^https://[a-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~%-]+)+$`).MatchString,
	} {
		if err := v.RegisterValidation(tag, text(check)); err != nil {
			panic(err) // a tag above is malformed
		}
	}
	return v
})

// validID: a ULID in its one canonical spelling, so that nothing has two keys.
var validID = regexp.MustCompile(`^[0-7][0-9A-HJKMNP-TV-Z]{25}$`).MatchString

// validText: visible text without control characters or marks that change the
// direction of what follows, with no space at its ends.
func validText(s string) bool {
	if s != strings.TrimSpace(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r == unicode.ReplacementChar || unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
	})
}

// CheckShape applies the validate tags of a document and names each field that
// breaks one. Values are not repeated.
func CheckShape(document any) *Refusal {
	err := shape().Struct(document)
	if err == nil {
		return nil
	}
	var faults validator.ValidationErrors
	if !errors.As(err, &faults) {
		return invalidField("", "cannot be checked", "send an object")
	}
	var ps problems
	for _, f := range faults {
		_, path, _ := strings.Cut(f.Namespace(), ".")
		problem, remedy := explain(f)
		ps.add(path, Invalid, problem, remedy)
	}
	return ps.refusal()
}

var explanations = map[string][2]string{
	"required":         {"is missing", "give it"},
	"id":               {"is not an identifier of 26 characters (a ULID in capitals)", "make one with a ULID library, or copy it again"},
	"gtin":             {"is not a GTIN of 14 digits with a right check digit", "copy it again; pad a shorter GTIN with zeros on the left"},
	"date":             {"is not a date", "write it as 2026-03-31"},
	"month":            {"is not a month", "write it as 2026-03"},
	"instant":          {"is not a time in UTC with milliseconds", "write it as 2026-03-31T12:00:00.000Z"},
	"decimal":          {"is not a plain decimal number", "write at most nine digits and three decimals without trailing zeros, in quotes"},
	"text":             {"has hidden characters or spaces at its ends", "remove control and direction marks and trim it"},
	"sha256":           {"is not a SHA-256 in hexadecimal", "give 64 characters of 0-9 and a-f"},
	"secret":           {"is not 128 bits in hexadecimal", "give 32 characters of 0-9 and a-f"},
	"quarter":          {"is not a quarter of a year", "write it as 2026-Q1"},
	"offset":           {"is not an offset from UTC", "write it as +07:00"},
	"uom":              {"is not a UN/ECE unit code", "write KGM, MTR, C62 or another code of Recommendation 20"},
	"number":           {"is not a number of capitals, digits and hyphens", "give 1 to 20 of them"},
	"locator":          {"is not an address of a document", "give an https address without name, query or fragment, or leave it out"},
	"iso3166_1_alpha2": {"is not a country", "give the two capital letters of ISO 3166-1"},
	"iso4217":          {"is not a currency", "give the three capital letters of ISO 4217"},
	"unique":           {"has an entry twice", "give each entry once"},
	"printascii":       {"has characters outside plain ASCII", "copy it again"},
}

func explain(f validator.FieldError) (problem, remedy string) {
	if e, ok := explanations[f.Tag()]; ok {
		return e[0], e[1]
	}
	list := f.Kind() == reflect.Slice
	switch f.Tag() {
	case "oneof":
		return "is not one of the allowed values", "use " + strings.Join(strings.Fields(f.Param()), ", ")
	case "max":
		if list {
			return "has more than " + f.Param() + " entries", "split it"
		}
		if f.Kind() == reflect.String {
			return "is longer than " + f.Param() + " characters", "shorten it"
		}
		return "is more than " + f.Param(), "correct it"
	case "min":
		if list {
			return "has fewer than " + f.Param() + " entries", "add some"
		}
		return "is less than " + f.Param(), "correct it"
	}
	return "breaks the rule " + f.Tag(), "correct it"
}

// problems collects what is wrong with one document.
type problems []FieldProblem

func (ps *problems) add(field string, code Code, problem, remedy string) {
	*ps = append(*ps, FieldProblem{Field: field, Code: code, Problem: problem, Remedy: remedy})
}

func (ps problems) refusal() *Refusal {
	if len(ps) == 0 {
		return nil
	}
	return RefuseFields(ps)
}

func index(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }
