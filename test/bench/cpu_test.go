//go:build bench

package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/fairlead/fairlead/network"
)

// tick is what /proc counts in on Linux, whatever the kernel's own rate.
const tick = 10 * time.Millisecond

// usage is CPU time by who used it: peer, orderer, chaincode, gateway or client.
type usage map[string]time.Duration

// spent is the CPU time used so far by all processes of the network, by the
// gateway's when there is one, and by this one.
func spent(ctx context.Context, n *network.Network, gateway int) (usage, error) {
	s, err := n.Status(ctx)
	if err != nil {
		return nil, err
	}
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		return nil, fmt.Errorf("reading this process's CPU time: %w", err)
	}
	u := usage{"client": time.Duration(own.Utime.Nano() + own.Stime.Nano())}
	for _, p := range s.Nodes {
		if p.PID == 0 {
			return nil, fmt.Errorf("%s does not run", p.Name)
		}
		used, err := processTime(p.PID)
		if err != nil {
			return nil, fmt.Errorf("reading the CPU time of %s: %w", p.Name, err)
		}
		kind, _, _ := strings.Cut(p.Name, ".")
		u[kind] += used
	}
	if gateway != 0 {
		if u["gateway"], err = processTime(gateway); err != nil {
			return nil, fmt.Errorf("reading the CPU time of the gateway: %w", err)
		}
	}
	return u, nil
}

// since is what was used after before, for each of some units.
func (u usage) since(before usage, units int) usage {
	each := usage{}
	for kind, used := range u {
		each[kind] = (used - before[kind]) / time.Duration(units)
	}
	return each
}

func (u usage) total() (sum time.Duration) {
	for _, used := range u {
		sum += used
	}
	return sum
}

// processTime reads fields 14 and 15 of /proc/PID/stat: user and system time.
func processTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// Field 2 is the program's name in brackets, which may hold anything.
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	var total time.Duration
	for _, field := range fields[11:13] {
		ticks, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return 0, err
		}
		total += time.Duration(ticks) * tick
	}
	return total, nil
}
