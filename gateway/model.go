package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/ledger/fabric"
	"github.com/fairlead/fairlead/gateway/readmodel"
)

// fold is what a read model holds, in one number.
type fold struct {
	Digest string `json:"digest"`
	Height uint64 `json:"height"` // blocks that it stands on
	At     string `json:"at,omitempty"`
}

func (f fold) String() string { return fmt.Sprintf("%s at height %d", f.Digest, f.Height) }

func foldOf(ctx context.Context, store *readmodel.Store) (fold, error) {
	digest, position, err := store.Digest(ctx)
	if err != nil {
		return fold{}, err
	}
	f := fold{Digest: digest, Height: position.Height}
	if !position.At.IsZero() {
		f.At = provenance.FormatInstant(position.At)
	}
	return f, nil
}

func (a *app) digest() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "digest",
		Short: "Print the digest of the read model: equal wherever the ledger is equal",
		Long: `Print the SHA-256 over all that the read model holds, and the height it stands
on. Two read models of one ledger at one height have the same. The gateway that
serves it has to be stopped meanwhile.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			store, err := a.openModel()
			if err != nil {
				return err
			}
			defer store.Close()
			f, err := foldOf(c.Context(), store)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(a.out, f)
			}
			_, err = fmt.Fprintln(a.out, f)
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

func (a *app) rebuild() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "rebuild",
		Short: "Delete the read model and make it anew from block 0",
		Long: `Delete the read model and make it anew from the ledger's first block on, with
its digest before and after. It loses nothing: the ledger has everything. The
gateway that serves it has to be stopped meanwhile.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if a.config.Network == "" {
				_, err := a.config.openNetwork()
				return err
			}
			bar := newProgress(a.errs)
			before, after, took, err := a.rebuildModel(c.Context(), bar)
			bar.clear()
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(a.out, map[string]any{"before": before, "after": after, "seconds": took.Seconds()})
			}
			had := "nothing that could be read"
			if before != nil {
				had = before.String()
			}
			_, err = fmt.Fprintf(a.out, "before  %s\nafter   %s, in %.1f s\n", had, after, took.Seconds())
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

func (a *app) rebuildModel(ctx context.Context, bar *progress) (before, after *fold, took time.Duration, err error) {
	path, err := a.config.modelPath()
	if err != nil {
		return nil, nil, 0, err
	}
	book, err := fabric.Open(ctx, fabric.Config{Path: a.config.Network})
	if err != nil {
		return nil, nil, 0, err
	}
	defer book.Close()
	if before, err = a.foldNow(ctx); err != nil {
		return nil, nil, 0, err
	}
	if err := readmodel.Discard(path); err != nil {
		return nil, nil, 0, err
	}
	begun := time.Now()
	store, err := a.openModel()
	if err != nil {
		return nil, nil, 0, err
	}
	defer store.Close()
	if err := replay(ctx, book, store, bar); err != nil {
		return nil, nil, 0, err
	}
	now, err := foldOf(ctx, store)
	return before, &now, time.Since(begun), err
}

// foldNow is what the read model holds before it is deleted, nil for one that
// cannot be read.
func (a *app) foldNow(ctx context.Context) (*fold, error) {
	store, err := a.openModel()
	if errors.Is(err, readmodel.ErrDamaged) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer store.Close()
	f, err := foldOf(ctx, store)
	if errors.Is(err, readmodel.ErrDamaged) {
		return nil, nil
	}
	return &f, err
}

// replay follows the ledger up to the height it has now.
func replay(ctx context.Context, reader ledger.Reader, store *readmodel.Store, bar *progress) error {
	height, err := reader.Height(ctx)
	if err != nil || height == 0 {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	projected := make(chan error, 1)
	go func() {
		projected <- readmodel.Project(ctx, reader, store, slog.New(slog.NewTextHandler(io.Discard, nil)))
	}()
	caught := make(chan error, 1)
	go func() { caught <- store.WaitFor(ctx, height-1) }()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			bar.say("block %d of %d", store.Status().Height, height)
		case err := <-projected: // it follows until it is told to stop, so this is a failure
			return err
		case err := <-caught:
			cancel()
			<-projected
			return err
		}
	}
}
