package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/network"
)

// followPause is how often a followed log is looked at.
const followPause = 300 * time.Millisecond

func logsCommand(data *string) *cobra.Command {
	var follow bool
	c := &cobra.Command{
		Use:   "logs [NODE]",
		Short: "Print a node's log, or tell which nodes have one",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			dir, err := network.LogsDir(*data)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				if follow {
					return usageError{errors.New("say which node's log to follow")}
				}
				return listLogs(c.OutOrStdout(), dir)
			}
			return printLog(c.Context(), c.OutOrStdout(), dir, args[0], follow)
		},
	}
	c.Flags().BoolVarP(&follow, "follow", "f", false, "go on as the log grows, until ctrl-C")
	return c
}

func listLogs(w io.Writer, dir string) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*.log"))
	if err != nil {
		return fmt.Errorf("listing logs: %w", err)
	}
	for _, path := range paths {
		fmt.Fprintln(w, strings.TrimSuffix(filepath.Base(path), ".log"))
	}
	return nil
}

func printLog(ctx context.Context, w io.Writer, dir, node string, follow bool) error {
	if node != filepath.Base(node) {
		return usageError{fmt.Errorf("%q is not a node's name", node)}
	}
	f, err := os.Open(filepath.Join(dir, node+".log"))
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("no node %q has a log; netctl logs lists those that do", node)
	}
	if err != nil {
		return fmt.Errorf("reading the log: %w", err)
	}
	defer f.Close()
	tick := time.NewTicker(followPause)
	defer tick.Stop()
	for {
		if _, err := io.Copy(w, f); err != nil {
			return fmt.Errorf("reading the log: %w", err)
		}
		if !follow {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
