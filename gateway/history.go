package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger/remote"
)

func (a *app) history() *cobra.Command {
	var lot, asOf, knownAt string
	var asJSON bool
	c := &cobra.Command{
		Use:   "history GTIN",
		Short: "What stands behind a product, as the gateway knows it",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			q := provenance.Question{GTIN: provenance.NormaliseGTIN(args[0]), Lot: lot}
			if err := provenance.CheckGTIN(q.GTIN); err != nil {
				return usagef("%q %v", args[0], err)
			}
			for _, m := range []struct {
				flag, value string
				into        *time.Time
			}{{"as-of", asOf, &q.AsOf}, {"known-at", knownAt, &q.KnownAt}} {
				if m.value == "" {
					continue
				}
				at, err := provenance.ParseMoment(m.value)
				if err != nil {
					return usagef("--%s %q %v", m.flag, m.value, err)
				}
				*m.into = at
			}
			h, err := a.config.gateway().History(c.Context(), q)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(a.out, h)
			}
			return printHistory(a.out, h)
		},
	}
	c.Flags().StringVar(&lot, "lot", "", "one lot of the product")
	c.Flags().StringVar(&asOf, "as-of", "", "what was so on a day, such as 2026-03-31")
	c.Flags().StringVar(&knownAt, "known-at", "", "what was on the ledger by then")
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

var outcomes = map[provenance.Outcome]string{
	provenance.OutcomeOwed:    "Workers behind it paid to get their jobs and have not been paid back.",
	provenance.OutcomeOpen:    "Nothing owed is known, but findings are open.",
	provenance.OutcomeUnknown: "Nothing bad is known, but not everything is known.",
	provenance.OutcomeClear:   "Every site is known, audited and asked; nothing is owed and nothing is open.",
}

func printHistory(to io.Writer, h remote.Histories) error {
	a := h.History
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s\nGTIN %s of %s", a.Product, a.GTIN, a.Owner.Name)
	if a.Lot != "" {
		fmt.Fprintf(&text, ", lot %s", a.Lot)
	}
	fmt.Fprintf(&text, "\nas of %s", day(a.AsOf))
	if a.KnownAt != "" {
		fmt.Fprintf(&text, ", as known at %s", a.KnownAt)
	}
	fmt.Fprintf(&text, "; ledger at height %d, newest record %s old\n\n%s: %s\n", h.Ledger.Height, time.Duration(h.Ledger.Age)*time.Second, a.Outcome, outcomes[a.Outcome])
	for _, section := range []struct {
		title string
		rows  [][]string
	}{
		{"PAID TO GET THE JOB\tPAID BACK\tCLAIMED PAID BACK\tPROMISED\tSTILL OWED\tWORKERS", feeRows(a)},
		{"TIER\tSITES\tAUDITED\tEXPIRED\tAUDITED LATER\tNEVER\tUNKNOWN ORIGINS", tierRows(a)},
		{"TIER\tSITE\tCOUNTRY\tRUN BY\tAUDIT\tOPEN FINDINGS\tFEES ASKED\tOWED", siteRows(a)},
		{"FINDING\tSITE\tSEVERITY\tSTATE\tSINCE\tDUE", findingRows(a)},
		{"CHILDREN\tHELP\tTIER\tCOUNTRY", childRows(a)},
		{"DISPUTED\tSITE\tOTHERWISE SAY", disputeRows(a)},
		{"TERMS\tSITE\tMONTH\tCOMPARED\tWORSE THAN AGREED", termsRows(a)},
		{"SIGNAL, NO FINDING\tSITE\tMONTH\tSTATE\tANSWERED\tNUMBER", signalRows(a)},
		{"NOT KNOWN\tTIER\tWHERE", unknownRows(a)},
	} {
		if err := printTable(&text, section.title, section.rows); err != nil {
			return err
		}
	}
	_, err := to.Write(text.Bytes())
	return err
}

func printTable(to io.Writer, title string, rows [][]string) error {
	if len(rows) == 0 {
		return nil
	}
	lines := []string{"", title}
	for _, row := range rows {
		lines = append(lines, strings.Join(row, "\t"))
	}
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	if _, err := io.WriteString(table, strings.Join(lines, "\n")+"\n"); err != nil {
		return err
	}
	return table.Flush()
}

