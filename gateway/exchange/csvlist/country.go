package csvlist

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
	"unicode"
)

//go:embed country_aliases.json
var aliasFile []byte

// countries gives the ISO 3166-1 alpha-2 code of a folded spelling: those of
// the alias file, and the codes themselves.
var countries = sync.OnceValue(func() map[string]string {
	var spellings map[string]string
	if err := json.Unmarshal(aliasFile, &spellings); err != nil {
		panic(err) // the embedded file is damaged
	}
	codes := make(map[string]string, 2*len(spellings))
	for _, code := range spellings {
		codes[strings.ToLower(code)] = code
	}
	for spelling, code := range spellings {
		codes[fold(spelling)] = code
	}
	return codes
})

// CountryCode finds the ISO 3166-1 alpha-2 code of a country as people write
// it. Case, spaces and punctuation do not matter.
func CountryCode(name string) (string, bool) {
	code, ok := countries()[fold(name)]
	return code, ok
}

// fold keeps the letters and digits of a text, in lower case.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
