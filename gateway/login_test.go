package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/access"
	"github.com/fairlead/fairlead/gateway/httpapi"
	"github.com/fairlead/fairlead/gateway/readmodel"
	"github.com/fairlead/fairlead/test/fabrictest"
)

const memberID = "01ARZ3NDEKTSV4RRFFQ69G5FB0"

// enrolled is a read model that knows one member, in the standing that a test
// says, and one record that is not for everybody.
type enrolled struct {
	prompt
	member provenance.Record

	mu    sync.Mutex
	state string
}

func (e *enrolled) stand(state string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.state = state
}

func (e *enrolled) Member(_ context.Context, org provenance.Org, certificate string) (readmodel.Stored, readmodel.Position, error) {
	m, err := provenance.Body[provenance.Member](e.member)
	if err != nil || org != e.member.By.Org || certificate != m.Certificate {
		return readmodel.Stored{}, readmodel.Position{}, readmodel.ErrNoRecord
	}
	return readmodel.Stored{Record: e.member}, readmodel.Position{}, nil
}

func (e *enrolled) Record(_ context.Context, kind provenance.Kind, id string) (readmodel.Stored, readmodel.Position, error) {
	switch kind {
	case provenance.KindMember:
		return readmodel.Stored{Record: e.member}, readmodel.Position{}, nil
	case provenance.KindParty:
		return readmodel.Stored{Record: provenance.Record{Kind: kind, ID: id, Body: []byte(`{"name":"Union"}`)}}, readmodel.Position{}, nil
	case provenance.KindCohort:
		return readmodel.Stored{Record: provenance.Record{Kind: kind, ID: id, By: e.member.By, Body: []byte(`{"size":7}`)}}, readmodel.Position{}, nil
	}
	return readmodel.Stored{}, readmodel.Position{}, readmodel.ErrNoRecord
}

func (e *enrolled) RecordsAbout(_ context.Context, about provenance.Ref, _ []provenance.Kind, _ readmodel.Cut) (readmodel.Page, readmodel.Position, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.state == "" || about.Kind != provenance.KindMember {
		return readmodel.Page{}, readmodel.Position{}, nil
	}
	body, err := json.Marshal(provenance.Standing{ID: memberID, Subject: provenance.Subject{Kind: provenance.KindMember, ID: memberID}, State: e.state})
	return readmodel.Page{Records: []provenance.Record{{Kind: provenance.KindStanding, ID: memberID, Body: body}}}, readmodel.Position{}, err
}

// members is a terminal of somebody who is a member at a gateway, and that
// gateway.
type members struct {
	*terminal
	model  *enrolled
	author *fabrictest.Author
	folder string // of the author's key
	own    *access.Store
	server *httptest.Server
	config httpapi.Config
	book   *fabrictest.Ledger
	says   string // the address that the gateway says it has, when it is not its own

	mu sync.Mutex
	at time.Time
}

func (m *members) now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at
}

func (m *members) pass(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at = m.at.Add(d)
}

func atAGateway(t *testing.T) *members {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	m := &members{terminal: newTerminal(t), at: time.Now()}
	m.book = fabrictest.New(t)
	m.author = m.book.Enrol(provenance.Workers)
	m.folder = filepath.Join(m.env["HOME"], "author")
	private, err := x509.MarshalPKCS8PrivateKey(m.author.Key)
	check(err)
	check(keep(m.folder, map[string][]byte{
		"cert.pem": m.author.Identity().Certificate, "key.pem": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	}))
	fingerprint, err := fingerprintOf(m.author)
	check(err)
	body, err := json.Marshal(provenance.Member{ID: memberID, Party: "01ARZ3NDEKTSV4RRFFQ69G5FB1", Roles: []provenance.Role{provenance.RoleUnion}, Certificate: fingerprint})
	check(err)
	store, err := readmodel.Open(filepath.Join(t.TempDir(), "model.sqlite"))
	check(err)
	t.Cleanup(func() { store.Close() })
	m.model = &enrolled{prompt: prompt{store}, member: provenance.Record{
		Kind: provenance.KindMember, ID: memberID, By: provenance.Author{Org: provenance.Workers, Party: "01ARZ3NDEKTSV4RRFFQ69G5FB1"}, Body: body,
	}}
	m.own, err = access.Open(filepath.Join(t.TempDir(), "access.sqlite"), m.now)
	check(err)
	t.Cleanup(func() { m.own.Close() })
	m.config = httpapi.Config{Ledger: m.book, Model: m.model, Log: slog.New(slog.DiscardHandler), Access: m.own, Now: m.now}
	m.serve(httptest.NewUnstartedServer(nil))
	return m
}

