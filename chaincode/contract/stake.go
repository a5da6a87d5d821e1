package contract

import (
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// linked says whether two parties are one, or one has a stake in the other, or
// one party has a stake in both.
func (t *transaction) linked(a, b string) (bool, error) {
	if a == b {
		return true, nil
	}
	first, second := partyRef(a), partyRef(b)
	if err := t.load(recordKey(first), recordKey(second)); err != nil {
		return false, err
	}
	one, _, err := statement[provenance.Party](t.state, first)
	if err != nil {
		return false, err
	}
	other, _, err := statement[provenance.Party](t.state, second)
	if err != nil {
		return false, err
	}
	common := slices.ContainsFunc(one.OwnedBy, func(owner string) bool { return slices.Contains(other.OwnedBy, owner) })
	return common || slices.Contains(one.OwnedBy, b) || slices.Contains(other.OwnedBy, a), nil
}

func partyRef(id string) provenance.Ref { return provenance.Ref{Kind: provenance.KindParty, ID: id} }

// disinterested refuses an auditor whose party has a stake in a site's
// operator. Field is where the statement names what leads to the site.
func (t *transaction) disinterested(field, facility string) error {
	if t.caller.Org != provenance.Auditors {
		return nil
	}
	now, err := t.operator(facility)
	if err != nil || now.Party == "" {
		return err
	}
	switch stake, err := t.linked(t.caller.Party, now.Party); {
	case err != nil:
		return err
	case stake:
		return refuse(field, provenance.ConflictOfInterest, "is run by your party or one that it is tied to", "leave it to somebody without a stake in it")
	}
	return nil
}

// operates refuses a supplier who does not run a site.
func (t *transaction) operates(field, facility string) error {
	if t.caller.Org != provenance.Suppliers {
		return nil
	}
	runs, err := t.runs(facility)
	if err != nil {
		return err
	}
	if !runs {
		return refuse(field, provenance.NoStanding, "concerns a site that your party does not operate", "ask its operator")
	}
	return nil
}

// answers refuses a supplier who neither runs a cohort's site nor recruited it.
func (t *transaction) answers(field string, cohort *provenance.Cohort) error {
	if cohort.Recruiter == t.caller.Party && t.caller.Org == provenance.Suppliers {
		return nil
	}
	if err := t.operates(field, cohort.Facility); err != nil {
		if _, ok := provenance.AsRefusal(err); ok {
			return refuse(field, provenance.NoStanding, "concerns workers whom your party neither employs nor recruited", "ask their employer or recruiter")
		}
		return err
	}
	return nil
}

// checkSpeaker: suppliers speak of their own workers, and as employers; others
// say how they found out, and have no stake.
func (t *transaction) checkSpeaker(cohort *provenance.Cohort, method provenance.Method) error {
	supplier := t.caller.Org == provenance.Suppliers
	if declared := method == provenance.EmployerDeclaration; declared != supplier {
		if supplier {
			return refuse("method", provenance.NoStanding, "is not for employers and recruiters to claim", "say "+string(provenance.EmployerDeclaration))
		}
		return refuse("method", provenance.NoStanding, "is for employers and recruiters alone", "say how you established it")
	}
	if err := t.answers("cohort", cohort); err != nil {
		return err
	}
	if err := t.disinterested("cohort", cohort.Facility); err != nil {
		return err
	}
	return t.spoke(cohort)
}
