//go:build e2e

package staff

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/access"
	"github.com/fairlead/fairlead/gateway/httpapi"
	"github.com/fairlead/fairlead/gateway/readmodel"
	"github.com/fairlead/fairlead/gateway/staff"
	"github.com/fairlead/fairlead/test/ledgertest"
	"github.com/fairlead/fairlead/test/world"
)

// house is a gateway, the provider beside it, and who works at a brand.
type house struct {
	t        *testing.T
	provider string // its address
	gateway  *httptest.Server
	world    *world.World
	folder   string
	config   httpapi.Config
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// user is somebody at the provider.
type user struct {
	ID, Username, Password, FirstName, LastName, Email, PreferredLanguage string
	EmailVerified                                                         bool
}

func build(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, folder: t.TempDir(), world: world.New(1)}
	program := filepath.Join(h.folder, "provider")
	if out, err := exec.Command("go", "build", "-C", filepath.Join("..", "oidc"), "-o", program, "github.com/zitadel/oidc/v3/example/server").CombinedOutput(); err != nil {
		t.Fatalf("building the provider: %v\n%s", err, out)
	}
	h.openGateway()
	h.startProvider(program)
	h.let(h.world.Party(provenance.Brands).ID)
	return h
}

func (h *house) openGateway() {
	t := h.t
	book := ledgertest.New(t)
	store := must[*readmodel.Store](t)(readmodel.Open(filepath.Join(h.folder, "model.sqlite")))
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	log := slog.New(slog.DiscardHandler)
	go func() { done <- readmodel.Project(ctx, book, store, log) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		store.Close()
	})
	cast := must[world.Cast](t)(h.world.Found(t.Context(), book, book.Signers()))
	if err := h.world.Tell(t.Context(), book, cast); err != nil {
		t.Fatal(err)
	}
	height := must[uint64](t)(book.Height(t.Context()))
	if err := store.WaitFor(t.Context(), height-1); err != nil {
		t.Fatal(err)
	}
	own := must[*access.Store](t)(access.Open(filepath.Join(h.folder, "access.sqlite"), nil))
	t.Cleanup(func() { own.Close() })
	h.gateway = httptest.NewUnstartedServer(nil)
	h.config = httpapi.Config{Ledger: book, Model: store, Log: log, BaseURL: "http://" + h.gateway.Listener.Addr().String(), Access: own}
	h.gateway.Config.Handler = http.NotFoundHandler()
	h.gateway.Start()
	t.Cleanup(h.gateway.Close)
}

// startProvider starts the provider as a process and waits until it answers.
func (h *house) startProvider(program string) {
	t := h.t
	l := must[net.Listener](t)(net.Listen("tcp", "127.0.0.1:0"))
	port := fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
	l.Close()
	h.provider = "http://localhost:" + port
	users := map[string]user{}
	for id, name := range map[string]string{"1": "sourcing", "2": "canteen"} {
		users[id] = user{ID: id, Username: name, Password: "a password", Email: name + "@brand.example", EmailVerified: true, PreferredLanguage: "en"}
	}
	file := filepath.Join(h.folder, "users.json")
	if err := os.WriteFile(file, must[[]byte](t)(json.Marshal(users)), 0o600); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(program)
	run.Env = append(os.Environ(), "PORT="+port, "USERS_FILE="+file, "REDIRECT_URI="+httpapi.StaffRedirect(h.config.BaseURL))
	var said bytes.Buffer
	run.Stdout, run.Stderr = &said, &said
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- run.Wait() }()
	t.Cleanup(func() {
		run.Process.Kill()
		<-ended
	})
	for {
		answer, err := http.Get(h.provider + "/.well-known/openid-configuration")
		if err == nil {
			answer.Body.Close()
			return
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the provider ended: %v\n%s", err, said.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// let has the gateway let those read as a party whom the provider calls sourcing.
func (h *house) let(party string) {
	h.t.Helper()
	settings := staff.Settings{Issuer: h.provider + "/", ClientID: "web", SecretFile: "secret", Scopes: []string{"profile", "email"},
		Readers: []staff.Mapping{{Claim: "preferred_username", Value: "sourcing", Party: party}}}
	file := filepath.Join(h.folder, "staff.json")
	for name, text := range map[string][]byte{file: must[[]byte](h.t)(json.Marshal(settings)), filepath.Join(h.folder, "secret"): []byte("secret\n")} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			h.t.Fatal(err)
		}
	}
	config := h.config
	config.Staff = must[*staff.Door](h.t)(staff.Open(file, httpapi.StaffRedirect(h.config.BaseURL)))
	h.gateway.Config.Handler = httpapi.New(config)
}

// browser keeps cookies and follows wherever it is sent.
func browser(t *testing.T) *http.Client {
	return &http.Client{Jar: must[*cookiejar.Jar](t)(cookiejar.New(nil))}
}

func read(t *testing.T, answer *http.Response, err error) (int, string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode, string(must[[]byte](t)(io.ReadAll(answer.Body)))
}

var field = regexp.MustCompile(`name="id" value="([^"]*)"`)

// signsIn goes to the provider, fills in its form and comes back.
func (h *house) signsIn(b *http.Client, name string) (int, string) {
	h.t.Helper()
	answer, err := b.Get(h.gateway.URL + "/staff")
	status, form := read(h.t, answer, err)
	id := field.FindStringSubmatch(form)
	if status != http.StatusOK || id == nil || !strings.HasPrefix(answer.Request.URL.String(), h.provider) {
		h.t.Fatalf("%d at %s: %s", status, answer.Request.URL, form)
	}
	answer, err = b.PostForm(h.provider+"/login/username", url.Values{"id": {html.UnescapeString(id[1])}, "username": {name}, "password": {"a password"}})
	return read(h.t, answer, err)
}

