package httpapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

type facilityNow struct {
	Record provenance.Record
	Now    provenance.FacilityNow
}

// The world's annex was amended, claimed, merged, split and closed.
func TestFacilityTellsWhatBecameOfIt(t *testing.T) {
	g := founded(t)
	annex := g.world.Annex
	got := in[facilityNow](t, g.get("/v1/facilities/"+annex.Site.ID))
	registered, err := provenance.Body[provenance.Facility](got.Record)
	if err != nil {
		t.Fatal(err)
	}
	if registered.Operator != "" || len(registered.Aliases) > 0 {
		t.Errorf("the registration became %+v", registered)
	}
	now := got.Now
	if now.Operator == nil || now.Operator.ID != g.world.Factory.ID || now.Operator.Name != g.world.Factory.Name {
		t.Errorf("it is run by %+v, want the factory, whose claim was confirmed", now.Operator)
	}
	if !slices.Equal(now.Facility.Aliases, annex.Amendment.Aliases) || now.Closed != annex.Status.On || now.MergedInto != nil || len(now.Merged) > 0 || len(now.Claims) > 0 {
		t.Errorf("now it is %+v", now)
	}
	page := string(g.get("/sites/" + annex.Site.ID).body)
	for _, want := range []string{g.world.Factory.Name, "Mill 3", "SK-2025-3", "closed since", "20 December 2025"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestMergedFacilityLeadsToTheKeptOne(t *testing.T) {
	g := founded(t)
	annex := g.world.Annex
	merge := annex.Merge
	merge.ID = g.world.ID()
	g.state(g.cast.Oversight, &merge)
	second := provenance.FacilityMerge{ID: g.world.ID(), Kept: g.world.Site.ID, Merged: annex.Site.ID, Reason: "RENAMED"}
	g.state(g.cast.Oversight, &second)
	g.settle()
	twin := in[facilityNow](t, g.get("/v1/facilities/"+annex.Twin.ID)).Now
	if twin.MergedInto == nil || twin.MergedInto.ID != g.world.Site.ID || twin.MergedInto.Name != g.world.Site.Name {
		t.Errorf("the twin is now %+v", twin)
	}
	site := in[facilityNow](t, g.get("/v1/facilities/"+g.world.Site.ID)).Now
	if len(site.Merged) != 2 {
		t.Errorf("the kept one is now %+v", site)
	}
	if page := string(g.get("/sites/" + annex.Twin.ID).body); !strings.Contains(page, `href="/sites/`+g.world.Site.ID) {
		t.Error("the twin's page does not lead to the kept one")
	}
}

// What names an entry that was merged is shown with the one that is kept, and
// still with its own.
func TestAuditsOfMergedEntriesAreOnThePageOfTheKeptOne(t *testing.T) {
	g := founded(t)
	twin := g.world.Site
	twin.ID, twin.Name, twin.Identifiers = g.world.ID(), "Riverside Two", nil
	g.state(g.cast.Supplier, &twin)
	audit := g.world.Audit
	audit.ID, audit.Facility, audit.SchemeVersion = g.world.ID(), twin.ID, "7.0"
	g.state(g.cast.Auditor, &audit)
	g.state(g.cast.Oversight, &provenance.FacilityMerge{ID: g.world.ID(), Kept: g.world.Site.ID, Merged: twin.ID, Reason: "DUPLICATE"})
	g.settle()
	const entered = "entered as <bdi>Riverside Two</bdi>"
	if page := string(g.get("/sites/" + g.world.Site.ID).body); strings.Count(page, entered) != 1 {
		t.Errorf("the kept one's page does not list the audit of the other entry: %s", page)
	}
	if page := string(g.get("/sites/" + twin.ID).body); strings.Contains(page, entered) || strings.Contains(page, "No audit of this site") {
		t.Errorf("the merged one's page: %s", page)
	}
}

func TestLikelyDuplicates(t *testing.T) {
	g := founded(t)
	like := g.world.Site
	like.ID, like.Name, like.Identifiers, like.Operator = g.world.ID(), "RIVERSIDE GARMENTS - MILL 2", nil, ""
	elsewhere := like
	elsewhere.ID, elsewhere.Country = g.world.ID(), "KH"
	g.state(g.cast.Brand, &like, &elsewhere)
	g.settle()
	type list struct {
		Duplicates []provenance.Likeness
		Complete   bool
	}
	got := in[list](t, g.get("/v1/facilities/"+g.world.Site.ID+"/duplicates"))
	if len(got.Duplicates) != 1 || got.Duplicates[0].Facility.ID != like.ID || !got.Complete {
		t.Errorf("likely duplicates are %+v", got)
	}
	g.state(g.cast.Oversight, &provenance.FacilityMerge{ID: g.world.ID(), Kept: g.world.Site.ID, Merged: like.ID, Reason: "DUPLICATE"})
	g.settle()
	if got := in[list](t, g.get("/v1/facilities/"+g.world.Site.ID+"/duplicates")); len(got.Duplicates) != 0 {
		t.Errorf("merged, likely duplicates are %+v", got)
	}
	if a := g.get("/v1/facilities/" + g.world.ID() + "/duplicates"); a.status != http.StatusNotFound {
		t.Errorf("of a facility nobody registered: %d", a.status)
	}
}

// A vessel's page says that there is a signal, whether it was answered and where
// it stands, and none of what was measured. One that was found not to hold, as the
// world's was, is not on it.
func TestSignalsAreOnAVesselsPage(t *testing.T) {
	g := founded(t)
	w := g.world
	const answered = "operator answered"
	page := func(id string) string { return string(g.get("/sites/" + id).body) }
	if text := page(w.Watch.Vessel.ID); !strings.Contains(text, "perhaps on a list") || strings.Contains(text, answered) {
		t.Errorf("at first: %s", text)
	}
	gap, reply := w.Watch.Gap, w.Watch.Reply
	gap.ID, reply.ID = w.ID(), w.ID()
	reply.To.ID = gap.ID
	g.state(g.cast.Observer, &gap)
	g.state(g.cast.Supplier, &reply)
	g.settle()
	text := page(w.Watch.Vessel.ID)
	if !strings.Contains(text, "A signal is no finding") || !strings.Contains(text, answered) {
		t.Errorf("the vessel's page: %s", text)
	}
	for _, measured := range []string{gap.Source.Dataset, gap.Source.RecordID, gap.Method.Name} {
		if strings.Contains(text, measured) {
			t.Errorf("the vessel's page tells %q", measured)
		}
	}
	if text := page(w.Site.ID); strings.Contains(text, answered) {
		t.Errorf("another site's page: %s", text)
	}
}
