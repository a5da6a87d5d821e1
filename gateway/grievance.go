package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/oklog/ulid/v2"
	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/desk"
	"github.com/fairlead/fairlead/gateway/ledger"
)

func newID() string { return ulid.Make().String() }

func (a *app) openGrievance() *cobra.Command {
	var w writes
	var codes, cohort string
	g := provenance.Grievance{Token: ledger.Draw(), Salt: ledger.Draw()}
	c := &cobra.Command{
		Use:   "open --site ID --category CODE --handler PARTY --next DATE --as AUTHOR",
		Short: "Have Workers' peer hold a worker's complaint; its name is printed",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := required(c, "site", "category", "handler", "next"); err != nil {
				return err
			}
			if (codes == "") != (cohort == "") {
				return usagef("--code-file and --cohort go together: the code is looked up in the cohort's book")
			}
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			if codes != "" {
				if g.Receipt, err = u.receiptOf(cohort, codes); err != nil {
					return err
				}
			}
			if err := fits("OpenGrievance", &g); err != nil {
				return err
			}
			if w.dryRun {
				return a.reply(w.asJSON, map[string]any{"category": g.Category}, "the grievance could be opened")
			}
			if err := u.sign(c.Context(), w.who); err != nil {
				return err
			}
			kept := desk.Grievance{ID: newID(), Facility: g.Facility, Category: g.Category, Token: g.Token, State: provenance.GrievanceReceived, Handler: g.Handler, NextOn: g.NextOn}
			if err := u.desk.Grievances().Keep(kept.ID, kept); err != nil {
				return err
			}
			if err := u.hold(c.Context(), "OpenGrievance", &g); err != nil {
				return fmt.Errorf("opening the grievance %s: %w", kept.ID, err)
			}
			return a.reply(w.asJSON, map[string]any{"id": kept.ID, "state": kept.State}, "%s", kept.ID)
		},
	}
	w.flags(c)
	c.Flags().StringVar(&g.Facility, "site", "", "site where the worker works")
	c.Flags().StringVar(&g.Category, "category", "", "what it is about, such as WAGES")
	c.Flags().StringVar(&g.Handler, "handler", "", "party that sees to it")
	c.Flags().StringVar(&g.NextOn, "next", "", "day on which the worker hears next")
	c.Flags().StringVar(&g.Quarter, "quarter", "", "quarter in which the worker came, when that was earlier, such as 2026-Q3")
	c.Flags().StringVar(&codes, "code-file", "", "file with the worker's code, - for standard input, when the worker wants it known that a receipt stands behind it")
	c.Flags().StringVar(&cohort, "cohort", "", "cohort of that receipt")
	return c
}

// receiptOf proves the code in a file by the cohort's book.
func (u *union) receiptOf(cohort, path string) (*provenance.GrievanceReceipt, error) {
	text, book, err := u.codesOf(cohort, path)
	if err != nil {
		return nil, err
	}
	root, err := book.Root()
	if err != nil {
		return nil, err
	}
	found, err := bareCodes(text, book)
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("the file has %d codes: a grievance is opened with one", len(found))
	}
	return &provenance.GrievanceReceipt{Cohort: cohort, Receipts: book.Receipts(), Root: root, Proof: found[0].proof}, nil
}

func (a *app) advanceGrievance() *cobra.Command {
	var w writes
	s := provenance.GrievanceStep{Salt: ledger.Draw()}
	var state string
	c := &cobra.Command{
		Use:   "advance GRIEVANCE --state STATE --as AUTHOR",
		Short: "Move a grievance on",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := required(c, "state"); err != nil {
				return err
			}
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			kept, err := u.desk.Grievances().Read(args[0])
			if err != nil {
				return err
			}
			s.Token, s.State = kept.Token, provenance.GrievanceState(state)
			if err := fits("AdvanceGrievance", &s); err != nil {
				return err
			}
			if !provenance.GrievanceMayMove(kept.State, s.State) {
				return fmt.Errorf("the grievance %s is %s, which %s cannot follow", kept.ID, kept.State, s.State)
			}
			if w.dryRun {
				return a.reply(w.asJSON, map[string]any{"id": kept.ID, "state": s.State}, "%s could be %s", kept.ID, s.State)
			}
			if err := u.sign(c.Context(), w.who); err != nil {
				return err
			}
			if err := u.hold(c.Context(), "AdvanceGrievance", &s); err != nil {
				return err
			}
			kept.State, kept.NextOn = s.State, s.NextOn
			if s.Handler != "" {
				kept.Handler = s.Handler
			}
			if err := u.desk.Grievances().Keep(kept.ID, kept); err != nil {
				return err
			}
			return a.reply(w.asJSON, map[string]any{"id": kept.ID, "state": kept.State}, "%s %s", kept.ID, kept.State)
		},
	}
	w.flags(c)
	c.Flags().StringVar(&state, "state", "", "ACKNOWLEDGED, ANSWERED, ESCALATED, SETTLED, DROPPED or OPENED_AGAIN")
	c.Flags().StringVar(&s.Handler, "handler", "", "party that takes over")
	c.Flags().StringVar(&s.NextOn, "next", "", "day on which the worker hears next, as long as it is open")
	c.Flags().StringVar(&s.Outcome, "outcome", "", "how it was settled: REMEDIED, PARTLY_REMEDIED, NOT_UPHELD or REFERRED")
	c.Flags().StringVar(&s.Satisfaction, "satisfaction", "", "what the worker says of that: SATISFIED, NOT_SATISFIED or NOT_ASKED")
	return c
}

