package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/demo"
	"github.com/fairlead/fairlead/gateway/desk"
)

// loadHeard has the demonstration's worker organisations ask, count and publish,
// through Workers' gateway. Each step looks first whether it was taken, so that
// loading goes on where an earlier one ended, and changes nothing when all is
// there.
func (a *app) loadHeard(ctx context.Context, cast map[demo.Author]player, bar *progress) error {
	u, err := a.atDesk()
	if err != nil {
		return err
	}
	as := func(author demo.Author) *union {
		copied := *u
		copied.author = cast[author].key
		return &copied
	}
	bar.say("what workers say")
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(concurrency)
	for _, i := range demo.Inquiries() {
		group.Go(func() error {
			if err := as(i.Author).inquire(within, i); err != nil {
				return fmt.Errorf("asking about %s: %w", i.Content.Matter, err)
			}
			return nil
		})
	}
	for _, c := range demo.Comparisons() {
		group.Go(func() error {
			if err := as(c.Author).compare(within, c); err != nil {
				return fmt.Errorf("comparing terms: %w", err)
			}
			return nil
		})
	}
	for grievances := range slices.Chunk(demo.Grievances(), 4) {
		group.Go(func() error {
			for _, g := range grievances {
				if err := as(g.Author).complain(within, g); err != nil {
					return fmt.Errorf("bringing a grievance about %s: %w", g.Content.Category, err)
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, closing := range demo.Quarters() {
		if err := as(demo.QuarterAuthor()).countQuarter(ctx, closing); err != nil {
			return fmt.Errorf("counting %s: %w", closing.Quarter, err)
		}
	}
	return nil
}

// inquire takes an inquiry as far as it goes.
func (u *union) inquire(ctx context.Context, i demo.Inquiry) error {
	var there provenance.HeldInquiry
	held, err := u.held(ctx, i.Content.Token, &there)
	if err != nil {
		return err
	}
	if !held {
		if err := u.hold(ctx, "OpenInquiry", &i.Content); err != nil {
			return err
		}
		there.State = provenance.InquiryOpen
	}
	if i.Closing == nil {
		return u.offer(ctx, i)
	}
	if there.State == provenance.InquiryOpen {
		for _, batch := range i.Batches {
			if err := u.hold(ctx, "AnswerReceipt", &batch); err != nil {
				return err
			}
		}
		if err := u.hold(ctx, "CloseAnswers", i.Closing); err != nil {
			return err
		}
	}
	var count provenance.AnswerCount
	if held, err = u.held(ctx, i.Content.Tally(), &count); err != nil || !held {
		return errors.Join(errors.New("its count is not to be read"), err)
	}
	return u.state(ctx, &count)
}

// compare takes a comparison of terms to its end, and keeps at the desk what
// terms make and terms publish would have kept.
func (u *union) compare(ctx context.Context, c demo.Comparison) error {
	var there provenance.HeldComparison
	held, err := u.held(ctx, c.Content.Token, &there)
	if err != nil {
		return err
	}
	if !held {
		if err := u.hold(ctx, "OpenComparison", &c.Content); err != nil {
			return err
		}
		there.State = provenance.InquiryOpen
	}
	if there.State == provenance.InquiryOpen {
		for _, batch := range c.Batches {
			if err := u.hold(ctx, "CompareTerms", &batch); err != nil {
				return err
			}
		}
		if err := u.hold(ctx, "CloseComparison", &c.Closing); err != nil {
			return err
		}
	}
	var outcome provenance.TermsComparison
	if held, err = u.held(ctx, c.Content.Tally(), &outcome); err != nil || !held {
		return errors.Join(errors.New("what came of it is not to be read"), err)
	}
	if err := u.state(ctx, &outcome); err != nil {
		return err
	}
	if err := u.desk.Terms().Keep(c.Book.Commitment, c.Book); err != nil {
		return err
	}
	kept := desk.Comparison{ID: outcome.ID, State: desk.Published, Content: c.Content, Closing: &c.Closing, Outcome: &outcome}
	if was, err := u.desk.Comparisons().Read(kept.ID); err == nil && was.State == desk.Erased {
		return nil // somebody tried purging it
	}
	return u.desk.Comparisons().Keep(kept.ID, kept)
}

// offer keeps an inquiry that stays open at the desk and puts its question into
// the letterbox, as inquiry open does.
func (u *union) offer(ctx context.Context, i demo.Inquiry) error {
	if err := u.desk.Books().Keep(i.Book.Cohort, i.Book); err != nil {
		return err
	}
	today := time.Now().UTC()
	kept := desk.Inquiry{
		ID: demo.OpenInquiry, State: desk.IsOpen, Content: i.Content, Handler: i.Handler, Contact: "call +00 000 0000, an invented number",
		Closes: today.AddDate(0, 1, 0).Format(time.DateOnly), Hears: today.AddDate(0, 2, 0).Format(time.DateOnly),
	}
	if was, err := u.desk.Inquiries().Read(kept.ID); err == nil && was.State != desk.Opening && was.State != desk.IsOpen {
		return nil // somebody tried closing it
	}
	if err := u.desk.Inquiries().Keep(kept.ID, kept); err != nil {
		return err
	}
	return u.open(ctx, &kept)
}

// complain opens a grievance and takes the steps that it has not taken.
func (u *union) complain(ctx context.Context, g demo.Grievance) error {
	soon := time.Now().UTC().AddDate(0, 0, 14).Format(time.DateOnly)
	var there provenance.HeldGrievance
	held, err := u.held(ctx, g.Content.Token, &there)
	if err != nil {
		return err
	}
	if !held {
		g.Content.NextOn = soon
		if err := u.hold(ctx, "OpenGrievance", &g.Content); err != nil {
			return err
		}
	}
	for n, step := range g.Steps {
		if n < len(there.Steps)-1 {
			continue
		}
		if !step.State.Ended() {
			step.NextOn = soon
		}
		if err := u.hold(ctx, "AdvanceGrievance", &step); err != nil {
			return err
		}
	}
	return nil
}

// countQuarter closes a quarter and publishes its counts.
func (u *union) countQuarter(ctx context.Context, closing provenance.QuarterClosing) error {
	for n := range closing.Sites {
		tally := closing.Count(n, nil).Tally
		var count provenance.GrievanceCount
		held, err := u.held(ctx, tally, &count)
		if err == nil && !held {
			if err = u.hold(ctx, "CloseGrievances", &closing); err == nil {
				held, err = u.held(ctx, tally, &count)
			}
		}
		if err != nil || !held {
			return cmp.Or(err, errors.New("its counts are not to be read"))
		}
		if err := u.state(ctx, &count); err != nil {
			return err
		}
	}
	return nil
}
