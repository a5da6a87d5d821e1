package contract_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

// pair is an audit firm and a supplier who runs a site.
type pair struct {
	firm, operator    *provenance.Party
	auditor, supplier *stubtest.Identity
	site              provenance.Facility
}

// ties are the ways in which the two can belong together, and one in which they
// only seem to.
var ties = []struct {
	name string
	tied bool
	make func(b *bench) pair
}{
	{"the firm has a stake in the operator", true, func(b *bench) (p pair) {
		p.firm, p.auditor = b.rival(provenance.Auditors, "AUDIT_FIRM")
		p.operator, p.supplier = b.rival(provenance.Suppliers, "SUPPLIER", b.Brand.ID, p.firm.ID)
		return p
	}},
	{"the operator has a stake in the firm", true, func(b *bench) (p pair) {
		p.operator, p.supplier = b.rival(provenance.Suppliers, "SUPPLIER")
		p.firm, p.auditor = b.rival(provenance.Auditors, "AUDIT_FIRM", p.operator.ID)
		return p
	}},
	{"one party has a stake in both", true, func(b *bench) (p pair) {
		p.operator, p.supplier = b.rival(provenance.Suppliers, "SUPPLIER", b.Agency.ID, b.Brand.ID)
		p.firm, p.auditor = b.rival(provenance.Auditors, "AUDIT_FIRM", b.Brand.ID)
		return p
	}},
	{"a party has a stake in both through others", true, func(b *bench) (p pair) {
		holding, _ := b.rival(provenance.Suppliers, "SUPPLIER", b.Agency.ID)
		middle, _ := b.rival(provenance.Brands, "BRAND", holding.ID)
		p.operator, p.supplier = b.rival(provenance.Suppliers, "SUPPLIER", middle.ID)
		p.firm, p.auditor = b.rival(provenance.Auditors, "AUDIT_FIRM", b.Agency.ID)
		return p
	}},
	{"an owner was declared later", true, func(b *bench) (p pair) {
		p.operator, p.supplier = b.rival(provenance.Suppliers, "SUPPLIER")
		p.firm, p.auditor = b.rival(provenance.Auditors, "AUDIT_FIRM")
		b.states(b.registrars[provenance.Auditors], b.owned(p.firm, b.Brand.ID, p.operator.ID))
		return p
	}},
	{"Oversight says that there was no tie", false, func(b *bench) (p pair) {
		p.operator, p.supplier = b.rival(provenance.Suppliers, "SUPPLIER")
		p.firm, p.auditor = b.rival(provenance.Auditors, "AUDIT_FIRM", p.operator.ID)
		b.states(b.as(provenance.RoleOversight), b.owned(p.firm))
		return p
	}},
	{"they have owners of their own", false, func(b *bench) (p pair) {
		p.operator, p.supplier = b.rival(provenance.Suppliers, "SUPPLIER", b.Agency.ID)
		p.firm, p.auditor = b.rival(provenance.Auditors, "AUDIT_FIRM", b.Brand.ID)
		return p
	}},
}

// withEachTie runs a check on a world whose site and firm are those of a pair,
// up to its cohort and fees.
func withEachTie(t *testing.T, check func(b *bench, p pair, says func(as *stubtest.Identity, field string, s provenance.Statement))) {
	for _, tie := range ties {
		t.Run(tie.name, func(t *testing.T) {
			b := founded(t)
			p := tie.make(b)
			p.site = b.newSite()
			p.site.Operator = p.operator.ID
			b.states(p.supplier, &p.site)
			check(b, p, func(as *stubtest.Identity, field string, s provenance.Statement) {
				t.Helper()
				if tie.tied {
					b.refuses(as, provenance.ConflictOfInterest, field, s)
				} else {
					b.states(as, s)
				}
			})
		})
	}
}

func TestAuditorsWithAStakeMayNotAudit(t *testing.T) {
	withEachTie(t, func(b *bench, p pair, says func(*stubtest.Identity, string, provenance.Statement)) {
		a := b.Audit
		a.Facility, a.Firm, a.Accreditation = p.site.ID, p.firm.ID, b.accredits(p.firm.ID).ID
		says(p.auditor, "facility", &a)
	})
}

