package httpapi_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/ledger/remote"
	"github.com/fairlead/fairlead/test/world"
)

// broken is a ledger whose calls fail as told.
type broken struct {
	ledger.Ledger
	prepare, endorse, submit, fate, ready error
	panics                                bool
}

func (b *broken) Prepare(ctx context.Context, d ledger.Draft) (ledger.Unsigned, error) {
	if b.panics {
		panic("peer0.brands.internal:7051 was nil")
	}
	if b.prepare != nil {
		return ledger.Unsigned{}, b.prepare
	}
	return b.Ledger.Prepare(ctx, d)
}

func (b *broken) Endorse(ctx context.Context, s ledger.Signed) (ledger.Endorsed, error) {
	if b.endorse != nil {
		return ledger.Endorsed{}, b.endorse
	}
	return b.Ledger.Endorse(ctx, s)
}

func (b *broken) Submit(ctx context.Context, s ledger.Signed) (ledger.Commit, error) {
	if b.submit != nil {
		return ledger.Commit{}, b.submit
	}
	return b.Ledger.Submit(ctx, s)
}

func (b *broken) Fate(ctx context.Context, tx string) (ledger.Commit, error) {
	if b.fate != nil {
		return ledger.Commit{}, b.fate
	}
	return b.Ledger.Fate(ctx, tx)
}

func (b *broken) Ready(ctx context.Context) error {
	if b.ready != nil {
		return b.ready
	}
	return b.Ledger.Ready(ctx)
}

func breakable(t *testing.T) (*gateway, *broken) {
	b := &broken{}
	g := open(t, func(l ledger.Ledger) ledger.Ledger { b.Ledger = l; return b })
	return g, b
}

// TestFaultsSayWhatBecameOfIt and tell strangers nothing else: the cause is in
// the log, once.
func TestFaultsSayWhatBecameOfIt(t *testing.T) {
	const inner = "dial tcp 10.1.2.3:7051: connection refused"
	tx := strings.Repeat("ab", 32)
	for name, tc := range map[string]struct {
		breaks  func(*broken)
		call    string
		status  int
		outcome string
		code    string
	}{
		"preparing fails":          {func(b *broken) { b.prepare = errors.New(inner) }, "prepare", 500, "not done", "fault"},
		"preparing panics":         {func(b *broken) { b.panics = true }, "prepare", 500, "not done", "fault"},
		"preparing takes too long": {func(b *broken) { b.prepare = context.DeadlineExceeded }, "prepare", 504, "not done", "timeout"},
		"endorsing fails":          {func(b *broken) { b.endorse = errors.New(inner) }, "endorse", 500, "not done", "fault"},
		"endorsing is not done":    {func(b *broken) { b.endorse = errors.Join(ledger.ErrNotDone, errors.New(inner)) }, "endorse", 409, "not done", "not_done"},
		"submitting fails":         {func(b *broken) { b.submit = errors.New(inner) }, "submit", 504, "unknown", "unknown_fate"},
		"submitting ends early":    {func(b *broken) { b.submit = context.DeadlineExceeded }, "submit", 504, "unknown", "unknown_fate"},
		"submitting is not done":   {func(b *broken) { b.submit = ledger.ErrNotDone }, "submit", 409, "not done", "not_done"},
		"submitting is unknown":    {func(b *broken) { b.submit = &ledger.FateError{Tx: tx, Cause: errors.New(inner)} }, "submit", 504, "unknown", "unknown_fate"},
		"asking fails":             {func(b *broken) { b.fate = errors.New(inner) }, "fate", 500, "not done", "fault"},
		"readiness fails":          {func(b *broken) { b.ready = errors.New(inner) }, "ready", 503, "not done", "not_ready"},
	} {
		t.Run(name, func(t *testing.T) {
			g, b := breakable(t)
			author := g.ledger.Enrol(provenance.Brands, true)
			tc.breaks(b)
			var a answer
			switch tc.call {
			case "prepare":
				a = g.post("/v1/parties", author, world.Document(&g.world.Brand))
			case "endorse", "submit":
				a = g.post("/v1/transactions/"+tc.call, nil, []byte(`{"bytes":"AAAA","signature":"AAAA"}`))
			case "fate":
				a = g.get("/v1/transactions/" + tx)
			case "ready":
				a = g.get("/readyz")
			}
			p := a.problem(t)
			if p.Status != tc.status || p.Outcome != tc.outcome || p.Code != tc.code {
				t.Errorf("%s", a.body)
			}
			if strings.Contains(string(a.body), "10.1.2.3") || strings.Contains(string(a.body), "peer0") {
				t.Errorf("the inside is shown: %s", a.body)
			}
			if got := strings.Count(g.log.String(), "request="+p.RequestID); tc.status >= 500 && got != 1 {
				t.Errorf("it is in the log %d times:\n%s", got, g.log)
			}
			if name == "submitting is unknown" && (p.Tx != tx || p.Ask != "/v1/transactions/"+tx || a.header.Get("Retry-After") == "") {
				t.Errorf("where to ask is missing: %s", a.body)
			}
		})
	}
}

