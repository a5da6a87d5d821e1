package provenance

import "time"

// AgeRules is the version of the tables below. A change of them is a new
// version, and statements name the one that they were made by.
const AgeRules = "ages-2026-11.2"

// LeastAge is the age from which a country allows a class of work. In a course
// of training means with the protection and instruction that the conventions ask
// for (C138, articles 3 (3) and 6; C188, article 9 (1)).
type LeastAge struct {
	Work     WorkClass
	Training bool
	Least    int
}

// conventions are the least ages of C138, C182, C188 and the Maritime Labour
// Convention. The lower ages that C138 lets some countries start from are left
// out: a rule here only goes up.
var conventions = []LeastAge{
	{WorkGeneral, false, 15}, {WorkLight, false, 13}, {WorkHazardous, false, Adult}, {WorkNight, false, Adult},
	{WorkFishing, false, 16}, {WorkSeafaring, false, 16}, {WorkWorst, false, Adult},
	{WorkGeneral, true, 14}, {WorkLight, true, 13}, {WorkHazardous, true, 16}, {WorkNight, true, Adult},
	{WorkFishing, true, 15}, {WorkSeafaring, true, 16}, {WorkWorst, true, Adult},
}

// countries are the higher ages of some countries, each with the law that sets
// it. The list is short, and what it says can be stated anew, see AgeRule.
var countries = map[string][]LeastAge{
	// Constitution of 1988, article 7, XXXIII (amendment 20 of 1998): apprentices from 14, none at night or in danger before 18.
	"BR": {{WorkGeneral, false, 16}, {WorkGeneral, true, 14}, {WorkHazardous, true, Adult}},
	// State Council decree 364 of 2002 on the prohibition of child labour, article 2: nobody before 16, light work or not.
	"CN": {{WorkGeneral, false, 16}},
	// Labour Code, law 8 of 1996, section 73: nobody before 16.
	"JO": {{WorkGeneral, false, 16}},
	// Labour Protection Act, B.E. 2541 (1998), section 44: nobody before 15; Ministerial Regulation on Labour Protection in Sea Fishery Work, B.E. 2557 (2014).
	"TH": {{WorkLight, false, 15}, {WorkGeneral, true, 15}, {WorkFishing, false, Adult}, {WorkFishing, true, Adult}},
}

// LeastAgeFor is the age from which a class of work is allowed in a country, by
// the conventions, by the country's law as it is known here, and by what was
// stated of it on the ledger, which goes before. Where a country is only known to
// let nobody work before an age, it is known of no lighter work and no training
// that would be an exception.
func LeastAgeFor(country string, work WorkClass, training bool, stated []LeastAge) int {
	least := pick(conventions, work, training)
	for _, l := range LeastAgesAsked(work, training) {
		for _, table := range [][]LeastAge{stated, countries[country]} {
			if own := pick(table, l.Work, l.Training); own > 0 {
				return max(least, own)
			}
		}
	}
	return least
}

// LeastAgesAsked lists which of a country's least ages tell of a class of work:
// the first of them that is known.
func LeastAgesAsked(work WorkClass, training bool) []LeastAge {
	return []LeastAge{{Work: work, Training: training}, {Work: WorkGeneral, Training: training}, {Work: WorkGeneral}}
}

// pick gives what a table says, 0 where it is silent.
func pick(table []LeastAge, work WorkClass, training bool) int {
	for _, l := range table {
		if l.Work == work && l.Training == training {
			return l.Least
		}
	}
	return 0
}

// AgeRule is a country's own least age for a class of work, as its law has it.
// Oversight states it, so that a law which is new or was not known needs no
// other program. The last one stated for a country, class and training counts.
type AgeRule struct {
	ID         string    `json:"id" validate:"required,id"`
	Country    string    `json:"country" validate:"required,iso3166_1_alpha2"`
	Work       WorkClass `json:"work" validate:"required,oneof=GENERAL LIGHT HAZARDOUS NIGHT SEA_FISHING SEAFARING"`
	Training   bool      `json:"training,omitempty"` // in a course of training
	Least      int       `json:"least" validate:"required,min=13,max=18"`
	From       string    `json:"from" validate:"required,date"`               // the first day on which it is law
	Instrument string    `json:"instrument" validate:"required,max=200,text"` // the law, and the place in it
}

func (*AgeRule) Kind() Kind              { return KindAgeRule }
func (r *AgeRule) Key() string           { return r.ID }
func (*AgeRule) References() []Reference { return nil }

func (r *AgeRule) Check(now time.Time) []FieldProblem {
	var ps problems
	if afterToday(r.From, now) {
		ps.add("from", InFuture, "lies in the future", "state it once it is law")
	}
	if r.Least < pick(conventions, r.Work, r.Training) {
		ps.add("least", Invalid, "is lower than the conventions'", "leave it: a country's law goes up only")
	}
	return ps
}

// AgeLine is a least age in a country with where it is from.
type AgeLine struct {
	Work       WorkClass `json:"work"`
	Training   bool      `json:"training"` // in a course of training
	Least      int       `json:"least"`
	Rule       string    `json:"rule,omitempty"`       // the AgeRule by which it is so
	Instrument string    `json:"instrument,omitempty"` // and the law that this names
}

// LeastAgesIn lists the least ages in a country, from the AgeRules among some
// records; more does no harm.
func LeastAgesIn(country string, records []Record) ([]AgeLine, error) {
	var rules []stated[AgeRule]
	for _, r := range records {
		if r.Kind != KindAgeRule {
			continue
		}
		if err := keep(r, func(s stated[AgeRule]) {
			if s.T.Country == country {
				rules = append(rules, s)
			}
		}); err != nil {
			return nil, err
		}
	}
	last := map[LeastAge]AgeRule{}
	for _, r := range asSaid(rules) {
		last[LeastAge{Work: r.T.Work, Training: r.T.Training}] = r.T
	}
	lines := make([]AgeLine, 0, len(conventions))
	for _, l := range conventions {
		line := AgeLine{Work: l.Work, Training: l.Training}
		var stated []LeastAge
		for _, asked := range LeastAgesAsked(l.Work, l.Training) {
			if rule, ok := last[asked]; ok {
				asked.Least = rule.Least
				stated = append(stated, asked)
			}
		}
		line.Least = LeastAgeFor(country, l.Work, l.Training, stated)
		if rule, ok := last[LeastAge{Work: l.Work, Training: l.Training}]; ok {
			line.Rule, line.Instrument = rule.ID, rule.Instrument
		}
		lines = append(lines, line)
	}
	return lines, nil
}
