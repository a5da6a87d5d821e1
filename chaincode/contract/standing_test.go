package contract_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

const otherCertificate = "0000000000000000000000000000000000000000000000000000000000000001"

func TestCallersAreKnownBeforeAnythingIsRead(t *testing.T) {
	b := founded(t)
	stranger := stubtest.NewIdentity("AuditorsMSP", "stranger", "client", nil)
	foreign := stubtest.NewIdentity("ElsewhereMSP", "foreigner", "admin", nil)
	elsewhere := *b.as(provenance.RoleAuditor) // the auditor's certificate under another organisation's name
	elsewhere.Creator = stubtest.NewIdentity("WorkersMSP", "x", "client", nil).Creator
	for name, as := range map[string]*stubtest.Identity{"nobody's certificate": stranger, "no organisation of ours": foreign, "another's certificate": &elsewhere} {
		t.Run(name, func(t *testing.T) {
			b.refusesText(as, "RecordAudit", `{"not even": "an audit"}`, provenance.NoStanding, "")
		})
	}
}

func TestPeersAndOrderersAreNoRegistrars(t *testing.T) {
	b := founded(t)
	for _, role := range []string{"peer", "orderer", "client"} {
		b.refuses(stubtest.NewIdentity("BrandsMSP", "node", role, nil), provenance.NoStanding, "",
			&provenance.Party{ID: b.ID(), Name: "New", PartyKind: "BRAND", Country: "SE"})
	}
}

func TestRolesWriteTheirOwnKindsOnly(t *testing.T) {
	b := founded(t)
	b.refuses(b.as(provenance.RoleBrand), provenance.NoStanding, "", &b.Audit)
	b.refuses(b.as(provenance.RoleAuditor), provenance.NoStanding, "", &b.ClothMade)
	b.refuses(b.as(provenance.RoleSupplier), provenance.NoStanding, "", &b.Cohort)
	b.refuses(b.as(provenance.RoleRecruiter), provenance.NoStanding, "", &b.Site)
	b.refuses(b.registrars[provenance.Auditors], provenance.NoStanding, "", &b.Audit)
	b.refuses(b.as(provenance.RoleAuditor), provenance.NoStanding, "", &provenance.Party{ID: b.ID(), Name: "New", PartyKind: "AUDIT_FIRM", Country: "GB"})
}

func TestPartyRefusals(t *testing.T) {
	refused(t, founded, []attempt{
		{"an owner nobody registered", provenance.UnknownReference, "ownedBy[1]", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.registrars[provenance.Brands], &provenance.Party{ID: b.ID(), Name: "New", PartyKind: "BRAND", Country: "SE", OwnedBy: []string{b.Brand.ID, b.ID()}}
		}},
		{"another organisation's identifier", provenance.Conflict, "id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.registrars[provenance.Brands], &b.Firm
		}},
	})
}

func TestMemberRefusals(t *testing.T) {
	refused(t, founded, []attempt{
		{"another organisation's party", provenance.NoStanding, "party", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			m := b.Member(&b.Firm, provenance.RoleBrand, otherCertificate)
			return b.registrars[provenance.Brands], &m
		}},
		{"nobody's party", provenance.UnknownReference, "party", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			m := b.Member(&provenance.Party{ID: b.ID()}, provenance.RoleBrand, otherCertificate)
			return b.registrars[provenance.Brands], &m
		}},
		{"a role of another organisation", provenance.NoStanding, "roles[1]", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			m := b.Member(&b.Firm, provenance.RoleAuditor, otherCertificate)
			m.Roles = append(m.Roles, provenance.RoleOversight)
			return b.registrars[provenance.Auditors], &m
		}},
		{"a certificate enrolled before", provenance.Conflict, "certificate", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			m := b.Member(&b.Firm, provenance.RoleAuditor, fingerprint(b.as(provenance.RoleAuditor)))
			return b.registrars[provenance.Auditors], &m
		}},
	})
}

func TestSuspensionAndRevocationOfMembers(t *testing.T) {
	b := founded(t)
	registrar, auditor := b.registrars[provenance.Auditors], b.as(provenance.RoleAuditor)
	b.states(auditor, &b.Audit)
	stated := b.recorded(provenance.KindAudit, b.Audit.ID)
	set := func(state string) *provenance.Standing {
		return &provenance.Standing{ID: b.ID(), Subject: provenance.Subject{Kind: provenance.KindMember, ID: stated.By.Member}, State: state, Reason: "OTHER"}
	}
	again := b.Audit
	again.ID = b.ID()

	b.refuses(registrar, provenance.WrongState, "state", set(provenance.Restored))
	b.states(registrar, set(provenance.Suspended))
	b.refuses(auditor, provenance.NoStanding, "", &again)
	b.states(registrar, set(provenance.Restored))
	b.states(auditor, &again)
	b.states(registrar, set(provenance.Revoked))
	b.refuses(auditor, provenance.NoStanding, "", &again)
	b.refuses(registrar, provenance.WrongState, "subject.id", set(provenance.Restored))
	b.refuses(registrar, provenance.WrongState, "subject.id", set(provenance.Suspended))
	b.recorded(provenance.KindAudit, b.Audit.ID) // what was stated in good standing stays
}

