package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// closing gives the record of a step by which an auditor closed a finding, and
// of which workers of a group can tell whether it is so: the finding's audit
// stands, and was of the site where they work.
func (t *transaction) closing(field string, step provenance.Ref, group *provenance.Cohort) (provenance.Record, error) {
	s, record, err := statement[provenance.FindingStep](t.state, step)
	if err != nil {
		return record, err
	}
	if s.State != provenance.FindingClosedVerified {
		return record, refuse(field, provenance.Invalid, "is about a step by which no auditor closed a finding", "ask about one by which it was closed")
	}
	ref := provenance.Ref{Kind: provenance.KindAudit, ID: s.Audit}
	switch ended, err := t.ended(ref); {
	case err != nil:
		return record, err
	case ended:
		return record, refuse(field, provenance.WrongState, "is about a finding of an audit that has been withdrawn or replaced", "ask about one that stands")
	}
	audit, _, err := statement[provenance.Audit](t.state, ref)
	if err != nil {
		return record, err
	}
	of, err := t.resolve(audit.Facility)
	if err != nil {
		return record, err
	}
	at, err := t.resolve(group.Facility)
	if err != nil {
		return record, err
	}
	if of != at {
		return record, refuse(field, provenance.Invalid, "is about a finding at another site than the cohort's", "ask those who work there")
	}
	return record, nil
}

// checkClosingCount: what workers said of a finding, they said of a closing that
// was on the ledger in the month of the count.
func (t *transaction) checkClosingCount(e *entry, c *provenance.AnswerCount, group *provenance.Cohort) error {
	record, err := t.closing("record.id", provenance.Ref(c.Record), group)
	if err != nil {
		return err
	}
	if c.Month < record.At[:len(c.Month)] {
		return refuse("month", provenance.Invalid, "is before the finding was closed", "ask workers after it is")
	}
	e.concerns(record.About...)
	return nil
}

// checkConfirmation: workers confirm a finding by a count of their own answers
// about its last closing, and by enough of them.
func (t *transaction) checkConfirmation(e *entry, s *provenance.FindingStep) error {
	if s.State == provenance.FindingClosedVerified {
		return t.say(closingKey(s.Audit, s.Finding), string(s.State), e.ref)
	}
	if s.State != provenance.FindingConfirmed {
		return nil
	}
	count, _, err := statement[provenance.AnswerCount](t.state, provenance.Ref{Kind: provenance.KindAnswerCount, ID: s.Count})
	if err != nil {
		return err
	}
	switch last, err := t.current(closingKey(s.Audit, s.Finding)); {
	case err != nil:
		return err
	case provenance.Ref(count.Record) != last.By:
		return refuse("count", provenance.Invalid, "is not about the last closing of this finding", "ask workers about the step by which an auditor closed it last")
	}
	if s.On < count.Month {
		return refuse("on", provenance.Invalid, "is before workers answered", "correct the date")
	}
	cohort, err := t.cohort(count.Cohort)
	if err != nil {
		return err
	}
	if !count.Quorum(cohort.Size) {
		return refuse("count", provenance.NoQuorum, "does not show that enough workers say so", "ask again, or close it with a reason, as "+string(provenance.FindingOverridden))
	}
	return nil
}
