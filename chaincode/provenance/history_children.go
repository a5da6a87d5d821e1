package provenance

import (
	"cmp"
	"maps"
	"slices"
)

// fewestSites is how many sites there have to be in every part of the answer
// into which findings on children are sorted. With fewer, the part would name
// the site.
const fewestSites = 3

// youthFinding is a finding of a standing audit on the protection of the young.
type youthFinding struct {
	place *place
	line  FindingLine
}

// childFound is one thing found, before it loses its place.
type childFound struct {
	place       *place
	found       ChildMatter
	remediation Remediation
}

// children tells of children found at work, and of findings on the protection
// of the young, without the place: by tier and country, by one of them or by
// neither, whatever leaves no part with fewer sites than fewestSites. How fine
// it is does not depend on where something was found.
func (f *facts) children(places []*place, youth []youthFinding) []ChildLine {
	part := coarse(f, places)
	type key struct {
		part  sitePart
		found ChildMatter
	}
	worst := map[key]Remediation{}
	for _, c := range append(f.childCases(places), f.youthOutsideCases(youth)...) {
		k := key{part(c.place), c.found}
		if r, seen := worst[k]; !seen || c.remediation.rank() < r.rank() {
			worst[k] = c.remediation
		}
	}
	lines := []ChildLine{}
	for k, remediation := range worst {
		line := ChildLine{Country: k.part.country, Found: k.found, Remediation: remediation}
		if k.part.tier >= 0 {
			tier := k.part.tier
			line.Tier = &tier
		}
		lines = append(lines, line)
	}
	slices.SortFunc(lines, func(a, b ChildLine) int {
		return cmp.Or(cmp.Compare(a.Found, b.Found), compareTiers(a.Tier, b.Tier), cmp.Compare(a.Country, b.Country))
	})
	return lines
}

func compareTiers(a, b *int) int {
	if a == nil || b == nil {
		return 0 // all lines have a tier, or none has
	}
	return cmp.Compare(*a, *b)
}

// sitePart is a part of the sites: a tier, or -1, and a country, or none.
type sitePart struct {
	tier    int
	country string
}

// coarse gives the finest way to tell where a site is that leaves no part with
// too few.
func coarse(f *facts, places []*place) func(*place) sitePart {
	country := func(p *place) string { return f.facilities[p.id].Country }
	for _, part := range []func(*place) sitePart{
		func(p *place) sitePart { return sitePart{p.tier, country(p)} },
		func(p *place) sitePart { return sitePart{-1, country(p)} },
		func(p *place) sitePart { return sitePart{p.tier, ""} },
	} {
		sites := map[sitePart]int{}
		for _, p := range places {
			sites[part(p)]++
		}
		if counts := slices.Sorted(maps.Values(sites)); len(counts) > 0 && counts[0] >= fewestSites {
			return part
		}
	}
	return func(*place) sitePart { return sitePart{-1, ""} }
}

// childCases gives the cases at the places. One that turned out to be none is
// told of as taken back, so that nobody can make a case disappear.
func (f *facts) childCases(places []*place) []childFound {
	var out []childFound
	for _, p := range places {
		for _, entry := range f.entries(p.id) {
			for _, c := range f.childrenAt[entry] {
				state, outcome := f.childState(c.ID)
				switch {
				case state != ChildClosed:
					out = append(out, childFound{p, ChildLabour, childRemediation[state]})
				case outcome == Remedied:
					out = append(out, childFound{p, ChildLabour, RemedyDone})
				default:
					out = append(out, childFound{p, ChildLabour, RemedyTakenBack})
				}
			}
		}
	}
	return out
}

var childRemediation = map[ChildState]Remediation{
	ChildSafeFirst: RemedyNotBegun, ChildErred: RemedyNotBegun, ChildPlan: RemedyUnderWay, ChildRemedy: RemedyUnderWay,
}

// childState is where the steps of a case have led, in ledger time.
func (f *facts) childState(id string) (ChildState, string) {
	steps := ofFinding(f.childSteps[id], func(ChildStep) bool { return true })
	if len(steps) == 0 {
		return ChildSafeFirst, ""
	}
	last := steps[len(steps)-1].T
	return last.State, last.Outcome
}

// youthOutsideCases gives the findings that no case tells of.
func (f *facts) youthOutsideCases(youth []youthFinding) []childFound {
	type finding struct{ audit, no string }
	told := map[finding]bool{}
	for _, cases := range f.childrenAt {
		for _, c := range cases {
			if _, outcome := f.childState(c.ID); outcome != ErrorOutcome {
				told[finding{c.T.Audit, c.T.Finding}] = true
			}
		}
	}
	var out []childFound
	for _, y := range youth {
		if told[finding{y.line.Audit, y.line.No}] {
			continue
		}
		remediation := RemedyUnderWay
		switch y.line.State {
		case FindingOpen, FindingDisputed, FindingReopened:
			remediation = RemedyNotBegun
		}
		if !y.line.Open {
			remediation = RemedyDone
		}
		out = append(out, childFound{y.place, YoungUnprotected, remediation})
	}
	return out
}
