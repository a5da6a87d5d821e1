package fabric

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/hyperledger/fabric-sdk-go/pkg/client/channel"
	sdkledger "github.com/hyperledger/fabric-sdk-go/pkg/client/ledger"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/errors/status"
	sdkcontext "github.com/hyperledger/fabric-sdk-go/pkg/common/providers/context"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/providers/fab"
	"github.com/hyperledger/fabric-sdk-go/pkg/fab/discovery"
	"github.com/hyperledger/fabric-sdk-go/pkg/fabsdk"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// askTimeout is given to one peer for one question.
const askTimeout = 5 * time.Second

// readRecord is the contract's transaction that Record evaluates. Its question
// is a provenance.Ref.
const readRecord = "ReadRecord"

// asker puts questions to single peers by way of fabric-sdk-go. Asking several
// at once would compare answers, which differ for a moment after each block.
type asker struct {
	target  target
	sdk     *fabsdk.FabricSDK
	reader  fabsdk.ContextOption
	scratch string // folder the SDK insists on

	mu      sync.Mutex
	opening *opening // the last attempt, nil before the first
}

// clients are the SDK's. Making them asks peers for the channel's configuration.
type clients struct {
	context sdkcontext.Client
	channel *channel.Client
	ledger  *sdkledger.Client
}

// opening is one attempt to make them. The rest is set once done is closed.
type opening struct {
	done    chan struct{}
	clients *clients
	err     error
}

func (o *opening) failed() bool {
	select {
	case <-o.done:
		return o.err != nil
	default:
		return false
	}
}

func newAsker(p *Profile) (_ *asker, err error) {
	a := &asker{target: target{channel: p.Channel, chaincode: p.Chaincode}}
	if a.scratch, err = os.MkdirTemp("", "fairlead-sdk-"); err != nil {
		return nil, fmt.Errorf("making room for the SDK: %w", err)
	}
	if a.sdk, err = openSDK(p, a.scratch); err != nil {
		return nil, errors.Join(err, os.RemoveAll(a.scratch))
	}
	if a.reader, err = actAsReader(a.sdk, p); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

func (a *asker) close() error {
	a.sdk.Close()
	return os.RemoveAll(a.scratch)
}

// clients makes the SDK's clients when first needed. That knows no context, so
// all who need them wait for one attempt beside it, and may leave.
func (a *asker) clients(ctx context.Context) (*clients, error) {
	a.mu.Lock()
	o := a.opening
	if o == nil || o.failed() {
		o = &opening{done: make(chan struct{})}
		a.opening = o
		go func() {
			defer close(o.done)
			o.clients, o.err = a.open()
		}()
	}
	a.mu.Unlock()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-o.done:
		return o.clients, o.err
	}
}

func (a *asker) open() (*clients, error) {
	client, err := a.sdk.Context(a.reader)()
	if err != nil {
		return nil, fmt.Errorf("acting as the reader: %w", err)
	}
	provider := a.sdk.ChannelContext(a.target.channel, a.reader)
	c, err := channel.New(provider)
	if err != nil {
		return nil, fmt.Errorf("opening the channel: %w", err)
	}
	l, err := sdkledger.New(provider)
	if err != nil {
		return nil, fmt.Errorf("opening the channel's ledger: %w", err)
	}
	return &clients{context: client, channel: c, ledger: l}, nil
}

// height asks one peer.
func (a *asker) height(ctx context.Context, h *host) (uint64, error) {
	c, err := a.clients(ctx)
	if err != nil {
		return 0, err
	}
	answer, err := c.ledger.QueryInfo(sdkledger.WithTargetEndpoints(h.name),
		sdkledger.WithTimeout(fab.PeerResponse, askTimeout), sdkledger.WithParentContext(ctx))
	if err != nil {
		return 0, readAnswer(h, err)
	}
	return answer.BCI.GetHeight(), nil
}

// record asks one peer.
func (a *asker) record(ctx context.Context, h *host, ref provenance.Ref) (provenance.Record, error) {
	c, err := a.clients(ctx)
	if err != nil {
		return provenance.Record{}, err
	}
	question, err := json.Marshal(ref)
	if err != nil {
		return provenance.Record{}, fmt.Errorf("encoding a question: %w", err)
	}
	answer, err := c.channel.Query(
		channel.Request{ChaincodeID: a.target.chaincode, Fcn: readRecord, Args: [][]byte{question}},
		channel.WithTargetEndpoints(h.name), channel.WithParentContext(ctx),
		// The SDK bounds a query by the time for writing.
		channel.WithTimeout(fab.Query, askTimeout), channel.WithTimeout(fab.Execute, askTimeout))
	if err != nil {
		return provenance.Record{}, readAnswer(h, err)
	}
	var r provenance.Record
	if refusal := provenance.Decode(answer.Payload, &r); refusal != nil {
		return provenance.Record{}, fmt.Errorf("reading the answer of %s: %w", h.name, errNoResult)
	}
	return r, nil
}

// plan asks one peer whether it knows enough others to satisfy the endorsement
// policy.
func (a *asker) plan(ctx context.Context, h *host) error {
	c, err := a.clients(ctx)
	if err != nil {
		return err
	}
	asker, err := discovery.New(c.context)
	if err != nil {
		return fmt.Errorf("asking for an endorsement plan: %w", err)
	}
	config, ok := c.context.EndpointConfig().PeerConfig(h.name)
	if !ok {
		return fmt.Errorf("asking for an endorsement plan: %s is not configured", h.name)
	}
	calls := discovery.CcCalls(a.target.chaincode)
	request, err := discovery.NewRequest().OfChannel(a.target.channel).AddEndorsersQuery(discovery.CcInterests(calls)...)
	if err != nil {
		return fmt.Errorf("asking for an endorsement plan: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	answers, err := asker.Send(ctx, request, *config)
	if err != nil {
		return fmt.Errorf("asking %s for an endorsement plan: %w", h.name, err)
	}
	answer, ok := <-answers
	if ctx.Err() != nil { // an answer then holds neither error nor plan
		return fmt.Errorf("asking %s for an endorsement plan: %w", h.name, ctx.Err())
	}
	if !ok {
		return fmt.Errorf("asking %s for an endorsement plan: %w", h.name, errNoResult)
	}
	if err := answer.Error(); err != nil {
		return fmt.Errorf("asking %s for an endorsement plan: %w", h.name, err)
	}
	if _, err := answer.ForChannel(a.target.channel).Endorsers(calls, discovery.NewIndifferentFilter()); err != nil {
		return fmt.Errorf("the plan of %s: %w", h.name, err)
	}
	return nil
}

// readAnswer turns the SDK's error into a refusal, or into one that names the
// kind of failure without the peer's words.
func readAnswer(h *host, err error) error {
	if refusal, ok := provenance.ParseRefusal(err.Error()); ok {
		return refusal
	}
	if s, ok := status.FromError(err); ok {
		return fmt.Errorf("asking %s: %v %d", h.name, s.Group, s.Code)
	}
	return fmt.Errorf("asking %s: %w", h.name, errNoAnswer)
}

var errNoAnswer = errors.New("the SDK gives no reason")
