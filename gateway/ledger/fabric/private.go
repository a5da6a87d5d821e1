package fabric

import (
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Transient data is in no block, but whoever handles a proposal on its way sees
// it: this gateway, the peer whose Gateway service it calls, and every peer that
// executes it. Left to itself that service picks the first from its own
// organisation, whichever that is. So all three are held to be the author's.

// mayCarry refuses transient data of another organisation's authors.
func (l *Ledger) mayCarry(org provenance.Org) error {
	if org != l.reader.key.Identity().Org || len(l.hosts.of(org)) == 0 {
		return provenance.Refuse(provenance.NoStanding,
			"this gateway is not your organisation's: hand what is not public to a gateway of your own organisation")
	}
	return nil
}

// own gives the peers that may see the transient data of a proposal.
func (l *Ledger) own(i *invocation) ([]*host, error) {
	author, err := i.author()
	if err != nil {
		return nil, err
	}
	if err := l.mayCarry(author.Org); err != nil {
		return nil, err
	}
	return l.hosts.of(author.Org), nil
}

// of gives an organisation's peers.
func (hs *hosts) of(org provenance.Org) []*host {
	return slices.DeleteFunc(slices.Clone(hs.all), func(h *host) bool { return h.org != org })
}
