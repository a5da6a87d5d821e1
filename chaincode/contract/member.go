package contract

import (
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// checkMember: a registrar enrols people of parties that their own organisation
// registered, in roles that the organisation has, one member per certificate.
func (t *transaction) checkMember(m *provenance.Member) error {
	party, err := t.record(provenance.Ref{Kind: provenance.KindParty, ID: m.Party})
	if err != nil {
		return err
	}
	if party.record.By.Org != t.caller.Org {
		return refuse("party", provenance.NoStanding, "was registered by another organisation", "ask that organisation's registrar to enrol its members")
	}
	for i, role := range m.Roles {
		if !hasRole(t.caller.Org, role) {
			return refuse(fmt.Sprintf("roles[%d]", i), provenance.NoStanding, "is no role of your organisation", "give a role that your organisation has")
		}
	}
	k := certificateKey(t.caller.Org, m.Certificate)
	switch taken, err := t.has(k); {
	case err != nil:
		return err
	case taken:
		return refuse("certificate", provenance.Conflict, "belongs to a member already", "enrol each certificate once")
	}
	return t.put(k, []byte(m.ID))
}

// hasRole says whether members of an organisation can act in a role at all.
func hasRole(org provenance.Org, role provenance.Role) bool {
	for _, spec := range provenance.Specs() {
		if spec.MayWrite(org, role) {
			return true
		}
	}
	return false
}
