package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/desk"
	"github.com/fairlead/fairlead/gateway/ledger"
)

func (a *app) openComparison() *cobra.Command {
	var w writes
	var commitment string
	k := desk.Comparison{}
	c := &cobra.Command{
		Use:   "open --cohort ID --terms COMMITMENT --as AUTHOR",
		Short: "Begin to compare what workers found with what was agreed before they left",
		Long: `Open a comparison: Workers' peer holds it, and nobody else learns of it. The
cohort's record has to name the commitment; that is looked at when the comparison
is closed. Its name is printed; what opens it is kept at the desk.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := required(c, "cohort", "terms"); err != nil {
				return err
			}
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			book, err := u.bookOfTerms(commitment)
			if err != nil {
				return err
			}
			root, err := book.Root()
			if err != nil {
				return err
			}
			k.ID, k.State = newID(), desk.Opening
			k.Content = provenance.Comparison{
				Token: ledger.Draw(), Key: ledger.Draw(), Cohort: k.Content.Cohort, Commitment: commitment, Workers: len(book.Workers), Terms: book.Terms, Root: root,
			}
			if err := fits("OpenComparison", &k.Content); err != nil {
				return err
			}
			if w.dryRun {
				return a.reply(w.asJSON, map[string]any{"workers": k.Content.Workers, "terms": k.Content.Terms}, "a comparison of %s could be opened; what only the ledger knows was not checked", counted(k.Content.Workers, "worker"))
			}
			if err := u.sign(c.Context(), w.who); err != nil {
				return err
			}
			if err := u.desk.Comparisons().Keep(k.ID, k); err != nil {
				return err
			}
			if err := u.openComparison(c.Context(), &k); err != nil {
				return fmt.Errorf("opening the comparison %s, which the relay tries again: %w", k.ID, err)
			}
			return a.reply(w.asJSON, describeComparison(k), "%s", k.ID)
		},
	}
	w.flags(c)
	c.Flags().StringVar(&k.Content.Cohort, "cohort", "", "cohort whose workers are compared")
	c.Flags().StringVar(&commitment, "terms", "", "commitment that the cohort names")
	return c
}

func (u *union) bookOfTerms(commitment string) (provenance.TermsBook, error) {
	book, err := u.desk.Terms().Read(commitment)
	if err != nil {
		return book, fmt.Errorf("the book of terms: %w", err)
	}
	return book, nil
}

// openComparison sees to it that a comparison is held; calling it again is
// harmless.
func (u *union) openComparison(ctx context.Context, k *desk.Comparison) error {
	if k.State != desk.Opening {
		return nil
	}
	var there provenance.HeldComparison
	held, err := u.held(ctx, k.Content.Token, &there)
	if err == nil && !held {
		err = u.hold(ctx, "OpenComparison", &k.Content)
	}
	if err != nil {
		return err
	}
	k.State = desk.IsOpen
	return u.desk.Comparisons().Keep(k.ID, *k)
}

// comparing is a comparison without what opens it.
type comparing struct {
	ID         string                      `json:"id"`
	State      desk.State                  `json:"state"`
	Cohort     string                      `json:"cohort"`
	Commitment string                      `json:"commitment"`
	Outcome    *provenance.TermsComparison `json:"outcome,omitempty"`
}

func describeComparison(k desk.Comparison) comparing {
	return comparing{k.ID, k.State, k.Content.Cohort, k.Content.Commitment, k.Outcome}
}

func (u *union) comparisons() ([]desk.Comparison, error) { return everything(u.desk.Comparisons()) }

// everything reads a whole shelf, in order.
func everything[T any](shelf desk.Shelf[T]) ([]T, error) {
	names, err := shelf.Names()
	if err != nil {
		return nil, err
	}
	var all []T
	for _, name := range names {
		thing, err := shelf.Read(name)
		if errors.Is(err, desk.ErrNotKept) {
			continue // destroyed meanwhile
		}
		if err != nil {
			return nil, err
		}
		all = append(all, thing)
	}
	return all, nil
}

func (a *app) bringTerms() *cobra.Command {
	var dryRun, asJSON bool
	c := &cobra.Command{
		Use:   "bring COMPARISON FILE|-",
		Short: "Bring in what workers found on arrival",
		Long: `Bring in what workers have now: a table in CSV with a column "worker", the number
of the worker's line in the table of what was agreed, counted from 1 without the
first line, and columns as in fairlead terms make. A cell of what is not known
stays empty. It is kept at the desk, encrypted, until fairlead inquiry relay has
brought it to Workers' peer, sixteen workers in a round. Later terms of a worker
take the place of earlier ones. None is taken unless all can be.`,
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			k, err := u.desk.Comparisons().Read(args[0])
			if err != nil {
				return err
			}
			if k.State != desk.Opening && k.State != desk.IsOpen {
				return fmt.Errorf("the comparison %s takes nothing: it is %s", k.ID, strings.ToLower(string(k.State)))
			}
			text, err := a.readSecret("terms", args[1])
			if err != nil {
				return err
			}
			arrivals, err := readArrivals(k, string(text))
			if err != nil {
				return err
			}
			if dryRun {
				return a.reply(asJSON, map[string]any{"workers": len(arrivals)}, "%s could be brought in; nothing was kept", counted(len(arrivals), "worker"))
			}
			for _, arrival := range arrivals {
				if err := u.desk.Arrivals().Keep(newID(), arrival); err != nil {
					return err
				}
			}
			return a.reply(asJSON, map[string]any{"workers": len(arrivals)}, "%s at the desk; the relay brings them on its schedule", counted(len(arrivals), "worker"))
		},
	}
	c.Flags().BoolVar(&dryRun, "dry-run", false, "check the table and keep nothing")
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

// readArrivals reads a table of what a comparison's workers have now.
func readArrivals(k desk.Comparison, table string) ([]desk.Arrival, error) {
	codes, rows, err := readTerms(table)
	if err != nil {
		return nil, err
	}
	for _, code := range codes {
		if !slices.Contains(k.Content.Terms, code) {
			return nil, fmt.Errorf("%s was not agreed with these workers: leave the column out", code)
		}
	}
	var arrivals []desk.Arrival
	var faults []error
	for _, row := range rows {
		arrival := desk.Arrival{Comparison: k.ID, Worker: row.worker - 1}
		for _, code := range codes {
			if value, ok := row.values[code]; ok {
				arrival.Now = append(arrival.Now, provenance.TermNow{Code: code, Value: value})
			}
		}
		switch {
		case row.worker < 1 || row.worker > k.Content.Workers:
			faults = append(faults, fmt.Errorf("line %d: the column worker has to say which of the %d workers it is", row.line, k.Content.Workers))
		case len(arrival.Now) == 0:
			faults = append(faults, fmt.Errorf("line %d: no term is known: leave the worker out", row.line))
		}
		arrivals = append(arrivals, arrival)
	}
	if len(rows) == 0 {
		faults = append(faults, errors.New("the table is of nobody"))
	}
	return arrivals, errors.Join(faults...)
}

// arrivalsOf gives the names of what waits for the relay, in the order in which
// it came, with the comparison each is of.
func (u *union) arrivalsOf() ([]string, map[string]desk.Arrival, error) {
	names, err := u.desk.Arrivals().Names()
	if err != nil {
		return nil, nil, err
	}
	all := map[string]desk.Arrival{}
	for _, name := range names {
		if all[name], err = u.desk.Arrivals().Read(name); err != nil {
			return nil, nil, err
		}
	}
	return names, all, nil
}

// bring sends one batch for every open comparison, with workers or without, and
// answers for how many it did.
func (u *union) bring(ctx context.Context) (int, error) {
	all, err := u.comparisons()
	if err != nil {
		return 0, err
	}
	names, waiting, err := u.arrivalsOf()
	if err != nil {
		return 0, err
	}
	sent := 0
	var faults []error
	for _, k := range all {
		if k.State != desk.Opening && k.State != desk.IsOpen {
			continue
		}
		if err := errors.Join(u.openComparison(ctx, &k), ctx.Err()); err != nil {
			faults = append(faults, fmt.Errorf("opening %s: %w", k.ID, err))
			continue
		}
		batch, carried, err := u.termsBatch(k, names, waiting)
		if err == nil {
			err = u.hold(ctx, "CompareTerms", batch)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("bringing terms for %s: %w", k.ID, err))
			continue
		}
		sent++
		for _, name := range carried {
			faults = append(faults, u.desk.Arrivals().Remove(name))
		}
	}
	return sent, errors.Join(faults...)
}

// termsBatch fills a batch: of each worker what came first, for what came later
// has to be compared later.
func (u *union) termsBatch(k desk.Comparison, names []string, waiting map[string]desk.Arrival) (*provenance.TermsBatch, []string, error) {
	batch := &provenance.TermsBatch{Comparison: k.Content.Token, Seed: ledger.Draw(), Workers: []provenance.ComparedWorker{}}
	book, err := u.bookOfTerms(k.Content.Commitment)
	if err != nil {
		return nil, nil, err
	}
	var carried []string
	seen := map[int]bool{}
	for _, name := range names {
		arrival := waiting[name]
		if arrival.Comparison != k.ID || seen[arrival.Worker] || len(carried) == provenance.BatchWidth {
			continue
		}
		opening, err := book.Open(arrival.Worker)
		if err != nil {
			return nil, nil, err
		}
		seen[arrival.Worker] = true
		batch.Workers, carried = append(batch.Workers, provenance.ComparedWorker{Opening: opening, Now: arrival.Now}), append(carried, name)
	}
	return batch, carried, nil
}

func (a *app) closeComparison() *cobra.Command {
	var w writes
	var month, supersedes string
	c := &cobra.Command{
		Use:   "close COMPARISON --as AUTHOR",
		Short: "End a comparison and have Workers' peer tell what came of it",
		Long: `Close a comparison. Which terms are worse, and for how many, is told in bands,
and only when ten workers or more were compared. What waits for the relay hinders
it. From now on the cohort shows in a block.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			k, err := u.desk.Comparisons().Read(args[0])
			if err != nil {
				return err
			}
			if k.State != desk.IsOpen && k.State != desk.Closing {
				return fmt.Errorf("the comparison %s cannot be closed: it is %s", k.ID, strings.ToLower(string(k.State)))
			}
			if k.Closing == nil {
				k.Closing = &provenance.ComparisonClosing{Comparison: k.Content.Token, Salt: ledger.Draw(), Outcome: k.ID, Month: month, Supersedes: supersedes}
			}
			if err := fits("CloseComparison", k.Closing); err != nil {
				return err
			}
			_, waiting, err := u.arrivalsOf()
			if err != nil {
				return err
			}
			for _, arrival := range waiting {
				if arrival.Comparison == k.ID {
					return fmt.Errorf("terms for %s wait for the relay: let fairlead inquiry relay bring them first", k.ID)
				}
			}
			if w.dryRun {
				return a.reply(w.asJSON, describeComparison(k), "the comparison %s could be closed; what only the ledger knows was not checked", k.ID)
			}
			if err := u.sign(c.Context(), w.who); err != nil {
				return err
			}
			if err := u.endComparison(c.Context(), &k); err != nil {
				return err
			}
			if k.Outcome == nil {
				return a.reply(w.asJSON, describeComparison(k), "%s is closed. Fewer than ten workers were compared: there is nothing to publish.", k.ID)
			}
			return a.reply(w.asJSON, describeComparison(k), "%s is closed: %s workers compared; %s. To be published when %s is over.", k.ID, k.Outcome.Compared, worseInWords(k.Outcome), k.Outcome.Month)
		},
	}
	w.flags(c)
	c.Flags().StringVar(&month, "month", "", "month in which the last worker was asked, when that was earlier, as on paper")
	c.Flags().StringVar(&supersedes, "supersedes", "", "comparison that this one takes the place of")
	return c
}

