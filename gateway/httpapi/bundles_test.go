package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/httpapi"
	"github.com/fairlead/fairlead/gateway/proof"
	"github.com/fairlead/fairlead/gateway/seals"
)

// kept hands out what it holds, and notes what was asked for.
type kept struct {
	bundles map[seals.Want]*seals.Bundle
	asked   []seals.Want
}

func (k *kept) Bundle(w seals.Want) (*seals.Bundle, bool) {
	k.asked = append(k.asked, w)
	b, ok := k.bundles[w]
	return b, ok
}

func TestBundlesAreHandedOutAsTheyAreKept(t *testing.T) {
	g := founded(t)
	product := seals.Want{Lot: provenance.Lot{GTIN: g.world.Shirt.GTIN}}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(`{"format":"fairlead-product/1"}`)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	keeper := &kept{bundles: map[seals.Want]*seals.Bundle{
		product: {Compressed: packed.Bytes(), Tag: "0123456789abcdef0123456789abcdef0123", Made: clock},
	}}
	server := httptest.NewServer(httpapi.New(httpapi.Config{Ledger: g.ledger, Model: g.store, BaseURL: baseURL, Now: func() time.Time { return clock }, Seals: keeper}))
	defer server.Close()
	encoding := "" // the client takes gzip, and unpacks it
	type sent struct {
		status int
		header http.Header
		body   string
	}
	get := func(path, tag string) sent {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("If-None-Match", tag)
		if encoding != "" {
			request.Header.Set("Accept-Encoding", encoding)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return sent{answer.StatusCode, answer.Header, string(body)}
	}
	path := "/v1/products/" + g.world.Shirt.GTIN + "/history/bundle"
	answer := get(path, "")
	if answer.status != http.StatusOK || answer.body != `{"format":"fairlead-product/1"}` || answer.header.Get("Content-Type") != proof.MediaType {
		t.Errorf("the bundle came as %d %s %s", answer.status, answer.header.Get("Content-Type"), answer.body)
	}
	if answer.header.Get("Content-Disposition") == "" {
		t.Error("the bundle has no name to be kept under")
	}
	encoding = "identity"
	if plain := get(path, ""); plain.body != answer.body || plain.header.Get("Content-Encoding") != "" {
		t.Errorf("who takes no compression gets %q", plain.body)
	}
	if again := get(path, answer.header.Get("Etag")); again.status != http.StatusNotModified {
		t.Errorf("asked again with its tag it came as %d", again.status)
	}
	for path, status := range map[string]int{
		"/v1/records/audit/" + g.world.Audit.ID + "/bundle":                503, // in its turn
		"/v1/products/" + g.world.Shirt.GTIN + "/history/bundle?lot=S-1":   503,
		"/v1/products/" + g.world.Shirt.GTIN + "/history/bundle?lot=NONE":  404,
		"/v1/products/" + g.world.GTIN() + "/history/bundle":               404,
		"/v1/records/cohort/" + g.world.Cohort.ID + "/bundle":              404,
		"/v1/records/child-case/" + g.world.Children.ID + "/bundle":        404,
		"/v1/records/audit/" + g.world.ID() + "/bundle":                    404,
		"/v1/records/nothing/x/bundle":                                     400,
		"/v1/products/" + g.world.Shirt.GTIN + "/history/bundle?asOf=2026": 400,
	} {
		before := len(keeper.asked)
		answer := get(path, "")
		if answer.status != status {
			t.Errorf("%s: %d, want %d", path, answer.status, status)
		}
		if status == 503 && answer.header.Get("Retry-After") == "" {
			t.Errorf("%s: it does not say when to ask again", path)
		}
		if status != 503 && len(keeper.asked) > before {
			t.Errorf("%s: what is not there, or not shown, was put in line", path)
		}
	}
}
