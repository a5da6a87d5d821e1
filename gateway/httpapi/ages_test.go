package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// The world's board stated from which age light work is allowed in a country.
func TestLeastAgesAreTold(t *testing.T) {
	g := founded(t)
	rule := g.world.Amend.AgeRule
	least := func(country string) map[provenance.AgeLine]bool {
		got := in[struct {
			Country, Rules string
			Ages           []provenance.AgeLine
		}](t, g.get("/v1/ages/"+country))
		if got.Country != country || got.Rules != provenance.AgeRules {
			t.Errorf("%+v", got)
		}
		lines := map[provenance.AgeLine]bool{}
		for _, l := range got.Ages {
			lines[l] = true
		}
		return lines
	}
	if lines := least(rule.Country); !lines[provenance.AgeLine{Work: rule.Work, Least: rule.Least, Rule: rule.ID, Instrument: rule.Instrument}] {
		t.Errorf("what was stated is not told: %v", lines)
	}
	if lines := least("CN"); !lines[provenance.AgeLine{Work: provenance.WorkLight, Least: 16}] {
		t.Errorf("what is known is not told: %v", lines)
	}
	for _, bad := range []string{"cn", "CHN", "1A"} {
		if a := g.get("/v1/ages/" + bad); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, a.status)
		}
	}
}
