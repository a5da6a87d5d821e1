//go:build e2e

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fairlead/fairlead/network"
)

// program builds netctl and tells how to run it.
func program(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "netctl")
	if said, err := exec.Command("go", "build", "-buildvcs=false", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return path
}

// started runs `netctl up` until it says it is ready.
func started(t *testing.T, path, data string) *exec.Cmd {
	t.Helper()
	up := exec.Command(path, "up", "--data", data)
	errs, err := up.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := up.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { up.Process.Kill() })
	for said := bufio.NewScanner(errs); said.Scan(); {
		t.Log(said.Text())
		if strings.HasPrefix(said.Text(), "ready after ") {
			go io.Copy(io.Discard, errs)
			return up
		}
	}
	t.Fatal("up ended before it was ready")
	return nil
}

func TestACommandRunsInsideANetworkAndItsCodeComesOut(t *testing.T) {
	path, data := program(t), t.TempDir()
	up := exec.Command(path, "up", "--data", data, "--", "sh", "-c",
		`"$FAIRLEAD_NETCTL" status --json --data "$(dirname "$FAIRLEAD_NETWORK")"; exit 7`)
	var out bytes.Buffer
	up.Stdout, up.Stderr = &out, os.Stderr
	err := up.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 7 {
		t.Errorf("up ends with %v, want the command's 7", err)
	}
	var s network.Status
	if err := json.Unmarshal(out.Bytes(), &s); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	if !s.Ready || len(s.Nodes) != 12 {
		t.Errorf("inside, the network looks like %+v", s)
	}
}

func TestNothingIsLostWhenNetctlIsKilled(t *testing.T) {
	path, data := program(t), t.TempDir()
	first := started(t, path, data)
	before, err := network.Look(t.Context(), data)
	if err != nil || !before.Ready {
		t.Fatalf("%+v, %v", before, err)
	}
	var said bytes.Buffer
	second := exec.Command(path, "up", "--data", data)
	second.Stderr = &said
	if err := second.Run(); err == nil || !strings.Contains(said.String(), "is up already, in process") {
		t.Errorf("a second up ends with %v: %s", err, said.String())
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	first.Wait()
	p, err := network.ReadProfile(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range p.Organizations {
		if o.Peer != nil {
			gone(t, o.Peer.Address)
			gone(t, o.Orderer.Address)
			gone(t, o.ChaincodeAddress)
		}
	}
	third := started(t, path, data)
	after, err := network.Look(t.Context(), data)
	if err != nil || !after.Ready {
		t.Fatalf("%+v, %v", after, err)
	}
	for i, node := range after.Nodes {
		if was := before.Nodes[i].Height; node.Height != nil && was != nil && *node.Height < *was {
			t.Errorf("%s has %d blocks, and had %d", node.Name, *node.Height, *was)
		}
	}
	if said, err := exec.Command(path, "stop", "--data", data).CombinedOutput(); err != nil {
		t.Errorf("stop: %v: %s", err, said)
	}
	if err := third.Wait(); err != nil {
		t.Errorf("the stopped up ends with %v", err)
	}
	if said, err := exec.Command(path, "reset", "--yes", "--data", data).CombinedOutput(); err != nil {
		t.Errorf("reset: %v: %s", err, said)
	}
}

// gone waits until nobody listens on an address: the nodes die with netctl.
func gone(t *testing.T, address string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if errors.Is(err, syscall.ECONNREFUSED) {
			return
		}
		if err == nil {
			conn.Close()
		}
		if time.Now().After(deadline) {
			t.Fatalf("somebody still listens on %s", address)
		}
	}
}

func TestABringUpKilledAtAnyStageIsTakenUpAgain(t *testing.T) {
	path := program(t)
	for _, stage := range []string{"prepare", "build the chaincode", "start", "join", "deploy"} {
		t.Run(stage, func(t *testing.T) {
			data := t.TempDir()
			first := exec.Command(path, "up", "--data", data)
			errs, err := first.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := first.Start(); err != nil {
				t.Fatal(err)
			}
			for said := bufio.NewScanner(errs); said.Scan(); {
				if strings.Contains(said.Text(), " s  "+stage) { // it is done, the next has begun
					break
				}
			}
			if err := first.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			first.Wait()
			again := started(t, path, data)
			if err := again.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if err := again.Wait(); err != nil {
				t.Errorf("the second up ends with %v", err)
			}
		})
	}
}
