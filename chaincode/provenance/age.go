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
	WorkSeafaring WorkClass = "SEAFARING"  // on ships that do not fish
	WorkWorst     WorkClass = "WORST_FORM" // forced, traded, illicit: C182, article 3 (a) to (c)
)
