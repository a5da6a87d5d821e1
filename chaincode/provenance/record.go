package provenance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Org is one of the five organisations of the network.
type Org string

// The organisations.
const (
	Brands    Org = "Brands"    // brand consortium
	Auditors  Org = "Auditors"  // audit firms
	Workers   Org = "Workers"   // unions and worker-rights organisations
	Oversight Org = "Oversight" // labour authority or multi-stakeholder body
	Suppliers Org = "Suppliers" // factories, farms, vessels, recruiters
)

// Orgs lists the organisations in a fixed order.
func Orgs() []Org { return []Org{Brands, Auditors, Workers, Oversight, Suppliers} }

// MSP is the identifier of the organisation's membership service provider.
func (o Org) MSP() string { return string(o) + "MSP" }

// OrgOfMSP is the inverse of Org.MSP.
func OrgOfMSP(msp string) (Org, bool) {
	for _, o := range Orgs() {
		if o.MSP() == msp {
			return o, true
		}
	}
	return "", false
}

// Ref points at something records are about.
type Ref struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`
}

func (r Ref) String() string { return string(r.Kind) + " " + r.ID }

// Author is who stated a record, as the ledger established it.
type Author struct {
	Org    Org    `json:"org"`
	Party  string `json:"party,omitempty"`  // empty for an organisation's registrar
	Member string `json:"member,omitempty"` // empty for an organisation's registrar
}

// Record is a statement once the ledger holds it. It never changes.
type Record struct {
	Kind  Kind            `json:"kind"`
	ID    string          `json:"id"`
	By    Author          `json:"by"`
	At    string          `json:"at"`    // the transaction's time, see FormatInstant
	Tx    string          `json:"tx"`    // the transaction that wrote it
	About []Ref           `json:"about"` // subjects, resolved by the ledger
	Body  json.RawMessage `json:"body"`  // the statement, canonical JSON
}

// Ref is the record itself as a subject.
func (r Record) Ref() Ref { return Ref{Kind: r.Kind, ID: r.ID} }

// Subject gives the identifier of the record's first subject of a kind.
func (r Record) Subject(k Kind) (string, bool) {
	for _, ref := range r.About {
		if ref.Kind == k {
			return ref.ID, true
		}
	}
	return "", false
}

// Replaces gives the record of its kind whose place the record takes.
func (r Record) Replaces() (Ref, bool) {
	var body struct {
		Supersedes string `json:"supersedes"`
	}
	if json.Unmarshal(r.Body, &body) != nil || body.Supersedes == "" {
		return Ref{}, false
	}
	return Ref{r.Kind, body.Supersedes}, true
}

// Public says whether anybody may read the record as it is. One about a case of
// children, such as its withdrawal, would tell of the place.
func (r Record) Public() bool {
	spec, known := SpecOf(r.Kind)
	return known && spec.Public && !slices.ContainsFunc(r.About, func(about Ref) bool { return about.Kind == KindChildCase })
}

// Receipt tells an author what the ledger holds. Asking again with the same
// identifier and body gives the same receipt.
type Receipt struct {
	Kind   Kind   `json:"kind"`
	ID     string `json:"id"`
	Tx     string `json:"tx"`     // the transaction that first recorded it
	At     string `json:"at"`     // and its time
	Digest string `json:"digest"` // SHA-256 of the record's canonical JSON
}

// Receipts is what each recording transaction returns, in the order of its document.
type Receipts struct {
	Receipts []Receipt `json:"receipts"`
}

// ReceiptFor makes a record's receipt.
func ReceiptFor(r Record) (Receipt, error) {
	digest, err := Digest(r)
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{Kind: r.Kind, ID: r.ID, Tx: r.Tx, At: r.At, Digest: digest}, nil
}

// Body decodes a record's statement. Records come from the ledger, so anything
// that does not fit is a fault, and the error is no refusal even to AsRefusal.
func Body[T any](r Record) (T, error) {
	var body T
	dec := json.NewDecoder(bytes.NewReader(r.Body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&body); err != nil {
		return body, fmt.Errorf("reading a %s: its statement does not fit its kind", r.Kind)
	}
	return body, nil
}

// EventName is the name of the one chaincode event that every recording
// transaction emits. A change of its payload gets a new name.
const EventName = "fairlead.recorded.v1"

// Recorded is the payload of that event: all that a reader needs.
type Recorded struct {
	Records []Record `json:"records"`
}
