package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/httpapi"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/seals"
)

// person is a member with a key, and what their browser keeps.
type person struct {
	g      *gateway
	signer ledger.Signer
	member provenance.Member
	cookie string
}

// person enrols somebody of an organisation's party.
func (g *gateway) person(org provenance.Org, party string, role provenance.Role) *person {
	g.t.Helper()
	p := &person{g: g, signer: g.ledger.Enrol(org, false)}
	p.member = provenance.Member{ID: g.world.ID(), Party: party, Roles: []provenance.Role{role}, Certificate: fingerprintOf(g.t, p.signer)}
	g.state(g.ledger.Enrol(org, true), &p.member)
	g.settle()
	return p
}

func (p *person) stand(state, reason string) {
	p.g.t.Helper()
	p.g.state(p.g.ledger.Enrol(p.signer.Identity().Org, true), &provenance.Standing{
		ID: p.g.world.ID(), Subject: provenance.Subject{Kind: provenance.KindMember, ID: p.member.ID}, State: state, Reason: reason,
	})
	p.g.settle()
}

type challenge struct{ Challenge, Address string }

func (g *gateway) challenge() challenge {
	g.t.Helper()
	return in[challenge](g.t, g.do(http.MethodPost, "/v1/session/challenges", nil, nil))
}

// answers signs a challenge and hands it in, after change had its way with it.
func (p *person) answers(c challenge, text []byte) answer {
	p.g.t.Helper()
	body, err := json.Marshal(map[string]any{"challenge": c.Challenge, "signature": sign(p.g.t, p.signer, text)})
	if err != nil {
		p.g.t.Fatal(err)
	}
	return p.g.do(http.MethodPost, "/v1/session", p.g.names(p.signer), body)
}

func (p *person) signIn() {
	p.g.t.Helper()
	c := p.g.challenge()
	a := p.answers(c, httpapi.SignInText(c.Address, c.Challenge))
	if a.status != http.StatusCreated {
		p.g.t.Fatalf("%d %s", a.status, a.body)
	}
	set := a.header.Get("Set-Cookie")
	p.cookie, _, _ = strings.Cut(set, ";")
	for _, want := range []string{"__Host-fairlead=", "Path=/", "HttpOnly", "Secure", "SameSite=Strict"} {
		if !strings.Contains(set, want) {
			p.g.t.Errorf("the cookie lacks %s: %s", want, set)
		}
	}
}

func (p *person) does(method, path string) answer {
	return p.g.do(method, path, map[string]string{"Cookie": p.cookie}, nil)
}

func TestAMemberSignsInAndOut(t *testing.T) {
	g := founded(t)
	p := g.person(provenance.Auditors, g.world.Party(provenance.Auditors).ID, provenance.RoleAuditor)
	if a := p.does(http.MethodGet, "/v1/session"); a.status != http.StatusUnauthorized || a.problem(t).Code != "not_signed_in" {
		t.Errorf("before: %s", a.body)
	}
	p.signIn()
	who := in[struct {
		Org, Member, Party string
		Roles              []string
	}](t, p.does(http.MethodGet, "/v1/session"))
	if who.Org != "Auditors" || who.Member != p.member.ID || who.Party != p.member.Party || len(who.Roles) != 1 || who.Roles[0] != "auditor" {
		t.Errorf("signed in as %+v", who)
	}
	elsewhere := *p
	elsewhere.signIn()
	if a := p.does(http.MethodDelete, "/v1/session"); a.status != http.StatusNoContent || !strings.Contains(a.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("signing out: %d %s", a.status, a.header.Get("Set-Cookie"))
	}
	if p.does(http.MethodGet, "/v1/session").status != http.StatusUnauthorized || elsewhere.does(http.MethodGet, "/v1/session").status != http.StatusOK {
		t.Error("signing out of one ends not that one alone")
	}
	p.signIn()
	p.does(http.MethodDelete, "/v1/sessions")
	if p.does(http.MethodGet, "/v1/session").status != http.StatusUnauthorized || elsewhere.does(http.MethodGet, "/v1/session").status != http.StatusUnauthorized {
		t.Error("signing out everywhere leaves a session")
	}
	if strings.Contains(g.log.String(), p.member.ID) || strings.Contains(g.log.String(), strings.TrimPrefix(p.cookie, "__Host-fairlead=")) {
		t.Error("the log tells who signed in")
	}
}

