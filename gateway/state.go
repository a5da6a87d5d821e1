package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

func (a *app) state() *cobra.Command {
	var who as
	var dryRun, asJSON bool
	c := &cobra.Command{
		Use:   "state KIND FILE|- --as AUTHOR",
		Short: "State one document: signed here, recorded on the ledger",
		Long: `State one JSON document of a kind (party, facility, event, audit, ...; a list
for facilities, products and events) as its author, and print the receipts.
Stating the same document again is harmless and prints the first receipts.`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			spec, ok := provenance.SpecOf(provenance.Kind(args[0]))
			if !ok {
				return usagef("%q is no kind of record: there are %s", args[0], kindNames())
			}
			document, err := a.readDocument(args[1])
			if err != nil {
				return err
			}
			read, refusal := spec.Read(document, time.Now())
			if refusal != nil {
				return refusal
			}
			if dryRun {
				_, err := fmt.Fprintf(a.out, "%s of the kind %s could be sent; what only the ledger knows was not checked\n", counted(len(read.Statements), "statement"), spec.Kind)
				return err
			}
			author, err := a.config.signer(who)
			if err != nil {
				return err
			}
			s, err := ledger.State(c.Context(), a.config.gateway(), author, spec.Transaction, document)
			if err != nil {
				return fmt.Errorf("stating a document of the kind %s: %w", spec.Kind, err)
			}
			if asJSON {
				return printJSON(a.out, map[string]any{"receipts": s.Receipts.Receipts, "tx": s.Commit.Tx, "block": s.Commit.Block})
			}
			var text bytes.Buffer
			for _, r := range s.Receipts.Receipts {
				again := ""
				if r.Tx != s.Tx {
					again = " (recorded before)"
				}
				fmt.Fprintf(&text, "%s %s%s\n  at %s in transaction %s\n  digest %s\n", r.Kind, r.ID, again, r.At, r.Tx, r.Digest)
			}
			_, err = a.out.Write(text.Bytes())
			return err
		},
	}
	who.flags(c)
	c.Flags().BoolVar(&dryRun, "dry-run", false, "check the document and send nothing")
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

func kindNames() string {
	text := ""
	for i, spec := range provenance.Specs() {
		if i > 0 {
			text += ", "
		}
		text += string(spec.Kind)
	}
	return text
}

func (a *app) readDocument(path string) ([]byte, error) {
	// One byte more than is accepted, so that too much is noticed and not cut.
	text, err := a.readInput(path, provenance.MaxDocument+1)
	if err != nil {
		return nil, fmt.Errorf("reading the document: %w", err)
	}
	return text, nil
}

// readInput reads so many bytes at most of a file, or of standard input for -.
func (a *app) readInput(path string, most int64) ([]byte, error) {
	in := a.in
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	return io.ReadAll(io.LimitReader(in, most))
}
