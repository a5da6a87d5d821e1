package ledgertest

import (
	"context"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// Gateway is the ledger by way of an organisation's own gateway, which carries
// no other organisation's transient data. The ledger itself carries all.
func (l *Ledger) Gateway(org provenance.Org) ledger.Ledger { return gateway{l, org} }

type gateway struct {
	*Ledger
	org provenance.Org
}

func (g gateway) Prepare(ctx context.Context, draft ledger.Draft) (ledger.Unsigned, error) {
	if len(draft.Transient) > 0 && draft.Author.Org != g.org {
		return ledger.Unsigned{}, provenance.Refuse(provenance.NoStanding,
			"this gateway is not your organisation's: hand what is not public to a gateway of your own organisation")
	}
	return g.Ledger.Prepare(ctx, draft)
}
