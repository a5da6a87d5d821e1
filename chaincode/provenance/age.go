package provenance

// AgeBand is an age told so coarsely that it is nobody's date of birth. No
// record holds more of an age than this.
type AgeBand string

// Bands of age, in years.
const (
	AgeUnder12 AgeBand = "UNDER_12"
	Age12To13  AgeBand = "12_13"
	Age14      AgeBand = "14"
	Age15      AgeBand = "15"
	Age16To17  AgeBand = "16_17"
	AgeAdult   AgeBand = "18_PLUS"
)

// years are the youngest and the oldest of a band.
func (b AgeBand) years() (youngest, oldest int) {
	switch b {
	case AgeUnder12:
		return 0, 11
	case Age12To13:
		return 12, 13
	case Age14:
		return 14, 14
	case Age15:
		return 15, 15
	case Age16To17:
		return 16, 17
	}
	return Adult, 1000
}

// Adult is the age from which nobody is a child (C182, article 2).
const Adult = 18

// WorkClass is a kind of work with a least age of its own.
type WorkClass string

// Classes of work.
const (
	WorkGeneral   WorkClass = "GENERAL"
	WorkLight     WorkClass = "LIGHT"
	WorkHazardous WorkClass = "HAZARDOUS"
	WorkNight     WorkClass = "NIGHT"
	WorkFishing   WorkClass = "SEA_FISHING"
	WorkWorst     WorkClass = "WORST_FORM" // forced, traded, illicit: C182, article 3 (a) to (c)
)

// AgeRules is the version of the table below. A change of the table is a new
// version, and statements name the one that they were made by.
const AgeRules = "ages-2026-11"

// leastAges of the conventions C138, C182 and C188. The lower ages that C138
// lets some countries start from are left out: a rule here only goes up.
var leastAges = map[WorkClass]int{
	WorkGeneral: 15, WorkLight: 13, WorkHazardous: Adult, WorkNight: Adult, WorkFishing: 16, WorkWorst: Adult,
}

// nationalAges are higher ages by country, each with the instrument that sets it.
// The list is short and grows by version; an author may state a higher one that
// is not in it.
var nationalAges = map[string]map[WorkClass]int{
	"BR": {WorkGeneral: 16}, // Constitution of 1988, article 7, XXXIII (amendment 20 of 1998); apprentices from 14
	"CN": {WorkGeneral: 16}, // State Council decree 364 of 2002 on the prohibition of child labour, article 2
	"JO": {WorkGeneral: 16}, // Labour Code, law 8 of 1996, section 73
	"TH": {WorkFishing: 18}, // Ministerial Regulation on Labour Protection in Sea Fishery Work, B.E. 2557 (2014)
}

// LeastAge is the age from which a class of work is allowed in a country.
func LeastAge(country string, work WorkClass) int {
	return max(leastAges[work], nationalAges[country][work])
}

// Below says whether somebody of the band is younger than an age: Unknown where
// the band lies on both sides of it.
func (b AgeBand) Below(age int) Verdict {
	youngest, oldest := b.years()
	switch {
	case oldest < age:
		return Yes
	case youngest >= age:
		return No
	}
	return Unknown
}
