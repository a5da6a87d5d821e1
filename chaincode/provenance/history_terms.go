package provenance

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// TermsLine is what came of comparing the terms of a group's workers with those
// that were agreed with them before they left. It tells no term.
type TermsLine struct {
	Site      Name        `json:"site"`
	Cohort    string      `json:"cohort"`
	Recruiter *Name       `json:"recruiter,omitempty"`
	Corridor  *Corridor   `json:"corridor,omitempty"`
	Month     string      `json:"month"`
	Compared  Band        `json:"compared"` // workers
	Alarm     bool        `json:"alarm"`    // a term is worse for five or more
	Terms     []TermCount `json:"terms"`
	Rule      string      `json:"rule"`
}

// comparisonOf gives the newest comparison of a cohort's terms that stands.
func (f *facts) comparisonOf(cohort string) (stated[TermsComparison], bool) {
	var newest stated[TermsComparison]
	for _, s := range f.heard.compared[cohort] {
		if newest.ID == "" || cmp.Or(strings.Compare(s.T.Month, newest.T.Month), strings.Compare(s.At, newest.At), strings.Compare(s.ID, newest.ID)) > 0 {
			newest = s
		}
	}
	return newest, newest.ID != ""
}

// termsCompared lists what came of the comparisons for groups that had begun to
// arrive before the last that happened, behind the product, where they work.
func (f *facts) termsCompared(places []*place, groups []group) []TermsLine {
	last := map[string]string{} // month, by site
	for _, p := range places {
		last[p.id] = p.times[len(p.times)-1].UTC().Format(monthForm)
	}
	lines := []TermsLine{}
	for _, g := range groups {
		if last[g.cohort.T.Facility] < g.cohort.T.ArrivedFrom {
			continue
		}
		if line, ok := f.termsLine(g.cohort); ok {
			lines = append(lines, line)
		}
	}
	return alarmsFirst(lines)
}

// termsLine tells what came of comparing the terms of a group that is large
// enough to be shown.
func (f *facts) termsLine(cohort stated[Cohort]) (TermsLine, bool) {
	c := cohort.T
	s, ok := f.comparisonOf(cohort.ID)
	if !ok || c.Size < SmallestShown {
		return TermsLine{}, false
	}
	line := TermsLine{
		Site: f.site(c.Facility), Cohort: cohort.ID, Corridor: c.Corridor, Month: s.T.Month, Compared: s.T.Compared,
		Alarm: s.T.Alarms(), Terms: slices.Clone(s.T.Terms), Rule: s.T.Rule,
	}
	if c.Recruiter != "" {
		recruiter := f.party(c.Recruiter)
		line.Recruiter = &recruiter
	}
	return line, true
}

func alarmsFirst(lines []TermsLine) []TermsLine {
	slices.SortFunc(lines, func(a, b TermsLine) int {
		return cmp.Or(-compareBool(a.Alarm, b.Alarm), cmp.Compare(b.Month, a.Month), cmp.Compare(a.Site.ID, b.Site.ID), cmp.Compare(a.Cohort, b.Cohort))
	})
	return lines
}

// TermsAt lists the comparisons that stand of the groups at a site, out of the
// records about it and about the entries merged into it; more does no harm.
// Parties have their identifiers alone.
func TermsAt(records []Record, site FacilityNow, asOf time.Time) ([]TermsLine, error) {
	f, err := gather(records, Question{AsOf: asOf})
	if err != nil {
		return nil, err
	}
	lines := []TermsLine{}
	for _, cohort := range f.cohorts {
		if !site.Known(cohort.T.Facility) {
			continue
		}
		if line, ok := f.termsLine(cohort); ok {
			line.Site = Name{ID: site.Facility.ID, Name: site.Facility.Name}
			lines = append(lines, line)
		}
	}
	return alarmsFirst(lines), nil
}

// noSubstitution is the predicate that terms at work are those agreed at home.
const noSubstitution = "CT_NO_SUBSTITUTION"

// substituted says whether terms of more workers of a cohort are worse than an
// employer or recruiter declares.
func (f *facts) substituted(cohort string, declared PredicateCount) bool {
	s, ok := f.comparisonOf(cohort)
	return ok && slices.ContainsFunc(s.T.Terms, func(t TermCount) bool { return t.Worse != BandFew && t.Worse.Least() > declared.No })
}
