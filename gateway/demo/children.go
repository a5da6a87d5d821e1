package demo

import "github.com/fairlead/fairlead/chaincode/provenance"

// childCase is children found at work at a site, with what is done for them.
type childCase struct {
	site, by, month string
	groups          []provenance.ChildGroup
	plan, remedy    childStep
}

type childStep struct {
	by, month string
	measures  []string
}

// childCases: the fields that nobody audits, and that a worker organisation
// went to.
var childCases = []childCase{
	{site: "vindhara-fields-hill", by: "threshold-desk", month: "2026-04",
		groups: []provenance.ChildGroup{
			{Age: provenance.Age12To13, Work: provenance.WorkGeneral, Known: "SCHOOL_PAPERS", Number: "PRESENT"},
			{Age: provenance.Age16To17, Work: provenance.WorkHazardous, Known: "CONVERSATION", Number: "5-9"},
		},
		plan:   childStep{by: "fair-work-register", month: "2026-05", measures: []string{"OUT_OF_HARM", "SCHOOLING", "INCOME_FOR_FAMILY"}},
		remedy: childStep{by: "threshold-desk", month: "2026-07"}},
}

func (c childCase) id() string { return id("child case", c.site+" "+c.month) }

func (p *plan) children() {
	p.begin("children found at work")
	for _, c := range childCases {
		p.add(author(c.by), &provenance.ChildCase{ID: c.id(), Facility: siteID(c.site), Month: c.month, Rules: provenance.AgeRules, Groups: c.groups})
	}
}

// childSteps adds the step that brings every case to a state.
func (p *plan) childSteps(to provenance.ChildState) {
	for _, c := range childCases {
		taken := c.plan
		if to == provenance.ChildRemedy {
			taken = c.remedy
		}
		moved := &provenance.ChildStep{ID: id("child step", c.id()+string(to)), Case: c.id(), State: to, Month: taken.month, Measures: taken.measures}
		if to == provenance.ChildPlan {
			moved.Safe = provenance.Yes
		}
		p.add(author(taken.by), moved)
	}
}
