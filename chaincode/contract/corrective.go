package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// checkCorrectiveAction: the operator proposes for a finding of its own site,
// until that is settled.
func (t *transaction) checkCorrectiveAction(e *entry, c *provenance.CorrectiveAction) error {
	finding, err := t.found(e, c.Audit, c.Finding, c.ProposedOn, "proposedOn")
	if err != nil {
		return err
	}
	return t.unsettled(finding, c.Audit)
}

func actionRef(id string) provenance.Ref {
	return provenance.Ref{Kind: provenance.KindCorrectiveAction, ID: id}
}

// checkFindingExtension: an auditor without a stake moves the day of a finding
// that is due on one, later and never earlier.
func (t *transaction) checkFindingExtension(e *entry, x *provenance.FindingExtension) error {
	finding, err := t.found(e, x.Audit, x.Finding, x.On, "on")
	if err != nil {
		return err
	}
	if err := t.unsettled(finding, x.Audit); err != nil {
		return err
	}
	due := finding.DueOn
	extended, err := t.current(dueKey(x.Audit, x.Finding))
	if err != nil {
		return err
	}
	if extended.State != "" {
		due = extended.State
	}
	switch {
	case due == "":
		return refuse("finding", provenance.WrongState, "is not due on any day", "leave it without one")
	case x.DueOn <= due:
		return refuse("dueOn", provenance.Invalid, "is not after the day on which it is due", "give a later day")
	}
	return t.say(dueKey(x.Audit, x.Finding), x.DueOn, e.ref)
}

func (t *transaction) unsettled(f provenance.Finding, audit string) error {
	state, err := t.findingState(audit, f.No)
	if err != nil {
		return err
	}
	if f.Settles(state) {
		return refuse("finding", provenance.WrongState, "is settled", "have it reopened first")
	}
	return nil
}
