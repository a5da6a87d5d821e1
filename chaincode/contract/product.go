package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// checkProduct: a number is registered by the party that gave it.
func (t *transaction) checkProduct(p *provenance.Product) error {
	if p.Owner != t.caller.Party {
		return refuse("owner", provenance.NoStanding, "is another party", "register your own party's numbers")
	}
	return nil
}

func productRef(gtin string) provenance.Ref {
	return provenance.Ref{Kind: provenance.KindProduct, ID: gtin}
}

// owner gives the party whose number a product has now.
func (t *transaction) owner(gtin string) (string, error) {
	now, err := t.current(ownerKey(gtin))
	if now.State != "" || err != nil {
		return now.State, err
	}
	p, _, err := statement[provenance.Product](t.state, productRef(gtin))
	if err != nil {
		return "", err
	}
	return p.Owner, nil
}

// checkProductAmendment: the party whose number it is amends a product, and may
// give the number away; so may Oversight.
func (t *transaction) checkProductAmendment(e *entry, a *provenance.ProductAmendment) error {
	owner, err := t.owner(a.Product)
	switch {
	case err != nil:
		return err
	case owner != t.caller.Party && t.caller.Org != provenance.Oversight:
		return refuse("product", provenance.NoStanding, "is a product of another party", "ask its owner, or Oversight")
	case a.Owner == "":
		return nil
	case a.Owner == owner:
		return refuse("owner", provenance.WrongState, "is what the ledger holds already", "leave it out")
	}
	return t.putCurrent(ownerKey(a.Product), current{State: a.Owner, By: e.ref})
}
