package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

type machineKey struct {
	ID, Name, Made, Until, Used, Key string
	Scopes                           []string
}

// asks sends a request with the member's session, and a body when there is one.
func (p *person) asks(method, path string, body any) answer {
	p.g.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		p.g.t.Fatal(err)
	}
	return p.g.do(method, path, map[string]string{"Cookie": p.cookie, "Content-Type": "application/json"}, text)
}

func (p *person) newKey(scopes ...string) machineKey {
	p.g.t.Helper()
	return in[machineKey](p.g.t, p.asks(http.MethodPost, "/v1/keys", map[string]any{"name": "nightly", "scopes": scopes, "days": 30}))
}

// with asks with a key and nothing else.
func (g *gateway) with(key, method, path string) answer {
	g.t.Helper()
	return g.do(method, path, map[string]string{"Authorization": "Bearer " + key, "Content-Type": "application/json"}, []byte("{}"))
}

func TestAKeyIsGoodForItsScopesAlone(t *testing.T) {
	g := founded(t)
	w := g.world
	p := g.person(provenance.Workers, w.Party(provenance.Workers).ID, provenance.RoleUnion)
	p.signIn()
	history, full, relay := p.newKey("history"), p.newKey("full"), p.newKey("relay")
	public, closed := "/v1/products/"+w.Shirt.GTIN+"/history", "/v1/records/cohort/"+w.Cohort.ID
	for _, tc := range []struct {
		key          machineKey
		method, path string
		want         int
		code         string
	}{
		{history, "GET", public, 200, ""}, {full, "GET", public, 200, ""}, {relay, "GET", public, 403, "key_out_of_scope"},
		{history, "GET", closed, 403, "key_out_of_scope"}, {full, "GET", closed, 200, ""}, {relay, "GET", closed, 403, "key_out_of_scope"},
		{history, "GET", public + "/bundle?full=true", 403, "key_out_of_scope"}, {full, "GET", public + "/bundle?full=true", 503, "not_sealed"},
		{history, "POST", "/v1/parties", 403, "key_out_of_scope"}, {full, "POST", "/v1/transactions/submit", 403, "key_out_of_scope"},
		{relay, "POST", "/v1/parties", 422, "invalid"}, // it gets as far as the document
		{relay, "GET", "/v1/transactions/" + strings.Repeat("ab", 32), 404, "unknown_fate"},
		{full, "GET", "/v1/session", 200, ""},
		{full, "POST", "/v1/keys", 403, "key_out_of_scope"}, {full, "GET", "/v1/keys", 403, "key_out_of_scope"}, {full, "DELETE", "/v1/keys/" + full.ID, 403, "key_out_of_scope"},
		{full, "DELETE", "/v1/sessions", 403, "key_out_of_scope"}, {full, "POST", "/v1/session/challenges", 403, "key_out_of_scope"},
	} {
		a := g.with(tc.key.Key, tc.method, tc.path)
		if a.status != tc.want || tc.code != "" && a.problem(t).Code != tc.code {
			t.Errorf("%v: %s %s: %d %s", tc.key.Scopes, tc.method, tc.path, a.status, a.body)
		}
		if a.status == 403 && tc.method == "GET" && tc.path != "/v1/keys" && !strings.Contains(a.header.Get("WWW-Authenticate"), "insufficient_scope") {
			t.Errorf("%s does not say which scope it needs: %s", tc.path, a.header.Get("WWW-Authenticate"))
		}
	}
	if a := g.with(full.Key, "GET", closed); a.header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("what a key is shown is kept by %s", a.header.Get("Cache-Control"))
	}
	brand := g.person(provenance.Brands, w.Party(provenance.Brands).ID, provenance.RoleBrand)
	brand.signIn()
	if a := g.with(brand.newKey("full").Key, "GET", closed); a.status != 404 || a.problem(t).Code != "not_shown" {
		t.Errorf("a key opens more than its member may read: %d %s", a.status, a.body)
	}
}

