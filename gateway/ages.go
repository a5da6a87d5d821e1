package main

import (
	"bytes"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func (a *app) ages() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "ages COUNTRY",
		Short: "From which age a country allows which work, as cases of children are judged by",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			found, err := a.config.gateway().Ages(c.Context(), args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(a.out, found)
			}
			var text bytes.Buffer
			table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
			for _, l := range found.Ages {
				work := string(l.Work)
				if l.Training {
					work += " in training"
				}
				fmt.Fprintf(table, "%s\tfrom %d\t%s\n", work, l.Least, l.Instrument)
			}
			if err := table.Flush(); err != nil {
				return err
			}
			_, err = a.out.Write(text.Bytes())
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

func (a *app) duplicates() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "duplicates FACILITY",
		Short: "Entries that are likely to be of the same place; people merge them, by a statement",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			found, err := a.config.gateway().Duplicates(c.Context(), args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(a.out, found)
			}
			var text bytes.Buffer
			for _, l := range found.Duplicates {
				fmt.Fprintf(&text, "%s  %3d  %s", l.Facility.ID, l.Score, l.Facility.Name)
				if l.Address != "" {
					fmt.Fprintf(&text, ", %s", l.Address)
				}
				fmt.Fprintf(&text, "\n      %s\n", joined(l.Reasons))
			}
			if len(found.Duplicates) == 0 {
				fmt.Fprintln(&text, "none found")
			}
			if !found.Complete {
				fmt.Fprintln(&text, "the country has more facilities than were compared")
			}
			_, err = a.out.Write(text.Bytes())
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

// likenesses says why two entries may be of one place.
var likenesses = map[string]string{
	"SAME_IDENTIFIER": "the same number", "SAME_NAME": "the same name", "SIMILAR_NAME": "a similar name",
	"SAME_ADDRESS": "the same address", "SIMILAR_ADDRESS": "a similar address", "NEARBY": "close to each other",
}

func joined(reasons []string) string {
	var text bytes.Buffer
	for i, r := range reasons {
		if i > 0 {
			text.WriteString(", ")
		}
		text.WriteString(likenesses[r])
	}
	return text.String()
}
