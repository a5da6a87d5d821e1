package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// terminal runs the program as a shell would, in an environment of the test's.
type terminal struct {
	testing.TB
	env   map[string]string
	stdin string
}

func newTerminal(t testing.TB) *terminal {
	home := t.TempDir()
	return &terminal{TB: t, env: map[string]string{"HOME": home}}
}

// does runs a command line and returns its exit code and what it said.
func (term *terminal) does(args ...string) (code int, out, errs string) {
	term.Helper()
	var o, e bytes.Buffer
	code = run(context.Background(), args, func(name string) string { return term.env[name] }, strings.NewReader(term.stdin), &o, &e)
	return code, o.String(), e.String()
}

// expects runs a command line, checks its exit code and that it said all of the
// texts, wherever, and returns what it said to standard output.
func (term *terminal) expects(want int, texts []string, args ...string) string {
	term.Helper()
	code, out, errs := term.does(args...)
	if code != want {
		term.Errorf("fairlead %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, want, out, errs)
	}
	for _, text := range texts {
		if !strings.Contains(out+errs, text) {
			term.Errorf("fairlead %s: does not say %q\n%s%s", strings.Join(args, " "), text, out, errs)
		}
	}
	return out
}

func (term *terminal) file(name, text string) string {
	term.Helper()
	path := filepath.Join(term.env["HOME"], name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		term.Fatal(err)
	}
	return path
}

// gateway serves what a test says, under the term's setting.
func (term *terminal) gateway(h http.HandlerFunc) *httptest.Server {
	server := httptest.NewServer(h)
	term.Cleanup(server.Close)
	term.env["FAIRLEAD_SERVER"] = server.URL
	return server
}

func TestMistakesInTheCommandLine(t *testing.T) {
	term := newTerminal(t)
	for _, c := range []struct {
		says string
		args []string
	}{
		{`unknown command "frobnicate"`, []string{"frobnicate"}},
		{"unknown flag: --frob", []string{"status", "--frob"}},
		{"accepts 1 arg(s), received 0", []string{"history"}},
		{"import needs one of its commands", []string{"import"}},
		{"requires at least 1 arg(s)", []string{"import", "facilities"}},
		{`"opinion" is no kind of record`, []string{"state", "opinion", "-"}},
		{`"123" is not a GTIN`, []string{"history", "123"}},
		{`--as-of "yesterday" is neither a date`, []string{"history", "09520123456788", "--as-of", "yesterday"}},
		{"identity new needs --org", []string{"identity", "new"}},
		{`"Buyers" is no organisation: there are Brands, Auditors`, []string{"identity", "new", "--org", "Buyers", "--name", "x-1", "--roles", "brand"}},
		{"no network is named", []string{"serve"}},
		{"no network is named", []string{"rebuild"}},
		{"no network is named", []string{"digest"}},
		{"no network is named", []string{"demo", "run"}},
		{`--server (FAIRLEAD_SERVER) is "example.org": write an address such as`, []string{"status", "--server", "example.org"}},
		{`--listen (FAIRLEAD_LISTEN) is "8480": write a host and a port`, []string{"serve", "--listen", "8480"}},
	} {
		term.expects(exitUsage, []string{c.says}, c.args...)
	}
}

func TestSettingsComeFromFlagsThenTheEnvironment(t *testing.T) {
	term := newTerminal(t)
	term.env["FAIRLEAD_SERVER"] = "nowhere"
	term.expects(exitUsage, []string{`--server (FAIRLEAD_SERVER) is "nowhere"`}, "status")
	term.expects(exitFailed, []string{"127.0.0.1:1", "start a gateway with fairlead serve"}, "status", "--server", "http://127.0.0.1:1")
}

func TestHelpNeedsNothing(t *testing.T) {
	term := &terminal{TB: t, env: map[string]string{}}
	for _, args := range [][]string{{}, {"--help"}, {"import", "facilities", "--help"}, {"demo", "run", "--help"}} {
		term.expects(exitOK, []string{"Usage:"}, args...)
	}
}

func TestStateChecksBeforeItSends(t *testing.T) {
	term := newTerminal(t)
	term.gateway(func(http.ResponseWriter, *http.Request) { t.Error("something was sent") })
	good := `{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","name":"Works","kind":"SUPPLIER","country":"IN"}`
	term.expects(exitOK, []string{"1 statement of the kind party could be sent"}, "state", "party", term.file("good.json", good), "--dry-run")
	bad := strings.Replace(strings.Replace(good, `"IN"`, `"India"`, 1), "Works", " Works", 1)
	term.stdin = bad
	term.expects(exitFailed, []string{"refused: ", "country is not a country", "name has hidden characters or spaces at its ends"}, "state", "party", "-", "--dry-run")
	term.expects(exitUsage, []string{"no author is named: say with --as"}, "state", "party", term.file("good.json", good))
	term.expects(exitUsage, []string{"no author Auditors/north is kept in", "fairlead identity new"}, "state", "party", term.file("good.json", good), "--as", "auditors/north")
	term.expects(exitUsage, []string{`--as "../../x" is no author`}, "state", "party", term.file("good.json", good), "--as", "../../x")
	term.expects(exitFailed, []string{"no such file"}, "state", "party", filepath.Join(term.env["HOME"], "none.json"))
}

func TestStatusFailsWhenTheGatewayNoLongerFollows(t *testing.T) {
	term := newTerminal(t)
	projector := "following"
	term.gateway(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/status" {
			t.Errorf("asked for %s", r.URL)
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{"status": map[string]any{"projector": projector, "lag": 1}, "ledger": map[string]any{"height": 7, "age": 60}})
	})
	term.expects(exitOK, []string{"following, at height 7 with 1 block to come; the newest record is 1m0s old"}, "status")
	projector = "stopped"
	out := term.expects(exitFailed, nil, "status", "--json")
	var s struct{ Status struct{ Projector string } }
	if err := json.Unmarshal([]byte(out), &s); err != nil || s.Status.Projector != "stopped" {
		t.Errorf("%v: %s", err, out)
	}
}
