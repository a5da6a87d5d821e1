package fabric

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go/gateway"
	"github.com/hyperledger/fabric-protos-go/peer"
	"google.golang.org/grpc/codes"

	"github.com/fairlead/fairlead/gateway/ledger"
)

func taken() error { return nil }

func committed(code peer.TxValidationCode) func(context.Context) (*gateway.CommitStatusResponse, error) {
	return func(context.Context) (*gateway.CommitStatusResponse, error) {
		return &gateway.CommitStatusResponse{Result: code, BlockNumber: 7}, nil
	}
}

func TestACommitSaysWhatCameOfIt(t *testing.T) {
	for code, is := range map[peer.TxValidationCode]func(error) bool{
		peer.TxValidationCode_VALID:                 func(err error) bool { return err == nil },
		peer.TxValidationCode_MVCC_READ_CONFLICT:    func(err error) bool { return errors.Is(err, ledger.ErrNotDone) },
		peer.TxValidationCode_PHANTOM_READ_CONFLICT: func(err error) bool { return errors.Is(err, ledger.ErrNotDone) },
		peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE: func(err error) bool {
			var invalid *InvalidError
			return errors.As(err, &invalid) && invalid.Code == "ENDORSEMENT_POLICY_FAILURE" && invalid.Block == 7 &&
				!errors.Is(err, ledger.ErrNotDone) && !errors.Is(err, ledger.ErrUnknownFate)
		},
	} {
		t.Run(code.String(), func(t *testing.T) {
			tx, transaction := signedTransaction(t)
			l := openFake(t, &fakePeer{submit: taken, status: committed(code)})
			for call, ask := range map[string]func() (ledger.Commit, error){
				"submit": func() (ledger.Commit, error) { return l.Submit(t.Context(), transaction) },
				"fate":   func() (ledger.Commit, error) { return l.Fate(t.Context(), tx) },
			} {
				got, err := ask()
				if !is(err) || err == nil && got != (ledger.Commit{Tx: tx, Block: 7}) {
					t.Errorf("%s: %+v, %v", call, got, err)
				}
			}
		})
	}
}

// A leader that dies takes with it what it has accepted.
func TestWhatWasAcceptedAndNotOrderedIsHandedInAgain(t *testing.T) {
	_, transaction := signedTransaction(t)
	p := &fakePeer{submit: taken}
	p.status = func(ctx context.Context) (*gateway.CommitStatusResponse, error) {
		if p.called("submit") < 2 {
			return nil, says(t, codes.DeadlineExceeded)
		}
		return committed(peer.TxValidationCode_VALID)(ctx)
	}
	if _, err := openFake(t, p).Submit(t.Context(), transaction); err != nil {
		t.Fatal(err)
	}
	if n := p.called("submit"); n != 2 {
		t.Errorf("handed in %d times", n)
	}
}

func TestTheRepetitionOfATransactionAnswersForTheFirst(t *testing.T) {
	_, transaction := signedTransaction(t)
	p := &fakePeer{submit: taken}
	p.status = func(ctx context.Context) (*gateway.CommitStatusResponse, error) {
		if p.called("status") == 1 {
			return committed(peer.TxValidationCode_DUPLICATE_TXID)(ctx)
		}
		return committed(peer.TxValidationCode_VALID)(ctx)
	}
	if got, err := openFake(t, p).Submit(t.Context(), transaction); err != nil || got.Block != 7 {
		t.Errorf("%+v, %v", got, err)
	}
}

// Orderers refuse what they have ordered already.
func TestACommittedTransactionIsFoundThoughNobodyTakesIt(t *testing.T) {
	_, transaction := signedTransaction(t)
	p := &fakePeer{submit: func() error { return says(t, codes.Unavailable) }, status: committed(peer.TxValidationCode_VALID)}
	if _, err := openFake(t, p).Submit(t.Context(), transaction); err != nil {
		t.Error(err)
	}
}

func TestADyingPeerDoesNotLoseATransaction(t *testing.T) {
	_, transaction := signedTransaction(t)
	bad := &fakePeer{submit: taken, status: func(context.Context) (*gateway.CommitStatusResponse, error) {
		return nil, says(t, codes.Unavailable)
	}}
	good := &fakePeer{submit: taken, status: committed(peer.TxValidationCode_VALID)}
	if _, err := openFake(t, bad, good).Submit(t.Context(), transaction); err != nil {
		t.Error(err)
	}
}

func TestWhenPatienceEndsTheFateIsUnknown(t *testing.T) {
	tx, transaction := signedTransaction(t)
	ctx, cancel := context.WithCancel(t.Context())
	p := &fakePeer{submit: taken, status: func(context.Context) (*gateway.CommitStatusResponse, error) {
		cancel()
		return nil, says(t, codes.DeadlineExceeded)
	}}
	l := openFake(t, p)
	_, err := l.Submit(ctx, transaction)
	var fate *ledger.FateError
	if !errors.As(err, &fate) || fate.Tx != tx || !errors.Is(err, ledger.ErrUnknownFate) || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if l.hosts.current() != l.hosts.all[0] {
		t.Error("the peer was left for its caller's want of patience")
	}
	within, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := l.Fate(within, tx); !errors.Is(err, ledger.ErrUnknownFate) {
		t.Errorf("%v", err)
	}
}
