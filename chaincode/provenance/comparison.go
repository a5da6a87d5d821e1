package provenance

import (
	"cmp"
	"slices"
	"time"
)

// Comparison sets what a cohort's workers have now against what was agreed with
// them before they left. It is held by Workers; nobody else learns of it before
// its outcome is published.
type Comparison struct {
	Token      string   `json:"token" validate:"required,sha256"` // random: names the comparison
	Key        string   `json:"key" validate:"required,sha256"`   // random: names what is found of each worker
	Cohort     string   `json:"cohort" validate:"required,id"`
	Commitment string   `json:"commitment" validate:"required,id"` // and what it says, for it is looked up only at the end
	Workers    int      `json:"workers" validate:"min=5,max=1000"`
	Terms      []string `json:"terms" validate:"required,min=1,max=17,unique,dive,oneof=TERM_WAGE TERM_CURRENCY TERM_OVERTIME_RATE TERM_DEDUCTIONS TERM_PAY_INTERVAL TERM_HOURS TERM_REST_DAYS TERM_LEAVE TERM_DURATION TERM_OCCUPATION TERM_EMPLOYER TERM_PLACE TERM_HOUSING TERM_FOOD TERM_NOTICE TERM_RETURN_PAID TERM_INSURANCE"`
	Root       string   `json:"root" validate:"required,sha256"`
}

func (c *Comparison) Check(time.Time) []FieldProblem {
	var ps problems
	if c.Token == c.Key {
		ps.add("key", Invalid, "is the token", "draw both at random")
	}
	checkTerms(c.Terms, &ps)
	return ps
}

// Slot is the token of what is found of a worker.
func (c *Comparison) Slot(worker int) string { return derive(c.Key, "terms", worker) }

// Tally is the token of the comparison's outcome.
func (c *Comparison) Tally() string { return derive(c.Key, "terms tally", 0) }

// TermsBatch brings what workers have now, with what was agreed. It writes as
// many slots as any other batch, see BatchWidth, and may bring nothing.
type TermsBatch struct {
	Comparison string           `json:"comparison" validate:"required,sha256"` // token
	Seed       string           `json:"seed" validate:"required,sha256"`       // random, new for each batch: salts are made of it
	Workers    []ComparedWorker `json:"workers" validate:"max=16,dive"`
}

// ComparedWorker is one worker's terms, then and now.
type ComparedWorker struct {
	Opening TermsOpening `json:"opening"`
	Now     []TermNow    `json:"now" validate:"required,min=1,max=17,dive"` // those that are known
}

// TermNow is what a worker has now.
type TermNow struct {
	Code  string `json:"code" validate:"required,oneof=TERM_WAGE TERM_CURRENCY TERM_OVERTIME_RATE TERM_DEDUCTIONS TERM_PAY_INTERVAL TERM_HOURS TERM_REST_DAYS TERM_LEAVE TERM_DURATION TERM_OCCUPATION TERM_EMPLOYER TERM_PLACE TERM_HOUSING TERM_FOOD TERM_NOTICE TERM_RETURN_PAID TERM_INSURANCE"`
	Value int64  `json:"value" validate:"min=0,max=9000000000000000"`
}

func (b *TermsBatch) Check(time.Time) []FieldProblem {
	var ps problems
	seen := map[int]bool{}
	for i, w := range b.Workers {
		at := index("workers", i)
		if seen[w.Opening.Worker] {
			ps.add(at+".opening.worker", Invalid, "is compared twice here", "send the later terms alone")
		}
		seen[w.Opening.Worker] = true
		for j, now := range w.Now {
			now.check(within(at, index("now", j)), &ps)
			if slices.ContainsFunc(w.Now[:j], func(t TermNow) bool { return t.Code == now.Code }) {
				ps.add(within(at, index("now", j)+".code"), Invalid, "is given twice", "give each term once")
			}
		}
		_, wage := w.now(TermWage)
		if _, currency := w.now(TermCurrency); wage && !currency {
			ps.add(at+".now", Invalid, "have a wage without its currency", "give the currency too")
		}
	}
	return ps
}

func (n TermNow) check(at string, ps *problems) {
	if t, known := termOf(n.Code); known && n.Value > t.most {
		ps.add(at+".value", Invalid, "is more than there can be of this term", "look at the unit of the term again")
	}
}

