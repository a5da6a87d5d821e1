package contract

import (
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// checkFindingStep: a finding moves as provenance.MayMove says; the site's part
// is its operator's, the auditor's is for one without a stake.
func (t *transaction) checkFindingStep(e *entry, s *provenance.FindingStep) error {
	audit, _, err := statement[provenance.Audit](t.state, provenance.Ref{Kind: provenance.KindAudit, ID: s.Audit})
	if err != nil {
		return err
	}
	if err := t.operates("audit", audit.Facility); err != nil {
		return err
	}
	if err := t.disinterested("audit", audit.Facility); err != nil {
		return err
	}
	if !slices.ContainsFunc(audit.Findings, func(f provenance.Finding) bool { return f.No == s.Finding }) {
		return refuse("finding", provenance.UnknownReference, "is no finding of the audit", "give a number that the audit has")
	}
	if s.On < audit.End {
		return refuse("on", provenance.Invalid, "is before the end of the audit", "correct the date")
	}
	if err := t.checkMove(s); err != nil {
		return err
	}
	e.concerns(facilityRef(audit.Facility))
	return t.putCurrent(findingKey(s.Audit, s.Finding), current{State: string(s.State), By: s.ID})
}

func (t *transaction) checkMove(s *provenance.FindingStep) error {
	now, err := t.current(findingKey(s.Audit, s.Finding))
	if err != nil {
		return err
	}
	from := provenance.FindingOpen
	if now.State != "" {
		from = provenance.FindingState(now.State)
	}
	if provenance.MayMove(from, s.State, t.caller.Org) {
		return nil
	}
	byAnother := slices.ContainsFunc(provenance.Orgs(), func(o provenance.Org) bool { return provenance.MayMove(from, s.State, o) })
	if byAnother {
		return refuse("state", provenance.NoStanding, "is a step that is not yours to take", "leave it to those whose part it is")
	}
	return refuse("state", provenance.WrongState, "cannot follow the state "+string(from)+" that the finding is in", "look at the finding again")
}
