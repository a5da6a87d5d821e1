package contract_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// joined is the paths of the first entries of a list, as many as a refusal
// names.
func joined(list string, n int) string {
	var paths []string
	for i := range min(n, 50) {
		paths = append(paths, fmt.Sprintf("%s[%d]", list, i))
	}
	return strings.Join(paths, " ")
}

func (a *asking) grievance() *provenance.Grievance {
	return &provenance.Grievance{Token: a.random(), Salt: a.random(), Facility: a.Site.ID, Category: "PAPERS_KEPT", Handler: a.Union.ID, NextOn: "2026-02-10"}
}

func (a *asking) step(g *provenance.Grievance, state provenance.GrievanceState) *provenance.GrievanceStep {
	s := &provenance.GrievanceStep{Token: g.Token, Salt: a.random(), State: state}
	if state == provenance.GrievanceSettled {
		s.Outcome, s.Satisfaction = "REMEDIED", "SATISFIED"
	}
	if !state.Ended() {
		s.NextOn = "2026-02-20"
	}
	return s
}

func (a *asking) quarter(sites ...string) *provenance.QuarterClosing {
	c := &provenance.QuarterClosing{Quarter: "2026-Q1", Seed: a.random()}
	for _, site := range sites {
		c.Sites = append(c.Sites, provenance.SiteClosing{Facility: site, Count: a.ID()})
	}
	return c
}

func TestAGrievanceTakesItsSteps(t *testing.T) {
	a := prepared(t)
	g := a.grievance()
	g.Receipt = &provenance.GrievanceReceipt{Cohort: a.Cohort.ID, Receipts: a.book.Receipts(), Root: a.Cohort.ReceiptsRoot, Proof: a.answer(a.receipts[3].Own, "ASK").Proof}
	a.holds("OpenGrievance", g)
	union := a.as(provenance.RoleUnion)
	a.refusesHeld(union, "OpenGrievance", g, provenance.Conflict, "token")
	a.refusesHeld(union, "AdvanceGrievance", a.step(g, provenance.GrievanceSettled), provenance.WrongState, "state")
	for _, state := range []provenance.GrievanceState{
		provenance.GrievanceAcknowledged, provenance.GrievanceAnswered, provenance.GrievanceEscalated, provenance.GrievanceSettled,
		provenance.GrievanceReopened, provenance.GrievanceDropped,
	} {
		a.holds("AdvanceGrievance", a.step(g, state))
	}
	held, _ := reads[provenance.HeldGrievance](a, g.Token)
	if held.State != provenance.GrievanceDropped || len(held.Steps) != 7 || held.Grievance.NextOn != "" || held.Steps[4].Satisfaction != "SATISFIED" {
		t.Errorf("held is %+v", held)
	}
}

func TestGrievanceRefusals(t *testing.T) {
	a := prepared(t)
	union := a.as(provenance.RoleUnion)
	for field, change := range map[string]func(*provenance.Grievance){
		"category": func(g *provenance.Grievance) { g.Category = "The foreman keeps our papers" },
		"nextOn":   func(g *provenance.Grievance) { g.NextOn = "2026-01-10" },
		"salt":     func(g *provenance.Grievance) { g.Salt = g.Token },
		"receipt.proof": func(g *provenance.Grievance) {
			g.Receipt = &provenance.GrievanceReceipt{Cohort: a.Cohort.ID, Receipts: 39, Root: a.Cohort.ReceiptsRoot, Proof: a.answer(a.receipts[3].Own, "ASK").Proof}
		},
	} {
		g := a.grievance()
		change(g)
		a.refusesHeld(union, "OpenGrievance", g, provenance.Invalid, field)
	}
	g := a.grievance()
	a.refusesHeld(union, "AdvanceGrievance", a.step(g, provenance.GrievanceAcknowledged), provenance.UnknownReference, "token")
	a.holds("OpenGrievance", g)
	for field, change := range map[string]func(*provenance.GrievanceStep){
		"outcome":      func(s *provenance.GrievanceStep) { s.Outcome = "REMEDIED" },
		"satisfaction": func(s *provenance.GrievanceStep) { s.Satisfaction = "SATISFIED" },
		"nextOn":       func(s *provenance.GrievanceStep) { s.NextOn = "" },
	} {
		s := a.step(g, provenance.GrievanceAcknowledged)
		change(s)
		a.refusesHeld(union, "AdvanceGrievance", s, provenance.Invalid, field)
	}
	a.refusesHeld(union, "CloseGrievances", a.quarter(a.Site.ID), provenance.InFuture, "quarter")
	a.now = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	a.refusesHeld(union, "CloseGrievances", a.quarter(a.Site.ID, a.Site.ID), provenance.Invalid, "sites[1].facility")
}

