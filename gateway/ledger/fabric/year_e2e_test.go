//go:build e2e

package fabric_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/network"
	"github.com/fairlead/fairlead/test/conformance"
	"github.com/fairlead/fairlead/test/scenario"
)

// TestOneNetworkThroughEverything has one real network go through what every
// ledger must do, through a worker's year as each organisation, and through a
// hundred who speak of one site at once; then it looks, in all that any
// organisation but Workers has of that, for what went to Workers in private.
func TestOneNetworkThroughEverything(t *testing.T) {
	f := bring(t, network.BFT)
	overheard := &overhearing{Ledger: f.gateway(provenance.Workers)}
	open := func(*testing.T) conformance.Opened {
		return conformance.Opened{Ledger: f.ledger, Workers: overheard, Registrar: f.Registrar, Enrol: f.Enrol}
	}
	o := open(t)
	t.Run("what every ledger must do", func(t *testing.T) { conformance.Run(t, open) })
	var told scenario.Told
	t.Run("a worker's year", func(t *testing.T) {
		told = scenario.Run(t, o, nil)
		t.Log(told.Text)
	})
	t.Run("a hundred at once", func(t *testing.T) { scenario.Together(t, o, told) })
	t.Run("terms are compared", func(t *testing.T) { told.Secrets = append(told.Secrets, compared(t, o, told)...) })
	t.Run("nothing private is anywhere else", func(t *testing.T) { f.nothingPrivate(t, told, overheard) })
}
