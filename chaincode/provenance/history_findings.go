package provenance

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// findings tells where each shortcoming of an audit stands.
func (f *facts) findings(a stated[Audit], asOf time.Time) []FindingLine {
	var lines []FindingLine
	for _, found := range a.T.Findings {
		if found.Severity == Observation || found.Severity == GoodPractice {
			continue
		}
		line := FindingLine{
			Audit: a.ID, No: found.No, Site: f.site(a.T.Facility), Topic: found.Topic,
			Indicators: append([]string{}, found.Indicators...), Severity: found.Severity, Native: found.NativeSeverity,
			Unlisted:  unlistedSeverity(a.T.Scheme, a.T.SchemeVersion, found.NativeSeverity),
			LawBreach: found.LawBreach, State: FindingOpen, Found: a.T.End, Since: a.T.End, DueOn: found.DueOn,
			Actions: f.actionLines(a.ID, found.No), Extensions: []ExtensionLine{},
		}
		if step, moved := f.lastStep(a.ID, found.No); moved {
			line.State, line.Since, line.Reason = step.State, step.On, step.Reason
		}
		f.settle(&line, found)
		f.extend(&line)
		line.Overdue = line.Open && line.State != FindingUnconfirmed && line.DueOn != "" && asOf.After(endOfDay(dateStart(line.DueOn)))
		lines = append(lines, line)
	}
	return lines
}

// lastStep is where a finding's steps have led. The ledger let each one through
// in the order of their transactions, so it is the last by ledger time.
func (f *facts) lastStep(audit, no string) (FindingStep, bool) {
	steps := ofFinding(f.steps[audit], func(s FindingStep) bool { return s.Finding == no })
	if len(steps) == 0 {
		return FindingStep{}, false
	}
	return steps[len(steps)-1].T, true
}

// ofFinding picks what is about one finding of an audit, in ledger time.
func ofFinding[T any](all []stated[T], about func(T) bool) []stated[T] {
	var some []stated[T]
	for _, s := range all {
		if about(s.T) {
			some = append(some, s)
		}
	}
	slices.SortStableFunc(some, func(a, b stated[T]) int {
		return cmp.Or(strings.Compare(a.At, b.At), strings.Compare(a.ID, b.ID))
	})
	return some
}

func (f *facts) actionLines(audit, no string) []ActionLine {
	lines := []ActionLine{}
	for _, s := range ofFinding(f.actions[audit], func(c CorrectiveAction) bool { return c.Finding == no }) {
		lines = append(lines, ActionLine{
			ID: s.ID, Causes: s.T.Causes, Measures: s.T.Measures, ProposedOn: s.T.ProposedOn, DueOn: s.T.DueOn, Evidence: len(s.T.Evidence),
		})
	}
	return lines
}

// extend moves the day on which a finding is due by all extensions.
func (f *facts) extend(line *FindingLine) {
	for _, s := range ofFinding(f.extensions[line.Audit], func(x FindingExtension) bool { return x.Finding == line.No }) {
		line.Extensions = append(line.Extensions, ExtensionLine{
			By: f.party(s.By.Party), From: line.DueOn, Until: s.T.DueOn, On: s.T.On, Reason: s.T.Reason,
		})
		line.DueOn = s.T.DueOn
	}
}

// openByAge counts the open findings by how grave they are and since when they
// are known.
func openByAge(findings []FindingLine, asOf time.Time) []OpenCount {
	counts := []OpenCount{}
	for _, f := range findings {
		if !f.Open {
			continue
		}
		age := ageOf(f.Found, asOf)
		at := slices.IndexFunc(counts, func(c OpenCount) bool { return c.Severity == f.Severity && c.Age == age })
		if at < 0 {
			at, counts = len(counts), append(counts, OpenCount{Severity: f.Severity, Age: age})
		}
		counts[at].Findings++
		if f.Overdue {
			counts[at].Overdue++
		}
	}
	slices.SortFunc(counts, func(a, b OpenCount) int {
		return cmp.Or(slices.Index(gravest, a.Severity)-slices.Index(gravest, b.Severity), slices.Index(longest, a.Age)-slices.Index(longest, b.Age))
	})
	return counts
}

// Both are ordered, the gravest and the longest first.
var (
	gravest = []string{ZeroTolerance, Critical, "MAJOR", "MINOR", Collaborative}
	longest = []FindingAge{AgeOlder, AgeYear, AgeQuarter, AgeMonth}
)

func ageOf(found string, asOf time.Time) FindingAge {
	switch days := asOf.Sub(dateStart(found)) / (24 * time.Hour); {
	case days <= 30:
		return AgeMonth
	case days <= 90:
		return AgeQuarter
	case days <= 365:
		return AgeYear
	}
	return AgeOlder
}
