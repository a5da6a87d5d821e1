// Package remote is the author's side of a gateway: a ledger.Relay over its HTTP
// API, and the few readings that a command line needs. The author's key stays
// with the author; what the gateway prepares can be checked before it is signed.
package remote

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// Relay speaks to one gateway. It may be used concurrently.
type Relay struct {
	// Both are to be set before the first call.

	// Check, when set, is asked before Prepare returns: whether the bytes to be
	// signed are a proposal for this draft and nothing else. Its error goes to the
	// caller, who then has nothing to sign.
	Check func(ledger.Unsigned, ledger.Draft) error

	// CheckEndorsed, when set, is asked before Endorse returns: whether the bytes to
	// be signed are the endorsed form of this proposal and of nothing else.
	CheckEndorsed func(transaction ledger.Unsigned, proposal []byte) error

	base   string
	client *http.Client

	mu  sync.Mutex
	txs map[[sha256.Size]byte]string // of endorsed bytes whose fate is not known: their transactions
}

var _ ledger.Relay = (*Relay)(nil)

// New makes a relay for a gateway such as https://fairlead.example. A nil client
// means http.DefaultClient; the caller's contexts bound each call.
func New(baseURL string, client *http.Client) *Relay {
	if client == nil {
		client = http.DefaultClient
	}
	return &Relay{base: strings.TrimRight(baseURL, "/"), client: client, txs: map[[sha256.Size]byte]string{}}
}

// stage is how far a transaction has come, as the gateway tells it.
type stage struct {
	State  string          `json:"state"`
	Tx     string          `json:"tx"`
	Bytes  []byte          `json:"bytes"`
	Result json.RawMessage `json:"result"`
	Block  *uint64         `json:"block"`
}

// Prepare has the gateway make the proposal for a draft. When the gateway cannot
// be reached the error is ErrNotDone, for a proposal has no effect.
func (r *Relay) Prepare(ctx context.Context, draft ledger.Draft) (ledger.Unsigned, error) {
	path, body, err := addressed(draft)
	if err != nil {
		return ledger.Unsigned{}, err
	}
	header, err := names(draft.Author)
	if err != nil {
		return ledger.Unsigned{}, err
	}
	var st stage
	if err := r.send(ctx, path, header, body, &st); err != nil {
		return ledger.Unsigned{}, fmt.Errorf("preparing %s: %w", draft.Transaction, harmless(err))
	}
	unsigned := ledger.Unsigned{Tx: st.Tx, Bytes: st.Bytes}
	if r.Check != nil {
		if err := r.Check(unsigned, draft); err != nil {
			return ledger.Unsigned{}, fmt.Errorf("checking what the gateway prepared for %s: %w", draft.Transaction, err)
		}
	}
	return unsigned, nil
}

// names are the headers that name an author.
func names(author ledger.Identity) (http.Header, error) {
	block, _ := pem.Decode(author.Certificate)
	if block == nil {
		return nil, errors.New("the author's certificate is not PEM")
	}
	return http.Header{
		"Fairlead-Org":         {string(author.Org)},
		"Fairlead-Certificate": {base64.StdEncoding.EncodeToString(block.Bytes)},
	}, nil
}

// addressed gives a draft's address and the body to send there: the document,
// or what Workers alone are to hold.
func addressed(draft ledger.Draft) (path string, body []byte, err error) {
	if content, private := draft.Transient[provenance.HeldName]; private {
		spec, ok := provenance.HeldSpecOf(draft.Transaction)
		if !ok || len(draft.Transient) != 1 || string(draft.Document) != provenance.HeldPublicly {
			return "", nil, fmt.Errorf("nothing that Workers hold is stated by %q in this way", draft.Transaction)
		}
		return "/v1/held/" + spec.Resource, content, nil
	}
	if len(draft.Transient) > 0 {
		return "", nil, fmt.Errorf("a gateway takes no transient data of this name with %q", draft.Transaction)
	}
	for _, spec := range provenance.Specs() {
		if spec.Transaction == draft.Transaction {
			return "/v1/" + spec.Resource, draft.Document, nil
		}
	}
	return "", nil, fmt.Errorf("no kind of record is stated by %q", draft.Transaction)
}