func TestAKeyThatIsNotInForceIsRefusedAndNotOverlooked(t *testing.T) {
	g := founded(t)
	p := g.person(provenance.Workers, g.world.Party(provenance.Workers).ID, provenance.RoleUnion)
	p.signIn()
	public := "/v1/products/" + g.world.Shirt.GTIN + "/history"
	key := p.newKey("full")
	refused := func(what string, header map[string]string) {
		t.Helper()
		a := g.do(http.MethodGet, public, header, nil)
		if a.status != http.StatusUnauthorized || a.problem(t).Code != "key_not_in_force" || a.header.Get("WWW-Authenticate") != `Bearer error="invalid_token"` {
			t.Errorf("%s: %d %s %s", what, a.status, a.header.Get("WWW-Authenticate"), a.body)
		}
	}
	refused("made up", map[string]string{"Authorization": "Bearer fairlead_000000000000_" + strings.Repeat("A", 43)})
	refused("altered", map[string]string{"Authorization": "Bearer " + key.Key[:len(key.Key)-2] + "!!"})
	refused("another scheme", map[string]string{"Authorization": "Basic " + key.Key})
	refused("the key alone", map[string]string{"Authorization": key.Key})
	refused("empty", map[string]string{"Authorization": ""})
	refused("made up, beside a session", map[string]string{"Authorization": "Bearer x", "Cookie": p.cookie})
	p.stand("SUSPENDED", "UNDER_REVIEW")
	refused("its member suspended", map[string]string{"Authorization": "Bearer " + key.Key})
	p.stand("RESTORED", "CLEARED")
	if a := g.with(key.Key, "GET", public); a.status != http.StatusOK {
		t.Errorf("its member restored: %d", a.status)
	}
	other := g.person(provenance.Workers, g.world.Party(provenance.Workers).ID, provenance.RoleUnion)
	other.signIn()
	if a := other.asks("DELETE", "/v1/keys/"+key.ID, nil); a.status != http.StatusNotFound {
		t.Errorf("another member revokes it: %d", a.status)
	}
	if a := p.asks("DELETE", "/v1/keys/"+key.ID, nil); a.status != http.StatusNoContent {
		t.Errorf("revoking: %d %s", a.status, a.body)
	}
	refused("revoked", map[string]string{"Authorization": "Bearer " + key.Key})
	if strings.Contains(g.log.String(), key.Key) {
		t.Error("the log tells a key")
	}
}

func TestMembersMakeAndListTheirOwnKeys(t *testing.T) {
	g := founded(t)
	p := g.person(provenance.Workers, g.world.Party(provenance.Workers).ID, provenance.RoleUnion)
	nobody := &person{g: g}
	for _, call := range [][2]string{{"POST", "/v1/keys"}, {"GET", "/v1/keys"}, {"DELETE", "/v1/keys/x"}} {
		if a := nobody.asks(call[0], call[1], map[string]any{"name": "x", "scopes": []string{"history"}, "days": 1}); a.status != http.StatusUnauthorized {
			t.Errorf("nobody: %s %s: %d", call[0], call[1], a.status)
		}
	}
	p.signIn()
	for field, body := range map[string]map[string]any{
		"name":    {"name": "Jane Doe", "scopes": []string{"history"}, "days": 1},
		"scopes":  {"name": "x", "scopes": []string{"everything"}, "days": 1},
		"scopes ": {"name": "x", "scopes": []string{}, "days": 1},
		" scopes": {"name": "x", "scopes": []string{"full", "full"}, "days": 1},
		"days":    {"name": "x", "scopes": []string{"full"}, "days": 366},
		"days ":   {"name": "x", "scopes": []string{"full"}, "days": 0},
	} {
		if a := p.asks("POST", "/v1/keys", body); a.status != http.StatusUnprocessableEntity || a.problem(t).Fields[0].Field != strings.TrimSpace(field) {
			t.Errorf("%v: %d %s", body, a.status, a.body)
		}
	}
	if a := g.do("POST", "/v1/keys", map[string]string{"Cookie": p.cookie, "Content-Type": "application/json", "Origin": "https://evil.example"}, []byte(`{"name":"x","scopes":["full"],"days":1}`)); a.status != http.StatusForbidden {
		t.Errorf("another page makes a key: %d", a.status)
	}
	made := p.newKey("history", "relay")
	list := in[struct{ Keys []machineKey }](t, p.asks("GET", "/v1/keys", nil)).Keys
	if len(list) != 1 || list[0].ID != made.ID || list[0].Key != "" || list[0].Until != "2027-01-01T10:00:30.000Z" || fmt.Sprint(list[0].Scopes) != "[history relay]" || !strings.HasPrefix(made.Key, "fairlead_"+made.ID+"_") {
		t.Errorf("made %+v, listed %+v", made, list)
	}
}

func TestAKeyIsHeldToItsRate(t *testing.T) {
	g := founded(t)
	p := g.person(provenance.Workers, g.world.Party(provenance.Workers).ID, provenance.RoleUnion)
	p.signIn()
	key, second := p.newKey("history"), p.newKey("history")
	for n := range 101 {
		a := g.with(key.Key, "GET", "/v1/openapi.yaml")
		if want := map[bool]int{true: http.StatusOK, false: http.StatusTooManyRequests}[n < 100]; a.status != want {
			t.Fatalf("request %d: %d", n, a.status)
		}
		if n == 100 && (a.problem(t).Code != "too_many_requests" || a.header.Get("Retry-After") != "1") {
			t.Errorf("%s, again in %s", a.body, a.header.Get("Retry-After"))
		}
	}
	if a := g.with(second.Key, "GET", "/v1/openapi.yaml"); a.status != http.StatusOK {
		t.Errorf("another key waits too: %d", a.status)
	}
	if a := g.get("/v1/openapi.yaml"); a.status != http.StatusOK {
		t.Errorf("everybody waits: %d", a.status)
	}
}
