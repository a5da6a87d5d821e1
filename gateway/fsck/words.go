package fsck

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// searchForm is what words are searched by: without case, width, ligatures and
// the marks over letters that are known without them.
func searchForm(text string) string {
	out, _, err := transform.String(transform.Chain(norm.NFKD, cases.Fold()), text)
	if err != nil { // neither fails on any text
		panic(err)
	}
	var plain strings.Builder
	for _, letter := range out {
		if whole, ok := spelled[letter]; ok {
			plain.WriteString(whole)
		} else if !unicode.Is(unicode.Mn, letter) || !runes.In(marks).Contains(letter) {
			plain.WriteRune(letter)
		}
	}
	return norm.NFC.String(plain.String())
}

// marks are the accents of alphabets and the points of Hebrew and Arabic.
var marks = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x300, Hi: 0x36f, Stride: 1}, {Lo: 0x591, Hi: 0x5c7, Stride: 1}, {Lo: 0x64b, Hi: 0x65f, Stride: 1}, {Lo: 0x670, Hi: 0x670, Stride: 1},
}}

var spelled = map[rune]string{
	'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ħ': "h", 'ł': "l", 'þ': "th", 'ı': "i",
}

// listed is a facility's place in the list of facilities.
func listed(f *provenance.Facility) string { return searchForm(f.Name) + "\x1f" + f.ID }

// wordsOf joins what is searched for, in the order in which it is stated.
func wordsOf(name string, aliases []string, address, sector string, numbers []provenance.Identifier, id string) string {
	lines := append(append([]string{name}, aliases...), address, sector)
	for _, number := range numbers {
		lines = append(lines, number.Value)
	}
	if id != "" {
		lines = append(lines, id)
	}
	return searchForm(strings.Join(lines, "\n"))
}
