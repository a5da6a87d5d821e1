package stubtest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
)

func TestALegalContractRuns(t *testing.T) {
	p := peerOf(t, shelf)
	p.Strict(t)
	for _, title := range []string{"b", "a", "d", "c", "e"} {
		if _, err := p.Invoke(call(title)); err != nil {
			t.Fatal(err)
		}
	}
	if got := string(p.Value(key("title", "shelf", "c"))); got != "title c" {
		t.Errorf("the committed value of c is %q", got)
	}

	var pages []string
	for after := ""; ; {
		text := string(endorsed(t, p.Simulate(call("list "+after))).Payload)
		values, bookmark, _ := bytes.Cut([]byte(text), []byte("|"))
		pages = append(pages, string(values))
		if after = string(bookmark); after == "" {
			break
		}
	}
	if want := []string{"title a;title b;", "title c;title d;", "title e;"}; !slices.Equal(pages, want) {
		t.Errorf("pages are %q, want %q", pages, want)
	}

	res, err := p.Invoke(call("a"))
	var rejected *Rejected
	if !errors.As(err, &rejected) || err.Error() != "chaincode response 500, a is on the shelf already" {
		t.Errorf("a second a: %v", err)
	}
	if len(res.Violations) != 0 || p.Height() != 5 {
		t.Errorf("a second a broke %v and left the height at %d", res.Violations, p.Height())
	}
}

func TestASimulationChangesNothing(t *testing.T) {
	p := peerOf(t, shelf)
	res := endorsed(t, p.Simulate(call("a")))
	k := key("title", "shelf", "a")
	if p.Value(k) != nil || p.Height() != 0 {
		t.Error("a simulation was committed")
	}
	want := &Result{
		Status: 200, Payload: []byte("a"),
		Reads:  []Read{{Key: k}},
		Writes: []Write{{Key: k, Value: []byte("title a")}},
		Event:  &Event{Name: "title.placed.v1", Payload: []byte("a")},
	}
	if part := res.differsFrom(want); part != "" {
		t.Errorf("the %s of the result are not as expected: %+v", part, res)
	}
}

func TestReadsSeeCommittedStateOnly(t *testing.T) {
	k := key("a", "1")
	value := "first"
	p := peerOf(t, func(ctx transaction, _ string) (string, error) {
		s := ctx.GetStub()
		if err := s.PutState(k, []byte(value)); err != nil {
			return "", err
		}
		one, err := s.GetState(k)
		if err != nil {
			return "", err
		}
		several, err := s.GetMultipleStates(k, key("a", "none"))
		return fmt.Sprintf("%q %q", one, several), err
	})
	for _, want := range []string{`"" ["" ""]`, `"first" ["first" ""]`} {
		res, err := p.Invoke(call(""))
		if err != nil {
			t.Fatal(err)
		}
		if string(res.Payload) != want {
			t.Errorf("read %s, want %s", res.Payload, want)
		}
		value = "second"
	}
	if got := string(p.Value(k)); got != "second" {
		t.Errorf("%q is committed", got)
	}
}

func TestAMissingKeyIsNil(t *testing.T) {
	p := peerOf(t, onStub(func(s shim.ChaincodeStubInterface) error {
		one, err := s.GetState(key("none"))
		if one != nil || err != nil {
			t.Errorf("a missing key is %v, %v", one, err)
		}
		several, err := s.GetMultipleStates(key("none"))
		if len(several) != 1 || several[0] != nil || err != nil {
			t.Errorf("a missing key among several is %v, %v", several, err)
		}
		none, err := s.GetMultipleStates()
		if none != nil || err != nil {
			t.Errorf("no keys are %v, %v", none, err)
		}
		return nil
	}))
	endorsed(t, p.Simulate(call("")))
}

func TestValuesAreCopies(t *testing.T) {
	k := key("a")
	p := peerOf(t, onStub(func(s shim.ChaincodeStubInterface) error {
		old, err := s.GetState(k)
		if err != nil {
			return err
		}
		clear(old)
		value := []byte("kept")
		if err := s.PutState(k, value); err != nil {
			return err
		}
		clear(value)
		return nil
	}))
	for range 2 {
		if _, err := p.Invoke(call("")); err != nil {
			t.Fatal(err)
		}
		clear(p.Value(k))
		if got := string(p.Value(k)); got != "kept" {
			t.Errorf("the committed value became %q", got)
		}
	}
}

