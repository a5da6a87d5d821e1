package readmodel

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Position is the moment of the ledger on which an answer stands.
type Position struct {
	Height uint64    // number of blocks that were applied, the first ones of the ledger
	At     time.Time // latest time of a valid transaction in them; zero before the first
}

// Status tells how fresh the store is.
type Status struct {
	Position
	AppliedAt time.Time // when it was brought to Position; zero before the first block
	Ledger    uint64    // height that the ledger last told, 0 before it has
	ToldAt    time.Time // when it did
	Running   bool      // whether a projector follows the ledger
	Stopped   error     // why the last projector gave up; nil while one runs, and after one that was told to stop
}

// Behind is the number of blocks that the ledger has and the store does not,
// as far as the ledger has told.
func (s Status) Behind() uint64 {
	if s.Ledger <= s.Height {
		return 0
	}
	return s.Ledger - s.Height
}

// position is the row of that name.
type position struct {
	height        uint64
	hash          []byte
	at, appliedAt string
}

func (p position) public() Position {
	return Position{Height: p.height, At: instant(p.at)}
}

func instant(s string) time.Time {
	t, err := provenance.ParseInstant(s)
	if err != nil { // '' for none
		return time.Time{}
	}
	return t
}

type row interface{ Scan(...any) error }

func scanPosition(r row) (position, error) {
	var p position
	if err := r.Scan(&p.height, &p.hash, &p.at, &p.appliedAt); err != nil {
		return p, fmt.Errorf("reading the position: %w", err)
	}
	return p, nil
}

// progress is what the projector tells the rest of the process.
type progress struct {
	mu      sync.Mutex
	status  Status
	changed chan struct{} // closed at the next change
}

func newProgress(p position) *progress {
	return &progress{
		status:  Status{Position: p.public(), AppliedAt: instant(p.appliedAt)},
		changed: make(chan struct{}),
	}
}

func (p *progress) change(apply func(*Status)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	apply(&p.status)
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *progress) look() (Status, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status, p.changed
}

// Status tells how fresh the store is, without asking the file or the ledger.
func (s *Store) Status() Status {
	status, _ := s.progress.look()
	return status
}

// WaitFor returns once the given block is applied, so that a writer can read
// what it wrote. It gives up when ctx ends, and at once when the projector has
// given up before that block.
func (s *Store) WaitFor(ctx context.Context, block uint64) error {
	for {
		status, changed := s.progress.look()
		switch {
		case status.Height > block:
			return nil
		case status.Stopped != nil:
			return fmt.Errorf("waiting for block %d: %w", block, status.Stopped)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