func TestStandingIsDecidedByWhoGaveIt(t *testing.T) {
	auditorOf := func(b *bench) provenance.Subject {
		b.states(b.as(provenance.RoleAuditor), &b.Audit)
		return provenance.Subject{Kind: provenance.KindMember, ID: b.recorded(provenance.KindAudit, b.Audit.ID).By.Member}
	}
	suspend := func(b *bench, s provenance.Subject) *provenance.Standing {
		return &provenance.Standing{ID: b.ID(), Subject: s, State: provenance.Suspended, Reason: "OTHER"}
	}
	refused(t, founded, []attempt{
		{"another organisation's registrar", provenance.NoStanding, "subject.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.registrars[provenance.Brands], suspend(b, auditorOf(b))
		}},
		{"Oversight's registrar, of a member", provenance.NoStanding, "subject.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.registrars[provenance.Oversight], suspend(b, auditorOf(b))
		}},
		{"a member of Oversight, of a member of Oversight", provenance.NoStanding, "subject.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			by := b.recorded(provenance.KindAccreditation, b.Accreditation.ID).By.Member
			return b.as(provenance.RoleOversight), suspend(b, provenance.Subject{Kind: provenance.KindMember, ID: by})
		}},
		{"a registrar of the firm, of its accreditation", provenance.NoStanding, "subject.kind", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.registrars[provenance.Auditors], suspend(b, provenance.Subject{Kind: provenance.KindAccreditation, ID: b.Accreditation.ID})
		}},
		{"nobody's membership", provenance.UnknownReference, "subject.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.registrars[provenance.Auditors], suspend(b, provenance.Subject{Kind: provenance.KindMember, ID: b.ID()})
		}},
	})
	for _, decides := range []string{"member", "registrar"} {
		t.Run("Oversight's "+decides+" decides on accreditations", func(t *testing.T) {
			b := founded(t)
			as := b.as(provenance.RoleOversight)
			if decides == "registrar" {
				as = b.registrars[provenance.Oversight]
			}
			set := suspend(b, provenance.Subject{Kind: provenance.KindAccreditation, ID: b.Accreditation.ID})
			b.states(as, set)
			b.refuses(b.as(provenance.RoleAuditor), provenance.NoStanding, "accreditation", &b.Audit)
			set.ID, set.State = b.ID(), provenance.Restored
			b.states(as, set)
			b.states(b.as(provenance.RoleAuditor), &b.Audit)
			set.ID, set.State, b.Audit.ID = b.ID(), provenance.Revoked, b.ID()
			b.states(as, set)
			b.refuses(b.as(provenance.RoleAuditor), provenance.NoStanding, "accreditation", &b.Audit)
		})
	}
}

func TestAccreditationRefusals(t *testing.T) {
	refused(t, founded, []attempt{
		{"a firm that is none", provenance.Invalid, "firm", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			a := b.Accreditation
			a.ID, a.Firm = b.ID(), b.Brand.ID
			return b.as(provenance.RoleOversight), &a
		}},
		{"a firm nobody registered", provenance.UnknownReference, "firm", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			a := b.Accreditation
			a.ID, a.Firm = b.ID(), b.ID()
			return b.as(provenance.RoleOversight), &a
		}},
	})
}

// standingOf changes what an accreditation lets its holder do.
func (b *bench) standingOf(accreditation, state string) *provenance.Standing {
	return &provenance.Standing{ID: b.ID(), Subject: provenance.Subject{Kind: provenance.KindAccreditation, ID: accreditation}, State: state, Reason: "OTHER"}
}

