// Package world holds a small valid world for tests: parties, members, a site,
// a product, a lot's history, an audit and what workers were charged. A test
// changes what it is about and states the rest as it is.
package world

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// World is the statements of one world. All it tells of lies between 2025-01
// and 2025-12, so it can be stated at any time from 2026 on.
type World struct {
	Brand, Firm, Union, Authority, Factory, Agency provenance.Party

	Accreditation provenance.Accreditation // the firm's for SMETA, from 2020 to 2099
	Admission     provenance.Accreditation // the same of its auditor A-17
	Site          provenance.Facility      // operated by the factory
	Shirt         provenance.Product       // the brand's
	Cloth         provenance.Product       // the factory's

	ClothMade provenance.Event // at the site
	ShirtMade provenance.Event // at the site, out of the cloth

	Audit       provenance.Audit            // of the site, by the firm, with findings F-1 and F-2
	Action      provenance.CorrectiveAction // for the finding F-1
	Step        provenance.FindingStep      // proposes it
	Extension   provenance.FindingExtension // of F-1
	Children    provenance.ChildCase        // at the site, of no audit
	ChildPlan   provenance.ChildStep        // for them
	Cohort      provenance.Cohort           // 40 workers of the site, recruited by the agency
	Fees        provenance.FeeStatement
	Repayment   provenance.Repayment
	Check       provenance.RepaymentCheck
	Attestation provenance.Attestation

	Annex Annex // another site of the factory

	Watch Watch
	Amend Amend

	seed, count uint64
}

// New makes the world of a seed. Worlds of different seeds share no identifier,
// GTIN or GLN; worlds of one seed are equal.
func New(seed uint64) *World {
	w := &World{seed: seed}
	w.found()
	w.trade()
	w.observe()
	w.watch()
	w.annexed()
	w.amend()
	w.Admission = w.Admits(w.Firm.ID)
	return w
}

// ID gives a new identifier.
func (w *World) ID() string {
	const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	draw := w.draw()
	id := []byte("01") // a ULID of our time
	for _, b := range draw[:24] {
		id = append(id, crockford[b%32])
	}
	return string(id)
}

// GTIN gives a new product number.
func (w *World) GTIN() string {
	return w.number("952%010d", func(s string) bool { return provenance.CheckGTIN(s) == nil })
}

// GLN gives a new location number.
func (w *World) GLN() string {
	return w.number("952%09d", func(s string) bool {
		_, _, ok := GLNLocation(s).Facility()
		return ok
	})
}

// GLNLocation is a place named by its GLN.
func GLNLocation(gln string) provenance.Location {
	return provenance.Location{ID: "https://id.gs1.org/414/" + gln}
}

func (w *World) draw() [32]byte {
	w.count++
	return sha256.Sum256(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, w.seed), w.count))
}

// number fills a form with drawn digits and finds its check digit.
func (w *World) number(form string, valid func(string) bool) string {
	draw := w.draw()
	body := fmt.Sprintf(form, binary.BigEndian.Uint64(draw[:])%1e9)
	for check := range 10 {
		if s := fmt.Sprintf("%s%d", body, check); valid(s) {
			return s
		}
	}
	panic("world: no check digit fits " + body)
}

// Party gives the party of an organisation: the factory for Suppliers.
func (w *World) Party(org provenance.Org) *provenance.Party {
	return map[provenance.Org]*provenance.Party{
		provenance.Brands: &w.Brand, provenance.Auditors: &w.Firm, provenance.Workers: &w.Union,
		provenance.Oversight: &w.Authority, provenance.Suppliers: &w.Factory,
	}[org]
}

// Role gives the role of an organisation's members.
func Role(org provenance.Org) provenance.Role {
	return map[provenance.Org]provenance.Role{
		provenance.Brands: provenance.RoleBrand, provenance.Auditors: provenance.RoleAuditor, provenance.Workers: provenance.RoleUnion,
		provenance.Oversight: provenance.RoleOversight, provenance.Suppliers: provenance.RoleSupplier,
	}[org]
}

// Member enrols a certificate, given by the SHA-256 of its DER in hexadecimal,
// for a party.
func (w *World) Member(party *provenance.Party, role provenance.Role, certificate string) provenance.Member {
	return provenance.Member{ID: w.ID(), Party: party.ID, Roles: []provenance.Role{role}, Certificate: certificate}
}

// Admits accredits the world's auditor with a firm as the firm of the world is.
func (w *World) Admits(firm string) provenance.Accreditation {
	a := w.Accreditation
	a.ID, a.Firm, a.Auditor = w.ID(), firm, w.Audit.Auditors[0]
	return a
}

// Document puts statements of one kind into the form in which their transaction
// takes them.
func Document(statements ...provenance.Statement) []byte {
	var document any = statements[0]
	switch k := statements[0].Kind(); k {
	case provenance.KindFacility, provenance.KindProduct, provenance.KindEvent:
		spec, _ := provenance.SpecOf(k)
		document = map[string]any{spec.Resource: statements}
	case provenance.KindEventError:
		document = map[string]any{"events": statements}
	}
	text, err := json.Marshal(document)
	if err != nil {
		panic(fmt.Sprintf("world: encoding a %s: %v", statements[0].Kind(), err))
	}
	return text
}

// Transaction names the transaction which takes a statement.
func Transaction(st provenance.Statement) string {
	spec, _ := provenance.SpecOf(st.Kind())
	return spec.Transaction
}
