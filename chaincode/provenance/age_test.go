package provenance

import "testing"

func TestLeastAges(t *testing.T) {
	for _, c := range []struct {
		country  string
		work     WorkClass
		training bool
		want     int
	}{
		{"BD", WorkGeneral, false, 15}, {"BD", WorkLight, false, 13}, {"BD", WorkHazardous, false, 18}, {"BD", WorkNight, false, 18},
		{"KI", WorkFishing, false, 16}, {"KI", WorkSeafaring, false, 16}, {"BD", WorkWorst, false, 18}, {"BD", WorkWorst, true, 18},
		{"BD", WorkGeneral, true, 14}, {"BD", WorkHazardous, true, 16}, {"KI", WorkFishing, true, 15}, {"KI", WorkSeafaring, true, 16}, {"BD", WorkNight, true, 18},
		{"BR", WorkGeneral, false, 16}, {"BR", WorkLight, false, 16}, {"BR", WorkGeneral, true, 14}, {"BR", WorkLight, true, 14}, {"BR", WorkHazardous, true, 18},
		{"CN", WorkGeneral, false, 16}, {"CN", WorkLight, false, 16}, {"CN", WorkGeneral, true, 16}, {"CN", WorkFishing, true, 16},
		{"JO", WorkGeneral, false, 16}, {"JO", WorkLight, false, 16}, {"JO", WorkHazardous, false, 18},
		{"TH", WorkGeneral, false, 15}, {"TH", WorkLight, false, 15}, {"TH", WorkFishing, false, 18}, {"TH", WorkFishing, true, 18}, {"TH", WorkGeneral, true, 15},
	} {
		if got := LeastAgeFor(c.country, c.work, c.training, nil); got != c.want {
			t.Errorf("%s in %s, training %t: from %d, want %d", c.work, c.country, c.training, got, c.want)
		}
	}
	for country, ages := range countries {
		for _, l := range ages {
			if l.Least < pick(conventions, l.Work, l.Training) || l.Least > Adult {
				t.Errorf("%s in %s: %d is below the conventions", l.Work, country, l.Least)
			}
		}
	}
}

// What Oversight states goes before the table, and never below the conventions.
func TestStatedLeastAgesGoBefore(t *testing.T) {
	for name, c := range map[string]struct {
		country  string
		work     WorkClass
		training bool
		stated   LeastAge
		want     int
	}{
		"a law that was not known":                 {"PH", WorkLight, false, LeastAge{WorkLight, false, 15}, 15},
		"a general age bars lighter work":          {"KE", WorkLight, false, LeastAge{WorkGeneral, false, 16}, 16},
		"and training":                             {"KE", WorkGeneral, true, LeastAge{WorkGeneral, false, 16}, 16},
		"a new law in place of the table's":        {"CN", WorkGeneral, false, LeastAge{WorkGeneral, false, 17}, 17},
		"an exception to the table's":              {"CN", WorkLight, false, LeastAge{WorkLight, false, 14}, 14},
		"lower than the conventions counts nought": {"KI", WorkFishing, false, LeastAge{WorkFishing, false, 14}, 16},
		"of other work says nothing":               {"KI", WorkLight, false, LeastAge{WorkFishing, false, 17}, 13},
	} {
		if got := LeastAgeFor(c.country, c.work, c.training, []LeastAge{c.stated}); got != c.want {
			t.Errorf("%s: from %d, want %d", name, got, c.want)
		}
	}
}

func TestBandsAndAges(t *testing.T) {
	for _, c := range []struct {
		band AgeBand
		age  int
		want Verdict
	}{
		{AgeUnder12, 12, Yes}, {AgeUnder12, 13, Yes}, {Age12To13, 13, Unknown}, {Age12To13, 14, Yes}, {Age14, 14, No}, {Age14, 15, Yes},
		{Age15, 15, No}, {Age15, 16, Yes}, {Age16To17, 16, No}, {Age16To17, 17, Unknown}, {Age16To17, 18, Yes}, {AgeAdult, 18, No},
	} {
		if got := c.band.Below(c.age); got != c.want {
			t.Errorf("%s below %d: %s, want %s", c.band, c.age, got, c.want)
		}
	}
}

func TestLeastAgesInACountry(t *testing.T) {
	c := newChain(t)
	c.add(Oversight, "board", &AgeRule{ID: "r1", Country: "KE", Work: WorkGeneral, Least: 17, Instrument: "an older law"})
	c.add(Oversight, "board", &AgeRule{ID: "r2", Country: "KE", Work: WorkGeneral, Least: 16, Instrument: "Employment Act"})
	c.add(Oversight, "board", &AgeRule{ID: "r3", Country: "PH", Work: WorkLight, Least: 15, Instrument: "Republic Act 9231"})
	lines, err := LeastAgesIn("KE", c.records)
	if err != nil || len(lines) != len(conventions) {
		t.Fatalf("%v (%v)", lines, err)
	}
	for _, l := range lines {
		switch {
		case l.Work == WorkGeneral && !l.Training:
			if l.Least != 16 || l.Rule != "r2" || l.Instrument != "Employment Act" {
				t.Errorf("%+v", l)
			}
		case l.Work == WorkLight && l.Least != 16, l.Work == WorkHazardous && !l.Training && l.Least != 18, l.Rule != "":
			t.Errorf("%+v", l)
		}
	}
}
