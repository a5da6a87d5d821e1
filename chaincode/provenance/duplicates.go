package provenance

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Likeness says why two facilities may be one. It is for people to look at:
// nothing is merged because of it.
type Likeness struct {
	Facility Name     `json:"facility"`
	Address  string   `json:"address,omitempty"`
	Score    int      `json:"score"` // to sort by: 0 to 100
	Reasons  []string `json:"reasons"`
}

// Reasons of a likeness.
const (
	LikeIdentifier     = "SAME_IDENTIFIER"
	LikeSameName       = "SAME_NAME"
	LikeSimilarName    = "SIMILAR_NAME"
	LikeSameAddress    = "SAME_ADDRESS"
	LikeSimilarAddress = "SIMILAR_ADDRESS"
	LikeNearby         = "NEARBY"
)

// What counts as like, in percent of pairs of letters that two texts share, and
// in metres. Found on disclosed lists of factories: two spellings of one lie
// above, two units of one company are told apart by their numbers.
const (
	sameText     = 97
	nearlySame   = 90
	similarText  = 65
	similarName  = 55
	nearbyMetres = 1_000
	farMetres    = 5_000
)

// Duplicates lists those of some facilities that are likely to be another entry
// for one, the likeliest first. Facilities of other countries or kinds, ships of
// other hull numbers, and units of other numbers are not.
func Duplicates(of Facility, among []Facility) []Likeness {
	mine := portray(of)
	found := []Likeness{}
	for _, f := range among {
		if f.ID == of.ID || f.FacilityKind != of.FacilityKind {
			continue
		}
		if l, likely := mine.compare(portray(f)); likely {
			found = append(found, l)
		}
	}
	slices.SortFunc(found, func(a, b Likeness) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Facility.ID, b.Facility.ID))
	})
	return found
}

// portrait is a facility in the form in which it is compared.
type portrait struct {
	Facility
	names   []text
	address text
	hull    string
}

func portray(f Facility) portrait {
	p := portrait{Facility: f, address: newText(f.Address, nil)}
	for _, name := range append([]string{f.Name}, f.Aliases...) {
		p.names = append(p.names, newText(name, legalForms))
	}
	for _, id := range f.Identifiers {
		if id.Scheme == IMO {
			p.hull = id.Value
		}
	}
	return p
}

func (p portrait) compare(q portrait) (Likeness, bool) {
	l := Likeness{Facility: Name{ID: q.ID, Name: q.Name}, Address: q.Address, Reasons: []string{}}
	if p.sharesNumber(q) {
		l.Score, l.Reasons = 100, append(l.Reasons, LikeIdentifier)
		return l, true
	}
	if p.Country != q.Country || (p.hull != "" && q.hull != "" && p.hull != q.hull) {
		return l, false
	}
	name := 0
	for _, a := range p.names {
		for _, b := range q.names {
			if a.numbers == b.numbers {
				name = max(name, a.shared(b))
			}
		}
	}
	address := p.address.shared(q.address)
	metres, placed := distance(p.Position, q.Position)
	near, far := placed && metres <= nearbyMetres, placed && metres > farMetres
	bare := p.address.letters == 0 || q.address.letters == 0
	var likely bool
	switch {
	case far:
		likely = name >= sameText && address >= nearlySame
	case name >= nearlySame:
		likely = near || address >= similarName || bare
	default:
		likely = name >= similarName && near && address >= similarText
	}
	l.tell(name, LikeSameName, LikeSimilarName, similarName)
	l.tell(address, LikeSameAddress, LikeSimilarAddress, similarName)
	if near {
		l.Reasons = append(l.Reasons, LikeNearby)
	}
	l.Score = (2*name + address) / 3
	return l, likely
}

func (l *Likeness) tell(shared int, same, similar string, least int) {
	switch {
	case shared >= sameText:
		l.Reasons = append(l.Reasons, same)
	case shared >= least:
		l.Reasons = append(l.Reasons, similar)
	}
}

