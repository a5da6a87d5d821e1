package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// checkYield: the party that gave a product its number says what it yields, or
// an auditor does.
func (t *transaction) checkYield(e *entry, y *provenance.Yield) error {
	owner, err := t.owner(y.Product)
	if err != nil {
		return err
	}
	if t.caller.Org != provenance.Auditors && owner != t.caller.Party {
		return refuse("product", provenance.NoStanding, "is a product of another party", "ask its owner or an auditor")
	}
	return t.supersede(e, y.Supersedes, productRef(y.Product))
}
