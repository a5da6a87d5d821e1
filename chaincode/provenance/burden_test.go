package provenance

import "testing"

func TestBurden(t *testing.T) {
	line := func(amount int64, workers int, currency string) FeeLine {
		return FeeLine{Category: "FEE_MATCHING", Charged: Money{amount, currency}, Workers: workers}
	}
	employer := line(1_000_000, 10, "THB")
	employer.PaidBy = "EMPLOYER"
	for _, c := range []struct {
		name       string
		lines      []FeeLine
		earned     int64
		hundredths int64
		band       BurdenBand
	}{
		{"nothing", []FeeLine{line(0, 0, "THB")}, 60_000, 0, BurdenNone},
		{"six months: 3,600 at 600", []FeeLine{line(3_600_00*10, 10, "THB")}, 600_00, 600, BurdenBeyond},
		{"exactly one month", []FeeLine{line(600_00*7, 7, "THB")}, 600_00, 100, BurdenOne},
		{"a coin more than a month", []FeeLine{line(600_00*7+1, 7, "THB")}, 600_00, 100, BurdenThree},
		{"exactly three", []FeeLine{line(600_00*14, 7, "THB"), line(600_00*6, 6, "THB")}, 600_00, 300, BurdenThree},
		{"a third of a month, rounded", []FeeLine{line(200_00*5, 5, "THB")}, 600_00, 33, BurdenOne},
		{"half a hundredth, rounded up", []FeeLine{line(3_00*5, 5, "THB")}, 600_00, 1, BurdenOne},
		{"lines shared by different workers", []FeeLine{line(600_00*10, 10, "THB"), line(600_00*5, 5, "THB")}, 600_00, 200, BurdenThree},
		{"what the employer paid is no burden", []FeeLine{employer, line(0, 0, "THB")}, 600_00, 0, BurdenNone},
		{"more than anybody earns", []FeeLine{line(9_000_000_000_000_000, 5, "THB")}, 1, mostHundredths, BurdenBeyond},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := FeeStatement{Lines: c.lines, FirstMonthEarnings: &Money{c.earned, "THB"}}
			months, known := f.burden()
			if !known {
				t.Fatal("not known")
			}
			if got := newBurden(months); got.Hundredths != c.hundredths || got.Band != c.band || got.Rule != BurdenRule {
				t.Errorf("%+v, want %d in %s", got, c.hundredths, c.band)
			}
		})
	}
	for name, f := range map[string]FeeStatement{
		"no earnings":             {Lines: []FeeLine{line(1, 5, "THB")}},
		"another currency":        {Lines: []FeeLine{line(1, 5, "NPR")}, FirstMonthEarnings: &Money{1, "THB"}},
		"one of another currency": {Lines: []FeeLine{line(1, 5, "THB"), line(1, 5, "NPR")}, FirstMonthEarnings: &Money{1, "THB"}},
		"not quantified":          {Lines: []FeeLine{line(0, 5, "THB")}, FirstMonthEarnings: &Money{1, "THB"}, Quantified: NotYet},
	} {
		if months, known := f.burden(); known {
			t.Errorf("%s: %s months", name, months)
		}
	}
}

// The employer's word, or a lower account, does not make light of a higher one
// that cannot be counted.
func TestTheBurdenIsThatOfTheAccountThatCounts(t *testing.T) {
	line := func(amount int64, currency string, workers int) []FeeLine {
		return []FeeLine{{Category: "FEE_MATCHING", Charged: Money{amount, currency}, Workers: workers}}
	}
	say := func(c *chain, id string, org Org, party string, earned *Money, lines []FeeLine) {
		c.add(org, party, &FeeStatement{ID: id, Cohort: "migrants", Method: "SURVEY", Month: "2026-05", FirstMonthEarnings: earned, Lines: lines})
	}
	for name, tc := range map[string]struct {
		say  func(*chain)
		want int64 // hundredths, -1 for none
	}{
		"the employer alone says nothing was paid": {func(c *chain) { say(c, "e", Suppliers, mill, &Money{100, "BDT"}, line(0, "BDT", 0)) }, -1},
		"a union says nothing was paid":            {func(c *chain) { say(c, "u", Workers, unionParty, nil, line(0, "BDT", 0)) }, 0},
		"earnings that the employer alone states": {func(c *chain) {
			say(c, "e", Suppliers, mill, &Money{100, "BDT"}, line(0, "BDT", 0))
			say(c, "u", Workers, unionParty, &Money{100, "THB"}, line(9000, "BDT", 30))
		}, 300},
		"earnings of nobody": {func(c *chain) { say(c, "u", Workers, unionParty, nil, line(9000, "BDT", 30)) }, -1},
		"a lower account beside": {func(c *chain) {
			say(c, "a", Auditors, firm, &Money{50, "BDT"}, line(3000, "BDT", 30))
			say(c, "u", Workers, unionParty, &Money{100, "BDT"}, line(9000, "BDT", 30))
		}, 300},
		"charges in two currencies, by two parties": {func(c *chain) {
			say(c, "a", Auditors, firm, &Money{50, "BDT"}, line(3000, "BDT", 30))
			say(c, "u", Workers, unionParty, &Money{100, "THB"}, line(9000, "THB", 30))
		}, -1},
		"charges in two currencies, by one": {func(c *chain) {
			say(c, "u", Workers, unionParty, &Money{100, "BDT"}, append(line(9000, "BDT", 30), line(1, "THB", 30)...))
		}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			c := newChain(t)
			c.cohort("migrants", sewing, 30)
			tc.say(c)
			got := int64(-1)
			if b := c.answer().Cohorts[0].Burden; b != nil {
				got = b.Hundredths
			}
			if got != tc.want {
				t.Errorf("%d hundredths, want %d", got, tc.want)
			}
		})
	}
}

func TestBurdensAreCountedByGroups(t *testing.T) {
	c := newChain(t)
	for _, g := range []struct {
		id     string
		size   int
		amount int64
	}{{"heavy", 30, 120_000}, {"light", 12, 12_000}, {"light too", 10, 6_000}, {"few", 6, 0}} {
		c.cohort(g.id, sewing, g.size)
		workers := g.size
		if g.amount == 0 {
			workers = 0
		}
		s := &FeeStatement{ID: "fees " + g.id, Cohort: g.id, Method: "SURVEY", Month: "2026-05", FirstMonthEarnings: &Money{1000, "BDT"},
			Lines: []FeeLine{{Category: "FEE_MATCHING", Charged: Money{g.amount, "BDT"}, Workers: workers}}}
		c.add(Workers, unionParty, s)
	}
	a := c.answer()
	want := []BurdenCount{{BurdenOne, 2, "10-24", BurdenRule}, {BurdenBeyond, 1, "25-49", BurdenRule}}
	if len(a.Fees.Burdens) != 2 || a.Fees.Burdens[0] != want[0] || a.Fees.Burdens[1] != want[1] {
		t.Errorf("%+v", a.Fees.Burdens)
	}
	if b := a.Cohorts[0].Burden; b == nil || b.Hundredths != 400 {
		t.Errorf("the heavy group: %+v", b)
	}
}
