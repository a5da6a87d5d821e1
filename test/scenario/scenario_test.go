package scenario_test

import (
	"flag"
	"os"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/conformance"
	"github.com/fairlead/fairlead/test/ledgertest"
	"github.com/fairlead/fairlead/test/scenario"
)

var update = flag.Bool("update", false, "write the story anew")

func TestAWorkersYear(t *testing.T) {
	l := ledgertest.New(t)
	o := conformance.Opened{Ledger: l.Gateway(provenance.Brands), Workers: l.Gateway(provenance.Workers), Registrar: l.Signers().Registrar, Enrol: l.Signers().Enrol}
	aMonth := func() { l.At(time.Date(2027, 1, 15, 0, 0, 0, 0, time.UTC)) }
	if !*update {
		told := scenario.Run(t, o, aMonth)
		t.Log(told.Text, told.Later)
		return
	}
	told := scenario.Tell(t, o, aMonth)
	for name, text := range map[string]string{"testdata/year.txt": told.Text, "testdata/later.txt": told.Later} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAHundredSpeakOfOneSiteAtOnce(t *testing.T) {
	l := ledgertest.New(t)
	o := conformance.Opened{Ledger: l.Gateway(provenance.Brands), Workers: l.Gateway(provenance.Workers), Registrar: l.Signers().Registrar, Enrol: l.Signers().Enrol}
	scenario.Together(t, o, scenario.Tell(t, o, nil))
}
