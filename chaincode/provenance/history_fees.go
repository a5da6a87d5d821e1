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

	unquantified bool // somebody says that workers paid, and nobody how much
	uncertain    bool // somebody says that sums are not all known, and nobody independent knows better
}

// charge is a kind of fee in a currency. Its numbers of workers are exact and
// leave this package in bands only.
type charge struct {
	category, currency    string
	amount                int64
	workers               int
	excepted, undisclosed int64 // of amount, see FeeCategory

	party string // whose account it is from
}

func (c charge) plus(d charge) charge {
	c.amount = plus(c.amount, d.amount)
	c.excepted = plus(c.excepted, d.excepted)
	c.undisclosed = plus(c.undisclosed, d.undisclosed)
	return c
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
			g.quantify()
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
			if !l.BorneByWorkers() {
				continue
			}
			k := account{s.By.Party, l.Charged.Currency}
			if accounts[k] == nil {
				accounts[k] = map[string]charge{}
			}
			c := accounts[k][l.Category]
			line := chargeOf(l).plus(c)
			line.workers, line.party = max(c.workers, l.Workers), s.By.Party
			accounts[k][l.Category] = line
			totals[k] = plus(totals[k], l.Charged.Amount)
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

func chargeOf(l FeeLine) charge {
	c := charge{category: l.Category, currency: l.Charged.Currency, amount: l.Charged.Amount, workers: l.Workers}
	if l.Exception != nil && l.Lawful == Yes {
		c.excepted = c.amount
		if !l.Exception.Disclosed {
			c.undisclosed = c.amount
		}
	}
	return c
}

// quantify finds out how well the group's charges are known.
func (g *group) quantify() {
	unknown, known := false, false
	for _, s := range g.statements {
		paid := slices.ContainsFunc(s.T.Lines, func(l FeeLine) bool { return l.BorneByWorkers() && l.Workers > 0 })
		switch s.T.Quantified {
		case NotYet, Partly:
			unknown = unknown || paid
		case Documented, Estimated:
			known = known || s.By.Org != Suppliers
		}
	}
	charged := slices.ContainsFunc(g.charges, func(c charge) bool { return c.amount > 0 })
	g.uncertain = unknown && !known
	g.unquantified = g.uncertain && !charged
}

// charged adds the groups up and lists those large enough to be shown.
func (f *facts) charged(groups []group) (Fees, []CohortLine, int) {
	fees := Fees{Totals: []FeeTotal{}, Categories: []FeeCategory{}, Burdens: burdens(groups)}
	lines, small := []CohortLine{}, 0
	var all []balance
	type key struct{ category, currency string }
	sums := map[key]charge{}
	for _, g := range groups {
		all = append(all, g.balances...)
		for _, c := range g.charges {
			k := key{c.category, c.currency}
			sum := c.plus(sums[k])
			sum.workers = sums[k].workers + c.workers
			sums[k] = sum
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
				Charged: c.amount, Workers: BandOf(c.workers), Excepted: c.excepted, Undisclosed: c.undisclosed,
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
		Balances: feeTotals(g.balances), Said: []FeeSaid{}, Burden: g.burden(), Repayment: f.repaymentLine(g),
	}
	if c.Recruiter != "" {
		recruiter := f.party(c.Recruiter)
		line.Recruiter = &recruiter
	}
	for _, s := range g.statements {
		line.Said = append(line.Said, f.said(s))
	}
	return line
}

func (f *facts) said(s stated[FeeStatement]) FeeSaid {
	said := FeeSaid{
		By: f.party(s.By.Party), Org: s.By.Org, Method: s.T.Method, Month: s.T.Month, Charged: totalByCurrency(s.T.Lines), Quantified: s.T.Quantified,
	}
	if months, known := s.T.burden(); known {
		b := newBurden(months)
		said.Burden = &b
	}
	if d := s.T.Debt; d != nil {
		said.Debt = &DebtSaid{Workers: BandOf(d.Workers), Principal: d.Principal, Interest: d.Interest, Lender: d.Lender}
	}
	return said
}

// totalByCurrency adds up what workers bore.
func totalByCurrency(lines []FeeLine) []Money {
	sums := map[string]int64{}
	for _, l := range lines {
		if l.BorneByWorkers() {
			sums[l.Charged.Currency] = plus(sums[l.Charged.Currency], l.Charged.Amount)
		}
	}
	out := []Money{}
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		out = append(out, Money{Amount: sums[currency], Currency: currency})
	}
	return out
}
