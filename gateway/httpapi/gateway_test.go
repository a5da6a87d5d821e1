package httpapi_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/access"
	"github.com/fairlead/fairlead/gateway/httpapi"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/ledger/remote"
	"github.com/fairlead/fairlead/gateway/readmodel"
	"github.com/fairlead/fairlead/gateway/seals"
	"github.com/fairlead/fairlead/test/ledgertest"
	"github.com/fairlead/fairlead/test/world"
)

// gateway is the whole way: the real contract over a peer in memory, the real
// read model following it, and the handler over both, spoken to by HTTP.
type gateway struct {
	t       testing.TB
	ledger  *ledgertest.Ledger
	store   *readmodel.Store
	handler http.Handler
	url     string
	relay   *remote.Relay
	log     *journal
	world   *world.World
	cast    world.Cast

	seals *kept

	accessFile string
}

// clock is after all that a world tells, and after the ledger's first blocks.
var clock = time.Date(2026, 12, 2, 10, 0, 30, 0, time.UTC)

const baseURL = "https://fairlead.example"

// journal keeps the log, to be searched for what must not be in it.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// open starts an empty gateway. wrap may put something between it and the ledger.
func open(t testing.TB, wrap ...func(ledger.Ledger) ledger.Ledger) *gateway {
	t.Helper()
	g := &gateway{t: t, ledger: ledgertest.New(t), log: &journal{}, world: world.New(1), seals: &kept{bundles: map[seals.Want]*seals.Bundle{}}}
	log := slog.New(slog.NewTextHandler(g.log, nil))
	store, err := readmodel.Open(filepath.Join(t.TempDir(), "model.db"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- readmodel.Project(ctx, g.ledger, store, log) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("projecting: %v", err)
		}
		store.Close()
	})
	g.store = store
	g.accessFile = filepath.Join(t.TempDir(), "access.sqlite")
	own, err := access.Open(g.accessFile, func() time.Time { return clock })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { own.Close() })
	var l ledger.Ledger = g.ledger
	for _, w := range wrap {
		l = w(l)
	}
	g.handler = httpapi.New(httpapi.Config{
		Ledger: l, Model: store, Log: log, BaseURL: baseURL + "/", Now: func() time.Time { return clock }, Access: own, Seals: g.seals,
	})
	server := httptest.NewServer(g.handler)
	t.Cleanup(server.Close)
	g.url = server.URL
	g.relay = remote.New(server.URL, nil)
	return g
}

// founded is a gateway over a world that has been told, every record of it by
// way of HTTP.
func founded(t testing.TB, wrap ...func(ledger.Ledger) ledger.Ledger) *gateway {
	t.Helper()
	g := open(t, wrap...)
	var err error
	if g.cast, err = g.world.Found(t.Context(), g.relay, g.ledger.Signers()); err != nil {
		t.Fatal(err)
	}
	if err := g.world.Tell(t.Context(), g.relay, g.cast); err != nil {
		t.Fatal(err)
	}
	g.settle()
	return g
}

// settle waits until the read model holds all of the ledger.
func (g *gateway) settle() {
	g.t.Helper()
	height, err := g.ledger.Height(g.t.Context())
	if err == nil {
		err = g.store.WaitFor(g.t.Context(), height-1)
	}
	if err != nil {
		g.t.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (g *gateway) do(method, path string, header map[string]string, body []byte) answer {
	g.t.Helper()
	request, err := http.NewRequestWithContext(g.t.Context(), method, g.url+path, bytes.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		g.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, text}
}

func (g *gateway) get(path string) answer { return g.do(http.MethodGet, path, nil, nil) }

// post sends a document as an author does who names themself.
func (g *gateway) post(path string, author ledger.Signer, document []byte) answer {
	return g.do(http.MethodPost, path, g.names(author), document)
}

// names are the headers of a document by an author, who may be nobody.
func (g *gateway) names(author ledger.Signer) map[string]string {
	header := map[string]string{"Content-Type": "application/json"}
	if author != nil {
		block, _ := pem.Decode(author.Identity().Certificate)
		header["Fairlead-Org"] = string(author.Identity().Org)
		header["Fairlead-Certificate"] = base64.StdEncoding.EncodeToString(block.Bytes)
	}
	return header
}

// problem is a refusal as a caller reads it.
type problem struct {
	Type, Title, Detail, Code, Outcome, Tx, Ask, RequestID string
	Status                                                 int
	Fields                                                 []provenance.FieldProblem
}

func (a answer) problem(t testing.TB) problem {
	t.Helper()
	if kind := a.header.Get("Content-Type"); kind != "application/problem+json" {
		t.Fatalf("answered %d %s, no problem: %s", a.status, kind, a.body)
	}
	var p problem
	if err := json.Unmarshal(a.body, &p); err != nil {
		t.Fatal(err)
	}
	if p.Status != a.status || p.Type != "urn:fairlead:problem:"+p.Code || p.Title == "" || p.Detail == "" || p.Outcome == "" || p.RequestID == "" {
		t.Errorf("the problem is incomplete: %s", a.body)
	}
	return p
}

// in decodes an answer that should be a success.
func in[T any](t testing.TB, a answer) T {
	t.Helper()
	var v T
	if a.status >= 300 {
		t.Fatalf("answered %d: %s", a.status, a.body)
	}
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	return v
}
