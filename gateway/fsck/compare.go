package fsck

import (
	"cmp"
	"errors"
	"fmt"
)

var columns = map[byte][4]string{
	tableRecords:    {"kind", "id", "block", "text"},
	tableFacilities: {"id", "place", "country", "words"},
}

// keys is how many of a row's values tell it from others of its table.
func keys(table byte) int {
	switch table {
	case tableRecords:
		return 2
	case tableFacilities:
		return 1
	}
	return 4
}

// byKey orders two rows by table and key.
func byKey(a, b row) int {
	if a.table != b.table {
		return cmp.Compare(a.table, b.table)
	}
	for i := range keys(a.table) {
		if c := cmp.Compare(a.value[i], b.value[i]); c != 0 {
			return c
		}
	}
	return 0
}

func (r row) title() string {
	v, title := r.value, tableTitles[r.table]
	switch r.table {
	case tableRecords, tableSubjects:
		return fmt.Sprintf("%s %s %s", title, v[0], v[1])
	case tableFacilities:
		return fmt.Sprintf("%s %s", title, v[0])
	}
	return fmt.Sprintf("%s: %s %s, %s %s", title, v[0], v[1], v[2], v[3])
}

// stream is rows with the one that is next.
type stream struct {
	from  rows
	sum   *digest
	ahead row
	more  bool
}

func (s *stream) advance() error {
	var err error
	if s.ahead, s.more, err = s.from.next(); err == nil && s.more {
		s.sum.add(s.ahead)
	}
	return err
}

// compareRows goes through both to the end, for both digests, and gives the first
// difference.
func compareRows(want, have *stream) (*Difference, error) {
	var first *Difference
	note := func(d Difference) {
		if first == nil {
			first = &d
		}
	}
	if err := errors.Join(want.advance(), have.advance()); err != nil {
		return first, err
	}
	for want.more || have.more {
		order := 0
		switch {
		case !have.more:
			order = -1
		case !want.more:
			order = 1
		default:
			order = byKey(want.ahead, have.ahead)
		}
		var err error
		switch {
		case order < 0:
			note(Difference{Row: want.ahead.title(), What: "a row is missing", Expected: "the row, as the ledger says", Found: "nothing"})
			err = want.advance()
		case order > 0:
			note(Difference{Row: have.ahead.title(), What: "a row is there that the ledger does not know", Expected: "nothing", Found: "the row"})
			err = have.advance()
		default:
			if want.ahead != have.ahead {
				note(changed(want.ahead, have.ahead))
			}
			err = errors.Join(want.advance(), have.advance())
		}
		if err != nil {
			return first, err
		}
	}
	return first, nil
}

func changed(want, have row) Difference {
	for i := keys(want.table); i < len(want.value); i++ {
		if a, b := want.value[i], have.value[i]; a != b {
			return Difference{Row: want.title(), Expected: shown(a), Found: shown(b),
				What: fmt.Sprintf("its %s differs from byte %d on", columns[want.table][i], firstByte(a, b))}
		}
	}
	return Difference{Row: want.title(), What: "it differs"}
}
