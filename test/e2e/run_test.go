//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// system is the whole of Fairlead in a temporary folder.
type system struct {
	t          *testing.T
	root       string // the checkout
	folder     string
	url        string
	workersURL string // of Workers' own gateway
	process    *exec.Cmd
	output     *transcript
	ended      chan error
}

// transcript is what a program printed so far.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *transcript) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *transcript) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// install builds the programs into a new folder.
func install(t *testing.T) *system {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	s := &system{t: t, root: root, folder: t.TempDir()}
	build := exec.Command("go", "build", "-o", s.folder+"/", "./gateway", "./network/netctl", "./chaincode")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the programs: %v\n%s", err, out)
	}
	return s
}

func (s *system) environment() []string {
	return append(os.Environ(),
		"XDG_DATA_HOME="+filepath.Join(s.folder, "data"),
		"XDG_CONFIG_HOME="+filepath.Join(s.folder, "config"),
		"FAIRLEAD_NETWORK="+filepath.Join(s.folder, "data", "fairlead", "network", "network.json"),
		"FAIRLEAD_NETCTL="+filepath.Join(s.folder, "netctl"),
		"FAIRLEAD_SERVER="+s.url,
		"FAIRLEAD_WORKERS_SERVER="+s.workersURL,
	)
}

var workersPage = regexp.MustCompile(`worker's page +(http://\S+)/w`)

var startPage = regexp.MustCompile(`start page +(http://\S+)/`)

// start runs what `make run` runs, on a free port, until it tells its address.
func (s *system) start() {
	s.t.Helper()
	s.output, s.ended = &transcript{}, make(chan error, 1)
	s.process = exec.Command(filepath.Join(s.folder, "netctl"), "up", "--chaincode", filepath.Join(s.folder, "chaincode"),
		"--collections", filepath.Join(s.root, "chaincode", "collections.json"),
		"--", filepath.Join(s.folder, "gateway"), "demo", "run", "--listen", "127.0.0.1:0")
	s.process.Dir = s.root
	s.process.Env = s.environment()
	s.process.Stdout, s.process.Stderr = s.output, s.output
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() { s.ended <- s.process.Wait() }()
	s.t.Cleanup(s.stop)
	for {
		if found := startPage.FindStringSubmatch(s.output.String()); found != nil {
			s.url, s.workersURL = found[1], workersPage.FindStringSubmatch(s.output.String())[1]
			return
		}
		select {
		case err := <-s.ended:
			s.ended <- err
			s.t.Fatalf("it ended before it was ready: %v\n%s", err, s.output)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// stop asks for the end as ctrl-C does, and waits for it.
func (s *system) stop() {
	if s.process == nil {
		return
	}
	if err := s.process.Process.Signal(syscall.SIGINT); err != nil {
		s.t.Logf("asking it to stop: %v", err)
	}
	if err := <-s.ended; err != nil {
		s.t.Errorf("it ended with %v\n%s", err, s.output)
	}
	s.process = nil
}

// fairlead runs the command line and expects an exit code.
func (s *system) fairlead(code int, args ...string) string {
	s.t.Helper()
	return s.program(code, "gateway", args...)
}

func (s *system) program(code int, name string, args ...string) string {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 5*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, filepath.Join(s.folder, name), args...)
	c.Env = s.environment()
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	if got := c.ProcessState.ExitCode(); got != code {
		s.t.Fatalf("%s %s: exit code %d, want %d (%v)\n%s%s", name, strings.Join(args, " "), got, code, err, out.String(), errs.String())
	}
	return out.String()
}

// get asks for an address of the gateway and expects a status.
func (s *system) get(status int, path string) []byte {
	s.t.Helper()
	response, err := http.Get(s.url + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if response.StatusCode != status {
		s.t.Fatalf("%s: status %d, want %d\n%s", path, response.StatusCode, status, body)
	}
	return body
}

func decode[T any](t *testing.T, text []byte) T {
	t.Helper()
	var into T
	if err := json.Unmarshal(text, &into); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return into
}

func (s *system) write(name string, document any) string {
	s.t.Helper()
	text, err := json.Marshal(document)
	if err != nil {
		s.t.Fatal(err)
	}
	path := filepath.Join(s.folder, name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		s.t.Fatal(fmt.Errorf("writing a document: %w", err))
	}
	return path
}

// fingerprint reads the SHA-256 of an author's certificate.
func (s *system) fingerprint(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.folder, "config", "fairlead", "authors", "Brands", name, "cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		t.Fatal("the certificate is not PEM")
	}
	sum := sha256.Sum256(block.Bytes)
	return hex.EncodeToString(sum[:])
}
