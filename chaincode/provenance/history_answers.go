package provenance

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// AnswerLine is what the workers of a group answered when they were asked about
// a record, each for themselves and unseen.
type AnswerLine struct {
	Site     Name   `json:"site"`
	Cohort   string `json:"cohort"`
	Record   Asked  `json:"record"`
	Matter   string `json:"matter"`          // FEES, REPAYMENT, FINDING or a predicate's code
	Topic    string `json:"topic,omitempty"` // of the finding that an auditor closed
	Month    string `json:"month"`
	Answered Band   `json:"answered"`
	Right    Band   `json:"right"`
	Wrong    Band   `json:"wrong"`
	Ask      Band   `json:"ask"`
}

// GrievanceLine is how many grievances workers of a site brought to Workers in
// a quarter.
type GrievanceLine struct {
	Site       Name            `json:"site"`
	Quarter    string          `json:"quarter"`
	Received   Band            `json:"received"`
	Settled    Band            `json:"settled"`
	Satisfied  Band            `json:"satisfied"`
	Categories []CategoryCount `json:"categories"`
}

// heardFacts are what workers said through Workers.
type heardFacts struct {
	answers    map[Ref][]stated[AnswerCount] // by the record asked about
	cohorts    map[string]string             // of every count, ended or not
	closings   map[string]FindingStep        // by which auditors closed findings
	grievances []stated[GrievanceCount]
	compared   map[string][]stated[TermsComparison] // by cohort
}

func newHeardFacts() heardFacts {
	return heardFacts{answers: map[Ref][]stated[AnswerCount]{}, cohorts: map[string]string{}, closings: map[string]FindingStep{}, compared: map[string][]stated[TermsComparison]{}}
}

// addHeard files what workers said through Workers.
func (f *facts) addHeard(r Record, asOf time.Time) error {
	switch r.Kind {
	case KindAnswerCount:
		return keep(r, func(s stated[AnswerCount]) {
			f.supersede(r.Ref(), s.T.Supersedes)
			f.heard.cohorts[r.ID] = s.T.Cohort
			if !monthStart(s.T.Month).After(asOf) {
				f.heard.answers[Ref(s.T.Record)] = append(f.heard.answers[Ref(s.T.Record)], s)
			}
		})
	case KindTermsComparison:
		return keep(r, func(s stated[TermsComparison]) {
			f.supersede(r.Ref(), s.T.Supersedes)
			if !monthStart(s.T.Month).After(asOf) {
				f.heard.compared[s.T.Cohort] = append(f.heard.compared[s.T.Cohort], s)
			}
		})
	case KindGrievanceCount:
		return keep(r, func(s stated[GrievanceCount]) {
			f.supersede(r.Ref(), s.T.Supersedes)
			if !quarterEnd(s.T.Quarter).After(asOf) {
				f.heard.grievances = append(f.heard.grievances, s)
			}
		})
	}
	return nil
}

// dropUnheard leaves out what was withdrawn or replaced.
func (f *facts) dropUnheard() {
	dropFrom(f, f.heard.answers)
	dropFrom(f, f.heard.compared)
	f.heard.grievances = standing(f, f.heard.grievances)
}

// newestAnswers gives, for a record that counts, the newest count of each matter
// and cohort.
func (f *facts) newestAnswers(about Ref) []stated[AnswerCount] {
	if f.ended[about] != "" {
		return nil
	}
	type question struct{ cohort, matter string }
	newest := map[question]stated[AnswerCount]{}
	for _, s := range f.heard.answers[about] {
		q := question{s.T.Cohort, s.T.Matter}
		if was, ok := newest[q]; !ok || later(s, was) {
			newest[q] = s
		}
	}
	var out []stated[AnswerCount]
	for _, s := range newest {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b stated[AnswerCount]) int { return strings.Compare(a.ID, b.ID) })
	return out
}

func later(a, b stated[AnswerCount]) bool {
	return cmp.Or(strings.Compare(a.T.Month, b.T.Month), strings.Compare(a.At, b.At), strings.Compare(a.ID, b.ID)) > 0
}

// workersSay is what workers themselves say of a repayment: No as soon as five
// say that they did not get it, Yes when none or few do and at least half of
// those who should have it say that they did.
func (f *facts) workersSay(r stated[Repayment]) Verdict {
	said := Unknown
	for _, s := range f.newestAnswers(r.Ref()) {
		switch {
		case s.T.Wrong != BandFew:
			return No
		case 2*s.T.Right.Least() >= r.T.Workers:
			said = Yes
		}
	}
	return said
}

// answered lists what the groups' workers answered, but for findings on the
// young, of which no place is told.
func (f *facts) answered(groups []group) []AnswerLine {
	sites := map[string]string{} // by cohort
	for _, g := range groups {
		sites[g.cohort.ID] = g.cohort.T.Facility
	}
	lines := []AnswerLine{}
	for about := range f.heard.answers {
		found, standing := f.closedFinding(about)
		if about.Kind == KindFindingStep && !standing {
			continue
		}
		for _, s := range f.newestAnswers(about) {
			site, ok := sites[s.T.Cohort]
			if !ok || found.Topic == YouthProtection {
				continue
			}
			lines = append(lines, AnswerLine{
				Site: f.site(site), Cohort: s.T.Cohort, Record: s.T.Record, Matter: s.T.Matter, Topic: found.Topic, Month: s.T.Month,
				Answered: s.T.Answered, Right: s.T.Right, Wrong: s.T.Wrong, Ask: s.T.Ask,
			})
		}
	}
	slices.SortFunc(lines, func(a, b AnswerLine) int {
		return cmp.Or(strings.Compare(a.Site.ID, b.Site.ID), strings.Compare(a.Cohort, b.Cohort), strings.Compare(a.Matter, b.Matter), strings.Compare(a.Record.ID, b.Record.ID))
	})
	return lines
}

// complained lists the grievances at the places, the newest quarter first.
func (f *facts) complained(places []*place) []GrievanceLine {
	lines := []GrievanceLine{}
	for _, p := range places {
		newest := map[string]stated[GrievanceCount]{} // by quarter
		for _, s := range f.heard.grievances {
			if was, ok := newest[s.T.Quarter]; s.T.Facility == p.id && (!ok || cmp.Or(strings.Compare(s.At, was.At), strings.Compare(s.ID, was.ID)) > 0) {
				newest[s.T.Quarter] = s
			}
		}
		var of []GrievanceLine
		for _, s := range newest {
			of = append(of, GrievanceLine{
				Site: f.site(p.id), Quarter: s.T.Quarter, Received: s.T.Received, Settled: s.T.Settled, Satisfied: s.T.Satisfied,
				Categories: append([]CategoryCount{}, s.T.Categories...),
			})
		}
		slices.SortFunc(of, func(a, b GrievanceLine) int { return strings.Compare(b.Quarter, a.Quarter) })
		lines = append(lines, of...)
	}
	return lines
}
