package contract

import (
	"fmt"
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// checkRepayment: the money goes back to the workers of the statement, in a
// currency in which they were charged.
func (t *transaction) checkRepayment(e *entry, r *provenance.Repayment) error {
	fees, _, err := statement[provenance.FeeStatement](t.state, provenance.Ref{Kind: provenance.KindFeeStatement, ID: r.Statement})
	if err != nil {
		return err
	}
	cohort, err := t.cohort(fees.Cohort)
	if err != nil {
		return err
	}
	if err := t.answers("statement", cohort); err != nil {
		return err
	}
	var found problems
	found.before(r.Month, cohort)
	if r.Workers > cohort.Size {
		found.add("workers", provenance.Invalid, "is more than the cohort has", "count the workers of this cohort")
	}
	if !slices.ContainsFunc(fees.Lines, func(l provenance.FeeLine) bool { return l.Charged.Currency == r.Paid.Currency }) {
		found.add("paid.currency", provenance.Invalid, "is not one in which the workers were charged", "give what was paid in the currency of the statement")
	}
	if err := t.checkPlanned(r, &found); err != nil {
		return err
	}
	if err := found.refusal(); err != nil {
		return err
	}
	e.concerns(cohortRef(fees.Cohort), facilityRef(cohort.Facility))
	return t.supersede(e, r.Supersedes, cohortRef(fees.Cohort))
}

// checkPlanned: a payment belongs to a plan for the same statement, and a plan
// takes the place of a plan.
func (t *transaction) checkPlanned(r *provenance.Repayment, found *problems) error {
	for _, named := range []struct{ field, id, state string }{{"plan", r.Plan, provenance.PlanAgreed}, {"supersedes", r.Supersedes, r.State}} {
		if named.id == "" {
			continue
		}
		other, _, err := statement[provenance.Repayment](t.state, provenance.Ref{Kind: provenance.KindRepayment, ID: named.id})
		if err != nil {
			return err
		}
		if other.State != named.state || other.Statement != r.Statement || other.Paid.Currency != r.Paid.Currency {
			found.add(named.field, provenance.Invalid, "does not fit: its kind, its statement or its currency is another", "name one of the right kind, for the same statement and currency")
		}
	}
	return nil
}

// checkRepaymentCheck: what was paid is checked by somebody tied neither to the
// party that recorded it nor, for auditors, to the site.
func (t *transaction) checkRepaymentCheck(e *entry, c *provenance.RepaymentCheck) error {
	const field = "repayment"
	repayment, record, err := statement[provenance.Repayment](t.state, provenance.Ref{Kind: provenance.KindRepayment, ID: c.Repayment})
	if err != nil {
		return err
	}
	if repayment.State != provenance.Paid {
		return refuse(field, provenance.WrongState, "is a plan", "check what has been paid")
	}
	switch stake, err := t.linked(t.caller.Party, record.By.Party, t.today()); {
	case err != nil:
		return err
	case stake:
		return refuse(field, provenance.ConflictOfInterest, "was recorded by a party to which yours is tied", "leave it to somebody without a stake in it")
	}
	if c.Month < repayment.Month {
		return refuse("month", provenance.Invalid, "is before the money was paid", "check a payment once it is made")
	}
	facility, ok := record.Subject(provenance.KindFacility)
	if !ok {
		return fmt.Errorf("reading a %s: it is about no facility", record.Kind)
	}
	if err := t.disinterested(field, facility); err != nil {
		return err
	}
	e.concerns(record.About...)
	return nil
}
