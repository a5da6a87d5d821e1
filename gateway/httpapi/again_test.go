package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/access"
	"github.com/fairlead/fairlead/gateway/httpapi"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/test/world"
)

// counted counts what reaches the ledger, and may hold or end it.
type counted struct {
	ledger.Ledger
	prepares, submits atomic.Int32
	gate              chan struct{} // submits wait for it when it is not nil
	after             func()        // runs between the commit and the answer
}

func (c *counted) Prepare(ctx context.Context, d ledger.Draft) (ledger.Unsigned, error) {
	c.prepares.Add(1)
	return c.Ledger.Prepare(ctx, d)
}

func (c *counted) Submit(ctx context.Context, s ledger.Signed) (ledger.Commit, error) {
	c.submits.Add(1)
	if c.gate != nil {
		<-c.gate
	}
	commit, err := c.Ledger.Submit(ctx, s)
	if c.after != nil {
		c.after()
	}
	return commit, err
}

func counting(t *testing.T) (*gateway, *counted) {
	c := &counted{}
	return open(t, func(l ledger.Ledger) ledger.Ledger { c.Ledger = l; return c }), c
}

// endorsed is a transaction that its author has signed, as submit takes it.
func (g *gateway) endorsed(author ledger.Signer, st provenance.Statement) (tx string, body []byte) {
	g.t.Helper()
	prepared := in[stage](g.t, g.post("/v1/parties", author, world.Document(st)))
	back := in[stage](g.t, g.sendSigned("/v1/transactions/endorse", author, prepared))
	return back.Tx, signedBody(g.t, author, back.Bytes)
}

func keyed(key string) map[string]string {
	return map[string]string{"Content-Type": "application/json", "Idempotency-Key": key}
}

const someKey = "6f1f9c7e-5d0e-4a0e-9a63-0d1e4f6d6b11"

func TestAHundredTimesTheSameSubmitIsOneEffectAndOneReceipt(t *testing.T) {
	for name, header := range map[string]map[string]string{
		"with a key": keyed(someKey), "without": {"Content-Type": "application/json"},
	} {
		t.Run(name, func(t *testing.T) {
			g, c := counting(t)
			_, body := g.endorsed(g.ledger.Enrol(provenance.Brands, true), &g.world.Brand)
			c.gate = make(chan struct{})
			before := g.height()
			answers := make([]answer, 100)
			var all sync.WaitGroup
			for n := range answers {
				all.Go(func() { answers[n] = g.do(http.MethodPost, "/v1/transactions/submit", header, body) })
			}
			close(c.gate)
			all.Wait()
			for _, a := range answers {
				if a.status != http.StatusCreated || !bytes.Equal(a.body, answers[0].body) || a.header.Get("Location") == "" {
					t.Fatalf("answered %d %s, another %s", a.status, a.body, answers[0].body)
				}
			}
			if g.height() != before+1 {
				t.Errorf("%d blocks were made", g.height()-before)
			}
			if again := g.do(http.MethodPost, "/v1/transactions/submit", header, body); !bytes.Equal(again.body, answers[0].body) {
				t.Errorf("afterwards it is answered %s", again.body)
			}
			if name == "with a key" && c.submits.Load() != 1 {
				t.Errorf("the ledger was asked %d times", c.submits.Load())
			}
		})
	}
}

