package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/desk"
	"github.com/fairlead/fairlead/gateway/qr"
	"github.com/fairlead/fairlead/web"
)

func (a *app) makeReceipts() *cobra.Command {
	var sheet, page string
	var workers int
	var dryRun, asJSON bool
	c := &cobra.Command{
		Use:   "make COHORT.json|- --sheet FILE",
		Short: "Draw a receipt for each worker of a cohort, to be printed and handed out",
		Long: `Draw receipts for the workers of a cohort that is not recorded yet. The sheet is
an HTML page to be printed and cut apart: for each worker two cards that look
alike, and a note which of them is the worker's own. The codes are nowhere else:
destroy the file once it is printed. The book, which holds commitments to the
codes, is kept at the desk. Answers the cohort's document with the root of its
receipts, to be stated with fairlead state cohort -.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := required(c, "sheet"); err != nil {
				return err
			}
			document, err := a.readDocument(args[0])
			if err != nil {
				return err
			}
			cohort, err := readCohort(document)
			if err != nil {
				return err
			}
			if workers == 0 {
				workers = cohort.Size
			}
			if workers > cohort.Size {
				return usagef("--workers %d is more than the cohort's size, %d", workers, cohort.Size)
			}
			receipts, book, err := provenance.MakeReceipts(cohort.ID, workers, rand.Reader)
			if err != nil {
				return err
			}
			if cohort.ReceiptsRoot, err = book.Root(); err != nil {
				return err
			}
			if dryRun {
				return a.reply(asJSON, map[string]any{"cohort": cohort.ID, "receipts": workers}, "%s could be made for the cohort %s; nothing was written", counted(workers, "receipt"), cohort.ID)
			}
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			switch _, err := u.desk.Books().Read(cohort.ID); {
			case err == nil:
				return fmt.Errorf("receipts of the cohort %s were made before: others would make those worthless", cohort.ID)
			case !errors.Is(err, desk.ErrNotKept):
				return err
			}
			if page == "" {
				page = a.config.Workers + "/w"
			}
			if err := printSheet(sheet, page, receipts); err != nil {
				return err
			}
			if err := u.desk.Books().Keep(cohort.ID, book); err != nil {
				return errors.Join(err, os.Remove(sheet))
			}
			a.note("%s: print it, cut it apart, and destroy the file. The codes are nowhere else.", sheet)
			if asJSON {
				return printJSON(a.out, map[string]any{"cohort": cohort, "receipts": workers, "sheet": sheet})
			}
			return printJSON(a.out, cohort)
		},
	}
	c.Flags().StringVar(&sheet, "sheet", "", "file to write the sheet to; it must not be there yet")
	c.Flags().StringVar(&page, "page", "", "address that the QR codes lead to (default: /w of --workers-server)")
	c.Flags().IntVar(&workers, "workers", 0, "for how many workers (default: the cohort's size)")
	c.Flags().BoolVar(&dryRun, "dry-run", false, "check the cohort and write nothing")
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

func readCohort(document []byte) (*provenance.Cohort, error) {
	spec, _ := provenance.SpecOf(provenance.KindCohort)
	read, refusal := spec.Read(document, time.Now())
	if refusal != nil {
		return nil, refusal
	}
	var cohort provenance.Cohort
	if err := json.Unmarshal(document, &cohort); err != nil || len(read.Statements) != 1 {
		return nil, errors.New("the document is no single cohort")
	}
	if cohort.ReceiptsRoot != "" {
		return nil, fmt.Errorf("the cohort names receipts already: make them for a document without receiptsRoot")
	}
	return &cohort, nil
}

// printSheet writes the only copy of the codes.
func printSheet(path, page string, receipts []provenance.WorkerReceipt) error {
	sheet := web.Sheet{Address: page}
	for _, r := range receipts {
		var pair [2]web.Card
		for i, secret := range []provenance.Secret{r.Own, r.Pressed} {
			picture, err := qr.SVG(page + "#" + strings.ReplaceAll(secret.Code(), "-", ""))
			if err != nil {
				return err
			}
			pair[i] = web.Card{Code: secret.Code(), QR: string(picture)}
		}
		var chance [1]byte
		rand.Read(chance[:]) // never fails
		sheet.Add(pair[0], pair[1], chance[0]&1 == 1, chance[0]&2 == 2)
	}
	text, err := sheet.Page()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("writing the sheet: %w", err)
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("writing the sheet: %w", err), os.Remove(path))
	}
	return nil
}
