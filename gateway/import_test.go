package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/exchange/csvlist"
	"github.com/fairlead/fairlead/gateway/ledger"
)

const listHeader = "country,name,address,sector,lat,lng\n"

func TestImportTellsOfEveryRow(t *testing.T) {
	term := newTerminal(t)
	good := term.file("good.csv", listHeader+"India,Works,Road 1,Apparel,1,2\nIndia,Works,Road 1,Apparel,1,2\n")
	out := term.expects(exitOK, []string{"accepted", "same as row 1", "2 rows: 1 accepted", "1 the same as another, 0 blank, 0 rejected"}, "import", "facilities", good, "--dry-run")
	if strings.Contains(out, "\r") {
		t.Error("progress was written where nobody watches")
	}
	bad := term.file("bad.csv", listHeader+"Atlantis,Works,,,1,2\nIndia,Other,,,91,2\n")
	term.expects(exitFailed, []string{"country is not known by this spelling", "could not be placed: its latitude", "4 rows: 2 accepted", "1 without a position", "1 rejected"},
		"import", "facilities", good, bad, "--dry-run")
	var report struct {
		Rows []struct {
			List    string
			Row     int
			Outcome string
			Reasons []string
		}
		Summary summary
	}
	if err := json.Unmarshal([]byte(term.expects(exitFailed, nil, "import", "facilities", good, bad, "--dry-run", "--json")), &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Rows) != 4 || report.Rows[2].List != "bad.csv" || report.Rows[2].Row != 1 || report.Rows[2].Outcome != "rejected" || report.Summary.Rejected != 1 {
		t.Errorf("report = %+v", report)
	}
	term.expects(exitFailed, []string{"no such file"}, "import", "facilities", good+"x", "--dry-run")
	term.expects(exitFailed, []string{"reading the list empty.csv: it is empty"}, "import", "facilities", term.file("empty.csv", ""), "--dry-run")
	term.expects(exitUsage, []string{"no author is named"}, "import", "facilities", good)
}

// clerk is a ledger that judges facilities: it refuses those whose name says
// so and answers a receipt for the rest.
type clerk struct {
	ledger.Relay
	documents int
	known     map[string]string // transactions by facility
}

func (c *clerk) Identity() ledger.Identity          { return ledger.Identity{Org: provenance.Brands} }
func (c *clerk) Sign(digest []byte) ([]byte, error) { return digest, nil }
func (c *clerk) tx() string                         { return fmt.Sprintf("tx%d", c.documents) }
func (c *clerk) names(document []byte) (list []named) {
	var d struct{ Facilities []named }
	if err := json.Unmarshal(document, &d); err != nil {
		panic(err)
	}
	return d.Facilities
}

type named struct{ ID, Name string }

func (c *clerk) Prepare(_ context.Context, d ledger.Draft) (ledger.Unsigned, error) {
	c.documents++
	if d.Transaction != "RegisterFacilities" {
		return ledger.Unsigned{}, errors.New("prepared " + d.Transaction)
	}
	return ledger.Unsigned{Tx: c.tx(), Bytes: d.Document}, nil
}

func (c *clerk) Endorse(_ context.Context, proposal ledger.Signed) (ledger.Endorsed, error) {
	var faults []provenance.FieldProblem
	receipts := provenance.Receipts{Receipts: []provenance.Receipt{}}
	for i, f := range c.names(proposal.Bytes) {
		at := fmt.Sprintf("facilities[%d].", i)
		switch f.Name {
		case "Taken":
			faults = append(faults, provenance.FieldProblem{Field: at + "id", Code: provenance.Conflict, Problem: "is taken by another statement", Remedy: "make a new identifier"})
		case "Wrong":
			faults = append(faults, provenance.FieldProblem{Field: at + "operator", Code: provenance.NoStanding, Problem: "is another party", Remedy: "leave it out"})
		case "Nobody":
			return ledger.Endorsed{}, provenance.Refuse(provenance.NoStanding, "your certificate belongs to no member")
		}
		tx := c.tx()
		if first, ok := c.known[f.ID]; ok {
			tx = first
		}
		receipts.Receipts = append(receipts.Receipts, provenance.Receipt{Kind: provenance.KindFacility, ID: f.ID, Tx: tx})
	}
	if len(faults) > 0 {
		return ledger.Endorsed{}, provenance.RefuseFields(faults)
	}
	result, err := json.Marshal(receipts)
	return ledger.Endorsed{Unsigned: ledger.Unsigned{Tx: c.tx(), Bytes: proposal.Bytes}, Result: result}, err
}

func (c *clerk) Fate(_ context.Context, tx string) (ledger.Commit, error) {
	return ledger.Commit{Tx: tx}, nil
}

func (c *clerk) Submit(_ context.Context, transaction ledger.Signed) (ledger.Commit, error) {
	for _, f := range c.names(transaction.Bytes) {
		if _, ok := c.known[f.ID]; !ok {
			c.known[f.ID] = c.tx()
		}
	}
	return ledger.Commit{Tx: c.tx()}, nil
}

func rowsOf(t *testing.T, names ...string) []*imported {
	t.Helper()
	text := listHeader
	for i, name := range names {
		text += fmt.Sprintf("India,%s,Road %d,,1,2\n", name, i)
	}
	list, err := new(csvlist.Reader).Read("list.csv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var rows []*imported
	for _, row := range list.Rows {
		rows = append(rows, &imported{Row: row})
	}
	return rows
}

func TestWhatTheLedgerRefusesDoesNotKeepTheRestBack(t *testing.T) {
	c := &clerk{known: map[string]string{}}
	rows := rowsOf(t, "A", "Taken", "B", "Wrong", "C")
	if err := register(context.Background(), c, c, rows, newProgress(io.Discard)); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows {
		got = append(got, row.outcome())
	}
	if want := []string{"recorded", "same", "recorded", "rejected", "recorded"}; !slices.Equal(got, want) {
		t.Errorf("rows came to %v, want %v", got, want)
	}
	if reason := strings.Join(rows[3].Reasons, ""); reason != "operator is another party: leave it out" {
		t.Errorf("reason %q", reason)
	}
	s := sumUp(rows)
	if s.Recorded != 3 || s.Before != 1 || s.Rejected != 1 || s.Same != 1 {
		t.Errorf("summary %+v", s)
	}
}

func TestImportingAgainRecordsNothing(t *testing.T) {
	c := &clerk{known: map[string]string{}}
	names := make([]string, 250)
	for i := range names {
		names[i] = fmt.Sprintf("Works %d", i)
	}
	for _, want := range []summary{{Rows: 250, Accepted: 250, Recorded: 250}, {Rows: 250, Accepted: 250, Before: 250}} {
		c.documents = 10 * c.documents // transactions have names of their own
		rows := rowsOf(t, names...)
		if err := register(context.Background(), c, c, rows, newProgress(io.Discard)); err != nil {
			t.Fatal(err)
		}
		if got := sumUp(rows); got != want {
			t.Errorf("summary %+v, want %+v", got, want)
		}
	}
	if c.documents != 33 {
		t.Errorf("%d documents, want three of at most 100 rows each time", c.documents)
	}
}

func TestARefusalOfAllIsTheImports(t *testing.T) {
	c := &clerk{known: map[string]string{}}
	err := register(context.Background(), c, c, rowsOf(t, "A", "Nobody"), newProgress(io.Discard))
	if refusal, ok := provenance.AsRefusal(err); !ok || refusal.Code != provenance.NoStanding {
		t.Errorf("error %v", err)
	}
}
