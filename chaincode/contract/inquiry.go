package contract

import (
	"errors"
	"fmt"
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// openInquiry holds the inquiry. It looks up neither cohort nor record: that
// would show in the block whom Workers ask about what, while they are asked. It
// is done when the inquiry is closed.
func openInquiry(t *transaction, i *provenance.Inquiry) (map[string]any, error) {
	values, err := t.held(i.Token, i.Slot(0))
	if err != nil {
		return nil, err
	}
	if values[0] != nil || values[1] != nil {
		return nil, refuse("token", provenance.Conflict, "is taken, or its key is", "draw both again")
	}
	due := map[string]any{i.Token: provenance.HeldInquiry{State: provenance.InquiryOpen, Opened: provenance.FormatInstant(t.now), Inquiry: *i}}
	for n := range i.Receipts {
		due[i.Slot(n)] = provenance.HeldAnswer{Salt: provenance.Salt(i.Key, n)}
	}
	return due, nil
}

// inquiry reads an inquiry that is open.
func (t *transaction) inquiry(token string) (*provenance.HeldInquiry, error) {
	values, err := t.held(token)
	if err != nil {
		return nil, err
	}
	if values[0] == nil {
		return nil, refuse("inquiry", provenance.UnknownReference, "is not held", "open it first")
	}
	held, err := decodeHeld[provenance.HeldInquiry](values[0])
	if err != nil {
		return nil, err
	}
	if held.State != provenance.InquiryOpen {
		return nil, refuse("inquiry", provenance.WrongState, "is closed", "open another")
	}
	return &held, nil
}

// answersOf reads the answers of some receipts. One that was purged is empty.
func (t *transaction) answersOf(i *provenance.Inquiry, receipts []int) ([]provenance.HeldAnswer, error) {
	tokens := make([]string, len(receipts))
	for at, n := range receipts {
		tokens[at] = i.Slot(n)
	}
	values, err := t.held(tokens...)
	if err != nil {
		return nil, err
	}
	answers := make([]provenance.HeldAnswer, len(receipts))
	for at, value := range values {
		if value == nil {
			continue
		}
		if answers[at], err = decodeHeld[provenance.HeldAnswer](value); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// takeAnswers notes what the batch brings and writes the rest of its slots again
// under new salts. What it reads and writes, and what it answers, is the same
// whatever was said, and by however many.
func takeAnswers(t *transaction, b *provenance.AnswerBatch) (map[string]any, error) {
	held, err := t.inquiry(b.Inquiry)
	if err != nil {
		return nil, err
	}
	i := &held.Inquiry
	var found problems
	for n, a := range b.Answers {
		if !a.Proof.Proves(i.Cohort, i.Receipts, i.Root) {
			found.add(fmt.Sprintf("answers[%d].proof", n), provenance.Invalid, "is of no receipt of this cohort", "look the code up in the cohort's book again")
		}
	}
	if err := found.refusal(); err != nil {
		return nil, err
	}
	receipts := b.Slots(i.Receipts)
	answers, err := t.answersOf(i, receipts)
	if err != nil {
		return nil, err
	}
	due := map[string]any{}
	for at, n := range receipts {
		answer := answers[at]
		answer.Salt = provenance.Salt(b.Seed, n)
		for _, a := range b.Answers {
			if a.Proof.Receipt() == n {
				answer.Take(a.Answer, provenance.PressedAt(i.Marker, a.Proof.Index))
			}
		}
		due[i.Slot(n)] = answer
	}
	return due, nil
}

// heldNothing stands where a count would when too few answered: a block does not
// show which of the two it is.
type heldNothing struct {
	Salt   string `json:"salt"`
	TooFew bool   `json:"tooFew"`
}

// closeInquiry ends the inquiry and holds the count that may be published.
func closeInquiry(t *transaction, c *provenance.Closing) (map[string]any, error) {
	held, err := t.inquiry(c.Inquiry)
	if err != nil {
		return nil, err
	}
	i := &held.Inquiry
	if err := discreet(t.checkAsked(held, c)); err != nil { //ccvet:allow private discreet leaves nothing of it
		return nil, err
	}
	receipts := make([]int, i.Receipts)
	for n := range receipts {
		receipts[n] = n
	}
	answers, err := t.answersOf(i, receipts)
	if err != nil {
		return nil, err
	}
	due := map[string]any{
		c.Inquiry: provenance.HeldInquiry{State: provenance.InquiryClosed, Opened: held.Opened, Inquiry: *i},
		i.Tally(): heldNothing{Salt: c.Salt, TooFew: true},
	}
	if count, ok := i.Count(answers, c, t.now); ok {
		due[i.Tally()] = count
	}
	return due, nil
}

// discreet keeps a fault from naming what an inquiry is about.
func discreet(err error) error {
	if err == nil {
		return nil
	}
	if refusal, refused := provenance.AsRefusal(err); refused {
		return refusal
	}
	return errors.New("looking up what is asked about: the ledger cannot be read, or holds what does not fit")
}

// checkAsked refuses an inquiry that asked others than the cohort's workers, about
// what its record does not say, or before there was anything to say of it.
func (t *transaction) checkAsked(asked *provenance.HeldInquiry, c *provenance.Closing) error {
	const field = "inquiry"
	i := &asked.Inquiry
	about := provenance.Ref(i.Record)
	cohort, err := t.recorded(cohortRef(i.Cohort))
	if err != nil {
		return err
	}
	record, err := t.recorded(about)
	if err != nil {
		return err
	}
	if cohort == nil || record == nil {
		return refuse(field, provenance.UnknownReference, "names a cohort or record that the ledger does not hold or that counts no more", "purge it and open another")
	}
	group, err := t.cohort(i.Cohort)
	if err != nil {
		return err
	}
	if group.ReceiptsRoot != i.Root || group.Size < i.Receipts {
		return refuse(field, provenance.Invalid, "rests on receipts that are not the cohort's", "purge it and open another")
	}
	if about.Kind == provenance.KindFindingStep {
		if asked.Opened < record.record.At {
			return refuse(field, provenance.Invalid, "was opened before the finding was closed", "purge it and open another")
		}
		_, err := t.closing(field, about, group)
		return err
	}
	if !slices.Contains(record.record.About, cohortRef(i.Cohort)) {
		return refuse(field, provenance.Invalid, "asks about a record of another cohort", "purge it and open another")
	}
	if c.Month != "" {
		if err := t.afterPayment(about, c.Month); err != nil {
			return err
		}
	}
	if about.Kind != provenance.KindAttestation {
		return nil
	}
	attestation, _, err := statement[provenance.Attestation](t.state, about)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(attestation.Predicates, func(p provenance.PredicateCount) bool { return p.Code == i.Matter }) {
		return refuse(field, provenance.Invalid, "asks about a predicate of which its record says nothing", "purge it and open another")
	}
	return nil
}

// recorded gives a record that counts, nil for none.
func (t *transaction) recorded(r provenance.Ref) (*held, error) {
	if ended, err := t.ended(r); ended || err != nil {
		return nil, err
	}
	return t.record(r)
}
