package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/ledger/fabric"
	"github.com/fairlead/fairlead/gateway/ledger/remote"
)

// concurrency is how many transactions this program has under way at most.
const concurrency = 16

// gateway is the server that commands speak to. An author's program trusts it
// with nothing: what it hands over to be signed is checked first.
type gateway struct {
	*remote.Relay
	checker fabric.Checker
}

func (c *Config) gateway() gateway { return c.gatewayAt(c.Server) }

func (c *Config) gatewayAt(server string) gateway {
	g := gateway{
		Relay:   remote.New(server, &http.Client{Transport: c.transport(server), Timeout: 90 * time.Second}),
		checker: fabric.Checker{Channel: c.Channel, Chaincode: c.Chaincode},
	}
	g.Check = func(u ledger.Unsigned, draft ledger.Draft) error { return distrust(g.checker.CheckProposal(u, draft)) }
	return g
}

// distrust says what it means when a gateway hands over something else to be
// signed. It hides the cause, which may be a refusal of ours and is none of the
// ledger's.
func distrust(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("nothing was signed, for the gateway asks for a signature on something else than what was stated: %v", err)
}

// Endorse checks that what comes back to be signed is the proposal that was
// signed, and nothing else.
func (g gateway) Endorse(ctx context.Context, proposal ledger.Signed) (ledger.Endorsed, error) {
	endorsed, err := g.Relay.Endorse(ctx, proposal)
	if err != nil {
		return ledger.Endorsed{}, err
	}
	return endorsed, distrust(g.checker.CheckTransaction(endorsed.Unsigned, proposal.Bytes))
}

// awaitReady waits until a gateway would take a transaction.
func awaitReady(ctx context.Context, server string, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, server+"/readyz", nil)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(request)
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
			err = errors.New("it answers " + answer.Status)
		}
		select {
		case <-ctx.Done():
			return errors.Join(errors.New("the gateway "+server+" is not ready"), err)
		case <-tick.C:
		}
	}
}
