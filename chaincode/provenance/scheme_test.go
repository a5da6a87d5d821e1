package provenance

import (
	"strings"
	"testing"
	"time"
)

// audited is an audit of a scheme with one finding in its words.
func audited(scheme, version, native, severity string) *Audit {
	return &Audit{
		ID: "a", Scheme: scheme, SchemeVersion: version, AuditKind: "PERIODIC", Start: "2026-01-01", End: "2026-01-02",
		Findings: []Finding{{No: "1", NativeSeverity: native, Severity: severity}},
	}
}

func TestSeveritiesOfSchemes(t *testing.T) {
	const taken, marked, refused = "taken", "taken and marked", "refused"
	for _, c := range []struct{ scheme, version, native, severity, want string }{
		{"SMETA", "7.0", "Business critical", "CRITICAL", taken},
		{"SMETA", "7.0", "BUSINESS_CRITICAL", "CRITICAL", taken},
		{"SMETA", "7.0.1", "Collaborative Action Required", "COLLABORATIVE", taken},
		{"SMETA", "7.0", "Observation", "OBSERVATION", refused},
		{"SMETA", "7.0", "Alert", "ZERO_TOLERANCE", marked},
		{"SMETA", "7.0", "Minor", "MAJOR", refused},
		{"SMETA", "9.9", "Anything", "MINOR", marked},
		{"SA8000", "2014", "Major", "MAJOR", taken},
		{"SA8000", "2014", "Time-bound", "MINOR", marked},
		{"SA8000", "2026", "Level 2", "MINOR", taken},
		{"RBA_VAP", "8.0", "Priority", "CRITICAL", taken},
		{"RBA_VAP", "7.1.1", "Risk of NC", "OBSERVATION", taken},
		{"RBA_VAP", "8.0", "Priority", "MAJOR", refused},
		{"RBA_VAP", "80", "Priority", "CRITICAL", marked},
		{"AMFORI_BSCI", "2021", "Partially", "MAJOR", taken},
		{"AMFORI_BSCI", "2021", "No", "MINOR", taken},
		{"AMFORI_BSCI", "2.0", "Zero Tolerance", "ZERO_TOLERANCE", taken},
		{"AMFORI_BSCI", "2021", "Zero Tolerance", "CRITICAL", refused},
		{"AMFORI_BSCI", "2021", "Major", "MAJOR", refused},
		{"WRAP", "2022", "Anything", "MINOR", taken},
		{"BETTER_WORK", "2024", "Non-compliant", "MAJOR", taken},
		{"BETTER_WORK", "2024", "Major", "MAJOR", refused},
		{"SLCP", "1.7", "Inaccurate", "MINOR", taken},
		{"SLCP", "1.7", "Minor", "MINOR", refused},
		{"ETI", "2018", "Anything", "MINOR", taken},
		{"FAIRTRADE", "1", "Core", "MAJOR", taken},
		{"RFVS", "2", "Major", "MINOR", refused},
		{"OWN", "1", "Anything", "MINOR", taken},
	} {
		a := audited(c.scheme, c.version, c.native, c.severity)
		got := taken
		if unlistedSeverity(c.scheme, c.version, c.native) {
			got = marked
		}
		found := a.Check(time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC))
		if len(found) > 0 {
			got = refused
			if v, _ := vocabularyOf(c.scheme, c.version); strings.HasSuffix(found[0].Field, "nativeSeverity") && !strings.Contains(found[0].Remedy, v.names()) {
				t.Errorf("%s %s: the remedy does not list what there is: %s", c.scheme, c.version, found[0].Remedy)
			}
		}
		if got != c.want {
			t.Errorf("%s %s: %q as %s is %s, want %s: %v", c.scheme, c.version, c.native, c.severity, got, c.want, found)
		}
	}
}

// Every scheme that may be named has words, or is known to be free.
func TestEverySchemeHasItsVocabulary(t *testing.T) {
	for _, scheme := range []string{"SMETA", "SA8000", "RBA_VAP", "AMFORI_BSCI", "WRAP", "BETTER_WORK", "SLCP", "ETI", "FAIRTRADE", "RFVS", "OWN"} {
		found := false
		for _, v := range vocabularies {
			found = found || v.scheme == scheme
		}
		if !found {
			t.Errorf("%s has none", scheme)
		}
	}
	for _, v := range vocabularies {
		if v.sure && len(v.severities) == 0 {
			t.Errorf("%s %s is sure of an empty list", v.scheme, v.version)
		}
	}
}

func TestAnOldVersionLivesOnInItsFollowUps(t *testing.T) {
	for _, c := range []struct {
		kind, end string
		ok        bool
	}{
		{"PERIODIC", "2024-12-31", true}, {"PERIODIC", "2025-01-01", false},
		{"FOLLOW_UP_PARTIAL", "2025-12-31", true}, {"FOLLOW_UP_FULL", "2026-01-01", false},
	} {
		a := audited("SMETA", "6.1", "Observation", Observation)
		a.AuditKind, a.Start, a.End = c.kind, c.end, c.end
		if found := a.Check(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)); (len(found) == 0) != c.ok {
			t.Errorf("%s on %s: %v", c.kind, c.end, found)
		}
	}
}

func TestOutcomesOutsideTheListAreMarked(t *testing.T) {
	a := audited("AMFORI_BSCI", "2021", "No", "MINOR")
	if a.unlistedResult() {
		t.Error("no outcome is marked")
	}
	for code, want := range map[string]bool{"A": false, "E": false, "F": true} {
		a.Result = &NativeResult{List: "overall rating", Code: code}
		if a.unlistedResult() != want {
			t.Errorf("%s is marked: %t", code, !want)
		}
	}
}