func TestWriteBatchesReachTheStateByThemselves(t *testing.T) {
	for name, finish := range map[string]bool{"finished": true, "left to the shim": false} {
		t.Run(name, func(t *testing.T) {
			p := peerOf(t, onStub(func(s shim.ChaincodeStubInterface) error {
				s.StartWriteBatch()
				for n := range 250 {
					if err := s.PutState(key("lot", fmt.Sprint(n)), []byte("x")); err != nil {
						return err
					}
				}
				if finish {
					return s.FinishWriteBatch()
				}
				return nil
			}))
			p.Strict(t)
			res, err := p.Invoke(call(""))
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Writes) != 250 || p.Value(key("lot", "249")) == nil {
				t.Errorf("%d keys were written", len(res.Writes))
			}
		})
	}
}

func TestAFailingPeer(t *testing.T) {
	down := errors.New("the peer is down")
	put := func(s shim.ChaincodeStubInterface) error { return s.PutState(key("a", "1"), []byte("x")) }
	cases := []struct {
		op string
		do stubCall
	}{
		{"GetState", func(s shim.ChaincodeStubInterface) error { return only(s.GetState(key("a", "1"))) }},
		{"GetMultipleStates", func(s shim.ChaincodeStubInterface) error { return only(s.GetMultipleStates(key("a", "1"))) }},
		{"PutState", put},
		{"DelState", func(s shim.ChaincodeStubInterface) error { return s.DelState(key("a", "1")) }},
		{"PutState", func(s shim.ChaincodeStubInterface) error {
			s.StartWriteBatch()
			if err := put(s); err != nil {
				return fmt.Errorf("a write in a batch failed before the batch was sent: %v", err)
			}
			return s.FinishWriteBatch()
		}},
		{"GetPrivateData", func(s shim.ChaincodeStubInterface) error { return only(s.GetPrivateData("answers", key("a", "1"))) }},
		{"GetStateByPartialCompositeKeyWithPagination", func(s shim.ChaincodeStubInterface) error {
			_, _, err := page(s, 10, "")
			return err
		}},
		{"Next", func(s shim.ChaincodeStubInterface) error {
			it, _, err := page(s, 10, "")
			if err != nil {
				return err
			}
			defer func() { _ = it.Close() }()
			return only(it.Next())
		}},
	}
	for _, c := range cases {
		t.Run(c.op, func(t *testing.T) {
			do := put
			p := peerOf(t, onStub(func(s shim.ChaincodeStubInterface) error { return do(s) }))
			p.Strict(t)
			p.Declare(Collection{Name: "answers"})
			if _, err := p.Invoke(call("")); err != nil {
				t.Fatal(err)
			}
			do = func(s shim.ChaincodeStubInterface) error {
				err := c.do(s)
				if !errors.Is(err, down) {
					t.Errorf("the chaincode was answered %v", err)
				}
				return err
			}
			asked := 0
			p.Fail(func(op, k string) error {
				if asked++; op == c.op && (k == key("a", "1") || k == key("a")) {
					return down
				}
				return nil
			})
			res, err := p.Invoke(call(""))
			if err == nil || len(res.Violations) > 0 || asked == 0 {
				t.Errorf("err %v, violations %v, after %d questions", err, res.Violations, asked)
			}
		})
	}
}

// A hook which counts fails the same call of the contract as it would without
// the comparison of two runs.
func TestAFaultHappensOnce(t *testing.T) {
	p := peerOf(t, shelf)
	p.Strict(t)
	reads := 0
	p.Fail(func(op, _ string) error {
		if op == "GetState" {
			if reads++; reads == 2 {
				return errors.New("the peer is down")
			}
		}
		return nil
	})
	for n, wantErr := range []bool{false, true, false} {
		if _, err := p.Invoke(call(fmt.Sprint("title ", n))); (err != nil) != wantErr {
			t.Errorf("transaction %d: %v", n, err)
		}
	}
}

func TestABatchLeftToTheShimCanFail(t *testing.T) {
	p := peerOf(t, onStub(func(s shim.ChaincodeStubInterface) error {
		s.StartWriteBatch()
		return s.PutState(key("a"), []byte("x"))
	}))
	p.Fail(func(op, _ string) error { return errors.New("the peer is down") })
	if _, err := p.Invoke(call("")); err == nil || p.Value(key("a")) != nil {
		t.Errorf("an unsent batch: %v, committed %q", err, p.Value(key("a")))
	}
}

