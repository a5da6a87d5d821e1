package provenance

import (
	"cmp"
	"slices"
	"strings"
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
		c := g.cohort.T
		s, ok := f.comparisonOf(g.cohort.ID)
		if !ok || c.Size < SmallestShown || last[c.Facility] < c.ArrivedFrom {
			continue
		}
		line := TermsLine{
			Site: f.site(c.Facility), Cohort: g.cohort.ID, Corridor: c.Corridor, Month: s.T.Month, Compared: s.T.Compared,
			Alarm: s.T.Alarms(), Terms: slices.Clone(s.T.Terms), Rule: s.T.Rule,
		}
		if c.Recruiter != "" {
			recruiter := f.party(c.Recruiter)
			line.Recruiter = &recruiter
		}
		lines = append(lines, line)
	}
	slices.SortFunc(lines, func(a, b TermsLine) int {
		return cmp.Or(-compareBool(a.Alarm, b.Alarm), cmp.Compare(b.Month, a.Month), cmp.Compare(a.Site.ID, b.Site.ID), cmp.Compare(a.Cohort, b.Cohort))
	})
	return lines
}

// noSubstitution is the predicate that terms at work are those agreed at home.
const noSubstitution = "CT_NO_SUBSTITUTION"

// substituted says whether terms of more workers of a cohort are worse than an
// employer or recruiter declares.
func (f *facts) substituted(cohort string, declared PredicateCount) bool {
	s, ok := f.comparisonOf(cohort)
	return ok && slices.ContainsFunc(s.T.Terms, func(t TermCount) bool { return t.Worse != BandFew && t.Worse.Least() > declared.No })
}