// Endorse has the gateway gather endorsements. When the gateway cannot be
// reached the error is ErrNotDone, for an endorsement has no effect.
func (r *Relay) Endorse(ctx context.Context, proposal ledger.Signed) (ledger.Endorsed, error) {
	var st stage
	if err := r.sendSigned(ctx, "/v1/transactions/endorse", proposal, &st); err != nil {
		return ledger.Endorsed{}, fmt.Errorf("endorsing: %w", harmless(err))
	}
	transaction := ledger.Unsigned{Tx: st.Tx, Bytes: st.Bytes}
	if r.CheckEndorsed != nil {
		if err := r.CheckEndorsed(transaction, proposal.Bytes); err != nil {
			return ledger.Endorsed{}, fmt.Errorf("checking what the gateway endorsed: %w", err)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.txs[sha256.Sum256(st.Bytes)] = st.Tx
	return ledger.Endorsed{Unsigned: transaction, Result: st.Result}, nil
}

// Submit hands in a transaction. Whatever goes wrong on the way leaves its fate
// unknown, unless the gateway says better.
func (r *Relay) Submit(ctx context.Context, transaction ledger.Signed) (ledger.Commit, error) {
	commit, err := r.submit(ctx, transaction)
	digest := sha256.Sum256(transaction.Bytes)
	r.mu.Lock()
	defer r.mu.Unlock()
	if tx := r.txs[digest]; err == nil && tx != "" && commit.Tx != tx {
		err = &ledger.FateError{Tx: tx, Cause: errors.New("the gateway answered for another transaction")}
	}
	var fate *ledger.FateError
	if errors.As(err, &fate) {
		if fate.Tx == "" {
			fate.Tx = r.txs[digest]
		}
	} else {
		delete(r.txs, digest)
	}
	if err != nil {
		return ledger.Commit{}, fmt.Errorf("submitting: %w", err)
	}
	return commit, nil
}

func (r *Relay) submit(ctx context.Context, transaction ledger.Signed) (ledger.Commit, error) {
	var st stage
	err := r.sendSigned(ctx, "/v1/transactions/submit", transaction, &st)
	var p *Problem
	switch _, refused := provenance.AsRefusal(err); {
	case err == nil && st.Block != nil:
		return ledger.Commit{Tx: st.Tx, Block: *st.Block}, nil
	case err == nil:
		return ledger.Commit{}, &ledger.FateError{Tx: st.Tx, Cause: errors.New("the gateway named no block")}
	case refused, errors.Is(err, ledger.ErrNotDone), errors.Is(err, ledger.ErrUnknownFate):
		return ledger.Commit{}, err
	case errors.As(err, &p) && p.Outcome == refusedOutcome:
		return ledger.Commit{}, err
	}
	return ledger.Commit{}, &ledger.FateError{Cause: err}
}

// Fate asks what became of a transaction.
func (r *Relay) Fate(ctx context.Context, tx string) (ledger.Commit, error) {
	var st stage
	if err := r.get(ctx, "/v1/transactions/"+url.PathEscape(tx), nil, &st); err != nil {
		return ledger.Commit{}, fmt.Errorf("asking for the fate of %s: %w", tx, err)
	}
	if st.Block == nil {
		return ledger.Commit{}, &ledger.FateError{Tx: tx, Cause: errors.New("the gateway named no block")}
	}
	return ledger.Commit{Tx: st.Tx, Block: *st.Block}, nil
}

func (r *Relay) sendSigned(ctx context.Context, path string, signed ledger.Signed, st *stage) error {
	body, err := json.Marshal(struct {
		Bytes     []byte `json:"bytes"`
		Signature []byte `json:"signature"`
	}{signed.Bytes, signed.Signature})
	if err != nil {
		return err
	}
	return r.send(ctx, path, nil, body, st)
}

// harmless marks as ErrNotDone, so that trying again is safe, a failure on the
// way and a gateway that cannot serve for now, where nothing can have come of
// the call. An ended context is not tried again.
func harmless(err error) error {
	var failure *transportError
	var p *Problem
	switch {
	case errors.As(err, &failure) && failure.ctx == nil:
	case errors.As(err, &p) && p.Outcome == notDoneOutcome && (p.Status == http.StatusServiceUnavailable || p.Status == http.StatusGatewayTimeout):
	default:
		return err
	}
	return fmt.Errorf("%w: %w", ledger.ErrNotDone, err)
}
