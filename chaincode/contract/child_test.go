package contract_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

// young has an audit with a finding on the protection of the young, F-2.
func young(t testing.TB) *bench {
	b := founded(t)
	b.Audit.Findings[1].Topic = provenance.YouthProtection
	b.states(b.as(provenance.RoleAuditor), &b.Audit)
	return b
}

// linked is the bench's case, of that finding.
func (b *bench) linked() *provenance.ChildCase {
	c := b.Children
	c.ID, c.Audit, c.Finding = b.ID(), b.Audit.ID, "F-2"
	return &c
}

func TestChildCaseRefusals(t *testing.T) {
	group := func(b *bench, edit func(*provenance.ChildGroup)) (*stubtest.Identity, provenance.Statement) {
		edit(&b.Children.Groups[0])
		return b.as(provenance.RoleUnion), &b.Children
	}
	refused(t, young, []attempt{
		{"old enough for the work", provenance.Invalid, "groups[0].age", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return group(b, func(g *provenance.ChildGroup) { g.Age = provenance.Age15 })
		}},
		{"an age below the rules", provenance.Invalid, "groups[0].minimum", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return group(b, func(g *provenance.ChildGroup) { g.Minimum = 14 })
		}},
		{"another site's audit", provenance.Invalid, "audit", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			elsewhere := b.newSite()
			b.states(b.as(provenance.RoleSupplier), &elsewhere)
			c := b.linked()
			c.Facility = elsewhere.ID
			return b.as(provenance.RoleAuditor), c
		}},
		{"a finding on something else", provenance.UnknownReference, "finding", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			c := b.linked()
			c.Finding = "F-1"
			return b.as(provenance.RoleAuditor), c
		}},
		{"a finding with a case", provenance.Conflict, "finding", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleAuditor), b.linked())
			return b.as(provenance.RoleUnion), b.linked()
		}},
		{"the site itself", provenance.NoStanding, "", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleSupplier), &b.Children
		}},
		{"an auditor with a stake", provenance.ConflictOfInterest, "facility", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, tied := b.rival(provenance.Auditors, "AUDIT_FIRM", b.Factory.ID)
			return tied, &b.Children
		}},
	})
}

func TestAStricterLawCounts(t *testing.T) {
	b := founded(t)
	b.Children.Groups[0].Age, b.Children.Groups[0].Minimum = provenance.Age15, 16
	b.states(b.as(provenance.RoleUnion), &b.Children)
}

// A grave finding on the young has no other way than a case's, unless that turns
// out to be none.
func TestAGraveFindingOnTheYoungGoesTheWayOfACase(t *testing.T) {
	b := founded(t)
	b.Audit.Findings[1].Topic, b.Audit.Findings[1].NativeSeverity, b.Audit.Findings[1].Severity = provenance.YouthProtection, "Critical", provenance.Critical
	b.states(b.as(provenance.RoleAuditor), &b.Audit)
	site, auditor := b.as(provenance.RoleSupplier), b.as(provenance.RoleAuditor)
	b.Step.Finding, b.Action.Finding = "F-2", "F-2"
	b.refuses(site, provenance.WrongState, "finding", &b.Action)
	b.refuses(site, provenance.WrongState, "finding", b.step(provenance.FindingDisputed))
	b.refuses(auditor, provenance.WrongState, "finding", b.step(provenance.FindingClosedVerified))

	c := b.linked()
	b.states(auditor, c)
	b.refuses(auditor, provenance.WrongState, "finding", b.step(provenance.FindingClosedVerified))
	b.states(auditor, &provenance.ChildStep{ID: b.ID(), Case: c.ID, State: provenance.ChildErred, Month: "2025-12"})
	b.states(b.as(provenance.RoleOversight), &provenance.ChildStep{ID: b.ID(), Case: c.ID, State: provenance.ChildClosed, Month: "2025-12", Outcome: provenance.ErrorOutcome})
	b.states(site, b.step(provenance.FindingDisputed))
}

