package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

func claimRef(id string) provenance.Ref {
	return provenance.Ref{Kind: provenance.KindOperatorClaim, ID: id}
}

// claimState gives where a claim stands.
func (t *transaction) claimState(claim string) (provenance.ClaimState, error) {
	now, err := t.current(claimKey(claim))
	if now.State == "" {
		return provenance.ClaimOpen, err
	}
	return provenance.ClaimState(now.State), err
}

// claims says whether a party has a claim to a facility that is not decided.
func (t *transaction) claims(facility, party string) (bool, error) {
	claim, err := t.get(claimantKey(facility, party))
	if claim == nil || err != nil {
		return false, err
	}
	now, err := t.claimState(string(claim))
	return now.Pending(), err
}

// checkClaim: a party claims what it does not run yet, one claim at a time. A
// claim alone changes nothing.
func (t *transaction) checkClaim(c *provenance.OperatorClaim) error {
	switch runs, err := t.runs(c.Facility); {
	case err != nil:
		return err
	case runs:
		return refuse("facility", provenance.WrongState, "is run by your party already", "there is nothing to claim")
	}
	switch pending, err := t.claims(c.Facility, t.caller.Party); {
	case err != nil:
		return err
	case pending:
		return refuse("facility", provenance.WrongState, "has a claim of your party that is not decided", "wait for the decision, or withdraw that claim first")
	}
	return t.put(claimantKey(c.Facility, t.caller.Party), []byte(c.ID))
}

// checkClaimDecision: the claimant withdraws; who may say who runs the site
// confirms or refuses, of a contested claim Oversight alone. A confirmed
// claimant is the operator from this transaction on.
func (t *transaction) checkClaimDecision(e *entry, d *provenance.ClaimDecision) error {
	claim, record, err := statement[provenance.OperatorClaim](t.state, claimRef(d.Claim))
	if err != nil {
		return err
	}
	now, err := t.claimState(d.Claim)
	if err != nil {
		return err
	}
	if !now.Pending() {
		return refuse("claim", provenance.WrongState, "is decided: "+string(now), "leave it, or have the site claimed anew")
	}
	own := sameAuthor(record.By, t.caller.Author)
	switch d.Decision {
	case provenance.ClaimWithdrawn:
		if !own {
			err = refuse("decision", provenance.NoStanding, "is for the claimant to take", "refuse or contest the claim")
		}
	case provenance.ClaimContested:
		err = t.mayContest(claim, own, now)
	default:
		err = t.mayDecide(claim, now)
	}
	if err == nil && d.Decision == provenance.ClaimConfirmed {
		err = t.confirm(e, claim, record.By.Party)
	}
	if err != nil {
		return err
	}
	e.concerns(facilityRef(claim.Facility))
	return t.putCurrent(claimKey(d.Claim), current{State: string(d.Decision), By: e.ref})
}

// mayContest: anybody but the claimant, of suppliers only those with a part in
// the site or a claim to it.
func (t *transaction) mayContest(claim *provenance.OperatorClaim, own bool, now provenance.ClaimState) error {
	switch {
	case now == provenance.ClaimContested:
		return refuse("decision", provenance.WrongState, "is taken already: the claim is contested", "leave it to Oversight")
	case own:
		return refuse("decision", provenance.NoStanding, "is not for the claimant to take", "withdraw the claim")
	case t.caller.Org != provenance.Suppliers:
		return nil
	}
	part, err := t.hasPart(claim.Facility)
	if err == nil && !part {
		part, err = t.claims(claim.Facility, t.caller.Party)
	}
	if err == nil && !part {
		err = refuse("claim", provenance.NoStanding, "is about a site in which your party has no part", "claim the site if your party runs it")
	}
	return err
}

func (t *transaction) mayDecide(claim *provenance.OperatorClaim, now provenance.ClaimState) error {
	if now == provenance.ClaimContested && t.caller.Org != provenance.Oversight {
		return refuse("decision", provenance.NoStanding, "is for Oversight: the claim is contested", "leave it to them")
	}
	return t.mayName("decision", claim.Facility)
}

func (t *transaction) confirm(e *entry, claim *provenance.OperatorClaim, claimant string) error {
	switch kept, err := t.mergedInto(claim.Facility); {
	case err != nil:
		return err
	case kept != "":
		return refuse("claim", provenance.WrongState, "is about a site that was merged and "+belongsTo(kept), "have that one claimed")
	}
	return t.say(operatorKey(claim.Facility), claimant, e.ref)
}
