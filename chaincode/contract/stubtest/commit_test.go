package stubtest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
)

func codes(b Block) []Code {
	var all []Code
	for _, tx := range b.Transactions {
		all = append(all, tx.Code)
	}
	return all
}

func committed(t *testing.T, p *Peer, want []Code, results ...*Result) Block {
	t.Helper()
	block := p.Commit(results...)
	if got := codes(block); !slices.Equal(got, want) {
		t.Fatalf("block %d: %v, want %v", block.Number, got, want)
	}
	return block
}

func TestConflictingReads(t *testing.T) {
	t.Run("within a block", func(t *testing.T) {
		p := peerOf(t, shelf)
		first, second, other := p.Simulate(call("a")), p.Simulate(call("a")), p.Simulate(call("b"))
		committed(t, p, []Code{Valid, MVCCReadConflict, Valid}, first, second, other)
	})
	t.Run("with an earlier block", func(t *testing.T) {
		p := peerOf(t, shelf)
		first, second := p.Simulate(call("a")), p.Simulate(call("a"))
		committed(t, p, []Code{Valid}, first)
		committed(t, p, []Code{MVCCReadConflict}, second)
	})
	t.Run("of a key deleted", func(t *testing.T) {
		p := peerOf(t, func(ctx transaction, arg string) (string, error) {
			if arg == "delete" {
				return "", ctx.GetStub().DelState(key("title", "shelf", "a"))
			}
			return shelf(ctx, arg)
		})
		committed(t, p, []Code{Valid}, p.Simulate(call("a")))
		read := p.Simulate(call("read " + key("title", "shelf", "a")))
		committed(t, p, []Code{Valid, MVCCReadConflict}, p.Simulate(call("delete")), read)
		if p.Value(key("title", "shelf", "a")) != nil {
			t.Error("the deleted key has a value")
		}
		// Fabric counts the deletion of a missing key as a change as well.
		read = p.Simulate(call("read " + key("title", "shelf", "a")))
		committed(t, p, []Code{Valid, MVCCReadConflict}, p.Simulate(call("delete")), read)
	})
	t.Run("a conflicting transaction has no effect", func(t *testing.T) {
		p := peerOf(t, shelf)
		first, second := p.Simulate(call("a")), p.Simulate(call("a"))
		second.Writes = append(slices.Clone(second.Writes), Write{Key: key("title", "shelf", "z"), Value: []byte("z")})
		committed(t, p, []Code{Valid, MVCCReadConflict}, first, second)
		if p.Value(key("title", "shelf", "z")) != nil {
			t.Error("its write was applied")
		}
	})
}

func TestAnInvalidTransactionNamesItsCode(t *testing.T) {
	err := &Invalid{TxID: "tx-a", Block: 7, Code: PhantomReadConflict}
	if want := "transaction tx-a in block 7: PHANTOM_READ_CONFLICT"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
}

func TestPhantoms(t *testing.T) {
	fill := func(t *testing.T, titles ...string) *Peer {
		p := peerOf(t, shelf)
		for _, title := range titles {
			if _, err := p.Invoke(call(title)); err != nil {
				t.Fatal(err)
			}
		}
		return p
	}
	cases := []struct {
		name  string
		there []string
		added string
		want  Code
	}{
		{"a key before the page's end", []string{"b", "d", "f"}, "c", PhantomReadConflict},
		{"a key before the page's start", []string{"b", "d", "f"}, "a", PhantomReadConflict},
		{"a key after a full page", []string{"b", "d", "f"}, "e", Valid},
		{"a key after a full page which was the last", []string{"b", "d"}, "e", Valid},
		{"a key after a page which was not full", []string{"b"}, "e", PhantomReadConflict},
		{"a first key", nil, "a", PhantomReadConflict},
	}
	for _, c := range cases {
		t.Run(c.name+", within a block", func(t *testing.T) {
			p := fill(t, c.there...)
			committed(t, p, []Code{Valid, c.want}, p.Simulate(call(c.added)), p.Simulate(call("list ")))
		})
		t.Run(c.name+", in an earlier block", func(t *testing.T) {
			p := fill(t, c.there...)
			list := endorsed(t, p.Simulate(call("list ")))
			committed(t, p, []Code{Valid}, p.Simulate(call(c.added)))
			committed(t, p, []Code{c.want}, list)
		})
	}
	t.Run("another kind of key", func(t *testing.T) {
		p := peerOf(t, func(ctx transaction, arg string) (string, error) {
			if arg == "other" {
				return "", ctx.GetStub().PutState(key("titles", "shelf"), []byte("x"))
			}
			return shelf(ctx, arg)
		})
		committed(t, p, []Code{Valid, Valid}, p.Simulate(call("other")), p.Simulate(call("list ")))
	})
}

