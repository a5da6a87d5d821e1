package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/desk"
	"github.com/fairlead/fairlead/gateway/ledger"
)

func (a *app) closeInquiry() *cobra.Command {
	var w writes
	var month, supersedes string
	c := &cobra.Command{
		Use:   "close INQUIRY --as AUTHOR",
		Short: "End an inquiry and have Workers' peer count the answers",
		Long: `Close an inquiry. Workers' peer counts; what may be published is told in bands,
and only when ten or more answered freely. Answers that wait for the relay hinder
it. From now on cohort and record show in a block.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			i, err := u.desk.Inquiries().Read(args[0])
			if err != nil {
				return err
			}
			if i.State != desk.IsOpen && i.State != desk.Closing {
				return fmt.Errorf("the inquiry %s cannot be closed: it is %s", i.ID, i.State)
			}
			if i.Closing == nil {
				i.Closing = &provenance.Closing{Inquiry: i.Content.Token, Salt: ledger.Draw(), Count: i.ID, Month: month, Supersedes: supersedes}
			}
			if err := fits("CloseAnswers", i.Closing); err != nil {
				return err
			}
			if err := u.nothingWaits(i); err != nil {
				return err
			}
			if w.dryRun {
				return a.reply(w.asJSON, describe(i), "the inquiry %s could be closed; what only the ledger knows was not checked", i.ID)
			}
			if err := u.sign(c.Context(), w.who); err != nil {
				return err
			}
			if err := u.close(c.Context(), &i); err != nil {
				return err
			}
			if i.Count == nil {
				return a.reply(w.asJSON, describe(i), "%s is closed. Fewer than ten answered freely: there is nothing to publish.", i.ID)
			}
			return a.reply(w.asJSON, describe(i), "%s is closed: %s answered; right %s, wrong %s, ask %s. To be published when %s is over.", i.ID, i.Count.Answered, i.Count.Right, i.Count.Wrong, i.Count.Ask, i.Count.Month)
		},
	}
	w.flags(c)
	c.Flags().StringVar(&month, "month", "", "month in which the last answer was given, when that was earlier, as on paper")
	c.Flags().StringVar(&supersedes, "supersedes", "", "count that this one takes the place of")
	return c
}

// nothingWaits refuses while the letterbox has answers to the inquiry.
func (u *union) nothingWaits(i desk.Inquiry) error {
	letters, err := u.box.Take(u.desk.Decrypt)
	if err != nil {
		return err
	}
	for _, letter := range letters {
		if letter.Question == i.ID {
			return fmt.Errorf("answers to %s wait for the relay: let fairlead inquiry relay send them first", i.ID)
		}
	}
	return nil
}

// close ends an inquiry; calling it again after a failure goes on where that was.
func (u *union) close(ctx context.Context, i *desk.Inquiry) error {
	// First nobody is asked any more, then nothing may wait: an answer that a worker
	// was told is kept must not come too late.
	if err := u.box.Withdraw(i.ID); err != nil {
		return err
	}
	if err := u.nothingWaits(*i); err != nil {
		return errors.Join(err, u.open(ctx, i))
	}
	i.State = desk.Closing
	if err := u.desk.Inquiries().Keep(i.ID, *i); err != nil {
		return err
	}
	var there provenance.HeldInquiry
	held, err := u.held(ctx, i.Content.Token, &there)
	switch {
	case err != nil:
		return err
	case !held:
		return fmt.Errorf("nobody holds the inquiry %s any more", i.ID)
	case there.State == provenance.InquiryOpen:
		if err := u.hold(ctx, "CloseAnswers", i.Closing); err != nil {
			return err
		}
	}
	var tally struct {
		provenance.AnswerCount
		TooFew bool `json:"tooFew"`
	}
	if held, err := u.held(ctx, i.Content.Tally(), &tally); err != nil || !held {
		return errors.Join(fmt.Errorf("reading the count of %s", i.ID), err)
	}
	if !tally.TooFew {
		i.Count = &tally.AnswerCount
	}
	i.State = desk.Closed
	return u.desk.Inquiries().Keep(i.ID, *i)
}

func (a *app) publishInquiry() *cobra.Command {
	var w writes
	c := &cobra.Command{
		Use:   "publish INQUIRY --as AUTHOR",
		Short: "Publish the count of a closed inquiry, once its month is over",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			i, err := u.desk.Inquiries().Read(args[0])
			if err != nil {
				return err
			}
			if i.Count == nil {
				return fmt.Errorf("the inquiry %s has no count to publish: it is %s", i.ID, i.State)
			}
			if w.dryRun {
				return a.reply(w.asJSON, describe(i), "the count of %s could be published when %s is over", i.ID, i.Count.Month)
			}
			if err := u.sign(c.Context(), w.who); err != nil {
				return err
			}
			if err := u.state(c.Context(), i.Count); err != nil {
				return err
			}
			if i.State == desk.Closed {
				i.State = desk.Published
			}
			if err := u.desk.Inquiries().Keep(i.ID, i); err != nil {
				return err
			}
			return a.reply(w.asJSON, describe(i), "%s is published. Purge the answers with fairlead erase --inquiry %s.", i.ID, i.ID)
		},
	}
	w.flags(c)
	return c
}
