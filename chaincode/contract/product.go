package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// checkProduct: a number is registered by the party that gave it.
func (t *transaction) checkProduct(p *provenance.Product) error {
	if p.Owner != t.caller.Party {
		return refuse("owner", provenance.NoStanding, "is another party", "register your own party's numbers")
	}
	return nil
}
