package demo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Author is who signs documents: an organisation's registrar, or a member.
type Author struct {
	Org  provenance.Org
	Name string          // of the member, empty for the registrar
	Role provenance.Role // of the member
}

// Document is one document to be stated by its author.
type Document struct {
	Author     Author
	Kind       provenance.Kind
	Body       []byte // JSON
	Statements int    // how many it holds
}

// Phase is documents that may be stated at the same time. They rest on those of
// the phases before.
type Phase struct {
	Title     string
	Documents []Document
}

// eventsPerDocument keeps a document far below what a transaction may hold.
const eventsPerDocument = 200

// Authors lists the members of the demonstration, who need certificates.
func Authors() []Author {
	authors := make([]Author, len(parties))
	for i, p := range parties {
		authors[i] = author(p.key)
	}
	return authors
}

func author(key string) Author {
	for _, p := range parties {
		if p.key == key {
			return Author{Org: p.org, Name: "demo-" + p.key, Role: roles[p.kind]}
		}
	}
	panic("no party " + key) // a wrong name in this package
}

func registrar(org provenance.Org) Author { return Author{Org: org} }

// Plan lists everything the demonstration states, in order. Certificate gives
// the lower-case hexadecimal SHA-256 of an author's certificate in DER. A
// member's identifier follows from the certificate, so that a member enrolled
// anew is another one.
func Plan(certificate func(Author) string) []Phase {
	b := &plan{}
	b.people(certificate)
	b.places()
	b.observations()
	b.consequences()
	b.renewals()
	return b.phases
}

// plan collects phases; one for each step a record may be behind another.
type plan struct{ phases []Phase }

func (p *plan) begin(title string) { p.phases = append(p.phases, Phase{Title: title}) }

func (p *plan) add(by Author, statement provenance.Statement) {
	p.document(by, statement.Kind(), statement, 1)
}

func (p *plan) document(by Author, kind provenance.Kind, document any, statements int) {
	body, err := json.Marshal(document)
	if err != nil {
		panic(err) // plain structs always encode
	}
	last := &p.phases[len(p.phases)-1]
	last.Documents = append(last.Documents, Document{Author: by, Kind: kind, Body: body, Statements: statements})
}

func (p *plan) people(certificate func(Author) string) {
	p.begin("organisations")
	for _, x := range parties {
		p.add(registrar(x.org), &provenance.Party{ID: partyID(x.key), Name: x.name, PartyKind: x.kind, Country: x.country})
	}
	p.begin("members")
	for _, x := range parties {
		fingerprint := certificate(author(x.key))
		p.add(registrar(x.org), &provenance.Member{
			ID: id("member", x.key+" "+fingerprint), Party: partyID(x.key), Roles: []provenance.Role{roles[x.kind]}, Certificate: fingerprint,
		})
	}
}

func (p *plan) places() {
	p.begin("sites, products and accreditations")
	for _, a := range accreditations {
		p.add(author("fair-work-register"), &provenance.Accreditation{
			ID: accreditationID(a.firm, a.scheme), Firm: partyID(a.firm), Scheme: a.scheme, ValidFrom: "2024-01-01", ValidUntil: "2039-12-31",
		})
		if a.scheme == provenance.SchemeObservation {
			continue
		}
		p.add(author("fair-work-register"), &provenance.Accreditation{
			ID: accreditationID(a.firm+" "+auditorOf(a.firm), a.scheme), Firm: partyID(a.firm), Auditor: auditorOf(a.firm), Scheme: a.scheme, ValidFrom: "2024-01-01", ValidUntil: "2039-12-31",
		})
	}
	facilities := map[string][]provenance.Facility{}
	for n, s := range sites {
		facilities[s.operator] = append(facilities[s.operator], s.facility(n))
	}
	products := map[string][]provenance.Product{}
	for _, s := range stages {
		owner := cmp.Or(s.owner, siteOf(s.site).operator)
		products[owner] = append(products[owner], provenance.Product{GTIN: productOf(s.site), Name: s.product, Owner: partyID(owner), HS: s.hs})
	}
	for _, x := range parties {
		if list := facilities[x.key]; len(list) > 0 {
			p.document(author(x.key), provenance.KindFacility, map[string]any{"facilities": list}, len(list))
		}
		if list := products[x.key]; len(list) > 0 {
			p.document(author(x.key), provenance.KindProduct, map[string]any{"products": list}, len(list))
		}
	}
}

