package fsck

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// Report is what was looked at and what was found.
type Report struct {
	Height       uint64      `json:"height"` // of the ledger, as the farthest copy told
	Blocks       uint64      `json:"blocks"` // that were checked
	Transactions int         `json:"transactions"`
	Valid        int         `json:"valid"`      // of these
	Signatures   int         `json:"signatures"` // that were verified
	Records      int         `json:"records"`    // in valid ones
	Copies       []CopyFound `json:"copies"`
	Model        *ModelFound `json:"model,omitempty"` // absent when the ledger alone was looked at
	Difference   *Difference `json:"difference,omitempty"`
	Seconds      float64     `json:"seconds"`
}

// CopyFound is how far one organisation's copy was looked at.
type CopyFound struct {
	Name   string `json:"name"`
	Blocks uint64 `json:"blocks"`              // that were compared, from the first on
	Reason string `json:"unreached,omitempty"` // why no more could be
}

// ModelFound is the read model beside what it should be.
type ModelFound struct {
	Path     string `json:"path"`
	Height   uint64 `json:"height"`
	Expected string `json:"expected,omitempty"` // digest of what the ledger says at that height
	Found    string `json:"found,omitempty"`    // and of the file
	Compared bool   `json:"compared"`
}

// Difference is the first thing that is not as it should be, and where.
type Difference struct {
	Peer     string  `json:"peer,omitempty"`
	Block    *uint64 `json:"block,omitempty"`
	Tx       string  `json:"tx,omitempty"`
	Record   string  `json:"record,omitempty"`
	Row      string  `json:"row,omitempty"` // of the read model
	What     string  `json:"what"`
	Expected string  `json:"expected,omitempty"`
	Found    string  `json:"found,omitempty"`
}

func (d Difference) String() string {
	var where []string
	for _, part := range []struct{ name, value string }{{"", d.Peer}, {"block ", d.block()}, {"transaction ", d.Tx}, {"", d.Record}, {"read model, ", d.Row}} {
		if part.value != "" {
			where = append(where, part.name+part.value)
		}
	}
	text := strings.Join(where, ", ") + ": " + d.What
	if d.Expected != "" || d.Found != "" {
		text += fmt.Sprintf("\n  expected  %s\n  found     %s", d.Expected, d.Found)
	}
	return text
}

func (d Difference) block() string {
	if d.Block == nil {
		return ""
	}
	return fmt.Sprint(*d.Block)
}

// Looked says whether everything that was asked for could be looked at.
func (r Report) Looked() bool { return r.reached() && (r.Model == nil || r.Model.Compared) }

// reached says whether every copy was looked at to its end.
func (r Report) reached() bool {
	return !slices.ContainsFunc(r.Copies, func(c CopyFound) bool { return c.Reason != "" })
}

// Clean says whether everything was looked at and nothing differs.
func (r Report) Clean() bool { return r.Looked() && r.Difference == nil }

// mostShown bounds what of a value is shown.
const mostShown = 60

// shown is a value as the report has it: itself, or how long it is and its hash.
// Records are not printed: not all of them are for everybody.
func shown(value string) string {
	if len(value) <= mostShown {
		return fmt.Sprintf("%q", value)
	}
	return fmt.Sprintf("%d bytes with the SHA-256 %x", len(value), sha256.Sum256([]byte(value)))
}

// firstByte is where two values part.
func firstByte(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
