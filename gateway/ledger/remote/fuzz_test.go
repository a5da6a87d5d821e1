package remote

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// answerer is a gateway, or something in its place, that gives one answer.
type answerer struct {
	status      int
	media, body string
}

func (a answerer) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: a.status, Status: http.StatusText(a.status), Header: http.Header{"Content-Type": {a.media}},
		Body: io.NopCloser(strings.NewReader(a.body)), Request: request}, nil
}

// FuzzAnswers takes any answer for a gateway's: a transaction is committed only
// when a block is named, and whatever is not decided stays of unknown fate.
func FuzzAnswers(f *testing.F) {
	f.Add(uint16(201), "application/json", `{"state":"committed","tx":"ab","block":7}`)
	f.Add(uint16(422), "application/problem+json", `{"code":"below_k","outcome":"refused","detail":"no","fields":[{"field":"id"}]}`)
	f.Add(uint16(504), "application/problem+json; charset=utf-8", `{"code":"unknown_fate","outcome":"unknown","tx":"ab"}`)
	f.Add(uint16(502), "text/html", `<h1>Bad gateway</h1>`)
	f.Fuzz(func(t *testing.T, status uint16, media, body string) {
		a := answerer{100 + int(status)%500, media, body}
		r := New("http://gateway.example", &http.Client{Transport: a})
		commit, err := r.Submit(t.Context(), ledger.Signed{Bytes: []byte("bytes"), Signature: []byte("signature")})
		refusal, refused := provenance.AsRefusal(err)
		var p *Problem
		switch {
		case err == nil && a.status >= 400:
			t.Errorf("%d %q is the commit %+v", a.status, body, commit)
		case err == nil, errors.Is(err, ledger.ErrUnknownFate), errors.Is(err, ledger.ErrNotDone):
		case refused && refusal.Code != "":
		case errors.As(err, &p) && p.Outcome == refusedOutcome:
		default:
			t.Errorf("%d %q leaves open what became of it: %v", a.status, body, err)
		}
		if _, err := r.Endorse(t.Context(), ledger.Signed{Bytes: []byte("bytes"), Signature: []byte("signature")}); err == nil && a.status >= 400 {
			t.Errorf("%d %q is an endorsement", a.status, body)
		}
		r.History(t.Context(), provenance.Question{GTIN: body})
		r.Facilities(t.Context(), FacilityQuery{Text: body, After: media})
	})
}
