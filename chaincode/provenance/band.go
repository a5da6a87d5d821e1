package provenance

// Band is a number of workers told so coarsely that nobody can be singled out.
type Band string

// SmallestCohort is k for recording: no statement is made about fewer workers.
const SmallestCohort = 5

// SmallestShown is k for the public: smaller groups count in totals only.
const SmallestShown = 10

// BandOf gives the band a number falls into.
func BandOf(workers int) Band {
	switch {
	case workers <= 0:
		return "0"
	case workers < 5:
		return "1-4"
	case workers < 10:
		return "5-9"
	case workers < 25:
		return "10-24"
	case workers < 50:
		return "25-49"
	case workers < 100:
		return "50-99"
	case workers < 250:
		return "100-249"
	}
	return "250+"
}

// toldBand is a band in which few are not told from none.
func toldBand(workers int) Band {
	if workers < SmallestCohort {
		return BandFew
	}
	return BandOf(workers)
}
