package contract_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract"
	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

// bench is the real contract on a peer in memory, with a founded world.
type bench struct {
	testing.TB
	*world.World
	peer       *stubtest.Peer
	registrars map[provenance.Org]*stubtest.Identity
	members    map[provenance.Role]*stubtest.Identity
}

// empty is a bench on which nothing is recorded.
func empty(t testing.TB) *bench {
	t.Helper()
	chaincode, err := contract.New()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{TB: t, World: world.New(1), peer: stubtest.New(chaincode),
		registrars: map[provenance.Org]*stubtest.Identity{}, members: map[provenance.Role]*stubtest.Identity{}}
	b.peer.Strict(t)
	keep(b.peer)
	for _, org := range provenance.Orgs() {
		b.registrars[org] = stubtest.NewIdentity(org.MSP(), "registrar", "admin", nil)
	}
	return b
}

// founded is a bench with parties, a member of each role, the accreditation,
// the site and the products.
func founded(t testing.TB) *bench {
	t.Helper()
	b := empty(t)
	for _, org := range provenance.Orgs() {
		b.states(b.registrars[org], b.Party(org))
		b.members[world.Role(org)] = b.enrol(org, b.Party(org), world.Role(org))
	}
	b.states(b.registrars[provenance.Suppliers], &b.Agency)
	b.members[provenance.RoleRecruiter] = b.enrol(provenance.Suppliers, &b.Agency, provenance.RoleRecruiter)
	b.states(b.as(provenance.RoleOversight), &b.Accreditation)
	b.states(b.as(provenance.RoleOversight), &b.Admission)
	b.states(b.as(provenance.RoleSupplier), &b.Site)
	b.states(b.as(provenance.RoleSupplier), &b.Cloth)
	b.states(b.as(provenance.RoleBrand), &b.Shirt)
	return b
}

// observed is a founded bench on which the rest of the world is recorded too.
func observed(t testing.TB) *bench {
	t.Helper()
	b := founded(t)
	for _, s := range b.observations() {
		b.states(s.as, s.Statement)
	}
	return b
}

type said struct {
	as *stubtest.Identity
	provenance.Statement
}

func (b *bench) observations() []said {
	return []said{
		{b.as(provenance.RoleSupplier), &b.ClothMade},
		{b.as(provenance.RoleSupplier), &b.ShirtMade},
		{b.as(provenance.RoleAuditor), &b.Audit},
		{b.as(provenance.RoleSupplier), &b.Action},
		{b.as(provenance.RoleSupplier), &b.Step},
		{b.as(provenance.RoleAuditor), &b.Extension},
		{b.as(provenance.RoleAuditor), &b.Children},
		{b.as(provenance.RoleUnion), &b.ChildPlan},
		{b.as(provenance.RoleUnion), &b.Cohort},
		{b.as(provenance.RoleUnion), &b.Fees},
		{b.as(provenance.RoleSupplier), &b.Repayment},
		{b.as(provenance.RoleUnion), &b.Check},
		{b.as(provenance.RoleUnion), &b.Attestation},
	}
}

func (b *bench) as(r provenance.Role) *stubtest.Identity { return b.members[r] }

// enrol makes a member of a party with a certificate of their own.
func (b *bench) enrol(org provenance.Org, party *provenance.Party, role provenance.Role) *stubtest.Identity {
	b.Helper()
	id := stubtest.NewIdentity(org.MSP(), b.ID(), "client", nil)
	member := b.Member(party, role, fingerprint(id))
	b.states(b.registrars[org], &member)
	return id
}

// rival registers and staffs another party of an organisation.
func (b *bench) rival(org provenance.Org, kind string, ownedBy ...string) (*provenance.Party, *stubtest.Identity) {
	b.Helper()
	party := &provenance.Party{ID: b.ID(), Name: "Rival", PartyKind: kind, Country: "TH", OwnedBy: ownedBy}
	b.states(b.registrars[org], party)
	return party, b.enrol(org, party, world.Role(org))
}

// accredits lets a firm, and the world's auditor there, audit as the world's does.
func (b *bench) accredits(firm string) provenance.Accreditation {
	b.Helper()
	accreditation, admission := b.Accreditation, b.Admits(firm)
	accreditation.ID, accreditation.Firm = b.ID(), firm
	b.states(b.as(provenance.RoleOversight), &accreditation)
	b.states(b.as(provenance.RoleOversight), &admission)
	return accreditation
}

func fingerprint(id *stubtest.Identity) string {
	sum := sha256.Sum256(id.Certificate.Raw)
	return hex.EncodeToString(sum[:])
}

