package contract

import (
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// checkFeeStatement: what is stated fits the cohort, and comes from somebody who
// may speak of it.
func (t *transaction) checkFeeStatement(e *entry, f *provenance.FeeStatement) error {
	cohort, err := t.cohort(f.Cohort)
	if err != nil {
		return err
	}
	if err := t.checkSpeaker(cohort, f.Method); err != nil {
		return err
	}
	var found problems
	found.before(f.Month, cohort)
	for i, line := range f.Lines {
		if line.Workers > cohort.Size {
			found.add(fmt.Sprintf("lines[%d].workers", i), provenance.Invalid, "is more than the cohort has", "count the workers of this cohort")
		}
	}
	for i, line := range f.Lines {
		if x := line.Exception; x != nil && x.DisclosedIn > cohort.ArrivedUntil {
			found.add(fmt.Sprintf("lines[%d].exception.disclosedIn", i), provenance.Invalid, "is after the workers came, who had taken the job by then", "say that it was not disclosed before, or correct the month")
		}
	}
	if f.Debt != nil && f.Debt.Workers > cohort.Size {
		found.add("debt.workers", provenance.Invalid, "is more than the cohort has", "count the workers of this cohort")
	}
	if f.FirstMonthEarnings != nil && f.FirstMonthEarnings.Amount == 0 {
		found.add("firstMonthEarnings.amount", provenance.Invalid, "is zero", "leave it out when it is not known")
	}
	if err := found.refusal(); err != nil {
		return err
	}
	e.concerns(facilityRef(cohort.Facility))
	return t.supersede(e, f.Supersedes, cohortRef(f.Cohort))
}

// before finds a month in which none of the cohort had come.
func (ps *problems) before(month string, cohort *provenance.Cohort) {
	if month < cohort.ArrivedFrom {
		ps.add("month", provenance.Invalid, "is before the cohort came", "correct the month")
	}
}
