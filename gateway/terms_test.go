package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/desk"
)

const commitmentText = `{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","corridor":{"from":"NP","to":"MY"},"month":"2025-01"}`

// agreedTable has the currency first: columns may be in any order.
const agreedTable = "TERM_CURRENCY,TERM_WAGE,TERM_HOURS,TERM_PLACE,TERM_HOUSING,TERM_RETURN_PAID\n"

const agreedLine = "MYR,1734.05,47.5,01ARZ3NDEKTSV4RRFFQ69G5FAW,free,yes\n"

func TestTermsAreBoundOnceAndAreNowhereInTheOpen(t *testing.T) {
	term := newTerminal(t)
	term.atDesk()
	document, table := term.file("commitment.json", commitmentText), term.file("agreed.csv", agreedTable+strings.Repeat(agreedLine, 12))
	term.expects(exitUsage, []string{"needs --agreed"}, "terms", "make", document)
	term.expects(exitUsage, []string{"cannot both"}, "terms", "make", "-", "--agreed", "-")
	term.expects(exitOK, []string{"6 terms of 12 workers could be bound"}, "terms", "make", document, "--agreed", table, "--dry-run")
	term.expects(exitOK, nil, "terms", "list")
	if names, err := os.ReadDir(filepath.Join(term.env["FAIRLEAD_DESK"], "terms")); err == nil {
		t.Errorf("a dry run keeps %v", names)
	}
	out := term.expects(exitOK, nil, "terms", "make", document, "--agreed", table)
	var commitment provenance.TermsCommitment
	if refusal := provenance.Decode([]byte(out), &commitment); refusal != nil || commitment.Workers != 12 || len(commitment.Root) != 64 {
		t.Fatalf("the commitment is %s (%v)", out, refusal)
	}
	want := []string{"TERM_WAGE", "TERM_CURRENCY", "TERM_HOURS", "TERM_PLACE", "TERM_HOUSING", "TERM_RETURN_PAID"}
	if !slices.Equal(commitment.Terms, want) {
		t.Errorf("the terms are %v, want them in their order", commitment.Terms)
	}
	term.expects(exitFailed, []string{"were bound before"}, "terms", "make", document, "--agreed", table)
	term.expects(exitOK, []string{"01ARZ3NDEKTSV4RRFFQ69G5FAV: a book of terms"}, "terms", "list")

	d, err := desk.Open(term.env["FAIRLEAD_DESK"], term.env["FAIRLEAD_DESK_KEY"])
	if err != nil {
		t.Fatal(err)
	}
	book, err := d.Terms().Read(commitment.ID)
	if err != nil || len(book.Workers) != 12 {
		t.Fatalf("the book is of %d workers (%v)", len(book.Workers), err)
	}
	for i, value := range []int64{173405, 458, 475, provenance.TermCode("01ARZ3NDEKTSV4RRFFQ69G5FAW"), 2, 1} {
		if got := book.Workers[11][i]; got.Code != want[i] || got.Value != value {
			t.Errorf("agreed is %s %d, want %s %d", got.Code, got.Value, want[i], value)
		}
	}
	if root, err := book.Root(); err != nil || root != commitment.Root {
		t.Errorf("the book's root is not the commitment's (%v)", err)
	}
	err = filepath.WalkDir(term.env["FAIRLEAD_DESK"], func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if info.Mode().Perm() != 0o600 || bytes.Contains(text, []byte("173405")) || bytes.Contains(text, []byte(book.Workers[0][0].Salt)) {
			t.Errorf("%s is %v, or tells terms", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	term.expects(exitOK, []string{"could be destroyed"}, "terms", "forget", commitment.ID, "--dry-run")
	term.expects(exitOK, []string{"is destroyed"}, "terms", "forget", commitment.ID)
	term.expects(exitFailed, []string{"not kept here"}, "terms", "forget", commitment.ID)
}

func TestTablesOfTermsAreReadWholeOrNotAtAll(t *testing.T) {
	for name, c := range map[string]struct{ table, says string }{
		"nothing":                      {"", "the table is empty"},
		"no head":                      {"7531.00,MYR\n", "line 1: column 1 names no term"},
		"a column twice":               {"TERM_HOURS,TERM_HOURS\n", "line 1: column 2 is there twice"},
		"a wage of no currency":        {"TERM_WAGE\n7531\n", "line 2: cannot be read: TERM_WAGE (it needs its currency)"},
		"a currency that is none":      {"TERM_CURRENCY\nQQQ\n", "line 2: cannot be read: TERM_CURRENCY"},
		"a wage of three decimals":     {"TERM_WAGE,TERM_CURRENCY\n7531.005,MYR\n", "line 2: cannot be read: TERM_WAGE"},
		"more hours than a week has":   {"TERM_HOURS\n48\n168.1\n", "line 3: cannot be read: TERM_HOURS"},
		"a number below nothing":       {"TERM_LEAVE\n-3\n", "line 2: cannot be read: TERM_LEAVE"},
		"a number with its unit":       {"TERM_LEAVE\n3 days\n", "line 2: cannot be read: TERM_LEAVE"},
		"an employer by name":          {"TERM_EMPLOYER\nAcme\n", "line 2: cannot be read: TERM_EMPLOYER"},
		"housing that is neither":      {"TERM_HOUSING\nnice\n", "line 2: cannot be read: TERM_HOUSING"},
		"a worker of no number":        {"worker,TERM_HOURS\nAsha,48\n", "line 2: cannot be read: worker"},
		"a line too short":             {"TERM_HOURS,TERM_LEAVE\n48\n", "line 2: it is no line of this table"},
		"a quote that does not end":    {"TERM_HOURS\n\"48\n", "it is no line of this table"},
		"two lines, each told of once": {"TERM_HOURS\nx\ny\n", "line 3: cannot be read"},
	} {
		_, _, err := readTerms(c.table)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
			continue
		}
		for _, secret := range []string{"7531", "QQQ", "168.1", "Acme", "nice", "Asha"} {
			if strings.Contains(err.Error(), secret) && !strings.Contains(c.says, secret) {
				t.Errorf("%s: it repeats what it read: %v", name, err)
			}
		}
	}
	codes, rows, err := readTerms("\ufeffworker, TERM_CURRENCY, TERM_WAGE\n2, JPY, 180000\n7, ,\n")
	if err != nil || !slices.Equal(codes, []string{"TERM_WAGE", "TERM_CURRENCY"}) || rows[0].worker != 2 || rows[0].values["TERM_WAGE"] != 180000 || rows[0].values["TERM_CURRENCY"] != 392 || len(rows[1].values) != 0 {
		t.Errorf("read %v %+v (%v)", codes, rows, err)
	}
}

// Every term has a column, in the order of the terms.
func TestEveryTermHasAColumn(t *testing.T) {
	var codes []string
	for _, c := range columns {
		codes = append(codes, c.code)
	}
	if !slices.Equal(codes, provenance.TermCodes()) {
		t.Errorf("the columns are %v, the terms %v", codes, provenance.TermCodes())
	}
}

func TestTermsAreNotBoundByHalves(t *testing.T) {
	term := newTerminal(t)
	term.atDesk()
	for name, c := range map[string]struct{ document, table, says string }{
		"a root of somebody's":      {strings.Replace(commitmentText, `"month"`, `"root":"`+strings.Repeat("ab", 32)+`","month"`, 1), agreedTable + agreedLine, "names terms, workers or a root already"},
		"a field that is none":      {strings.Replace(commitmentText, `"month"`, `"wage":1500,"month"`, 1), agreedTable + agreedLine, "refused"},
		"a month to come":           {strings.Replace(commitmentText, "2025-01", "2999-01", 1), agreedTable + strings.Repeat(agreedLine, 5), "lies in the future"},
		"four workers":              {commitmentText, agreedTable + strings.Repeat(agreedLine, 4), "for 5 to 1000 workers, not 4"},
		"a term of some":            {commitmentText, "TERM_HOURS,TERM_LEAVE\n" + strings.Repeat("48,7\n", 5) + "48,\n", "line 7: TERM_LEAVE is missing"},
		"workers out of their line": {commitmentText, "worker,TERM_HOURS\n1,48\n3,48\n", "line 3: it is worker 2"},
	} {
		t.Log(name)
		term.expects(exitFailed, []string{c.says}, "terms", "make", term.file("commitment.json", c.document), "--agreed", term.file("agreed.csv", c.table))
	}
	if names, err := os.ReadDir(filepath.Join(term.env["FAIRLEAD_DESK"], "terms")); err == nil {
		t.Errorf("what was refused is kept: %v", names)
	}
}

// opened keeps an open comparison of twenty workers at the terminal's desk, as if
// Workers' peer held it.
func (term *terminal) opened() (*desk.Desk, desk.Comparison) {
	term.Helper()
	term.atDesk()
	table := agreedTable + strings.Repeat(agreedLine, 20)
	out := term.expects(exitOK, nil, "terms", "make", term.file("commitment.json", commitmentText), "--agreed", term.file("agreed.csv", table))
	var commitment provenance.TermsCommitment
	if err := json.Unmarshal([]byte(out), &commitment); err != nil {
		term.Fatal(err)
	}
	d, err := desk.Open(term.env["FAIRLEAD_DESK"], term.env["FAIRLEAD_DESK_KEY"])
	if err != nil {
		term.Fatal(err)
	}
	k := desk.Comparison{ID: "01ARZ3NDEKTSV4RRFFQ69G5FAX", State: desk.IsOpen, Content: provenance.Comparison{
		Token: strings.Repeat("1", 64), Key: strings.Repeat("2", 64), Cohort: "01ARZ3NDEKTSV4RRFFQ69G5FAY", Commitment: commitment.ID,
		Workers: commitment.Workers, Terms: commitment.Terms, Root: commitment.Root,
	}}
	if err := d.Comparisons().Keep(k.ID, k); err != nil {
		term.Fatal(err)
	}
	return d, k
}

func TestWhatIsBroughtInFillsBatchesInItsOrder(t *testing.T) {
	term := newTerminal(t)
	d, k := term.opened()
	table := "worker,TERM_CURRENCY,TERM_WAGE\n"
	for n := range 18 {
		table += strings.Join([]string{string(rune('0'+(n+1)/10)) + string(rune('0'+(n+1)%10)), "MYR", "1500"}, ",") + "\n"
	}
	term.expects(exitOK, []string{"18 workers could be brought in"}, "terms", "bring", k.ID, term.file("found.csv", table), "--dry-run")
	term.expects(exitOK, []string{"18 workers at the desk"}, "terms", "bring", k.ID, term.file("found.csv", table))
	term.stdin = "worker,TERM_CURRENCY,TERM_WAGE\n3,MYR,1734.05\n"
	term.expects(exitOK, []string{"1 worker at the desk"}, "terms", "bring", k.ID, "-")
	term.expects(exitFailed, []string{"wait for the relay"}, "terms", "close", k.ID, "--as", "Workers/nobody")
	term.expects(exitFailed, []string{"is not closed yet"}, "terms", "forget", k.Content.Commitment)

	u := &union{desk: d}
	var sizes []int
	for range 3 {
		names, waiting, err := u.arrivalsOf()
		if err != nil {
			t.Fatal(err)
		}
		batch, carried, err := u.termsBatch(k, names, waiting)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range batch.Workers {
			if !k.Content.Covers(w.Opening) || !w.Opening.Proves(k.Content.Commitment, k.Content.Workers, k.Content.Root) {
				t.Errorf("the opening of worker %d proves nothing", w.Opening.Worker)
			}
		}
		if err := fits("CompareTerms", batch); err != nil {
			t.Error(err)
		}
		sizes = append(sizes, len(batch.Workers))
		for _, name := range carried {
			if err := d.Arrivals().Remove(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !slices.Equal(sizes, []int{16, 3, 0}) {
		t.Errorf("the batches bring %v: the third worker's later terms come after the earlier ones", sizes)
	}
}

func TestWhatCannotBeComparedIsNotBroughtIn(t *testing.T) {
	term := newTerminal(t)
	d, k := term.opened()
	for table, says := range map[string]string{
		"worker,TERM_LEAVE\n1,7\n":               "TERM_LEAVE was not agreed",
		"TERM_HOURS\n48\n":                       "line 2: the column worker has to say which of the 20 workers",
		"worker,TERM_HOURS\n21,48\n":             "line 2: the column worker has to say which of the 20 workers",
		"worker,TERM_HOURS\n1,48\n2,\n":          "line 3: no term is known",
		"worker,TERM_HOURS\n":                    "the table is of nobody",
		strings.Repeat("x", mostSecret+1) + "\n": "more than 1 MiB",
	} {
		term.expects(exitFailed, []string{says}, "terms", "bring", k.ID, term.file("found.csv", table))
	}
	if names, err := d.Arrivals().Names(); err != nil || len(names) > 0 {
		t.Errorf("what was refused is kept: %v (%v)", names, err)
	}
	k.State = desk.Closed
	if err := d.Comparisons().Keep(k.ID, k); err != nil {
		t.Fatal(err)
	}
	term.expects(exitFailed, []string{"takes nothing: it is closed"}, "terms", "bring", k.ID, term.file("found.csv", "worker,TERM_HOURS\n1,48\n"))
	term.expects(exitFailed, []string{"cannot be closed: it is closed"}, "terms", "close", k.ID)
	term.expects(exitFailed, []string{"has nothing to publish"}, "terms", "publish", k.ID)
	term.expects(exitOK, []string{"21 values could be purged"}, "erase", "--comparison", k.ID, "--dry-run")
	k.Outcome = &provenance.TermsComparison{ID: k.ID, Month: "2025-12"}
	if err := d.Comparisons().Keep(k.ID, k); err != nil {
		t.Fatal(err)
	}
	term.expects(exitFailed, []string{"publish it first"}, "erase", "--comparison", k.ID, "--dry-run")
}