// serve has the gateway answer at a server that is not started.
func (m *members) serve(server *httptest.Server) {
	m.server = server
	server.Config.Handler = m.handler()
	server.Start()
	m.Cleanup(server.Close)
	m.env["FAIRLEAD_SERVER"] = server.URL
}

func (m *members) handler() http.Handler {
	config := m.config
	if config.BaseURL = m.says; m.says == "" {
		config.BaseURL = "http://" + m.server.Listener.Addr().String()
	}
	return httpapi.New(config)
}

func (m *members) login() {
	m.Helper()
	m.expects(exitOK, []string{"Workers, member " + memberID, "(union)"}, "login", "--as", m.folder, "--org", "Workers")
}

// sessions are the files of sessions that are kept.
func (m *members) sessions() (all []string) {
	m.Helper()
	err := filepath.WalkDir(filepath.Join(m.env["HOME"], ".config"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.Contains(path, "sessions") {
			all = append(all, path)
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		m.Fatal(err)
	}
	return all
}

func TestSignedInAtTheCommandLineOneReadsMore(t *testing.T) {
	m := atAGateway(t)
	cohort := []string{"record", "cohort", "01ARZ3NDEKTSV4RRFFQ69G5FB2"}
	m.expects(exitFailed, []string{"not_shown"}, cohort...)
	m.expects(exitFailed, []string{"not_signed_in"}, "whoami")
	m.expects(exitUsage, []string{"nobody is signed in"}, "logout")
	m.login()
	kept := m.sessions()
	if len(kept) != 1 {
		t.Fatalf("kept are %v", kept)
	}
	for _, path := range []string{kept[0], filepath.Dir(kept[0])} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may open %s: %v %v", path, info.Mode(), err)
		}
	}
	m.expects(exitOK, []string{`"size": 7`}, cohort...)
	m.expects(exitOK, []string{`"member": "` + memberID + `"`}, "whoami", "--json")
	m.model.stand("SUSPENDED")
	m.expects(exitFailed, []string{"not_shown"}, cohort...)
	m.model.stand("RESTORED")
	m.expects(exitOK, []string{`"size": 7`}, cohort...)
	before, err := os.ReadFile(kept[0])
	if err != nil {
		t.Fatal(err)
	}
	m.expects(exitOK, nil, "logout")
	m.expects(exitFailed, []string{"not_signed_in"}, "whoami")
	if left := m.sessions(); len(left) != 0 {
		t.Errorf("left are %v", left)
	}
	if err := os.WriteFile(kept[0], before, 0o600); err != nil {
		t.Fatal(err)
	}
	m.expects(exitFailed, []string{"not_signed_in"}, "whoami") // it ended at the gateway, not here alone
}

func TestTheCommandLineFollowsItsSessionsSecrets(t *testing.T) {
	m := atAGateway(t)
	m.login()
	file := m.sessions()[0]
	for range 3 {
		before, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m.pass(6 * time.Minute)
		m.expects(exitOK, nil, "whoami")
		after, err := os.ReadFile(file)
		if err != nil || bytes.Equal(before, after) {
			t.Fatalf("the secret stays: %v", err)
		}
	}
	m.pass(31 * time.Minute)
	m.expects(exitFailed, []string{"not_signed_in"}, "whoami")
	m.login()
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	m.expects(exitFailed, []string{"cannot be read: sign in again"}, "whoami")
	m.login()
	m.expects(exitOK, nil, "whoami")
}

