package contract_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

// FuzzTransactions sends anything as the document of each transaction, by each
// role: it is recorded as the caller's, or refused with a code and nothing
// written. The peer runs each twice and compares, and reports what breaks a rule
// of Fabric's.
func FuzzTransactions(f *testing.F) {
	b := observed(f)
	roles := []provenance.Role{provenance.RoleBrand, provenance.RoleAuditor, provenance.RoleUnion, provenance.RoleOversight, provenance.RoleSupplier, provenance.RoleRecruiter}
	var names []string
	for _, s := range provenance.Specs() {
		names = append(names, s.Transaction)
	}
	at := func(name string) uint8 {
		for i, n := range names {
			if n == name {
				return uint8(i)
			}
		}
		f.Fatalf("there is no %s", name)
		return 0
	}
	for i, s := range b.observations() {
		f.Add(at(world.Transaction(s.Statement)), uint8(i), world.Document(s.Statement))
		fresh := bytes.ReplaceAll(world.Document(s.Statement), []byte(s.Key()), []byte(b.ID()))
		f.Add(at(world.Transaction(s.Statement)), uint8(i), fresh)
	}
	f.Fuzz(func(t *testing.T, transaction, role uint8, document []byte) {
		b.peer.Strict(t)
		name, as := names[int(transaction)%len(names)], b.as(roles[int(role)%len(roles)])
		res := b.peer.Simulate(stubtest.Proposal{Function: name, Args: []string{string(document)}, Creator: as.Creator})
		err := res.Err()
		if err == nil {
			var receipts provenance.Receipts
			if refusal := provenance.Decode(res.Payload, &receipts); refusal != nil || len(receipts.Receipts) == 0 {
				t.Errorf("%s answered %s", name, res.Payload)
			}
			return
		}
		refusal, ok := provenance.ParseRefusal(err.Error())
		if !ok {
			t.Fatalf("%s by a %s ended in a fault: %v", name, as.Certificate.Subject.CommonName, err)
		}
		if refusal.Code == "" || refusal.Message == "" || len(res.Writes) > 0 || res.Event != nil {
			t.Errorf("%s was refused as %+v with %d writes", name, refusal, len(res.Writes))
		}
	})
}

// FuzzQuestions asks anything of what only reads, and of what Workers hold.
func FuzzQuestions(f *testing.F) {
	b := observed(f)
	questions := []string{"ReadRecord", "ListAbout", "Digests"}
	for _, spec := range provenance.HeldSpecs() {
		questions = append(questions, spec.Transaction)
	}
	f.Add(uint8(0), []byte(`{"kind":"audit","id":"`+b.Audit.ID+`"}`), []byte(nil))
	f.Add(uint8(1), []byte(`{"subject":{"kind":"facility","id":"`+b.Site.ID+`"},"among":"closed","size":3}`), []byte(nil))
	f.Add(uint8(2), []byte(`{"nonce":"`+strings.Repeat("5a", 32)+`","subjects":[{"kind":"facility","id":"`+b.Site.ID+`","closed":true},{"kind":"lot","id":"`+b.Shirt.GTIN+`/"}]}`), []byte(nil))
	for i := range questions {
		f.Add(uint8(i), []byte("{}"), []byte(`{"token":"`+strings.Repeat("5a", 32)+`","seal":"`+strings.Repeat("5b", 32)+`"}`))
	}
	b.peer.Declare(stubtest.Collection{Name: "workersAnswers", Members: []string{provenance.Workers.MSP()}, MemberOnlyRead: true, MemberOnlyWrite: true})
	f.Fuzz(func(t *testing.T, question uint8, document, content []byte) {
		b.peer.Strict(t)
		name := questions[int(question)%len(questions)]
		p := stubtest.Proposal{Function: name, Args: []string{string(document)}, Creator: b.as(provenance.RoleUnion).Creator, Endorser: provenance.Workers.MSP()}
		if len(content) > 0 {
			p.Transient = map[string][]byte{provenance.HeldName: content}
		}
		if err := b.peer.Simulate(p).Err(); err != nil {
			if _, ok := provenance.ParseRefusal(err.Error()); !ok {
				t.Fatalf("%s ended in a fault: %v", name, err)
			}
			if len(content) > 40 && strings.Contains(err.Error(), string(content)) {
				t.Errorf("the refusal of %s repeats what was not to be told", name)
			}
		}
	})
}
