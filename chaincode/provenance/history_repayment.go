package provenance

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// RepaymentState is how far a group is from having its money back. It follows
// from records; no record holds it.
type RepaymentState string

// States of repayment. The first that applies to any currency is the group's.
const (
	RepayIdentified RepaymentState = "IDENTIFIED"     // workers paid; nobody knows how much
	RepayDisputed   RepaymentState = "DISPUTED"       // somebody independent says that workers did not get what is said to be paid
	RepayDefaulted  RepaymentState = "DEFAULTED"      // a plan has ended unpaid
	RepayQuantified RepaymentState = "QUANTIFIED"     // it is known how much they paid
	RepayPlanned    RepaymentState = "PLAN_AGREED"    // it is promised
	RepayPartly     RepaymentState = "PARTIALLY_PAID" // some of it is said to be paid
	RepayPaid       RepaymentState = "PAID"           // all of it is said to be paid
	RepayVerified   RepaymentState = "VERIFIED"       // an auditor or Workers established all of it
)

var repaymentStates = []RepaymentState{
	RepayIdentified, RepayDisputed, RepayDefaulted, RepayQuantified, RepayPlanned, RepayPartly, RepayPaid, RepayVerified,
}

// InstalmentState is where a part of a plan stands.
type InstalmentState string

// States of instalments.
const (
	InstalmentMet     InstalmentState = "MET"     // as much is said to be paid
	InstalmentOverdue InstalmentState = "OVERDUE" // its month has ended
	InstalmentComing  InstalmentState = "COMING"
)

// balance is the account of one currency.
type balance struct {
	currency                                                            string
	charged, repaid, confirmed, claimed, promised, outstanding, overdue int64
	workers                                                             int
	refuted, defaulted                                                  bool
}

func (b *balance) state() RepaymentState {
	switch {
	case b.outstanding == 0:
		return RepayVerified
	case b.refuted:
		return RepayDisputed
	case b.defaulted:
		return RepayDefaulted
	case b.repaid+b.claimed >= b.charged:
		return RepayPaid
	case b.repaid+b.claimed > 0:
		return RepayPartly
	case b.promised > 0:
		return RepayPlanned
	}
	return RepayQuantified
}

// repaymentsOf gives a cohort's repayments, in the order of its statements and
// of the repayments' identifiers. Those against a statement that was replaced
// since are among them.
func (f *facts) repaymentsOf(cohort string) []stated[Repayment] {
	var list []stated[Repayment]
	for _, statement := range slices.Sorted(maps.Keys(f.cohortOf)) {
		if f.cohortOf[statement] == cohort {
			list = append(list, f.repayments[statement]...)
		}
	}
	return list
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
		b.charged = plus(b.charged, c.amount)
		b.workers = max(b.workers, c.workers)
	}
	repayments := f.repaymentsOf(g.cohort.ID)
	for _, r := range repayments {
		b := in(r.T.Paid.Currency)
		switch f.repaymentStands(r) {
		case repaymentPlanned:
			b.promised = plus(b.promised, r.T.Paid.Amount)
		case repaymentClaimed:
			b.claimed = plus(b.claimed, r.T.Paid.Amount)
		case repaymentConfirmed:
			b.repaid = plus(b.repaid, r.T.Paid.Amount)
			if f.workersSay(r) == Yes {
				b.confirmed = plus(b.confirmed, r.T.Paid.Amount)
			}
		case repaymentRefuted:
			b.refuted = true
		}
	}
	var out []balance
	for _, currency := range slices.Sorted(maps.Keys(byCurrency)) {
		b := *byCurrency[currency]
		for _, part := range f.schedule(repayments, b) {
			if part.line.State == InstalmentOverdue {
				b.overdue = plus(b.overdue, part.open)
				b.defaulted = b.defaulted || part.last
			}
		}
		b.promised = max(0, b.promised-b.claimed-b.repaid) // a plan shrinks as it is paid
		b.outstanding = max(0, b.charged-b.repaid)
		out = append(out, b)
	}
	return out
}