// The key signs for the gateway that was named, and the session goes to no
// other.
func TestASessionAndItsSignatureAreForOneGateway(t *testing.T) {
	m := atAGateway(t)
	var asked []string
	between := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		if r.Header.Get("Cookie") != "" {
			t.Error("the session went to another gateway")
		}
		answer, err := http.Post(m.server.URL+r.URL.Path, "application/json", r.Body) // passes the challenge of another on
		if err != nil {
			t.Error(err)
			return
		}
		defer answer.Body.Close()
		w.Header().Set("Content-Type", answer.Header.Get("Content-Type"))
		w.WriteHeader(answer.StatusCode)
		if _, err := io.Copy(w, answer.Body); err != nil {
			t.Error(err)
		}
	}))
	defer between.Close()
	m.login()
	login := []string{"login", "--as", m.folder, "--org", "Workers", "--server"}
	m.expects(exitFailed, []string{"nothing was signed", "says that it is"}, append(login, between.URL)...)
	if len(asked) != 1 {
		t.Errorf("it was asked for %v", asked)
	}
	m.expects(exitFailed, nil, "whoami", "--server", between.URL)
	redirect := httptest.NewServer(http.RedirectHandler(between.URL, http.StatusFound))
	defer redirect.Close()
	m.expects(exitFailed, nil, "whoami", "--server", redirect.URL)
	m.expects(exitUsage, []string{"use https"}, append(login, "http://192.0.2.1")...)
}

func TestAMachineAsksWithAKeyFromAFile(t *testing.T) {
	m := atAGateway(t)
	file := filepath.Join(m.env["HOME"], "machine.key")
	cohort := []string{"record", "cohort", "01ARZ3NDEKTSV4RRFFQ69G5FB2"}
	make := []string{"key", "new", "nightly", "--scope", "full", "--output", file}
	m.expects(exitFailed, []string{"Nobody is signed in"}, make...)
	m.login()
	m.expects(exitFailed, []string{"scopes holds no scope"}, "key", "new", "nightly")
	m.expects(exitOK, []string{"until"}, make...)
	m.expects(exitFailed, []string{"may be revoked", "file exists"}, make...)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read the key: %v %v", info.Mode(), err)
	}
	key, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	id := strings.Split(string(key), "_")[1]
	if out := m.expects(exitOK, []string{id, "nightly", "never"}, "key", "list"); strings.Contains(out, strings.TrimSpace(string(key))) {
		t.Error("the list shows the key")
	}
	m.expects(exitOK, nil, "logout")
	m.env["FAIRLEAD_KEY_FILE"] = file
	m.expects(exitOK, []string{`"size": 7`}, cohort...)
	m.expects(exitFailed, []string{"key_out_of_scope"}, "key", "list")
	m.expects(exitFailed, []string{"key_out_of_scope"}, "state", "party", m.file("party.json", partyDocument), "--as", m.folder, "--org", "Workers")
	delete(m.env, "FAIRLEAD_KEY_FILE")
	m.login()
	m.expects(exitUsage, []string{"in the shell's history"}, "key", "revoke", strings.TrimSpace(string(key)))
	m.expects(exitOK, nil, "key", "revoke", id)
	m.expects(exitFailed, []string{"No key of yours"}, "key", "revoke", id)
	m.env["FAIRLEAD_KEY_FILE"] = file
	m.expects(exitFailed, []string{"key_not_in_force"}, cohort...)
	m.env["FAIRLEAD_KEY_FILE"] = m.file("empty", "")
	m.expects(exitUsage, []string{"holds no key"}, cohort...)
	m.env["FAIRLEAD_KEY_FILE"] = file
	m.expects(exitUsage, []string{"use https"}, append(cohort, "--server", "http://192.0.2.1")...)
}

func TestABundleIsFetchedAsWhoAsks(t *testing.T) {
	term := newTerminal(t)
	var asked []string
	term.gateway(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RequestURI())
		w.Write([]byte("{}"))
	})
	for _, more := range [][]string{nil, {"--member"}, {"--lot", "A/1 b", "--member"}} {
		term.expects(exitOK, []string{"{}"}, append([]string{"bundle", "09520020001005"}, more...)...)
	}
	const path = "/v1/products/09520020001005/history/bundle"
	if want := []string{path, path + "?full=true", path + "?full=true&lot=A%2F1+b"}; !slices.Equal(asked, want) {
		t.Errorf("asked for %v", asked)
	}
	term.expects(exitUsage, []string{"say one of the two"}, "bundle", "09520020001005", "--full", "--member")
}
