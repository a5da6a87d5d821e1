package contract

import (
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// mostOwners bounds how many parties are looked through for a stake. A group of
// more is taken for tied: nobody escapes by having many owners.
const mostOwners = 200

// linked says whether two parties are one, or one has a stake in the other, or
// one party has a stake in both, directly or through others, on any day since
// one.
func (t *transaction) linked(a, b, since string) (bool, error) {
	if a == b {
		return true, nil
	}
	first, whole, err := t.stakeholders(a, since)
	if err != nil || !whole {
		return !whole, err
	}
	second, whole, err := t.stakeholders(b, since)
	if err != nil || !whole {
		return !whole, err
	}
	return slices.ContainsFunc(first, func(party string) bool { return slices.Contains(second, party) }), nil
}

// stakeholders lists a party, those with a stake in it, those with a stake in
// these, and so on. Whole is false when there are more than are looked through.
func (t *transaction) stakeholders(party, since string) (all []string, whole bool, err error) {
	all = []string{party}
	for met := 0; met < len(all); {
		level := all[met:]
		met = len(all)
		if met > mostOwners {
			return nil, false, nil
		}
		var keys []key
		for _, id := range level {
			keys = append(keys, recordKey(partyRef(id)), ownersKey(id))
		}
		if err := t.load(keys...); err != nil {
			return nil, false, err
		}
		for _, id := range slices.Clone(level) {
			owners, err := t.owners(id, since)
			if err != nil {
				return nil, false, err
			}
			for _, owner := range owners {
				if !slices.Contains(all, owner) {
					all = append(all, owner)
				}
			}
		}
	}
	return all, true, nil
}

func partyRef(id string) provenance.Ref { return provenance.Ref{Kind: provenance.KindParty, ID: id} }

// disinterested refuses an auditor or a worker organisation with a stake in a
// site's operator. Field is where the statement names what leads to the site.
func (t *transaction) disinterested(field, facility string) error {
	return t.disinterestedSince(field, facility, t.today())
}

// disinterestedSince refuses a stake on any day since one, too.
func (t *transaction) disinterestedSince(field, facility, since string) error {
	if t.caller.Org != provenance.Auditors && t.caller.Org != provenance.Workers {
		return nil
	}
	now, err := t.operator(facility)
	if err != nil || now.Party == "" {
		return err
	}
	operator, err := t.record(partyRef(now.Party))
	if err != nil {
		return err
	}
	if operator.record.By.Org == t.caller.Org {
		return refuse(field, provenance.ConflictOfInterest, "is run by a party of your own organisation", "leave it to another organisation")
	}
	switch stake, err := t.linked(t.caller.Party, now.Party, since); {
	case err != nil:
		return err
	case stake:
		return refuse(field, provenance.ConflictOfInterest, "is run by your party or one that it is tied to", "leave it to somebody without a stake in it")
	}
	return nil
}

// unconcerned refuses a caller whose party is tied to the one that a statement
// is about; nobody is when that is not known.
func (t *transaction) unconcerned(field, party string) error {
	if party == "" {
		return nil
	}
	switch stake, err := t.linked(t.caller.Party, party, t.today()); {
	case err != nil:
		return err
	case stake:
		return refuse(field, provenance.ConflictOfInterest, "concerns your party or one that it is tied to", "leave it to somebody without a stake in it")
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
// say how they found out, and have no stake in employer or recruiter.
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
	if !supplier {
		if err := t.unconcerned("cohort", cohort.Recruiter); err != nil {
			return err
		}
	}
	return t.spoke(cohort)
}
