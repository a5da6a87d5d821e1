package stubtest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
)

var (
	answers = Collection{Name: "answers", Members: []string{"WorkersMSP"}, MemberOnlyRead: true, MemberOnlyWrite: true}
	worker  = NewIdentity("WorkersMSP", "union", "client", nil)
	answer1 = key("answer", "1")
)

// answering keeps one private answer, and reads it.
func answering(ctx transaction, arg string) (string, error) {
	s := ctx.GetStub()
	switch arg {
	case "answer":
		transient, err := s.GetTransient()
		if err != nil {
			return "", err
		}
		return "", s.PutPrivateData("answers", answer1, transient["answer"])
	case "read":
		one, err := s.GetPrivateData("answers", answer1)
		if err != nil {
			return "", err
		}
		several, err := s.GetMultiplePrivateData("answers", answer1)
		if err == nil && string(several[0]) != string(one) {
			err = fmt.Errorf("%q alone, %q among several", one, several)
		}
		return string(one), err
	case "hash":
		sum, err := s.GetPrivateDataHash("answers", answer1)
		return hex.EncodeToString(sum), err
	case "delete":
		return "", s.DelPrivateData("answers", answer1)
	case "purge":
		return "", s.PurgePrivateData("answers", answer1)
	}
	return "", errors.New("unknown: " + arg)
}

func asWorker(arg string) Proposal {
	prop := Proposal{Function: "Run", Args: []string{arg}, Creator: worker.Creator}
	if arg == "answer" {
		prop.Transient = map[string][]byte{"answer": secret}
	}
	return prop
}

func answered(t *testing.T) *Peer {
	t.Helper()
	p := peerOf(t, answering)
	p.Declare(answers)
	p.Strict(t)
	if _, err := p.Invoke(asWorker("answer")); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPrivateDataIsKeptAndReadByMembers(t *testing.T) {
	p := answered(t)
	if got := p.PrivateValue("answers", answer1); string(got) != string(secret) {
		t.Errorf("the collection holds %q", got)
	}
	if p.Value(answer1) != nil || p.PrivateValue("none", answer1) != nil {
		t.Error("the value is outside its collection")
	}
	if got := endorsed(t, p.Simulate(asWorker("read"))).Payload; string(got) != string(secret) {
		t.Errorf("a member reads %q", got)
	}
}

func TestABlockShowsHashesOfPrivateData(t *testing.T) {
	p := answered(t)
	sum := sha256.Sum256(secret)
	keySum := sha256.Sum256([]byte(answer1))
	want := PrivateWrite{Collection: "answers", KeyHash: hex.EncodeToString(keySum[:]), ValueHash: hex.EncodeToString(sum[:])}
	tx := p.Blocks()[0].Transactions[0]
	if len(tx.Writes) != 0 || len(tx.Private) != 1 || tx.Private[0] != want {
		t.Errorf("the block shows %+v %+v", tx.Writes, tx.Private)
	}
	if got := endorsed(t, p.Simulate(asWorker("hash"))).Payload; string(got) != want.ValueHash {
		t.Errorf("the hash is %s, want %s", got, want.ValueHash)
	}
}

func TestOthersReadAndWriteNothingPrivate(t *testing.T) {
	p := answered(t)
	for _, arg := range []string{"read", "answer", "delete"} {
		prop := asWorker(arg)
		prop.Creator = auditor.Creator
		if err := p.Simulate(prop).Err(); err == nil {
			t.Errorf("an auditor may %s", arg)
		}
	}
	prop := asWorker("hash")
	prop.Creator = auditor.Creator
	endorsed(t, p.Simulate(prop))
}

func TestAPeerOutsideTheCollectionKnowsTheHashOnly(t *testing.T) {
	p := answered(t)
	at := func(arg, organisation string) error {
		prop := asWorker(arg)
		prop.Endorser = organisation
		return p.Simulate(prop).Err()
	}
	if err := at("read", "BrandsMSP"); err == nil {
		t.Error("the brands' peer reads private data")
	}
	for _, err := range []error{at("hash", "BrandsMSP"), at("answer", "BrandsMSP"), at("read", "WorkersMSP")} {
		if err != nil {
			t.Error(err)
		}
	}
}

func TestPrivateDataIsRemoved(t *testing.T) {
	for _, arg := range []string{"delete", "purge"} {
		t.Run(arg, func(t *testing.T) {
			p := answered(t)
			if _, err := p.Invoke(asWorker(arg)); err != nil {
				t.Fatal(err)
			}
			if got := p.PrivateValue("answers", answer1); got != nil {
				t.Errorf("%q is left", got)
			}
			trace := p.Blocks()[1].Transactions[0].Private[0]
			if trace.ValueHash != "" || trace.Purge != (arg == "purge") {
				t.Errorf("the block shows %+v", trace)
			}
			if got := endorsed(t, p.Simulate(asWorker("hash"))).Payload; len(got) != 0 {
				t.Errorf("the hash is %s", got)
			}
		})
	}
}

func TestPrivateReadsConflictToo(t *testing.T) {
	for _, arg := range []string{"read", "hash"} {
		p := answered(t)
		read := p.Simulate(asWorker(arg))
		committed(t, p, []Code{Valid}, p.Simulate(asWorker("answer")))
		committed(t, p, []Code{MVCCReadConflict}, read)
	}
}

func TestOneTransactionWritesPublicAndPrivate(t *testing.T) {
	p := peerOf(t, onStub(func(s shim.ChaincodeStubInterface) error {
		return errors.Join(
			s.PutPrivateData("b", key("a"), []byte("in b")),
			s.PutState(key("a"), []byte("in public")),
			s.PutPrivateData("a", key("a"), []byte("in a")),
			s.PutState(key("b"), []byte("in public")),
		)
	}))
	p.Declare(Collection{Name: "a"}, Collection{Name: "b"})
	p.Strict(t)
	prop := call("")
	prop.Transient = map[string][]byte{"values": []byte("of this test")}
	if _, err := p.Invoke(prop); err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%s %s %s %s", p.Value(key("a")), p.Value(key("b")), p.PrivateValue("a", key("a")), p.PrivateValue("b", key("a")))
	if got != "in public in public in a in b" {
		t.Errorf("committed: %s", got)
	}
}
