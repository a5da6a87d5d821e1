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
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/demo"
)

// leavePatience is how long the gateway may take to leave after being asked.
const leavePatience = 15 * time.Second

func (a *app) runDemo() *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Serve the network of netctl up with the demonstration on it, until ctrl-C",
		Long: `Run under netctl up --: start two gateways as processes of their own, which see
no key, one for everybody and one that reads as Workers, state the demonstration
through them, tell what to open, and serve until ctrl-C.`,
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
	public, err := a.startGateway(c.Context(), "", listen)
	if err != nil {
		return err
	}
	workers, err := a.startGateway(c.Context(), provenance.Workers, nextTo(listen))
	if err != nil {
		return errors.Join(err, public.stop())
	}
	a.config.Server, a.config.Workers = public.address, workers.address
	err = a.serveDemo(c.Context(), public, workers)
	if c.Context().Err() != nil { // ctrl-C is how this is meant to end
		err = nil
	}
	return errors.Join(err, workers.stop(), public.stop())
}

// serveDemo loads the demonstration, tells of it and waits for the end.
func (a *app) serveDemo(ctx context.Context, public, workers *child) error {
	for _, server := range []string{public.address, workers.address} {
		if err := awaitReady(ctx, server, readyPatience); err != nil {
			return err
		}
	}
	if err := a.load(ctx); err != nil {
		return err
	}
	if err := a.tell(); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case <-public.ended:
	case <-workers.ended:
	}
	return errors.New("a gateway has ended")
}

// nextTo is where Workers' gateway listens: on the next port, or on any where
// that is taken or the first is any.
func nextTo(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	number, _ := strconv.Atoi(port)
	if err != nil || number == 0 || number == 65535 {
		return net.JoinHostPort(host, "0")
	}
	next := net.JoinHostPort(host, strconv.Itoa(number+1))
	if taken(next) {
		return net.JoinHostPort(host, "0")
	}
	return next
}

func taken(address string) bool {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return errors.Is(err, syscall.EADDRINUSE)
	}
	return l.Close() != nil
}

// child is a gateway as a process of its own.
type child struct {
	address string
	process *exec.Cmd
	ended   chan struct{} // closed once it has ended
	err     error         // how, then
}

// startGateway runs this program's serve and waits for its address. Without an
// organisation it is the gateway for everybody.
func (a *app) startGateway(ctx context.Context, of provenance.Org, listen string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	args := []string{"serve", "--listen", listen, "--network", a.config.Network}
	for flag, value := range map[string]string{"data": a.config.Data, "letterbox": a.config.Letterbox} {
		if value != "" {
			args = append(args, "--"+flag, value)
		}
	}
	if of != "" {
		args = append(args, "--read-as", string(of))
	} else if a.config.BaseURL != "" {
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
func (a *app) tell() error {
	_, err := fmt.Fprintf(a.out, `
Fairlead is serving the demonstration.

  start page             %[1]s/
  shirt, money is owed   %[1]s/01/%[2]s
  tuna, much is unknown  %[1]s/01/%[3]s
  cable, all clear       %[1]s/01/%[4]s

  a worker's page        %[5]s/w
  with the code          %[6]s

It is of Workers' own gateway. fairlead inquiry relay --as
Workers/demo-threshold-desk sends what workers answer there.

As JSON:

  curl %[1]s/v1/products/%[2]s/history
  curl '%[1]s/v1/products/%[2]s/history?asOf=2026-03-31'

Everything in it is invented. Ctrl-C stops all of it; what is on the ledger stays
for the next start.
`, a.config.Server, demo.ShirtGTIN, demo.TunaGTIN, demo.CableGTIN, a.config.Workers, demo.TryCode())
	return err
}
