package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// checkAudit: an auditor states the audits of their own firm, under an
// accreditation in force, by auditors who are accredited themselves, at sites in
// which the firm has no stake.
func (t *transaction) checkAudit(e *entry, a *provenance.Audit) error {
	if a.Firm != t.caller.Party {
		return refuse("firm", provenance.NoStanding, "is another party", "record your own firm's audits")
	}
	if err := t.checkAccredited(a.Accreditation, a.Firm, a.Scheme); err != nil {
		return err
	}
	if err := t.disinterestedSince("facility", a.Facility, a.Start); err != nil {
		return err
	}
	if err := t.checkAuditors(a); err != nil {
		return err
	}
	return t.supersede(e, a.Supersedes, facilityRef(a.Facility))
}
