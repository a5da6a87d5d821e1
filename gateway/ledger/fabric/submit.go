package fabric

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/gateway"
	"github.com/hyperledger/fabric-protos-go/peer"
	"google.golang.org/grpc/codes"
)

const (
	// broadcastTimeout is given to one peer to hand a transaction to orderers.
	broadcastTimeout = 5 * time.Second
	// commitWait is how long a transaction that orderers took may stay out of
	// blocks before it is handed in again: accepted is not ordered, and a leader
	// that dies takes accepted transactions with it. It doubles each time up to
	// longestWait, since a network may also be merely busy.
	commitWait  = 2500 * time.Millisecond
	longestWait = 20 * time.Second
	// fateWait is how long a peer is given to tell of a transaction's commit. It
	// answers at once when it knows, and waits for it otherwise.
	fateWait = time.Second
	// resubmitPause keeps a network without orderers from being flooded.
	resubmitPause = 200 * time.Millisecond
)

// Submit hands the signed transaction in, and hands it in again, until a peer
// reports it committed or ctx ends. Fabric takes a transaction once, however
// often it is ordered.
func (l *Ledger) Submit(ctx context.Context, signed ledger.Signed) (ledger.Commit, error) {
	t, err := l.target.readTransaction(signed.Bytes)
	if err != nil {
		return ledger.Commit{}, err
	}
	if err := t.verify(signed); err != nil {
		return ledger.Commit{}, err
	}
	request := &gateway.SubmitRequest{
		TransactionId: t.tx, ChannelId: t.channel,
		PreparedTransaction: &common.Envelope{Payload: signed.Bytes, Signature: signed.Signature},
	}
	question, err := l.reader.commitStatus(t.tx)
	if err != nil {
		return ledger.Commit{}, &ledger.FateError{Tx: t.tx, Cause: err}
	}
	for patience := commitWait; ; patience = min(2*patience, longestWait) {
		wait := patience
		broken := l.broadcastBy(ctx, l.hosts.current(), request)
		if broken != nil { // orderers also refuse what is in a block already
			wait = fateWait
		}
		answer, late := l.statusBy(ctx, l.hosts.current(), question, wait)
		if late == nil {
			return l.judge(ctx, t.tx, answer)
		}
		if ctx.Err() == nil {
			l.log.DebugContext(ctx, "submitting again", "tx", t.tx, "after", cmp.Or(broken, late))
		}
		if err := pause(ctx, resubmitPause); err != nil {
			return ledger.Commit{}, &ledger.FateError{Tx: t.tx, Cause: fmt.Errorf("%w (%w)", err, cmp.Or(broken, late))}
		}
	}
}

// Fate asks the peers, one after the other, whether a block holds the
// transaction.
func (l *Ledger) Fate(ctx context.Context, tx string) (ledger.Commit, error) {
	question, err := l.reader.commitStatus(tx)
	if err != nil {
		return ledger.Commit{}, err
	}
	h := l.hosts.current()
	var cause error
	for range l.hosts.all {
		answer, failed := l.statusBy(ctx, h, question, fateWait)
		if failed == nil {
			return commitOf(tx, answer)
		}
		if ctx.Err() != nil {
			cause = fmt.Errorf("%w (%w)", ctx.Err(), failed)
			break
		}
		cause = failed
		if failed.code == codes.DeadlineExceeded {
			break
		}
		h = l.hosts.after(h)
	}
	return ledger.Commit{}, &ledger.FateError{Tx: tx, Cause: cause}
}

// judge answers for a transaction that a peer reports committed. Of one that
// was ordered twice the peer may report the repetition, which never counts.
func (l *Ledger) judge(ctx context.Context, tx string, answer *gateway.CommitStatusResponse) (ledger.Commit, error) {
	if answer.Result == peer.TxValidationCode_DUPLICATE_TXID {
		return l.Fate(ctx, tx)
	}
	return commitOf(tx, answer)
}

// commitOf is what a validation code means to an author.
func commitOf(tx string, answer *gateway.CommitStatusResponse) (ledger.Commit, error) {
	switch answer.Result {
	case peer.TxValidationCode_VALID:
		return ledger.Commit{Tx: tx, Block: answer.BlockNumber}, nil
	case peer.TxValidationCode_MVCC_READ_CONFLICT, peer.TxValidationCode_PHANTOM_READ_CONFLICT:
		return ledger.Commit{}, fmt.Errorf("transaction %s in block %d: %w: %v", tx, answer.BlockNumber, ledger.ErrNotDone, answer.Result)
	}
	return ledger.Commit{}, &InvalidError{Tx: tx, Block: answer.BlockNumber, Code: answer.Result.String()}
}

// InvalidError is a transaction that a block holds and that counts for nothing,
// for a reason that trying again will not cure.
type InvalidError struct {
	Tx    string
	Block uint64
	Code  string // Fabric's validation code
}

func (e *InvalidError) Error() string {
	return fmt.Sprintf("transaction %s in block %d is invalid: %s", e.Tx, e.Block, e.Code)
}

func (l *Ledger) broadcastBy(ctx context.Context, h *host, request *gateway.SubmitRequest) *failure {
	within, cancel := context.WithTimeout(ctx, broadcastTimeout)
	defer cancel()
	if _, err := h.gateway.Submit(within, request); err != nil {
		return l.failed(ctx, readFailure("submitting", h, err))
	}
	return nil
}

func (l *Ledger) statusBy(ctx context.Context, h *host, question *gateway.SignedCommitStatusRequest, wait time.Duration) (*gateway.CommitStatusResponse, *failure) {
	within, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	answer, err := h.gateway.CommitStatus(within, question)
	if err != nil {
		return nil, l.failed(ctx, readFailure("awaiting the commit", h, err))
	}
	return answer, nil
}

// failed has everybody use another peer from now on, unless it is the caller
// whose patience ended or others whom the peer asked failed it.
func (l *Ledger) failed(ctx context.Context, f *failure) *failure {
	if f.own && ctx.Err() == nil {
		l.hosts.leave(f.host)
	}
	return f
}
