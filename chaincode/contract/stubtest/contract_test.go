package stubtest

import (
	"errors"
	"strings"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
)

type (
	transaction = contractapi.TransactionContextInterface
	body        = func(ctx transaction, arg string) (string, error)
)

// book is a contract through the real contract API whose one transaction does
// what a test says.
type book struct {
	contractapi.Contract
	do body
}

func (b *book) Run(ctx transaction, arg string) (string, error) { return b.do(ctx, arg) }

var auditor = NewIdentity("AuditorsMSP", "ann", "client", map[string]string{"firm": "north"})

// peerOf returns a peer which runs do.
func peerOf(t *testing.T, do body) *Peer {
	t.Helper()
	cc, err := contractapi.NewChaincode(&book{do: do})
	if err != nil {
		t.Fatal(err)
	}
	return New(cc)
}

// call is a proposal for the one transaction.
func call(arg string) Proposal {
	return Proposal{Function: "Run", Args: []string{arg}, Creator: auditor.Creator}
}

// onStub is a transaction without result.
func onStub(do func(s shim.ChaincodeStubInterface) error) body {
	return func(ctx transaction, _ string) (string, error) { return "", do(ctx.GetStub()) }
}

// shelf is a small legal contract. "TITLE" places a title, "read KEY" answers
// the value of a key, "list BOOKMARK" a page of two titles.
func shelf(ctx transaction, arg string) (string, error) {
	s := ctx.GetStub()
	if after, isList := strings.CutPrefix(arg, "list "); isList {
		return list(s, 2, after)
	}
	if key, isRead := strings.CutPrefix(arg, "read "); isRead {
		value, err := s.GetState(key)
		return string(value), err
	}
	key, err := s.CreateCompositeKey("title", []string{"shelf", arg})
	if err != nil {
		return "", err
	}
	found, err := s.GetState(key)
	if err != nil {
		return "", err
	}
	if found != nil {
		return "", errors.New(arg + " is on the shelf already")
	}
	if err := s.PutState(key, []byte("title "+arg)); err != nil {
		return "", err
	}
	return arg, s.SetEvent("title.placed.v1", []byte(arg))
}

// list returns the values of one page, separated by semicolons, and after a bar
// the bookmark of the next.
func list(s shim.ChaincodeStubInterface, size int32, after string) (string, error) {
	it, meta, err := s.GetStateByPartialCompositeKeyWithPagination("title", []string{"shelf"}, size, after)
	if err != nil {
		return "", err
	}
	defer func() { _ = it.Close() }()
	var text string
	for it.HasNext() {
		kv, err := it.Next()
		if err != nil {
			return "", err
		}
		text += string(kv.Value) + ";"
	}
	return text + "|" + meta.Bookmark, nil
}

// key is a composite key of a kind and its attributes.
func key(kind string, attributes ...string) string {
	k, err := shim.CreateCompositeKey(kind, attributes)
	if err != nil {
		panic(err)
	}
	return k
}

// breaks asserts that a result broke exactly this rule and is not endorsed.
func breaks(t *testing.T, res *Result, rule Rule) {
	t.Helper()
	var v *Violation
	if err := res.Err(); !errors.As(err, &v) {
		t.Fatalf("no rule was broken; status %d, message %q", res.Status, res.Message)
	}
	if len(res.Violations) != 1 || v.Rule != rule {
		t.Fatalf("broken: %v, want the one rule %q", res.Violations, rule)
	}
	if res.Payload != nil || res.Writes != nil || res.Event != nil {
		t.Errorf("a transaction which broke a rule came to payload %q, writes %v, event %v", res.Payload, res.Writes, res.Event)
	}
}

// endorsed asserts that a result is one a peer endorses.
func endorsed(t *testing.T, res *Result) *Result {
	t.Helper()
	if err := res.Err(); err != nil {
		t.Fatal(err)
	}
	return res
}
