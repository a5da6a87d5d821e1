package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// checkCohort: groups are formed by those without a stake in site or recruiter.
func (t *transaction) checkCohort(c *provenance.Cohort) error {
	if err := t.disinterested("facility", c.Facility); err != nil {
		return err
	}
	if err := t.unconcerned("recruiter", c.Recruiter); err != nil {
		return err
	}
	return t.checkOrigin(c)
}

func cohortRef(id string) provenance.Ref { return provenance.Ref{Kind: provenance.KindCohort, ID: id} }

func (t *transaction) cohort(id string) (*provenance.Cohort, error) {
	c, _, err := statement[provenance.Cohort](t.state, cohortRef(id))
	return c, err
}
