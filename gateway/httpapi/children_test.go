package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// TestNobodyReadsOfChildrenByPlace: the world has children at work at its site.
// No public address gives the case, its step, or anything of what they say, and
// the history tells of it without the site.
func TestNobodyReadsOfChildrenByPlace(t *testing.T) {
	g := founded(t)
	w := g.world
	for _, r := range []provenance.Statement{&w.Children, &w.ChildPlan} {
		path := "/v1/records/" + string(r.Kind()) + "/" + r.Key()
		if p := g.get(path).problem(t); p.Status != http.StatusNotFound || p.Code != "not_shown" {
			t.Errorf("%s: %d %s", path, p.Status, p.Code)
		}
	}
	secrets := []string{w.Children.ID, w.ChildPlan.ID, "SCHOOL_PAPERS", "OUT_OF_HARM"}
	for _, path := range []string{
		"/v1/facilities", "/v1/facilities/" + w.Site.ID, "/v1/facilities/" + w.Site.ID + "/audits", "/v1/audits/" + w.Audit.ID,
		"/v1/products/" + w.Shirt.GTIN, "/v1/products/" + w.Shirt.GTIN + "/history", "/v1/status",
		"/", "/sites/" + w.Site.ID, "/01/" + w.Shirt.GTIN, "/01/" + w.Shirt.GTIN + "/10/S-1",
	} {
		a := g.get(path)
		if a.status != http.StatusOK {
			t.Errorf("%s: %d", path, a.status)
		}
		for _, secret := range secrets {
			if strings.Contains(string(a.body), secret) {
				t.Errorf("%s tells %s", path, secret)
			}
		}
	}
	history := in[struct{ History provenance.Answer }](t, g.get("/v1/products/"+w.Shirt.GTIN+"/history")).History
	want := provenance.ChildLine{Found: provenance.ChildLabour, Remediation: provenance.RemedyUnderWay}
	if len(history.Children) != 1 || history.Children[0] != want {
		t.Errorf("the history tells %+v, want %+v", history.Children, want)
	}
}
