package contract_test

import (
	"encoding/base64"
	"slices"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

// watched is a founded bench with an accredited observer, a vessel of the
// factory and a clock at the site.
func watched(t testing.TB) *bench {
	t.Helper()
	b := founded(t)
	b.states(b.registrars[provenance.Oversight], &b.Watch.Observer)
	b.members[provenance.RoleObserver] = b.enrol(provenance.Oversight, &b.Watch.Observer, provenance.RoleObserver)
	b.states(b.as(provenance.RoleOversight), &b.Watch.Accreditation)
	b.states(b.as(provenance.RoleSupplier), &b.Watch.Vessel)
	b.states(b.as(provenance.RoleOversight), &b.Watch.Clock)
	return b
}

// signalled is a watched bench on which a gap was seen.
func signalled(t testing.TB) *bench {
	b := watched(t)
	b.states(b.as(provenance.RoleObserver), &b.Watch.Gap)
	return b
}

// judges is what an observer or Oversight decides on the gap.
func (b *bench) judges(state provenance.SignalState) *provenance.SignalStep {
	s := b.Watch.Decision
	s.ID, s.State = b.ID(), state
	return &s
}

// later states something so long after the last block.
func (b *bench) later(d time.Duration, as *stubtest.Identity, st provenance.Statement) error {
	b.Helper()
	blocks := b.peer.Blocks()
	at := blocks[len(blocks)-1].Transactions[0].Time.Add(d)
	_, err := b.peer.Invoke(stubtest.Proposal{Function: world.Transaction(st), Args: []string{string(world.Document(st))}, Creator: as.Creator, Time: at})
	return err
}

func TestWhatIsSeenFromAfarIsRecorded(t *testing.T) {
	b := signalled(t)
	b.states(b.as(provenance.RoleSupplier), &b.Watch.Reply)
	b.states(b.as(provenance.RoleObserver), &b.Watch.Decision)
	b.states(b.as(provenance.RoleObserver), &b.Watch.Screening)
	b.states(b.as(provenance.RoleSupplier), &b.Watch.Total)
	vessel := provenance.Ref{Kind: provenance.KindFacility, ID: b.Watch.Vessel.ID}
	gap := provenance.Ref{Kind: provenance.KindObservation, ID: b.Watch.Gap.ID}
	clock := provenance.Ref{Kind: provenance.KindDevice, ID: b.Watch.Clock.ID}
	for _, c := range []struct {
		of    provenance.Statement
		about []provenance.Ref
	}{
		{&b.Watch.Gap, []provenance.Ref{vessel}},
		{&b.Watch.Reply, []provenance.Ref{gap, vessel}},
		{&b.Watch.Decision, []provenance.Ref{gap, vessel}},
		{&b.Watch.Screening, []provenance.Ref{vessel}},
		{&b.Watch.Total, []provenance.Ref{clock, {Kind: provenance.KindFacility, ID: b.Site.ID}}},
	} {
		if got := b.recorded(c.of.Kind(), c.of.Key()).About; !slices.Equal(got, c.about) {
			t.Errorf("the %s is about %v, want %v", c.of.Kind(), got, c.about)
		}
	}
}

func TestObservationRefusals(t *testing.T) {
	observer := func(b *bench) *stubtest.Identity { return b.as(provenance.RoleObserver) }
	refused(t, watched, []attempt{
		{"by an auditor", provenance.NoStanding, "", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleAuditor), &b.Watch.Gap
		}},
		{"of a work site", provenance.Invalid, "facility", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Watch.Gap.Facility = b.Site.ID
			return observer(b), &b.Watch.Gap
		}},
		{"under another's accreditation", provenance.NoStanding, "accreditation", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Watch.Gap.Accreditation = b.Accreditation.ID
			return observer(b), &b.Watch.Gap
		}},
		{"under an accreditation to audit", provenance.NoStanding, "accreditation", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Watch.Gap.Accreditation = b.Accreditation.ID
			return b.enrol(provenance.Auditors, &b.Firm, provenance.RoleObserver), &b.Watch.Gap
		}},
		{"under an accreditation that has ended", provenance.NoStanding, "accreditation", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			a := b.Watch.Accreditation
			a.ID, a.ValidUntil = b.ID(), "2020-12-31"
			b.states(b.as(provenance.RoleOversight), &a)
			b.Watch.Gap.Accreditation = a.ID
			return observer(b), &b.Watch.Gap
		}},
		{"under an accreditation that was revoked", provenance.NoStanding, "accreditation", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleOversight), &provenance.Standing{ID: b.ID(), State: provenance.Revoked, Reason: "MISCONDUCT",
				Subject: provenance.Subject{Kind: provenance.KindAccreditation, ID: b.Watch.Accreditation.ID}})
			return observer(b), &b.Watch.Gap
		}},
		{"by a party with a stake", provenance.ConflictOfInterest, "facility", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			tied := b.Watch.Observer
			tied.ID, tied.OwnedBy = b.ID(), []string{b.Factory.ID}
			b.states(b.registrars[provenance.Oversight], &tied)
			a := b.Watch.Accreditation
			a.ID, a.Firm = b.ID(), tied.ID
			b.states(b.as(provenance.RoleOversight), &a)
			b.Watch.Gap.Accreditation = a.ID
			return b.enrol(provenance.Oversight, &tied, provenance.RoleObserver), &b.Watch.Gap
		}},
		{"in place of another vessel's", provenance.Invalid, "supersedes", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(observer(b), &b.Watch.Gap)
			other := b.Watch.Vessel
			other.ID, other.Identifiers = b.ID(), []provenance.Identifier{{Scheme: provenance.IMO, Value: b.IMO()}}
			b.states(b.as(provenance.RoleSupplier), &other)
			o := b.Watch.Gap
			o.ID, o.Facility, o.Supersedes = b.ID(), other.ID, b.Watch.Gap.ID
			return observer(b), &o
		}},
		{"a screening of a party by one tied to it", provenance.ConflictOfInterest, "subject.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Watch.Screening.Subject = provenance.ScreenSubject{Kind: provenance.KindParty, ID: b.Watch.Observer.ID}
			return observer(b), &b.Watch.Screening
		}},
		{"a screening under another's accreditation", provenance.NoStanding, "accreditation", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Watch.Screening.Accreditation = b.Accreditation.ID
			return observer(b), &b.Watch.Screening
		}},
		{"an accreditation of a supplier to watch", provenance.Invalid, "firm", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Watch.Accreditation.ID, b.Watch.Accreditation.Firm = b.ID(), b.Factory.ID
			return b.as(provenance.RoleOversight), &b.Watch.Accreditation
		}},
		{"an accreditation of an observer to audit", provenance.Invalid, "firm", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Accreditation.ID, b.Accreditation.Firm = b.ID(), b.Watch.Observer.ID
			return b.as(provenance.RoleOversight), &b.Accreditation
		}},
	})
}

