package contract

import (
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// checkAttestation: every worker of the cohort is counted under each predicate,
// by somebody who may speak of them.
func (t *transaction) checkAttestation(e *entry, a *provenance.Attestation) error {
	cohort, err := t.cohort(a.Cohort)
	if err != nil {
		return err
	}
	if err := t.checkSpeaker(cohort, a.Method); err != nil {
		return err
	}
	var found problems
	for i, p := range a.Predicates {
		if p.Yes+p.No+p.Unknown != cohort.Size {
			found.add(fmt.Sprintf("predicates[%d]", i), provenance.Invalid, "does not count each worker of the cohort once", "make yes, no and unknown add up to the cohort's size")
		}
	}
	if err := found.refusal(); err != nil {
		return err
	}
	e.concerns(facilityRef(cohort.Facility))
	return t.supersede(e, a.Supersedes, cohortRef(a.Cohort))
}