func worseInWords(t *provenance.TermsComparison) string {
	var worse []string
	for _, count := range t.Terms {
		if count.Worse != provenance.BandFew {
			worse = append(worse, fmt.Sprintf("%s worse for %s", count.Code, count.Worse))
		}
	}
	if len(worse) == 0 {
		return "no term is worse for more than a few"
	}
	return strings.Join(worse, ", ")
}

// endComparison ends a comparison; calling it again after a failure goes on where
// that was.
func (u *union) endComparison(ctx context.Context, k *desk.Comparison) error {
	k.State = desk.Closing
	if err := u.desk.Comparisons().Keep(k.ID, *k); err != nil {
		return err
	}
	var there provenance.HeldComparison
	held, err := u.held(ctx, k.Content.Token, &there)
	switch {
	case err != nil:
		return err
	case !held:
		return fmt.Errorf("nobody holds the comparison %s any more", k.ID)
	case there.State == provenance.InquiryOpen:
		if err := u.hold(ctx, "CloseComparison", k.Closing); err != nil {
			return err
		}
	}
	var outcome struct {
		provenance.TermsComparison
		TooFew bool `json:"tooFew"`
	}
	if held, err := u.held(ctx, k.Content.Tally(), &outcome); err != nil || !held {
		return errors.Join(fmt.Errorf("reading what came of %s", k.ID), err)
	}
	if !outcome.TooFew {
		k.Outcome = &outcome.TermsComparison
	}
	k.State = desk.Closed
	return u.desk.Comparisons().Keep(k.ID, *k)
}

