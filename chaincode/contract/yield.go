package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// checkYield: the party that gave a product its number says what it yields, or
// an auditor does.
func (t *transaction) checkYield(e *entry, y *provenance.Yield) error {
	subject := provenance.Ref{Kind: provenance.KindProduct, ID: y.Product}
	product, _, err := statement[provenance.Product](t.state, subject)
	if err != nil {
		return err
	}
	if t.caller.Org != provenance.Auditors && product.Owner != t.caller.Party {
		return refuse("product", provenance.NoStanding, "is a product of another party", "ask its owner or an auditor")
	}
	return t.supersede(e, y.Supersedes, subject)
}
