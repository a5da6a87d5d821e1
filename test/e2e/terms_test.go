//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oklog/ulid/v2"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// terms has a union bind what was agreed with twenty workers, compare what
// twelve of them found, and publish; what was agreed and found is nowhere.
func (s *system) terms(t *testing.T) {
	s.t = t
	as := []string{"--as", "Workers/demo-wadi-needle"}
	run := func(code int, args ...string) string { return s.fairlead(code, append(args, as...)...) }
	site := decode[struct{ Facilities []provenance.Record }](t, s.get(200, "/v1/facilities?limit=1")).Facilities[0].ID
	commitment := map[string]any{"corridor": map[string]string{"from": "NP", "to": "JO"}, "month": "2025-01"}
	agreed := s.table("agreed.csv", "TERM_WAGE,TERM_CURRENCY,TERM_HOURS", "734.561,JOD,48", 20)
	bound := s.fairlead(0, "terms", "make", s.write("commitment.json", commitment), "--agreed", agreed)
	id := decode[provenance.TermsCommitment](t, []byte(bound)).ID
	file := filepath.Join(s.folder, "bound.json")
	if err := os.WriteFile(file, []byte(bound), 0o600); err != nil {
		t.Fatal(err)
	}
	run(0, "state", "terms-commitment", file)
	cohort := provenance.Cohort{ID: ulid.Make().String(), Facility: site, Corridor: &provenance.Corridor{From: "NP", To: "JO"}, ArrivedFrom: "2025-02", ArrivedUntil: "2025-04", Size: 20, Terms: id}
	run(0, "state", "cohort", s.write("cohort-terms.json", cohort))
	comparison := strings.TrimSpace(run(0, "terms", "open", "--cohort", cohort.ID, "--terms", id))
	found := "worker,TERM_WAGE,TERM_CURRENCY,TERM_HOURS\n"
	for n := range 20 {
		wage := "734.561"
		if n < 12 {
			wage = "612.347"
		}
		found += fmt.Sprintf("%d,%s,JOD,48\n", n+1, wage)
	}
	path := filepath.Join(s.folder, "found.csv")
	if err := os.WriteFile(path, []byte(found), 0o600); err != nil {
		t.Fatal(err)
	}
	s.fairlead(0, "terms", "bring", comparison, path)
	run(1, "terms", "close", comparison) // terms wait
	run(0, "inquiry", "relay", "--rounds", "2", "--every", "1s")
	if told := run(0, "terms", "close", comparison, "--month", "2026-08"); !strings.Contains(told, "TERM_WAGE worse for 10-24") {
		t.Errorf("the closing tells %q", told)
	}
	if told := run(0, "terms", "publish", comparison); !strings.Contains(told, "It is an alarm") {
		t.Errorf("publishing tells %q", told)
	}
	record := s.get(200, "/v1/records/terms-comparison/"+comparison)
	out, err := provenance.Body[provenance.TermsComparison](decode[struct{ Record provenance.Record }](t, record).Record)
	if err != nil || !out.Alarms() || out.Terms[0].Worse != "10-24" || out.Terms[2].Worse != provenance.BandFew {
		t.Errorf("published is %+v (%v)", out, err)
	}
	page := s.get(200, "/sites/"+site)
	if !bytes.Contains(page, []byte("Worse than agreed")) {
		t.Errorf("the site's page raises no alarm:\n%s", page)
	}
	for _, term := range []string{"734561", "734.561", "612347", "612.347"} {
		if strings.Contains(bound, term) || bytes.Contains(record, []byte(term)) || bytes.Contains(page, []byte(term)) || strings.Contains(s.output.String(), term) {
			t.Errorf("a term is told: %s", term)
		}
	}
	if list := s.fairlead(0, "terms", "list"); strings.Count(list, "PUBLISHED") != 3 {
		t.Errorf("beside the demonstration's two, the desk keeps\n%s", list)
	}
	run(0, "erase", "--comparison", comparison)
	s.fairlead(0, "terms", "forget", id)
}

// table writes a table of so many equal lines.
func (s *system) table(name, head, line string, lines int) string {
	s.t.Helper()
	path := filepath.Join(s.folder, name)
	if err := os.WriteFile(path, []byte(head+"\n"+strings.Repeat(line+"\n", lines)), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}
