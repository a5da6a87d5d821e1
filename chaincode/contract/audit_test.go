package contract_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

func TestAuditRefusals(t *testing.T) {
	refused(t, founded, []attempt{
		{"another firm's audit", provenance.NoStanding, "firm", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, rival := b.rival(provenance.Auditors, "AUDIT_FIRM")
			return rival, &b.Audit
		}},
		{"another firm's accreditation", provenance.NoStanding, "accreditation", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			firm, rival := b.rival(provenance.Auditors, "AUDIT_FIRM")
			a := b.Audit
			a.Firm = firm.ID
			return rival, &a
		}},
		{"an accreditation for another scheme", provenance.NoStanding, "accreditation", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			a := b.Audit
			a.Scheme = "OWN"
			return b.as(provenance.RoleAuditor), &a
		}},
		{"an accreditation that has run out", provenance.NoStanding, "accreditation", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.accredited("2020-01-01", "2025-12-31")
		}},
		{"an accreditation that has not begun", provenance.NoStanding, "accreditation", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.accredited("2026-01-02", "2030-01-01")
		}},
		{"a facility nobody registered", provenance.UnknownReference, "facility", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			a := b.Audit
			a.Facility = b.ID()
			return b.as(provenance.RoleAuditor), &a
		}},
		{"a facility and an accreditation that are not there", provenance.UnknownReference, "facility accreditation", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			a := b.Audit
			a.Facility, a.Accreditation = b.ID(), b.ID()
			return b.as(provenance.RoleAuditor), &a
		}},
		{"no word of findings", provenance.Invalid, "findings", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			a := b.Audit
			a.Findings = nil // null: an empty list says that nothing was found
			return b.as(provenance.RoleAuditor), &a
		}},
	})
}

// accredited makes another accreditation of the firm and an audit under it; the
// bench's transactions are on 2026-01-01.
func (b *bench) accredited(from, until string) (*stubtest.Identity, provenance.Statement) {
	accreditation := b.Accreditation
	accreditation.ID, accreditation.ValidFrom, accreditation.ValidUntil = b.ID(), from, until
	b.states(b.as(provenance.RoleOversight), &accreditation)
	a := b.Audit
	a.Accreditation = accreditation.ID
	return b.as(provenance.RoleAuditor), &a
}

func TestAccreditationIsInForceOnItsFirstAndLastDay(t *testing.T) {
	b := founded(t)
	as, audit := b.accredited("2026-01-01", "2026-01-01")
	b.states(as, audit)
}

func TestAuditMayFindNothing(t *testing.T) {
	b := founded(t)
	b.Audit.Findings = []provenance.Finding{}
	b.states(b.as(provenance.RoleAuditor), &b.Audit)
}

func TestAuditSupersession(t *testing.T) {
	b := founded(t)
	auditor := b.as(provenance.RoleAuditor)
	b.states(auditor, &b.Audit)
	b.states(b.as(provenance.RoleSupplier), &b.Action)
	next := b.Audit
	next.ID, next.Supersedes = b.ID(), b.Audit.ID

	elsewhere := b.newSite()
	b.states(b.as(provenance.RoleSupplier), &elsewhere)
	other := next
	other.Facility = elsewhere.ID
	b.refuses(auditor, provenance.Invalid, "supersedes", &other)

	firm, rival := b.rival(provenance.Auditors, "AUDIT_FIRM")
	other = next
	other.Firm, other.Accreditation = firm.ID, b.accredits(firm.ID).ID
	b.refuses(rival, provenance.NoStanding, "supersedes", &other)

	other = next
	other.Supersedes = b.ID()
	b.refuses(auditor, provenance.UnknownReference, "supersedes", &other)

	b.states(auditor, &next)
	other = next
	other.ID = b.ID() // the first audit has been replaced already
	b.refuses(auditor, provenance.WrongState, "supersedes", &other)
	b.refuses(b.as(provenance.RoleSupplier), provenance.WrongState, "audit", &b.Step)
	b.refuses(auditor, provenance.WrongState, "target.id",
		&provenance.Withdrawal{ID: b.ID(), Target: provenance.Target{Kind: provenance.KindAudit, ID: b.Audit.ID}, Reason: "DUPLICATE"})
}