func TestAuditorsAreAccreditedThemselves(t *testing.T) {
	refused(t, founded, []attempt{
		{"one whom nobody accredited", provenance.NoStanding, "auditors[1]", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Audit.Auditors = append(b.Audit.Auditors, "A-18")
			return b.as(provenance.RoleAuditor), &b.Audit
		}},
		{"one accredited with another firm", provenance.NoStanding, "auditors[0]", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			firm, rival := b.rival(provenance.Auditors, "AUDIT_FIRM")
			b.accredits(firm.ID)
			other := b.Admits(firm.ID)
			other.Auditor = "A-18"
			b.states(b.as(provenance.RoleOversight), &other)
			b.Audit.Firm, b.Audit.Accreditation, b.Audit.Auditors = firm.ID, b.accredits(firm.ID).ID, []string{"A-19"}
			return rival, &b.Audit
		}},
		{"one accredited for another scheme", provenance.NoStanding, "auditors[0]", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			other := b.Accreditation
			other.ID, other.Scheme = b.ID(), "OWN"
			b.states(b.as(provenance.RoleOversight), &other)
			b.Audit.Scheme, b.Audit.Accreditation = "OWN", other.ID
			return b.as(provenance.RoleAuditor), &b.Audit
		}},
		{"one whose accreditation has run out", provenance.NoStanding, "auditors[0]", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			a := b.Admits(b.Firm.ID)
			a.Auditor, a.ValidUntil = "A-18", "2025-12-31"
			b.states(b.as(provenance.RoleOversight), &a)
			b.Audit.Auditors = []string{"A-18"}
			return b.as(provenance.RoleAuditor), &b.Audit
		}},
		{"an auditor's accreditation as the firm's", provenance.NoStanding, "accreditation", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Audit.Accreditation = b.Admission.ID
			return b.as(provenance.RoleAuditor), &b.Audit
		}},
	})
}

func TestAnAuditorIsSuspendedWithoutTheFirm(t *testing.T) {
	b := founded(t)
	oversight, auditor := b.as(provenance.RoleOversight), b.as(provenance.RoleAuditor)
	colleague := b.Admits(b.Firm.ID)
	colleague.Auditor = "A-18"
	b.states(oversight, &colleague)
	b.states(oversight, b.standingOf(b.Admission.ID, provenance.Suspended))
	b.refuses(auditor, provenance.NoStanding, "auditors[0]", &b.Audit)
	b.Audit.Auditors = []string{"A-18"}
	b.states(auditor, &b.Audit)
	b.states(oversight, b.standingOf(b.Admission.ID, provenance.Restored))
	b.Audit.ID, b.Audit.Auditors = b.ID(), []string{"A-17", "A-18"}
	b.states(auditor, &b.Audit)
	b.states(oversight, b.standingOf(b.Admission.ID, provenance.Revoked))
	b.Audit.ID = b.ID()
	b.refuses(auditor, provenance.NoStanding, "auditors[0]", &b.Audit)
	renewed := b.Admits(b.Firm.ID)
	b.states(oversight, &renewed)
	b.states(auditor, &b.Audit)
}

// A second accreditation is no way round the suspension of the first.
func TestASuspensionCountsWhateverElseIsGranted(t *testing.T) {
	b := founded(t)
	second := b.accredits(b.Firm.ID)
	b.states(b.as(provenance.RoleOversight), b.standingOf(b.Accreditation.ID, provenance.Suspended))
	b.Audit.Accreditation = second.ID
	b.refuses(b.as(provenance.RoleAuditor), provenance.NoStanding, "accreditation", &b.Audit)
	b.states(b.as(provenance.RoleOversight), b.standingOf(b.Accreditation.ID, provenance.Revoked)) // it is gone, the other counts
	b.states(b.as(provenance.RoleAuditor), &b.Audit)
}

func TestAccreditationsThatHaveRunOutAreForgotten(t *testing.T) {
	b := founded(t)
	oversight := b.as(provenance.RoleOversight)
	for range 12 {
		old := b.Admits(b.Firm.ID)
		old.ValidUntil = "2025-12-31"
		b.states(oversight, &old)
	}
	for range 9 { // beside the world's own
		next := b.Admits(b.Firm.ID)
		b.states(oversight, &next)
	}
	more := b.Admits(b.Firm.ID)
	b.refuses(oversight, provenance.WrongState, "firm", &more)
	b.states(b.as(provenance.RoleAuditor), &b.Audit)
}

// A firm that is suspended moves no finding either, but whom it concerns may.
func TestFindingsAreForAccreditedFirms(t *testing.T) {
	b := audited(t)
	_, stranger := b.rival(provenance.Auditors, "AUDIT_FIRM")
	b.refuses(stranger, provenance.NoStanding, "audit", b.step(provenance.FindingClosedVerified))
	b.refuses(stranger, provenance.NoStanding, "audit", &b.Extension)
	b.states(b.as(provenance.RoleOversight), b.standingOf(b.Accreditation.ID, provenance.Suspended))
	b.refuses(b.as(provenance.RoleAuditor), provenance.NoStanding, "audit", b.step(provenance.FindingClosedVerified))
	b.states(b.as(provenance.RoleSupplier), b.step(provenance.FindingProposed))
	b.states(b.as(provenance.RoleOversight), b.standingOf(b.Accreditation.ID, provenance.Restored))
	b.states(b.as(provenance.RoleAuditor), b.step(provenance.FindingAgreed))
}
