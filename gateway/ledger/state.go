package ledger

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Signer is an author with a key. Only the author's own program has one.
type Signer interface {
	Identity() Identity
	// Sign signs a SHA-256: ECDSA P-256, DER, low S.
	Sign(digest []byte) ([]byte, error)
}

// Statement is what State achieved.
type Statement struct {
	provenance.Receipts
	Commit Commit
	// Tx is the transaction that recorded what was new in the document, empty
	// when nothing was.
	Tx string
}

// attempts bounds how often State begins again after ErrNotDone, and asks again
// after ErrUnknownFate.
const attempts = 5

// State has an author state one document and waits for its commit. A
// transaction that lost a race is made and signed anew; one of unknown fate is
// submitted again as it is, which cannot double it. When the fate stays
// unknown it returns a FateError: stating the same document again is harmless,
// for the identifiers within it make it one effect. A document whose statements
// are all on the ledger already is not submitted again: the answer is the first
// receipts, and the commit of the last of them.
func State(ctx context.Context, relay Relay, author Signer, transaction string, document []byte) (Statement, error) {
	return state(ctx, relay, author, Draft{Author: author.Identity(), Transaction: transaction, Document: document})
}

func state(ctx context.Context, relay Relay, author Signer, draft Draft) (Statement, error) {
	var err error
	for n := range attempts {
		if err = pause(ctx, n); err != nil {
			return Statement{}, err
		}
		var s Statement
		if s, err = stateOnce(ctx, relay, author, draft); !errors.Is(err, ErrNotDone) {
			return s, err
		}
	}
	return Statement{}, err
}

// endorse takes a draft as far as its endorsement.
func endorse(ctx context.Context, relay Relay, author Signer, draft Draft) (Endorsed, error) {
	proposal, err := relay.Prepare(ctx, draft)
	if err != nil {
		return Endorsed{}, err
	}
	signed, err := sign(author, proposal)
	if err != nil {
		return Endorsed{}, err
	}
	return relay.Endorse(ctx, signed)
}

func stateOnce(ctx context.Context, relay Relay, author Signer, draft Draft) (Statement, error) {
	endorsed, err := endorse(ctx, relay, author, draft)
	if err != nil {
		return Statement{}, err
	}
	var s Statement
	if refusal := provenance.Decode(endorsed.Result, &s.Receipts); refusal != nil {
		return Statement{}, fmt.Errorf("reading the receipts of %s: %v", endorsed.Tx, refusal)
	}
	if earlier := s.earlier(endorsed.Tx); earlier != nil {
		s.Commit, err = latest(ctx, relay, earlier)
		return s, err
	}
	s.Tx = endorsed.Tx
	signed, err := sign(author, endorsed.Unsigned)
	if err != nil {
		return Statement{}, err
	}
	for n := range attempts {
		if err := pause(ctx, n); err != nil {
			return Statement{}, &FateError{Tx: endorsed.Tx, Cause: err}
		}
		if s.Commit, err = relay.Submit(ctx, signed); !errors.Is(err, ErrUnknownFate) {
			break
		}
	}
	return s, err
}

// earlier gives the transactions that recorded everything in the document
// before, or nil when something in it is new. Then there is nothing to submit.
func (s Statement) earlier(tx string) []string {
	var earlier []string
	for _, r := range s.Receipts.Receipts {
		if r.Tx == tx {
			return nil
		}
		if !slices.Contains(earlier, r.Tx) {
			earlier = append(earlier, r.Tx)
		}
	}
	return earlier
}

// latest gives the commit of the last of some transactions.
func latest(ctx context.Context, relay Relay, txs []string) (Commit, error) {
	var last Commit
	for _, tx := range txs {
		c, err := relay.Fate(ctx, tx)
		if err != nil {
			return Commit{}, err
		}
		if c.Block >= last.Block {
			last = c
		}
	}
	return last, nil
}

// Await waits until a relay knows of a transaction that another one reported as
// committed: the peers of a network take each block in at a time of their own.
// The error is ErrUnknownFate only when ctx ends before.
func Await(ctx context.Context, relay Relay, tx string) (Commit, error) {
	for n := 0; ; n++ {
		commit, err := relay.Fate(ctx, tx)
		if !errors.Is(err, ErrUnknownFate) {
			return commit, err
		}
		if ended := pause(ctx, min(n, 4)); ended != nil {
			return Commit{}, err
		}
	}
}

func sign(author Signer, what Unsigned) (Signed, error) {
	digest := sha256.Sum256(what.Bytes)
	signature, err := author.Sign(digest[:])
	if err != nil {
		return Signed{}, fmt.Errorf("signing %s: %w", what.Tx, err)
	}
	return Signed{Bytes: what.Bytes, Signature: signature}, nil
}

// pause waits before the nth repetition: not at all before the first, then
// 100 ms, 200 ms, 400 ms ...
func pause(ctx context.Context, n int) error {
	if n == 0 {
		return ctx.Err()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(50 * time.Millisecond << n):
		return nil
	}
}
