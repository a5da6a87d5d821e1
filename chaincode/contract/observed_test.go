package contract_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

func TestTheWholeWorldIsRecorded(t *testing.T) {
	observed(t)
}

func TestEventCarriesTheRecordsAsTheLedgerHoldsThem(t *testing.T) {
	b := observed(t)
	for _, block := range b.peer.Blocks() {
		tx := block.Transactions[0]
		if tx.Event == nil || tx.Event.Name != provenance.EventName {
			t.Fatalf("%s has the event %v", tx.Function, tx.Event)
		}
		var told provenance.Recorded
		if refusal := provenance.Decode(tx.Event.Payload, &told); refusal != nil {
			t.Fatal(refusal)
		}
		canonical, err := provenance.Canonical(told)
		if err != nil || !bytes.Equal(canonical, tx.Event.Payload) {
			t.Errorf("the event of %s is not canonical (%v): %s", tx.Function, err, tx.Event.Payload)
		}
		var receipts provenance.Receipts
		if refusal := provenance.Decode(tx.Payload, &receipts); refusal != nil {
			t.Fatal(refusal)
		}
		for i, r := range told.Records {
			held, err := provenance.ReceiptFor(b.recorded(r.Kind, r.ID))
			if err != nil || held != receipts.Receipts[i] {
				t.Errorf("the ledger holds %v (%v), the receipt says %v", held, err, receipts.Receipts[i])
			}
			if told, err := provenance.ReceiptFor(r); err != nil || told != held {
				t.Errorf("the ledger holds %v, the event tells %v (%v)", held, told, err)
			}
			if r.Tx != tx.TxID || r.At != provenance.FormatInstant(tx.Time) {
				t.Errorf("%s says it was recorded in %s at %s", r.Ref(), r.Tx, r.At)
			}
		}
	}
}

func TestAuthorsAreWhoTheLedgerKnows(t *testing.T) {
	b := observed(t)
	if by := b.recorded(provenance.KindParty, b.Firm.ID).By; by != (provenance.Author{Org: provenance.Auditors}) {
		t.Errorf("the firm was registered by %v, want its organisation's registrar", by)
	}
	by := b.recorded(provenance.KindAudit, b.Audit.ID).By
	if by.Org != provenance.Auditors || by.Party != b.Firm.ID || by.Member == "" {
		t.Errorf("the audit was recorded by %v, want a member of the firm", by)
	}
}

func TestRecordsAreAboutAllTheyLeadTo(t *testing.T) {
	b := observed(t)
	withdrawal := provenance.Withdrawal{ID: b.ID(), Target: provenance.Target{Kind: provenance.KindRepayment, ID: b.Repayment.ID}, Reason: "DUPLICATE"}
	b.states(b.as(provenance.RoleSupplier), &withdrawal)
	b.states(b.registrars[provenance.Suppliers], &b.Amend.Party)
	b.states(b.as(provenance.RoleBrand), &b.Amend.Product)
	ref := func(s provenance.Statement) provenance.Ref { return provenance.Ref{Kind: s.Kind(), ID: s.Key()} }
	lot := func(p provenance.Product, number string) provenance.Ref {
		return provenance.Lot{GTIN: p.GTIN, Lot: number}.Ref()
	}
	for _, c := range []struct {
		of    provenance.Statement
		about []provenance.Ref
	}{
		{&b.Firm, []provenance.Ref{}},
		{&b.Accreditation, []provenance.Ref{ref(&b.Firm)}},
		{&b.Amend.Party, []provenance.Ref{ref(&b.Factory)}},
		{&b.Amend.Product, []provenance.Ref{ref(&b.Shirt)}},
		{&b.Site, []provenance.Ref{ref(&b.Factory)}},
		{&b.Shirt, []provenance.Ref{ref(&b.Brand)}},
		{&b.ShirtMade, []provenance.Ref{ref(&b.Site), lot(b.Shirt, "S-1")}},
		{&b.Audit, []provenance.Ref{ref(&b.Site)}},
		{&b.Action, []provenance.Ref{ref(&b.Audit), ref(&b.Site)}},
		{&b.Step, []provenance.Ref{ref(&b.Audit), ref(&b.Action), ref(&b.Site)}},
		{&b.Extension, []provenance.Ref{ref(&b.Audit), ref(&b.Site)}},
		{&b.Children, []provenance.Ref{ref(&b.Site)}},
		{&b.ChildPlan, []provenance.Ref{ref(&b.Children), ref(&b.Site)}},
		{&b.Cohort, []provenance.Ref{ref(&b.Site), ref(&b.Agency)}},
		{&b.Fees, []provenance.Ref{ref(&b.Cohort), ref(&b.Site)}},
		{&b.Repayment, []provenance.Ref{ref(&b.Fees), ref(&b.Cohort), ref(&b.Site)}},
		{&b.Check, []provenance.Ref{ref(&b.Repayment), ref(&b.Fees), ref(&b.Cohort), ref(&b.Site)}},
		{&b.Attestation, []provenance.Ref{ref(&b.Cohort), ref(&b.Site)}},
		{&withdrawal, []provenance.Ref{ref(&b.Repayment), ref(&b.Fees), ref(&b.Cohort), ref(&b.Site)}},
	} {
		got := b.recorded(c.of.Kind(), c.of.Key()).About
		if len(got) != len(c.about) {
			t.Errorf("the %s is about %v, want %v", c.of.Kind(), got, c.about)
			continue
		}
		for i := range got {
			if got[i] != c.about[i] {
				t.Errorf("the %s is about %v, want %v", c.of.Kind(), got, c.about)
			}
		}
	}
}

