package provenance

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// QuarterOf is the quarter of a year that a moment lies in, such as 2026-Q1.
func QuarterOf(t time.Time) string {
	t = t.UTC()
	return fmt.Sprintf("%04d-Q%d", t.Year(), (int(t.Month())+2)/3)
}

// quarterEnd is the first moment after a quarter.
func quarterEnd(quarter string) time.Time {
	var year, n int
	if _, err := fmt.Sscanf(quarter, "%d-Q%d", &year, &n); err != nil {
		return time.Time{}
	}
	return time.Date(year, time.Month(3*n+1), 1, 0, 0, 0, 0, time.UTC)
}

// Docket numbers: the grievances of a quarter are listed under several tokens,
// so that two that are opened at the same time seldom meet.
const Dockets = 16

// MostInDocket bounds a docket, and with it what a quarter's closing reads.
const MostInDocket = 60

// DocketToken names a docket. It may be guessed, and tells no more than that
// somebody somewhere complained in the quarter.
func DocketToken(quarter string, n int) string { return derive(quarter, "docket", n) }

// Docket is the number of the docket that lists a grievance.
func (g *Grievance) Docket() int { return drawn(g.Token, 0, Dockets) }

// HeldDocket is what is held under a docket's token.
type HeldDocket struct {
	Salt       string   `json:"salt"`
	Grievances []string `json:"grievances"` // tokens
}

// QuarterClosing has Workers' peer count the grievances of a quarter, all sites
// together, and make a GrievanceCount of each site named, with grievances or
// without. It may be repeated when some have moved on.
type QuarterClosing struct {
	Quarter string        `json:"quarter" validate:"required,quarter"`
	Seed    string        `json:"seed" validate:"required,sha256"` // random, new for each closing
	Sites   []SiteClosing `json:"sites" validate:"required,min=1,max=100,dive"`
}

// SiteClosing names a site and the count to be made of it.
type SiteClosing struct {
	Facility   string `json:"facility" validate:"required,id"`
	Count      string `json:"count" validate:"required,id"`
	Supersedes string `json:"supersedes,omitempty" validate:"omitempty,id"`
}

func (c *QuarterClosing) Check(now time.Time) []FieldProblem {
	var ps problems
	checkQuarter(c.Quarter, now, 0, &ps)
	sites, counts := map[string]bool{}, map[string]bool{}
	for i, s := range c.Sites {
		at := index("sites", i)
		if sites[s.Facility] {
			ps.add(at+".facility", Invalid, "is named twice", "name each site once")
		}
		if counts[s.Count] {
			ps.add(at+".count", Invalid, "is given twice", "make an identifier for each site")
		}
		sites[s.Facility], counts[s.Count] = true, true
		if s.Supersedes == s.Count {
			ps.add(at+".supersedes", Invalid, "is the count itself", "name the earlier one")
		}
	}
	return ps
}

func checkQuarter(quarter string, now time.Time, monthsLater int, ps *problems) {
	if now.Before(quarterEnd(quarter).AddDate(0, monthsLater, 0)) {
		ps.add("quarter", InFuture, "is not over for long enough", "wait: grievances are told late, so that none points at a person")
	}
}

// GrievanceCount tells how many grievances workers of a site brought to Workers
// in a quarter. A site without any reads like one with four.
type GrievanceCount struct {
	ID         string          `json:"id" validate:"required,id"`
	Facility   string          `json:"facility" validate:"required,id"`
	Quarter    string          `json:"quarter" validate:"required,quarter"`
	Received   Band            `json:"received" validate:"required,oneof=0-4 5-9 10-24 25-49 50-99 100-249 250+"`
	Settled    Band            `json:"settled" validate:"required,oneof=0-4 5-9 10-24 25-49 50-99 100-249 250+"`
	Satisfied  Band            `json:"satisfied" validate:"required,oneof=0-4 5-9 10-24 25-49 50-99 100-249 250+"` // of those settled
	Categories []CategoryCount `json:"categories,omitempty" validate:"max=20,dive"`                                // with five or more
	Supersedes string          `json:"supersedes,omitempty" validate:"omitempty,id"`
	Tally      string          `json:"tally" validate:"required,sha256"` // token under which Workers hold it
	Salt       string          `json:"salt" validate:"required,sha256"`
}

// aboutChildren is the category that is never told of a site: children at work
// go the way of their own records, see child.go, and their place is not public.
const aboutChildren = "CHILDREN_AT_WORK"

// CategoryCount is how many grievances of a quarter were of one category. Those
// about children count among all that were received and under no category.
type CategoryCount struct {
	Category string `json:"category" validate:"required,oneof=RECRUITMENT_FEES WAGES DEDUCTIONS HOURS CONTRACT_TERMS PAPERS_KEPT MOVEMENT HOUSING_FOOD SAFETY_HEALTH VIOLENCE HARASSMENT DISCRIMINATION ASSOCIATION REPRISAL RETURN_HOME OTHER_COMPLAINT"`
	Received Band   `json:"received" validate:"required,oneof=5-9 10-24 25-49 50-99 100-249 250+"`
}

func (*GrievanceCount) Kind() Kind    { return KindGrievanceCount }
func (c *GrievanceCount) Key() string { return c.ID }

func (c *GrievanceCount) References() []Reference {
	refs := []Reference{{Field: "facility", Ref: Ref{KindFacility, c.Facility}, Subject: true}}
	return append(refs, supersedes(KindGrievanceCount, c.Supersedes)...)
}

// Check: a quarter is told a month after its end.
func (c *GrievanceCount) Check(now time.Time) []FieldProblem {
	var ps problems
	checkQuarter(c.Quarter, now, 1, &ps)
	ps.supersedesItself(c.Supersedes, c.ID)
	return ps
}

// Count makes the public count of a site out of the quarter's grievances.
func (c *QuarterClosing) Count(site int, grievances []HeldGrievance) GrievanceCount {
	s := c.Sites[site]
	received, settled, satisfied := 0, 0, 0
	categories := map[string]int{}
	for _, g := range grievances {
		if g.Grievance.Facility != s.Facility {
			continue
		}
		received++
		categories[g.Grievance.Category]++
		if g.State == GrievanceSettled {
			settled++
			if g.Steps[len(g.Steps)-1].Satisfaction == "SATISFIED" {
				satisfied++
			}
		}
	}
	count := GrievanceCount{
		ID: s.Count, Facility: s.Facility, Quarter: c.Quarter,
		Received: toldBand(received), Settled: toldBand(settled), Satisfied: toldBand(satisfied),
		Supersedes: s.Supersedes, Tally: derive(c.Seed, "tally", site), Salt: Salt(c.Seed, site),
	}
	for _, category := range slices.Sorted(maps.Keys(categories)) {
		if n := categories[category]; n >= SmallestCohort && category != aboutChildren {
			count.Categories = append(count.Categories, CategoryCount{Category: category, Received: BandOf(n)})
		}
	}
	return count
}