func TestSignalRefusals(t *testing.T) {
	refused(t, signalled, []attempt{
		{"a reply of a party that is not concerned", provenance.NoStanding, "to.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, rival := b.rival(provenance.Suppliers, "SUPPLIER")
			return rival, &b.Watch.Reply
		}},
		{"a reply to what nobody saw", provenance.UnknownReference, "to.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Watch.Reply.To.ID = b.ID()
			return b.as(provenance.RoleSupplier), &b.Watch.Reply
		}},
		{"a reply to what was withdrawn", provenance.WrongState, "to.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleObserver), &provenance.Withdrawal{ID: b.ID(), Target: provenance.Target{Kind: provenance.KindObservation, ID: b.Watch.Gap.ID}, Reason: "METHOD_FLAWED"})
			return b.as(provenance.RoleSupplier), &b.Watch.Reply
		}},
		{"a second reply", provenance.WrongState, "to.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleSupplier), &b.Watch.Reply)
			b.Watch.Reply.ID = b.ID()
			return b.as(provenance.RoleSupplier), &b.Watch.Reply
		}},
		{"a reply to a list that does not name it", provenance.WrongState, "to.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Watch.Screening.Result = provenance.ScreenNoMatch
			b.states(b.as(provenance.RoleObserver), &b.Watch.Screening)
			b.Watch.Reply.To = provenance.SignalTarget{Kind: provenance.KindScreening, ID: b.Watch.Screening.ID}
			return b.as(provenance.RoleSupplier), &b.Watch.Reply
		}},
		{"support before the operator was heard", provenance.WrongState, "state", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleObserver), b.judges(provenance.SignalSupported)
		}},
		{"support while under review", provenance.WrongState, "state", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleOversight), b.judges(provenance.SignalReviewed))
			return b.as(provenance.RoleOversight), b.judges(provenance.SignalSupported)
		}},
		{"a decision after the decision", provenance.WrongState, "state", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleObserver), b.judges(provenance.SignalRejected))
			return b.as(provenance.RoleOversight), b.judges(provenance.SignalReviewed)
		}},
		{"a decision of another observer", provenance.NoStanding, "signal.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			other, _ := b.rival(provenance.Workers, "NGO")
			return b.enrol(provenance.Workers, other, provenance.RoleObserver), b.judges(provenance.SignalRejected)
		}},
		{"a decision of another observer of Oversight's", provenance.NoStanding, "signal.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			other, _ := b.rival(provenance.Oversight, "OBSERVER")
			return b.enrol(provenance.Oversight, other, provenance.RoleObserver), b.judges(provenance.SignalRejected)
		}},
	})
}

