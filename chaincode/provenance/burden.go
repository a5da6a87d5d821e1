package provenance

import (
	"math/big"
	"slices"
)

// BurdenBand is how grave it is what workers paid, in months of wages. No
// standard fixes bands: BurdenRule names these.
type BurdenBand string

// Bands, the lightest first.
const (
	BurdenNone   BurdenBand = "NO_FEE"
	BurdenOne    BurdenBand = "UP_TO_1_MONTH"
	BurdenThree  BurdenBand = "UP_TO_3_MONTHS"
	BurdenBeyond BurdenBand = "OVER_3_MONTHS"
)

// BurdenRule is the version of the bands and of how months are counted.
const BurdenRule = "fee-months-2026-11"

var burdenBands = []BurdenBand{BurdenNone, BurdenOne, BurdenThree, BurdenBeyond}

// mostHundredths is where figures stop: a thousand years of wages.
const mostHundredths = 1_200_000

// burden tells what a statement's charges come to in months.
func (f *FeeStatement) burden() (months *big.Rat, known bool) {
	if f.Quantified == NotYet {
		return nil, false
	}
	return burdenOf(f.Lines, f.FirstMonthEarnings)
}

// burdenOf tells what lines come to in months. There is no answer without
// earnings, or where a charge is in another currency than these.
func burdenOf(lines []FeeLine, earned *Money) (months *big.Rat, known bool) {
	if earned == nil || earned.Amount == 0 {
		return nil, false
	}
	sum := new(big.Rat)
	for _, l := range lines {
		if !l.BorneByWorkers() || l.Charged.Amount == 0 || l.Workers == 0 {
			continue
		}
		if l.Charged.Currency != earned.Currency {
			return nil, false
		}
		sum.Add(sum, big.NewRat(l.Charged.Amount, int64(l.Workers)))
	}
	return sum.Quo(sum, big.NewRat(earned.Amount, 1)), true
}

// newBurden rounds and bands months.
func newBurden(months *big.Rat) Burden {
	b := Burden{Band: BurdenBeyond, Rule: BurdenRule}
	switch {
	case months.Sign() == 0:
		b.Band = BurdenNone
	case months.Cmp(big.NewRat(1, 1)) <= 0:
		b.Band = BurdenOne
	case months.Cmp(big.NewRat(3, 1)) <= 0:
		b.Band = BurdenThree
	}
	hundredths := new(big.Rat).Mul(months, big.NewRat(100, 1))
	hundredths.Add(hundredths, big.NewRat(1, 2))
	whole := new(big.Int).Quo(hundredths.Num(), hundredths.Denom())
	b.Hundredths = mostHundredths
	if whole.Cmp(big.NewInt(mostHundredths)) < 0 {
		b.Hundredths = whole.Int64()
	}
	return b
}

// burden is what the job cost the group: the account that counts, over the
// lowest earnings that its party states, or else anybody. There is none where
// that account cannot be counted, for a lower one would make light of it.
func (g group) burden() *Burden {
	if g.uncertain || !g.asked {
		return nil
	}
	party, charged := "", false
	for _, c := range g.charges {
		if c.amount > 0 {
			if charged && party != c.party {
				return nil // in several currencies
			}
			party, charged = c.party, true
		}
	}
	if !charged {
		return &Burden{Band: BurdenNone, Rule: BurdenRule}
	}
	var lines []FeeLine
	var own, others *Money
	for _, s := range g.statements {
		earned := s.T.FirstMonthEarnings
		if s.By.Party != party {
			others = lower(others, earned, g.charges)
			continue
		}
		own = lower(own, earned, g.charges)
		lines = append(lines, s.T.Lines...)
	}
	if own == nil {
		own = others
	}
	months, known := burdenOf(lines, own)
	if !known {
		return nil
	}
	b := newBurden(months)
	return &b
}

// lower is the lower of two earnings in the currency of the charges.
func lower(a, b *Money, charges []charge) *Money {
	inCurrency := b != nil && slices.ContainsFunc(charges, func(c charge) bool { return c.amount > 0 && c.currency == b.Currency })
	if inCurrency && (a == nil || b.Amount < a.Amount) {
		return b
	}
	return a
}

// burdens counts the groups by what their jobs cost. Bands of fewer workers
// than may be shown are left out.
func burdens(groups []group) []BurdenCount {
	counts := make([]BurdenCount, len(burdenBands))
	workers := make([]int, len(burdenBands))
	for _, g := range groups {
		if b := g.burden(); b != nil {
			n := slices.Index(burdenBands, b.Band)
			counts[n].Cohorts++
			workers[n] += g.cohort.T.Size
		}
	}
	out := []BurdenCount{}
	for n, c := range counts {
		if workers[n] >= SmallestShown {
			out = append(out, BurdenCount{Band: burdenBands[n], Cohorts: c.Cohorts, Workers: BandOf(workers[n]), Rule: BurdenRule})
		}
	}
	return out
}