func (w *ComparedWorker) now(code string) (int64, bool) {
	i := slices.IndexFunc(w.Now, func(t TermNow) bool { return t.Code == code })
	if i < 0 {
		return 0, false
	}
	return w.Now[i].Value, true
}

// Slots gives the numbers of the workers of whom the batch writes.
func (b *TermsBatch) Slots(workers int) []int {
	return slots(b.Seed, workers, func(n int) bool {
		return slices.ContainsFunc(b.Workers, func(w ComparedWorker) bool { return w.Opening.Worker == n })
	})
}

// HeldComparison is what is held under a comparison's token.
type HeldComparison struct {
	State      string     `json:"state"` // OPEN or CLOSED
	Comparison Comparison `json:"comparison"`
}

// HeldTerms is what is found of a worker: codes, without any value. Later terms
// replace earlier ones until the comparison is closed.
type HeldTerms struct {
	Salt     string   `json:"salt"`
	Compared []string `json:"compared"` // terms that are known now
	Worse    []string `json:"worse"`    // of these
}

// Covers says whether an opening has exactly the comparison's terms.
func (c *Comparison) Covers(o TermsOpening) bool {
	return slices.EqualFunc(o.Agreed, c.Terms, func(a AgreedTerm, code string) bool { return a.Code == code })
}

// Find compares one worker's terms.
func (c *Comparison) Find(w ComparedWorker, salt string) HeldTerms {
	found := HeldTerms{Salt: salt, Compared: []string{}, Worse: []string{}}
	same := true
	for _, a := range w.Opening.Agreed {
		now, known := w.now(a.Code)
		if a.Code == TermCurrency && known {
			same = now == a.Value
		}
	}
	for _, a := range w.Opening.Agreed {
		t, listed := termOf(a.Code)
		now, known := w.now(a.Code)
		if !listed || !known {
			continue
		}
		found.Compared = append(found.Compared, a.Code)
		if t.worsened(a.Value, now, same) {
			found.Worse = append(found.Worse, a.Code)
		}
	}
	return found
}

// ComparisonClosing ends a comparison and has Workers' peer make what is to be
// published of it.
type ComparisonClosing struct {
	Comparison string `json:"comparison" validate:"required,sha256"`      // token
	Salt       string `json:"salt" validate:"required,sha256"`            // random
	Outcome    string `json:"outcome" validate:"required,id"`             // the TermsComparison's identifier
	Month      string `json:"month,omitempty" validate:"omitempty,month"` // in which the last worker was asked, such as on paper; the present one when left out
	Supersedes string `json:"supersedes,omitempty" validate:"omitempty,id"`
}

func (c *ComparisonClosing) Check(now time.Time) []FieldProblem {
	var ps problems
	if c.Month != "" && afterThisMonth(c.Month, now) {
		ps.add("month", InFuture, "lies in the future", "give the month in which the last worker was asked, or leave it out")
	}
	ps.supersedesItself(c.Supersedes, c.Outcome)
	return ps
}

// Outcome makes what is published of a comparison. False when fewer than
// SmallestShown workers were compared: then there is nothing to publish.
func (c *Comparison) Outcome(found []HeldTerms, closing *ComparisonClosing, now time.Time) (TermsComparison, bool) {
	compared, known, worse := 0, map[string]int{}, map[string]int{}
	for _, f := range found {
		if len(f.Compared) > 0 {
			compared++
		}
		for _, code := range f.Compared {
			known[code]++
		}
		for _, code := range f.Worse {
			worse[code]++
		}
	}
	if compared < SmallestShown {
		return TermsComparison{}, false
	}
	out := TermsComparison{
		ID: closing.Outcome, Cohort: c.Cohort, Commitment: c.Commitment, Month: cmp.Or(closing.Month, now.UTC().Format(monthForm)), Compared: BandOf(compared),
		Rule: TermsRule, Supersedes: closing.Supersedes, Tally: c.Tally(), Salt: closing.Salt,
	}
	for _, code := range c.Terms {
		out.Terms = append(out.Terms, TermCount{Code: code, Known: answerBand(known[code], c.Workers), Worse: answerBand(worse[code], c.Workers)})
	}
	return out, true
}
