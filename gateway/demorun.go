package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/gateway/demo"
)

// leavePatience is how long the gateway may take to leave after being asked.
const leavePatience = 15 * time.Second

func (a *app) runDemo() *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Serve the network of netctl up with the demonstration on it, until ctrl-C",
		Long: `Run under netctl up --: start a gateway as a process of its own, which sees no
key, state the demonstration through it, tell what to open, and serve until
ctrl-C.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.run(c) },
	}
}

func (a *app) run(c *cobra.Command) error {
	// The thread that starts the gateway must last as long as it (see bound).
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if _, err := a.config.openNetwork(); err != nil {
		return err
	}
	listen := a.config.Listen
	if !c.Flags().Changed("listen") && a.env("FAIRLEAD_LISTEN") == "" && taken(listen) {
		a.note("%s is taken: another port is used", listen)
		listen = "127.0.0.1:0"
	}
	g, err := a.startGateway(c.Context(), listen)
	if err != nil {
		return err
	}
	a.config.Server = g.address
	err = a.config.awaitReady(c.Context(), readyPatience)
	if err == nil {
		err = a.load(c.Context())
	}
	if err == nil {
		err = a.tell(g.address)
	}
	if err == nil {
		select {
		case <-c.Context().Done():
		case <-g.ended:
			err = errors.New("the gateway has ended")
		}
	}
	if c.Context().Err() != nil { // ctrl-C is how this is meant to end
		err = nil
	}
	return errors.Join(err, g.stop())
}

func taken(address string) bool {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return errors.Is(err, syscall.EADDRINUSE)
	}
	return l.Close() != nil
}

// child is the gateway as a process of its own.
type child struct {
	address string
	process *exec.Cmd
	ended   chan struct{} // closed once it has ended
	err     error         // how, then
}

// startGateway runs this program's serve and waits for its address.
func (a *app) startGateway(ctx context.Context, listen string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	args := []string{"serve", "--listen", listen, "--network", a.config.Network}
	if a.config.Data != "" {
		args = append(args, "--data", a.config.Data)
	}
	if a.config.BaseURL != "" {
		args = append(args, "--base-url", a.config.BaseURL)
	}
	g := &child{process: exec.Command(self, args...), ended: make(chan struct{})}
	g.process.Stderr = a.errs
	g.process.SysProcAttr = bound()
	out, err := g.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := g.process.Start(); err != nil {
		return nil, fmt.Errorf("starting the gateway: %w", err)
	}
	lines := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n')
		lines <- strings.TrimSpace(line)
		g.err = g.process.Wait()
		close(g.ended)
	}()
	select {
	case g.address = <-lines:
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), g.stop())
	}
	if g.address == "" {
		<-g.ended
		return nil, fmt.Errorf("the gateway did not start: %w", g.err)
	}
	return g, nil
}

func (g *child) stop() error {
	select {
	case <-g.ended:
		return g.err
	default:
	}
	if err := g.process.Process.Signal(os.Interrupt); err != nil {
		return fmt.Errorf("stopping the gateway: %w", err)
	}
	select {
	case <-g.ended:
		return g.err
	case <-time.After(leavePatience):
		return errors.Join(errors.New("the gateway did not stop in time and was ended"), g.process.Process.Kill())
	}
}

// tell closes the start with what there is to see.
func (a *app) tell(address string) error {
	_, err := fmt.Fprintf(a.out, `
Fairlead is serving the demonstration.

  start page             %[1]s/
  shirt, money is owed   %[1]s/01/%[2]s
  tuna, much is unknown  %[1]s/01/%[3]s
  cable, all clear       %[1]s/01/%[4]s

As JSON:

  curl %[1]s/v1/products/%[2]s/history
  curl '%[1]s/v1/products/%[2]s/history?asOf=2026-03-31'

Everything in it is invented. Ctrl-C stops all of it; what is on the ledger stays
for the next start.
`, address, demo.ShirtGTIN, demo.TunaGTIN, demo.CableGTIN)
	return err
}
