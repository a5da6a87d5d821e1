package conformance

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/test/world"
)

// blocks follows from a block to the last that there is.
func (s *suite) blocks(t *testing.T, first uint64) []ledger.Block {
	t.Helper()
	height, err := s.Height(t.Context())
	if err != nil {
		t.Fatalf("asking the height: %v", err)
	}
	var got []ledger.Block
	err = s.Follow(t.Context(), first, func(b ledger.Block) error {
		if got = append(got, b); b.Number+1 >= height {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Fatalf("following from block %d: %v", first, err)
	}
	return got
}

func (s *suite) followsFromAny(t *testing.T) {
	for range 3 {
		site := s.newSite()
		s.state(t, s.as.Supplier, &site)
	}
	all := s.blocks(t, 0)
	for i, b := range all {
		if b.Number != uint64(i) || len(b.Hash) == 0 {
			t.Fatalf("block %d is delivered as number %d with the hash %x", i, b.Number, b.Hash)
		}
		if i > 0 && !bytes.Equal(b.Previous, all[i-1].Hash) {
			t.Errorf("block %d follows %x, the one before is %x", i, b.Previous, all[i-1].Hash)
		}
	}
	for _, first := range []int{1, len(all) / 2, len(all) - 1} {
		for i, b := range s.blocks(t, uint64(first)) {
			if want := all[first+i]; b.Number != want.Number || !bytes.Equal(b.Hash, want.Hash) || len(b.Transactions) != len(want.Transactions) {
				t.Fatalf("from block %d, number %d is delivered where %d is due", first, b.Number, want.Number)
			}
		}
	}
}

func (s *suite) followsOn(t *testing.T) {
	height, err := s.Height(t.Context())
	if err != nil {
		t.Fatalf("asking the height: %v", err)
	}
	site := s.newSite()
	tx, signed := s.endorse(t, s.as.Supplier, &site)
	errs := together(
		func() error {
			return s.Follow(t.Context(), height, func(b ledger.Block) error {
				for _, seen := range b.Transactions {
					if seen.ID == tx {
						return errEnough
					}
				}
				return nil
			})
		},
		func() error { _, err := s.Submit(t.Context(), signed); return err },
	)
	if !errors.Is(errs[0], errEnough) || errs[1] != nil {
		t.Errorf("following ended with %v, submitting with %v", errs[0], errs[1])
	}
}

func (s *suite) endsWithItsReader(t *testing.T) {
	broken := errors.New("the reader's disk is full")
	if err := s.Follow(t.Context(), 0, func(ledger.Block) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("following ended with %v, want the reader's error", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	seen := 0
	err := s.Follow(ctx, 0, func(ledger.Block) error { seen++; cancel(); return nil })
	if !errors.Is(err, context.Canceled) || seen != 1 {
		t.Errorf("following ended with %v after %d blocks, want %v after one", err, seen, context.Canceled)
	}
}

func (s *suite) givesUp(t *testing.T) {
	site := s.newSite()
	proposal, signedProposal := s.prepare(t, s.as.Supplier, &site)
	_, transaction := s.endorse(t, s.as.Supplier, &site)
	ctx := cancelled(t)
	for name, do := range map[string]func() error{
		"Follow": func() error { return s.Follow(ctx, 0, func(ledger.Block) error { return nil }) },
		"Height": func() error { _, err := s.Height(ctx); return err },
		"Record": func() error { _, err := s.Record(ctx, provenance.KindParty, s.Brand.ID); return err },
		"Ready":  func() error { return s.Ready(ctx) },
		"Prepare": func() error {
			_, err := s.Prepare(ctx, ledger.Draft{Author: s.as.Supplier.Identity(), Transaction: world.Transaction(&site), Document: world.Document(&site)})
			return err
		},
		"Endorse": func() error { _, err := s.Endorse(ctx, signedProposal); return err },
		"Fate":    func() error { _, err := s.Fate(ctx, proposal.Tx); return err },
	} {
		if err := do(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s ended with %v, want %v", name, err, context.Canceled)
		}
	}
	// Handed in or not, a submit that gives up cannot know.
	if _, err := s.Submit(ctx, transaction); !errors.Is(err, ledger.ErrUnknownFate) {
		t.Errorf("Submit ended with %v, want %v", err, ledger.ErrUnknownFate)
	}
}
