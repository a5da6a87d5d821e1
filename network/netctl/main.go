// Command netctl runs a Fairlead network on this machine: up, status, logs,
// stop, reset, enrol and build. See network/README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes; `up -- COMMAND` leaves with the command's own instead.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is main with its surroundings as arguments.
func run(args []string, in io.Reader, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	err := root.ExecuteContext(ctx)
	var usage usageError
	var status exitStatus
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, &usage):
		fmt.Fprintf(errs, "netctl: %v\n", err)
		fmt.Fprintln(errs, "netctl --help tells what there is")
		return exitUsage
	default:
		fmt.Fprintf(errs, "netctl: %v\n", err)
		return exitFailed
	}
}

// usageError is a mistake in the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// exitStatus ends netctl with a code and without another word.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

func newRoot() *cobra.Command {
	var data string
	root := &cobra.Command{
		Use:           "netctl",
		Short:         "Run a Fairlead network on this machine",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.PersistentFlags().StringVar(&data, "data", "", "where the network is kept (default $XDG_DATA_HOME/fairlead/network)")
	root.AddCommand(
		upCommand(&data), statusCommand(&data), logsCommand(&data),
		stopCommand(&data), resetCommand(&data), enrolCommand(&data), buildCommand(),
	)
	markUsage(root)
	return root
}

// markUsage makes wrong flags and arguments usage errors, in every command.
func markUsage(c *cobra.Command) {
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usageError{err}
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		markUsage(sub)
	}
}
