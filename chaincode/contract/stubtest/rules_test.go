package stubtest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
)

type stubCall = func(s shim.ChaincodeStubInterface) error

var secret = []byte("a salted answer of a worker")

// only keeps the error of a call.
func only[T any](_ T, err error) error { return err }

// each breaks one rule, in a transaction which has transient data and ignores
// every error: a contract cannot hide what it did.
var each = []struct {
	name string
	rule Rule
	do   func(s shim.ChaincodeStubInterface)
}{
	{"a second event", RuleOneEvent, func(s shim.ChaincodeStubInterface) {
		_ = s.SetEvent("a.v1", nil)
		_ = s.SetEvent("b.v1", nil)
	}},
	{"an event without a name", RuleEventName, func(s shim.ChaincodeStubInterface) { _ = s.SetEvent("", nil) }},
	{"a key put twice", RuleOneWrite, func(s shim.ChaincodeStubInterface) {
		_ = s.PutState(key("a", "1"), []byte("x"))
		_ = s.PutState(key("a", "1"), []byte("y"))
	}},
	{"a key put and deleted", RuleOneWrite, func(s shim.ChaincodeStubInterface) {
		_ = s.PutState(key("a", "1"), []byte("x"))
		_ = s.DelState(key("a", "1"))
	}},
	{"a key put twice in a write batch", RuleOneWrite, func(s shim.ChaincodeStubInterface) {
		s.StartWriteBatch()
		_ = s.PutState(key("a", "1"), []byte("x"))
		_ = s.PutState(key("a", "1"), []byte("y"))
	}},
	{"an empty key written", RuleEmptyKey, func(s shim.ChaincodeStubInterface) { _ = s.PutState("", []byte("x")) }},
	{"an empty key read", RuleEmptyKey, func(s shim.ChaincodeStubInterface) { _, _ = s.GetState("") }},
	{"an empty key among several", RuleEmptyKey, func(s shim.ChaincodeStubInterface) { _, _ = s.GetMultipleStates(key("a"), "") }},
	{"a simple key written", RuleCompositeKey, func(s shim.ChaincodeStubInterface) { _ = s.PutState("audit1", []byte("x")) }},
	{"a simple key deleted", RuleCompositeKey, func(s shim.ChaincodeStubInterface) { _ = s.DelState("audit1") }},
	{"a simple key read", RuleCompositeKey, func(s shim.ChaincodeStubInterface) { _, _ = s.GetState("audit1") }},
	{"a composite key without a kind", RuleCompositeKey, func(s shim.ChaincodeStubInterface) { _, _ = s.GetState(key("", "1")) }},
	{"a composite key cut short", RuleCompositeKey, func(s shim.ChaincodeStubInterface) { _, _ = s.GetState("\x00a\x00b") }},
	{"a key which is not UTF-8", RuleCompositeKey, func(s shim.ChaincodeStubInterface) { _, _ = s.GetState("\x00a\x00\xff\x00") }},
	{"a key with the last code point", RuleCompositeKey, func(s shim.ChaincodeStubInterface) { _, _ = s.GetState("\x00a\x00\U0010FFFF\x00") }},
	{"a simple key split", RuleCompositeKey, func(s shim.ChaincodeStubInterface) { _, _, _ = s.SplitCompositeKey("audit1") }},
	{"a nil value", RuleEmptyValue, func(s shim.ChaincodeStubInterface) { _ = s.PutState(key("a", "1"), nil) }},
	{"an empty value", RuleEmptyValue, func(s shim.ChaincodeStubInterface) { _ = s.PutState(key("a", "1"), []byte{}) }},
	{"an empty private value", RuleEmptyValue, func(s shim.ChaincodeStubInterface) {
		_ = s.PutPrivateData("answers", key("a", "1"), nil)
	}},
	{"a value too large", RuleSize, func(s shim.ChaincodeStubInterface) {
		_ = s.PutState(key("a", "1"), bytes.Repeat([]byte("x"), 1001))
	}},
	{"an event too large", RuleSize, func(s shim.ChaincodeStubInterface) {
		_ = s.SetEvent("a.v1", bytes.Repeat([]byte("x"), 1001))
	}},
	{"a whole kind read at once", RuleBounded, func(s shim.ChaincodeStubInterface) {
		_, _ = s.GetStateByPartialCompositeKey("a", nil)
	}},
	{"all of the state read at once", RuleBounded, func(s shim.ChaincodeStubInterface) { _, _ = s.GetStateByRange("", "") }},
	{"a range open at its end", RuleBounded, func(s shim.ChaincodeStubInterface) { _, _ = s.GetStateByRange("a", "") }},
	{"a range of simple keys", RuleCompositeKey, func(s shim.ChaincodeStubInterface) { _, _ = s.GetStateByRange("a", "b") }},
	{"pages of simple keys", RuleCompositeKey, func(s shim.ChaincodeStubInterface) {
		_, _, _ = s.GetStateByRangeWithPagination("a", "b", 10, "")
	}},
	{"a page of no size, which Fabric answers whole", RuleBounded, func(s shim.ChaincodeStubInterface) { _, _, _ = page(s, 0, "") }},
	{"a page of a negative size", RuleBounded, func(s shim.ChaincodeStubInterface) { _, _, _ = page(s, -1, "") }},
	{"a page too large", RulePage, func(s shim.ChaincodeStubInterface) { _, _, _ = page(s, 101, "") }},
	{"a page of all keys too large", RulePage, func(s shim.ChaincodeStubInterface) {
		_, _, _ = s.GetAllStatesCompositeKeyWithPagination(101, "")
	}},
	{"a bookmark before the query", RuleBookmark, func(s shim.ChaincodeStubInterface) { _, _, _ = page(s, 10, key("A", "1")) }},
	{"a bookmark after the query", RuleBookmark, func(s shim.ChaincodeStubInterface) { _, _, _ = page(s, 10, key("b", "1")) }},
	{"a partial key which is a key", RulePartialKey, func(s shim.ChaincodeStubInterface) {
		_, _, _ = s.GetStateByPartialCompositeKeyWithPagination("there", []string{"1"}, 10, "")
	}},
	{"a page after a write", RuleReadOnlyPages, func(s shim.ChaincodeStubInterface) {
		_ = s.PutState(key("a", "1"), []byte("x"))
		_, _, _ = page(s, 10, "")
	}},
	{"a page after a write still in the batch", RuleReadOnlyPages, func(s shim.ChaincodeStubInterface) {
		s.StartWriteBatch()
		_ = s.PutState(key("a", "1"), []byte("x"))
		_, _, _ = page(s, 10, "")
	}},
	{"a write after a page", RuleReadOnlyPages, func(s shim.ChaincodeStubInterface) {
		it, _, _ := page(s, 10, "")
		_ = it.Close()
		_ = s.PutState(key("a", "1"), []byte("x"))
	}},
	{"a rich query", RuleRichQuery, func(s shim.ChaincodeStubInterface) { _, _ = s.GetQueryResult("{}") }},
	{"pages of a rich query", RuleRichQuery, func(s shim.ChaincodeStubInterface) {
		_, _, _ = s.GetQueryResultWithPagination("{}", 10, "")
	}},
	{"a rich query of private data", RuleRichQuery, func(s shim.ChaincodeStubInterface) {
		_, _ = s.GetPrivateDataQueryResult("answers", "{}")
	}},
	{"the history of a key", RuleHistory, func(s shim.ChaincodeStubInterface) {
		_ = s.PutState(key("a", "1"), []byte("x"))
		_, _ = s.GetHistoryForKey(key("a", "1"))
	}},
	{"an iterator left open", RuleOpenIterator, func(s shim.ChaincodeStubInterface) { _, _, _ = page(s, 10, "") }},
	{"a collection not declared, written", RuleCollection, func(s shim.ChaincodeStubInterface) {
		_ = s.PutPrivateData("wages", key("a", "1"), secret)
	}},
	{"a collection not declared, read", RuleCollection, func(s shim.ChaincodeStubInterface) {
		_, _ = s.GetPrivateData("wages", key("a", "1"))
	}},
	{"a collection not declared, several keys read", RuleCollection, func(s shim.ChaincodeStubInterface) {
		_, _ = s.GetMultiplePrivateData("wages", key("a", "1"))
	}},
	{"a collection without a name", RuleCollection, func(s shim.ChaincodeStubInterface) {
		_, _ = s.GetPrivateDataHash("", key("a", "1"))
	}},
	{"a range of private data", RuleBounded, func(s shim.ChaincodeStubInterface) {
		_, _ = s.GetPrivateDataByRange("answers", "", "")
	}},
	{"a kind of private data", RuleBounded, func(s shim.ChaincodeStubInterface) {
		_, _ = s.GetPrivateDataByPartialCompositeKey("answers", "a", nil)
	}},
	{"a transient value written in public", RuleLeak, func(s shim.ChaincodeStubInterface) {
		_ = s.PutState(key("a", "1"), secret)
	}},
	{"a transient value in the event", RuleLeak, func(s shim.ChaincodeStubInterface) {
		_ = s.PutState(key("a", "1"), []byte("x"))
		_ = s.SetEvent("a.v1", append([]byte("answered: "), secret...))
	}},
	{"a private value written in public", RuleLeak, func(s shim.ChaincodeStubInterface) {
		derived := bytes.ToUpper(secret)
		_ = s.PutPrivateData("answers", key("a", "1"), derived)
		_ = s.PutState(key("a", "1"), derived)
	}},
}