func TestOneTransactionIdentifierCountsOnce(t *testing.T) {
	p := peerOf(t, shelf)
	res, other := p.Simulate(call("a")), p.Simulate(call("b"))
	other.Proposal.TxID = res.Proposal.TxID
	committed(t, p, []Code{Valid, DuplicateTxID}, res, other)
	committed(t, p, []Code{DuplicateTxID}, res)
	if p.Value(key("title", "shelf", "b")) != nil {
		t.Error("the second transaction was applied")
	}
	again := call("c")
	again.TxID = res.Proposal.TxID
	if err := p.Simulate(again).Err(); err == nil {
		t.Error("a committed identifier was simulated again")
	}
}

func TestWhatIsNotEndorsedIsNotApplied(t *testing.T) {
	p := peerOf(t, shelf)
	committed(t, p, []Code{Valid}, p.Simulate(call("a")))
	refused := p.Simulate(call("a"))
	committed(t, p, []Code{EndorsementPolicyFailure}, refused)
}

func TestBlocksTellWhatHappened(t *testing.T) {
	p := peerOf(t, shelf)
	when := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	prop := call("a")
	prop.TxID, prop.Time = "tx-a", when
	first, second := p.Simulate(prop), p.Simulate(call("a"))
	p.Commit(first, second)
	p.Commit(p.Simulate(call("b")))

	blocks := p.Blocks()
	if len(blocks) != 2 || blocks[0].Number != 1 || blocks[1].Number != 2 || p.Height() != 2 {
		t.Fatalf("blocks are %+v", blocks)
	}
	tx := blocks[0].Transactions[0]
	if tx.TxID != "tx-a" || tx.Code != Valid || !tx.Time.Equal(when) || tx.Event.Name != "title.placed.v1" ||
		string(tx.Event.Payload) != "a" || tx.Function != "Run" || !slices.Equal(tx.Args, []string{"a"}) ||
		string(tx.Payload) != "a" || len(tx.Writes) != 1 || string(tx.Creator) != string(auditor.Creator) {
		t.Errorf("the first transaction is recorded as %+v", tx)
	}
	if code := blocks[0].Transactions[1].Code; code != MVCCReadConflict || code.String() != "MVCC_READ_CONFLICT" {
		t.Errorf("the second transaction is recorded as %s", code)
	}
	if b, ok := p.Block(2); !ok || b.Number != 2 {
		t.Errorf("block 2 is %+v, %t", b, ok)
	}
	for _, none := range []uint64{0, 3} {
		if _, ok := p.Block(none); ok {
			t.Errorf("there is a block %d", none)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	p := peerOf(t, onStub(func(s shim.ChaincodeStubInterface) error {
		k := key("counter")
		value, err := s.GetState(k)
		if err != nil {
			return err
		}
		return s.PutState(k, append(value, 'x'))
	}))
	p.Strict(t)
	var (
		wg sync.WaitGroup
		mu sync.Mutex
		ok int
	)
	for range 8 {
		wg.Go(func() {
			for range 20 {
				_, err := p.Invoke(call(""))
				var invalid *Invalid
				switch {
				case err == nil:
					mu.Lock()
					ok++
					mu.Unlock()
				case !errors.As(err, &invalid) || invalid.Code != MVCCReadConflict:
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := len(p.Value(key("counter"))); n != ok || ok == 0 {
		t.Errorf("%d transactions were valid and left %d marks", ok, n)
	}
	if p.Height() != 160 {
		t.Errorf("the height is %d", p.Height())
	}
}

// The state answers pages in order however its keys arrived.
func TestKeysAreInOrder(t *testing.T) {
	w := newWorld()
	var want []string
	for n := range 500 {
		k := fmt.Sprintf("%03d", n*7919%500)
		want = append(want, k)
		w.apply([]Write{{Key: k, Value: []byte("x")}}, Version{1, n})
		if n%5 == 0 {
			w.apply([]Write{{Key: k, Delete: true}, {Key: "none", Delete: true}}, Version{1, n})
			want = want[:len(want)-1]
		}
	}
	var batch []Write
	for n := range 300 {
		k := fmt.Sprintf("%03d+", n*7%300)
		want = append(want, k)
		batch = append(batch, Write{Key: k, Value: []byte("x")})
	}
	w.apply(batch, Version{2, 0})
	slices.Sort(want)
	if got, next := w.walk("", "~", false, 0); !slices.Equal(got, want) || next != "" {
		t.Errorf("the walk answers %d keys out of %d, next %q", len(got), len(want), next)
	}
	if got, next := w.walk(want[3], want[9], true, 4); !slices.Equal(got, want[3:7]) || next != want[7] {
		t.Errorf("the page is %q, next %q", got, next)
	}
	if got, _ := w.walk("b", "a", false, 0); len(got) != 0 {
		t.Errorf("a range from its end to its start holds %q", got)
	}
}
