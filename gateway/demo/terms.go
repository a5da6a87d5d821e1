package demo

import (
	"fmt"
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// agreement is what was agreed with a group before it left, and what its workers
// found on arrival.
type agreement struct {
	group, by string
	month     string // in which it was agreed
	workers   int    // with whom; a few never left
	terms     []agreed
	compared  int    // workers who were asked what they found
	asked     string // month in which the last of them was
}

// agreed is one term, alike for all of a group.
type agreed struct {
	code          string
	value, worsen int64 // as agreed, and as those found it for whom it was worse
	worse         int   // workers
}

var agreements = []agreement{
	{group: "thuraya-bd", by: "wadi-needle", month: "2025-01", workers: 90, compared: 62, asked: "2025-07", terms: []agreed{
		{provenance.TermWage, 290_000, 245_000, 38}, // fils of the Jordanian dinar
		{provenance.TermCurrency, 400, 0, 0},
		{"TERM_HOURS", 480, 540, 52},
		{"TERM_REST_DAYS", 4, 2, 27},
		{"TERM_HOUSING", 2, 1, 3},
		{"TERM_RETURN_PAID", 1, 0, 11},
	}},
	{group: "perling-np", by: "threshold-desk", month: "2024-07", workers: 60, compared: 49, asked: "2025-02", terms: []agreed{
		{provenance.TermWage, 170_000, 150_000, 3}, // sen of the Malaysian ringgit
		{provenance.TermCurrency, 458, 0, 0},
		{"TERM_HOURS", 480, 480, 0},
		{"TERM_PLACE", provenance.TermCode(siteID("perling-connectors")), 0, 0},
	}},
}

func (a agreement) codes() []string {
	codes := make([]string, len(a.terms))
	for i, t := range a.terms {
		codes[i] = t.code
	}
	return codes
}

func commitmentID(group string) string { return id("terms commitment", group) }

// book is of the group's workers, of whom all agreed on the same.
func (a agreement) book() provenance.TermsBook {
	var values []int64
	for _, t := range a.terms {
		values = append(values, t.value)
	}
	book, err := provenance.MakeTermsBook(commitmentID(a.group), a.codes(), slices.Repeat([][]int64{values}, a.workers), &stream{seed: "terms " + a.group})
	if err != nil {
		panic(err) // wrong terms in this package
	}
	return book
}

func (a agreement) commitment() *provenance.TermsCommitment {
	g := groupOf(a.group)
	root, err := a.book().Root()
	if err != nil {
		panic(err) // the book is made above
	}
	return &provenance.TermsCommitment{
		ID: commitmentID(a.group), Facility: siteID(g.site), Recruiter: partyID(g.recruiter), Corridor: provenance.Corridor{From: g.from, To: g.to},
		Month: a.month, Workers: a.workers, Terms: a.codes(), Root: root,
	}
}

// terms adds what was agreed before anybody left.
func (p *plan) terms() {
	p.begin("what was agreed with workers before they left")
	for _, a := range agreements {
		p.add(author(a.by), a.commitment())
	}
}

// termsOf is the commitment that a group's record names, empty for none.
func termsOf(group string) string {
	if slices.ContainsFunc(agreements, func(a agreement) bool { return a.group == group }) {
		return commitmentID(group)
	}
	return ""
}

// Comparison is a comparison of terms of the demonstration, with all that happens
// to it.
type Comparison struct {
	Author  Author
	Book    provenance.TermsBook
	Content provenance.Comparison
	Batches []provenance.TermsBatch
	Closing provenance.ComparisonClosing
}

// Comparisons lists the comparisons of the demonstration.
func Comparisons() []Comparison {
	var all []Comparison
	for _, a := range agreements {
		commitment := a.commitment()
		c := Comparison{Author: author(a.by), Book: a.book(), Content: provenance.Comparison{
			Token: token("comparison", a.group), Key: token("compared", a.group), Cohort: groupOf(a.group).id(), Commitment: commitment.ID,
			Workers: commitment.Workers, Terms: commitment.Terms, Root: commitment.Root,
		}}
		c.Closing = provenance.ComparisonClosing{
			Comparison: c.Content.Token, Salt: token("closing", "terms "+a.group), Outcome: id("terms comparison", a.group), Month: a.asked,
		}
		for first := 0; first < a.compared; first += provenance.BatchWidth {
			batch := provenance.TermsBatch{Comparison: c.Content.Token, Seed: token("batch", fmt.Sprint("terms ", a.group, " ", first))}
			for n := first; n < min(first+provenance.BatchWidth, a.compared); n++ {
				batch.Workers = append(batch.Workers, a.found(n))
			}
			c.Batches = append(c.Batches, batch)
		}
		all = append(all, c)
	}
	return all
}

// found is what one of the workers found.
func (a agreement) found(worker int) provenance.ComparedWorker {
	opening, err := a.book().Open(worker)
	if err != nil {
		panic(err) // a wrong number in this package
	}
	w := provenance.ComparedWorker{Opening: opening}
	for _, t := range a.terms {
		now := t.value
		if worker < t.worse {
			now = t.worsen
		}
		w.Now = append(w.Now, provenance.TermNow{Code: t.code, Value: now})
	}
	return w
}
