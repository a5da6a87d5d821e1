//go:build e2e

package fabric_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/httpapi"
	"github.com/fairlead/fairlead/gateway/readmodel"
	"github.com/fairlead/fairlead/test/scenario"
)

// journal keeps what a gateway logs.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

// served has a gateway follow the ledger from its first block and asks it for
// everything there is to ask for, wrong questions too. It gives the answers,
// the log and what the read model holds.
func (f *field) served(t *testing.T, gtin string, told scenario.Told) []place {
	t.Helper()
	log := &journal{}
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	path := filepath.Join(t.TempDir(), "model.db")
	store, err := readmodel.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- readmodel.Project(ctx, f.ledger, store, logger) }()
	height, err := f.ledger.Height(t.Context())
	if err == nil {
		err = store.WaitFor(t.Context(), height-1)
	}
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(httpapi.New(httpapi.Config{Ledger: f.ledger, Model: store, Log: logger, BaseURL: "https://fairlead.example"}))
	defer server.Close()
	var all []place
	ask := func(kind, method, path, body string) {
		request, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		var header bytes.Buffer
		if err := response.Header.Write(&header); err != nil {
			t.Fatal(err)
		}
		all = append(all, place{kind + " to " + method + " " + path, append(text, header.Bytes()...)})
	}
	w := told.World
	for _, path := range []string{"/", "/01/" + gtin, "/01/" + w.Shirt.GTIN, "/01/" + w.Shirt.GTIN + "/10/S-1"} {
		ask("page", "GET", path, "")
	}
	for _, path := range []string{
		"/v1/status", "/v1/products", "/v1/products/" + gtin, "/v1/products/" + gtin + "/history", "/v1/products/" + w.Shirt.GTIN + "/history", "/v1/facilities",
		"/v1/facilities/" + w.Site.ID, "/v1/audits/" + w.Audit.ID,
	} {
		ask("answer", "GET", path, "")
	}
	for _, spec := range provenance.Specs() {
		for _, id := range []string{w.Site.ID, w.Audit.ID, w.Cohort.ID, w.Fees.ID, w.Repayment.ID, w.Attestation.ID, w.Check.ID, w.Step.ID, w.Shirt.GTIN} {
			ask("answer", "GET", "/v1/records/"+string(spec.Kind)+"/"+id, "")
		}
	}
	for _, spec := range provenance.HeldSpecs() { // what a worker's program gets wrong is not repeated to it
		for _, s := range told.Secrets[:min(40, len(told.Secrets))] {
			ask("error", "POST", "/v1/held/"+spec.Resource, `{"token":"`+s.Value+`","`+s.Value+`":1}`)
		}
	}
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("projecting: %v", err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	all = append(all, place{"log of the gateway", log.text.Bytes()})
	return append(all, append(files(t, filepath.Dir(path)), rows(t, path)...)...)
}
