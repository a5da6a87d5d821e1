package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// strongKeys are the keys of the identifiers which no two facilities share.
func strongKeys(list []provenance.Identifier) []key {
	var keys []key
	for _, id := range list {
		if id.Strong() {
			keys = append(keys, identifierKey(id))
		}
	}
	return keys
}

// checkFacility: a site has one entry, found by its strong identifiers; a
// supplier speaks for the sites it operates.
func (t *transaction) checkFacility(e *entry, f *provenance.Facility) error {
	if f.Operator != "" && t.caller.Org == provenance.Suppliers && f.Operator != t.caller.Party {
		return refuse("operator", provenance.NoStanding, "is another party", "register the sites of your own party, or leave the operator out")
	}
	return t.takeIdentifiers(e, f.ID, f.Identifiers)
}

func facilityRef(id string) provenance.Ref {
	return provenance.Ref{Kind: provenance.KindFacility, ID: id}
}

func (t *transaction) facility(id string) (*provenance.Facility, error) {
	f, _, err := statement[provenance.Facility](t.state, facilityRef(id))
	return f, err
}
