//go:build bench

package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fairlead/fairlead/network"
)

// contestant does the same work in one of two ways.
type contestant struct {
	name    string
	callers int                              // at once
	calls   int                              // of each caller, in a round
	units   int                              // of work in a call
	call    func(context.Context, int) error // by the caller with that number
}

// round is what one contestant achieved.
type round struct {
	rate float64 // units a second
	cpu  usage   // for a unit
}

func (c contestant) run(ctx context.Context, n *network.Network) (round, error) {
	before, err := spent(ctx, n)
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
	after, err := spent(context.WithoutCancel(ctx), n)
	if err != nil {
		return round{}, err
	}
	units := c.callers * c.calls * c.units
	return round{float64(units) / took.Seconds(), after.since(before, units)}, nil
}

// comparison is the rounds of two contestants.
type comparison struct{ ours, theirs []round }

// compare lets both run a round in turn, in changing order, after one round
// each that does not count.
func compare(ctx context.Context, n *network.Network, rounds int, ours, theirs contestant) (comparison, error) {
	var c comparison
	for i := range rounds + 1 {
		order := []contestant{ours, theirs}
		if i%2 == 1 {
			slices.Reverse(order)
		}
		for _, who := range order {
			r, err := who.run(ctx, n)
			if err != nil {
				return c, err
			}
			switch {
			case i == 0:
			case who.name == ours.name:
				c.ours = append(c.ours, r)
			default:
				c.theirs = append(c.theirs, r)
			}
		}
	}
	return c, nil
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
