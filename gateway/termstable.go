package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bojanz/currency"
	"github.com/oklog/ulid/v2"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// column is a term as people write it.
type column struct {
	code, about string
	read        func(text string) (int64, bool)
}

var columns = []column{
	{provenance.TermWage, "base wage a month, such as 1500.00", nil}, // its decimals are its currency's
	{provenance.TermCurrency, "its currency, such as MYR", currencyNumber},
	{"TERM_OVERTIME_RATE", "pay for overtime as a multiple of the hourly base wage, such as 1.5", decimals(2)},
	{"TERM_DEDUCTIONS", "deductions from wages in all, in percent of the base wage, such as 12.5", decimals(2)},
	{"TERM_PAY_INTERVAL", "days between two payments", decimals(0)},
	{"TERM_HOURS", "normal hours a week, such as 48 or 47.5", decimals(1)},
	{"TERM_REST_DAYS", "days of rest in four weeks", decimals(0)},
	{"TERM_LEAVE", "days of paid leave a year", decimals(0)},
	{"TERM_DURATION", "months of the contract, 0 for one without end", decimals(0)},
	{"TERM_OCCUPATION", "kind of work, by its number in ISCO-08", decimals(0)},
	{"TERM_EMPLOYER", "employer, by the party's identifier", identified},
	{"TERM_PLACE", "place of work, by the facility's identifier", identified},
	{"TERM_HOUSING", "none, paid (by the worker) or free", oneOf("none", "paid", "free")},
	{"TERM_FOOD", "none, paid (by the worker) or free", oneOf("none", "paid", "free")},
	{"TERM_NOTICE", "days of notice that the worker has to give", decimals(0)},
	{"TERM_RETURN_PAID", "yes when the employer pays the way home, else no", oneOf("no", "yes")},
	{"TERM_INSURANCE", "yes when the employer pays for protection in sickness and injury, else no", oneOf("no", "yes")},
}

// columnsInWords is the part of a help text that lists them.
func columnsInWords() string {
	var text strings.Builder
	for _, c := range columns {
		fmt.Fprintf(&text, "  %-18s  %s\n", c.code, c.about)
	}
	return text.String()
}

// termsRow is what a table says of one worker.
type termsRow struct {
	line   int
	worker int // by the column worker, counted from 1; 0 where the table has none
	values map[string]int64
}

// readTerms reads a table of terms in CSV: its first line names the columns, its
// others are of a worker each. It gives the terms in their order. The error tells
// of every line that is wrong, and repeats nothing of what stands there.
func readTerms(text string) ([]string, []termsRow, error) {
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	in.TrimLeadingSpace = true
	lines, err := in.ReadAll()
	var fault *csv.ParseError
	if errors.As(err, &fault) {
		return nil, nil, fmt.Errorf("line %d: it is no line of this table: %w", fault.Line, fault.Err)
	}
	if err != nil || len(lines) == 0 {
		return nil, nil, errors.New("the table is empty: its first line names the columns")
	}
	head, err := readHead(lines[0])
	if err != nil {
		return nil, nil, err
	}
	var rows []termsRow
	var faults []error
	for n, cells := range lines[1:] {
		row := termsRow{line: n + 2, values: map[string]int64{}}
		if err := row.read(head, cells); err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", row.line, err))
		}
		rows = append(rows, row)
	}
	codes := slices.DeleteFunc(provenance.TermCodes(), func(code string) bool { return !slices.Contains(head, code) })
	return codes, rows, errors.Join(faults...)
}

const workerColumn = "worker"

func readHead(cells []string) ([]string, error) {
	var head []string
	for n, cell := range cells {
		name := strings.TrimSpace(cell)
		known := name == workerColumn || slices.ContainsFunc(columns, func(c column) bool { return c.code == name })
		switch {
		case !known:
			return nil, fmt.Errorf("line 1: column %d names no term: the first line names the columns", n+1)
		case slices.Contains(head, name):
			return nil, fmt.Errorf("line 1: column %d is there twice", n+1)
		}
		head = append(head, name)
	}
	return head, nil
}

func (r *termsRow) read(head, cells []string) error {
	var wrong []string
	cell := func(name string) string {
		if at := slices.Index(head, name); at >= 0 {
			return strings.TrimSpace(cells[at])
		}
		return ""
	}
	for _, c := range columns {
		text := cell(c.code)
		if text == "" {
			continue
		}
		read := c.read
		if read == nil {
			if cell(provenance.TermCurrency) == "" {
				wrong = append(wrong, c.code+" (it needs its currency)")
				continue
			}
			read = decimals(provenance.MinorDigits(strings.ToUpper(cell(provenance.TermCurrency))))
		}
		value, ok := read(text)
		if !ok || !provenance.TermFits(c.code, value) {
			wrong = append(wrong, c.code+" ("+c.about+")")
			continue
		}
		r.values[c.code] = value
	}
	if text := cell(workerColumn); text != "" {
		worker, ok := decimals(0)(text)
		if !ok || worker < 1 || worker > provenance.MostReceipts {
			wrong = append(wrong, workerColumn+" (its number in the table of what was agreed, from 1)")
		}
		r.worker = int(worker)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("cannot be read: %s", strings.Join(wrong, ", "))
	}
	return nil
}

// decimals reads a number with so many decimals at most, as a whole number of the
// smallest.
func decimals(most int) func(string) (int64, bool) {
	return func(text string) (int64, bool) {
		whole, fraction, _ := strings.Cut(text, ".")
		if whole == "" || len(fraction) > most || strings.HasSuffix(text, ".") {
			return 0, false
		}
		n, err := strconv.ParseUint(whole+fraction+strings.Repeat("0", most-len(fraction)), 10, 62)
		return int64(n), err == nil
	}
}

func currencyNumber(text string) (int64, bool) {
	number, known := currency.GetNumericCode(strings.ToUpper(text))
	n, err := strconv.ParseInt(number, 10, 64)
	return n, known && err == nil
}

func identified(text string) (int64, bool) {
	id, err := ulid.ParseStrict(strings.ToUpper(text))
	return provenance.TermCode(id.String()), err == nil
}

func oneOf(words ...string) func(string) (int64, bool) {
	return func(text string) (int64, bool) {
		n := slices.Index(words, strings.ToLower(text))
		return int64(n), n >= 0
	}
}
