package analyzer

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/txtar"
)

// What the test asks of each rule in the parts tuned and heldout, and of all parts
// together.
const (
	leastRecall     = 0.95
	mostFalseAlarms = 0.02
)

// seed is one program in two forms. Lines that begin with "-" belong to the bad
// form alone, with "+" to its clean twin alone. "// want RULE" marks where the
// bad form must be reported; one mark of several is enough.
type seed struct {
	name  string
	rule  Rule
	files []txtar.File
}

const prelude = `package contract

import (
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
)

type Ctx = contractapi.TransactionContextInterface
type Stub = shim.ChaincodeStubInterface
`

// score counts programs: found of bad, alarms of clean.
type score struct{ bad, found, clean, alarms int }

func (s score) recall() float64 { return float64(s.found) / float64(s.bad) }
func (s score) alarm() float64  { return float64(s.alarms) / float64(s.clean) }

// The corpus has three parts: seeds that the analyzer was tuned on, seeds that
// were written before it and not tuned on, and seeds that were written after it
// to get past it. README.md tells what the first run on each found.
var parts = []string{"tuned", "heldout", "later"}

// limits are the seeds on which the analyzer is known to be wrong; README.md
// says why.
var limits = []string{
	"false alarm: maporder: method value that appends",
}

func TestCorpus(t *testing.T) {
	ours = "fairlead.test/"
	t.Cleanup(func() { ours = "github.com/fairlead/fairlead/" })
	table := []string{fmt.Sprintf("%-10s %-12s %4s %7s %6s %12s", "part", "rule", "bad", "recall", "clean", "false alarms")}
	total := score{}
	wrong := map[string][]string{}
	for _, part := range parts {
		sum := score{}
		byRule := map[Rule]score{}
		for _, s := range seeds(t, part) {
			r := byRule[s.rule]
			wrong[part] = append(wrong[part], r.judge(t, s)...)
			byRule[s.rule] = r
		}
		for _, rule := range slices.Sorted(maps.Keys(byRule)) {
			s := byRule[rule]
			table = append(table, row(part, string(rule), s))
			sum.add(s)
			if part != "later" {
				s.check(t, part+" "+string(rule))
			}
		}
		table = append(table, row(part, "all", sum))
		total.add(sum)
		if part != "later" {
			sum.check(t, part)
		}
	}
	table = append(table, row("all", "all", total))
	total.check(t, "all")
	if total.bad < 120 {
		t.Errorf("the corpus has %d seeds", total.bad)
	}
	if got := wrong["later"]; !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(limits))) {
		t.Errorf("of the later part, these are wrong:\n%s\nbut the known limits are\n%s", strings.Join(got, "\n"), strings.Join(limits, "\n"))
	}
	t.Log("\n" + strings.Join(table, "\n"))
}

func (s score) check(t *testing.T, part string) {
	t.Helper()
	if s.recall() < leastRecall || s.alarm() > mostFalseAlarms {
		t.Errorf("%s: recall %.3f, false alarms %.3f; wanted at least %.2f and at most %.2f", part, s.recall(), s.alarm(), leastRecall, mostFalseAlarms)
	}
}

func row(part, rule string, s score) string {
	return fmt.Sprintf("%-10s %-12s %4d %7.3f %6d %12.3f", part, rule, s.bad, s.recall(), s.clean, s.alarm())
}

func (s *score) add(o score) {
	s.bad += o.bad
	s.found += o.found
	s.clean += o.clean
	s.alarms += o.alarms
}

// judge runs both forms and gives what is wrong. A report of another rule on the
// bad form is a false alarm too.
func (s *score) judge(t *testing.T, seed seed) (wrong []string) {
	s.bad++
	s.clean++
	found, others := false, []string{}
	for _, r := range analyzeForm(t, seed, '-') {
		if r.wanted {
			found = true
		} else if r.rule != seed.rule && seed.rule != Allow { // what is not allowed well is reported as well
			others = append(others, r.text)
		}
	}
	if found {
		s.found++
	} else {
		wrong = append(wrong, fmt.Sprintf("missed: %s: %s", seed.rule, seed.name))
		t.Logf("missed: %s: %s", seed.rule, seed.name)
	}
	for _, r := range analyzeForm(t, seed, '+') {
		others = append(others, r.text)
	}
	if len(others) > 0 {
		s.alarms++
		wrong = append(wrong, fmt.Sprintf("false alarm: %s: %s", seed.rule, seed.name))
		t.Logf("false alarm: %s: %s: %s", seed.rule, seed.name, strings.Join(others, "; "))
	}
	return wrong
}

func seeds(t *testing.T, part string) []seed {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", part, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	var list []seed
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rule := Rule(strings.TrimSuffix(filepath.Base(path), ".txtar"))
		for _, f := range txtar.Parse(text).Files {
			name, file, _ := strings.Cut(f.Name, "/")
			f.Name = file
			if len(list) == 0 || list[len(list)-1].name != name || list[len(list)-1].rule != rule {
				list = append(list, seed{name: name, rule: rule})
			}
			last := &list[len(list)-1]
			last.files = append(last.files, f)
		}
	}
	return list
}

type reported struct {
	rule   Rule
	text   string
	wanted bool
}

var want = regexp.MustCompile(`// want (\w+)`)

// form gives the lines of a file in one of the two forms, and which lines are
// wanted; the rest are left empty, so that both forms have the same lines.
func form(text string, keep byte) (source string, wanted map[int]bool) {
	wanted = map[int]bool{}
	var lines []string
	for i, line := range strings.Split(text, "\n") {
		switch {
		case line == "":
		case line[0] == keep:
			line = line[1:]
		case line[0] == '-' || line[0] == '+':
			line = ""
		}
		if strings.Contains(line, "// want-above ") {
			wanted[i] = true
			line = ""
		} else if want.MatchString(line) {
			wanted[i+1] = true
			line = want.ReplaceAllString(line, "")
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), wanted
}

func analyzeForm(t *testing.T, s seed, keep byte) []reported {
	t.Helper()
	l := newLoader(t)
	var found []reported
	// helpers come first
	files := slices.SortedFunc(slices.Values(s.files), func(a, b txtar.File) int {
		return -cmp.Compare(strings.Count(a.Name, "/"), strings.Count(b.Name, "/"))
	})
	for _, f := range files {
		source, wanted := form(string(f.Data), keep)
		sources := map[string]string{f.Name: source}
		path := "fairlead.test/" + filepath.Dir(f.Name)
		if !strings.Contains(f.Name, "/") {
			sources[f.Name] = "package contract; " + source
			sources["prelude.go"] = prelude
			path = "fairlead.test/contract"
		}
		diagnostics, err := l.analyze(path, sources)
		if err != nil {
			t.Errorf("%s: %s (%c): %v", s.rule, s.name, keep, err)
			return nil
		}
		for _, d := range diagnostics {
			at := l.fset.Position(d.Pos)
			found = append(found, report(d, at.Line, at.Filename == f.Name && wanted[at.Line], s.rule))
		}
	}
	return found
}

func report(d analysis.Diagnostic, line int, marked bool, rule Rule) reported {
	return reported{Rule(d.Category), fmt.Sprintf("line %d: %s", line, d.Message), marked && Rule(d.Category) == rule}
}