func (h *house) asks(b *http.Client, method, path string) (int, string) {
	h.t.Helper()
	request := must[*http.Request](h.t)(http.NewRequest(method, h.gateway.URL+path, strings.NewReader(`{"id":"01ARZ3NDEKTSV4RRFFQ69G5FC0","name":"Works","kind":"SUPPLIER","country":"IN"}`)))
	request.Header.Set("Content-Type", "application/json")
	answer, err := b.Do(request)
	return read(h.t, answer, err)
}

func TestStaffOfABrandComeInByTheirProvider(t *testing.T) {
	h := build(t)
	brand := h.world.Party(provenance.Brands).ID
	b := browser(t)
	status, page := h.signsIn(b, "sourcing")
	if status != http.StatusOK || !strings.Contains(page, "You are signed in") || !strings.Contains(page, brand) {
		t.Fatalf("%d %s", status, page)
	}
	status, who := h.asks(b, "GET", "/v1/session")
	if status != http.StatusOK || !strings.Contains(who, `"party":"`+brand+`"`) || !strings.Contains(who, `"org":"Brands"`) || !strings.Contains(who, `"roles":[]`) || strings.Contains(who, "sourcing") {
		t.Errorf("signed in as %s", who)
	}
	// They read as their brand does, which is not shown others' records, ...
	if status, text := h.asks(b, "GET", "/v1/records/cohort/"+h.world.Cohort.ID); status != http.StatusNotFound {
		t.Errorf("a cohort: %d %s", status, text)
	}
	// ... and are nobody who states, nor who makes keys.
	if status, text := h.asks(b, "POST", "/v1/parties"); status != http.StatusUnauthorized || !strings.Contains(text, "author_missing") {
		t.Errorf("stating: %d %s", status, text)
	}
	if status, text := h.asks(b, "GET", "/v1/keys"); status != http.StatusForbidden {
		t.Errorf("keys: %d %s", status, text)
	}
	h.let(h.world.Party(provenance.Suppliers).ID) // the settings change
	if status, text := h.asks(b, "GET", "/v1/session"); status != http.StatusUnauthorized {
		t.Errorf("no longer let in: %d %s", status, text)
	}
	h.let(brand)
	if status, _ := h.asks(b, "DELETE", "/v1/session"); status != http.StatusNoContent {
		t.Errorf("signing out: %d", status)
	}
	if status, _ := h.asks(b, "GET", "/v1/session"); status != http.StatusUnauthorized {
		t.Errorf("signed out: %d", status)
	}
	if status, page := h.signsIn(browser(t), "canteen"); status != http.StatusForbidden || !strings.Contains(page, "lets nobody") {
		t.Errorf("somebody else of the brand's: %d %s", status, page)
	}
	text := must[[]byte](t)(os.ReadFile(filepath.Join(h.folder, "access.sqlite")))
	if bytes.Contains(text, []byte("sourcing")) || bytes.Contains(text, []byte("brand.example")) {
		t.Error("a person is in the gateway's file")
	}
}

// comesBack is the address at which the provider sends somebody back, not followed.
func (h *house) comesBack(b *http.Client) *url.URL {
	h.t.Helper()
	var back *url.URL
	following := *b
	following.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), h.gateway.URL) {
			back = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}
	h.signsIn(&following, "sourcing")
	if back == nil {
		h.t.Fatal("the provider sends nobody back")
	}
	return back
}

func TestOnlyWhoWentComesBackAndOnce(t *testing.T) {
	h := build(t)
	arrives := func(b *http.Client, back *url.URL) int {
		t.Helper()
		answer, err := b.Get(back.String())
		status, _ := read(t, answer, err)
		return status
	}
	with := func(back *url.URL, name, value string) *url.URL {
		changed := *back
		query := changed.Query()
		query.Set(name, value)
		changed.RawQuery = query.Encode()
		return &changed
	}
	b := browser(t)
	back := h.comesBack(b)
	if got := arrives(browser(t), back); got != http.StatusUnauthorized {
		t.Errorf("another browser: %d", got)
	}
	if got := arrives(b, with(back, "state", "x")); got != http.StatusUnauthorized {
		t.Errorf("another state: %d", got)
	}
	b = browser(t)
	if got := arrives(b, with(h.comesBack(b), "code", "x")); got != http.StatusUnauthorized {
		t.Errorf("a code made up: %d", got)
	}
	// A code that the provider gave for another's beginning fails by its verifier.
	mine, other := browser(t), browser(t)
	theirs, own := h.comesBack(other), h.comesBack(mine)
	if got := arrives(mine, with(own, "code", theirs.Query().Get("code"))); got != http.StatusUnauthorized {
		t.Errorf("another's code: %d", got)
	}
	b = browser(t)
	back = h.comesBack(b)
	jar := b.Jar.Cookies(back)
	if got := arrives(b, back); got != http.StatusOK {
		t.Errorf("who went: %d", got)
	}
	b.Jar.SetCookies(back, jar)
	if got := arrives(b, back); got != http.StatusUnauthorized {
		t.Errorf("a second time: %d", got)
	}
}
