package csvlist

import (
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Outcome is what became of a row.
type Outcome string

// Outcomes of rows.
const (
	Accepted Outcome = "accepted" // a facility of its own
	Same     Outcome = "same"     // says what an earlier row says, to the letter
	Rejected Outcome = "rejected" // is no facility the ledger could hold; see Reasons
	Blank    Outcome = "blank"    // holds nothing at all
)

// Row is one row of a list and what became of it.
type Row struct {
	Place
	Outcome  Outcome              `json:"outcome"`
	Facility *provenance.Facility `json:"facility,omitempty"` // of accepted and same rows
	SameAs   *Place               `json:"sameAs,omitempty"`
	Reasons  []string             `json:"reasons,omitempty"` // why it was rejected, and what to do
	Notes    []string             `json:"notes,omitempty"`   // what a careful reader should know
}

// Place is where a row stands.
type Place struct {
	List string `json:"list"`
	Row  int    `json:"row"`  // 1 is the first below the header; empty lines do not count
	Line int    `json:"line"` // of the file, where the row begins
}

// from names the place for a reader of another row.
func (p Place) from(reader Place) string {
	if p.List == reader.List {
		return fmt.Sprintf("row %d", p.Row)
	}
	return fmt.Sprintf("row %d of %s", p.Row, p.List)
}

// List is one list with all its rows.
type List struct {
	Name    string   `json:"name"`
	Ignored []string `json:"ignored,omitempty"` // columns that have no meaning here
	Rows    []Row    `json:"rows"`
}

// Count gives the number of rows with an outcome.
func (l List) Count(o Outcome) int {
	n := 0
	for _, row := range l.Rows {
		if row.Outcome == o {
			n++
		}
	}
	return n
}
