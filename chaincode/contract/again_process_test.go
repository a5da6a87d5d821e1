package contract_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract"
	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

// tapesEnv names, in a process started to do everything again, the file of what
// the tests of this package had done.
const tapesEnv = "FAIRLEAD_CONTRACT_TAPES"

// kept are the tapes of all benches, that is of every transaction that a test
// of this package made, accepted or refused.
var kept struct {
	sync.Mutex
	tapes []*stubtest.Tape
}

func keep(p *stubtest.Peer) {
	tape := new(stubtest.Tape)
	p.Keep(tape)
	kept.Lock()
	defer kept.Unlock()
	kept.tapes = append(kept.tapes, tape)
}

// TestMain has the tests run, and then has everything they asked of a peer done
// again in fresh processes, whose surroundings differ in all that a peer's may.
// Reads, writes, events and answers must be the same, byte for byte.
func TestMain(m *testing.M) {
	if path := os.Getenv(tapesEnv); path != "" {
		os.Exit(replay(path))
	}
	code := m.Run()
	if code == 0 {
		if err := again(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// surroundings are those of five peers of one channel. Under the race detector,
// which makes each ten times as slow and looks for something else, the one that
// differs in most has to do.
var surroundings = [][]string{
	{"GOMAXPROCS=1", "TZ=Asia/Kathmandu", "LANG=C"},
	{"GOMAXPROCS=5", "TZ=America/St_Johns", "GOGC=30", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8"},
	{"GOMAXPROCS=8", "TZ=UTC", "GOGC=10"},
	{"GOMAXPROCS=3", "TZ=Pacific/Apia", "GOGC=off", "GODEBUG=randseednop=0"},
	{"GOMAXPROCS=64", "TZ=Nowhere/AtAll", "HOME=/nonexistent", "USER=somebody"},
}

func again() error {
	folder, err := os.MkdirTemp("", "fairlead-tapes-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "tapes")
	if err := stubtest.SaveTapes(path, kept.tapes); err != nil {
		return err
	}
	peers := surroundings
	if racing {
		peers = peers[1:2]
	}
	for n, differing := range peers {
		process := exec.Command(os.Args[0])
		process.Env = append(os.Environ(), append(slices.Clone(differing), tapesEnv+"="+path)...)
		var told bytes.Buffer
		process.Stdout, process.Stderr = &told, &told
		if err := process.Run(); err != nil {
			return fmt.Errorf("transactions done again in process %d (%s): %w\n%s", n, strings.Join(differing, " "), err, told.String())
		}
	}
	return untried()
}

func replay(path string) int {
	tapes, err := stubtest.LoadTapes(path)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	code := 0
	for _, tape := range tapes {
		chaincode, err := contract.New()
		if err != nil {
			fmt.Println(err)
			return 1
		}
		for _, difference := range tape.Replay(chaincode) {
			fmt.Println(difference)
			code = 1
		}
	}
	return code
}

// untried names transactions of which the tests accepted none or refused none,
// once all tests were asked for.
func untried() error {
	if flag.Lookup("test.run").Value.String() != "" || flag.Lookup("test.skip").Value.String() != "" {
		return nil
	}
	accepted, refused := map[string]bool{}, map[string]bool{}
	for _, tape := range kept.tapes {
		for _, step := range tape.Steps {
			switch {
			case step.Simulated == nil:
			case step.Accepted:
				accepted[step.Simulated.Function] = true
			default:
				refused[step.Simulated.Function] = true
			}
		}
	}
	names := []string{"ReadRecord", "ListAbout"}
	for _, spec := range provenance.Specs() {
		names = append(names, spec.Transaction)
	}
	for _, spec := range provenance.HeldSpecs() {
		names = append(names, spec.Transaction)
	}
	var missing []string
	for _, name := range names {
		if !accepted[name] {
			missing = append(missing, name+" was never accepted")
		}
		if !refused[name] {
			missing = append(missing, name+" was never refused")
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("transactions that the tests leave out: %s", strings.Join(missing, ", "))
	}
	return nil
}
