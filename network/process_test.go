package network

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// TestMain lets the test binary play a node: it listens where it is told to, or
// fails at once.
func TestMain(m *testing.M) {
	switch play := os.Getenv("PLAY"); play {
	case "":
		os.Exit(m.Run())
	case "broken":
		os.Stderr.WriteString("this node is broken\n")
		os.Exit(1)
	default:
		l, err := net.Listen("tcp", play)
		if err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		for {
			conn, err := l.Accept()
			if err != nil {
				os.Exit(1)
			}
			conn.Close()
		}
	}
}

func player(t *testing.T, broken bool) program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var draw portDraw
	address, err := draw.address()
	if err != nil {
		t.Fatal(err)
	}
	p := program{
		name: "peer.played", path: self, port: address, env: []string{"PLAY=" + address},
		log: filepath.Join(t.TempDir(), "logs", "peer.played.log"),
	}
	if broken {
		p.env = []string{"PLAY=broken"}
	}
	return p
}

func TestADeadNodeIsStartedAgain(t *testing.T) {
	var mu sync.Mutex
	var events []error
	c, err := launch(player(t, false), func(e event) {
		mu.Lock()
		defer mu.Unlock()
		events = append(events, e.err)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.await(t.Context()); err != nil {
		t.Fatal(err)
	}
	first := c.state().PID
	if err := c.signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := poll(t.Context(), "the node to run again", func() error {
		if s := c.state(); s.Restarts != 1 || s.PID == 0 || s.PID == first {
			return errors.New("not yet")
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := c.await(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.end()
	if s := c.state(); s.PID != 0 || !free(c.port) {
		t.Errorf("after its end: %+v", s)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(events) != 3 || events[0] != nil || events[1] == nil || events[2] != nil {
		t.Errorf("told of %v, want a start, a death and a start", events)
	}
}

func TestANodeThatDoesNotStayUpIsReportedWithItsLog(t *testing.T) {
	c, err := launch(player(t, true), func(event) {})
	if err != nil {
		t.Fatal(err)
	}
	defer c.end()
	if err := c.await(t.Context()); err == nil || !strings.Contains(err.Error(), "this node is broken") {
		t.Errorf("error %v", err)
	}
}

func TestAProgramThatIsNotThereIsAnError(t *testing.T) {
	p := player(t, false)
	p.path += ".missing"
	if _, err := launch(p, func(event) {}); err == nil {
		t.Error("it was started")
	}
}

func TestALongLogIsPutAside(t *testing.T) {
	log := filepath.Join(t.TempDir(), "peer.log")
	if err := os.WriteFile(log, make([]byte, logLimit), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := putAside(log); err != nil {
		t.Fatal(err)
	}
	if exists(log) || !exists(log+".1") {
		t.Error("the log is where it was")
	}
}
