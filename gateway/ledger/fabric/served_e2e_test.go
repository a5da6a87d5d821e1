//go:build e2e

package fabric_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/access"
	"github.com/fairlead/fairlead/gateway/httpapi"
	"github.com/fairlead/fairlead/gateway/ledger/fabric"
	"github.com/fairlead/fairlead/gateway/letterbox"
	"github.com/fairlead/fairlead/gateway/proof"
	"github.com/fairlead/fairlead/gateway/readmodel"
	"github.com/fairlead/fairlead/gateway/seals"
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

// serving is an organisation's gateway, put together as fairlead serve does, of
// which all is noted that it answers, logs and keeps.
type serving struct {
	*field
	t      *testing.T
	of     provenance.Org
	ledger *fabric.Ledger
	folder string
	log    journal
	url    string
	letter *age.X25519Identity // whom workers' answers are for
	box    *letterbox.Letterbox

	said    []place
	secrets []scenario.Secret // that were drawn on the way
}

// served has two gateways follow the ledger from its first block, the public's
// and Workers' own, and asks them for everything there is to ask for, wrong
// questions too. It gives the answers, the logs and what the gateways keep, and
// what must not be among that beside what the caller knows of.
func (f *field) served(t *testing.T, gtin string, told scenario.Told) ([]place, []scenario.Secret) {
	t.Helper()
	var all []place
	var secrets []scenario.Secret
	for _, of := range []provenance.Org{provenance.Brands, provenance.Workers} {
		s := &serving{field: f, t: t, of: of, folder: t.TempDir(), ledger: f.gateway(of)}
		s.while(func() {
			s.readers(gtin, told)
			s.bundles(gtin, told)
			s.members(told)
			s.mistakes(told)
			if of == provenance.Workers {
				s.workers(told)
			}
		})
		all = append(append(all, s.said...), place{"log of the gateway of " + string(of), s.log.text.Bytes()})
		all = append(all, files(t, s.folder)...)
		all = append(append(all, rows(t, s.model())...), rows(t, s.own())...)
		secrets = append(secrets, s.secrets...)
	}
	return all, secrets
}

func (s *serving) model() string { return filepath.Join(s.folder, "readmodel.sqlite") }
func (s *serving) own() string   { return filepath.Join(s.folder, "access.sqlite") }

// while has the gateway run while something is done.
func (s *serving) while(do func()) {
	s.t.Helper()
	must := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	logger := slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	store, err := readmodel.Open(s.model())
	must(err)
	own, err := access.Open(s.own(), nil)
	must(err)
	config := httpapi.Config{Ledger: s.ledger, Of: s.of, Model: store, Log: logger, BaseURL: "https://fairlead.example", Access: own}
	if s.of == provenance.Workers {
		s.box, err = letterbox.Open(filepath.Join(s.folder, "letterbox"))
		must(err)
		s.letter, err = age.GenerateX25519Identity()
		must(err)
		config.Letterbox = s.box
	}
	keeper := seals.NewKeeper(store, seals.Maker{Witness: s.ledger, Roots: s.roots(), Now: time.Now}, logger)
	config.Seals = keeper
	ctx, stop := context.WithCancel(s.t.Context())
	var ended sync.WaitGroup
	ended.Go(func() { keeper.Run(ctx) })
	ended.Go(func() {
		if err := readmodel.Project(ctx, s.ledger, store, logger); !errors.Is(err, context.Canceled) {
			s.t.Errorf("projecting: %v", err)
		}
	})
	height, err := s.ledger.Height(s.t.Context())
	must(err)
	must(store.WaitFor(s.t.Context(), height-1))
	server := httptest.NewServer(httpapi.New(config))
	s.url = server.URL
	do()
	server.Close()
	stop()
	ended.Wait()
	must(store.Close())
	must(own.Close())
}