// TestLostAnswers: whether the transaction came through or not, the author
// ends with one effect and knows it.
func TestLostAnswers(t *testing.T) {
	for name, committed := range map[string]bool{"committed all the same": true, "never handed in": false} {
		t.Run(name, func(t *testing.T) {
			g := open(t)
			g.ledger.Lose(2, committed)
			author := g.ledger.Enrol(provenance.Brands, true)
			s, err := world.State(t.Context(), g.relay, author, &g.world.Brand)
			if err != nil {
				t.Fatal(err)
			}
			if s.Commit.Block != 1 || g.height() != 2 {
				t.Errorf("in block %d at height %d", s.Commit.Block, g.height())
			}
			commit, err := g.relay.Fate(t.Context(), s.Commit.Tx)
			if err != nil || commit != s.Commit {
				t.Errorf("asked again: %+v, %v", commit, err)
			}
		})
	}
}

func TestAnAuthorWhoGivesUpKnowsWhatToAskFor(t *testing.T) {
	t.Parallel()
	g := open(t)
	g.ledger.Lose(100, true)
	author := g.ledger.Enrol(provenance.Brands, true)
	_, err := world.State(t.Context(), g.relay, author, &g.world.Brand)
	var fate *ledger.FateError
	if !errors.As(err, &fate) || fate.Tx == "" {
		t.Fatalf("told %v", err)
	}
	if commit, err := g.relay.Fate(t.Context(), fate.Tx); err != nil || commit.Block != 1 {
		t.Errorf("asked: %+v, %v", commit, err)
	}
}

func TestNobodyAtHome(t *testing.T) {
	g := open(t)
	author := g.ledger.Enrol(provenance.Brands, true)
	// Port 9 of this machine: nobody listens there.
	relay := remote.New("http://127.0.0.1:9", &http.Client{Timeout: time.Second})
	draft := ledger.Draft{Author: author.Identity(), Transaction: "RegisterParty", Document: world.Document(&g.world.Brand)}
	if _, err := relay.Prepare(t.Context(), draft); !errors.Is(err, ledger.ErrNotDone) {
		t.Errorf("preparing: %v", err)
	}
	if _, err := relay.Endorse(t.Context(), ledger.Signed{Bytes: []byte("x"), Signature: []byte("y")}); !errors.Is(err, ledger.ErrNotDone) {
		t.Errorf("endorsing: %v", err)
	}
	if _, err := relay.Submit(t.Context(), ledger.Signed{Bytes: []byte("x"), Signature: []byte("y")}); !errors.Is(err, ledger.ErrUnknownFate) {
		t.Errorf("submitting: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := relay.Prepare(ended, draft); errors.Is(err, ledger.ErrNotDone) || !errors.Is(err, context.Canceled) {
		t.Errorf("preparing for nobody: %v", err)
	}
}

func TestAnAuthorChecksBeforeSigning(t *testing.T) {
	g := open(t)
	author := g.ledger.Enrol(provenance.Brands, true)
	wrong := errors.New("these are other bytes")
	for name, relay := range map[string]*remote.Relay{
		"the proposal":    {Check: func(u ledger.Unsigned, d ledger.Draft) error { return wrong }},
		"the transaction": {CheckEndorsed: func(ledger.Unsigned, []byte) error { return wrong }},
	} {
		hooked := remote.New(g.url, nil)
		hooked.Check, hooked.CheckEndorsed = relay.Check, relay.CheckEndorsed
		if _, err := world.State(t.Context(), hooked, author, &g.world.Brand); !errors.Is(err, wrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if g.height() != 1 {
		t.Error("it was submitted all the same")
	}
}

func TestMethodsAndHeaders(t *testing.T) {
	g := open(t)
	for _, path := range []string{"/v1/status", "/01/09520123456788", "/v1/parties"} {
		for _, method := range []string{http.MethodDelete, http.MethodPut, http.MethodOptions, http.MethodPatch} {
			a := g.do(method, path, nil, nil)
			if p := a.problem(t); p.Status != http.StatusMethodNotAllowed || a.header.Get("Allow") == "" {
				t.Errorf("%s %s: %d, Allow %q", method, path, a.status, a.header.Get("Allow"))
			}
		}
	}
	for _, path := range []string{"/", "/v1/status", "/nothing", "/01/1"} {
		a := g.get(path)
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Content-Security-Policy": "frame-ancestors 'none'",
		} {
			if !strings.Contains(a.header.Get(name), want) {
				t.Errorf("%s has %s: %q", path, name, a.header.Get(name))
			}
		}
		if a.header.Get("Set-Cookie") != "" || a.header.Get("Fairlead-Request") == "" {
			t.Errorf("%s has %v", path, a.header)
		}
	}
}
