package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/network"
)

// interactive tells whether a person sits at the other end.
func interactive(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

func statusCommand(data *string) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "status",
		Short: "Tell which nodes run, and how many blocks each peer has; fails unless the network is ready",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := network.Look(c.Context(), *data)
			if err != nil {
				return err
			}
			if asJSON {
				out := json.NewEncoder(c.OutOrStdout())
				out.SetIndent("", "  ")
				err = out.Encode(s)
			} else {
				err = printStatus(c.OutOrStdout(), s)
			}
			if err == nil && !s.Ready {
				return exitStatus(exitFailed)
			}
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

func printStatus(w io.Writer, s network.Status) error {
	switch {
	case !s.Exists && s.PID == 0:
		_, err := fmt.Fprintf(w, "no network in %s\n", s.Data)
		return err
	case s.PID == 0:
		_, err := fmt.Fprintf(w, "down: the %s network in %s\n", s.Ordering, s.Data)
		return err
	}
	state := "starting"
	if s.Ready {
		state = "ready"
	}
	fmt.Fprintf(w, "%s: the network in %s, %s ordering, process %d since %s\n",
		state, s.Data, s.Ordering, s.PID, s.Since.Format(time.RFC3339))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NODE\tPROCESS\tRESTARTS\tHEIGHT")
	for _, node := range s.Nodes {
		process, height := "down", ""
		if node.PID != 0 {
			process = fmt.Sprint(node.PID)
		}
		if node.Height != nil {
			height = fmt.Sprint(*node.Height)
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\n", node.Name, process, node.Restarts, height)
	}
	return table.Flush()
}

func stopCommand(data *string) *cobra.Command {
	return &cobra.Command{
		Use:     "stop",
		Aliases: []string{"down"},
		Short:   "Stop the network and keep its state",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			dir, err := network.ResolveData(*data)
			if err != nil {
				return err
			}
			running, err := stopRunning(c.Context(), dir)
			if err != nil {
				return err
			}
			if !running {
				fmt.Fprintln(c.ErrOrStderr(), "the network was not up")
			}
			return nil
		},
	}
}

func resetCommand(data *string) *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "reset",
		Short: "Stop the network and delete its ledgers, certificates and keys for good",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			dir, err := network.ResolveData(*data)
			if err != nil {
				return err
			}
			if !yes {
				if err := confirm(c, dir); err != nil {
					return err
				}
			}
			if _, err := stopRunning(c.Context(), dir); err != nil {
				return err
			}
			return network.Remove(dir)
		},
	}
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}

func confirm(c *cobra.Command, dir string) error {
	fmt.Fprintf(c.ErrOrStderr(), "Delete the network in %s with all its records and keys? Type yes: ", dir)
	answer, err := bufio.NewReader(c.InOrStdin()).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if strings.TrimSpace(answer) != "yes" {
		return errors.New("nothing was deleted (reset --yes does not ask)")
	}
	return nil
}

// requestLimit is far above any certificate request.
const requestLimit = 64 << 10

func enrolCommand(data *string) *cobra.Command {
	var e network.Enrolment
	var request string
	c := &cobra.Command{
		Use:   "enrol --org ORGANISATION --name NAME [--roles ROLE,...] --csr FILE",
		Short: "Issue a member's certificate for a key that stays with them",
		Long: `Issue a member's certificate for a key that stays with them, and print it with
the intermediate that signed it. The certificate request must be for an ECDSA
P-256 key; of its content only the key is used.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			in := c.InOrStdin()
			if request != "-" {
				f, err := os.Open(request)
				if err != nil {
					return fmt.Errorf("reading the certificate request: %w", err)
				}
				defer f.Close()
				in = f
			}
			text, err := io.ReadAll(io.LimitReader(in, requestLimit))
			if err != nil {
				return fmt.Errorf("reading the certificate request: %w", err)
			}
			e.Request = text
			dir, err := network.ResolveData(*data)
			if err != nil {
				return err
			}
			chain, err := network.Enrol(dir, e)
			if err != nil {
				return err
			}
			_, err = c.OutOrStdout().Write(chain)
			return err
		},
	}
	c.Flags().StringVar(&e.Organization, "org", "", "Brands, Auditors, Workers, Oversight or Suppliers")
	c.Flags().StringVar(&e.Name, "name", "", "how the ledger will know the member: a-z, 0-9 and -, and nobody's own name")
	c.Flags().StringSliceVar(&e.Roles, "roles", nil, "what the organisation vouches for, such as auditor")
	c.Flags().StringVar(&request, "csr", "", "file with the PEM certificate request, - for standard input")
	c.PreRunE = func(*cobra.Command, []string) error {
		switch {
		case e.Organization == "", e.Name == "", request == "":
			return usageError{errors.New("enrol needs --org, --name and --csr")}
		}
		return nil
	}
	return c
}

func buildCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "build",
		Short: "Build the Fabric programs a network needs, if they are not built yet",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			begun := time.Now()
			fmt.Fprintln(c.ErrOrStderr(), "building peer, orderer and configtxgen; the first time takes a minute or more")
			tools, err := network.BuildTools(c.Context())
			if err != nil {
				return err
			}
			fmt.Fprintf(c.ErrOrStderr(), "%.1f s\n", time.Since(begun).Seconds())
			for _, path := range []string{tools.Peer, tools.Orderer, tools.Configtxgen, tools.Builder} {
				fmt.Fprintln(c.OutOrStdout(), path)
			}
			return nil
		},
	}
}