func page(s shim.ChaincodeStubInterface, size int32, bookmark string) (shim.StateQueryIteratorInterface, string, error) {
	it, meta, err := s.GetStateByPartialCompositeKeyWithPagination("a", nil, size, bookmark)
	return it, meta.GetBookmark(), err
}

func TestEachRuleTrips(t *testing.T) {
	for _, c := range each {
		t.Run(c.name, func(t *testing.T) {
			do := func(s shim.ChaincodeStubInterface) error { return s.PutState(key("there", "1"), []byte("x")) }
			p := peerOf(t, func(ctx transaction, _ string) (string, error) { return "fine", do(ctx.GetStub()) })
			p.Declare(Collection{Name: "answers"})
			p.Limit(Limits{Payload: 1000})
			if _, err := p.Invoke(call("")); err != nil {
				t.Fatal(err)
			}
			do = func(s shim.ChaincodeStubInterface) error { c.do(s); return nil }
			prop := call("")
			prop.Transient = map[string][]byte{"answer": secret}
			breaks(t, p.Simulate(prop), c.rule)
		})
	}
}

func TestARuleIsAnErrorOfTheCallToo(t *testing.T) {
	calls := map[string]stubCall{
		"PutState":       func(s shim.ChaincodeStubInterface) error { return s.PutState("simple", []byte("x")) },
		"GetState":       func(s shim.ChaincodeStubInterface) error { return only(s.GetState("")) },
		"GetQueryResult": func(s shim.ChaincodeStubInterface) error { return only(s.GetQueryResult("{}")) },
		"PutPrivateData": func(s shim.ChaincodeStubInterface) error {
			return s.PutPrivateData("none", key("a"), []byte("x"))
		},
	}
	for op, do := range calls {
		t.Run(op, func(t *testing.T) {
			var v *Violation
			p := peerOf(t, onStub(func(s shim.ChaincodeStubInterface) error {
				if err := do(s); !errors.As(err, &v) || v.Op != op {
					t.Errorf("the call answered %v, want a violation by %s", err, op)
				}
				return nil
			}))
			p.Simulate(call(""))
		})
	}
}

