package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/httpapi"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/readmodel"
	"github.com/fairlead/fairlead/test/fabrictest"
)

const partyDocument = `{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","name":"Wörks","kind":"SUPPLIER","country":"IN"}`

// between is a gateway that is not to be trusted: a true one, with somebody in
// front who may change each answer.
type between struct {
	t      *testing.T
	ledger *fabrictest.Ledger
	author *fabrictest.Author
	url    string

	mu    sync.Mutex
	calls []string // addresses asked since the last reset
	alter func(path string, s *step)
	last  []byte // the last true proposal
}

// step is a gateway's answer, as far as it can be altered to any purpose.
type step struct {
	State  string          `json:"state"`
	Tx     string          `json:"tx"`
	Bytes  []byte          `json:"bytes,omitempty"`
	Sign   string          `json:"sign,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Block  *uint64         `json:"block,omitempty"`
}

// prompt is a read model that nobody waits for: here it is asked nothing.
type prompt struct{ *readmodel.Store }

func (prompt) WaitFor(context.Context, uint64) error { return nil }

func standBetween(t *testing.T) *between {
	t.Helper()
	b := &between{t: t, ledger: fabrictest.New(t)}
	b.author = b.ledger.Enrol(provenance.Suppliers)
	store, err := readmodel.Open(filepath.Join(t.TempDir(), "model.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	honest := httptest.NewServer(httpapi.New(httpapi.Config{Ledger: b.ledger, Model: prompt{store}, BaseURL: "http://127.0.0.1", Log: slog.New(slog.DiscardHandler)}))
	t.Cleanup(honest.Close)
	target, err := url.Parse(honest.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = b.change
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		b.calls = append(b.calls, r.URL.Path)
		b.mu.Unlock()
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	b.url = front.URL
	return b
}

func (b *between) change(r *http.Response) error {
	if b.alter == nil || r.StatusCode >= 300 || r.Request.Method != http.MethodPost {
		return nil
	}
	var s step
	if err := json.NewDecoder(r.Body).Decode(&s); err != nil {
		return err
	}
	b.alter(r.Request.URL.Path, &s)
	text, err := json.Marshal(s)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	r.Header.Del("Content-Length")
	return err
}

func (b *between) asked() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	calls := b.calls
	b.calls = nil
	return calls
}

func (b *between) draft() ledger.Draft {
	return ledger.Draft{Author: b.author.Identity(), Transaction: "RegisterParty", Document: []byte(partyDocument)}
}

// byCommandLine states the document with this program.
func (b *between) byCommandLine(t *testing.T) (done bool, said string) {
	term := newTerminal(t)
	folder := filepath.Join(term.env["HOME"], "author")
	private, err := x509.MarshalPKCS8PrivateKey(b.author.Key)
	if err != nil {
		t.Fatal(err)
	}
	if err := keep(folder, map[string][]byte{
		"cert.pem": b.author.Identity().Certificate, "key.pem": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	}); err != nil {
		t.Fatal(err)
	}
	code, out, errs := term.does("state", "party", term.file("party.json", partyDocument), "--as", folder, "--org", "Suppliers", "--server", b.url)
	return code == exitOK, out + errs
}

// byPage states it with the code of the author's page, in Node.
func (b *between) byPage(t *testing.T) (done bool, said string) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not on this machine: the page's code is not run")
	}
	private, err := x509.MarshalPKCS8PrivateKey(b.author.Key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := b.author.Identity().Parse()
	if err != nil {
		t.Fatal(err)
	}
	issuers := map[provenance.Org]string{}
	for _, org := range provenance.Orgs() {
		issuers[org] = base64.StdEncoding.EncodeToString(b.ledger.Issuer(org).Raw)
	}
	input, err := json.Marshal(map[string]any{
		"gateway": b.url, "channel": "labour", "chaincode": "fairlead", "org": "Suppliers", "issuers": issuers,
		"certificate": base64.StdEncoding.EncodeToString(certificate.Raw), "key": base64.StdEncoding.EncodeToString(private),
		"kind": map[string]string{"resource": "parties", "transaction": "RegisterParty"}, "document": partyDocument,
	})
	if err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), node, filepath.Join("testdata", "state.mjs"))
	run.Stdin = bytes.NewReader(input)
	text, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	var answer struct {
		Tx    string
		Block uint64
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return answer.Tx != "" && answer.Block > 0, string(text)
}

func (b *between) clients() map[string]func(*testing.T) (bool, string) {
	return map[string]func(*testing.T) (bool, string){"the command line": b.byCommandLine, "the page": b.byPage}
}

func TestAnHonestGatewayIsUsedByBothClients(t *testing.T) {
	b := standBetween(t)
	for name, state := range b.clients() {
		t.Run(name, func(t *testing.T) {
			before := b.ledger.Committed()
			done, said := state(t)
			if !done || b.ledger.Committed() != before+1 {
				t.Errorf("%d committed: %s", b.ledger.Committed()-before, said)
			}
		})
	}
}

// A gateway that has something else signed, at whatever step, gets no signature
// on it, and nothing is recorded.
func TestATamperingGatewayIsRefusedByBothClients(t *testing.T) {
	b := standBetween(t)
	stranger := b.ledger.Enrol(provenance.Suppliers)
	proposes := func(change func(channel, chaincode *string, d *ledger.Draft, at *time.Time)) func(*step) {
		return func(s *step) {
			channel, chaincode, d, at := fabrictest.Channel, fabrictest.Chaincode, b.draft(), time.Now()
			change(&channel, &chaincode, &d, &at)
			u := b.ledger.Propose(channel, chaincode, d, at)
			s.Tx, s.Bytes = u.Tx, u.Bytes
		}
	}
	other := b.ledger.Propose(fabrictest.Channel, fabrictest.Chaincode, b.draft(), time.Now())
	both := []provenance.Org{provenance.Brands, provenance.Workers}
	for name, tc := range map[string]struct {
		at       string // the step whose answer is altered
		alter    func(*step)
		pageOnly bool // the command line leaves it to the peers
	}{
		"another document": {at: "/v1/parties", alter: proposes(func(_, _ *string, d *ledger.Draft, _ *time.Time) {
			d.Document = bytes.Replace(d.Document, []byte("Wörks"), []byte("Works"), 1)
		})},
		"the document with a space more": {at: "/v1/parties", alter: proposes(func(_, _ *string, d *ledger.Draft, _ *time.Time) { d.Document = append(d.Document, ' ') })},
		"another function":               {at: "/v1/parties", alter: proposes(func(_, _ *string, d *ledger.Draft, _ *time.Time) { d.Transaction = "Withdraw" })},
		"another author":                 {at: "/v1/parties", alter: proposes(func(_, _ *string, d *ledger.Draft, _ *time.Time) { d.Author = stranger.Identity() })},
		"another organisation":           {at: "/v1/parties", alter: proposes(func(_, _ *string, d *ledger.Draft, _ *time.Time) { d.Author.Org = provenance.Brands })},
		"another channel":                {at: "/v1/parties", alter: proposes(func(channel, _ *string, _ *ledger.Draft, _ *time.Time) { *channel = "other" })},
		"another chaincode":              {at: "/v1/parties", alter: proposes(func(_, chaincode *string, _ *ledger.Draft, _ *time.Time) { *chaincode = "_lifecycle" })},
		"transient data": {at: "/v1/parties", alter: proposes(func(_, _ *string, d *ledger.Draft, _ *time.Time) {
			d.Transient = map[string][]byte{"content": []byte("x")}
		})},
		"an old proposal":          {at: "/v1/parties", alter: proposes(func(_, _ *string, _ *ledger.Draft, at *time.Time) { *at = at.Add(-time.Hour) })},
		"a proposal of tomorrow":   {at: "/v1/parties", alter: proposes(func(_, _ *string, _ *ledger.Draft, at *time.Time) { *at = at.Add(24 * time.Hour) })},
		"a false identifier":       {at: "/v1/parties", alter: func(s *step) { s.Tx = strings.Repeat("ab", 32) }},
		"bytes at the end":         {at: "/v1/parties", alter: func(s *step) { s.Bytes = append(s.Bytes, 0xfa, 0x3e, 0x00) }},
		"no proposal at all":       {at: "/v1/parties", alter: func(s *step) { s.Bytes = []byte("sign this") }},
		"a proposal as the second": {at: "/v1/transactions/endorse", alter: func(s *step) { s.Bytes = other.Bytes }},
		"another transaction": {at: "/v1/transactions/endorse", alter: func(s *step) {
			s.Bytes = b.ledger.EndorsedBy(other.Bytes, both...).Bytes
		}},
		"another transaction by its name": {at: "/v1/transactions/endorse", alter: func(s *step) {
			swapped := b.ledger.EndorsedBy(other.Bytes, both...)
			s.Tx, s.Bytes = swapped.Tx, swapped.Bytes
		}},
		"an altered result":      {at: "/v1/transactions/endorse", pageOnly: true, alter: func(s *step) { s.Bytes = bytes.Replace(s.Bytes, []byte("what was read"), []byte("what was told"), 1) }},
		"one side's endorsement": {at: "/v1/transactions/endorse", pageOnly: true, alter: func(s *step) { s.Bytes = b.ledger.EndorsedBy(b.last, provenance.Brands, provenance.Auditors).Bytes }},
	} {
		for client, state := range b.clients() {
			if tc.pageOnly && client != "the page" {
				continue
			}
			t.Run(name+"/"+client, func(t *testing.T) {
				b.asked()
				b.alter = func(path string, s *step) {
					if path == "/v1/parties" {
						b.last = s.Bytes
					}
					if path == tc.at {
						tc.alter(s)
					}
				}
				done, said := state(t)
				if done || !strings.Contains(strings.ToLower(said), "nothing was signed") {
					t.Errorf("it says %s", said)
				}
				if calls := b.asked(); len(calls) == 0 || calls[len(calls)-1] != tc.at {
					t.Errorf("it went on: %q", calls)
				}
				if b.ledger.Committed() != 0 {
					t.Error("something was recorded")
				}
			})
		}
	}
}

// A gateway that names another transaction, or no block, has not told what
// became of this one.
func TestAFalseReceiptLeavesTheFateUnknown(t *testing.T) {
	for name, alter := range map[string]func(*step){
		"another transaction's": func(s *step) { s.Tx = strings.Repeat("ab", 32) },
		"without a block":       func(s *step) { s.Block = nil },
	} {
		b := standBetween(t)
		b.alter = func(path string, s *step) {
			if path == "/v1/transactions/submit" {
				alter(s)
			}
		}
		for client, state := range b.clients() {
			t.Run(name+"/"+client, func(t *testing.T) {
				if done, said := state(t); done || !strings.Contains(said, "unknown") {
					t.Errorf("it says %s", said)
				}
			})
		}
	}
}