// Whoever signs in gets a secret that nobody knew before, and the one that they
// came with opens nothing any more.
func TestSigningInAgainEndsTheSessionThatOneCameWith(t *testing.T) {
	g := founded(t)
	p := g.person(provenance.Auditors, g.world.Party(provenance.Auditors).ID, provenance.RoleAuditor)
	p.signIn()
	before := *p
	c := g.challenge()
	header := g.names(p.signer)
	header["Cookie"] = p.cookie
	body, err := json.Marshal(map[string]any{"challenge": c.Challenge, "signature": sign(t, p.signer, httpapi.SignInText(c.Address, c.Challenge))})
	if err != nil {
		t.Fatal(err)
	}
	a := g.do(http.MethodPost, "/v1/session", header, body)
	p.cookie, _, _ = strings.Cut(a.header.Get("Set-Cookie"), ";")
	if a.status != http.StatusCreated || p.cookie == before.cookie || p.does(http.MethodGet, "/v1/session").status != http.StatusOK {
		t.Errorf("signed in again: %d %s", a.status, a.body)
	}
	if before.does(http.MethodGet, "/v1/session").status != http.StatusUnauthorized {
		t.Error("the session before goes on")
	}
}

// A suspension counts from its block on, for sessions that are open too; so
// does its end. A revocation is for good.
func TestStandingCountsFromItsBlockOn(t *testing.T) {
	g := founded(t)
	p := g.person(provenance.Auditors, g.world.Party(provenance.Auditors).ID, provenance.RoleAuditor)
	p.signIn()
	for _, step := range []struct {
		state, reason string
		want          int
	}{{"SUSPENDED", "UNDER_REVIEW", 401}, {"RESTORED", "CLEARED", 200}, {"REVOKED", "KEY_COMPROMISED", 401}} {
		p.stand(step.state, step.reason)
		if a := p.does(http.MethodGet, "/v1/session"); a.status != step.want {
			t.Errorf("%s: %d", step.state, a.status)
		}
	}
	c := g.challenge()
	if a := p.answers(c, httpapi.SignInText(c.Address, c.Challenge)); a.status != http.StatusUnauthorized {
		t.Errorf("revoked, and signed in: %s", a.body)
	}
}

// disguised signs with a key and names somebody else.
type disguised struct {
	ledger.Signer
	as ledger.Identity
}

func (d disguised) Identity() ledger.Identity { return d.as }

func TestSigningInWithSomethingElse(t *testing.T) {
	g := founded(t)
	party := g.world.Party(provenance.Auditors).ID
	p, other := g.person(provenance.Auditors, party, provenance.RoleAuditor), g.person(provenance.Auditors, party, provenance.RoleAuditor)
	stranger := &person{g: g, signer: g.ledger.Enrol(provenance.Auditors, false)}
	borrowed := &person{g: g, signer: disguised{other.signer, p.signer.Identity()}}
	elsewhere := &person{g: g, signer: disguised{p.signer, ledger.Identity{Org: provenance.Brands, Certificate: p.signer.Identity().Certificate}}}
	text := func(c challenge) []byte { return httpapi.SignInText(c.Address, c.Challenge) }
	for name, try := range map[string]func(challenge) answer{
		"the challenge alone": func(c challenge) answer { return p.answers(c, []byte(c.Challenge)) },
		"another address": func(c challenge) answer {
			return p.answers(c, httpapi.SignInText("https://other.example", c.Challenge))
		},
		"a challenge made up":        func(c challenge) answer { c.Challenge = "x" + c.Challenge[1:] + "x"; return p.answers(c, text(c)) },
		"a certificate nobody knows": func(c challenge) answer { return stranger.answers(c, text(c)) },
		"another member's":           func(c challenge) answer { return borrowed.answers(c, text(c)) },
		"another organisation":       func(c challenge) answer { return elsewhere.answers(c, text(c)) },
		"a challenge spent": func(c challenge) answer {
			if a := p.answers(c, text(c)); a.status != http.StatusCreated {
				t.Errorf("the first: %s", a.body)
			}
			return p.answers(c, text(c))
		},
	} {
		if a := try(g.challenge()); a.status != http.StatusUnauthorized || a.problem(t).Code != "not_signed_in" || a.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	for header, value := range map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"} {
		for _, call := range [][2]string{{http.MethodPost, "/v1/session/challenges"}, {http.MethodPost, "/v1/session"}, {http.MethodDelete, "/v1/session"}, {http.MethodDelete, "/v1/sessions"}} {
			if a := g.do(call[0], call[1], map[string]string{header: value}, nil); a.status != http.StatusForbidden || a.problem(t).Code != "other_origin" {
				t.Errorf("%s %s from elsewhere: %d", call[0], call[1], a.status)
			}
		}
	}
	for range 40 {
		if a := g.do(http.MethodPost, "/v1/session/challenges", nil, nil); a.status == http.StatusTooManyRequests {
			if a.header.Get("Retry-After") != "60" {
				t.Error("it does not say when to try again")
			}
			return
		}
	}
	t.Error("anybody may try for ever")
}

