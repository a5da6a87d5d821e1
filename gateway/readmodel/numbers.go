package readmodel

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"strconv"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// numbers collects the one column that a statement gives.
func (v *view) numbers(text string, args ...any) ([]int64, error) {
	var found []int64
	err := v.each(func(r row) error {
		var n int64
		err := r.Scan(&n)
		found = append(found, n)
		return err
	}, text, args...)
	return found, err
}

// step gives the numbers that are one step away from some.
func (v *view) step(text string, from []int64, args ...any) ([]int64, error) {
	if len(from) == 0 {
		return nil, nil
	}
	return v.numbers(text, append([]any{list(from)}, args...)...)
}

// list writes numbers as the one argument which json_each takes apart.
func list(numbers []int64) string {
	text := make([]byte, 0, 8*len(numbers)+2)
	text = append(text, '[')
	for i, n := range numbers {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, n, 10)
	}
	return string(append(text, ']'))
}

type numbered struct {
	n int64
	provenance.Record
}

// records reads those of the numbers that are records, in the ledger's order.
func (v *view) records(numbers []int64) ([]numbered, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	found := make([]numbered, 0, len(numbers))
	err := v.each(func(r row) error {
		var one numbered
		var text sql.RawBytes
		err := r.Scan(&one.n, &text)
		if err == nil {
			one.Record, err = parse(text)
		}
		found = append(found, one)
		return err
	}, sqlTexts, list(numbers))
	if err != nil {
		return nil, fmt.Errorf("reading records: %w", err)
	}
	slices.SortFunc(found, func(a, b numbered) int { return cmp.Compare(a.n, b.n) })
	return found, nil
}

// set holds numbers that were met.
type set map[int64]bool

// add puts numbers in and gives those that are new, each once.
func (s set) add(numbers []int64) []int64 {
	var fresh []int64
	for _, n := range numbers {
		if !s[n] {
			s[n] = true
			fresh = append(fresh, n)
		}
	}
	return fresh
}
