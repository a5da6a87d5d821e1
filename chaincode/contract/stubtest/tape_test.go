package stubtest_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	pb "github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
)

// replaying names, in a process that a test started, the file of tapes.
const replaying = "FAIRLEAD_STUBTEST_TAPES"

// started differs between processes and never within one.
var started = os.Getpid()

// honest writes what it was told; crooked lets the process decide.
type honest struct{}
type crooked struct{ honest }

func (honest) Init(shim.ChaincodeStubInterface) *pb.Response { return shim.Success(nil) }

func (honest) Invoke(stub shim.ChaincodeStubInterface) *pb.Response {
	function, _ := stub.GetFunctionAndParameters()
	key, err := stub.CreateCompositeKey("kept", []string{function})
	if err != nil {
		return shim.Error(err.Error())
	}
	before, err := stub.GetState(key)
	if err != nil {
		return shim.Error(err.Error())
	}
	if err := stub.PutState(key, append(before, 'x')); err != nil {
		return shim.Error(err.Error())
	}
	return shim.Success(before)
}

func (c crooked) Invoke(stub shim.ChaincodeStubInterface) *pb.Response {
	answer := c.honest.Invoke(stub)
	if function, _ := stub.GetFunctionAndParameters(); function == "Odd" {
		answer.Payload = fmt.Append(nil, started)
	}
	return answer
}

// TestAnotherProcessIsTold: what two runs in one process agree on, and two
// processes do not, is found by a tape and by nothing else.
func TestAnotherProcessIsTold(t *testing.T) {
	chaincodes := map[string]shim.Chaincode{"honest": honest{}, "crooked": crooked{}}
	if path := os.Getenv(replaying); path != "" {
		tapes, err := stubtest.LoadTapes(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, tape := range tapes {
			for _, difference := range tape.Replay(chaincodes[filepath.Base(path)]) {
				t.Error(difference)
			}
		}
		return
	}
	for name, want := range map[string]string{"honest": "", "crooked": "step 2, Odd: another payload"} {
		p := stubtest.New(chaincodes[name])
		p.Strict(t)
		tape := new(stubtest.Tape)
		p.Keep(tape)
		creator := stubtest.NewIdentity("BrandsMSP", "ann", "client", nil).Creator
		for _, function := range []string{"Even", "Odd", "Even"} {
			if _, err := p.Invoke(stubtest.Proposal{Function: function, Creator: creator}); err != nil {
				t.Fatal(err)
			}
		}
		// Faults are no part of it, and nothing that follows from one is.
		p.Fail(func(string, string) error { return fmt.Errorf("down") })
		p.Simulate(stubtest.Proposal{Function: "Even", Creator: creator})
		p.Fail(nil)
		if len(tape.Steps) != 6 {
			t.Errorf("the tape of %s has %d steps", name, len(tape.Steps))
		}
		path := filepath.Join(t.TempDir(), name)
		if err := stubtest.SaveTapes(path, []*stubtest.Tape{tape}); err != nil {
			t.Fatal(err)
		}
		again := exec.Command(os.Args[0], "-test.run=^TestAnotherProcessIsTold$")
		again.Env = append(os.Environ(), replaying+"="+path)
		out, err := again.CombinedOutput()
		if (err != nil) != (want != "") || !strings.Contains(string(out), want) {
			t.Errorf("%s in another process: %v\n%s", name, err, out)
		}
		if strings.Count(string(out), "another ") > 1 {
			t.Errorf("%s: more is told than differs\n%s", name, out)
		}
	}
}
