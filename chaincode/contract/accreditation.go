package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// checkAccreditation: only audit firms are accredited.
func (t *transaction) checkAccreditation(a *provenance.Accreditation) error {
	firm, _, err := statement[provenance.Party](t.state, provenance.Ref{Kind: provenance.KindParty, ID: a.Firm})
	if err != nil {
		return err
	}
	if firm.PartyKind != auditFirm {
		return refuse("firm", provenance.Invalid, "is not an audit firm", "name a party of the kind "+auditFirm)
	}
	return nil
}

const auditFirm = "AUDIT_FIRM"

func accreditationOf(a *provenance.Audit) provenance.Ref {
	return provenance.Ref{Kind: provenance.KindAccreditation, ID: a.Accreditation}
}

// checkAccredited: the audit's firm holds the accreditation it names, for the
// audit's scheme, in force at the transaction's time.
func (t *transaction) checkAccredited(a *provenance.Audit) error {
	const field = "accreditation"
	accreditation, _, err := statement[provenance.Accreditation](t.state, accreditationOf(a))
	if err != nil {
		return err
	}
	now, err := t.standing(accreditationOf(a))
	switch {
	case err != nil:
		return err
	case accreditation.Firm != a.Firm:
		return refuse(field, provenance.NoStanding, "belongs to another firm", "name one of the firm's own")
	case accreditation.Scheme != a.Scheme:
		return refuse(field, provenance.NoStanding, "is for another scheme", "name the one for this scheme")
	case !accreditation.InForce(t.now):
		return refuse(field, provenance.NoStanding, "is not in force", "ask Oversight to accredit the firm")
	case now.State == provenance.Suspended || now.State == provenance.Revoked:
		return refuse(field, provenance.NoStanding, "is suspended or revoked", "ask Oversight")
	}
	return nil
}
