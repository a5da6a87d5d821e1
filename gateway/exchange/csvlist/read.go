package csvlist

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// The columns of a list. Country and name are needed; case and order do not
// matter.
var columns = []string{"country", "name", "address", "sector", "lat", "lng"}

// Reader reads lists one after the other and remembers what it read, so that
// rows are compared across lists. The zero value is ready; it is not for
// concurrent use.
type Reader struct {
	byID    map[string]Place
	byName  map[string]Place // by country and nameKey
	byExact map[string]spot
}

type spot struct {
	Place
	address string
}

// Read reads one list. The error is about the list as a whole: it cannot be
// read, is no UTF-8 text, or lacks a column that is needed. What is wrong with
// single rows stands in the rows.
func (r *Reader) Read(name string, source io.Reader) (List, error) {
	list, err := r.read(name, source)
	if err != nil {
		return List{}, fmt.Errorf("reading the list %s: %w", name, err)
	}
	return list, nil
}

func (r *Reader) read(name string, source io.Reader) (List, error) {
	text, err := io.ReadAll(source)
	if err != nil {
		return List{}, err
	}
	if text, err = withoutMark(text); err != nil {
		return List{}, err
	}
	records := csv.NewReader(bytes.NewReader(text))
	records.FieldsPerRecord = -1
	header, err := records.Read()
	if errors.Is(err, io.EOF) {
		return List{}, errors.New("it is empty: the first line names the columns " + strings.Join(columns, ", "))
	}
	if err != nil {
		return List{}, fmt.Errorf("its first line: %w", err)
	}
	at, ignored, err := readHeader(header)
	if err != nil {
		return List{}, err
	}
	list := List{Name: name, Ignored: ignored, Rows: []Row{}}
	for n := 1; ; n++ {
		begin := records.InputOffset()
		fields, err := records.Read()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		place := Place{List: name, Row: n}
		var fault *csv.ParseError
		if errors.As(err, &fault) {
			place.Line = fault.StartLine
			fields, err = within(text[begin:records.InputOffset()], fault)
		} else {
			place.Line, _ = records.FieldPos(0)
		}
		if err != nil {
			list.Rows = append(list.Rows, Row{Place: place, Outcome: Rejected, Reasons: []string{err.Error()}})
			continue
		}
		list.Rows = append(list.Rows, r.row(place, fields, len(header), at))
	}
}

// within reads a record that broke the rules of quoting: a quote within bare
// text, as in 5" pipes, is what it seems. Where a quoted text does not end as
// it should, nobody can tell where it was to end.
func within(record []byte, fault *csv.ParseError) ([]string, error) {
	if errors.Is(fault, csv.ErrBareQuote) {
		lenient := csv.NewReader(bytes.NewReader(record))
		lenient.LazyQuotes = true
		return lenient.Read()
	}
	return nil, fmt.Errorf("a quote opened in line %d is not closed as it should be in line %d, and nothing between could be read: close it, write each quote within as two, and read the list again", fault.StartLine, fault.Line)
}

// withoutMark takes away a byte order mark and refuses the encodings that one
// betrays.
func withoutMark(text []byte) ([]byte, error) {
	if bytes.HasPrefix(text, []byte{0xFE, 0xFF}) || bytes.HasPrefix(text, []byte{0xFF, 0xFE}) {
		return nil, errors.New("it is UTF-16 text: save it as CSV in UTF-8")
	}
	return bytes.TrimPrefix(text, []byte{0xEF, 0xBB, 0xBF}), nil
}

// readHeader finds where the known columns stand.
func readHeader(header []string) (at map[string]int, ignored []string, err error) {
	at = map[string]int{}
	for i, title := range header {
		column := strings.ToLower(strings.TrimSpace(title))
		_, twice := at[column]
		switch {
		case !slices.Contains(columns, column):
			if !utf8.ValidString(title) {
				title = fmt.Sprintf("(unreadable, number %d)", i+1)
			}
			ignored = append(ignored, title)
		case twice:
			return nil, nil, fmt.Errorf("it has two columns %s: remove one", column)
		default:
			at[column] = i
		}
	}
	for _, column := range []string{"country", "name"} {
		if _, ok := at[column]; ok {
			continue
		}
		if line := strings.Join(header, ""); strings.ContainsAny(line, ";\t") {
			return nil, nil, errors.New("its columns are not separated by commas: save it as comma-separated CSV")
		}
		return nil, nil, fmt.Errorf("it has no column %s: its first line has to name the columns, of which there may be %s", column, strings.Join(columns, ", "))
	}
	return at, ignored, nil
}
