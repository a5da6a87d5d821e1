package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/desk"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/letterbox"
)

func (a *app) relayInquiries() *cobra.Command {
	var w writes
	var every time.Duration
	var rounds int
	c := &cobra.Command{
		Use:   "relay --as AUTHOR [--every 15m]",
		Short: "Sign and send what is in the letterbox, on a schedule, until ctrl-C",
		Long: fmt.Sprintf(`Send a batch for every open inquiry in each round: of the same width whether it
brings %d answers or none, so that nobody who watches the ledger learns when
somebody answered. Comparisons of terms are served likewise. What does not fit
waits for the next round. The author's key is opened here and in no server.`, provenance.BatchWidth),
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if every < time.Second && rounds != 1 {
				return usagef("--every %s is too often: a second at least", every)
			}
			u, err := a.atDesk()
			if err != nil {
				return err
			}
			if err := u.sign(c.Context(), w.who); err != nil {
				return err
			}
			return u.relayUntil(c.Context(), every, rounds, w.asJSON)
		},
	}
	w.who.flags(c)
	c.Flags().BoolVar(&w.asJSON, "json", false, "answer as JSON, a line for each round")
	c.Flags().DurationVar(&every, "every", 15*time.Minute, "time from round to round")
	c.Flags().IntVar(&rounds, "rounds", 0, "end after so many rounds; 0 for never")
	return c
}

// relayUntil goes on after a round that failed: answers wait in the letterbox.
func (u *union) relayUntil(ctx context.Context, every time.Duration, rounds int, asJSON bool) error {
	tick := time.NewTicker(max(every, time.Second))
	defer tick.Stop()
	for n := 1; ; n++ {
		sent, err := u.round(ctx)
		compared, fault := u.bring(ctx)
		err = errors.Join(err, fault)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			u.note("round %d: %s", n, explain(err))
		}
		if err := u.reply(asJSON, map[string]any{"round": n, "inquiries": sent, "comparisons": compared, "whole": err == nil}, "round %d: a batch for each of %d open inquiries and %d comparisons", n, sent, compared); err != nil {
			return err
		}
		if n == rounds {
			if err != nil {
				return errReported
			}
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// round sends one batch for every open inquiry and answers for how many it did.
func (u *union) round(ctx context.Context) (int, error) {
	all, err := u.inquiries()
	if err != nil {
		return 0, err
	}
	letters, err := u.box.Take(u.desk.Decrypt)
	if err != nil {
		return 0, err
	}
	sent := 0
	var faults []error
	for _, i := range all {
		if i.State != desk.Opening && i.State != desk.IsOpen {
			continue
		}
		if err := errors.Join(u.open(ctx, &i), ctx.Err()); err != nil {
			faults = append(faults, fmt.Errorf("opening %s: %w", i.ID, err))
			continue
		}
		batch, carried := batchOf(i, letters)
		if err := u.hold(ctx, "AnswerReceipt", batch); err != nil {
			faults = append(faults, fmt.Errorf("sending for %s: %w", i.ID, err))
			continue
		}
		sent++
		for _, letter := range carried {
			faults = append(faults, u.box.Done(letter))
		}
	}
	return sent, errors.Join(faults...)
}

// batchOf fills a batch: of each receipt one answer, for its two codes cannot
// travel together.
func batchOf(i desk.Inquiry, letters []letterbox.Letter) (*provenance.AnswerBatch, []letterbox.Letter) {
	batch := &provenance.AnswerBatch{Inquiry: i.Content.Token, Seed: ledger.Draw(), Answers: []provenance.WorkerAnswer{}}
	var carried []letterbox.Letter
	seen := map[int]bool{}
	for _, letter := range letters {
		receipt := letter.Answer.Answer.Proof.Receipt()
		if letter.Question != i.ID || seen[receipt] || len(carried) == provenance.BatchWidth {
			continue
		}
		seen[receipt] = true
		batch.Answers, carried = append(batch.Answers, letter.Answer.Answer), append(carried, letter)
	}
	return batch, carried
}
