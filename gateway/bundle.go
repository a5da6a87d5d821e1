package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/ledger/fabric"
	"github.com/fairlead/fairlead/gateway/seals"
)

func (a *app) bundle() *cobra.Command {
	var lot, nonce, output string
	var full, member bool
	c := &cobra.Command{
		Use:   "bundle GTIN",
		Short: "An answer with its seals, as a file that verify checks",
		Long: `Fetch the sealed answer of a product from the gateway. With --full make one with
the records that are not shown one by one too, by asking the organisations' peers
as the reader of --network: that is not for the public. With --member fetch such a
one from the gateway, as the member who is signed in.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			q := provenance.Question{GTIN: provenance.NormaliseGTIN(args[0]), Lot: lot}
			if err := provenance.CheckGTIN(q.GTIN); err != nil {
				return usagef("%q %v", args[0], err)
			}
			if !full && nonce != "" {
				return usagef("--nonce needs --full: the gateway's seals are made before anybody asks")
			}
			if full && member {
				return usagef("--full makes the bundle from the peers of --network, --member fetches it from the gateway: say one of the two")
			}
			text, err := a.makeBundle(c.Context(), q, nonce, full, member)
			if err != nil {
				return err
			}
			if output != "" {
				return os.WriteFile(output, text, 0o600)
			}
			_, err = a.out.Write(text) // letter by letter: nothing follows it
			return err
		},
	}
	c.Flags().StringVar(&lot, "lot", "", "one lot of the product")
	c.Flags().BoolVar(&full, "full", false, "with the records that are not shown one by one")
	c.Flags().BoolVar(&member, "member", false, "with them, from the gateway, as the member who is signed in")
	c.Flags().StringVar(&nonce, "nonce", "", "64 hexadecimal digits that the seals are to carry, with --full")
	c.Flags().StringVarP(&output, "output", "o", "", "file to write (default: standard output)")
	return c
}

func (a *app) makeBundle(ctx context.Context, q provenance.Question, nonce string, full, member bool) ([]byte, error) {
	if !full {
		query := url.Values{}
		if q.Lot != "" {
			query.Set("lot", q.Lot)
		}
		if member {
			query.Set("full", "true")
		}
		address := strings.TrimRight(a.config.Server, "/") + "/v1/products/" + q.GTIN + "/history/bundle"
		if len(query) > 0 {
			address += "?" + query.Encode()
		}
		return fetchBundle(ctx, a.config.transport(a.config.Server), address)
	}
	roots, err := a.config.networkRoots()
	if err != nil {
		return nil, err
	}
	book, err := fabric.Open(ctx, fabric.Config{Path: a.config.Network})
	if err != nil {
		return nil, err
	}
	defer book.Close()
	bar := newProgress(a.errs)
	records, newest, err := allRecords(ctx, book, bar)
	bar.clear()
	if err != nil {
		return nil, err
	}
	if q.AsOf = time.Now().UTC().Truncate(time.Millisecond); newest.After(q.AsOf) {
		q.AsOf = newest
	}
	return seals.Maker{Witness: book, Roots: roots, Now: time.Now}.Product(ctx, q, records, nonce, true)
}

var errCaught = errors.New("caught up")

// allRecords follows the ledger up to its height and gives every record, without
// a read model in between.
func allRecords(ctx context.Context, reader ledger.Reader, bar *progress) (records []provenance.Record, newest time.Time, err error) {
	height, err := reader.Height(ctx)
	if err != nil || height == 0 {
		return nil, newest, err
	}
	err = reader.Follow(ctx, 0, func(b ledger.Block) error {
		bar.say("block %d of %d", b.Number, height)
		for _, tx := range b.Transactions {
			if !tx.Valid() || tx.Event != provenance.EventName {
				continue
			}
			var r provenance.Recorded
			if err := json.Unmarshal(tx.Payload, &r); err != nil {
				return fmt.Errorf("reading block %d: its event holds no records", b.Number)
			}
			records = append(records, r.Records...)
			if tx.At.After(newest) {
				newest = tx.At
			}
		}
		if b.Number+1 >= height {
			return errCaught
		}
		return nil
	})
	if errors.Is(err, errCaught) {
		err = nil
	}
	return records, newest, err
}
