package provenance

import (
	"slices"
	"strings"
)

// vocabulary is what a version of an audit scheme calls things. Schemes are
// never averaged: each keeps its own words, beside the few into which they are
// put here.
type vocabulary struct {
	scheme  string
	version string // "7" means 7.0 and 7.1.1 too; empty for every version

	severities []native
	sure       bool     // the list of severities is the whole of it; otherwise it is advice
	removed    []string // severities that this version is known not to have
	outcomes   []string // advice; empty where nothing is known
	ungraded   bool     // the scheme is known to give no outcome

	from         string // no audit before this day is of this version
	lastFull     string // later audits of this version are follow-ups
	lastFollowUp string // and after this day there is none
}

// native is a severity in a scheme's words. Severity is what it is put into,
// empty where the scheme does not say how grave the thing is.
type native struct{ name, severity string }

// vocabularies are facts about schemes as their owners publish them. Where a
// list was only learned at second hand it is advice, so that a value outside it
// is taken and marked.
var vocabularies = []vocabulary{
	{scheme: "SMETA", version: "6.1", lastFull: "2024-12-31", lastFollowUp: "2025-12-31", removed: []string{"Collaborative action required"},
		severities: []native{{"Business critical", "CRITICAL"}, {"Critical", "CRITICAL"}, {"Major", "MAJOR"}, {"Minor", "MINOR"}, {"Observation", Observation}, {"Good example", GoodPractice}}},
	{scheme: "SMETA", version: "7.0", from: "2024-09-10", removed: []string{"Observation"},
		severities: []native{{"Business critical", "CRITICAL"}, {"Critical", "CRITICAL"}, {"Major", "MAJOR"}, {"Minor", "MINOR"}, {"Collaborative action required", Collaborative}}},
	{scheme: "SA8000", version: "2014", outcomes: []string{"Certified"},
		severities: []native{{"Critical", "CRITICAL"}, {"Major", "MAJOR"}, {"Minor", "MINOR"}}},
	{scheme: "SA8000", version: "2026"}, // scored; its words are not known here yet
	{scheme: "RBA_VAP", version: "7", outcomes: []string{"Platinum", "Gold", "Silver"}, severities: vapSeverities},
	{scheme: "RBA_VAP", version: "8", outcomes: []string{"Platinum", "Gold", "Silver"}, severities: vapSeverities},
	{scheme: "AMFORI_BSCI", sure: true, outcomes: []string{"A", "B", "C", "D", "E"},
		severities: []native{{"Yes", ""}, {"Partially", ""}, {"No", ""}, {"Zero tolerance", "ZERO_TOLERANCE"}}},
	{scheme: "WRAP", outcomes: []string{"Platinum", "Gold", "Silver"}},
	{scheme: "BETTER_WORK", sure: true, ungraded: true, severities: []native{{"Compliant", ""}, {"Non-compliant", ""}}},
	{scheme: "SLCP", sure: true, ungraded: true, severities: []native{{"Accurate", ""}, {"Inaccurate", ""}}},
	{scheme: "ETI"}, // a code, audited under other schemes: whatever the firm calls things
	{scheme: "FAIRTRADE", outcomes: []string{"Certified", "Permission to trade", "Suspended", "Decertified"},
		severities: []native{{"Core", ""}, {"Development", ""}, {"Major", ""}}},
	{scheme: "RFVS", outcomes: []string{"Certified"}, severities: []native{{"Major", "MAJOR"}, {"Minor", "MINOR"}}},
	{scheme: "OWN"},
}

var vapSeverities = []native{{"Priority", "CRITICAL"}, {"Major", "MAJOR"}, {"Minor", "MINOR"}, {"Risk of NC", Observation}, {"Conformance", ""}}

// vocabularyOf finds the words of a scheme's version. There are none for a
// version that is not known here.
func vocabularyOf(scheme, version string) (vocabulary, bool) {
	for _, v := range vocabularies {
		if v.scheme == scheme && (v.version == "" || version == v.version || strings.HasPrefix(version, v.version+".")) {
			return v, true
		}
	}
	return vocabulary{}, false
}

