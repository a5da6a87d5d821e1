// Package httpapi is the gateway's HTTP side: authors' transactions on their way
// to the ledger, and the read model's answers on their way to readers, as JSON
// under /v1 and as pages for people.
//
// It holds no author's key. What only it knows is kept by package access. Errors leave as RFC 9457 problems (problem.go). openapi.yaml is the
// contract; a test holds the routes to it.
package httpapi

import (
	"crypto/x509"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/sync/singleflight"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/access"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/proof"
)

// Config is what the HTTP side stands on. Ledger, Model and BaseURL are required.
type Config struct {
	Ledger    ledger.Ledger
	Of        provenance.Org // whose gateway this is: what others hand to their own peer alone it does not carry
	Model     Model
	Letterbox Letterbox        // of Workers' own gateway: where answers of workers go; nil elsewhere
	LeaveTo   string           // where the worker's page leads whoever has to leave it at once
	Log       *slog.Logger     // slog.Default when nil
	BaseURL   string           // what QR codes and links lead to, such as https://fairlead.example
	Now       func() time.Time // time.Now when nil

	// Access keeps what only this gateway knows. Without it nobody can sign in, and
	// a request that comes again is done again.
	Access *access.Store

	// Issuers issue each organisation's certificates. A member's that came with the
	// connection counts as signing in; whether it is one of theirs, and whose, the
	// connection's TLS has found out.
	Issuers map[provenance.Org]*x509.Certificate

	// Staff lets brands' staff in by their provider; nil where nobody's are.
	Staff Staff

	// Seals keeps the bundles of answers and records. Without it there are none.
	Seals Seals

	// Roots are handed out to who verifies; without a format there are none.
	Roots proof.Roots
}

type server struct {
	Config
	answers  *answers
	underway singleflight.Group // requests with a key, see once
	attempts attempts
	paces    paces
}

// New makes the handler. It starts nothing; it is safe for concurrent use.
// Time-outs and header limits belong to the http.Server around it.
func New(config Config) http.Handler {
	if config.Log == nil {
		config.Log = slog.Default()
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	config.BaseURL = strings.TrimRight(config.BaseURL, "/")
	s := &server{Config: config}
	s.answers = newAnswers(config.Model, config.Now)
	return s.engine()
}

func (s *server) engine() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	// Lots may hold slashes and plus signs, so parameters are cut out of the
	// escaped path and unescaped as path text (see param).
	e.UseEscapedPath = true
	e.UnescapePathValues = false
	e.RedirectTrailingSlash = false
	e.HandleMethodNotAllowed = true
	e.Use(s.identify, s.recover, secure)
	e.NoRoute(s.noRoute)
	e.NoMethod(s.noMethod)
	s.apiRoutes(e)
	s.pageRoutes(e)
	s.workerRoutes(e)
	return e
}

func (s *server) apiRoutes(e *gin.Engine) {
	write := func(path string, h func(*gin.Context) error) {
		e.POST(path, s.query(), s.within(access.ScopeRelay), s.answer(h))
	}
	own := func(method, path string, h func(*gin.Context) error) {
		e.Handle(method, path, s.query(), s.answer(s.here(h)))
	}
	for _, spec := range provenance.Specs() {
		write("/v1/"+spec.Resource, s.prepare(spec))
	}
	for _, spec := range provenance.HeldSpecs() {
		write("/v1/held/"+spec.Resource, s.prepareHeld(spec))
	}
	write("/v1/transactions/endorse", s.endorse)
	write("/v1/transactions/submit", s.submit)

	own(http.MethodPost, "/v1/session/challenges", s.challenge)
	own(http.MethodPost, "/v1/session", s.signIn)
	own(http.MethodDelete, "/v1/session", s.signOut(false))
	own(http.MethodDelete, "/v1/sessions", s.signOut(true))
	own(http.MethodPost, "/v1/keys", s.newKey)
	own(http.MethodGet, "/v1/keys", s.keys)
	own(http.MethodDelete, "/v1/keys/:id", s.revokeKey)

	read := func(path string, h func(*gin.Context) error, params ...string) {
		scope := access.ScopeHistory
		if path == "/v1/transactions/:tx" {
			scope = access.ScopeRelay
		}
		chain := []gin.HandlerFunc{s.query(params...), s.within(scope), s.answer(s.current(h))}
		e.GET(path, chain...)
		e.HEAD(path, chain...)
	}
	read("/v1/transactions/:tx", s.fate)
	read("/v1/products/:gtin", s.product)
	read("/v1/products/:gtin/history", s.history, "lot", "asOf", "knownAt")
	read("/v1/products/:gtin/history/bundle", s.historyBundle, "lot", "full")
	read("/v1/parties/:id", s.party)
	read("/v1/ages/:country", s.ages)
	read("/v1/facilities", s.facilities, "country", "q", "after", "limit")
	read("/v1/facilities/:id", s.facility)
	read("/v1/facilities/:id/audits", s.facilityAudits, "after", "limit")
	read("/v1/facilities/:id/duplicates", s.facilityDuplicates)
	read("/v1/audits/:id", s.audit)
	read("/v1/records/:kind/:id", s.record)
	read("/v1/session", s.session)
	read("/v1/records/:kind/:id/bundle", s.recordBundle)
	read("/v1/roots", s.roots)
	read("/v1/verifier", s.verifier)
	read("/v1/status", s.freshness)
	read("/v1/openapi.yaml", s.openapi)
	read("/livez", s.live)
	read("/readyz", s.ready)
}

// answer runs a handler and turns its error into a problem.
func (s *server) answer(h func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := h(c); err != nil {
			s.writeProblem(c, err)
		}
	}
}
