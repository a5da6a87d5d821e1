package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/exchange/csvlist"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// facilitiesPerDocument keeps a document small enough to be judged at once.
const facilitiesPerDocument = 100

// imported is a row of a list with what the ledger made of it.
type imported struct {
	csvlist.Row
	Recorded string `json:"recorded,omitempty"` // the transaction that holds it
	Before   bool   `json:"before,omitempty"`   // it was on the ledger already
}

func (a *app) importFacilities() *cobra.Command {
	var who as
	var dryRun, asJSON bool
	c := &cobra.Command{
		Use:   "facilities FILE... --as AUTHOR",
		Short: "Register the facilities of CSV lists, and tell of every row what became of it",
		Long: `Register the facilities of lists in CSV. The first line names the columns, of
which country and name are needed: country, name, address, sector, lat, lng.
Every row is told of. Importing a list again, or lists that overlap, is harmless.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, files []string) error {
			lists, err := readLists(files)
			if err != nil {
				return err
			}
			var rows []*imported
			for _, list := range lists {
				for _, row := range list.Rows {
					rows = append(rows, &imported{Row: row})
				}
			}
			if !dryRun {
				author, err := a.config.signer(who)
				if err != nil {
					return err
				}
				bar := newProgress(a.errs)
				err = register(c.Context(), a.config.gateway(), author, rows, bar)
				bar.clear()
				if err != nil { // what was recorded until then is told all the same
					return errors.Join(err, unlessReported(a.report(lists, rows, dryRun, asJSON)))
				}
			}
			return a.report(lists, rows, dryRun, asJSON)
		},
	}
	who.flags(c)
	c.Flags().BoolVar(&dryRun, "dry-run", false, "read the lists and send nothing")
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

func readLists(files []string) ([]csvlist.List, error) {
	var reader csvlist.Reader
	var lists []csvlist.List
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("reading a list: %w", err)
		}
		list, err := reader.Read(filepath.Base(path), f)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
		lists = append(lists, list)
	}
	return lists, nil
}

// register states the accepted rows. A row that the ledger refuses is rejected
// with its reason, and the others are sent again without it.
func register(ctx context.Context, relay ledger.Relay, author ledger.Signer, rows []*imported, bar *progress) error {
	var due []*imported
	for _, row := range rows {
		if row.Outcome == csvlist.Accepted {
			due = append(due, row)
		}
	}
	done := 0
	for batch := range slices.Chunk(due, facilitiesPerDocument) {
		bar.say("%d of %s", done, counted(len(due), "facility row"))
		for rest := batch; len(rest) > 0; {
			var err error
			if rest, err = registerBatch(ctx, relay, author, rest); err != nil {
				return fmt.Errorf("registering facilities: %w", err)
			}
		}
		done += len(batch)
	}
	return nil
}

// registerBatch states one document and gives the rows to be sent again.
func registerBatch(ctx context.Context, relay ledger.Relay, author ledger.Signer, rows []*imported) (again []*imported, err error) {
	list := make([]*provenance.Facility, len(rows))
	for i, row := range rows {
		list[i] = row.Facility
	}
	document, err := json.Marshal(map[string]any{"facilities": list})
	if err != nil {
		return nil, err
	}
	spec, _ := provenance.SpecOf(provenance.KindFacility)
	s, err := ledger.State(ctx, relay, author, spec.Transaction, document)
	if refusal, ok := provenance.AsRefusal(err); ok {
		return settleRefused(rows, refusal)
	}
	if err != nil {
		return nil, err
	}
	if len(s.Receipts.Receipts) != len(rows) {
		return nil, fmt.Errorf("%d facilities were stated and %d receipts came back", len(rows), len(s.Receipts.Receipts))
	}
	for i, r := range s.Receipts.Receipts {
		rows[i].Recorded, rows[i].Before = r.Tx, r.Tx != s.Tx
	}
	return nil, nil
}

// settleRefused rejects the rows that a refusal names and gives the others. A
// refusal that names none concerns all.
func settleRefused(rows []*imported, refusal *provenance.Refusal) ([]*imported, error) {
	named := map[int]bool{}
	for _, f := range refusal.Fields {
		var i int
		if _, err := fmt.Sscanf(f.Field, "facilities[%d]", &i); err != nil || i < 0 || i >= len(rows) {
			continue
		}
		named[i] = true
		row := rows[i]
		if f.Code == provenance.Conflict && f.Field == fmt.Sprintf("facilities[%d].id", i) {
			// The identifier follows from what is said, so it was said before.
			row.Outcome, row.Before = csvlist.Same, true
			row.Notes = append(row.Notes, "another party stated the same facility before: nothing was left to do")
			continue
		}
		row.Outcome = csvlist.Rejected
		row.Reasons = append(row.Reasons, strings.TrimPrefix(f.Field, fmt.Sprintf("facilities[%d].", i))+" "+f.Problem+": "+f.Remedy)
	}
	if len(named) == 0 {
		return nil, refusal
	}
	var rest []*imported
	for i, row := range rows {
		if !named[i] {
			rest = append(rest, row)
		}
	}
	return rest, nil
}

// report tells of every row, then sums up. It fails when a row was rejected.
func (a *app) report(lists []csvlist.List, rows []*imported, dryRun, asJSON bool) error {
	summary := sumUp(rows)
	var err error
	if asJSON {
		ignored := map[string][]string{}
		for _, list := range lists {
			if len(list.Ignored) > 0 {
				ignored[list.Name] = list.Ignored
			}
		}
		err = printJSON(a.out, map[string]any{"rows": rows, "summary": summary, "ignoredColumns": ignored, "dryRun": dryRun})
	} else {
		err = a.printRows(lists, rows, summary)
	}
	if err == nil && summary.Rejected > 0 {
		return errReported
	}
	return err
}

func unlessReported(err error) error {
	if errors.Is(err, errReported) {
		return nil
	}
	return err
}

type summary struct {
	Rows     int `json:"rows"`
	Accepted int `json:"accepted"` // facilities of their own
	Recorded int `json:"recorded"` // of these, now on the ledger for the first time
	Before   int `json:"before"`   // on the ledger already
	Same     int `json:"same"`     // rows that repeat an earlier one
	Blank    int `json:"blank"`
	Rejected int `json:"rejected"`
	Unplaced int `json:"unplaced"` // accepted without a position
}

func sumUp(rows []*imported) summary {
	s := summary{Rows: len(rows)}
	for _, row := range rows {
		switch row.Outcome {
		case csvlist.Accepted:
			s.Accepted++
			if row.Facility.Position == nil {
				s.Unplaced++
			}
			if row.Recorded != "" && !row.Before {
				s.Recorded++
			}
		case csvlist.Same:
			s.Same++
		case csvlist.Blank:
			s.Blank++
		case csvlist.Rejected:
			s.Rejected++
		}
		if row.Before {
			s.Before++
		}
	}
	return s
}

func (a *app) printRows(lists []csvlist.List, rows []*imported, s summary) error {
	var text bytes.Buffer
	for _, list := range lists {
		if len(list.Ignored) > 0 {
			fmt.Fprintf(&text, "%s: columns not read: %s\n", list.Name, strings.Join(list.Ignored, ", "))
		}
	}
	width := 0
	for _, row := range rows {
		width = max(width, len([]rune(row.List)))
	}
	for _, row := range rows {
		what := ""
		if row.Facility != nil {
			what = row.Facility.ID + "  " + row.Facility.Country + "  " + row.Facility.Name
		}
		fmt.Fprintf(&text, "%-*s  row %-4d  line %-4d  %-8s  %s\n", width, row.List, row.Place.Row, row.Line, row.outcome(), what)
		for _, note := range slices.Concat(row.Reasons, row.Notes) {
			fmt.Fprintf(&text, "      %s\n", note)
		}
	}
	fmt.Fprintf(&text, "%s: %d accepted (%d newly recorded, %d on the ledger before, %d without a position), %d the same as another, %d blank, %d rejected\n",
		counted(s.Rows, "row"), s.Accepted, s.Recorded, s.Before, s.Unplaced, s.Same, s.Blank, s.Rejected)
	_, err := a.out.Write(text.Bytes())
	return err
}

// outcome is the row's own, or what the ledger made of it.
func (row *imported) outcome() string {
	switch {
	case row.Outcome == csvlist.Accepted && row.Before:
		return "known"
	case row.Recorded != "":
		return "recorded"
	}
	return string(row.Outcome)
}
