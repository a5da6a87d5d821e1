//go:build bench

package bench

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/fairlead/fairlead/gateway/ledger/remote"
)

// served is a gateway in a process of its own.
type served struct {
	t       *testing.T
	program string
	process *exec.Cmd
	url     string
}

// serve builds a gateway and runs it on a free port, with a read model of its
// own, until the test ends or stop.
func serve(t *testing.T, network string) *served {
	t.Helper()
	folder := t.TempDir()
	program := filepath.Join(folder, "fairlead")
	build := exec.Command("go", "build", "-o", program, "../../gateway")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the gateway: %v\n%s", err, out)
	}
	g := &served{t: t, program: program, process: exec.Command(program, "serve", "--network", network, "--listen", "127.0.0.1:0", "--data", folder)}
	g.process.Stderr = os.Stderr
	out, err := g.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := g.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.stop)
	if g.url, err = bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the gateway told no address: %v", err)
	}
	g.url = strings.TrimSpace(g.url)
	return g
}

func (g *served) pid() int { return g.process.Process.Pid }

// relay speaks to it for a number of callers at once.
func (g *served) relay(callers int) *remote.Relay {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = callers
	return remote.New(g.url, &http.Client{Transport: transport})
}

func (g *served) stop() {
	if g.process == nil {
		return
	}
	if err := g.process.Process.Signal(syscall.SIGINT); err != nil {
		g.t.Errorf("asking the gateway to stop: %v", err)
	}
	if err := g.process.Wait(); err != nil {
		g.t.Errorf("the gateway ended with %v", err)
	}
	g.process = nil
}
