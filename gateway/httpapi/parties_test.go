package httpapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// The world's factory was amended: the agency has a stake in it.
func TestPartyTellsWhatBecameOfIt(t *testing.T) {
	g := founded(t)
	w := g.world
	renamed := provenance.PartyAmendment{ID: w.ID(), Party: w.Agency.ID, From: "2025-12-01", Name: "Bridge and Sons"}
	g.state(g.cast.Oversight, &renamed)
	g.settle()
	got := in[struct {
		Record provenance.Record
		Now    provenance.PartyNow
	}](t, g.get("/v1/parties/"+w.Factory.ID))
	registered, err := provenance.Body[provenance.Party](got.Record)
	if err != nil || len(registered.OwnedBy) > 0 {
		t.Errorf("the registration became %+v (%v)", registered, err)
	}
	if want := []provenance.Name{{ID: w.Agency.ID, Name: renamed.Name}}; !slices.Equal(got.Now.Owners, want) || !slices.Equal(got.Now.Party.OwnedBy, w.Amend.Party.OwnedBy) {
		t.Errorf("now it is %+v", got.Now)
	}
	if len(got.Now.Amendments) != 1 || got.Now.Amendments[0].Says.ID != w.Amend.Party.ID || got.Now.Amendments[0].Org != provenance.Oversight {
		t.Errorf("its amendments are %+v", got.Now.Amendments)
	}
	if a := g.get("/v1/parties/" + w.ID()); a.status != http.StatusNotFound {
		t.Errorf("nobody: %s", a.body)
	}
}

// What a product and its owner are called today is what pages and answers say.
func TestAmendedNamesAreShown(t *testing.T) {
	g := founded(t)
	w := g.world
	g.state(g.cast.Brand, &provenance.ProductAmendment{ID: w.ID(), Product: w.Shirt.GTIN, From: "2025-12-01", Name: "Shirt, long sleeves"})
	g.state(g.cast.Oversight, &provenance.PartyAmendment{ID: w.ID(), Party: w.Brand.ID, From: "2025-12-01", Name: "Southern Shirts"})
	g.settle()
	got := in[struct {
		Product struct{ Record provenance.Record }
		Now     provenance.ProductNow
	}](t, g.get("/v1/products/"+w.Shirt.GTIN))
	if got.Now.Product.Name != "Shirt, long sleeves" || got.Now.Owner.Name != "Southern Shirts" || got.Now.Product.HS != w.Amend.Product.HS || len(got.Now.Amendments) != 2 {
		t.Errorf("now it is %+v", got.Now)
	}
	for _, page := range []string{"/", "/01/" + w.Shirt.GTIN} {
		text := string(g.get(page).body)
		if !strings.Contains(text, "Shirt, long sleeves") || !strings.Contains(text, "Southern Shirts") || strings.Contains(text, "Northern Shirts") {
			t.Errorf("%s says\n%s", page, text)
		}
	}
	before := in[struct{ History provenance.Answer }](t, g.get("/v1/products/"+w.Shirt.GTIN+"/history?asOf=2025-11-30"))
	if before.History.Product != "Shirt" || before.History.Owner.Name != "Northern Shirts" {
		t.Errorf("before, it was %q of %q", before.History.Product, before.History.Owner.Name)
	}
}
