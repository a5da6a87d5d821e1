package contract

import (
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// strongKeys are the keys of the identifiers which no two facilities share.
func strongKeys(f *provenance.Facility) []key {
	var keys []key
	for _, id := range f.Identifiers {
		if id.Strong() {
			keys = append(keys, identifierKey(id))
		}
	}
	return keys
}

// checkFacility: a site has one entry, found by its strong identifiers; a
// supplier speaks for the sites it operates.
func (t *transaction) checkFacility(f *provenance.Facility) error {
	if f.Operator != "" && t.caller.Org == provenance.Suppliers && f.Operator != t.caller.Party {
		return refuse("operator", provenance.NoStanding, "is another party", "register the sites of your own party, or leave the operator out")
	}
	var found problems
	for i, id := range f.Identifiers {
		if !id.Strong() {
			continue
		}
		holder, err := t.get(identifierKey(id))
		if err != nil {
			return err
		}
		if holder != nil {
			found.add(fmt.Sprintf("identifiers[%d].value", i), provenance.Conflict, "belongs to the facility "+string(holder), "use that one, or correct the number")
			continue
		}
		if err := t.put(identifierKey(id), []byte(f.ID)); err != nil {
			return err
		}
	}
	return found.refusal()
}

func facilityRef(id string) provenance.Ref {
	return provenance.Ref{Kind: provenance.KindFacility, ID: id}
}

func (t *transaction) facility(id string) (*provenance.Facility, error) {
	f, _, err := statement[provenance.Facility](t.state, facilityRef(id))
	return f, err
}
