package contract

import (
	"fmt"
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// CommitTerms records a provenance.TermsCommitment.
func (c *Contract) CommitTerms(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindTermsCommitment, document)
}

// PublishTerms records a provenance.TermsComparison.
func (c *Contract) PublishTerms(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindTermsComparison, document)
}

func commitmentRef(id string) provenance.Ref {
	return provenance.Ref{Kind: provenance.KindTermsCommitment, ID: id}
}

func (t *transaction) commitment(id string) (*provenance.TermsCommitment, error) {
	c, _, err := statement[provenance.TermsCommitment](t.state, commitmentRef(id))
	return c, err
}

// checkCommitment: what was agreed is bound by somebody without a stake in the
// recruiter or in the site.
func (t *transaction) checkCommitment(c *provenance.TermsCommitment) error {
	if c.Facility != "" {
		if err := t.disinterested("facility", c.Facility); err != nil {
			return err
		}
	}
	return t.unconcerned("recruiter", c.Recruiter)
}

// checkOrigin: a cohort is of those with whom the terms were agreed.
func (t *transaction) checkOrigin(c *provenance.Cohort) error {
	if c.Terms == "" {
		return nil
	}
	agreed, err := t.commitment(c.Terms)
	if err != nil {
		return err
	}
	var found problems
	if c.Corridor == nil || *c.Corridor != agreed.Corridor {
		found.add("corridor", provenance.Invalid, "is another than that of the terms", "name the terms that were agreed with these workers")
	}
	if agreed.Recruiter != "" && c.Recruiter != agreed.Recruiter {
		found.add("recruiter", provenance.Invalid, "is another than that of the terms", "name the terms that were agreed with these workers")
	}
	if c.ArrivedUntil < agreed.Month {
		found.add("arrivedUntil", provenance.Invalid, "is before the terms were agreed", "name the terms that were agreed with these workers")
	}
	if c.Size > agreed.Workers {
		found.add("size", provenance.Invalid, "is more than the workers with whom the terms were agreed", "record the others as a cohort of their own")
	}
	return found.refusal()
}

// checkTermsComparison: what is published is what Workers' peer found, of the
// terms that were agreed with this cohort.
func (t *transaction) checkTermsComparison(e *entry, c *provenance.TermsComparison) error {
	if err := t.checkHeld(e, c.Tally); err != nil {
		return err
	}
	cohort, err := t.cohort(c.Cohort)
	if err != nil {
		return err
	}
	if cohort.Terms != c.Commitment {
		return refuse("commitment", provenance.Invalid, "was not made with this cohort", "name the one that the cohort names")
	}
	if cohort.Size < provenance.SmallestShown {
		return refuse("cohort", provenance.BelowK, "has so few workers that the comparison would point at them", "leave it unpublished")
	}
	agreed, err := t.commitment(c.Commitment)
	if err != nil {
		return err
	}
	if !slices.EqualFunc(c.Terms, agreed.Terms, func(n provenance.TermCount, code string) bool { return n.Code == code }) {
		return refuse("terms", provenance.Invalid, "are others than the commitment covers", "tell of each term that it covers")
	}
	if c.Month < cohort.ArrivedFrom {
		return refuse("month", provenance.Invalid, "is before the workers arrived", "compare what they have once they are there")
	}
	if err := t.spoke(cohort); err != nil {
		return err
	}
	e.concerns(facilityRef(cohort.Facility))
	if cohort.Recruiter != "" {
		e.concerns(partyRef(cohort.Recruiter))
	}
	return t.supersede(e, c.Supersedes, cohortRef(c.Cohort))
}

// openComparison holds the comparison and, for each worker, that nothing is
// found yet. It looks up nothing, as openInquiry does.
func openComparison(t *transaction, c *provenance.Comparison) (map[string]any, error) {
	values, err := t.held(c.Token, c.Slot(0))
	if err != nil {
		return nil, err
	}
	if values[0] != nil || values[1] != nil {
		return nil, refuse("token", provenance.Conflict, "is taken, or its key is", "draw both again")
	}
	due := map[string]any{c.Token: provenance.HeldComparison{State: provenance.InquiryOpen, Comparison: *c}}
	for n := range c.Workers {
		due[c.Slot(n)] = provenance.HeldTerms{Salt: provenance.Salt(c.Key, n), Compared: []string{}, Worse: []string{}}
	}
	return due, nil
}

// comparison reads a comparison that is open.
func (t *transaction) comparison(token string) (*provenance.Comparison, error) {
	values, err := t.held(token)
	if err != nil {
		return nil, err
	}
	if values[0] == nil {
		return nil, refuse("comparison", provenance.UnknownReference, "is not held", "open it first")
	}
	held, err := decodeHeld[provenance.HeldComparison](values[0])
	if err != nil {
		return nil, err
	}
	if held.State != provenance.InquiryOpen {
		return nil, refuse("comparison", provenance.WrongState, "is closed", "open another")
	}
	return &held.Comparison, nil
}

