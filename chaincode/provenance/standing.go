package provenance

import "time"

// Party is an organisation in the field: a company, union, agency, authority.
// Its name is public; people have no party.
type Party struct {
	ID          string       `json:"id" validate:"required,id"`
	Name        string       `json:"name" validate:"required,max=200,text"`
	PartyKind   string       `json:"kind" validate:"required,oneof=BRAND AUDIT_FIRM SUPPLIER RECRUITER UNION NGO AUTHORITY OBSERVER"`
	Country     string       `json:"country" validate:"required,iso3166_1_alpha2"`
	Identifiers []Identifier `json:"identifiers,omitempty" validate:"max=20,dive"`
	OwnedBy     []string     `json:"ownedBy,omitempty" validate:"max=20,unique,dive,id"` // parties with a stake in it
}

func (*Party) Kind() Kind    { return KindParty }
func (p *Party) Key() string { return p.ID }

func (p *Party) References() []Reference {
	var refs []Reference
	for i, owner := range p.OwnedBy {
		refs = append(refs, Reference{Field: index("ownedBy", i), Ref: Ref{KindParty, owner}})
	}
	return refs
}

func (p *Party) Check(now time.Time) []FieldProblem {
	var ps problems
	checkIdentifiers("identifiers", "", p.Identifiers, now, &ps)
	for i, owner := range p.OwnedBy {
		if owner == p.ID {
			ps.add(index("ownedBy", i), Invalid, "is the party itself", "remove it")
		}
	}
	return ps
}

// Member ties a certificate to a party and its roles. The certificate's subject
// is an opaque number: a member's name is never on the ledger.
type Member struct {
	ID          string `json:"id" validate:"required,id"`
	Party       string `json:"party" validate:"required,id"`
	Roles       []Role `json:"roles" validate:"required,min=1,max=5,unique,dive,oneof=brand auditor union oversight supplier recruiter observer"`
	Certificate string `json:"certificate" validate:"required,sha256"` // of the certificate's DER
}

func (*Member) Kind() Kind    { return KindMember }
func (m *Member) Key() string { return m.ID }

func (m *Member) References() []Reference {
	return []Reference{{Field: "party", Ref: Ref{KindParty, m.Party}, Subject: true}}
}

func (m *Member) Check(time.Time) []FieldProblem { return nil }

// Accreditation lets an audit firm audit under a scheme, from its first to its
// last day; or with Auditor, lets one of its auditors, by number, do so.
type Accreditation struct {
	ID         string `json:"id" validate:"required,id"`
	Firm       string `json:"firm" validate:"required,id"`
	Auditor    string `json:"auditor,omitempty" validate:"omitempty,number"`
	Scheme     string `json:"scheme" validate:"required,oneof=SMETA SA8000 RBA_VAP AMFORI_BSCI WRAP BETTER_WORK SLCP ETI FAIRTRADE RFVS OWN OBSERVATION"`
	ValidFrom  string `json:"validFrom" validate:"required,date"`
	ValidUntil string `json:"validUntil" validate:"required,date"`
}

func (*Accreditation) Kind() Kind    { return KindAccreditation }
func (a *Accreditation) Key() string { return a.ID }

func (a *Accreditation) References() []Reference {
	return []Reference{{Field: "firm", Ref: Ref{KindParty, a.Firm}, Subject: true}}
}

func (a *Accreditation) Check(time.Time) []FieldProblem {
	var ps problems
	if a.ValidUntil < a.ValidFrom {
		ps.add("validUntil", Invalid, "is before validFrom", "correct the dates")
	}
	if a.Auditor != "" && a.Scheme == SchemeObservation {
		ps.add("auditor", Invalid, "is given for what is no audit", "leave it out")
	}
	return ps
}

// InForce says whether a moment lies within the accreditation's days.
func (a *Accreditation) InForce(at time.Time) bool {
	return !at.Before(dateStart(a.ValidFrom)) && !at.After(endOfDay(dateStart(a.ValidUntil)))
}

// Standing changes what a member, accreditation or device may do, from its block on.
// Revocation is for good.
type Standing struct {
	ID      string  `json:"id" validate:"required,id"`
	Subject Subject `json:"subject"`
	State   string  `json:"state" validate:"required,oneof=SUSPENDED RESTORED REVOKED"`
	Reason  string  `json:"reason" validate:"required,oneof=KEY_LOST KEY_COMPROMISED LEFT MISCONDUCT EXPIRED UNDER_REVIEW CLEARED OTHER"`
}

// Subject names a member, accreditation or device.
type Subject struct {
	Kind Kind   `json:"kind" validate:"required,oneof=member accreditation device"`
	ID   string `json:"id" validate:"required,id"`
}

// SchemeObservation is the scheme of an accreditation that lets a party watch
// from afar.
const SchemeObservation = "OBSERVATION"

// States of standing.
const (
	Suspended = "SUSPENDED"
	Restored  = "RESTORED"
	Revoked   = "REVOKED"
)

func (*Standing) Kind() Kind    { return KindStanding }
func (s *Standing) Key() string { return s.ID }

func (s *Standing) References() []Reference {
	return []Reference{{Field: "subject.id", Ref: Ref{s.Subject.Kind, s.Subject.ID}, Subject: true}}
}

func (s *Standing) Check(time.Time) []FieldProblem { return nil }
