package csvlist

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// clean brings a text into the form the vocabulary takes: single spaces, none
// at the ends, no hidden characters. Spaces may go silently, for they say
// nothing; anything else that is removed is counted.
func clean(s string) (text string, removed int) {
	var out strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			out.WriteByte(' ')
		case r == unicode.ReplacementChar, unicode.Is(unicode.Cc, r), unicode.Is(unicode.Bidi_Control, r):
			removed++
		default:
			out.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(out.String()), " "), removed
}

// textNotes tells what clean did to a column, and what looks lost in it.
func textNotes(column, text string, removed int) []string {
	var notes []string
	if removed > 0 {
		notes = append(notes, fmt.Sprintf("%s: removed %d hidden or replacement characters", column, removed))
	}
	if strings.ContainsRune(text, '□') {
		notes = append(notes, column+": has the sign □, which often stands where a character was lost")
	}
	return notes
}

// legalForms say what kind of company it is, and are written or left out at
// will.
var legalForms = []string{
	"ag", "bhd", "bv", "co", "company", "corp", "corporation", "cv", "de", "gmbh", "inc", "incorporated", "jsc", "limited",
	"llc", "ltd", "ltda", "plc", "private", "pt", "pte", "pty", "pvt", "sa", "sac", "sapi", "sarl", "sdn", "spa", "srl", "tbk",
}

// nameKey is equal for names that differ in case, punctuation and legal form
// alone.
func nameKey(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	kept := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(legalForms, w) })
	if len(kept) == 0 {
		kept = words
	}
	return strings.Join(kept, "")
}