func (b *bench) propose(as *stubtest.Identity, transaction, document string) (*stubtest.Result, error) {
	return b.peer.Invoke(stubtest.Proposal{Function: transaction, Args: []string{document}, Creator: as.Creator})
}

// states records one document and returns its receipts.
func (b *bench) states(as *stubtest.Identity, statements ...provenance.Statement) []provenance.Receipt {
	b.Helper()
	res, err := b.propose(as, world.Transaction(statements[0]), string(world.Document(statements...)))
	if err != nil {
		b.Fatalf("stating a %s: %v", statements[0].Kind(), err)
	}
	var receipts provenance.Receipts
	if refusal := provenance.Decode(res.Payload, &receipts); refusal != nil {
		b.Fatalf("reading the receipts of a %s: %v", statements[0].Kind(), refusal)
	}
	return receipts.Receipts
}

// refuses asserts that a document is refused with a code, at a field unless
// that is "-", that nothing was written, and that no value was repeated.
func (b *bench) refuses(as *stubtest.Identity, code provenance.Code, field string, statements ...provenance.Statement) *provenance.Refusal {
	b.Helper()
	document := world.Document(statements...)
	return b.refusesText(as, world.Transaction(statements[0]), string(document), code, field)
}

func (b *bench) refusesText(as *stubtest.Identity, transaction, document string, code provenance.Code, field string) *provenance.Refusal {
	b.Helper()
	height := b.peer.Height()
	res, err := b.propose(as, transaction, document)
	if err == nil {
		b.Fatalf("%s was accepted", transaction)
	}
	refusal, ok := provenance.ParseRefusal(err.Error())
	if !ok {
		b.Fatalf("%s ended in a fault: %v", transaction, err)
	}
	if refusal.Code != code {
		b.Errorf("%s was refused as %s, want %s: %s", transaction, refusal.Code, code, refusal.Message)
	}
	if got := fields(refusal); field != "-" && got != field {
		b.Errorf("%s was refused at %q, want %q: %s", transaction, got, field, refusal.Message)
	}
	if len(res.Writes) > 0 || res.Event != nil || b.peer.Height() != height {
		b.Errorf("%s was refused, and wrote %d keys", transaction, len(res.Writes))
	}
	var tree any
	if json.Unmarshal([]byte(document), &tree) == nil {
		for _, value := range texts(tree) {
			// The facility that holds an identifier is named, and may be one of the document.
			if len(value) >= 8 && !strings.Contains(err.Error(), "belongs to the facility "+value) && strings.Contains(err.Error(), value) {
				b.Errorf("the refusal of %s repeats the value %q: %v", transaction, value, err)
			}
		}
	}
	return refusal
}

// fields joins the paths that a refusal names.
func fields(r *provenance.Refusal) string {
	var paths []string
	for _, f := range r.Fields {
		paths = append(paths, f.Field)
	}
	return strings.Join(paths, " ")
}

// texts lists the text values of a JSON document.
func texts(tree any) []string {
	var out []string
	switch v := tree.(type) {
	case string:
		out = append(out, v)
	case []any:
		for _, e := range v {
			out = append(out, texts(e)...)
		}
	case map[string]any:
		for _, e := range v {
			out = append(out, texts(e)...)
		}
	}
	return out
}

// recorded reads a record back through the contract.
func (b *bench) recorded(kind provenance.Kind, id string) provenance.Record {
	b.Helper()
	question, err := json.Marshal(provenance.Ref{Kind: kind, ID: id})
	if err != nil {
		b.Fatal(err)
	}
	res := b.peer.Simulate(stubtest.Proposal{Function: "ReadRecord", Args: []string{string(question)}, Creator: b.registrars[provenance.Brands].Creator})
	if err := res.Err(); err != nil {
		b.Fatalf("reading %s %s: %v", kind, id, err)
	}
	var record provenance.Record
	if refusal := provenance.Decode(res.Payload, &record); refusal != nil {
		b.Fatal(refusal)
	}
	return record
}

// attempt is one row of a table of refusals: what somebody states on a bench
// prepared for it, and how it is refused.
type attempt struct {
	name  string
	code  provenance.Code
	field string
	by    func(*bench) (*stubtest.Identity, provenance.Statement)
}

func refused(t *testing.T, open func(testing.TB) *bench, attempts []attempt) {
	t.Helper()
	for _, a := range attempts {
		t.Run(a.name, func(t *testing.T) {
			b := open(t)
			as, statement := a.by(b)
			b.refuses(as, a.code, a.field, statement)
		})
	}
}
