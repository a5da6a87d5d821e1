//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/ledger/remote"
)

// TestAGatewayThatIsKilled kills a gateway's process at every step of a
// statement, and at many moments of its submission, on a real network. Whatever
// the author was told or was not, asking again tells the truth, and nothing is
// there twice or lost.
func TestAGatewayThatIsKilled(t *testing.T) {
	s := install(t)
	c := &crashing{system: s}
	c.up(t)
	t.Run("before anything was handed in", c.beforeSubmitting)
	t.Run("after the commit, before the answer", c.beforeTheAnswer)
	t.Run("at many moments of handing in", c.atManyMoments)
	t.Run("while a hundred hand in the same", c.amongAHundred)
	t.Run("a hundred hand in the same under one key", c.hundredHandIn)
	t.Run("a hundred state the same, each with a proposal of its own", c.hundredState)
	t.Run("nothing is there twice or lost", c.counted)
}

// crashing is a network with one gateway, whose process can be killed.
type crashing struct {
	*system
	network *exec.Cmd
	author  *ledger.KeySigner
	listen  string
	gateway *exec.Cmd
	log     *transcript

	mu     sync.Mutex
	stated map[string]string // by identifier: the transaction that stated it
}

// up brings the network up, without a gateway.
func (c *crashing) up(t *testing.T) {
	t.Helper()
	c.t, c.stated = t, map[string]string{}
	c.network = exec.Command(filepath.Join(c.folder, "netctl"), "up", "--chaincode", filepath.Join(c.folder, "chaincode"),
		"--collections", filepath.Join(c.root, "chaincode", "collections.json"))
	c.network.Env = c.environment()
	said := &transcript{}
	c.network.Stdout, c.network.Stderr = said, said
	if err := c.network.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.network.Wait() }()
	t.Cleanup(func() {
		c.network.Process.Signal(syscall.SIGINT)
		<-ended
	})
	for !strings.Contains(said.String(), "ready after") {
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the network did not come up: %v\n%s", err, said)
		case <-time.After(100 * time.Millisecond):
		}
	}
	var err error
	registrar := filepath.Join(c.folder, "data", "fairlead", "network", "organizations", "brands", "admin")
	if c.author, err = ledger.OpenKeyFile(provenance.Brands, registrar); err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.listen, c.url = free.Addr().String(), "http://"+free.Addr().String()
	free.Close()
	c.serve()
	t.Cleanup(c.kill)
}

