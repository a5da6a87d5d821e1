package contract

import (
	"errors"
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// checkAccreditation: only audit firms and their auditors are accredited to
// audit; who watches from afar may be of other kinds.
func (t *transaction) checkAccreditation(a *provenance.Accreditation) error {
	firm, _, err := statement[provenance.Party](t.state, partyRef(a.Firm))
	if err != nil {
		return err
	}
	if a.Scheme == provenance.SchemeObservation {
		switch firm.PartyKind {
		case auditFirm, "OBSERVER", "UNION", "NGO", "AUTHORITY":
			return t.grant(a)
		}
		return refuse("firm", provenance.Invalid, "cannot watch others: it is one of those whom that concerns", "name an observer, an audit firm, a union, another worker organisation or an authority")
	}
	if firm.PartyKind != auditFirm {
		return refuse("firm", provenance.Invalid, "is not an audit firm", "name a party of the kind "+auditFirm)
	}
	return t.grant(a)
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
	case accreditation.Auditor != "":
		return refuse(field, provenance.NoStanding, "is one of an auditor's, not of the firm", "name the firm's own")
	case now.State == provenance.Suspended || now.State == provenance.Revoked:
		return refuse(field, provenance.NoStanding, "is suspended or revoked", "ask Oversight")
	}
	switch good, err := t.goodStanding(firm, scheme, ""); {
	case err != nil:
		return err
	case !good:
		return refuse(field, provenance.NoStanding, "is one of several of the firm for this scheme, of which another is suspended", "ask Oversight")
	}
	return nil
}

// grants is the value of a granted key: the accreditations of a firm, or of one
// of its auditors, for a scheme.
type grants struct {
	IDs []string `json:"ids"`
}

// mostGrants bounds how many are kept that have not run out.
const mostGrants = 10

func (t *transaction) grants(k key) (grants, error) {
	value, err := t.get(k)
	if value == nil || err != nil {
		return grants{}, err
	}
	var all grants
	if refusal := provenance.Decode(value, &all); refusal != nil {
		return grants{}, errors.New("reading who is accredited: it is no list")
	}
	return all, nil
}

// grant notes an accreditation, and forgets those that have run out.
func (t *transaction) grant(a *provenance.Accreditation) error {
	k := grantedKey(a.Firm, a.Scheme, a.Auditor)
	all, err := t.grants(k)
	if err != nil {
		return err
	}
	kept := grants{IDs: []string{}}
	for _, id := range all.IDs {
		former, _, err := statement[provenance.Accreditation](t.state, accreditationRef(id))
		if err != nil {
			return err
		}
		if former.ValidUntil >= t.today() {
			kept.IDs = append(kept.IDs, id)
		}
	}
	if len(kept.IDs) == mostGrants {
		return refuse("firm", provenance.WrongState, "has as many accreditations for this scheme as there can be at a time", "wait until one of them has run out")
	}
	kept.IDs = append(kept.IDs, a.ID)
	value, err := provenance.Canonical(kept)
	if err != nil {
		return err
	}
	return t.put(k, value)
}

// goodStanding says whether a firm, or one of its auditors, is accredited for a
// scheme at the transaction's time. While one of several accreditations is
// suspended, none counts: nobody goes round a suspension.
func (t *transaction) goodStanding(firm, scheme, auditor string) (bool, error) {
	all, err := t.grants(grantedKey(firm, scheme, auditor))
	if err != nil {
		return false, err
	}
	good := false
	for _, id := range all.IDs {
		accreditation, _, err := statement[provenance.Accreditation](t.state, accreditationRef(id))
		if err != nil {
			return false, err
		}
		now, err := t.standing(accreditationRef(id))
		switch {
		case err != nil:
			return false, err
		case !accreditation.InForce(t.now):
		case now.State == provenance.Suspended:
			return false, nil
		case now.State != provenance.Revoked:
			good = true
		}
	}
	return good, nil
}

// checkAuditors: each of an audit's auditors is accredited for its scheme.
func (t *transaction) checkAuditors(a *provenance.Audit) error {
	var found problems
	for i, number := range a.Auditors {
		switch good, err := t.goodStanding(a.Firm, a.Scheme, number); {
		case err != nil:
			return err
		case !good:
			found.add(fmt.Sprintf("auditors[%d]", i), provenance.NoStanding, "is not accredited for this firm and scheme, or not in good standing", "ask Oversight to accredit them")
		}
	}
	return found.refusal()
}
