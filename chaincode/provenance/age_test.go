package provenance

import "testing"

func TestLeastAges(t *testing.T) {
	for _, c := range []struct {
		country string
		work    WorkClass
		want    int
	}{
		{"BD", WorkGeneral, 15}, {"BR", WorkGeneral, 16}, {"BD", WorkLight, 13}, {"BD", WorkHazardous, 18},
		{"BD", WorkNight, 18}, {"KI", WorkFishing, 16}, {"TH", WorkFishing, 18}, {"BD", WorkWorst, 18},
	} {
		if got := LeastAge(c.country, c.work); got != c.want {
			t.Errorf("%s in %s: from %d, want %d", c.work, c.country, got, c.want)
		}
	}
	for country, ages := range nationalAges {
		for work, age := range ages {
			if age <= leastAges[work] || age > Adult {
				t.Errorf("%s in %s: %d does not go up", work, country, age)
			}
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