// No signature for signing in can be one for the ledger: the text is no
// protocol buffer, whatever the address and the challenge are.
func TestASignInIsNoProposal(t *testing.T) {
	text := httpapi.SignInText("", "")
	if wireType := text[0] & 7; wireType != 6 { // there is no such type
		t.Errorf("its first byte could begin a message of type %d", wireType)
	}
}

// Who reads records that count workers exactly, or tell of children.
func TestWhatSigningInShows(t *testing.T) {
	g := founded(t)
	w := g.world
	of := func(org provenance.Org, role provenance.Role) *person {
		p := g.person(org, w.Party(org).ID, role)
		p.signIn()
		return p
	}
	auditor, union, oversight := of(provenance.Auditors, provenance.RoleAuditor), of(provenance.Workers, provenance.RoleUnion), of(provenance.Oversight, provenance.RoleOversight)
	brand, supplier := of(provenance.Brands, provenance.RoleBrand), of(provenance.Suppliers, provenance.RoleSupplier)
	nobody := &person{g: g}
	for _, tc := range []struct {
		path     string
		shown    []*person
		notShown []*person
	}{
		{"/v1/records/cohort/" + w.Cohort.ID, []*person{auditor, union, oversight}, []*person{brand, supplier, nobody}},
		{"/v1/records/fee-statement/" + w.Fees.ID, []*person{auditor, union, oversight}, []*person{brand, supplier, nobody}},
		{"/v1/records/child-case/" + w.Children.ID, []*person{union, oversight}, []*person{brand, supplier, nobody}},
		{"/v1/records/party/" + w.Brand.ID, []*person{brand, supplier, nobody}, nil},
	} {
		for _, p := range tc.shown {
			a := p.does(http.MethodGet, tc.path)
			if a.status != http.StatusOK {
				t.Errorf("%s, signed in as %v: %d %s", tc.path, p.member.Roles, a.status, a.body)
			}
			if public := strings.Contains(tc.path, "party"); !public && a.header.Get("Cache-Control") != "private, no-store" {
				t.Errorf("%s may be kept: %s", tc.path, a.header.Get("Cache-Control"))
			}
		}
		for _, p := range tc.notShown {
			if a := p.does(http.MethodGet, tc.path); a.status != http.StatusNotFound || a.problem(t).Code != "not_shown" {
				t.Errorf("%s, signed in as %v: %d %s", tc.path, p.member.Roles, a.status, a.body)
			}
		}
	}
}

// The full bundle goes to whom all of it is shown, and to nobody's cache.
func TestTheFullBundleIsForWhomAllOfItIsShown(t *testing.T) {
	g := founded(t)
	w := g.world
	var packed bytes.Buffer
	out := gzip.NewWriter(&packed)
	if _, err := out.Write([]byte(`{"full":true}`)); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	g.seals.bundles[seals.Want{Lot: provenance.Lot{GTIN: w.Shirt.GTIN}, Full: true}] = &seals.Bundle{Compressed: packed.Bytes(), Tag: strings.Repeat("0", 64), Made: clock}
	path := "/v1/products/" + w.Shirt.GTIN + "/history/bundle?full=true"
	of := func(org provenance.Org, role provenance.Role) *person {
		p := g.person(org, w.Party(org).ID, role)
		p.signIn()
		return p
	}
	for _, p := range []*person{of(provenance.Workers, provenance.RoleUnion), of(provenance.Oversight, provenance.RoleOversight)} {
		if a := p.does(http.MethodGet, path); a.status != http.StatusOK || string(a.body) != `{"full":true}` || a.header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%v: %d %s, kept by %s", p.member.Roles, a.status, a.body, a.header.Get("Cache-Control"))
		}
		p.stand("SUSPENDED", "UNDER_REVIEW")
		if a := p.does(http.MethodGet, path); a.status != http.StatusUnauthorized {
			t.Errorf("%v, suspended: %d", p.member.Roles, a.status)
		}
	}
	asked := len(g.seals.asked)
	for _, p := range []*person{of(provenance.Brands, provenance.RoleBrand), of(provenance.Suppliers, provenance.RoleSupplier)} {
		if a := p.does(http.MethodGet, path); a.status != http.StatusNotFound || a.problem(t).Code != "not_shown" {
			t.Errorf("%v: %d %s", p.member.Roles, a.status, a.body)
		}
	}
	if a := g.get(path); a.status != http.StatusUnauthorized || a.problem(t).Code != "not_signed_in" {
		t.Errorf("nobody: %d %s", a.status, a.body)
	}
	if a := g.get(strings.Replace(path, "true", "1", 1)); a.status != http.StatusBadRequest {
		t.Errorf("full=1: %d", a.status)
	}
	if len(g.seals.asked) > asked {
		t.Error("what may not be had is made all the same")
	}
}