func TestLeastAgesThatOversightStates(t *testing.T) {
	b := founded(t)
	group := &b.Children.Groups[0]
	group.Age, group.Work = provenance.Age15, provenance.WorkLight
	b.refuses(b.as(provenance.RoleUnion), provenance.Invalid, "groups[0].age", &b.Children) // at 15 it is allowed in Thailand
	rule := b.Amend.AgeRule
	rule.Country, rule.Least = "TH", 16
	b.refuses(b.as(provenance.RoleUnion), provenance.NoStanding, "", &rule)
	b.states(b.as(provenance.RoleOversight), &rule)
	b.states(b.as(provenance.RoleUnion), &b.Children)

	rule.ID, rule.Least = b.ID(), 15 // the last one stated counts
	b.states(b.as(provenance.RoleOversight), &rule)
	b.Children.ID = b.ID()
	b.refuses(b.as(provenance.RoleUnion), provenance.Invalid, "groups[0].age", &b.Children)
}

// In a course of training younger ones may work, where the law allows it.
func TestTraineesHaveLeastAgesOfTheirOwn(t *testing.T) {
	b := founded(t)
	site := b.newSite()
	site.Country = "BR"
	b.states(b.as(provenance.RoleSupplier), &site)
	b.Children.Facility = site.ID
	b.Children.Groups[0].Training = true // at 14
	b.refuses(b.as(provenance.RoleUnion), provenance.Invalid, "groups[0].age", &b.Children)
	b.Children.Groups[0].Work = provenance.WorkHazardous
	b.states(b.as(provenance.RoleUnion), &b.Children)
	b.Children.ID = b.ID()
	b.Children.Groups[0] = provenance.ChildGroup{Age: provenance.Age15, Work: provenance.WorkLight, Known: "SCHOOL_PAPERS", Number: "PRESENT"}
	b.states(b.as(provenance.RoleUnion), &b.Children)
}

func TestAFindingWithACaseGoesTheWayOfTheCase(t *testing.T) {
	b := young(t)
	action := b.Action
	action.Finding = "F-2"
	b.states(b.as(provenance.RoleAuditor), b.linked())
	b.refuses(b.as(provenance.RoleSupplier), provenance.WrongState, "finding", &action)
	b.Step.Finding = "F-2"
	b.refuses(b.as(provenance.RoleAuditor), provenance.WrongState, "finding", b.step(provenance.FindingClosedVerified))
}

// childStep moves the bench's case.
func (b *bench) childStep(to provenance.ChildState, outcome string) *provenance.ChildStep {
	s := b.ChildPlan
	s.ID, s.State, s.Outcome = b.ID(), to, outcome
	if to != provenance.ChildPlan {
		s.Measures = nil
	}
	return &s
}

func TestWayOfAChildCase(t *testing.T) {
	b := founded(t)
	auditor, union, oversight := b.as(provenance.RoleAuditor), b.as(provenance.RoleUnion), b.as(provenance.RoleOversight)
	b.states(auditor, &b.Children)
	b.refuses(auditor, provenance.NoStanding, "state", b.childStep(provenance.ChildPlan, ""))
	b.refuses(b.as(provenance.RoleSupplier), provenance.NoStanding, "", b.childStep(provenance.ChildPlan, ""))
	b.refuses(union, provenance.WrongState, "state", b.childStep(provenance.ChildRemedy, ""))
	b.refuses(union, provenance.WrongState, "outcome", b.childStep(provenance.ChildClosed, provenance.Remedied))
	early := b.childStep(provenance.ChildPlan, "")
	early.Month = "2025-10"
	b.refuses(union, provenance.Invalid, "month", early)
	b.states(union, b.childStep(provenance.ChildPlan, ""))
	b.states(auditor, b.childStep(provenance.ChildRemedy, ""))
	b.refuses(auditor, provenance.NoStanding, "state", b.childStep(provenance.ChildClosed, provenance.Remedied))
	b.states(oversight, b.childStep(provenance.ChildClosed, provenance.Remedied))
	b.states(auditor, b.childStep(provenance.ChildSafeFirst, "")) // it happened again
	b.states(oversight, b.childStep(provenance.ChildClosed, "OF_AGE"))
}
