package provenance

import "time"

// OperatorClaim is a supplier's word that its own party runs a facility which
// others registered. It is seen as a claim and gives no right to speak for the
// facility until it is confirmed.
type OperatorClaim struct {
	ID       string `json:"id" validate:"required,id"`
	Facility string `json:"facility" validate:"required,id"`
	Since    string `json:"since" validate:"required,date"`                 // the day from which it ran it
	Evidence string `json:"evidence,omitempty" validate:"omitempty,sha256"` // of a document that shows it
}

func (*OperatorClaim) Kind() Kind    { return KindOperatorClaim }
func (c *OperatorClaim) Key() string { return c.ID }

func (c *OperatorClaim) References() []Reference {
	return []Reference{{Field: "facility", Ref: Ref{KindFacility, c.Facility}, Subject: true}}
}

func (c *OperatorClaim) Check(now time.Time) []FieldProblem {
	var ps problems
	if afterToday(c.Since, now) {
		ps.add("since", InFuture, "lies in the future", "claim it once you run it")
	}
	return ps
}

// ClaimDecision is what became of a claim. A contested claim is for Oversight
// alone to confirm or refuse.
type ClaimDecision struct {
	ID       string     `json:"id" validate:"required,id"`
	Claim    string     `json:"claim" validate:"required,id"`
	Decision ClaimState `json:"decision" validate:"required,oneof=CONFIRMED REFUSED CONTESTED WITHDRAWN"`
	Reason   string     `json:"reason,omitempty" validate:"omitempty,oneof=NOT_THE_OPERATOR OTHER_OPERATOR WRONG_SITE NO_EVIDENCE OTHER"`
	Evidence string     `json:"evidence,omitempty" validate:"omitempty,sha256"` // of a document that shows it
}

// ClaimState is where a claim stands.
type ClaimState string

// States of a claim.
const (
	ClaimOpen      ClaimState = "OPEN" // nobody has decided
	ClaimContested ClaimState = "CONTESTED"
	ClaimConfirmed ClaimState = "CONFIRMED"
	ClaimRefused   ClaimState = "REFUSED"
	ClaimWithdrawn ClaimState = "WITHDRAWN"
)

// Pending says whether a claim can still be decided.
func (s ClaimState) Pending() bool { return s == ClaimOpen || s == ClaimContested }

func (*ClaimDecision) Kind() Kind    { return KindClaimDecision }
func (d *ClaimDecision) Key() string { return d.ID }

func (d *ClaimDecision) References() []Reference {
	return []Reference{{Field: "claim", Ref: Ref{KindOperatorClaim, d.Claim}, Subject: true}}
}

func (d *ClaimDecision) Check(time.Time) []FieldProblem {
	var ps problems
	against := d.Decision == ClaimRefused || d.Decision == ClaimContested
	if against && d.Reason == "" {
		ps.add("reason", Invalid, "is missing", "say why")
	}
	if !against && d.Reason != "" {
		ps.add("reason", Invalid, "is given for what needs none", "remove it")
	}
	return ps
}
