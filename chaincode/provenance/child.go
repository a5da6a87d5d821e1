package provenance

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// ChildCase says that children were found at work. It is kept apart from
// audits, which anybody reads: only organisations see it, and an answer tells
// of it without the place. It holds no number below SmallestCohort, and of ages
// only bands.
type ChildCase struct {
	ID       string       `json:"id" validate:"required,id"`
	Facility string       `json:"facility" validate:"required,id"`
	Audit    string       `json:"audit,omitempty" validate:"omitempty,id"`       // where it came out in one
	Finding  string       `json:"finding,omitempty" validate:"omitempty,number"` // of the audit, on the protection of the young
	Month    string       `json:"month" validate:"required,month"`               // when it came out
	Rules    string       `json:"rules" validate:"required,oneof=ages-2026-11.2"`
	Groups   []ChildGroup `json:"groups" validate:"required,min=1,max=20,dive"`
}

// ChildGroup is children of one band of age at one class of work.
type ChildGroup struct {
	Age      AgeBand   `json:"age" validate:"required,oneof=UNDER_12 12_13 14 15 16_17"`
	Work     WorkClass `json:"work" validate:"required,oneof=GENERAL LIGHT HAZARDOUS NIGHT SEA_FISHING SEAFARING WORST_FORM"`
	Training bool      `json:"training,omitempty"`                                                                                 // in a course of training, with the protection that the conventions ask for
	Known    string    `json:"known" validate:"required,oneof=IDENTITY_PAPERS SCHOOL_PAPERS MEDICAL_VIEW CONVERSATION APPEARANCE"` // how the age is known
	Number   string    `json:"number" validate:"required,oneof=PRESENT 5-9 10-24 25-49 50-99 100-249 250+"`                        // PRESENT for any number
	Minimum  int       `json:"minimum,omitempty" validate:"omitempty,min=13,max=18"`                                               // the law's, where it is higher than the rules'
}

// ChildState is where a case stands.
type ChildState string

// States of a case.
const (
	ChildSafeFirst ChildState = "SAFE_FIRST" // the children are to be made safe before anything else
	ChildPlan      ChildState = "REMEDIATION_PLAN"
	ChildRemedy    ChildState = "IN_REMEDIATION"
	ChildErred     ChildState = "SAID_IN_ERROR" // who opened it says that there was none; Oversight has to see it so too
	ChildClosed    ChildState = "CLOSED"
)

// ChildStep moves a case on.
type ChildStep struct {
	ID       string     `json:"id" validate:"required,id"`
	Case     string     `json:"case" validate:"required,id"`
	State    ChildState `json:"state" validate:"required,oneof=SAFE_FIRST REMEDIATION_PLAN IN_REMEDIATION SAID_IN_ERROR CLOSED"`
	Month    string     `json:"month" validate:"required,month"`
	Safe     Verdict    `json:"safe,omitempty" validate:"omitempty,oneof=YES NO UNKNOWN"` // whether the children are out of harm's way
	Measures []string   `json:"measures,omitempty" validate:"max=10,unique,dive,oneof=OUT_OF_HARM MEDICAL_CARE FAMILY_FOUND SCHOOLING INCOME_FOR_FAMILY ADULT_OF_FAMILY_HIRED WORK_FIT_FOR_AGE COUNSELLING"`
	Outcome  string     `json:"outcome,omitempty" validate:"omitempty,oneof=REMEDIED OF_AGE RECORDED_IN_ERROR"`
}

// Outcomes of a case: it took its whole way, or it turned out to be none.
const (
	Remedied     = "REMEDIED"
	ErrorOutcome = "RECORDED_IN_ERROR"
)

func (*ChildCase) Kind() Kind    { return KindChildCase }
func (c *ChildCase) Key() string { return c.ID }

func (c *ChildCase) References() []Reference {
	refs := []Reference{{Field: "facility", Ref: Ref{KindFacility, c.Facility}, Subject: true}}
	if c.Audit != "" {
		refs = append(refs, Reference{Field: "audit", Ref: Ref{KindAudit, c.Audit}, Subject: true})
	}
	return refs
}

