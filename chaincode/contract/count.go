package contract

import (
	"fmt"
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// PublishAnswers records a provenance.AnswerCount.
func (c *Contract) PublishAnswers(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindAnswerCount, document)
}

// PublishGrievances records a provenance.GrievanceCount.
func (c *Contract) PublishGrievances(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindGrievanceCount, document)
}

// PurgeAnswers records a provenance.Erasure and purges what it names.
func (c *Contract) PurgeAnswers(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindErasure, document)
}

// checkAnswerCount: what is published is what Workers' peer counted, of a cohort
// large enough, about a record of that cohort.
func (t *transaction) checkAnswerCount(e *entry, c *provenance.AnswerCount) error {
	if err := t.checkHeld(e, c.Tally); err != nil {
		return err
	}
	about := provenance.Ref(c.Record)
	record, err := t.record(about)
	if err != nil {
		return err
	}
	cohort, err := t.cohort(c.Cohort)
	if err != nil {
		return err
	}
	if about.Kind == provenance.KindFindingStep {
		if err := t.checkClosingCount(e, c, cohort); err != nil {
			return err
		}
	} else if !slices.Contains(record.record.About, cohortRef(c.Cohort)) {
		return refuse("record.id", provenance.Invalid, "is about another cohort", "name a record of this cohort")
	}
	if err := t.afterPayment(about, c.Month); err != nil {
		return err
	}
	if cohort.Size < provenance.SmallestShown {
		return refuse("cohort", provenance.BelowK, "has so few workers that the count would point at them", "leave it unpublished")
	}
	e.concerns(facilityRef(cohort.Facility))
	if err := t.spoke(cohort); err != nil {
		return err
	}
	return t.supersede(e, c.Supersedes, about)
}

// afterPayment refuses a month in which workers could not have said whether they
// have money that was paid later.
func (t *transaction) afterPayment(about provenance.Ref, month string) error {
	if about.Kind != provenance.KindRepayment {
		return nil
	}
	repayment, _, err := statement[provenance.Repayment](t.state, about)
	if err != nil {
		return err
	}
	if month < repayment.Month {
		return refuse("month", provenance.Invalid, "is before the money was paid", "ask workers once it is")
	}
	return nil
}

// checkGrievanceCount: what is published is what Workers' peer counted.
func (t *transaction) checkGrievanceCount(e *entry, c *provenance.GrievanceCount) error {
	if err := t.checkHeld(e, c.Tally); err != nil {
		return err
	}
	return t.supersede(e, c.Supersedes, facilityRef(c.Facility))
}

// checkErasure: what is to be purged is held. Every endorser knows that by the
// hashes; only Workers' peer has the values to purge.
func (t *transaction) checkErasure(e *entry, x *provenance.Erasure) error {
	var found problems
	for n, token := range x.Tokens {
		hash, err := heldHash(t.stub, token)
		if err != nil {
			return err
		}
		if hash == nil {
			found.add(fmt.Sprintf("tokens[%d]", n), provenance.UnknownReference, "names nothing that is held", "it is purged already, or miscopied")
			continue
		}
		if err := t.purge(heldKey(token)); err != nil {
			return err
		}
	}
	if err := found.refusal(); err != nil {
		return err
	}
	if x.Count != "" {
		_, count, err := statement[provenance.AnswerCount](t.state, provenance.Ref{Kind: provenance.KindAnswerCount, ID: x.Count})
		if err != nil {
			return err
		}
		e.concerns(count.About...)
	}
	if x.Terms != "" {
		_, compared, err := statement[provenance.TermsComparison](t.state, provenance.Ref{Kind: provenance.KindTermsComparison, ID: x.Terms})
		if err != nil {
			return err
		}
		e.concerns(compared.About...)
	}
	return nil
}
