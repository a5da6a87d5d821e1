package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/desk"
)

func (a *app) makeTerms() *cobra.Command {
	var agreed string
	var dryRun, asJSON bool
	c := &cobra.Command{
		Use:   "make COMMITMENT.json|- --agreed FILE|-",
		Short: "Bind what was agreed with workers before they leave, without telling any of it",
		Long: `Make a book of terms. The commitment is a document of the kind terms-commitment
without terms, workers and root: corridor, month and, where they are known,
facility and recruiter. What was agreed is a table in CSV, with a line for each
worker and no names: write down elsewhere who is on which line. Its first line
names the columns, of which any may be left out:

` + columnsInWords() + `
The book holds every term and what is needed to open its commitment. It is kept at
the desk, encrypted; the table may be destroyed. Answers the whole document, to be
stated with fairlead state terms-commitment -.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := required(c, "agreed"); err != nil {
				return err
			}
			if args[0] == "-" && agreed == "-" {
				return usagef("the commitment and the table cannot both come from standard input")
			}
			document, err := a.readDocument(args[0])
			if err != nil {
				return err
			}
			text, err := a.readSecret("terms", agreed)
			if err != nil {
				return err
			}
			commitment, book, err := bind(document, string(text))
			if err != nil {
				return err
			}
			if dryRun {
				return a.reply(asJSON, map[string]any{"workers": commitment.Workers, "terms": commitment.Terms}, "%s of %s could be bound; nothing was written",
					counted(len(commitment.Terms), "term"), counted(commitment.Workers, "worker"))
			}
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			switch _, err := u.desk.Terms().Read(commitment.ID); {
			case err == nil:
				return fmt.Errorf("the terms of %s were bound before: another book would make that one worthless", commitment.ID)
			case !errors.Is(err, desk.ErrNotKept):
				return err
			}
			if err := u.desk.Terms().Keep(commitment.ID, book); err != nil {
				return err
			}
			if asJSON {
				return printJSON(a.out, map[string]any{"commitment": commitment, "workers": commitment.Workers})
			}
			return printJSON(a.out, commitment)
		},
	}
	c.Flags().StringVar(&agreed, "agreed", "", "table of what was agreed, - for standard input")
	c.Flags().BoolVar(&dryRun, "dry-run", false, "check commitment and table and write nothing")
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

// bind makes the book of a table, and the commitment to it.
func bind(document []byte, table string) (*provenance.TermsCommitment, provenance.TermsBook, error) {
	none := provenance.TermsBook{}
	commitment := new(provenance.TermsCommitment)
	if refusal := provenance.Decode(document, commitment); refusal != nil {
		return nil, none, refusal
	}
	if commitment.Root != "" || commitment.Workers != 0 || len(commitment.Terms) != 0 {
		return nil, none, errors.New("the commitment names terms, workers or a root already: the table says which and how many")
	}
	if commitment.ID == "" {
		commitment.ID = newID()
	}
	codes, rows, err := readTerms(table)
	if err != nil {
		return nil, none, err
	}
	var values [][]int64
	var faults []error
	for n, row := range rows {
		if row.worker != 0 && row.worker != n+1 {
			faults = append(faults, fmt.Errorf("line %d: it is worker %d of this table by its place: number them in order, or leave the column out", row.line, n+1))
		}
		var of []int64
		for _, code := range codes {
			value, ok := row.values[code]
			if !ok {
				faults = append(faults, fmt.Errorf("line %d: %s is missing: bind terms that were agreed with everybody", row.line, code))
			}
			of = append(of, value)
		}
		values = append(values, of)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, none, err
	}
	book, err := provenance.MakeTermsBook(commitment.ID, codes, values, rand.Reader)
	if err != nil {
		return nil, none, err
	}
	commitment.Terms, commitment.Workers = codes, len(rows)
	if commitment.Root, err = book.Root(); err != nil {
		return nil, none, err
	}
	_, err = documentOf(commitment)
	return commitment, book, err
}

func (a *app) listTerms() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the books of terms and the comparisons kept at this desk",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			books, err := u.desk.Terms().Names()
			if err != nil {
				return err
			}
			all, err := u.comparisons()
			if err != nil {
				return err
			}
			list := []comparing{}
			for _, c := range all {
				list = append(list, describeComparison(c))
			}
			if asJSON {
				return printJSON(a.out, map[string]any{"books": append([]string{}, books...), "comparisons": list})
			}
			for _, book := range books {
				if err := a.reply(false, nil, "%s: a book of terms", book); err != nil {
					return err
				}
			}
			for _, c := range list {
				if err := a.reply(false, nil, "%s %s: of %s with what %s found", c.ID, c.State, c.Commitment, c.Cohort); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

func (a *app) forgetTerms() *cobra.Command {
	var dryRun, asJSON bool
	c := &cobra.Command{
		Use:   "forget COMMITMENT",
		Short: "Destroy a book of terms, once nothing will be compared with it any more",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			if _, err := u.desk.Terms().Read(args[0]); err != nil {
				return err
			}
			all, err := u.comparisons()
			if err != nil {
				return err
			}
			if slices.ContainsFunc(all, func(c desk.Comparison) bool { return c.Content.Commitment == args[0] && c.State.Running() }) {
				return fmt.Errorf("a comparison with the terms of %s is not closed yet", args[0])
			}
			if dryRun {
				return a.reply(asJSON, map[string]any{"commitment": args[0]}, "the book of %s could be destroyed", args[0])
			}
			if err := u.desk.Terms().Remove(args[0]); err != nil {
				return err
			}
			return a.reply(asJSON, map[string]any{"commitment": args[0]}, "the book of %s is destroyed: nobody can open these terms any more", args[0])
		},
	}
	c.Flags().BoolVar(&dryRun, "dry-run", false, "check whether it can be, and destroy nothing")
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}
