package provenance

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// group is a cohort at a site of the walk with what is known of its fees.
type group struct {
	cohort     stated[Cohort]
	statements []stated[FeeStatement]
	charges    []charge  // by the highest account, see highest
	balances   []balance // one a currency, sorted
	asked      bool      // an auditor or Workers stated fees
}

// charge is a kind of fee in a currency. Its numbers of workers are exact and
// leave this package in bands only.
type charge struct {
	category, currency string
	amount             int64
	workers            int
}

// balance is the account of one currency.
type balance struct {
	currency                                        string
	charged, repaid, claimed, promised, outstanding int64
	workers                                         int
}

// groups collects the cohorts at the places, in the places' order.
func (f *facts) groups(places []*place) []group {
	groups := []group{}
	for _, p := range places {
		for _, c := range f.cohorts {
			if c.T.Facility != p.id {
				continue
			}
			g := group{cohort: c, statements: f.statements[c.ID]}
			for _, s := range g.statements {
				g.asked = g.asked || s.By.Org != Suppliers
			}
			g.charges = highest(g.statements)
			g.balances = f.balances(g)
			groups = append(groups, g)
		}
	}
	return groups
}

// highest takes, for each currency, the account of the party that states the
// most: whoever states less may not have been told. One party's statements
// about a cohort add up; accounts of different parties do not.
func highest(statements []stated[FeeStatement]) []charge {
	type account struct{ party, currency string }
	accounts := map[account]map[string]charge{}
	totals := map[account]int64{}
	for _, s := range statements {
		for _, l := range s.T.Lines {
			k := account{s.By.Party, l.Charged.Currency}
			if accounts[k] == nil {
				accounts[k] = map[string]charge{}
			}
			c := accounts[k][l.Category]
			accounts[k][l.Category] = charge{l.Category, l.Charged.Currency, c.amount + l.Charged.Amount, max(c.workers, l.Workers)}
			totals[k] += l.Charged.Amount
		}
	}
	best := map[string]account{}
	for _, k := range slices.SortedFunc(maps.Keys(totals), func(a, b account) int {
		return cmp.Or(strings.Compare(a.currency, b.currency), cmp.Compare(totals[b], totals[a]), strings.Compare(a.party, b.party))
	}) {
		if _, chosen := best[k.currency]; !chosen {
			best[k.currency] = k
		}
	}
	var charges []charge
	for _, currency := range slices.Sorted(maps.Keys(best)) {
		lines := accounts[best[currency]]
		for _, category := range slices.Sorted(maps.Keys(lines)) {
			charges = append(charges, lines[category])
		}
	}
	return charges
}

// balances sets what was charged against what came back.
func (f *facts) balances(g group) []balance {
	byCurrency := map[string]*balance{}
	in := func(currency string) *balance {
		if byCurrency[currency] == nil {
			byCurrency[currency] = &balance{currency: currency}
		}
		return byCurrency[currency]
	}
	for _, c := range g.charges {
		b := in(c.currency)
		b.charged += c.amount
		b.workers = max(b.workers, c.workers)
	}
	for statement, cohort := range f.cohortOf {
		if cohort != g.cohort.ID {
			continue
		}
		for _, r := range f.repayments[statement] {
			b := in(r.T.Paid.Currency)
			switch f.repaymentStands(r) {
			case repaymentPlanned:
				b.promised += r.T.Paid.Amount
			case repaymentClaimed:
				b.claimed += r.T.Paid.Amount
			case repaymentConfirmed:
				b.repaid += r.T.Paid.Amount
			}
		}
	}
	var out []balance
	for _, currency := range slices.Sorted(maps.Keys(byCurrency)) {
		b := *byCurrency[currency]
		b.promised = max(0, b.promised-b.claimed-b.repaid) // a plan shrinks as it is paid
		b.outstanding = max(0, b.charged-b.repaid)
		out = append(out, b)
	}
	return out
}

type repaymentStand int

const (
	repaymentPlanned repaymentStand = iota
	repaymentClaimed
	repaymentConfirmed
	repaymentRefuted
)

