package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/fsck"
	"github.com/fairlead/fairlead/gateway/ledger/fabric"
)

func (a *app) fsck() *cobra.Command {
	var rootsPath string
	var folders []string
	var ledgerOnly, asJSON bool
	c := &cobra.Command{
		Use:   "fsck",
		Short: "Look a second time: every organisation's copy of the ledger, and the read model beside it",
		Long: `Read every organisation's copy of the ledger from block 0 side by side and check
the chain of hashes, the orderers', authors' and endorsers' signatures, and the
peers' verdicts; make the read model anew, by code that shares nothing with the
projector but the vocabulary, and compare it row by row at its height. It tells
the first difference and where it lies. The gateway may go on serving meanwhile.

It ends with 0 when everything was looked at and nothing differs, with 3 when
something differs, with 1 when something could not be looked at. With --blocks it
asks no peer: each folder is a copy, one block a file, as peer channel fetch
writes them (0.block, 1.block, ...).`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			o, end, err := a.fsckOptions(c.Context(), rootsPath, folders)
			if err != nil {
				return err
			}
			defer end()
			if !ledgerOnly {
				if o.Model, err = a.config.modelPath(); err != nil {
					return err
				}
			}
			bar := newProgress(a.errs)
			o.Progress = func(block, of uint64) { bar.say("block %d of %d", block, of) }
			report, err := fsck.Run(c.Context(), o)
			bar.clear()
			return a.tellFsck(report, err, asJSON)
		},
	}
	c.Flags().StringVar(&rootsPath, "roots", "", "roots file to trust (default: the roots of --network)")
	c.Flags().StringArrayVar(&folders, "blocks", nil, "folder with a copy of the ledger, instead of the peers; may be given for each")
	c.Flags().BoolVar(&ledgerOnly, "ledger-only", false, "leave the read model out")
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

// fsckOptions opens the copies; end closes them.
func (a *app) fsckOptions(ctx context.Context, rootsPath string, folders []string) (o fsck.Options, end func(), err error) {
	roots, err := a.openRoots(rootsPath)
	if err != nil {
		return o, nil, err
	}
	o = fsck.Options{Channel: a.config.Channel, Chaincode: a.config.Chaincode, Roots: map[provenance.Org][]string{}}
	for _, org := range roots.Organizations {
		o.Roots[org.Name] = org.Roots
	}
	for _, path := range folders {
		folder, err := fsck.OpenFolder(path)
		if err != nil {
			return o, nil, err
		}
		o.Copies = append(o.Copies, folder)
	}
	if len(folders) > 0 {
		return o, func() {}, nil
	}
	if a.config.Network == "" {
		_, err := a.config.openNetwork()
		return o, nil, err
	}
	book, err := fabric.Open(ctx, fabric.Config{Path: a.config.Network})
	if err != nil {
		return o, nil, err
	}
	for _, held := range book.Copies() {
		o.Copies = append(o.Copies, held)
	}
	return o, func() { book.Close() }, nil
}

// tellFsck prints what was looked at, whatever came of it, before the verdict.
func (a *app) tellFsck(r fsck.Report, failed error, asJSON bool) error {
	var err error
	if asJSON {
		answer := struct {
			Clean bool `json:"clean"`
			fsck.Report
			Failed string `json:"failed,omitempty"`
		}{Clean: failed == nil && r.Clean(), Report: r}
		if failed != nil {
			answer.Failed = failed.Error()
		}
		err = printJSON(a.out, answer)
	} else {
		_, err = io.WriteString(a.out, fsckText(r, failed))
	}
	switch {
	case err != nil:
		return err
	case r.Difference != nil:
		return errFalse
	case failed != nil:
		return failed
	case !r.Looked():
		return errReported
	}
	return nil
}

func fsckText(r fsck.Report, failed error) string {
	var text strings.Builder
	fmt.Fprintf(&text, "ledger      %d of %s checked, %s, %s, in %.1f s\n", r.Blocks, counted(int(r.Height), "block"),
		counted(r.Transactions, "transaction"), counted(r.Signatures, "signature"), r.Seconds)
	for _, c := range r.Copies {
		if c.Reason == "" {
			fmt.Fprintf(&text, "copy        %s: compared up to %s\n", c.Name, counted(int(c.Blocks), "block"))
		} else {
			fmt.Fprintf(&text, "copy        %s: NOT looked at beyond %s: %s\n", c.Name, counted(int(c.Blocks), "block"), c.Reason)
		}
	}
	switch m := r.Model; {
	case m == nil:
		text.WriteString("read model  not asked for\n")
	case !m.Compared:
		fmt.Fprintf(&text, "read model  NOT compared (%s)\n", m.Path)
	default:
		fmt.Fprintf(&text, "read model  height %d, %s\n", m.Height, m.Path)
		if m.Expected != "" {
			fmt.Fprintf(&text, "            expected  %s\n            found     %s\n", m.Expected, m.Found)
		}
	}
	switch {
	case r.Difference != nil:
		fmt.Fprintf(&text, "%s\nIt does NOT hold. This is the first difference; after it nothing was looked for.\n", r.Difference)
	case failed != nil:
		text.WriteString("It could not be looked at.\n")
	case !r.Looked():
		text.WriteString("Nothing differs in what was looked at, which is NOT everything.\n")
	default:
		text.WriteString("Nothing differs.\n")
	}
	return text.String()
}