func TestAGrievanceBroughtEarlierCountsInItsQuarter(t *testing.T) {
	a := prepared(t)
	g := a.grievance()
	g.Quarter = "2026-Q2"
	a.refusesHeld(a.as(provenance.RoleUnion), "OpenGrievance", g, provenance.InFuture, "quarter")
	for range 5 {
		g := a.grievance()
		g.Quarter = "2025-Q3"
		a.holds("OpenGrievance", g)
	}
	closing := a.quarter(a.Site.ID)
	closing.Quarter = "2025-Q3"
	a.holds("CloseGrievances", closing)
	count, _ := reads[provenance.GrievanceCount](a, closing.Count(0, nil).Tally)
	if count.Quarter != "2025-Q3" || count.Received != "5-9" {
		t.Errorf("counted was %+v", count)
	}
	a.publishes(&count, a.now)
}

func TestGrievancesAreToldLateAndInBands(t *testing.T) {
	a := prepared(t)
	quiet := a.newSite()
	a.states(a.as(provenance.RoleSupplier), &quiet)
	for range 5 { // of children: counted, and told under no category
		g := a.grievance()
		g.Category = "CHILDREN_AT_WORK"
		a.holds("OpenGrievance", g)
	}
	for n := range 12 {
		g := a.grievance()
		if n >= 7 {
			g.Category = "WAGES"
		}
		if n >= 9 {
			g.Facility, g.Category = quiet.ID, "WAGES"
		}
		a.holds("OpenGrievance", g)
		if n < 6 {
			a.holds("AdvanceGrievance", a.step(g, provenance.GrievanceEscalated))
			a.holds("AdvanceGrievance", a.step(g, provenance.GrievanceSettled))
		}
	}
	a.now = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	closing := a.quarter(a.Site.ID, quiet.ID)
	a.holds("CloseGrievances", closing)
	count, _ := reads[provenance.GrievanceCount](a, closing.Count(0, nil).Tally)
	if count.Received != "10-24" || count.Settled != "5-9" || count.Satisfied != "5-9" ||
		len(count.Categories) != 1 || count.Categories[0] != (provenance.CategoryCount{Category: "PAPERS_KEPT", Received: "5-9"}) {
		t.Errorf("counted was %+v", count)
	}
	few, _ := reads[provenance.GrievanceCount](a, closing.Count(1, nil).Tally)
	if few.Received != provenance.BandFew || len(few.Categories) != 0 {
		t.Errorf("counted was %+v", few)
	}
	if text := fmt.Sprintf("%+v", count); strings.Contains(text, "CHILDREN") {
		t.Errorf("children at work are told of a site: %s", text)
	}
	a.refusesToPublish(&count, time.Date(2026, 4, 30, 23, 59, 59, 0, time.UTC), provenance.InFuture, "quarter")
	inMay := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	altered := count
	altered.Received = provenance.BandFew
	a.refusesToPublish(&altered, inMay, provenance.Invalid, "tally")
	a.publishes(&count, inMay)
	a.publishes(&few, inMay.Add(time.Second))

	again := a.quarter(a.Site.ID)
	again.Sites[0].Supersedes = count.ID
	a.holds("CloseGrievances", again)
	later, _ := reads[provenance.GrievanceCount](a, again.Count(0, nil).Tally)
	a.publishes(&later, inMay.Add(time.Hour))
}