// part is one instalment of the plans in a currency.
type part struct {
	line InstalmentLine
	open int64 // of it, what is not said to be paid
	last bool  // of its plan
}

// schedule lays the payments in a balance's currency against the plans in it,
// the earliest instalment first.
func (f *facts) schedule(repayments []stated[Repayment], b balance) []part {
	var parts []part
	for _, r := range repayments {
		if r.T.State != PlanAgreed || r.T.Paid.Currency != b.currency {
			continue
		}
		schedule := r.T.Schedule()
		for i, p := range schedule {
			parts = append(parts, part{
				line: InstalmentLine{Due: p.Due, Money: Money{Amount: p.Amount, Currency: b.currency}, State: InstalmentComing},
				open: p.Amount, last: i == len(schedule)-1,
			})
		}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return strings.Compare(a.line.Due, b.line.Due) })
	paid := b.claimed + b.repaid
	for i := range parts {
		p := &parts[i]
		met := min(p.open, paid)
		paid -= met
		p.open -= met
		switch {
		case p.open == 0:
			p.line.State = InstalmentMet
		case f.asOf.After(endOfMonth(p.line.Due)):
			p.line.State = InstalmentOverdue
		}
	}
	return parts
}

func endOfMonth(month string) time.Time {
	return monthStart(month).AddDate(0, 1, 0).Add(-time.Millisecond)
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
	switch f.workersSay(r) {
	case No:
		return repaymentRefuted
	case Yes:
		stand = repaymentConfirmed
	}
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

// repaymentLine tells how far a group is, nil where nobody is known to have
// paid.
func (f *facts) repaymentLine(g group) *RepaymentLine {
	line := &RepaymentLine{Payout: []string{}, Instalments: []InstalmentLine{}}
	repayments := f.repaymentsOf(g.cohort.ID)
	state := len(repaymentStates)
	if g.unquantified {
		state = 0
	}
	for _, b := range g.balances {
		if b.charged > 0 {
			state = min(state, slices.Index(repaymentStates, b.state()))
		}
		for _, p := range f.schedule(repayments, b) {
			line.Instalments = append(line.Instalments, p.line)
		}
	}
	if state == len(repaymentStates) {
		return nil
	}
	line.State = repaymentStates[state]
	planned := slices.ContainsFunc(repayments, func(r stated[Repayment]) bool { return r.T.State == PlanAgreed })
	eligible, leavers := 0, 0
	for _, r := range repayments {
		line.Payout = append(line.Payout, r.T.Payout...)
		line.Interest = line.Interest || r.T.Interest
		if (r.T.State == PlanAgreed) == planned {
			eligible, leavers = max(eligible, r.T.Workers), max(leavers, r.T.Leavers)
		}
	}
	slices.Sort(line.Payout)
	line.Payout = slices.Compact(line.Payout)
	line.Eligible, line.Leavers = BandOf(eligible), toldBand(leavers)
	return line
}

func sumBalances(list []balance) []balance {
	sums := map[string]balance{}
	for _, b := range list {
		s := sums[b.currency]
		sums[b.currency] = balance{
			currency: b.currency, charged: plus(s.charged, b.charged), repaid: plus(s.repaid, b.repaid), confirmed: plus(s.confirmed, b.confirmed),
			claimed: plus(s.claimed, b.claimed), promised: plus(s.promised, b.promised),
			outstanding: plus(s.outstanding, b.outstanding), overdue: plus(s.overdue, b.overdue), workers: s.workers + b.workers,
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
		if b.charged|b.repaid|b.claimed|b.promised == 0 {
			continue // somebody asked, and nothing was charged
		}
		totals = append(totals, FeeTotal{
			Currency: b.currency, Charged: b.charged, Repaid: b.repaid, Confirmed: b.confirmed, Claimed: b.claimed,
			Promised: b.promised, Overdue: b.overdue, Outstanding: b.outstanding, Workers: BandOf(b.workers),
		})
	}
	return totals
}