func (c *ChildCase) Check(now time.Time) []FieldProblem {
	var ps problems
	if afterThisMonth(c.Month, now) {
		ps.add("month", InFuture, "lies in the future", "record the case once it has come out")
	}
	if (c.Audit == "") != (c.Finding == "") {
		ps.add("finding", Invalid, "does not fit audit: one of them is missing", "give both, or neither")
	}
	for i, g := range c.Groups {
		if slices.ContainsFunc(c.Groups[:i], func(h ChildGroup) bool { return h.Age == g.Age && h.Work == g.Work && h.Training == g.Training }) {
			ps.add(index("groups", i)+".age", Invalid, "is given twice for the same work", "join the groups")
		}
	}
	return ps
}

func (*ChildStep) Kind() Kind    { return KindChildStep }
func (s *ChildStep) Key() string { return s.ID }

func (s *ChildStep) References() []Reference {
	return []Reference{{Field: "case", Ref: Ref{KindChildCase, s.Case}, Subject: true}}
}

func (s *ChildStep) Check(now time.Time) []FieldProblem {
	var ps problems
	if afterThisMonth(s.Month, now) {
		ps.add("month", InFuture, "lies in the future", "record the step once it is taken")
	}
	plans := s.State == ChildPlan
	switch {
	case plans && s.Safe != Yes:
		ps.add("safe", Invalid, "is not YES", "see to it that the children are out of harm's way before anything else")
	case plans && len(s.Measures) == 0:
		ps.add("measures", Invalid, "are missing", "say what is done for the children")
	case !plans && len(s.Measures) > 0:
		ps.add("measures", Invalid, "are given for a step that plans nothing", "leave them out")
	}
	if closes := s.State == ChildClosed; closes != (s.Outcome != "") {
		ps.add("outcome", Invalid, "is missing where a case closes, or given where it does not", "give it when the case closes")
	}
	return ps
}

// childMoves lists who may move a case where. Whoever found it does not close
// it alone: Workers or Oversight make the plan and close, and that it was
// recorded in error takes the word of who found it and of Oversight. Employers
// have no part in saying how children are.
var childMoves = map[ChildState]map[ChildState][]Org{
	ChildSafeFirst: {ChildPlan: {Workers, Oversight}, ChildClosed: {Workers, Oversight}, ChildErred: {Auditors, Workers}},
	ChildPlan:      {ChildRemedy: {Auditors, Workers, Oversight}, ChildSafeFirst: {Auditors, Workers, Oversight}, ChildErred: {Auditors, Workers}},
	ChildRemedy:    {ChildClosed: {Workers, Oversight}, ChildSafeFirst: {Auditors, Workers, Oversight}, ChildErred: {Auditors, Workers}},
	ChildErred:     {ChildClosed: {Oversight}, ChildSafeFirst: {Auditors, Workers, Oversight}},
	ChildClosed:    {ChildSafeFirst: {Auditors, Workers, Oversight}},
}

// MayMoveChild says who may move a case from one state to another.
func MayMoveChild(from, to ChildState) []Org { return childMoves[from][to] }

// YouthProtection is the topic of findings that could tell of children. Answers
// never list them by place.
const YouthProtection = "youth-protection"

// NeedsCase says whether a finding is so grave, and on the young, that it goes
// the way of a case of children and no other: safety first, not a plan of the
// site's with a day.
func (f Finding) NeedsCase() bool {
	return f.Topic == YouthProtection && (f.Severity == ZeroTolerance || f.Severity == Critical)
}

// clause is the form of a reference to a clause, such as ETI 4.2 or PA 11: too
// short for words about anybody.
var clause = regexp.MustCompile(`^[A-Z]{1,6}[ -]?[0-9]{1,3}[A-Za-z]?(\.[0-9A-Za-z]{1,3}){0,3}$`).MatchString

// checkYouth keeps ages and numbers of children out of an audit, which anybody
// reads.
func (f Finding) checkYouth(at string, a *Audit, ps *problems) {
	if f.Topic != YouthProtection {
		return
	}
	if f.CodeRef != "" && !clause(f.CodeRef) {
		ps.add(at+".codeRef", Invalid, "is more than a clause in a finding on the young", "give the clause alone, such as ETI 4.2; record children at work as a child case")
	}
	if v, known := vocabularyOf(a.Scheme, a.SchemeVersion); known {
		if _, listed := v.severity(f.NativeSeverity); listed {
			return
		}
	}
	if strings.ContainsFunc(f.NativeSeverity, unicode.IsNumber) {
		ps.add(at+".nativeSeverity", Invalid, "has a number in a finding on the young", "say it without one; record children at work as a child case")
	}
}
