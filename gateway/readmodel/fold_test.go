package readmodel

import "testing"

func TestSpellingsOfOneWordAreFoldedAlike(t *testing.T) {
	for _, alike := range [][]string{
		{"armel & sohne", "Ärmel & Söhne", "A\u0308RMEL & SO\u0308HNE"},
		{"strasse", "Straße", "STRASSE"},
		{"lodz", "Łódź", "ŁÓDŹ"},
		{"istanbul", "İstanbul", "ISTANBUL", "ıstanbul"},
		{"dong nai", "Đồng Nai", "đồng nai"},
		{"σειριος", "Σείριος", "ΣΕΊΡΙΟΣ"},
		{"елка", "Ёлка", "ЁЛКА"},
		{"مصنع", "مَصْنَع"},
		{"ropeworks", "Ｒｏｐｅworks"},
		{"カ\u3099ラス", "ガラス", "ｶﾞﾗｽ"},
		{"한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8"},
	} {
		for _, spelling := range alike {
			if got, want := fold(spelling), fold(alike[0]); got != want {
				t.Errorf("%q is folded to %q, and %q to %q", spelling, got, alike[0], want)
			}
		}
	}
}

func TestWhatMakesAnotherWordStays(t *testing.T) {
	for _, differ := range [][2]string{
		{"กา", "กี"}, // vowels of Thai, of which one is written above
		{"কি", "কু"},
		{"かき", "がき"},
		{"mill 1", "mill 2"},
	} {
		if fold(differ[0]) == fold(differ[1]) {
			t.Errorf("%q and %q are folded to one", differ[0], differ[1])
		}
	}
}

func TestFoldingIsStable(t *testing.T) {
	for _, text := range []string{"Ångström", "ŒUVRE", "ẞ", "ﬁx", "ǅ", "ဇ", "மணி", "İ", "\xff\xfe"} {
		if once := fold(text); fold(once) != once {
			t.Errorf("%q is folded to %q, and that to %q", text, once, fold(once))
		}
	}
}