func TestWhatTheStubSaysOfTheTransaction(t *testing.T) {
	when := time.Date(2026, 5, 4, 3, 2, 1, 5000, time.UTC)
	prop := Proposal{
		Function: "Run", Args: []string{"one"}, Creator: auditor.Creator, TxID: "tx-1", Time: when,
		Transient: map[string][]byte{"salt": []byte("s")},
	}
	p := peerOf(t, func(ctx transaction, arg string) (string, error) {
		s := ctx.GetStub()
		stamp, err := s.GetTxTimestamp()
		if err != nil || !stamp.AsTime().Equal(when) {
			t.Errorf("time is %v, %v", stamp.AsTime(), err)
		}
		transient, err := s.GetTransient()
		if err != nil || string(transient["salt"]) != "s" {
			t.Errorf("transient data is %q, %v", transient, err)
		}
		clear(transient["salt"]) // of this run only
		all, err := s.GetArgsSlice()
		if err != nil || string(all) != "Runone" || len(s.GetArgs()) != 2 || !slices.Equal(s.GetStringArgs(), []string{"Run", "one"}) {
			t.Errorf("arguments are %q, %v", all, err)
		}
		binding, err := s.GetBinding()
		if err != nil || len(binding) != 32 {
			t.Errorf("the binding is %x, %v", binding, err)
		}
		signed, err := s.GetSignedProposal()
		if signed != nil || err != nil || s.GetDecorations() != nil {
			t.Errorf("signed proposal %v, %v; decorations %v", signed, err, s.GetDecorations())
		}
		kind, attributes, err := s.SplitCompositeKey(key("lot", "urn", ""))
		if err != nil || kind != "lot" || !slices.Equal(attributes, []string{"urn", ""}) {
			t.Errorf("split into %q %q, %v", kind, attributes, err)
		}
		_, err = s.CreateCompositeKey("lot", []string{"a\x00b"})
		return s.GetChannelID() + " " + s.GetTxID() + " " + arg, errors.Join(nil, wantError(err))
	})
	p.Strict(t)
	if got := string(endorsed(t, p.Simulate(prop)).Payload); got != "labour tx-1 one" {
		t.Errorf("the transaction was told %q", got)
	}
}

// wantError turns a missing error into one.
func wantError(err error) error {
	if err == nil {
		return errors.New("no error where one is due")
	}
	return nil
}

func TestPagesOfAllKeys(t *testing.T) {
	p := peerOf(t, func(ctx transaction, arg string) (string, error) {
		s := ctx.GetStub()
		if arg != "all" {
			return "", s.PutState(key(arg, "1"), []byte(arg))
		}
		it, meta, err := s.GetAllStatesCompositeKeyWithPagination(2, "")
		if err != nil {
			return "", err
		}
		defer func() { _ = it.Close() }()
		var seen string
		for it.HasNext() {
			kv, err := it.Next()
			if err != nil {
				return "", err
			}
			seen += string(kv.GetValue())
		}
		if _, err := it.Next(); err == nil {
			return "", errors.New("the iterator went past its end")
		}
		return fmt.Sprintf("%s %d %q", seen, meta.GetFetchedRecordsCount(), meta.GetBookmark()), nil
	})
	p.Strict(t)
	for _, kind := range []string{"c", "a", "b"} {
		if _, err := p.Invoke(call(kind)); err != nil {
			t.Fatal(err)
		}
	}
	want := fmt.Sprintf("ab 2 %q", key("c", "1"))
	if got := string(endorsed(t, p.Simulate(call("all"))).Payload); got != want {
		t.Errorf("the page is %s, want %s", got, want)
	}
}

func TestAProposalNeedsACreator(t *testing.T) {
	p := peerOf(t, shelf)
	for name, creator := range map[string][]byte{"none": nil, "no identity": []byte("\xff"), "no certificate": []byte("\x0a\x01M\x12\x01x")} {
		prop := call("a")
		prop.Creator = creator
		if err := p.Simulate(prop).Err(); err == nil {
			t.Errorf("a creator with %s was admitted", name)
		}
	}
}

// Tests which leave identifiers and times to the peer see the same every time.
func TestProposalsAreCompletedAlike(t *testing.T) {
	a, b := peerOf(t, shelf), peerOf(t, shelf)
	var seen []string
	for n := range 3 {
		x, y := a.Simulate(call("t")).Proposal, b.Simulate(call("t")).Proposal
		if x.TxID != y.TxID || !x.Time.Equal(y.Time) {
			t.Errorf("proposal %d is %s at %s and %s at %s", n, x.TxID, x.Time, y.TxID, y.Time)
		}
		if len(x.TxID) != 64 || slices.Contains(seen, x.TxID) || !x.Time.Equal(firstSecond.Add(time.Duration(n)*time.Second)) {
			t.Errorf("proposal %d is %s at %s", n, x.TxID, x.Time)
		}
		seen = append(seen, x.TxID)
	}
}