func TestPrivateDataNeedsTransientData(t *testing.T) {
	p := peerOf(t, onStub(func(s shim.ChaincodeStubInterface) error {
		return s.PutPrivateData("answers", key("answer", "1"), secret)
	}))
	p.Declare(Collection{Name: "answers"})
	breaks(t, p.Simulate(call("")), RuleTransient)
}

func TestAPrivateValueIsNoArgumentAndNoResult(t *testing.T) {
	p := peerOf(t, func(ctx transaction, arg string) (string, error) {
		return strings.TrimPrefix(arg, "said: "), ctx.GetStub().PutPrivateData("answers", key("answer", "1"), secret)
	})
	p.Declare(Collection{Name: "answers"})
	prop := call("said: " + string(secret))
	prop.Transient = map[string][]byte{"answer": secret}
	res := p.Simulate(prop)
	var broken []string
	for _, v := range res.Violations {
		broken = append(broken, fmt.Sprintf("%s: %s", v.Rule, v.Detail))
	}
	want := "[" + string(RuleLeak) + ": argument 0 holds a private value " + string(RuleLeak) + ": the result holds a private value]"
	if fmt.Sprint(broken) != want {
		t.Errorf("broken: %s\nwant:   %s", broken, want)
	}
}

func TestArgumentsAndResultsHaveALimit(t *testing.T) {
	p := peerOf(t, func(_ transaction, arg string) (string, error) { return arg + arg, nil })
	endorsed(t, p.Simulate(call(strings.Repeat("x", 1<<19))))
	breaks(t, p.Simulate(call(strings.Repeat("x", 1<<19+1))), RuleSize)
	p.Limit(Limits{Payload: 8})
	endorsed(t, p.Simulate(call("1234")))
	breaks(t, p.Simulate(call("12345")), RuleSize)
}

