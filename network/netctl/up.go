package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/network"
)

// How long a command may take to leave: after being asked, and after being
// asked again less politely.
const (
	commandPatience = 20 * time.Second
	commandGrace    = 5 * time.Second
)

func upCommand(data *string) *cobra.Command {
	var opts network.Options
	var ordering string
	c := &cobra.Command{
		Use:   "up [-- COMMAND ARGS...]",
		Short: "Bring the network up, and keep it up until ctrl-C or until COMMAND ends",
		Long: `Bring the network up, new or as it was left, and keep it up until ctrl-C.

With a COMMAND, run it once the network is ready, with FAIRLEAD_NETWORK (the path
of network.json) and FAIRLEAD_NETCTL (this program) in its environment. When it
ends, stop the network and leave with its exit code.`,
		Args: func(c *cobra.Command, args []string) error {
			if at := c.ArgsLenAtDash(); len(args) > 0 && at != 0 {
				return errors.New("up takes a command after -- and no other arguments")
			}
			return nil
		},
		RunE: func(c *cobra.Command, command []string) error {
			if ordering != "" {
				o, err := network.ParseOrdering(ordering)
				if err != nil {
					return usageError{err}
				}
				opts.Ordering = o
			}
			opts.Data = *data
			opts.Log = c.ErrOrStderr()
			return up(c, opts, command)
		},
	}
	c.Flags().StringVar(&ordering, "ordering", "", "bft or raft, for a new network (default bft)")
	c.Flags().StringVar(&opts.Chaincode, "chaincode", "", "the program to run as chaincode (default: build ./chaincode)")
	c.Flags().StringVar(&opts.Collections, "collections", "", "its private data collections, a JSON file (default: chaincode/collections.json, if there)")
	return c
}

func up(c *cobra.Command, opts network.Options, command []string) error {
	errs := c.ErrOrStderr()
	begun := time.Now()
	opts.Progress = func(s network.Stage) { showStage(errs, s) }
	n, err := network.Up(c.Context(), opts)
	if err != nil {
		if c.Context().Err() != nil {
			return errors.New("interrupted; what is there is kept, and the next up goes on from it")
		}
		return err
	}
	fmt.Fprintf(errs, "ready after %.1f s: %s\n", time.Since(begun).Seconds(), n.Path())
	var ended error
	if len(command) == 0 {
		<-c.Context().Done()
	} else {
		ended = runCommand(c, n, command)
	}
	fmt.Fprintln(errs, "stopping")
	if err := n.Stop(); err != nil {
		return errors.Join(ended, fmt.Errorf("stopping the network: %w", err))
	}
	return ended
}

// showStage writes a line when a stage begins that may take long, and one when
// it is done.
func showStage(w io.Writer, s network.Stage) {
	if s.Done {
		fmt.Fprintf(w, "%7.2f s  %s\n", s.Took.Seconds(), s.Name)
		return
	}
	if interactive(w) {
		fmt.Fprintf(w, "     ...   %s\r", s.Name)
	}
}

// runCommand runs the command until it ends, or, once netctl is asked to stop,
// makes it end. The network is still up when it returns.
func runCommand(c *cobra.Command, n *network.Network, args []string) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("finding netctl's own path: %w", err)
	}
	command := exec.Command(args[0], args[1:]...)
	command.Stdin, command.Stdout, command.Stderr = c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr()
	command.Env = append(os.Environ(), "FAIRLEAD_NETWORK="+n.Path(), "FAIRLEAD_NETCTL="+self)
	// The thread that starts the command must last as long as it (see bound).
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	command.SysProcAttr = bound()
	// Signals are taken anew: which one came decides what the command is told.
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	if err := c.Context().Err(); err != nil {
		return errors.New("interrupted before the command was started")
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("starting the command: %w", err)
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	select {
	case err := <-done:
		return commandStatus(err)
	case s := <-signals:
		// A terminal sends ctrl-C to the command by itself, and a second one
		// would cut its own stopping short.
		if s != os.Interrupt || !interactive(c.InOrStdin()) {
			command.Process.Signal(s)
		}
	}
	return commandStatus(awaitLeave(done, command.Process))
}

func awaitLeave(done <-chan error, p *os.Process) error {
	for _, step := range []struct {
		patience time.Duration
		then     os.Signal
	}{{commandPatience, syscall.SIGTERM}, {commandGrace, syscall.SIGKILL}} {
		select {
		case err := <-done:
			return err
		case <-time.After(step.patience):
			p.Signal(step.then)
		}
	}
	return <-done
}

// commandStatus turns the end of a command into netctl's exit code: the
// command's own, or 128 and the signal that ended it, as shells say it.
func commandStatus(err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitStatus(128 + int(status.Signal()))
	}
	return exitStatus(exit.ExitCode())
}

// stopRunning asks the process which runs the network to stop it, and waits
// until it has. It tells whether there was one.
func stopRunning(ctx context.Context, data string) (bool, error) {
	pid, err := network.Holder(data)
	if err != nil || pid == 0 {
		return false, err
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		return false, fmt.Errorf("asking process %d to stop the network: %w", pid, err)
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return true, fmt.Errorf("process %d was asked to stop the network and has not finished", pid)
		case <-tick.C:
		}
		now, err := network.Holder(data)
		if err != nil || now != pid {
			return true, err
		}
	}
}