// serve starts the gateway, at the address that it always has, and waits until
// it can be relied upon.
func (c *crashing) serve() {
	c.t.Helper()
	c.gateway = exec.Command(filepath.Join(c.folder, "gateway"), "serve", "--listen", c.listen)
	c.gateway.Env = c.environment()
	c.log = &transcript{}
	c.gateway.Stderr = c.log
	out, err := c.gateway.StdoutPipe()
	if err == nil {
		err = c.gateway.Start()
	}
	if err != nil {
		c.t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		c.t.Fatalf("the gateway says %q: %v\n%s", line, err, c.log)
	}
	for {
		answer, err := http.Get(c.url + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-c.t.Context().Done():
			c.t.Fatalf("the gateway is never ready\n%s", c.log)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// kill ends the gateway as a power cut would: it is told nothing.
func (c *crashing) kill() {
	if c.gateway == nil {
		return
	}
	_ = c.gateway.Process.Kill() // it may have ended
	_ = c.gateway.Wait()
	c.gateway = nil
}

func (c *crashing) crash() {
	c.t.Helper()
	c.kill()
	c.serve()
}

func (c *crashing) relay() *remote.Relay {
	return remote.New(c.url, &http.Client{Transport: &http.Transport{DisableKeepAlives: true}})
}

func (c *crashing) sign(u []byte) []byte {
	c.t.Helper()
	sum := sha256.Sum256(u)
	signature, err := c.author.Sign(sum[:])
	if err != nil {
		c.t.Fatal(err)
	}
	return signature
}

func party() *provenance.Party {
	return &provenance.Party{ID: ulid.Make().String(), Name: "Ropeworks", PartyKind: "BRAND", Country: "SE"}
}

func (c *crashing) draft(p *provenance.Party) ledger.Draft {
	c.t.Helper()
	document, err := json.Marshal(p)
	if err != nil {
		c.t.Fatal(err)
	}
	spec, _ := provenance.SpecOf(provenance.KindParty)
	return ledger.Draft{Author: c.author.Identity(), Transaction: spec.Transaction, Document: document}
}

// endorsed takes a statement as far as an author's second signature.
func (c *crashing) endorsed(p *provenance.Party) (tx string, signed ledger.Signed) {
	c.t.Helper()
	relay := c.relay()
	proposal, err := relay.Prepare(c.t.Context(), c.draft(p))
	if err != nil {
		c.t.Fatal(err)
	}
	endorsed, err := relay.Endorse(c.t.Context(), ledger.Signed{Bytes: proposal.Bytes, Signature: c.sign(proposal.Bytes)})
	if err != nil {
		c.t.Fatal(err)
	}
	return endorsed.Tx, ledger.Signed{Bytes: endorsed.Bytes, Signature: c.sign(endorsed.Bytes)}
}

// told is what a gateway answers to a transaction that is handed in.
type told struct {
	State string  `json:"state"`
	Tx    string  `json:"tx"`
	Block *uint64 `json:"block"`
}

// handIn hands a transaction in under a key, over any transport. The error is
// that of a call that had no answer.
func (c *crashing) handIn(client *http.Client, key string, signed ledger.Signed) (status int, body []byte, err error) {
	text, err := json.Marshal(map[string][]byte{"bytes": signed.Bytes, "signature": signed.Signature})
	if err != nil {
		return 0, nil, err
	}
	request, err := http.NewRequest(http.MethodPost, c.url+"/v1/transactions/submit", bytes.NewReader(text))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	answer, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	body, err = io.ReadAll(answer.Body)
	return answer.StatusCode, body, err
}

func newKey() string { return rand.Text() }

var plain = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// learns asks again what became of a statement, in each way that there is, and
// expects one truth.
func (c *crashing) learns(p *provenance.Party, tx, key string, signed ledger.Signed) told {
	c.t.Helper()
	status, body, err := c.handIn(plain, key, signed)
	if err != nil || status != http.StatusCreated {
		c.t.Fatalf("handed in again, the gateway answers %d %s: %v\n%s", status, body, err, c.log)
	}
	first := decode[told](c.t, body)
	if first.Tx != tx || first.Block == nil {
		c.t.Errorf("handed in again, the gateway tells of %s instead of %s", body, tx)
	}
	if _, again, err := c.handIn(plain, key, signed); err != nil || !bytes.Equal(again, body) {
		c.t.Errorf("the same request under its key is answered %s, then %s: %v", body, again, err)
	}
	if fate := decode[told](c.t, c.get(http.StatusOK, "/v1/transactions/"+tx)); fate.Block == nil || *fate.Block != *first.Block {
		c.t.Errorf("the fate of %s is %+v, and was block %d", tx, fate, *first.Block)
	}
	c.heldOnce(p, tx)
	return first
}

// heldOnce expects that a statement is there, and that stating it anew gives the
// first receipt and writes nothing.
func (c *crashing) heldOnce(p *provenance.Party, tx string) {
	c.t.Helper()
	statement, err := ledger.State(c.t.Context(), c.relay(), c.author, c.draft(p).Transaction, c.draft(p).Document)
	if err != nil || len(statement.Receipts.Receipts) != 1 || statement.Receipts.Receipts[0].Tx != tx {
		c.t.Errorf("stated anew, %s gives %+v, %v; the first transaction was %s", p.ID, statement.Receipts, err, tx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stated[p.ID] = tx
}

// beforeSubmitting kills the gateway after each step that comes before.
func (c *crashing) beforeSubmitting(t *testing.T) {
	c.t = t
	p, key := party(), newKey()
	relay := c.relay()
	proposal, err := relay.Prepare(t.Context(), c.draft(p))
	if err != nil {
		t.Fatal(err)
	}
	c.crash()
	endorsed, err := relay.Endorse(t.Context(), ledger.Signed{Bytes: proposal.Bytes, Signature: c.sign(proposal.Bytes)})
	if err != nil {
		t.Fatalf("a proposal of the gateway that died: %v", err)
	}
	signed := ledger.Signed{Bytes: endorsed.Bytes, Signature: c.sign(endorsed.Bytes)}
	c.crash()
	if _, err := relay.Fate(t.Context(), endorsed.Tx); !errors.Is(err, ledger.ErrUnknownFate) {
		t.Errorf("of a transaction that nobody handed in the gateway says %v", err)
	}
	c.kill()
	if _, err := relay.Submit(t.Context(), signed); !errors.Is(err, ledger.ErrUnknownFate) {
		t.Errorf("without a gateway handing in ends in %v", err)
	}
	c.serve()
	c.learns(p, endorsed.Tx, key, signed)
}

// swallowing is a connection to the gateway on which the answer, once it begins
// to come, is lost: the gateway is killed and the caller hears nothing.
type swallowing struct {
	net.Conn
	kill func()
}

func (s swallowing) Read(b []byte) (int, error) {
	if _, err := s.Conn.Read(b[:1]); err != nil {
		return 0, err
	}
	s.kill()
	return 0, syscall.ECONNRESET
}

func (c *crashing) beforeTheAnswer(t *testing.T) {
	c.t = t
	for range 5 {
		p, key := party(), newKey()
		tx, signed := c.endorsed(p)
		lost := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, address)
			return swallowing{conn, c.kill}, err
		}}}
		if status, body, err := c.handIn(lost, key, signed); err == nil {
			t.Fatalf("the answer was to be lost, and is %d %s", status, body)
		}
		c.serve()
		if _, err := c.relay().Fate(t.Context(), tx); err != nil {
			t.Errorf("the answer was under way, and the fate is %v", err)
		}
		c.learns(p, tx, key, signed)
	}
}

// moments is how many of a submission are tried.
const moments = 24

// atManyMoments spreads kills over the time that a submission takes, from before
// it arrives to after it is answered. Which of them comes when is the machine's
// to decide; each outcome has to be told truly.
func (c *crashing) atManyMoments(t *testing.T) {
	c.t = t
	p, key := party(), newKey()
	tx, signed := c.endorsed(p)
	begun := time.Now()
	if status, body, err := c.handIn(plain, key, signed); err != nil || status != http.StatusCreated {
		t.Fatalf("%d %s: %v", status, body, err)
	}
	usual := time.Since(begun)
	c.learns(p, tx, key, signed)
	answered, committed, unknown := 0, 0, 0
	for n := range moments {
		p, key := party(), newKey()
		tx, signed := c.endorsed(p)
		handed := make(chan []byte, 1)
		go func() {
			status, body, err := c.handIn(plain, key, signed)
			if err != nil || status != http.StatusCreated {
				body = nil
			}
			handed <- body
		}()
		time.Sleep(usual * time.Duration(n) * 5 / (4 * moments))
		c.kill()
		body := <-handed
		c.serve()
		_, fate := c.relay().Fate(t.Context(), tx)
		switch {
		case body != nil && fate != nil:
			t.Errorf("an author was told %s, and the gateway knows nothing of it: %v", body, fate)
		case body != nil:
			answered++
		case fate == nil:
			committed++
		case errors.Is(fate, ledger.ErrUnknownFate):
			unknown++
		default:
			t.Errorf("the fate of %s is %v", tx, fate)
		}
		first := c.learns(p, tx, key, signed)
		if body != nil && *decode[told](t, body).Block != *first.Block {
			t.Errorf("an author was told %s, and then block %d", body, *first.Block)
		}
	}
	t.Logf("of %d kills within %v: %d after the answer, %d after the commit alone, %d before", moments, usual*5/4, answered, committed, unknown)
}

// hundred does something a hundred times at once.
func hundred(do func(n int)) {
	var all sync.WaitGroup
	for n := range 100 {
		all.Go(func() { do(n) })
	}
	all.Wait()
}

func (c *crashing) hundredHandIn(t *testing.T) {
	c.t = t
	for _, key := range []string{newKey(), ""} {
		p := party()
		tx, signed := c.endorsed(p)
		bodies := make([]string, 100)
		hundred(func(n int) {
			status, body, err := c.handIn(plain, key, signed)
			bodies[n] = fmt.Sprint(status, string(body), err)
		})
		if different := slices.Compact(slices.Sorted(slices.Values(bodies))); len(different) != 1 || !strings.Contains(different[0], "201") || !strings.Contains(different[0], tx) {
			t.Errorf("a hundred were answered in %d ways: %v", len(different), different)
		}
		c.learns(p, tx, newKey(), signed)
	}
}

// amongAHundred kills the gateway while the same is handed in a hundred times.
// All who ask again get the same receipt.
func (c *crashing) amongAHundred(t *testing.T) {
	c.t = t
	for range 3 {
		p, key := party(), newKey()
		tx, signed := c.endorsed(p)
		answers := make([]string, 100)
		hundred(func(n int) {
			if n == 50 {
				c.kill()
			}
			if status, body, err := c.handIn(plain, key, signed); err == nil && status == http.StatusCreated {
				answers[n] = string(body)
			}
		})
		c.serve()
		hundred(func(n int) {
			status, body, err := c.handIn(plain, key, signed)
			if err != nil || status != http.StatusCreated || answers[n] != "" && answers[n] != string(body) {
				t.Errorf("asked again, one is answered %d %s (%v) after %q", status, body, err, answers[n])
			}
			answers[n] = string(body)
		})
		if different := slices.Compact(slices.Sorted(slices.Values(answers))); len(different) != 1 {
			t.Errorf("a hundred were answered in %d ways: %v", len(different), different)
		}
		c.learns(p, tx, key, signed)
	}
}

// hundredState is a hundred programs that state one document, each by itself.
func (c *crashing) hundredState(t *testing.T) {
	c.t = t
	p := party()
	draft := c.draft(p)
	receipts, failures := make([]provenance.Receipt, 100), make([]error, 100)
	hundred(func(n int) {
		statement, err := ledger.State(t.Context(), c.relay(), c.author, draft.Transaction, draft.Document)
		if failures[n] = err; err == nil && len(statement.Receipts.Receipts) == 1 {
			receipts[n] = statement.Receipts.Receipts[0]
		}
	})
	for n := range receipts {
		if failures[n] != nil || receipts[n] != receipts[0] || receipts[n].Tx == "" {
			t.Fatalf("one was told %+v (%v), another %+v", receipts[n], failures[n], receipts[0])
		}
	}
	c.heldOnce(p, receipts[0].Tx)
}

// counted has fsck look at every copy of the ledger and at the read model, which
// was killed with each gateway: each statement is there once.
func (c *crashing) counted(t *testing.T) {
	c.t = t
	r := decode[secondLook](t, []byte(c.fairlead(0, "fsck", "--json")))
	if !r.Clean || r.Records != len(c.stated) || r.Model.Height == 0 {
		t.Errorf("%d parties were stated, and fsck says %+v", len(c.stated), r)
	}
	for id, tx := range c.stated {
		found := decode[struct{ Record provenance.Record }](t, c.get(http.StatusOK, "/v1/records/party/"+id))
		if found.Record.Tx != tx {
			t.Errorf("party %s stands there by transaction %s, and was stated by %s", id, found.Record.Tx, tx)
		}
	}
}