func TestLimitsNotNamedStay(t *testing.T) {
	p := peerOf(t, onStub(func(s shim.ChaincodeStubInterface) error {
		it, _, err := page(s, 100, "")
		if err != nil {
			return err
		}
		return it.Close()
	}))
	p.Limit(Limits{Payload: 10})
	endorsed(t, p.Simulate(call("")))
	p.Limit(Limits{Page: 99})
	breaks(t, p.Simulate(call("")), RulePage)
	p.Limit(Limits{Page: 100})
	breaks(t, p.Simulate(call("more than ten")), RuleSize)
}

func TestOneRunIsNotCompared(t *testing.T) {
	n := 0
	p := peerOf(t, func(transaction, string) (string, error) { n++; return fmt.Sprint(n), nil })
	p.Limit(Limits{Runs: 1})
	if got := string(endorsed(t, p.Simulate(call(""))).Payload); got != "1" || n != 1 {
		t.Errorf("answered %s after %d runs", got, n)
	}
	p.Limit(Limits{Runs: 3})
	n = -1
	breaks(t, p.Simulate(call("")), RuleDeterminism)
}

func TestTransactionsDoTheSameTwice(t *testing.T) {
	cases := map[string]func(n int, s shim.ChaincodeStubInterface) (string, error){
		"payload": func(n int, s shim.ChaincodeStubInterface) (string, error) { return fmt.Sprint(n), nil },
		"message": func(n int, s shim.ChaincodeStubInterface) (string, error) { return "", fmt.Errorf("run %d", n) },
		"writes": func(n int, s shim.ChaincodeStubInterface) (string, error) {
			return "", s.PutState(key("a"), []byte(fmt.Sprint(n)))
		},
		"reads": func(n int, s shim.ChaincodeStubInterface) (string, error) {
			return "", only(s.GetState(key("a", fmt.Sprint(n))))
		},
		"queries": func(n int, s shim.ChaincodeStubInterface) (string, error) {
			it, _, err := s.GetStateByPartialCompositeKeyWithPagination("a", []string{fmt.Sprint(n)}, 10, "")
			if err == nil {
				err = it.Close()
			}
			return "", err
		},
		"event": func(n int, s shim.ChaincodeStubInterface) (string, error) {
			return "", s.SetEvent("a.v1", []byte(fmt.Sprint(n)))
		},
	}
	for part, do := range cases {
		t.Run(part, func(t *testing.T) {
			n := 0
			p := peerOf(t, func(ctx transaction, _ string) (string, error) { n++; return do(n, ctx.GetStub()) })
			res := p.Simulate(call(""))
			breaks(t, res, RuleDeterminism)
			if detail := res.Violations[0].Detail; !strings.HasSuffix(detail, part) {
				t.Errorf("%q does not name the %s", detail, part)
			}
		})
	}
}

