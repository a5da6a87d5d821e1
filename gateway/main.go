// Command fairlead is the gateway to a Fairlead ledger and its authors' command
// line: it serves the ledger's answers, and it states documents that their
// authors sign here, with keys that never leave this process. See README.md.
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

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
	exitFalse  = 3 // what was to be verified does not hold
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main with its surroundings as arguments.
func run(ctx context.Context, args []string, env func(string) string, in io.Reader, out, errs io.Writer) int {
	a := &app{env: env, in: in, out: out, errs: errs}
	root := a.command()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	err := errors.Join(root.ExecuteContext(ctx), a.config.close())
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		a.note("fairlead: %v\nfairlead --help tells what there is", err)
		return exitUsage
	case errors.Is(err, errFalse):
		return exitFalse
	case errors.Is(err, errReported):
		return exitFailed
	}
	a.note("fairlead: %s", explain(err))
	return exitFailed
}

// usageError is a mistake in the command line or the settings.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// errReported ends a command that has told all there is to tell.
var errReported = errors.New("failed")

// errFalse ends a verification that has told what does not hold.
var errFalse = errors.New("does not hold")

// explain puts an error into words for the person at the terminal: a refusal
// field by field, an unknown fate with what to do.
func explain(err error) string {
	if refusal, ok := provenance.AsRefusal(err); ok {
		text := "refused: " + refusal.Message
		if len(refusal.Fields) > 1 { // the message tells of the first
			for _, f := range refusal.Fields {
				text += fmt.Sprintf("\n  %s %s: %s", f.Field, f.Problem, f.Remedy)
			}
		}
		return text
	}
	if errors.Is(err, ledger.ErrUnknownFate) {
		return err.Error() + "\nIt may or may not have been recorded. Stating the same document again is harmless and tells."
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return err.Error() + "\nNothing listens there: start a gateway with fairlead serve, or name another with --server."
	}
	return err.Error()
}

// app is what all commands share.
type app struct {
	config Config
	env    func(string) string
	in     io.Reader
	out    io.Writer
	errs   io.Writer
}

// note tells the person at the terminal something that is no answer.
func (a *app) note(format string, args ...any) {
	_, _ = fmt.Fprintf(a.errs, format+"\n", args...) // nobody is left to hear of a failure
}

func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:           "fairlead",
		Short:         "Who was charged what to get the job behind a product, and who says so",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	a.config = configFrom(a.env)
	a.config.flags(root)
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return a.config.check() }
	imports := &cobra.Command{Use: "import", Short: "Read other people's formats", Args: cobra.NoArgs, RunE: needsCommand}
	imports.AddCommand(a.importFacilities())
	keys := &cobra.Command{Use: "key", Short: "Keys by which machines ask the gateway", Args: cobra.NoArgs, RunE: needsCommand}
	keys.AddCommand(a.newKey(), a.listKeys(), a.revokeKey())
	identities := &cobra.Command{Use: "identity", Short: "Make an author's key", Args: cobra.NoArgs, RunE: needsCommand}
	identities.AddCommand(a.newIdentity(), a.issueIdentity())
	root.AddCommand(a.login(), a.logout(), a.whoami(), keys, a.record())
	demonstration := &cobra.Command{Use: "demo", Short: "The demonstration supply chain", Args: cobra.NoArgs, RunE: needsCommand}
	demonstration.AddCommand(a.loadDemo(), a.runDemo())
	receipts := &cobra.Command{Use: "receipts", Short: "Codes on paper for the workers of a cohort", Args: cobra.NoArgs, RunE: needsCommand}
	receipts.AddCommand(a.makeReceipts())
	inquiries := &cobra.Command{Use: "inquiry", Short: "Ask workers whether what is said of them is true", Args: cobra.NoArgs, RunE: needsCommand}
	inquiries.AddCommand(a.openInquiry(), a.answerInquiry(), a.relayInquiries(), a.closeInquiry(), a.publishInquiry(), a.listInquiries(), a.findAnswer())
	grievances := &cobra.Command{Use: "grievance", Short: "What workers complain of to their organisations", Args: cobra.NoArgs, RunE: needsCommand}
	grievances.AddCommand(a.openGrievance(), a.advanceGrievance(), a.closeQuarter(), a.publishQuarter(), a.listGrievances())
	terms := &cobra.Command{Use: "terms", Short: "What was agreed with workers before they left, and what they found", Args: cobra.NoArgs, RunE: needsCommand}
	terms.AddCommand(a.makeTerms(), a.openComparison(), a.bringTerms(), a.closeComparison(), a.publishComparison(), a.listTerms(), a.forgetTerms())
	root.AddCommand(receipts, inquiries, grievances, terms, a.erase())
	root.AddCommand(a.serve(), a.status(), a.history(), a.state(), imports, identities, a.bundle(), a.verify(), a.roots(), a.digest(), a.rebuild(), demonstration)
	root.AddCommand(a.fsck(), a.ages(), a.duplicates())
	markUsage(root)
	return root
}

func needsCommand(c *cobra.Command, _ []string) error {
	return usagef("%s needs one of its commands: see fairlead %s --help", c.Name(), c.Name())
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
