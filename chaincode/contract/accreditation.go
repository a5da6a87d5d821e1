package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// checkAccreditation: only audit firms are accredited to audit; who watches from
// afar may be of other kinds.
func (t *transaction) checkAccreditation(a *provenance.Accreditation) error {
	firm, _, err := statement[provenance.Party](t.state, partyRef(a.Firm))
	if err != nil {
		return err
	}
	if a.Scheme == provenance.SchemeObservation {
		switch firm.PartyKind {
		case auditFirm, "OBSERVER", "UNION", "NGO", "AUTHORITY":
			return nil
		}
		return refuse("firm", provenance.Invalid, "cannot watch others: it is one of those whom that concerns", "name an observer, an audit firm, a union, another worker organisation or an authority")
	}
	if firm.PartyKind != auditFirm {
		return refuse("firm", provenance.Invalid, "is not an audit firm", "name a party of the kind "+auditFirm)
	}
	return nil
}

const auditFirm = "AUDIT_FIRM"

func accreditationRef(id string) provenance.Ref {
	return provenance.Ref{Kind: provenance.KindAccreditation, ID: id}
}

// checkAccredited: a firm holds the accreditation that a statement names, for
// its scheme, in force at the transaction's time.
func (t *transaction) checkAccredited(id, firm, scheme string) error {
	const field = "accreditation"
	accreditation, _, err := statement[provenance.Accreditation](t.state, accreditationRef(id))
	if err != nil {
		return err
	}
	now, err := t.standing(accreditationRef(id))
	switch {
	case err != nil:
		return err
	case accreditation.Firm != firm:
		return refuse(field, provenance.NoStanding, "belongs to another firm", "name one of the firm's own")
	case accreditation.Scheme != scheme:
		return refuse(field, provenance.NoStanding, "is for another scheme", "name the one for this scheme")
	case !accreditation.InForce(t.now):
		return refuse(field, provenance.NoStanding, "is not in force", "ask Oversight to accredit the firm")
	case now.State == provenance.Suspended || now.State == provenance.Revoked:
		return refuse(field, provenance.NoStanding, "is suspended or revoked", "ask Oversight")
	}
	return nil
}