// Each question to the peer fails once, in each transaction: it has to end as a
// fault, for "could not read" is not "there is nothing".
func TestFaultsOfThePeerAreNoRefusalsAndWriteNothing(t *testing.T) {
	b := founded(t)
	b.survives(append(b.observations(), b.administration()...))
	b = watched(t)
	observer := b.as(provenance.RoleObserver)
	b.survives([]said{
		{observer, &b.Watch.Gap}, {b.as(provenance.RoleSupplier), &b.Watch.Reply}, {observer, &b.Watch.Decision},
		{observer, &b.Watch.Screening}, {b.as(provenance.RoleSupplier), &b.Watch.Total},
		{b.as(provenance.RoleOversight), &provenance.Device{ID: b.ID(), Facility: b.Site.ID, DeviceKind: "GATE", PublicKey: b.NewKey()}},
	})
}

// survives states each after every question that it costs has failed once.
func (b *bench) survives(statements []said) {
	broken := errors.New("the peer is down")
	for _, s := range statements {
		proposal := stubtest.Proposal{Function: world.Transaction(s.Statement), Args: []string{string(world.Document(s.Statement))}, Creator: s.as.Creator}
		asked := 0
		b.peer.Fail(func(string, string) error { asked++; return nil })
		if err := b.peer.Simulate(proposal).Err(); err != nil {
			b.Fatalf("stating a %s: %v", s.Kind(), err)
		}
		if asked < 3 {
			b.Fatalf("a %s cost %d questions", s.Kind(), asked)
		}
		for nth := 1; nth <= asked; nth++ {
			n := 0
			b.peer.Fail(func(string, string) error {
				if n++; n == nth {
					return broken
				}
				return nil
			})
			res := b.peer.Simulate(proposal)
			err := res.Err()
			if err == nil {
				b.Fatalf("a %s was recorded although question %d failed", s.Kind(), nth)
			}
			if refusal, ok := provenance.ParseRefusal(err.Error()); ok {
				b.Fatalf("question %d of a %s failed, and it was refused: %v", nth, s.Kind(), refusal)
			}
			if len(res.Writes) > 0 || res.Event != nil {
				b.Fatalf("question %d of a %s failed, and it wrote", nth, s.Kind())
			}
		}
		b.peer.Fail(nil)
		b.states(s.as, s.Statement)
	}
}

// administration is a valid statement of each kind that observations lack.
func (b *bench) administration() []said {
	firm := provenance.Party{ID: b.ID(), Name: "Another firm", PartyKind: "AUDIT_FIRM", Country: "GB", OwnedBy: []string{b.Firm.ID}}
	member := b.Member(&b.Firm, provenance.RoleAuditor, "00000000000000000000000000000000000000000000000000000000000000ff")
	standing := provenance.Standing{ID: b.ID(), Subject: provenance.Subject{Kind: provenance.KindMember, ID: member.ID}, State: provenance.Suspended, Reason: "UNDER_REVIEW"}
	accreditation := b.Accreditation
	accreditation.ID, accreditation.Scheme = b.ID(), "SLCP"
	site, product := b.Site, b.Cloth
	site.ID, site.Identifiers = b.ID(), []provenance.Identifier{{Scheme: provenance.GLN, Value: b.GLN()}}
	product.GTIN = b.GTIN()
	withdrawal := provenance.Withdrawal{ID: b.ID(), Target: provenance.Target{Kind: provenance.KindAudit, ID: b.Audit.ID}, Reason: "DUPLICATE"}
	registrar := b.registrars[provenance.Auditors]
	return []said{
		{registrar, &firm}, {registrar, &member}, {registrar, &standing},
		{b.registrars[provenance.Suppliers], &b.Amend.Party}, {b.as(provenance.RoleBrand), &b.Amend.Product},
		{b.as(provenance.RoleOversight), &b.Amend.AgeRule},
		{b.as(provenance.RoleOversight), &accreditation},
		{b.as(provenance.RoleSupplier), &site}, {b.as(provenance.RoleSupplier), &product},
		{b.as(provenance.RoleAuditor), &withdrawal},
		{b.as(provenance.RoleSupplier), world.Wrong(b.ClothMade, "2025-10-09T03:00:00.000Z")},
		{b.as(provenance.RoleSupplier), b.Yield("0.92")},
		{b.as(provenance.RoleSupplier), b.becomes(b.shirtLot("A"), b.clothLot("A"))},
		{b.as(provenance.RoleSupplier), b.becomes(b.clothLot("A"), b.clothLot("B"), b.shirtLot("S-1"))}, // was used before
		{b.as(provenance.RoleSupplier), b.serials("C-2", "1")},
		{b.as(provenance.RoleSupplier), b.serials("C-2", "2")}, // further pieces
	}
}