func TestTheOrderOfReadsAndWritesIsFree(t *testing.T) {
	n := 0
	p := peerOf(t, onStub(func(s shim.ChaincodeStubInterface) error {
		n++
		first, second := key("a", fmt.Sprint(n%2)), key("a", fmt.Sprint((n+1)%2))
		for _, k := range []string{first, second} {
			if _, err := s.GetState(k); err != nil {
				return err
			}
			if err := s.PutState(k, []byte("x")); err != nil {
				return err
			}
		}
		return nil
	}))
	endorsed(t, p.Simulate(call("")))
}

// reports collects what a test would be told.
type reports []string

func (r *reports) Errorf(format string, args ...any) { *r = append(*r, fmt.Sprintf(format, args...)) }

func TestStrictTellsTheTest(t *testing.T) {
	var told reports
	p := peerOf(t, onStub(func(s shim.ChaincodeStubInterface) error {
		if err := s.PutState("simple", []byte("x")); err != nil {
			return errors.New("refused for some reason") // hides the cause
		}
		return nil
	}))
	p.Strict(&told)
	p.Simulate(call(""))
	if len(told) != 1 || !strings.Contains(told[0], string(RuleCompositeKey)) {
		t.Errorf("the test was told %q", told)
	}
	p.Strict(nil)
	p.Simulate(call(""))
	if len(told) != 1 {
		t.Errorf("the test was told %q after Strict ended", told)
	}
}

func TestWhatThePeerDoesNotServePanicsByName(t *testing.T) {
	calls := map[string]stubCall{
		"InvokeChaincode":             func(s shim.ChaincodeStubInterface) error { s.InvokeChaincode("other", nil, ""); return nil },
		"SetStateValidationParameter": func(s shim.ChaincodeStubInterface) error { return s.SetStateValidationParameter(key("a"), nil) },
		"GetStateValidationParameter": func(s shim.ChaincodeStubInterface) error { return only(s.GetStateValidationParameter(key("a"))) },
		"SetPrivateDataValidationParameter": func(s shim.ChaincodeStubInterface) error {
			return s.SetPrivateDataValidationParameter("answers", key("a"), nil)
		},
		"GetPrivateDataValidationParameter": func(s shim.ChaincodeStubInterface) error {
			return only(s.GetPrivateDataValidationParameter("answers", key("a")))
		},
	}
	for method, do := range calls {
		t.Run(method, func(t *testing.T) {
			p := peerOf(t, onStub(do))
			defer func() {
				if said := fmt.Sprint(recover()); !strings.HasSuffix(said, " "+method) {
					t.Errorf("panicked with %q", said)
				}
				p.Commit() // the peer is not left locked
			}()
			p.Simulate(call(""))
		})
	}
}

func TestAStubEndsWithItsTransaction(t *testing.T) {
	var kept shim.ChaincodeStubInterface
	p := peerOf(t, onStub(func(s shim.ChaincodeStubInterface) error { kept = s; return nil }))
	endorsed(t, p.Simulate(call("")))
	defer func() {
		if said := fmt.Sprint(recover()); !strings.Contains(said, "GetState") {
			t.Errorf("panicked with %q", said)
		}
	}()
	_, _ = kept.GetState(key("a"))
	t.Error("a kept stub still answers")
}
