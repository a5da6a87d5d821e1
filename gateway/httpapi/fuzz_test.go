package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/test/world"
)

// FuzzRequests asks anything of a gateway, with anything as query, key and body:
// there is an answer, a fault is none of them, and who may not know is told
// what went wrong in the form that all problems have.
func FuzzRequests(f *testing.F) {
	g := founded(f)
	w := g.world
	for _, path := range []string{
		"/", "/01/" + w.Shirt.GTIN, "/01/" + w.Shirt.GTIN + "/10/S-1", "/qr/01/" + w.Shirt.GTIN + ".svg", "/v1/openapi.yaml", "/v1/status",
		"/v1/facilities?q=mill&country=TH&limit=3", "/v1/facilities/" + w.Site.ID, "/v1/records/audit/" + w.Audit.ID, "/v1/audits/" + w.Audit.ID,
		"/v1/products?after=AAAA", "/v1/products/" + w.Shirt.GTIN + "/history?asOf=2026-03-31&knownAt=2026-12-01T00:00:00Z&lot=S-1", "/v1/transactions/ab",
	} {
		f.Add(uint8(0), path, "application/json", "", []byte(nil))
	}
	f.Add(uint8(1), "/v1/facilities", "application/json", "01ARZ3NDEKTSV4RRFFQ69G5FAV", world.Document(&w.Site))
	f.Add(uint8(1), "/v1/held/answers", "application/json", `"01ARZ3NDEKTSV4RRFFQ69G5FAV"`, []byte(`{"inquiry":"`+strings.Repeat("5a", 32)+`"}`))
	f.Add(uint8(1), "/v1/transactions/endorse", "application/json", "too short", []byte(`{"bytes":"AAAA","signature":"AAAA"}`))
	f.Add(uint8(1), "/v1/transactions/submit", "application/json", "too short", []byte(`{"bytes":"AAAA","signature":"AAAA"}`))
	f.Fuzz(func(t *testing.T, method uint8, target, media, key string, body []byte) {
		if !strings.HasPrefix(target, "/") {
			target = "/" + target
		}
		parsed, err := url.ParseRequestURI(target)
		if err != nil {
			return // no server would hand it on
		}
		request := (&http.Request{
			Method: []string{"GET", "POST", "HEAD", "PUT", "OPTIONS"}[method%5], URL: parsed, Host: "fairlead.example", RequestURI: target,
			Header: http.Header{"Content-Type": {media}, "Fairlead-Org": {"Workers"}, "Fairlead-Certificate": {media}},
			Body:   http.NoBody, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		}).WithContext(t.Context())
		if len(body) > 0 {
			request = httptest.NewRequestWithContext(t.Context(), request.Method, "/", strings.NewReader(string(body)))
			request.URL, request.RequestURI, request.Header = parsed, target, http.Header{"Content-Type": {media}}
		}
		if key != "" {
			request.Header.Set("Idempotency-Key", key)
		}
		answer := httptest.NewRecorder()
		g.handler.ServeHTTP(answer, request)
		if answer.Code >= 500 {
			t.Fatalf("%s %q: %d\n%s\n%s", request.Method, target, answer.Code, answer.Body, tail(g.log.String()))
		}
		if answer.Code >= 400 && request.Method != http.MethodHead && strings.HasPrefix(parsed.Path, "/v1/") {
			var p problem
			if err := json.Unmarshal(answer.Body.Bytes(), &p); err != nil || p.Status != answer.Code || p.Code == "" || p.Detail == "" || p.Outcome == "" {
				t.Errorf("%s %q: %d %s", request.Method, target, answer.Code, answer.Body)
			}
		}
		if fmt.Sprint(answer.Header()["X-Content-Type-Options"]) != "[nosniff]" {
			t.Errorf("%s %q: headers %v", request.Method, target, answer.Header())
		}
	})
}

// tail is the end of a log.
func tail(log string) string { return log[max(0, len(log)-2000):] }