// observations rest on sites and products alone.
func (p *plan) observations() {
	for step, events := range produce().events() {
		p.begin(fmt.Sprintf("a year of lots, step %d", step+1))
		for _, x := range parties {
			for list := range slices.Chunk(events[x.key], eventsPerDocument) {
				p.document(author(x.key), provenance.KindEvent, map[string]any{"events": list}, len(list))
			}
		}
	}
	p.terms()
	p.begin("audits and groups of workers")
	p.yields()
	p.misread()
	p.watched()
	for _, a := range audits {
		if a.supersedes == "" {
			p.add(author(a.firm), a.statement())
		}
	}
	for _, g := range groups() {
		p.add(author(g.by), g.cohort())
	}
}

// consequences rest on audits, groups and one another.
func (p *plan) consequences() {
	p.begin("what workers were charged and how they work")
	p.corrected()
	p.answered()
	for _, a := range audits {
		if a.supersedes != "" {
			p.add(author(a.firm), a.statement())
		}
	}
	for _, g := range groups() {
		for _, s := range g.said {
			p.add(author(s.by), g.statement(s))
		}
		for _, a := range g.told {
			p.add(author(a.by), g.attestation(a))
		}
	}
	p.children()
	p.proposals()
	most := 0
	for _, a := range audits {
		for _, f := range a.findings {
			most = max(most, len(f.steps))
		}
	}
	for n := range most {
		p.begin(fmt.Sprintf("what was done about it, step %d", n+1))
		p.steps(n)
		switch n {
		case 0:
			p.repayments(provenance.Paid)
			p.childSteps(provenance.ChildPlan)
		case 1:
			p.checks()
			p.childSteps(provenance.ChildRemedy)
		}
	}
}

// proposals adds what the sites are going to propose, and the time they get.
func (p *plan) proposals() {
	p.begin("what sites propose to do")
	p.repayments(provenance.PlanAgreed)
	for _, a := range audits {
		for i, f := range a.findings {
			for n, s := range f.steps {
				if s.state == provenance.FindingProposed {
					p.add(author(a.mover(s)), a.proposal(i, n))
				}
			}
			if x := f.extended; x != nil {
				p.add(author(a.firm), &provenance.FindingExtension{
					ID: a.stepID("finding extension", i, 0), Audit: auditID(a.site, a.end), Finding: findingNo(i), DueOn: x.until, On: x.on, Reason: x.reason,
				})
			}
		}
	}
}

// steps adds the nth step of every finding: each continues the one before.
func (p *plan) steps(n int) {
	for _, a := range audits {
		for i, f := range a.findings {
			if n >= len(f.steps) {
				continue
			}
			s := f.steps[n]
			moved := &provenance.FindingStep{
				ID:    a.stepID("finding step", i, n),
				Audit: auditID(a.site, a.end), Finding: findingNo(i), State: s.state, On: s.on, Verification: s.verification, Reason: s.reason,
			}
			if s.state == provenance.FindingProposed {
				moved.Action = a.stepID("corrective action", i, n)
			}
			p.add(author(a.mover(s)), moved)
		}
	}
}

// repayments adds the plans or the payments.
func (p *plan) repayments(state string) {
	for _, g := range groups() {
		for _, r := range g.paid {
			if r.state == state {
				p.add(author(r.by), g.repayment(r))
			}
		}
	}
}

func (p *plan) checks() {
	for _, g := range groups() {
		for _, r := range g.paid {
			for _, c := range r.checks {
				p.add(author(c.by), g.check(r, c))
			}
		}
	}
	for _, a := range audits {
		if a.falsified {
			p.add(author(a.firm), &provenance.Withdrawal{
				ID:     id("withdrawal", a.site+" "+a.end),
				Target: provenance.Target{Kind: provenance.KindAudit, ID: auditID(a.site, a.end)}, Reason: "FRAUD_FOUND",
			})
		}
	}
}

// stepID names what belongs to a step of a finding.
func (a audit) stepID(kind string, finding, step int) string {
	return id(kind, strings.Join([]string{a.site, a.end, findingNo(finding), fmt.Sprint(step)}, " "))
}

// mover is the party that takes a step.
func (a audit) mover(s step) string {
	switch s.state {
	case provenance.FindingProposed, provenance.FindingInProgress, provenance.FindingClosedPending, provenance.FindingDisputed:
		return cmp.Or(s.by, siteOf(a.site).operator)
	}
	return cmp.Or(s.by, a.firm)
}

func findingNo(n int) string { return fmt.Sprintf("F%d", n+1) }

func daysBefore(date string, days int) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		panic(err) // a wrong date in this package
	}
	return t.AddDate(0, 0, -days).Format(time.DateOnly)
}
