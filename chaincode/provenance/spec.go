package provenance

import (
	"slices"
	"time"
)

// Kind names a kind of record.
type Kind string

// The kinds of records.
const (
	KindParty         Kind = "party"
	KindMember        Kind = "member"
	KindStanding      Kind = "standing"
	KindAccreditation Kind = "accreditation"
	KindFacility      Kind = "facility"
	KindProduct       Kind = "product"
	KindEvent         Kind = "event"
	KindAudit         Kind = "audit"
	KindFindingStep   Kind = "finding-step"

	KindCorrectiveAction Kind = "corrective-action"
	KindFindingExtension Kind = "finding-extension"
	KindChildCase        Kind = "child-case"
	KindChildStep        Kind = "child-step"
	KindAgeRule          Kind = "age-rule"

	KindCohort         Kind = "cohort"
	KindFeeStatement   Kind = "fee-statement"
	KindRepayment      Kind = "repayment"
	KindRepaymentCheck Kind = "repayment-check"
	KindAttestation    Kind = "attestation"
	KindAnswerCount    Kind = "answer-count"
	KindGrievanceCount Kind = "grievance-count"
	KindErasure        Kind = "erasure"
	KindWithdrawal     Kind = "withdrawal"

	KindTermsCommitment Kind = "terms-commitment"
	KindTermsComparison Kind = "terms-comparison"

	KindFacilityAmendment Kind = "facility-amendment"
	KindFacilityStatus    Kind = "facility-status"
	KindFacilityMerge     Kind = "facility-merge"
	KindFacilitySplit     Kind = "facility-split"
	KindOperatorClaim     Kind = "operator-claim"
	KindClaimDecision     Kind = "claim-decision"

	KindPartyAmendment   Kind = "party-amendment"
	KindProductAmendment Kind = "product-amendment"

	KindEventError Kind = "event-error"
	KindYield      Kind = "yield"

	KindObservation Kind = "observation"
	KindScreening   Kind = "screening"
	KindReply       Kind = "reply"
	KindSignalStep  Kind = "signal-step"
	KindDevice      Kind = "device"
	KindDeviceTotal Kind = "device-total"
)

// Kinds of subjects which are no records of their own: events make them, or
// pack into them.
const (
	LotSubject   Kind = "lot"
	PieceSubject Kind = "piece" // one item, by its serial
	UnitSubject  Kind = "unit"  // a logistic unit, by its SSCC
)

// Traced says whether a kind is one of these.
func (k Kind) Traced() bool { return k == LotSubject || k == PieceSubject || k == UnitSubject }

// Role is what a member does for its organisation.
type Role string

// Roles. A registrar is an organisation's admin certificate, no member.
const (
	RoleRegistrar Role = "registrar"
	RoleBrand     Role = "brand"
	RoleAuditor   Role = "auditor"
	RoleUnion     Role = "union"
	RoleOversight Role = "oversight"
	RoleObserver  Role = "observer" // watches from afar, accredited for it
	RoleSupplier  Role = "supplier"
	RoleRecruiter Role = "recruiter"
)

// Statement is what a caller may state: the body of a record.
type Statement interface {
	// Kind of the record it becomes.
	Kind() Kind
	// Key is its identifier, chosen by the caller, or derived from its content.
	Key() string
	// References lists what must be on the ledger already.
	References() []Reference
	// Check applies the rules of meaning that need the statement and the
	// transaction's time alone.
	Check(now time.Time) []FieldProblem
}

// Reference is something a statement names.
type Reference struct {
	Field   string // where it is named
	Ref     Ref
	Subject bool // whether the record is about it
}

// Document is what one transaction takes: one statement, or a list of a kind.
type Document struct {
	Statements []Statement
	list       string // the list's name when it is one
}

// At is the path of the nth statement within the document.
func (d Document) At(n int) string {
	if d.list == "" {
		return ""
	}
	return index(d.list, n)
}

// Field is the path, within the document, of a field of the nth statement.
func (d Document) Field(n int, field string) string { return within(d.At(n), field) }

// Spec describes a kind: its transaction, its address, who may write it.
type Spec struct {
	Kind        Kind
	Transaction string         // name of the chaincode's transaction
	Resource    string         // plural, in HTTP addresses
	Writers     map[Org][]Role // who may write it
	Public      bool           // anybody may read one as it is; see Record.Public
	decode      func(document []byte) (Document, *Refusal)
}

// Read decodes a document of this kind and checks form and meaning. The
// statements it returns still need what only the ledger knows.
func (s Spec) Read(document []byte, now time.Time) (Document, *Refusal) {
	doc, refusal := s.decode(document)
	if refusal != nil {
		return Document{}, refusal
	}
	var ps problems
	for n, st := range doc.Statements {
		for _, p := range st.Check(now) {
			p.Field = doc.Field(n, p.Field)
			ps = append(ps, p)
		}
	}
	if refusal := ps.refusal(); refusal != nil {
		return Document{}, refusal
	}
	return doc, nil
}

// MayWrite says whether a role of an organisation may write this kind.
func (s Spec) MayWrite(org Org, role Role) bool { return slices.Contains(s.Writers[org], role) }

func within(prefix, field string) string {
	switch {
	case prefix == "":
		return field
	case field == "":
		return prefix
	}
	return prefix + "." + field
}

// statement is satisfied by the pointer to a statement's type.
type statement[T any] interface {
	*T
	Statement
}

func decodeOne[T any, P statement[T]](document []byte) (Document, *Refusal) {
	st := new(T)
	if refusal := Decode(document, st); refusal != nil {
		return Document{}, refusal
	}
	if refusal := CheckShape(st); refusal != nil {
		return Document{}, refusal
	}
	return Document{Statements: []Statement{P(st)}}, nil
}

// decodeList reads {"name": [...]}: D is a struct with that one field, which
// list picks out.
func decodeList[D, T any, P statement[T]](name string, list func(*D) []T) func([]byte) (Document, *Refusal) {
	return func(document []byte) (Document, *Refusal) {
		d := new(D)
		if refusal := Decode(document, d); refusal != nil {
			return Document{}, refusal
		}
		if refusal := CheckShape(d); refusal != nil {
			return Document{}, refusal
		}
		entries := list(d)
		doc := Document{list: name, Statements: make([]Statement, len(entries))}
		for i := range entries {
			doc.Statements[i] = P(&entries[i])
		}
		return doc, nil
	}
}