func feeRows(a provenance.Answer) (rows [][]string) {
	for _, t := range a.Fees.Totals {
		if t.Charged == 0 {
			continue // asked about in this currency, and nothing was paid
		}
		money := func(amount int64) string { return provenance.Money{Amount: amount, Currency: t.Currency}.String() }
		rows = append(rows, []string{money(t.Charged), money(t.Repaid), money(t.Claimed), money(t.Promised), money(t.Outstanding), string(t.Workers)})
	}
	return rows
}

func tierRows(a provenance.Answer) (rows [][]string) {
	for _, t := range a.Tiers {
		rows = append(rows, strings.Fields(fmt.Sprint(t.Tier, t.Sites, t.Coverage.Covered, t.Coverage.Expired, t.Coverage.AfterEvent, t.Coverage.None, t.UnknownOrigins)))
	}
	return rows
}

func siteRows(a provenance.Answer) (rows [][]string) {
	for _, s := range a.Sites {
		operator := "not known"
		if s.Operator != nil {
			operator = s.Operator.Name
		}
		asked := "no"
		if s.FeesAsked {
			asked = "yes"
		}
		var owed []string
		for _, m := range s.Outstanding {
			owed = append(owed, m.String())
		}
		rows = append(rows, []string{fmt.Sprint(s.Tier), s.Name.Name, s.Country, operator, string(s.Coverage), fmt.Sprint(s.OpenFindings), asked, strings.Join(owed, ", ")})
	}
	return rows
}

func findingRows(a provenance.Answer) (rows [][]string) {
	for _, f := range a.Findings {
		if !f.Open {
			continue
		}
		due := f.DueOn
		if f.Overdue {
			due += " (overdue)"
		}
		rows = append(rows, []string{f.No, f.Site.Name, f.Severity, string(f.State), f.Since, due})
	}
	return rows
}

func childRows(a provenance.Answer) (rows [][]string) {
	for _, c := range a.Children {
		tier := "not told"
		if c.Tier != nil {
			tier = fmt.Sprint(*c.Tier)
		}
		rows = append(rows, []string{string(c.Found), string(c.Remediation), tier, cmp.Or(c.Country, "not told")})
	}
	return rows
}

func disputeRows(a provenance.Answer) (rows [][]string) {
	for _, d := range a.Disagreements {
		var against []string
		for _, org := range d.Against {
			against = append(against, string(org))
		}
		rows = append(rows, []string{d.Matter, d.Site.Name, strings.Join(against, ", ")})
	}
	return rows
}

func termsRows(a provenance.Answer) (rows [][]string) {
	for _, t := range a.Terms {
		state, worse := "few or none", []string{}
		if t.Alarm {
			state = "ALARM"
		}
		for _, c := range t.Terms {
			if c.Worse != provenance.BandFew {
				worse = append(worse, c.Code+" "+string(c.Worse))
			}
		}
		rows = append(rows, []string{state, t.Site.Name, t.Month, string(t.Compared), strings.Join(worse, ", ")})
	}
	return rows
}

func signalRows(a provenance.Answer) (rows [][]string) {
	for _, s := range a.Signals {
		answered := "no"
		if s.Answered {
			answered = "yes"
		}
		rows = append(rows, []string{s.Type, s.Site.Name, s.Month, string(s.State), answered, fmt.Sprint(s.Number)})
	}
	return rows
}

func unknownRows(a provenance.Answer) (rows [][]string) {
	for _, u := range a.Unknowns {
		where := ""
		switch {
		case u.Site != nil:
			where = u.Site.Name
		case u.Lot != nil:
			where = "lot " + u.Lot.Lot + " of " + u.Lot.GTIN
		case u.Piece != nil:
			where = "piece " + u.Piece.Serial + " of " + u.Piece.GTIN
		}
		rows = append(rows, []string{u.Code, fmt.Sprint(u.Tier), where})
	}
	return rows
}

func day(instant string) string {
	date, _, _ := strings.Cut(instant, "T")
	return date
}