// termsOf reads what is found of some workers. What was purged is empty.
func (t *transaction) termsOf(c *provenance.Comparison, workers []int) ([]provenance.HeldTerms, error) {
	tokens := make([]string, len(workers))
	for at, n := range workers {
		tokens[at] = c.Slot(n)
	}
	values, err := t.held(tokens...)
	if err != nil {
		return nil, err
	}
	found := make([]provenance.HeldTerms, len(workers))
	for at, value := range values {
		found[at] = provenance.HeldTerms{Compared: []string{}, Worse: []string{}}
		if value == nil {
			continue
		}
		if found[at], err = decodeHeld[provenance.HeldTerms](value); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// compareTerms notes what is found of the workers whom the batch brings, and
// writes the rest of its slots again under new salts. No value is kept.
func compareTerms(t *transaction, b *provenance.TermsBatch) (map[string]any, error) {
	c, err := t.comparison(b.Comparison)
	if err != nil {
		return nil, err
	}
	brought := map[int]provenance.ComparedWorker{}
	var problems problems
	for n, w := range b.Workers {
		at := fmt.Sprintf("workers[%d].", n)
		if !c.Covers(w.Opening) || !w.Opening.Proves(c.Commitment, c.Workers, c.Root) {
			problems.add(at+"opening", provenance.Invalid, "is not what was committed to", "take it out of the book of terms again")
		}
		for i, now := range w.Now {
			if !slices.Contains(c.Terms, now.Code) {
				problems.add(fmt.Sprintf("%snow[%d].code", at, i), provenance.Invalid, "is no term that was committed to", "leave it out")
			}
		}
		brought[w.Opening.Worker] = w
	}
	if err := problems.refusal(); err != nil {
		return nil, err
	}
	workers := b.Slots(c.Workers)
	found, err := t.termsOf(c, workers)
	if err != nil {
		return nil, err
	}
	due := map[string]any{}
	for at, n := range workers {
		found[at].Salt = provenance.Salt(b.Seed, n)
		if w, ok := brought[n]; ok {
			found[at] = c.Find(w, found[at].Salt)
		}
		due[c.Slot(n)] = found[at]
	}
	return due, nil
}

// closeComparison ends the comparison and holds what may be published of it.
func closeComparison(t *transaction, closing *provenance.ComparisonClosing) (map[string]any, error) {
	c, err := t.comparison(closing.Comparison)
	if err != nil {
		return nil, err
	}
	if err := discreet(t.checkCompared(c, closing)); err != nil { //ccvet:allow private discreet leaves nothing of it
		return nil, err
	}
	workers := make([]int, c.Workers)
	for n := range workers {
		workers[n] = n
	}
	found, err := t.termsOf(c, workers)
	if err != nil {
		return nil, err
	}
	due := map[string]any{
		closing.Comparison: provenance.HeldComparison{State: provenance.InquiryClosed, Comparison: *c},
		c.Tally():          heldNothing{Salt: closing.Salt, TooFew: true},
	}
	if outcome, ok := c.Outcome(found, closing, t.now); ok {
		due[c.Tally()] = outcome
	}
	return due, nil
}

// checkCompared refuses a comparison that was not with what the cohort's workers
// had agreed, or is said to have been before they arrived.
func (t *transaction) checkCompared(c *provenance.Comparison, closing *provenance.ComparisonClosing) error {
	const field = "comparison"
	record, err := t.recorded(cohortRef(c.Cohort))
	if err != nil {
		return err
	}
	if record == nil {
		return refuse(field, provenance.UnknownReference, "names a cohort that the ledger does not hold or that counts no more", "purge it and open another")
	}
	cohort, err := t.cohort(c.Cohort)
	if err != nil {
		return err
	}
	if cohort.Terms == "" || cohort.Terms != c.Commitment {
		return refuse(field, provenance.Invalid, "is with other terms than were agreed with the cohort", "purge it and open another")
	}
	if closing.Month != "" && closing.Month < cohort.ArrivedFrom {
		return refuse("month", provenance.Invalid, "is before the workers arrived", "give the month in which the last worker was asked, or leave it out")
	}
	agreed, err := t.commitment(c.Commitment)
	if err != nil {
		return err
	}
	if agreed.Root != c.Root || agreed.Workers != c.Workers || !slices.Equal(agreed.Terms, c.Terms) {
		return refuse(field, provenance.Invalid, "rests on a root, terms or a number of workers that are not the commitment's", "purge it and open another")
	}
	return nil
}