func (a *app) publishComparison() *cobra.Command {
	var w writes
	c := &cobra.Command{
		Use:   "publish COMPARISON --as AUTHOR",
		Short: "Publish which terms are worse, and for how many, once the month is over",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			k, err := u.desk.Comparisons().Read(args[0])
			if err != nil {
				return err
			}
			if k.Outcome == nil {
				return fmt.Errorf("the comparison %s has nothing to publish: it is %s", k.ID, strings.ToLower(string(k.State)))
			}
			if w.dryRun {
				return a.reply(w.asJSON, describeComparison(k), "what came of %s could be published when %s is over", k.ID, k.Outcome.Month)
			}
			if err := u.sign(c.Context(), w.who); err != nil {
				return err
			}
			if err := u.state(c.Context(), k.Outcome); err != nil {
				return err
			}
			if k.State == desk.Closed {
				k.State = desk.Published
			}
			if err := u.desk.Comparisons().Keep(k.ID, k); err != nil {
				return err
			}
			alarm := ""
			if k.Outcome.Alarms() {
				alarm = " It is an alarm: everybody sees it with the site and with what is made there."
			}
			return a.reply(w.asJSON, describeComparison(k), "%s is published.%s Purge what was found of each worker with fairlead erase --comparison %s.", k.ID, alarm, k.ID)
		},
	}
	w.flags(c)
	return c
}
