package contract

import (
	"fmt"
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// checkChildCase: somebody without a stake tells of children who are, by the
// rules of the place or by a stricter law, too young for their work.
func (t *transaction) checkChildCase(e *entry, c *provenance.ChildCase) error {
	if err := t.disinterested("facility", c.Facility); err != nil {
		return err
	}
	site, err := t.facility(c.Facility)
	if err != nil {
		return err
	}
	var found problems
	for i, g := range c.Groups {
		at := fmt.Sprintf("groups[%d]", i)
		least, err := t.leastAge(site.Country, g.Work, g.Training)
		if err != nil {
			return err
		}
		switch {
		case g.Minimum > 0 && g.Minimum < least:
			found.add(at+".minimum", provenance.Invalid, "is lower than the rules' for this work and country", "leave it out: ages only go up")
		case g.Age.Below(max(least, g.Minimum)) == provenance.No:
			found.add(at+".age", provenance.Invalid, "is not below the least age for this work and country", "correct the work, or give the law's higher age under minimum")
		}
	}
	if err := found.refusal(); err != nil {
		return err
	}
	return t.linkFinding(c)
}

// linkFinding ties a case to the finding of an audit of the same site, one case
// at a time.
func (t *transaction) linkFinding(c *provenance.ChildCase) error {
	if c.Audit == "" {
		return nil
	}
	audit, _, err := statement[provenance.Audit](t.state, provenance.Ref{Kind: provenance.KindAudit, ID: c.Audit})
	if err != nil {
		return err
	}
	switch site, err := t.resolve(audit.Facility); {
	case err != nil:
		return err
	case site != c.Facility:
		return refuse("audit", provenance.Invalid, "is of another site", "name an audit of this one")
	}
	if f, ok := audit.Finding(c.Finding); !ok || f.Topic != provenance.YouthProtection {
		return refuse("finding", provenance.UnknownReference, "is no finding of the audit on the protection of the young", "give the number of one, or leave audit and finding out")
	}
	k := childFindingKey(c.Audit, c.Finding)
	switch own, err := t.get(k); {
	case err != nil:
		return err
	case own != nil && string(own) != noCase:
		return refuse("finding", provenance.Conflict, "has a case already", "take the steps of that case")
	}
	return t.put(k, []byte(c.ID))
}

// noCase is the value of a finding whose case was taken back.
const noCase = "-"

// checkChildStep: a case moves as provenance.MayMoveChild says. It closes as
// remedied at the end of its way only, as recorded in error only once its author
// said so, and never by its author.
func (t *transaction) checkChildStep(e *entry, s *provenance.ChildStep) error {
	open, record, err := statement[provenance.ChildCase](t.state, provenance.Ref{Kind: provenance.KindChildCase, ID: s.Case})
	if err != nil {
		return err
	}
	if err := t.disinterested("case", open.Facility); err != nil {
		return err
	}
	if s.Month < open.Month {
		return refuse("month", provenance.Invalid, "is before the case came out", "correct the month")
	}
	from := provenance.ChildSafeFirst
	now, err := t.current(childKey(s.Case))
	if err != nil {
		return err
	}
	if now.State != "" {
		from = provenance.ChildState(now.State)
	}
	switch may := provenance.MayMoveChild(from, s.State); {
	case len(may) == 0:
		return refuse("state", provenance.WrongState, "cannot follow the state that the case is in", "look at the case again")
	case !slices.Contains(may, t.caller.Org):
		return refuse("state", provenance.NoStanding, "is a step that is not yours to take", "leave it to Workers or Oversight")
	case s.Outcome == provenance.Remedied && from != provenance.ChildRemedy:
		return refuse("outcome", provenance.WrongState, "cannot be, for nothing was done yet", "make the plan and carry it out first")
	}
	if err := t.checkClosing(s, from, record); err != nil {
		return err
	}
	if err := t.freeFinding(open, s); err != nil {
		return err
	}
	e.concerns(record.About...)
	return t.putCurrent(childKey(s.Case), current{State: string(s.State), By: e.ref})
}

// checkClosing: nobody says alone that there were no children.
func (t *transaction) checkClosing(s *provenance.ChildStep, from provenance.ChildState, record provenance.Record) error {
	own := sameAuthor(record.By, t.caller.Author)
	switch {
	case s.State == provenance.ChildErred && !own:
		return refuse("state", provenance.NoStanding, "is for the party that opened the case to say", "take another step")
	case s.State != provenance.ChildClosed:
		return nil
	case own:
		return refuse("state", provenance.NoStanding, "is not for the party that opened the case to take", "leave it to others of Workers, or to Oversight")
	case (from == provenance.ChildErred) != (s.Outcome == provenance.ErrorOutcome):
		return refuse("outcome", provenance.WrongState, "does not fit what the party that opened the case says of it", "close it as an error when they say that it was one, and only then")
	}
	return nil
}

// freeFinding lets a finding go its own way again once its case turned out to be
// none, and follow the case again if that is opened once more.
func (t *transaction) freeFinding(c *provenance.ChildCase, s *provenance.ChildStep) error {
	if c.Audit == "" {
		return nil
	}
	k := childFindingKey(c.Audit, c.Finding)
	own, err := t.get(k)
	switch {
	case err != nil:
		return err
	case s.Outcome == provenance.ErrorOutcome && string(own) == c.ID:
		return t.put(k, []byte(noCase))
	case s.State == provenance.ChildSafeFirst && string(own) == noCase:
		return t.put(k, []byte(c.ID))
	}
	return nil
}