func TestASignalIsSupportedOnceTheOperatorRepliedOrHadItsTime(t *testing.T) {
	b := signalled(t)
	b.states(b.as(provenance.RoleOversight), b.judges(provenance.SignalReviewed))
	b.states(b.as(provenance.RoleSupplier), &b.Watch.Reply)
	b.states(b.as(provenance.RoleOversight), b.judges(provenance.SignalSupported))

	b = signalled(t)
	if err := b.later(provenance.ReplyTime-time.Second, b.as(provenance.RoleObserver), b.judges(provenance.SignalSupported)); err == nil {
		t.Error("supported a second before the time was over")
	}
	if err := b.later(provenance.ReplyTime, b.as(provenance.RoleObserver), b.judges(provenance.SignalSupported)); err != nil {
		t.Errorf("not supported when the time was over: %v", err)
	}
}

func TestAPartyOnAListReplies(t *testing.T) {
	b := watched(t)
	b.Watch.Screening.Subject = provenance.ScreenSubject{Kind: provenance.KindParty, ID: b.Agency.ID}
	b.states(b.as(provenance.RoleObserver), &b.Watch.Screening)
	b.Watch.Reply.To = provenance.SignalTarget{Kind: provenance.KindScreening, ID: b.Watch.Screening.ID}
	b.refuses(b.as(provenance.RoleSupplier), provenance.NoStanding, "to.id", &b.Watch.Reply)
	b.states(b.as(provenance.RoleRecruiter), &b.Watch.Reply)
}

func TestDeviceRefusals(t *testing.T) {
	suspend := func(b *bench, as *stubtest.Identity) {
		b.states(as, &provenance.Standing{ID: b.ID(), State: provenance.Suspended, Reason: "KEY_COMPROMISED",
			Subject: provenance.Subject{Kind: provenance.KindDevice, ID: b.Watch.Clock.ID}})
	}
	refused(t, watched, []attempt{
		{"a key twice", provenance.Conflict, "publicKey", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Watch.Clock.ID = b.ID()
			return b.as(provenance.RoleOversight), &b.Watch.Clock
		}},
		{"a device of a firm with a stake", provenance.ConflictOfInterest, "facility", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, tied := b.rival(provenance.Auditors, "AUDIT_FIRM", b.Factory.ID)
			b.Watch.Clock.ID, b.Watch.Clock.PublicKey = b.ID(), b.NewKey()
			return tied, &b.Watch.Clock
		}},
		{"a device by its site", provenance.NoStanding, "", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Watch.Clock.ID, b.Watch.Clock.PublicKey = b.ID(), b.NewKey()
			return b.as(provenance.RoleSupplier), &b.Watch.Clock
		}},
		{"totals that were changed", provenance.NoStanding, "signature", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Watch.Total.Totals[1].Value = "12"
			return b.as(provenance.RoleSupplier), &b.Watch.Total
		}},
		{"totals under another identifier", provenance.NoStanding, "signature", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Watch.Total.ID = b.ID()
			return b.as(provenance.RoleSupplier), &b.Watch.Total
		}},
		{"totals of another device", provenance.NoStanding, "signature", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			other := b.Watch.Clock
			other.ID, other.PublicKey = b.ID(), b.NewKey()
			b.states(b.as(provenance.RoleAuditor), &other)
			b.Watch.Total.Device = other.ID
			b.Watch.Sign(&b.Watch.Total)
			return b.as(provenance.RoleSupplier), &b.Watch.Total
		}},
		{"something for a signature", provenance.NoStanding, "signature", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.Watch.Total.Signature = base64.StdEncoding.EncodeToString([]byte("signed, the clock"))
			return b.as(provenance.RoleSupplier), &b.Watch.Total
		}},
		{"totals by a supplier elsewhere", provenance.NoStanding, "device", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			_, rival := b.rival(provenance.Suppliers, "SUPPLIER")
			return rival, &b.Watch.Total
		}},
		{"totals of a suspended device", provenance.NoStanding, "device", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			suspend(b, b.as(provenance.RoleOversight))
			return b.as(provenance.RoleSupplier), &b.Watch.Total
		}},
		{"standing by the registrar of others", provenance.NoStanding, "subject.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.registrars[provenance.Auditors], &provenance.Standing{ID: b.ID(), State: provenance.Suspended, Reason: "KEY_LOST",
				Subject: provenance.Subject{Kind: provenance.KindDevice, ID: b.Watch.Clock.ID}}
		}},
	})
}

func TestDevicesComeBack(t *testing.T) {
	b := watched(t)
	standing := func(state string) *provenance.Standing {
		return &provenance.Standing{ID: b.ID(), State: state, Reason: "UNDER_REVIEW", Subject: provenance.Subject{Kind: provenance.KindDevice, ID: b.Watch.Clock.ID}}
	}
	b.states(b.registrars[provenance.Oversight], standing(provenance.Suspended))
	b.states(b.as(provenance.RoleOversight), standing(provenance.Restored))
	b.states(b.as(provenance.RoleUnion), &b.Watch.Total)
}
