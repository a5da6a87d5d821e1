package readmodel

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// fold makes two spellings of a word one: whatever the case, with accents or
// without, in full or half width. It goes by Unicode alone and no language, so
// it is the same for everybody and in every script. What is searched for and
// what is searched in are both folded.
func fold(text string) string {
	text = cases.Fold().String(norm.NFKD.String(text))
	return norm.NFC.String(strings.Map(plain, unligated.Replace(text)))
}

// plain drops the marks that are written above or below a letter which is known
// without them: accents of alphabets, points of Arabic and Hebrew. Vowel signs
// of other scripts are letters of their own and stay.
func plain(r rune) rune {
	switch {
	case unicode.Is(unicode.Mn, r) && (r >= 0x300 && r < 0x370 || r >= 0x591 && r < 0x5c8 || r >= 0x64b && r < 0x660 || r == 0x670):
		return -1
	case r == 'ı':
		return 'i'
	}
	return r
}

// unligated are letters whose stroke or ligature Unicode does not take apart,
// as people write them where a keyboard lacks them.
var unligated = strings.NewReplacer("æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ð", "d", "ħ", "h", "ł", "l", "þ", "th")
