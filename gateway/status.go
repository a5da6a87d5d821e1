package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) status() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "status",
		Short: "Tell how current the gateway's answers are; fails unless it follows the ledger",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := a.config.gateway().Status(c.Context())
			if err != nil {
				return err
			}
			if asJSON {
				err = printJSON(a.out, s)
			} else {
				_, err = fmt.Fprintf(a.out, "%s: %s, at height %d with %s to come; the newest record is %s old\n",
					a.config.Server, s.Status.Projector, s.Ledger.Height, counted(int(s.Status.Lag), "block"), time.Duration(s.Ledger.Age)*time.Second)
			}
			if err == nil && s.Status.Projector == "stopped" {
				return errReported
			}
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}
