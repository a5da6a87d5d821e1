package network

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hyperledger/fabric-sdk-go/pkg/fab/discovery"
)

// awaitPlan waits until every organisation's peer, asked by that organisation,
// knows a set of peers which together satisfy the endorsement policy. An open
// port says nothing of the kind: peers first have to learn of each other.
func (d *deployer) awaitPlan(ctx context.Context) error {
	return d.each(ctx, func(ctx context.Context, h *host) error {
		return poll(ctx, "an endorsement plan at "+h.Peer.Name, func() error { return h.plan(ctx) })
	})
}

func (h *host) plan(ctx context.Context) error {
	client, err := discovery.New(h.client)
	if err != nil {
		return giveUp{fmt.Errorf("asking %s for an endorsement plan: %w", h.Peer.Name, err)}
	}
	config, ok := h.client.EndpointConfig().PeerConfig(h.Peer.Name)
	if !ok {
		return giveUp{fmt.Errorf("%s is not in the client's configuration", h.Peer.Name)}
	}
	calls := discovery.CcCalls(Chaincode)
	ask, err := discovery.NewRequest().OfChannel(Channel).AddEndorsersQuery(discovery.CcInterests(calls)...)
	if err != nil {
		return giveUp{fmt.Errorf("asking %s for an endorsement plan: %w", h.Peer.Name, err)}
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	answers, err := client.Send(ctx, ask, *config)
	if err != nil {
		return err
	}
	answer, ok := <-answers
	switch {
	case ctx.Err() != nil: // an answer that was given up holds nothing, not even an error
		return ctx.Err()
	case !ok:
		return errors.New("no answer")
	}
	if err := answer.Error(); err != nil {
		return err
	}
	_, err = answer.ForChannel(Channel).Endorsers(calls, discovery.NewIndifferentFilter())
	return err
}