func TestFirmMayNotAuditItsOwnSite(t *testing.T) {
	b := founded(t)
	site := b.newSite()
	site.Operator = b.Firm.ID
	b.states(b.as(provenance.RoleBrand), &site)
	b.Audit.Facility = site.ID
	b.refuses(b.as(provenance.RoleAuditor), provenance.ConflictOfInterest, "facility", &b.Audit)
}

func TestNobodyAuditsASiteOfTheirOwnOrganisation(t *testing.T) {
	b := founded(t)
	other, _ := b.rival(provenance.Auditors, "SUPPLIER")
	site := b.newSite()
	site.Operator = other.ID
	b.states(b.as(provenance.RoleBrand), &site)
	b.Audit.Facility = site.ID
	b.refuses(b.as(provenance.RoleAuditor), provenance.ConflictOfInterest, "facility", &b.Audit)
}

// A union that an employer or recruiter has a hand in is no voice of workers.
func TestUnionsWithAStakeMayNotSpeakOfWorkers(t *testing.T) {
	for name, of := range map[string]func(b *bench) *provenance.Party{
		"in the employer":  func(b *bench) *provenance.Party { return &b.Factory },
		"in the recruiter": func(b *bench) *provenance.Party { return &b.Agency },
	} {
		t.Run(name, func(t *testing.T) {
			b := founded(t)
			party, tied := b.rival(provenance.Workers, "UNION", of(b).ID)
			field := "facility"
			if name == "in the recruiter" {
				field = "recruiter"
			}
			b.refuses(tied, provenance.ConflictOfInterest, field, &b.Cohort)
			b.states(b.as(provenance.RoleUnion), &b.Cohort)
			b.refuses(tied, provenance.ConflictOfInterest, "cohort", &b.Fees)
			b.refuses(tied, provenance.ConflictOfInterest, "cohort", &b.Attestation)
			b.states(b.as(provenance.RoleOversight), b.owned(party))
			b.states(tied, &b.Fees)
			b.states(tied, &b.Attestation)
		})
	}
}

func TestSiteOfUnknownOperatorMayBeAudited(t *testing.T) {
	b := founded(t)
	site := b.newSite()
	site.Operator = ""
	b.states(b.as(provenance.RoleBrand), &site)
	b.Audit.Facility = site.ID
	b.states(b.as(provenance.RoleAuditor), &b.Audit)
}

func TestAuditorsWithAStakeMayNotMoveFindings(t *testing.T) {
	withEachTie(t, func(b *bench, p pair, says func(*stubtest.Identity, string, provenance.Statement)) {
		b.Audit.Facility = p.site.ID
		b.states(b.as(provenance.RoleAuditor), &b.Audit)
		b.accredits(p.firm.ID)
		says(p.auditor, "audit", &provenance.FindingStep{ID: b.ID(), Audit: b.Audit.ID, Finding: "F-1",
			State: provenance.FindingClosedVerified, Verification: "ON_SITE", On: "2025-12-01"})
	})
}

func TestAuditorsWithAStakeMayNotSpeakOfWorkers(t *testing.T) {
	withEachTie(t, func(b *bench, p pair, says func(*stubtest.Identity, string, provenance.Statement)) {
		b.Cohort.Facility = p.site.ID
		says(p.auditor, "facility", &b.Cohort)
		b.Cohort.ID = b.ID()
		b.states(b.as(provenance.RoleUnion), &b.Cohort)
		b.Fees.Cohort, b.Attestation.Cohort = b.Cohort.ID, b.Cohort.ID
		says(p.auditor, "cohort", &b.Attestation)
		says(p.auditor, "cohort", &b.Fees)
		b.Fees.ID = b.ID()
		b.Repayment.Statement = b.Fees.ID
		b.states(b.as(provenance.RoleUnion), &b.Fees)
		_, payer := b.rival(provenance.Brands, "BRAND") // to whom the firm is not tied
		b.states(payer, &b.Repayment)
		says(p.auditor, "repayment", &b.Check)
	})
}

func TestPayersAndTheirTiesMayNotCheckTheirPayment(t *testing.T) {
	withEachTie(t, func(b *bench, p pair, says func(*stubtest.Identity, string, provenance.Statement)) {
		b.Cohort.Recruiter = p.operator.ID // who recruited for another's site
		b.states(b.as(provenance.RoleUnion), &b.Cohort)
		b.states(b.as(provenance.RoleUnion), &b.Fees)
		b.states(p.supplier, &b.Repayment)
		says(p.auditor, "repayment", &b.Check)
	})
}
