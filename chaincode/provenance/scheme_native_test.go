package provenance

import (
	"bytes"
	"testing"
	"time"
)

// native are audits in each scheme's own words, as its reports write them, with
// what they are put into here.
var nativeAudits = []struct {
	scheme, version string
	result          *NativeResult
	findings        []native
}{
	{"SMETA", "6.1", nil, []native{{"Business Critical", Critical}, {"Critical", Critical}, {"Major", "MAJOR"}, {"Minor", "MINOR"}, {"Observation", Observation}, {"Good Example", GoodPractice}}},
	{"SMETA", "7.0", nil, []native{{"BUSINESS CRITICAL", Critical}, {"Critical", Critical}, {"Major", "MAJOR"}, {"Minor", "MINOR"}, {"Collaborative Action Required", Collaborative}}},
	{"SA8000", "2014", &NativeResult{List: "SA8000 certification status", Code: "Certified"}, []native{{"Critical", Critical}, {"Major", "MAJOR"}, {"Minor", "MINOR"}}},
	{"SA8000", "2026", &NativeResult{List: "SA8000 score", Code: "Score", Score: "71.5"}, []native{{"Level 2", "MINOR"}}},
	{"RBA_VAP", "7.1.1", &NativeResult{List: "VAP recognition 7", Code: "Gold", Score: "188"}, []native{{"Priority", Critical}, {"Major", "MAJOR"}, {"Minor", "MINOR"}, {"Risk of NC", Observation}, {"Conformance", GoodPractice}}},
	{"RBA_VAP", "8.0", &NativeResult{List: "VAP recognition 8", Code: "Platinum", Score: "200"}, []native{{"Priority", Critical}}},
	{"AMFORI_BSCI", "2021", &NativeResult{List: "amfori BSCI overall rating", Code: "C"}, []native{{"NO", "MAJOR"}, {"PARTIALLY", "MINOR"}, {"YES", GoodPractice}, {"Zero Tolerance", ZeroTolerance}}},
	{"WRAP", "2022", &NativeResult{List: "WRAP certificate", Code: "Silver"}, []native{{"Non-compliance", "MAJOR"}}},
	{"BETTER_WORK", "CAT 4.0", nil, []native{{"Non-Compliant", "MAJOR"}, {"Compliant", GoodPractice}}},
	{"SLCP", "1.7", nil, []native{{"Inaccurate", "MINOR"}, {"Accurate", GoodPractice}}},
	{"ETI", "2018", nil, []native{{"non-compliance against clause 5", "MAJOR"}}},
	{"FAIRTRADE", "HL 2.0", &NativeResult{List: "FLOCERT certification status", Code: "Permission to trade"}, []native{{"Core", "MAJOR"}, {"Development", "MINOR"}, {"Major", "MAJOR"}}},
	{"RFVS", "2.1", &NativeResult{List: "RFVS certificate", Code: "Certified"}, []native{{"Major", "MAJOR"}, {"Minor", "MINOR"}}},
	{"OWN", "house rules, 3rd ed", &NativeResult{List: "house rules", Code: "Amber", Score: "3"}, []native{{"Amber flag", "MINOR"}}},
}

// TestNativeWordsAreKeptToTheLetter: what a scheme calls things, and its version,
// comes out of the ledger as it went in, in the record and in answers, beside
// what it is put into. Two words that are put into one stay two.
func TestNativeWordsAreKeptToTheLetter(t *testing.T) {
	schemes := map[string]bool{}
	for _, n := range nativeAudits {
		t.Run(n.scheme+" "+n.version, func(t *testing.T) {
			schemes[n.scheme] = true
			c := newChain(t)
			a := c.audit("01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FA0", "2024-10-15")
			a.Firm, a.Accreditation = "01ARZ3NDEKTSV4RRFFQ69G5FA1", "01ARZ3NDEKTSV4RRFFQ69G5FA2"
			a.Scheme, a.SchemeVersion, a.Announcement, a.Workers, a.Result = n.scheme, n.version, "ANNOUNCED", "50-99", n.result
			for i, f := range n.findings {
				a.Findings = append(a.Findings, Finding{No: string(rune('1' + i)), Topic: "workplace-safety", NativeSeverity: f.name, Severity: f.severity})
			}
			text, err := Canonical(a)
			if err != nil {
				t.Fatal(err)
			}
			spec, _ := SpecOf(KindAudit)
			doc, refusal := spec.Read(text, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
			if refusal != nil {
				t.Fatal(refusal)
			}
			if again, err := Canonical(doc.Statements[0]); err != nil || !bytes.Equal(again, text) {
				t.Fatalf("it became %s (%v)", again, err)
			}
			read := *doc.Statements[0].(*Audit)
			read.Facility = sewing // the chain's
			c.add(Auditors, firm, &read)
			told := c.answer(func(q *Question) { q.AsOf = dateStart("2026-10-31") })
			line := told.Audits[0]
			if line.Scheme != n.scheme || line.SchemeVersion != n.version || (line.Result == nil) != (n.result == nil) || n.result != nil && *line.Result != *n.result {
				t.Errorf("it is told of as %+v", line)
			}
			shortcomings := 0
			for i, f := range n.findings {
				if f.severity == Observation || f.severity == GoodPractice {
					continue
				}
				shortcomings++
				at := -1
				for j, l := range told.Findings {
					if l.No == string(rune('1'+i)) {
						at = j
					}
				}
				if at < 0 || told.Findings[at].Native != f.name || told.Findings[at].Severity != f.severity {
					t.Errorf("%q is told of as %+v", f.name, told.Findings)
				}
			}
			if len(told.Findings) != shortcomings {
				t.Errorf("%d findings are told of, want %d", len(told.Findings), shortcomings)
			}
		})
	}
	for _, v := range vocabularies {
		if !schemes[v.scheme] {
			t.Errorf("%s has no audit in its own words", v.scheme)
		}
	}
}