func (a *app) listGrievances() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the grievances kept at this desk, those that are due first",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			names, err := u.desk.Grievances().Names()
			if err != nil {
				return err
			}
			type line struct {
				ID       string                    `json:"id"`
				State    provenance.GrievanceState `json:"state"`
				Category string                    `json:"category"`
				Facility string                    `json:"facility"`
				NextOn   string                    `json:"nextOn"`
			}
			lines := []line{}
			for _, name := range names {
				g, err := u.desk.Grievances().Read(name)
				if err != nil {
					return err
				}
				lines = append(lines, line{g.ID, g.State, g.Category, g.Facility, g.NextOn})
			}
			slices.SortStableFunc(lines, func(a, b line) int { return strings.Compare(due(a.NextOn), due(b.NextOn)) })
			if asJSON {
				return printJSON(a.out, map[string]any{"grievances": lines})
			}
			for _, g := range lines {
				if err := a.reply(false, nil, "%s %s: %s, next on %s", g.ID, g.State, g.Category, g.NextOn); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

// due sorts what is never due last.
func due(date string) string {
	if date == "" {
		return "9999"
	}
	return date
}

func (a *app) closeQuarter() *cobra.Command {
	var w writes
	closing := provenance.QuarterClosing{Seed: ledger.Draw()}
	var sites []string
	c := &cobra.Command{
		Use:   "close QUARTER --site ID [--site ID ...] --as AUTHOR",
		Short: "Have Workers' peer count the grievances of a quarter, all sites together",
		Long: `Count a quarter's grievances. Name every site that workers may complain of, those
without complaints too: a site that is left out looks as if there were none.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := required(c, "site"); err != nil {
				return err
			}
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			closing.Quarter = args[0]
			before, err := u.desk.Quarters().Read(args[0])
			if err != nil && !errors.Is(err, desk.ErrNotKept) {
				return err
			}
			for _, site := range sites {
				s := provenance.SiteClosing{Facility: site, Count: newID()}
				for _, was := range before.Published {
					if was.Facility == site {
						s.Supersedes = was.Count
					}
				}
				closing.Sites = append(closing.Sites, s)
			}
			if err := fits("CloseGrievances", &closing); err != nil {
				return err
			}
			if w.dryRun {
				return a.reply(w.asJSON, map[string]any{"quarter": closing.Quarter, "sites": len(sites)}, "%s could be counted for %s", closing.Quarter, counted(len(sites), "site"))
			}
			if err := u.sign(c.Context(), w.who); err != nil {
				return err
			}
			quarter := desk.Quarter{Closing: closing, Published: before.Published}
			if err := u.desk.Quarters().Keep(args[0], quarter); err != nil {
				return err
			}
			if err := u.hold(c.Context(), "CloseGrievances", &closing); err != nil {
				return err
			}
			return a.reply(w.asJSON, map[string]any{"quarter": closing.Quarter, "sites": len(sites)}, "%s is counted for %s. To be published a month after its end.", closing.Quarter, counted(len(sites), "site"))
		},
	}
	w.flags(c)
	c.Flags().StringArrayVar(&sites, "site", nil, "site to be counted; may be given many times")
	return c
}

func (a *app) publishQuarter() *cobra.Command {
	var w writes
	c := &cobra.Command{
		Use:   "publish QUARTER --as AUTHOR",
		Short: "Publish the counts of a closed quarter, a month after its end",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			quarter, err := u.desk.Quarters().Read(args[0])
			if err != nil {
				return err
			}
			sites := quarter.Closing.Sites
			if w.dryRun {
				return a.reply(w.asJSON, map[string]any{"quarter": args[0], "sites": len(sites)}, "%s could be published for %s", args[0], counted(len(sites), "site"))
			}
			if err := u.sign(c.Context(), w.who); err != nil {
				return err
			}
			bar := newProgress(a.errs)
			defer bar.clear()
			for n, site := range sites {
				var count provenance.GrievanceCount
				held, err := u.held(c.Context(), quarter.Closing.Count(n, nil).Tally, &count)
				if err != nil {
					return err
				}
				if !held {
					return fmt.Errorf("nobody holds the counts of %s: close it again", args[0])
				}
				if err := u.state(c.Context(), &count); err != nil {
					return err
				}
				quarter.Published = append(slices.DeleteFunc(quarter.Published, func(p provenance.SiteClosing) bool { return p.Facility == site.Facility }), site)
				if err := u.desk.Quarters().Keep(args[0], quarter); err != nil {
					return err
				}
				bar.say("%d of %s", n+1, counted(len(sites), "site"))
			}
			bar.clear()
			return a.reply(w.asJSON, map[string]any{"quarter": args[0], "sites": len(sites)}, "%s is published for %s", args[0], counted(len(sites), "site"))
		},
	}
	w.flags(c)
	return c
}