// severity finds a native severity, whatever its capitals.
func (v vocabulary) severity(name string) (native, bool) {
	i := slices.IndexFunc(v.severities, func(n native) bool { return sameWord(n.name, name) })
	if i < 0 {
		return native{}, false
	}
	return v.severities[i], true
}

// names lists the severities as a remedy does.
func (v vocabulary) names() string {
	list := make([]string, len(v.severities))
	for i, n := range v.severities {
		list[i] = n.name
	}
	return strings.Join(list, ", ")
}

// sameWord compares two spellings of a scheme's word: BUSINESS_CRITICAL is
// Business critical.
func sameWord(a, b string) bool { return foldWord(a) == foldWord(b) }

func foldWord(s string) string {
	return strings.ToLower(strings.NewReplacer("_", " ", "-", " ").Replace(s))
}

// unlistedSeverity says whether the scheme's list is known and does not have a
// native severity, or the version is not known.
func unlistedSeverity(scheme, version, severity string) bool {
	v, known := vocabularyOf(scheme, version)
	if !known {
		return true
	}
	_, listed := v.severity(severity)
	return len(v.severities) > 0 && !listed
}

// unlistedResult says the same of an audit's version and outcome.
func (a *Audit) unlistedResult() bool {
	v, known := vocabularyOf(a.Scheme, a.SchemeVersion)
	if !known {
		return true
	}
	return a.Result != nil && len(v.outcomes) > 0 &&
		!slices.ContainsFunc(v.outcomes, func(o string) bool { return sameWord(o, a.Result.Code) })
}

// checkScheme applies what is sure about the audit's scheme.
func (a *Audit) checkScheme(ps *problems) {
	v, known := vocabularyOf(a.Scheme, a.SchemeVersion)
	if !known {
		return
	}
	v.checkDates(a, ps)
	if v.ungraded && a.Result != nil {
		ps.add("result", Invalid, "is given for a scheme that gives none", "leave it out")
	}
	for i, f := range a.Findings {
		v.checkFinding(f, index("findings", i), ps)
	}
}

func (v vocabulary) checkDates(a *Audit, ps *problems) {
	followUp := a.AuditKind == "FOLLOW_UP_FULL" || a.AuditKind == "FOLLOW_UP_PARTIAL"
	switch {
	case v.from != "" && a.End < v.from:
		ps.add("schemeVersion", Invalid, "was published after the audit", "name the version that the audit followed")
	case v.lastFollowUp != "" && a.End > v.lastFollowUp:
		ps.add("schemeVersion", Invalid, "had ended by the day of the audit", "name the version that the audit followed")
	case v.lastFull != "" && a.End > v.lastFull && !followUp:
		ps.add("schemeVersion", Invalid, "was open to follow-ups alone on the day of the audit", "name the version that the audit followed, or say that it is a follow-up")
	}
}

func (v vocabulary) checkFinding(f Finding, at string, ps *problems) {
	word, listed := v.severity(f.NativeSeverity)
	switch {
	case !listed && (v.sure || slices.ContainsFunc(v.removed, func(r string) bool { return sameWord(r, f.NativeSeverity) })):
		ps.add(at+".nativeSeverity", Invalid, "is not one that this version of the scheme has", "use "+v.names())
	case listed && word.severity != "" && word.severity != f.Severity:
		ps.add(at+".severity", Invalid, "is not what the scheme's own severity stands for", "say "+word.severity)
	}
}

// Severities of the normal form that rules look at.
const (
	ZeroTolerance = "ZERO_TOLERANCE"
	Critical      = "CRITICAL"
	Collaborative = "COLLABORATIVE"
	Observation   = "OBSERVATION"
	GoodPractice  = "GOOD_PRACTICE"
)
