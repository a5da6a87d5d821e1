package contract

import (
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// found gives the audit's finding that a statement is about, to whoever may
// speak of it: the site's operator, an auditor without a stake and accredited for
// the audit's scheme, or Workers. On
// is the statement's day, under the name field.
func (t *transaction) found(e *entry, audit, number, on, field string) (provenance.Finding, error) {
	a, _, err := statement[provenance.Audit](t.state, provenance.Ref{Kind: provenance.KindAudit, ID: audit})
	if err != nil {
		return provenance.Finding{}, err
	}
	if err := t.operates("audit", a.Facility); err != nil {
		return provenance.Finding{}, err
	}
	if err := t.disinterested("audit", a.Facility); err != nil {
		return provenance.Finding{}, err
	}
	if t.caller.Org == provenance.Auditors {
		switch good, err := t.goodStanding(t.caller.Party, a.Scheme, ""); {
		case err != nil:
			return provenance.Finding{}, err
		case !good:
			return provenance.Finding{}, refuse("audit", provenance.NoStanding, "is under a scheme for which your firm is not accredited now", "leave it to a firm that is, or ask Oversight")
		}
	}
	finding, ok := a.Finding(number)
	if !ok {
		return finding, refuse("finding", provenance.UnknownReference, "is no finding of the audit", "give a number that the audit has")
	}
	if on < a.End {
		return finding, refuse(field, provenance.Invalid, "is before the end of the audit", "correct the date")
	}
	if finding.Topic == provenance.YouthProtection {
		switch own, err := t.get(childFindingKey(audit, number)); {
		case err != nil:
			return finding, err
		case own != nil && string(own) != noCase:
			return finding, refuse("finding", provenance.WrongState, "goes the way of a child case", "take the steps of that case")
		case own == nil && finding.NeedsCase():
			return finding, refuse("finding", provenance.WrongState, "is grave and on the young, and goes the way of a child case", "have a case opened that names it, and take its steps")
		}
	}
	e.concerns(facilityRef(a.Facility))
	return finding, nil
}

// findingState gives where a finding stands.
func (t *transaction) findingState(audit, number string) (provenance.FindingState, error) {
	now, err := t.current(findingKey(audit, number))
	if now.State == "" {
		return provenance.FindingOpen, err
	}
	return provenance.FindingState(now.State), err
}

// checkFindingStep: a finding moves as provenance.MayMove says; the site's part
// is its operator's, the auditor's is for one without a stake. What is grave is
// seen on site before it is closed.
func (t *transaction) checkFindingStep(e *entry, s *provenance.FindingStep) error {
	finding, err := t.found(e, s.Audit, s.Finding, s.On, "on")
	if err != nil {
		return err
	}
	if err := t.checkMove(s); err != nil {
		return err
	}
	if s.State == provenance.FindingClosedVerified && s.Verification != "ON_SITE" && finding.NeedsVisit() {
		return refuse("verification", provenance.Invalid, "is not enough for a grave finding or one with signs of forced labour", "verify it ON_SITE")
	}
	if err := t.checkProposal(s); err != nil {
		return err
	}
	if err := t.checkConfirmation(e, s); err != nil {
		return err
	}
	return t.say(findingKey(s.Audit, s.Finding), string(s.State), e.ref)
}

func (t *transaction) checkMove(s *provenance.FindingStep) error {
	from, err := t.findingState(s.Audit, s.Finding)
	if err != nil {
		return err
	}
	if provenance.MayMove(from, s.State, t.caller.Org) {
		if s.Reason == provenance.DisputeUpheld && from != provenance.FindingDisputed {
			return refuse("reason", provenance.WrongState, "is given for a finding that the site has not disputed", "leave it out")
		}
		return nil
	}
	byAnother := slices.ContainsFunc(provenance.Orgs(), func(o provenance.Org) bool { return provenance.MayMove(from, s.State, o) })
	if byAnother {
		return refuse("state", provenance.NoStanding, "is a step that is not yours to take", "leave it to those whose part it is")
	}
	return refuse("state", provenance.WrongState, "cannot follow the state "+string(from)+" that the finding is in", "look at the finding again")
}

// checkProposal: what a step proposes was proposed for this finding.
func (t *transaction) checkProposal(s *provenance.FindingStep) error {
	if s.Action == "" {
		return nil
	}
	action, _, err := statement[provenance.CorrectiveAction](t.state, actionRef(s.Action))
	if err != nil {
		return err
	}
	if action.Audit != s.Audit || action.Finding != s.Finding {
		return refuse("action", provenance.Invalid, "is for another finding", "name a corrective action for this one")
	}
	return nil
}
