package contract_test

import (
	"slices"
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

func proposal(as *stubtest.Identity, statements ...provenance.Statement) stubtest.Proposal {
	return stubtest.Proposal{Function: world.Transaction(statements[0]), Args: []string{string(world.Document(statements...))}, Creator: as.Creator}
}

// unwritten asserts that the newest block holds a transaction without effect.
func (b *bench) unwritten() {
	b.Helper()
	block, _ := b.peer.Block(b.peer.Height())
	if tx := block.Transactions[0]; len(tx.Writes) > 0 || tx.Event != nil {
		b.Errorf("%s was stated again, and wrote %d keys and the event %v", tx.Function, len(tx.Writes), tx.Event)
	}
}

func TestStatingAgainAnswersTheFirstReceipt(t *testing.T) {
	b := founded(t)
	for _, s := range append(b.observations(), b.administration()...) {
		first := b.states(s.as, s.Statement)
		again := b.states(s.as, s.Statement)
		if !slices.Equal(first, again) {
			t.Errorf("the receipts of a %s are %v, and asked again %v", s.Kind(), first, again)
		}
		b.unwritten()
	}
}

func TestColleaguesStateAgainToo(t *testing.T) {
	b := observed(t)
	colleague := b.enrol(provenance.Auditors, &b.Firm, provenance.RoleAuditor)
	first, _ := provenance.ReceiptFor(b.recorded(provenance.KindAudit, b.Audit.ID))
	if again := b.states(colleague, &b.Audit); again[0] != first {
		t.Errorf("the colleague's receipt is %v, want %v", again[0], first)
	}
	b.unwritten()
}

func TestIdentifierStandsForOneStatementOfOneAuthor(t *testing.T) {
	b := observed(t)
	b.refuses(b.as(provenance.RoleAuditor), provenance.Conflict, "id", &b.Cohort) // the union's
	_, rival := b.rival(provenance.Workers, "UNION")
	b.refuses(rival, provenance.Conflict, "id", &b.Cohort)
	b.Cohort.Size++
	b.refuses(b.as(provenance.RoleUnion), provenance.Conflict, "id", &b.Cohort)
	b.Audit.Findings[0].LawBreach = false
	b.refuses(b.as(provenance.RoleAuditor), provenance.Conflict, "id", &b.Audit)
}

func TestListOfOldAndNew(t *testing.T) {
	b := founded(t)
	supplier := b.as(provenance.RoleSupplier)
	first, second := b.newSite(), b.newSite()
	old := b.states(supplier, &first)
	both := b.states(supplier, &first, &second)
	if len(both) != 2 || both[0] != old[0] || both[1].Tx == old[0].Tx {
		t.Errorf("the receipts are %v, after %v", both, old)
	}
	block, _ := b.peer.Block(b.peer.Height())
	var told provenance.Recorded
	if refusal := provenance.Decode(block.Transactions[0].Event.Payload, &told); refusal != nil || len(told.Records) != 1 || told.Records[0].ID != second.ID {
		t.Errorf("the event tells %v (%v), want the new facility alone", told.Records, refusal)
	}
	third := b.newSite()
	second.Name = "Another name"
	b.refuses(supplier, provenance.Conflict, "facilities[1].id", &first, &second, &third)
}

func TestEventWithItsListsInAnotherOrderIsTheSame(t *testing.T) {
	b := founded(t)
	event := b.Making(provenance.Lot{GTIN: b.Cloth.GTIN, Lot: "A"})
	event.QuantityList = append(event.QuantityList, b.Making(provenance.Lot{GTIN: b.Cloth.GTIN, Lot: "B"}).QuantityList...)
	first := b.states(b.as(provenance.RoleSupplier), &event)
	slices.Reverse(event.QuantityList)
	again := b.states(b.as(provenance.RoleSupplier), &event)
	if again[0] != first[0] {
		t.Errorf("the receipts are %v and %v", first, again)
	}
	b.unwritten()
}

func TestAuditsOfOneSiteNeverConflict(t *testing.T) {
	b := founded(t)
	var results []*stubtest.Result
	for range 20 {
		b.Audit.ID = b.ID()
		results = append(results, b.peer.Simulate(proposal(b.as(provenance.RoleAuditor), &b.Audit)))
	}
	for _, tx := range b.peer.Commit(results...).Transactions {
		if tx.Code != stubtest.Valid {
			t.Errorf("an audit ended %s", tx.Code)
		}
	}
}

func TestRacesForOneIdentifierHaveOneWinner(t *testing.T) {
	b := founded(t)
	sites := []provenance.Facility{b.newSite(), b.newSite()}
	sites[1].Identifiers = sites[0].Identifiers
	first := b.peer.Simulate(proposal(b.as(provenance.RoleSupplier), &sites[0]))
	second := b.peer.Simulate(proposal(b.as(provenance.RoleBrand), &sites[1]))
	block := b.peer.Commit(first, second)
	if a, c := block.Transactions[0].Code, block.Transactions[1].Code; a != stubtest.Valid || c != stubtest.MVCCReadConflict {
		t.Errorf("the two ended %s and %s", a, c)
	}
	b.refuses(b.as(provenance.RoleBrand), provenance.Conflict, "facilities[0].identifiers[0].value", &sites[1])
}

func TestMemberSuspendedMeanwhileCannotCommit(t *testing.T) {
	b := founded(t)
	b.states(b.as(provenance.RoleAuditor), &b.Audit)
	member := b.recorded(provenance.KindAudit, b.Audit.ID).By.Member
	b.Audit.ID = b.ID()
	audit := b.peer.Simulate(proposal(b.as(provenance.RoleAuditor), &b.Audit))
	b.states(b.registrars[provenance.Auditors], &provenance.Standing{ID: b.ID(),
		Subject: provenance.Subject{Kind: provenance.KindMember, ID: member}, State: provenance.Suspended, Reason: "KEY_COMPROMISED"})
	if code := b.peer.Commit(audit).Transactions[0].Code; code != stubtest.MVCCReadConflict {
		t.Errorf("the audit ended %s", code)
	}
}