// repaymentStands tells what a repayment is worth: money that somebody
// independent says the workers did not get counts for nothing, whoever else
// says that they did.
func (f *facts) repaymentStands(r stated[Repayment]) repaymentStand {
	if r.T.State == PlanAgreed {
		return repaymentPlanned
	}
	stand := repaymentClaimed
	for _, c := range f.checks[r.ID] {
		switch c.T.Received {
		case No:
			return repaymentRefuted
		case Yes:
			stand = repaymentConfirmed
		}
	}
	return stand
}

func sumBalances(list []balance) []balance {
	sums := map[string]balance{}
	for _, b := range list {
		s := sums[b.currency]
		sums[b.currency] = balance{
			currency: b.currency, charged: s.charged + b.charged, repaid: s.repaid + b.repaid,
			claimed: s.claimed + b.claimed, promised: s.promised + b.promised,
			outstanding: s.outstanding + b.outstanding, workers: s.workers + b.workers,
		}
	}
	var out []balance
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		out = append(out, sums[currency])
	}
	return out
}

func feeTotals(list []balance) []FeeTotal {
	totals := []FeeTotal{}
	for _, b := range list {
		if b == (balance{currency: b.currency}) {
			continue // somebody asked, and nothing was charged
		}
		totals = append(totals, FeeTotal{
			Currency: b.currency, Charged: b.charged, Repaid: b.repaid, Claimed: b.claimed,
			Promised: b.promised, Outstanding: b.outstanding, Workers: BandOf(b.workers),
		})
	}
	return totals
}

// charged adds the groups up and lists those large enough to be shown.
func (f *facts) charged(groups []group) (Fees, []CohortLine, int) {
	fees := Fees{Totals: []FeeTotal{}, Categories: []FeeCategory{}}
	lines, small := []CohortLine{}, 0
	var all []balance
	type key struct{ category, currency string }
	sums := map[key]charge{}
	for _, g := range groups {
		all = append(all, g.balances...)
		for _, c := range g.charges {
			k := key{c.category, c.currency}
			sums[k] = charge{c.category, c.currency, sums[k].amount + c.amount, sums[k].workers + c.workers}
		}
		if g.cohort.T.Size < SmallestShown {
			small++
			continue
		}
		lines = append(lines, f.cohortLine(g))
	}
	fees.Totals = feeTotals(sumBalances(all))
	for _, k := range slices.SortedFunc(maps.Keys(sums), func(a, b key) int {
		return cmp.Or(strings.Compare(a.currency, b.currency), strings.Compare(a.category, b.category))
	}) {
		c := sums[k]
		if c.amount > 0 {
			fees.Categories = append(fees.Categories, FeeCategory{
				Category: c.category, Class: FeeClass(c.category), Currency: c.currency,
				Charged: c.amount, Workers: BandOf(c.workers),
			})
		}
	}
	return fees, lines, small
}

func (f *facts) cohortLine(g group) CohortLine {
	c := g.cohort.T
	line := CohortLine{
		ID: c.ID, Site: f.site(c.Facility), Corridor: c.Corridor,
		ArrivedFrom: c.ArrivedFrom, ArrivedUntil: c.ArrivedUntil, Size: BandOf(c.Size),
		Balances: feeTotals(g.balances), Said: []FeeSaid{},
	}
	if c.Recruiter != "" {
		recruiter := f.party(c.Recruiter)
		line.Recruiter = &recruiter
	}
	for _, s := range g.statements {
		line.Said = append(line.Said, FeeSaid{
			By: f.party(s.By.Party), Org: s.By.Org, Method: s.T.Method, Month: s.T.Month, Charged: totalByCurrency(s.T.Lines),
		})
	}
	return line
}

func totalByCurrency(lines []FeeLine) []Money {
	sums := map[string]int64{}
	for _, l := range lines {
		sums[l.Charged.Currency] += l.Charged.Amount
	}
	out := []Money{}
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		out = append(out, Money{Amount: sums[currency], Currency: currency})
	}
	return out
}
