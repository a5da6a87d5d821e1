package remote

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// The whole way, over a real gateway, is tested in gateway/httpapi. Here are
// the answers that a real gateway does not give, or seldom.

// answering is a gateway that gives one answer to everything.
func answering(t *testing.T, status int, media, body string) *Relay {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", media)
		w.WriteHeader(status)
		io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return New(server.URL+"/", server.Client())
}

var something = ledger.Signed{Bytes: []byte("bytes"), Signature: []byte("signature")}

func TestWhatProblemsBecome(t *testing.T) {
	refusal := func(code provenance.Code) func(error) bool {
		return func(err error) bool {
			r, ok := provenance.AsRefusal(err)
			return ok && r.Code == code && r.Message == "no" && len(r.Fields) == 1
		}
	}
	is := func(target error) func(error) bool { return func(err error) bool { return errors.Is(err, target) } }
	plain := func(err error) bool {
		var p *Problem
		return errors.As(err, &p) && !errors.Is(err, ledger.ErrNotDone) && !errors.Is(err, ledger.ErrUnknownFate)
	}
	const fields = `,"fields":[{"field":"id","code":"invalid","problem":"is wrong","remedy":"mend it"}]}`
	for name, tc := range map[string]struct {
		status          int
		body            string
		endorse, submit func(error) bool
	}{
		"refused":                      {422, `{"code":"below_k","outcome":"refused","detail":"no"` + fields, refusal(provenance.BelowK), refusal(provenance.BelowK)},
		"in conflict":                  {409, `{"code":"conflict","outcome":"refused","detail":"no"` + fields, refusal(provenance.Conflict), refusal(provenance.Conflict)},
		"not done":                     {409, `{"code":"not_done","outcome":"not done","detail":"no"}`, is(ledger.ErrNotDone), is(ledger.ErrNotDone)},
		"unknown":                      {504, `{"code":"unknown_fate","outcome":"unknown","detail":"no","tx":"ab"}`, is(ledger.ErrUnknownFate), is(ledger.ErrUnknownFate)},
		"a refusal of the edge":        {401, `{"code":"author_missing","outcome":"refused","detail":"no"}`, plain, plain},
		"a fault":                      {500, `{"code":"fault","outcome":"not done","detail":"no","requestId":"7"}`, plain, is(ledger.ErrUnknownFate)},
		"too late":                     {504, `{"code":"timeout","outcome":"not done","detail":"no"}`, is(ledger.ErrNotDone), is(ledger.ErrUnknownFate)},
		"a refusal of a later version": {422, `{"code":"too_new","outcome":"refused","detail":"no"}`, plain, plain},
	} {
		t.Run(name, func(t *testing.T) {
			r := answering(t, tc.status, "application/problem+json", tc.body)
			if _, err := r.Endorse(t.Context(), something); !tc.endorse(err) {
				t.Errorf("endorsing: %v", err)
			}
			if _, err := r.Submit(t.Context(), something); !tc.submit(err) {
				t.Errorf("submitting: %v", err)
			}
		})
	}
}

// TestAnswersOfSomethingInBetween: a proxy's page, half an answer, too much.
func TestAnswersOfSomethingInBetween(t *testing.T) {
	for name, r := range map[string]*Relay{
		"a proxy's page":   answering(t, 502, "text/html", "<h1>Bad Gateway</h1>"),
		"a page for JSON":  answering(t, 200, "text/html", "<h1>Log in</h1>"),
		"half a document":  answering(t, 201, "application/json", `{"state":"comm`),
		"far too much":     answering(t, 200, "application/json", strings.Repeat(" ", maxAnswer+2)),
		"a broken problem": answering(t, 500, "application/problem+json", "{"),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := r.Endorse(t.Context(), something); !errors.Is(err, ledger.ErrNotDone) {
				t.Errorf("endorsing: %v", err)
			}
			if _, err := r.Submit(t.Context(), something); !errors.Is(err, ledger.ErrUnknownFate) {
				t.Errorf("submitting: %v", err)
			}
			if _, err := r.Status(t.Context()); err == nil {
				t.Error("reading the status succeeds")
			}
		})
	}
	r := answering(t, 201, "application/json", `{"state":"committed","tx":"ab"}`)
	var fate *ledger.FateError
	if _, err := r.Submit(t.Context(), something); !errors.As(err, &fate) || fate.Tx != "ab" {
		t.Errorf("committed in no block: %v", err)
	}
	if _, err := r.Fate(t.Context(), "ab"); !errors.Is(err, ledger.ErrUnknownFate) {
		t.Errorf("the fate of what is in no block: %v", err)
	}
}

func TestATransactionOfNoKindIsNotSent(t *testing.T) {
	r := answering(t, 200, "application/json", "{}")
	if _, err := r.Prepare(t.Context(), ledger.Draft{Transaction: "Drop"}); err == nil || errors.Is(err, ledger.ErrNotDone) {
		t.Errorf("prepared: %v", err)
	}
	if _, err := r.Prepare(t.Context(), ledger.Draft{Transaction: "RegisterParty", Author: ledger.Identity{Certificate: []byte("x")}}); err == nil {
		t.Error("prepared without a certificate")
	}
}
