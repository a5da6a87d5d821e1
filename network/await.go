package network

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

// glance is how often a condition is looked at while waiting for it.
const glance = 50 * time.Millisecond

// breather is how long to wait before a transaction that was not taken is sent
// once more: unlike a look it leaves its mark on the ledger.
const breather = time.Second

// failuresAllowed is how often a node may die while starting before that is
// taken for a reason to give up.
const failuresAllowed = 3

// await waits until the program answers on its port.
func (c *process) await(ctx context.Context) error {
	return poll(ctx, c.name+" to answer on "+c.port, func() error {
		if c.failures() >= failuresAllowed {
			return giveUp{fmt.Errorf("%s does not stay up; the end of %s:\n%s", c.name, c.log, lastLines(c.log, 12))}
		}
		conn, err := net.DialTimeout("tcp", c.port, time.Second)
		if err != nil {
			return err
		}
		return conn.Close()
	})
}

// giveUp wraps an error which waiting will not cure.
type giveUp struct{ error }

// poll calls try until it succeeds, gives up, or ctx ends; the error then holds
// what try said last.
func poll(ctx context.Context, what string, try func() error) error {
	return repeat(ctx, glance, what, try)
}

// repeat is poll with another pause between tries.
func repeat(ctx context.Context, pause time.Duration, what string, try func() error) error {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		var final giveUp
		if errors.As(err, &final) {
			return final.error
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w (last: %v)", what, context.Cause(ctx), err)
		case <-tick.C:
		}
	}
}

// lastLines reads the end of a text file; why it cannot is an answer too.
func lastLines(path string, n int) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
