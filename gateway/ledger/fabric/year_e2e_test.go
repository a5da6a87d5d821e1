//go:build e2e

package fabric_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/network"
	"github.com/fairlead/fairlead/test/conformance"
	"github.com/fairlead/fairlead/test/scenario"
)

// TestAWorkersYear tells the year on a real network, each statement by a key of
// the organisation whose it is.
func TestAWorkersYear(t *testing.T) {
	f := bring(t, network.BFT)
	told := scenario.Run(t, conformance.Opened{Ledger: f.ledger, Workers: f.gateway(provenance.Workers), Registrar: f.Registrar, Enrol: f.Enrol}, nil)
	t.Log(told.Text)
}