// sharesNumber says whether two facilities have a number of their own in
// common. A company's number stands on all its sites and ships, and a radio number
// passes on.
func (p portrait) sharesNumber(q portrait) bool {
	for _, a := range p.Identifiers {
		for _, b := range q.Identifiers {
			own := a.Strong() || (a.Scheme == Licence && p.Country == q.Country)
			if own && a.Scheme == b.Scheme && a.Value == b.Value {
				return true
			}
		}
	}
	return false
}

// text is a name or address without case, marks, punctuation and space.
type text struct {
	pairs   map[string]int // of letters
	letters int
	numbers string // that are written in it
}

// legalForms are left out of names: lists write them or not.
var legalForms = map[string]bool{
	"co": true, "ltd": true, "limited": true, "inc": true, "llc": true, "plc": true, "pvt": true, "private": true, "pte": true, "corp": true,
	"corporation": true, "company": true, "gmbh": true, "sdn": true, "bhd": true, "srl": true, "sa": true, "spa": true, "pt": true, "tbk": true, "the": true,
}

func newText(s string, without map[string]bool) text {
	words := strings.FieldsFunc(unmarked.Replace(strings.ToLower(s)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	words = slices.DeleteFunc(words, func(w string) bool { return without[w] })
	t := text{pairs: map[string]int{}}
	var numbers []string
	for _, w := range words {
		if digits := strings.TrimFunc(w, func(r rune) bool { return !unicode.IsDigit(r) }); digits != "" {
			numbers = append(numbers, strings.TrimLeft(digits, "0"))
		}
	}
	t.numbers = strings.Join(numbers, " ")
	letters := []rune(strings.Join(words, ""))
	t.letters = len(letters)
	for i := range len(letters) - 1 {
		t.pairs[string(letters[i:i+2])]++
	}
	return t
}

// shared gives how many pairs of neighbouring letters two texts have in common,
// in percent of all. It does not mind a slip of the pen, nor another order of
// the words.
func (t text) shared(o text) int {
	if t.letters < 2 || o.letters < 2 {
		return 0
	}
	common := 0
	for pair, n := range t.pairs {
		common += min(n, o.pairs[pair])
	}
	return 200 * common / (t.letters + o.letters - 2)
}

// unmarked takes the marks off letters of European languages.
var unmarked = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ä", "a", "ã", "a", "å", "a", "ă", "a", "ą", "a", "æ", "ae", "ç", "c", "ć", "c", "č", "c", "đ", "d", "ď", "d",
	"é", "e", "è", "e", "ê", "e", "ë", "e", "ę", "e", "ě", "e", "ğ", "g", "í", "i", "ì", "i", "î", "i", "ï", "i", "ı", "i", "i̇", "i", "ł", "l",
	"ñ", "n", "ń", "n", "ň", "n", "ó", "o", "ò", "o", "ô", "o", "ö", "o", "õ", "o", "ø", "o", "ő", "o", "œ", "oe", "ř", "r", "ś", "s", "š", "s", "ş", "s", "ș", "s", "ß", "ss",
	"ť", "t", "ț", "t", "ú", "u", "ù", "u", "û", "u", "ü", "u", "ů", "u", "ű", "u", "ý", "y", "ź", "z", "ž", "z", "ż", "z",
)

// shrink is how long a degree of longitude is at 0, 10 ... 90 degrees of
// latitude, in percent of one at the equator.
var shrink = [...]int{100, 98, 94, 87, 77, 64, 50, 34, 17, 0}

// distance gives about how far apart two positions are: the longer of the ways
// north and east.
func distance(a, b *Position) (metres int, known bool) {
	if a == nil || b == nil {
		return 0, false
	}
	const perMilli = 111 // metres in a thousandth of a degree
	north, east := abs(a.LatMilli-b.LatMilli), abs(a.LonMilli-b.LonMilli)
	east = min(east, 360_000-east)
	return perMilli * max(north, east*shrink[min(abs(a.LatMilli)/10_000, 9)]/100), true
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
