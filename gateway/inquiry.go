package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/desk"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/letterbox"
)

func (a *app) openInquiry() *cobra.Command {
	var w writes
	var record string
	i := desk.Inquiry{}
	c := &cobra.Command{
		Use:   "open --cohort ID --record KIND/ID --matter CODE --handler PARTY --closes DATE --hears DATE --as AUTHOR",
		Short: "Ask the workers of a cohort whether what a record says of them is true",
		Long: `Open an inquiry: Workers' peer holds it, the letterbox offers it to those who have
a receipt of the cohort, and nobody else learns of it. Its name is printed; what
opens its answers is kept at the desk.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := required(c, "cohort", "record", "matter", "handler", "closes", "hears"); err != nil {
				return err
			}
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			kind, id, _ := strings.Cut(record, "/")
			book, err := u.desk.Books().Read(i.Content.Cohort)
			if err != nil {
				return fmt.Errorf("the book of receipts: %w", err)
			}
			root, err := book.Root()
			if err != nil {
				return err
			}
			i.ID, i.State = newID(), desk.Opening
			i.Content = provenance.Inquiry{
				Token: ledger.Draw(), Key: ledger.Draw(), Cohort: book.Cohort, Receipts: book.Receipts(), Root: root, Marker: book.Marker,
				Record: provenance.Asked{Kind: provenance.Kind(kind), ID: id}, Matter: i.Content.Matter,
			}
			if err := checkDates(i); err != nil {
				return err
			}
			if err := fits("OpenInquiry", &i.Content); err != nil {
				return err
			}
			if w.dryRun {
				return a.reply(w.asJSON, map[string]any{"receipts": i.Content.Receipts}, "an inquiry of %s could be opened; what only the ledger knows was not checked", counted(i.Content.Receipts, "receipt"))
			}
			if err := u.sign(c.Context(), w.who); err != nil {
				return err
			}
			if err := u.desk.Inquiries().Keep(i.ID, i); err != nil {
				return err
			}
			if err := u.open(c.Context(), &i); err != nil {
				return fmt.Errorf("opening the inquiry %s, which the relay tries again: %w", i.ID, err)
			}
			return a.reply(w.asJSON, describe(i), "%s", i.ID)
		},
	}
	w.flags(c)
	c.Flags().StringVar(&i.Content.Cohort, "cohort", "", "cohort whose workers are asked")
	c.Flags().StringVar(&record, "record", "", "record that they are asked about, such as fee-statement/01ARZ3NDEKTSV4RRFFQ69G5FAV")
	c.Flags().StringVar(&i.Content.Matter, "matter", "", "FEES, REPAYMENT, FINDING or a predicate's code")
	c.Flags().StringVar(&i.Handler, "handler", "", "party who sees to what workers ask")
	c.Flags().StringVar(&i.Contact, "contact", "", "how workers reach that party, as their page tells it")
	c.Flags().StringVar(&i.Closes, "closes", "", "last day for answers")
	c.Flags().StringVar(&i.Hears, "hears", "", "day on which workers hear what came of it")
	return c
}

func checkDates(i desk.Inquiry) error {
	for flag, date := range map[string]string{"closes": i.Closes, "hears": i.Hears} {
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			return usagef("--%s %q is no day: write it as 2026-12-31", flag, date)
		}
	}
	if i.Hears < i.Closes {
		return usagef("--hears %s is before --closes %s", i.Hears, i.Closes)
	}
	if len(i.Contact) > 120 || strings.ContainsAny(i.Contact, "\n\r") {
		return usagef("--contact is one line of at most 120 bytes, such as a number to call")
	}
	return nil
}

// open sees to it that an inquiry is held and asked; calling it again is
// harmless.
func (u *union) open(ctx context.Context, i *desk.Inquiry) error {
	if i.State == desk.Opening {
		var there provenance.HeldInquiry
		held, err := u.held(ctx, i.Content.Token, &there)
		if err == nil && !held {
			err = u.hold(ctx, "OpenInquiry", &i.Content)
		}
		if err != nil {
			return err
		}
		i.State = desk.IsOpen
		if err := u.desk.Inquiries().Keep(i.ID, *i); err != nil {
			return err
		}
	}
	if i.State != desk.IsOpen {
		return nil
	}
	book, err := u.desk.Books().Read(i.Content.Cohort)
	if err != nil {
		return fmt.Errorf("the book of receipts: %w", err)
	}
	return u.box.Ask(letterbox.Question{
		ID: i.ID, Cohort: i.Content.Cohort, Leaves: book.Leaves, Record: i.Content.Record, Matter: i.Content.Matter,
		Handler: i.Handler, Contact: i.Contact, Closes: i.Closes, Hears: i.Hears, Recipient: u.desk.Recipient(),
	})
}

// described is an inquiry without what opens it.
type described struct {
	ID     string                  `json:"id"`
	State  desk.State              `json:"state"`
	Cohort string                  `json:"cohort"`
	Record provenance.Asked        `json:"record"`
	Matter string                  `json:"matter"`
	Closes string                  `json:"closes"`
	Hears  string                  `json:"hears"`
	Count  *provenance.AnswerCount `json:"count,omitempty"`
}

func describe(i desk.Inquiry) described {
	return described{i.ID, i.State, i.Content.Cohort, i.Content.Record, i.Content.Matter, i.Closes, i.Hears, i.Count}
}

func (a *app) listInquiries() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the inquiries kept at this desk",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			all, err := u.inquiries()
			if err != nil {
				return err
			}
			list := []described{}
			for _, i := range all {
				list = append(list, describe(i))
			}
			if asJSON {
				return printJSON(a.out, map[string]any{"inquiries": list})
			}
			for _, i := range list {
				if err := a.reply(false, nil, "%s %s: %s of %s/%s, until %s", i.ID, i.State, i.Matter, i.Record.Kind, i.Record.ID, i.Closes); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

func (u *union) inquiries() ([]desk.Inquiry, error) { return everything(u.desk.Inquiries()) }

func (a *app) answerInquiry() *cobra.Command {
	var dryRun, asJSON bool
	c := &cobra.Command{
		Use:   "answer INQUIRY FILE|-",
		Short: "Bring in answers that workers gave on paper",
		Long: `Put answers into the letterbox, from where the relay sends them with all others.
The file has a line for each: the code, a comma, and right, wrong or ask. Codes
are read from files alone, never from the command line. None is taken unless all
can be.`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			i, err := u.desk.Inquiries().Read(args[0])
			if err != nil {
				return err
			}
			if i.State != desk.IsOpen {
				return fmt.Errorf("the inquiry %s takes no answers: it is %s", i.ID, strings.ToLower(string(i.State)))
			}
			text, book, err := u.codesOf(i.Content.Cohort, args[1])
			if err != nil {
				return err
			}
			answers, err := readAnswers(text, book)
			if err != nil || dryRun {
				if err == nil {
					err = a.reply(asJSON, map[string]any{"answers": len(answers)}, "%s could be brought in; nothing was kept", counted(len(answers), "answer"))
				}
				return err
			}
			q := letterbox.Question{ID: i.ID, Recipient: u.desk.Recipient()}
			for _, answer := range answers {
				if err := u.box.Leave(q, answer.Answer, answer.Proof); err != nil {
					return err
				}
			}
			return a.reply(asJSON, map[string]any{"answers": len(answers)}, "%s in the letterbox; the relay sends what is there on its schedule", counted(len(answers), "answer"))
		},
	}
	c.Flags().BoolVar(&dryRun, "dry-run", false, "check the answers and keep nothing")
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

// readAnswers reads lines of a code and an answer. Its errors repeat neither.
func readAnswers(text string, book provenance.ReceiptBook) ([]provenance.WorkerAnswer, error) {
	words := map[string]provenance.Said{"right": provenance.SaidRight, "wrong": provenance.SaidWrong, "ask": provenance.SaidAsk}
	codes, err := readCodes(text, book)
	faults := []error{err}
	var answers []provenance.WorkerAnswer
	for _, c := range codes {
		said, known := words[strings.ToLower(c.rest)]
		if !known {
			faults = append(faults, fmt.Errorf("line %d: the answer is none of right, wrong and ask", c.line))
		}
		answers = append(answers, provenance.WorkerAnswer{Proof: c.proof, Answer: said})
	}
	return answers, errors.Join(faults...)
}

func (a *app) findAnswer() *cobra.Command {
	var w writes
	c := &cobra.Command{
		Use:   "find NUMBER --as AUTHOR",
		Short: "Find what a worker answered, by the number that the worker kept",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			if err := u.sign(c.Context(), w.who); err != nil {
				return err
			}
			all, err := u.inquiries()
			if err != nil {
				return err
			}
			number := strings.ToUpper(strings.TrimSpace(args[0]))
			for _, i := range all {
				book, err := u.desk.Books().Read(i.Content.Cohort)
				if err != nil {
					return err
				}
				leaf := slices.IndexFunc(book.Leaves, func(leaf string) bool { return letterbox.Number(leaf) == number })
				if leaf < 0 {
					continue
				}
				var answer provenance.HeldAnswer
				if _, err := u.held(c.Context(), i.Content.Slot(leaf/2), &answer); err != nil {
					return err
				}
				pressed := provenance.PressedAt(book.Marker, leaf)
				words := map[bool]string{true: "the code for pressure", false: "the worker's own code"}[pressed]
				if err := a.reply(w.asJSON, map[string]any{"inquiry": i.ID, "own": answer.Own, "pressed": answer.Pressed, "numberOfPressed": pressed},
					"%s: said freely %q, under pressure %q; the number is of %s", i.ID, answer.Own, answer.Pressed, words); err != nil {
					return err
				}
			}
			return nil
		},
	}
	w.who.flags(c)
	c.Flags().BoolVar(&w.asJSON, "json", false, "answer as JSON")
	return c
}
