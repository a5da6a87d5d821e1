// Package fabric is the ledger port on a real Hyperledger Fabric network.
//
// What authors sign goes through the peers' Gateway service, which lets a
// proposal and a transaction be signed elsewhere. Questions go through
// fabric-sdk-go, blocks through the peers' Deliver service. README.md says why.
package fabric

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// Config says which network to open.
type Config struct {
	Path    string         // of network.json; not read when Profile is given
	Profile *Profile       // or its content
	ReadAs  provenance.Org // whose gateway this is; empty for the profile's reader
	Log     *slog.Logger
}

// Ledger is the ledger port on a Fabric network. Its methods may be called
// concurrently. It keeps to one peer until that fails, then takes the next.
type Ledger struct {
	target target
	reader *reader
	hosts  *hosts
	asker  *asker
	log    *slog.Logger
}

var _ ledger.Ledger = (*Ledger)(nil)

// Open reads the profile and the reader's key. It does not wait for the network
// to be up; Ready tells. Close the Ledger when done.
func Open(ctx context.Context, c Config) (_ *Ledger, err error) {
	p := c.Profile
	if p == nil {
		if p, err = ReadProfile(c.Path); err != nil {
			return nil, err
		}
	} else if err := p.check(); err != nil {
		return nil, fmt.Errorf("reading the network's profile: %w", err)
	}
	if c.ReadAs != "" {
		copied := *p
		p = &copied
		if err := p.readAs(c.ReadAs); err != nil {
			return nil, fmt.Errorf("reading as %s: %w", c.ReadAs, err)
		}
	}
	l := &Ledger{target: target{channel: p.Channel, chaincode: p.Chaincode}, log: c.Log}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	if l.reader, err = openReader(p); err != nil {
		return nil, err
	}
	if l.hosts, err = dial(p); err != nil {
		return nil, err
	}
	if l.asker, err = newAsker(p); err != nil {
		return nil, errors.Join(err, l.hosts.close())
	}
	return l, ctx.Err()
}

// Close ends all connections; calls under way fail.
func (l *Ledger) Close() error {
	return errors.Join(l.asker.close(), l.hosts.close())
}

// Org is the organisation whose gateway this is.
func (l *Ledger) Org() provenance.Org { return l.reader.key.Identity().Org }