// roots are those of the network's profile.
func (s *serving) roots() proof.Roots {
	s.t.Helper()
	text, err := os.ReadFile(s.network.Path())
	var profile struct {
		Organizations []struct {
			Name                   provenance.Org
			RootCA, IntermediateCA string
		}
	}
	if err == nil {
		err = json.Unmarshal(text, &profile)
	}
	r := proof.Roots{Format: proof.RootsFormat, Channel: "labour", Chaincode: "fairlead"}
	for _, o := range profile.Organizations {
		root, unread := os.ReadFile(o.RootCA)
		intermediate, unread2 := os.ReadFile(o.IntermediateCA)
		err = errors.Join(err, unread, unread2)
		r.Organizations = append(r.Organizations, proof.Organization{Name: o.Name, Roots: []string{string(root)}, Intermediates: []string{string(intermediate)}})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// answer is what the gateway says to a request.
type answer struct {
	status int
	text   []byte
	header http.Header
}

// ask asks and notes nothing; see notes.
func (s *serving) ask(method, path string, header map[string]string, body string) answer {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{response.StatusCode, text, response.Header}
}

// notes asks, and notes the whole answer.
func (s *serving) notes(kind, method, path string, header map[string]string, body string) answer {
	s.t.Helper()
	a := s.ask(method, path, header, body)
	var fields bytes.Buffer
	if err := a.header.Write(&fields); err != nil {
		s.t.Fatal(err)
	}
	s.said = append(s.said, place{fmt.Sprintf("%s of %s to %s %s", kind, s.of, method, path), append(a.text, fields.Bytes()...)})
	return a
}

// readers ask for all that anybody may see.
func (s *serving) readers(gtin string, told scenario.Told) {
	w := told.World
	pages := []string{"/", "/find?q=" + gtin, "/static/author/page.mjs", "/01/" + gtin, "/01/" + w.Shirt.GTIN, "/01/" + w.Shirt.GTIN + "/10/S-1", "/qr/01/" + gtin + ".svg"}
	for _, f := range []string{w.Site.ID, w.Annex.Site.ID} {
		pages = append(pages, "/sites/"+f)
	}
	for _, path := range pages {
		s.notes("page", "GET", path, nil, "")
	}
	for _, path := range []string{"/author", "/v1/openapi.yaml"} {
		s.notes("vocabulary", "GET", path, nil, "")
	}
	for _, path := range []string{
		"/livez", "/readyz", "/v1/status", "/v1/session", "/v1/products", "/v1/products/" + gtin, "/v1/products/" + gtin + "/history",
		"/v1/products/" + w.Shirt.GTIN + "/history", "/v1/products/" + w.Shirt.GTIN + "/history?asOf=2026-03-31", "/v1/facilities", "/v1/facilities/" + w.Site.ID,
		"/v1/facilities/" + w.Site.ID + "/audits", "/v1/facilities/" + w.Site.ID + "/duplicates", "/v1/audits/" + w.Audit.ID, "/v1/transactions/ab",
	} {
		s.notes("answer", "GET", path, nil, "")
	}
	s.records("answer", told, nil)
}

// records ask for the records of a world as ones of every kind.
func (s *serving) records(kind string, told scenario.Told, header map[string]string) {
	w := told.World
	for _, spec := range provenance.Specs() {
		for _, id := range []string{w.Site.ID, w.Audit.ID, w.Cohort.ID, w.Fees.ID, w.Repayment.ID, w.Attestation.ID, w.Check.ID, w.Step.ID, w.Shirt.GTIN} {
			s.notes(kind, "GET", "/v1/records/"+string(spec.Kind)+"/"+id, header, "")
		}
	}
}

// bundles ask for answers and records with the seals that peers sign meanwhile.
func (s *serving) bundles(gtin string, told scenario.Told) {
	for _, path := range []string{
		"/v1/products/" + gtin + "/history/bundle", "/v1/products/" + told.World.Shirt.GTIN + "/history/bundle",
		"/v1/records/audit/" + told.World.Audit.ID + "/bundle",
	} {
		await(s.t, "the bundle at "+path, func() error {
			if a := s.ask("GET", path, nil, ""); a.status != http.StatusOK {
				return fmt.Errorf("%d %s", a.status, a.text)
			}
			return nil
		})
		s.notes("bundle", "GET", path, nil, "")
	}
	s.notes("error", "GET", "/v1/records/cohort/"+told.World.Cohort.ID+"/bundle", nil, "")
}

// mistakes: what a worker's program gets wrong is not repeated to it.
func (s *serving) mistakes(told scenario.Told) {
	for _, spec := range provenance.HeldSpecs() {
		for _, secret := range told.Secrets[:min(40, len(told.Secrets))] {
			s.notes("error", "POST", "/v1/held/"+spec.Resource, nil, `{"token":"`+secret.Value+`","`+secret.Value+`":1}`)
		}
	}
}
