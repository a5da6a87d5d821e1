//go:build bench

package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// contestant does the same work in one of two ways.
type contestant struct {
	name    string
	callers int                              // at once
	calls   int                              // of each caller, in a round
	units   int                              // of work in a call
	call    func(context.Context, int) error // by the caller with that number
	spent   func(context.Context) (usage, error)
}

// round is what one contestant achieved.
type round struct {
	rate float64 // units a second
	cpu  usage   // for a unit
}

func (c contestant) run(ctx context.Context) (round, error) {
	before, err := c.spent(ctx)
	if err != nil {
		return round{}, err
	}
	begun := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	for caller := range c.callers {
		group.Go(func() error {
			for range c.calls {
				if err := c.call(ctx, caller); err != nil {
					return fmt.Errorf("%s: %w", c.name, err)
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return round{}, err
	}
	took := time.Since(begun)
	after, err := c.spent(context.WithoutCancel(ctx))
	if err != nil {
		return round{}, err
	}
	units := c.callers * c.calls * c.units
	return round{float64(units) / took.Seconds(), after.since(before, units)}, nil
}

// comparison is the rounds of two contestants.
type comparison struct{ ours, theirs []round }

// compare lets each run a round in turn, each time another first, after one
// round each that does not count. It answers their rounds, in the order they
// were given in.
func compare(ctx context.Context, rounds int, contestants ...contestant) ([][]round, error) {
	all := make([][]round, len(contestants))
	for i := range rounds + 1 {
		for n := range contestants {
			who := (n + i) % len(contestants)
			r, err := contestants[who].run(ctx)
			if err != nil {
				return nil, err
			}
			if i > 0 {
				all[who] = append(all[who], r)
			}
		}
	}
	return all, nil
}

// ratios are ours over theirs, round by round, in order of size.
func (c comparison) ratios(of func(round) float64) []float64 {
	var all []float64
	for i := range c.ours {
		all = append(all, of(c.ours[i])/of(c.theirs[i]))
	}
	slices.Sort(all)
	return all
}

func median(rounds []round, of func(round) float64) float64 {
	var all []float64
	for _, r := range rounds {
		all = append(all, of(r))
	}
	slices.Sort(all)
	return middle(all)
}

// middle of an ordered list.
func middle(all []float64) float64 {
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

func rate(r round) float64 { return r.rate }
func cpu(r round) float64  { return milliseconds(r.cpu.total()) }

// of is the CPU time of one kind of process.
func of(kind string) func(round) float64 {
	return func(r round) float64 { return milliseconds(r.cpu[kind]) }
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