// A hundred programs state the same document at once, each with a proposal of
// its own.
func TestAHundredTimesTheSameStatementIsOneEffectAndOneReceipt(t *testing.T) {
	g := open(t)
	author := g.ledger.Enrol(provenance.Brands, true)
	before := g.height()
	told := make([]ledger.Statement, 100)
	failed := make([]error, 100)
	var all sync.WaitGroup
	for n := range told {
		all.Go(func() { told[n], failed[n] = world.State(t.Context(), g.relay, author, &g.world.Brand) })
	}
	all.Wait()
	for n, s := range told {
		if failed[n] != nil {
			t.Fatal(failed[n])
		}
		if len(s.Receipts.Receipts) != 1 || s.Receipts.Receipts[0] != told[0].Receipts.Receipts[0] || s.Commit.Block != told[0].Commit.Block {
			t.Errorf("%+v, another was told %+v", s, told[0])
		}
	}
	valid, enough := 0, errors.New("enough")
	err := g.ledger.Follow(t.Context(), before, func(b ledger.Block) error {
		for _, tx := range b.Transactions {
			if tx.Valid() {
				valid++
			}
		}
		if b.Number+1 == g.height() {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || valid != 1 {
		t.Errorf("%d transactions count, %v", valid, err)
	}
}

func TestAKeyGetsTheSameProposalAgain(t *testing.T) {
	g, c := counting(t)
	author := g.ledger.Enrol(provenance.Brands, true)
	document := world.Document(&g.world.Brand)
	header := g.names(author)
	header["Idempotency-Key"] = `"` + someKey + `"`
	first := in[stage](t, g.do(http.MethodPost, "/v1/parties", header, document))
	again := in[stage](t, g.do(http.MethodPost, "/v1/parties", header, document))
	if first.Tx != again.Tx || !bytes.Equal(first.Bytes, again.Bytes) || c.prepares.Load() != 1 {
		t.Errorf("%s, then %s, after %d proposals", first.Tx, again.Tx, c.prepares.Load())
	}
	other := g.do(http.MethodPost, "/v1/parties", header, append(document, ' '))
	if p := other.problem(t); p.Status != 422 || p.Code != "key_reused" || p.Outcome != "refused" {
		t.Errorf("another document under the key: %s", other.body)
	}
	stranger := g.names(g.ledger.Enrol(provenance.Brands, true))
	stranger["Idempotency-Key"] = someKey
	if p := g.do(http.MethodPost, "/v1/parties", stranger, document).problem(t); p.Code != "key_reused" {
		t.Errorf("another author under the key: %s", p.Code)
	}
	for _, key := range []string{"", "short", strings.Repeat("x", 129), "with spaces in the key", "naïve-naïve-naïve-naïve"} {
		header["Idempotency-Key"] = key
		if p := g.do(http.MethodPost, "/v1/parties", header, document).problem(t); p.Code != "bad_parameter" || p.Fields[0].Field != "Idempotency-Key" {
			t.Errorf("the key %q: %s", key, p.Code)
		}
	}
}

// Nothing that Workers alone hold may lie in the gateway's file.
func TestWhatIsHeldIsNotKeptUnderAKey(t *testing.T) {
	g, c := counting(t)
	author := g.ledger.Enrol(provenance.Workers, false)
	question, err := json.Marshal(provenance.HeldQuestion{Token: ledger.Draw(), Seal: ledger.Draw()})
	if err != nil {
		t.Fatal(err)
	}
	header := g.names(author)
	header["Idempotency-Key"] = someKey
	first := in[stage](t, g.do(http.MethodPost, "/v1/held/held", header, question))
	if again := in[stage](t, g.do(http.MethodPost, "/v1/held/held", header, question)); again.Tx == first.Tx || c.prepares.Load() != 2 {
		t.Error("the proposal was kept")
	}
}

func TestAFailureIsNotKept(t *testing.T) {
	b := &broken{}
	g := open(t, func(l ledger.Ledger) ledger.Ledger { b.Ledger = l; return b })
	author := g.ledger.Enrol(provenance.Brands, true)
	tx, body := g.endorsed(author, &g.world.Brand)
	b.submit = &ledger.FateError{Tx: tx, Cause: context.DeadlineExceeded}
	if p := g.do(http.MethodPost, "/v1/transactions/submit", keyed(someKey), body).problem(t); p.Outcome != "unknown" || p.Tx != tx {
		t.Errorf("told %+v", p)
	}
	b.submit = nil
	if a := g.do(http.MethodPost, "/v1/transactions/submit", keyed(someKey), body); a.status != http.StatusCreated {
		t.Errorf("again: %d %s", a.status, a.body)
	}
	b.panics = true
	header := g.names(author)
	header["Idempotency-Key"] = someKey
	if p := g.do(http.MethodPost, "/v1/parties", header, world.Document(&g.world.Brand)).problem(t); p.Code != "fault" {
		t.Errorf("a panic becomes %s", p.Code)
	}
}

// The gateway dies between the commit and its answer. A new process on the same
// files knows, by the transaction and by the key.
func TestAnotherProcessIsAskedAfterACrash(t *testing.T) {
	g, c := counting(t)
	tx, body := g.endorsed(g.ledger.Enrol(provenance.Brands, true), &g.world.Brand)
	dying := httptest.NewServer(g.handler)
	held := make(chan struct{})
	c.after = func() { dying.CloseClientConnections(); <-held }
	request, err := http.NewRequest(http.MethodPost, dying.URL+"/v1/transactions/submit", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range keyed(someKey) {
		request.Header.Set(name, value)
	}
	if response, err := http.DefaultClient.Do(request); err == nil {
		response.Body.Close()
		t.Fatalf("it answered %s", response.Status)
	}
	own, err := access.Open(g.accessFile, func() time.Time { return clock })
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	g.handler = httpapi.New(httpapi.Config{Ledger: c.Ledger, Model: g.store, BaseURL: baseURL, Now: func() time.Time { return clock }, Access: own})
	next := httptest.NewServer(g.handler)
	defer next.Close()
	g.url = next.URL
	fate := in[stage](t, g.get("/v1/transactions/"+tx))
	if fate.State != "committed" || fate.Block == nil {
		t.Errorf("asked by the transaction: %+v", fate)
	}
	again := in[stage](t, g.do(http.MethodPost, "/v1/transactions/submit", keyed(someKey), body))
	if again.Tx != tx || again.Block == nil || *again.Block != *fate.Block || g.height() != *fate.Block+1 {
		t.Errorf("asked by the key: %+v at height %d", again, g.height())
	}
	close(held)
	dying.Close()
}
