package readmodel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/fairlead/fairlead/gateway/ledger"
)

// ErrProjecting: another projector feeds this store already.
var ErrProjecting = errors.New("the read model is being fed already")

// ErrOtherLedger: the blocks do not continue those that the store was made of.
var ErrOtherLedger = errors.New("the read model was made of another ledger, or of another course of this one; `fairlead rebuild` makes it anew of this one")

const (
	queue      = 32              // blocks read ahead of the writer
	heightEach = 5 * time.Second // how often the ledger is asked for its height
)

// Project follows the ledger from the store's position on, until ctx ends (it
// then returns ctx.Err()) or it cannot go on. What was applied stays applied,
// and the next Project continues there.
//
// It skips nothing: an event that this version does not know, or that cannot
// be read, stops it with a *BlockError before that block. Before anything is
// applied, the newest applied block is compared with the ledger's; where the
// chain of hashes breaks the error is ErrOtherLedger. Both are lasting. Any
// other error, of the ledger's connection or the disk, may pass.
func Project(ctx context.Context, reader ledger.Reader, store *Store, log *slog.Logger) error {
	if !store.projecting.TryLock() {
		return ErrProjecting
	}
	defer store.projecting.Unlock()
	store.progress.change(func(s *Status) { s.Running, s.Stopped = true, nil })
	err := project(ctx, reader, store, log)
	if ctx.Err() != nil {
		err = ctx.Err()
	} else if err != nil {
		err = fmt.Errorf("projecting the ledger: %w", damage(err))
	}
	store.progress.change(func(s *Status) {
		s.Running = false
		if ctx.Err() == nil {
			s.Stopped = err
		}
	})
	return err
}

func project(ctx context.Context, reader ledger.Reader, store *Store, log *slog.Logger) error {
	w, err := newWriter(ctx, store)
	if err != nil {
		return err
	}
	defer w.close()
	log.Info("following the ledger", "block", w.position.height)
	ctx, cancel := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		watchHeight(ctx, reader, store, log)
	}()
	blocks := make(chan block, queue)
	followed := make(chan error, 1)
	go func() {
		defer close(blocks)
		followed <- follow(ctx, reader, store, w.position.height, blocks)
	}()
	err = w.run(ctx, blocks)
	cancel()
	<-watched
	if followErr := <-followed; err == nil {
		err = followErr
	}
	return err
}

// follow reads blocks while the writer is busy with those before. It begins
// with the newest one that is applied, for the writer to recognise the ledger
// by.
func follow(ctx context.Context, reader ledger.Reader, store *Store, height uint64, blocks chan<- block) error {
	return reader.Follow(ctx, max(height, 1)-1, func(b ledger.Block) error {
		if told := store.Status().Ledger; b.Number >= told {
			store.told(b.Number + 1)
		}
		read := readBlock(b)
		select {
		case blocks <- read:
			return read.fault
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

// watchHeight keeps asking how far the ledger is, so that a store which falls
// behind shows it.
func watchHeight(ctx context.Context, reader ledger.Reader, store *Store, log *slog.Logger) {
	tick := time.NewTicker(heightEach)
	defer tick.Stop()
	quiet := false
	for {
		height, err := reader.Height(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			store.told(height)
		case !quiet:
			log.Warn("the ledger does not tell its height", "error", err)
		}
		quiet = err != nil
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (s *Store) told(height uint64) {
	now := time.Now()
	s.progress.change(func(status *Status) { status.Ledger, status.ToldAt = height, now })
}
