package fabric

import (
	"context"
	"fmt"
	"time"

	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/hyperledger/fabric-protos-go/gateway"
	"github.com/hyperledger/fabric-protos-go/peer"
)

const (
	// endorseTimeout is given to one peer, which may first have to find its
	// chaincode again.
	endorseTimeout = 10 * time.Second
	// endorseRounds is how often each peer is asked before giving up.
	endorseRounds = 3
	// catchUp is how long peers that disagree are given to reach one height.
	catchUp = 100 * time.Millisecond
)

// Endorse has a signed proposal executed by one commercial and one independent
// organisation, which the first peer chooses. Peers that fail are left for
// others; when all have failed, or the author took longer to sign than peers
// allow, the error is ledger.ErrNotDone. A proposal whose transaction is in a
// block already gives ledger.ErrUnknownFate: Fate tells.
//
// A proposal with transient data goes to peers of the author's organisation
// alone, and is executed by no other.
//
// It relays proposals for its own channel and chaincode alone, and those only
// with a signature of the author they name.
func (l *Ledger) Endorse(ctx context.Context, proposal ledger.Signed) (ledger.Endorsed, error) {
	i, err := l.target.readProposal(proposal.Bytes)
	if err != nil {
		return ledger.Endorsed{}, err
	}
	if err := i.verify(proposal); err != nil {
		return ledger.Endorsed{}, err
	}
	request := &gateway.EndorseRequest{
		TransactionId: i.tx, ChannelId: i.channel,
		ProposedTransaction: &peer.SignedProposal{ProposalBytes: proposal.Bytes, Signature: proposal.Signature},
	}
	peers := l.hosts.all
	if i.private() {
		if peers, err = l.own(i); err != nil {
			return ledger.Endorsed{}, err
		}
		request.EndorsingOrganizations = []string{peers[0].org.MSP()}
	}
	var last *failure
	for n := range endorseRounds * len(peers) {
		if n > 0 {
			if err := pause(ctx, catchUp); err != nil {
				break
			}
		}
		h := l.hosts.current()
		if i.private() {
			h = peers[n%len(peers)]
		}
		endorsed, err := l.endorseBy(ctx, h, request)
		if err == nil {
			return endorsed, nil
		}
		if last = err; last.final() {
			break
		}
		l.log.DebugContext(ctx, "endorsing again", "tx", i.tx, "after", last)
		_ = l.failed(ctx, last)
	}
	switch {
	case last == nil:
		return ledger.Endorsed{}, fmt.Errorf("endorsing %s: %w", i.tx, ctx.Err())
	case last.twice:
		return ledger.Endorsed{}, &ledger.FateError{Tx: i.tx, Cause: last}
	case last.refusal != nil:
		return ledger.Endorsed{}, last.refusal
	case ctx.Err() != nil:
		return ledger.Endorsed{}, fmt.Errorf("endorsing %s: %w (%w)", i.tx, ctx.Err(), last)
	case last.lasting():
		return ledger.Endorsed{}, fmt.Errorf("endorsing %s: %w", i.tx, last)
	}
	return ledger.Endorsed{}, fmt.Errorf("endorsing %s: %w: %w", i.tx, ledger.ErrNotDone, last)
}

// final says that an endorsement need not be asked for again. The refusal of a
// peer asked second may be that it does not know yet what the first does.
func (f *failure) final() bool {
	return f.refusal != nil && f.own || f.late || f.twice || f.lasting()
}

func (l *Ledger) endorseBy(ctx context.Context, h *host, request *gateway.EndorseRequest) (ledger.Endorsed, *failure) {
	ctx, cancel := context.WithTimeout(ctx, endorseTimeout)
	defer cancel()
	answer, err := h.gateway.Endorse(ctx, request)
	if err != nil {
		return ledger.Endorsed{}, readFailure("endorsing", h, err)
	}
	payload := answer.GetPreparedTransaction().GetPayload()
	t, err := l.target.readTransaction(payload)
	if err != nil || t.response == nil {
		return ledger.Endorsed{}, readFailure("endorsing", h, errNoResult)
	}
	return ledger.Endorsed{
		Unsigned: ledger.Unsigned{Tx: request.TransactionId, Bytes: payload},
		Result:   t.response.Payload,
	}, nil
}
