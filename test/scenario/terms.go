package scenario

import (
	"crypto/rand"
	"slices"
	"strconv"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// What was promised, and what some found. The numbers are looked for afterwards
// wherever they must not be.
const (
	promisedWage = 734566201
	foundWage    = 612345877
	baht         = 764
	promisedHrs  = 480
	foundHrs     = 600
	sewing       = 8153
)

// promise: what is agreed is locked away before anybody leaves.
func (s *story) promise() {
	s.bound = s.TermsCommitment()
	s.bound.ID = s.ID()
	s.promised, s.bound.Root = s.lockAway(s.bound, promisedWage)
	s.cheats(s.as.Recruiter, provenance.NoStanding, "The recruiter locks away itself what it promised.", s.bound)
	few := *s.bound
	few.ID, few.Workers = s.ID(), 4
	s.cheats(s.as.Union, provenance.BelowK, "The promises of four are locked away, of whom everybody could tell who they are.", &few)
	s.happens(s.as.Union, "The union sits with the forty before they leave, and locks away what each is promised: the wage, the hours, the kind of work. The ledger knows a seal alone.", s.bound)
	s.Cohort.Terms = s.bound.ID
	more := s.Cohort
	more.ID, more.Size = s.ID(), 41
	s.cheats(s.as.Union, provenance.Invalid, "A group of 41 is said to be those forty.", &more)
}

// lockAway makes a book in which all are promised the same, and its root.
func (s *story) lockAway(to *provenance.TermsCommitment, wage int64) (provenance.TermsBook, string) {
	s.Helper()
	book, err := provenance.MakeTermsBook(to.ID, to.Terms, slices.Repeat([][]int64{{wage, baht, promisedHrs, sewing}}, 40), rand.Reader)
	if err != nil {
		s.Fatal(err)
	}
	root, err := book.Root()
	if err != nil {
		s.Fatal(err)
	}
	return book, root
}

// comparison makes one of the group's terms with those of a root.
func (s *story) comparison(root string) *provenance.Comparison {
	c := &provenance.Comparison{
		Token: ledger.Draw(), Key: ledger.Draw(), Cohort: s.Cohort.ID, Commitment: s.bound.ID, Workers: s.bound.Workers, Terms: s.bound.Terms, Root: root,
	}
	s.secret("the comparison", c.Token)
	s.secret("the comparison's key", c.Key)
	for n := range c.Workers {
		s.secret("the name of what is found", c.Slot(n))
	}
	return c
}

// worker is one of a book, and what that one found.
func (s *story) worker(book provenance.TermsBook, n int, wage, hours int64) provenance.ComparedWorker {
	s.Helper()
	opening, err := book.Open(n)
	if err != nil {
		s.Fatal(err)
	}
	opening.Agreed = slices.Clone(opening.Agreed)
	s.secret("the salt of a term", opening.Agreed[0].Salt)
	return provenance.ComparedWorker{Opening: opening, Now: []provenance.TermNow{
		{Code: provenance.TermWage, Value: wage}, {Code: provenance.TermCurrency, Value: baht}, {Code: "TERM_HOURS", Value: hours}}}
}

func (s *story) terms(c *provenance.Comparison, workers ...provenance.ComparedWorker) *provenance.TermsBatch {
	b := &provenance.TermsBatch{Comparison: c.Token, Seed: ledger.Draw(), Workers: workers}
	s.secret("a seed", b.Seed)
	return b
}

// foundOnArrival: what workers have is held against what they were promised.
func (s *story) foundOnArrival() {
	s.chapter("WHAT THEY FOUND")
	s.secret("a wage", strconv.Itoa(promisedWage), strconv.Itoa(foundWage))
	c := s.comparison(s.bound.Root)
	s.cheatsHolding(s.as.Supplier, s.Workers, "OpenComparison", c, provenance.NoStanding, "The employer offers to compare itself.")
	s.poorerBook()
	s.tooFew()
	s.holds(s.as.Union, "OpenComparison", c, "The union asks the forty in June 2025 what they found, and sets it against what was locked away. Nobody else learns of it yet.")

	lowered := s.worker(s.promised, 0, foundWage, foundHrs)
	lowered.Opening.Agreed[0].Value = foundWage
	s.cheatsHolding(s.as.Union, s.Workers, "CompareTerms", s.terms(c, lowered), provenance.Invalid, "What was promised is made less, so that it is kept.")
	another := s.worker(s.promised, 1, promisedWage, promisedHrs)
	another.Opening.Worker = 0
	s.cheatsHolding(s.as.Union, s.Workers, "CompareTerms", s.terms(c, another), provenance.Invalid, "What was promised to one is passed off as another's.")
	other := *s.bound
	other.ID = s.ID()
	elsewhere, _ := s.lockAway(&other, foundWage)
	s.cheatsHolding(s.as.Union, s.Workers, "CompareTerms", s.terms(c, s.worker(elsewhere, 0, foundWage, promisedHrs)), provenance.Invalid, "The promises of other people, who were promised less, are brought instead.")
	matching := s.worker(s.promised, 0, promisedWage, promisedHrs)
	matching.Opening.Agreed = matching.Opening.Agreed[1:]
	s.cheatsHolding(s.as.Union, s.Workers, "CompareTerms", s.terms(c, matching), provenance.Invalid, "The wage is left out of what was promised.")

	var found []provenance.ComparedWorker
	for n := range 30 {
		switch {
		case n < 12:
			found = append(found, s.worker(s.promised, n, foundWage, foundHrs))
		case n < 28:
			found = append(found, s.worker(s.promised, n, promisedWage, foundHrs))
		default:
			found = append(found, s.worker(s.promised, n, promisedWage, promisedHrs))
		}
	}
	s.holds(s.as.Union, "CompareTerms", s.terms(c, found[:16]...), "Twelve are paid less than they were promised, and work longer.")
	s.holds(s.as.Union, "CompareTerms", s.terms(c, found[16:]...), "Sixteen work longer for the wage they were promised; two found what they were promised.")
	held := read[provenance.HeldTerms](s, c.Slot(0))
	if !slices.Equal(held.Worse, []string{provenance.TermWage, "TERM_HOURS"}) {
		s.Errorf("found was %+v", held)
	}
	closing := &provenance.ComparisonClosing{Comparison: c.Token, Salt: ledger.Draw(), Outcome: s.ID(), Month: "2025-06"}
	s.secret("the tally", c.Tally())
	s.secret("the tally's salt", closing.Salt)
	early := *closing
	early.Month = "2024-11"
	s.cheatsHolding(s.as.Union, s.Workers, "CloseComparison", &early, provenance.Invalid, "It is said to have been found before anybody was there.")
	s.holds(s.as.Union, "CloseComparison", closing, "The union closes. Workers' peer tells which terms are worse, and for how many, and no term.")
	s.cheatsHolding(s.as.Union, s.Workers, "CompareTerms", s.terms(c, s.worker(s.promised, 30, promisedWage, promisedHrs)), provenance.WrongState, "One who is content comes in after that.")
	s.publishFound(read[provenance.TermsComparison](s, c.Tally()))
}

// poorerBook: who keeps the book writes another one, afterwards.
func (s *story) poorerBook() {
	book, root := s.lockAway(s.bound, foundWage)
	c := s.comparison(root)
	s.holds(s.as.Union, "OpenComparison", c, "✗ Somebody at the union is paid to write another book, in which little was promised, and compares with that.")
	var kept []provenance.ComparedWorker
	for n := range 12 {
		kept = append(kept, s.worker(book, n, foundWage, promisedHrs))
	}
	s.holds(s.as.Union, "CompareTerms", s.terms(c, kept...), "✗ By that book every promise was kept.")
	s.cheatsHolding(s.as.Union, s.Workers, "CloseComparison", &provenance.ComparisonClosing{Comparison: c.Token, Salt: ledger.Draw(), Outcome: s.ID()}, provenance.Invalid, "They have it closed and told.")
}

// tooFew: an outcome about nine would tell of each of them.
func (s *story) tooFew() {
	c := s.comparison(s.bound.Root)
	s.holds(s.as.Union, "OpenComparison", c, "✗ Somebody at the union compares nine alone.")
	var nine []provenance.ComparedWorker
	for n := range 9 {
		nine = append(nine, s.worker(s.promised, n, foundWage, promisedHrs))
	}
	s.holds(s.as.Union, "CompareTerms", s.terms(c, nine...), "✗ All nine are paid less.")
	closing := &provenance.ComparisonClosing{Comparison: c.Token, Salt: ledger.Draw(), Outcome: s.ID(), Month: "2025-06"}
	s.holds(s.as.Union, "CloseComparison", closing, "✗ They have it closed.")
	tally := read[struct {
		Salt   string `json:"salt"`
		TooFew bool   `json:"tooFew"`
	}](s, c.Tally())
	if !tally.TooFew {
		s.Errorf("nine were told of: %+v", tally)
	}
	made := s.TermsComparison()
	made.ID, made.Cohort, made.Commitment, made.Month, made.Tally, made.Salt = closing.Outcome, s.Cohort.ID, s.bound.ID, closing.Month, c.Tally(), tally.Salt
	s.cheats(s.as.Union, provenance.Invalid, "There is nothing to publish of nine; so they make up what would have been.", made)
}

// publishFound: everybody learns that promises were broken, and which.
func (s *story) publishFound(out provenance.TermsComparison) {
	kind := out
	kind.Terms = slices.Clone(out.Terms)
	for i := range kind.Terms {
		kind.Terms[i].Worse = provenance.BandFew
	}
	s.cheats(s.as.Supplier, provenance.NoStanding, "The employer publishes that all promises were kept.", &kind)
	s.cheats(s.as.Union, provenance.Invalid, "The union is asked to publish that.", &kind)
	s.happens(s.as.Union, "The union publishes what was found.", &out)
	a := s.history()
	worse := map[string]provenance.Band{}
	for _, line := range a.Terms {
		for _, count := range line.Terms {
			worse[count.Code] = count.Worse
		}
	}
	s.seen(len(a.Terms) == 1 && a.Terms[0].Alarm && worse[provenance.TermWage] == "10-24" && worse["TERM_HOURS"] == "25-49" && a.Outcome == provenance.OutcomeOpen,
		"an alarm: the wage is worse than was promised for 10 to 24, the hours for 25 to 49; what was promised is not told. The answer is %s", a.Outcome)
	s.seen(disagrees(a, "CT_NO_SUBSTITUTION"), "the recruiter's word that nothing was changed stands beside it, and differs")
	s.cheats(s.as.Supplier, provenance.NoStanding, "The factory takes the alarm back.", &provenance.Withdrawal{
		ID: s.ID(), Target: provenance.Target{Kind: provenance.KindTermsComparison, ID: out.ID}, Reason: "RECORDED_IN_ERROR"})
}
