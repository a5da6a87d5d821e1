package readmodel

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
)

func TestWaitForGivesUpWithItsContext(t *testing.T) {
	s := filled(t, invent(10, 1).chain.first(3))
	if err := s.WaitFor(context.Background(), 2); err != nil {
		t.Errorf("waiting for what is there: %v", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	fresh := openStore(t, filepath.Join(t.TempDir(), "model.db"))
	done := make(chan error, 1)
	go func() { done <- fresh.WaitFor(ctx, 0) }()
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestStatusTellsTimes(t *testing.T) {
	c := invent(11, 5).chain
	s := filled(t, c)
	newest := c.records()
	at := instant(newest[len(newest)-1].At)
	status := s.Status()
	if status.Height != uint64(len(c.blocks)) || status.Ledger != status.Height || status.Behind() != 0 || !status.At.Equal(at) ||
		status.AppliedAt.IsZero() || status.ToldAt.IsZero() || !errors.Is(status.Stopped, errLost) {
		t.Errorf("the status is %+v, the newest record's time %s", status, at)
	}
}
