package ledgertest_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/conformance"
	"github.com/fairlead/fairlead/test/ledgertest"
)

func TestConformance(t *testing.T) {
	conformance.Run(t, func(t *testing.T) conformance.Opened {
		l := ledgertest.New(t)
		return conformance.Opened{Ledger: l.Gateway(provenance.Brands), Workers: l.Gateway(provenance.Workers), Registrar: l.Signers().Registrar, Enrol: l.Signers().Enrol}
	})
}
