package readmodel

import (
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// A question may cost more with what it is about, never with all the ledger.
func TestNoQuestionReadsAWholeTable(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "model.db"))
	scan := regexp.MustCompile(`^SCAN |\(kind=\?\)$`)
	few := regexp.MustCompile(`^SCAN (position|json_each|l)\b`) // l is what was asked about
	argument := regexp.MustCompile(`\?1?`)
	for _, question := range questions {
		if slices.Contains(everything, question) {
			continue
		}
		rows, err := s.reader.Query("EXPLAIN QUERY PLAN " + argument.ReplaceAllString(question, "'[]'"))
		if err != nil {
			t.Fatal(err)
		}
		steps := 0
		for rows.Next() {
			var id, parent, unused int
			var step string
			if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
				t.Fatal(err)
			}
			if scan.MatchString(step) && !few.MatchString(step) {
				t.Errorf("%s\n\t%s", question, step)
			}
			steps++
		}
		if err := rows.Err(); err != nil || steps == 0 {
			t.Errorf("%s: %d steps, %v", question, steps, err)
		}
	}
}
