package httpapi_test

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/httpapi"
	"github.com/fairlead/fairlead/gateway/letterbox"
)

// box is a letterbox in memory that may be broken.
type box struct {
	asked  []letterbox.Question
	left   []provenance.WorkerAnswer
	broken error
}

func (b *box) Questions() ([]letterbox.Question, error) { return b.asked, b.broken }

func (b *box) Leave(_ letterbox.Question, said provenance.Said, proof provenance.ReceiptProof) error {
	b.left = append(b.left, provenance.WorkerAnswer{Proof: proof, Answer: said})
	return b.broken
}

// post is a gateway of Workers with a question to twenty workers.
type post struct {
	*gateway
	*box
	handler  http.Handler
	receipts []provenance.WorkerReceipt
}

func workersPage(t *testing.T) *post {
	g := open(t)
	w := g.world
	receipts, book, err := provenance.MakeReceipts(w.Cohort.ID, 20, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if g.cast, err = w.Found(t.Context(), g.relay, g.ledger.Signers()); err != nil {
		t.Fatal(err)
	}
	if err := w.Tell(t.Context(), g.relay, g.cast); err != nil {
		t.Fatal(err)
	}
	g.settle()
	p := &post{gateway: g, receipts: receipts, box: &box{asked: []letterbox.Question{{
		ID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", Cohort: w.Cohort.ID, Leaves: book.Leaves, Record: provenance.Asked{Kind: provenance.KindFeeStatement, ID: w.Fees.ID},
		Matter: provenance.MatterFees, Handler: w.Union.ID, Contact: "call 000", Closes: "2999-01-01", Hears: "2999-02-01",
	}}}}
	p.handler = httpapi.New(httpapi.Config{
		Ledger: g.ledger, Of: provenance.Workers, Model: g.store, Log: slog.New(slog.NewTextHandler(g.log, nil)), BaseURL: g.url, Now: func() time.Time { return clock },
		Letterbox: p.box, LeaveTo: "https://weather.example/",
	})
	return p
}

// sends posts a form and looks at what holds for every answer.
func (p *post) sends(status int, form url.Values) string {
	p.t.Helper()
	request := httptest.NewRequest(http.MethodPost, "/w", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return p.answers(status, request)
}

func (p *post) answers(status int, request *http.Request) string {
	p.t.Helper()
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, request)
	if w.Code != status {
		p.t.Fatalf("status %d, want %d\n%s", w.Code, status, w.Body)
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"} {
		if got := w.Header().Get(name); got != want {
			p.t.Errorf("%s is %q", name, got)
		}
	}
	if w.Header().Get("Set-Cookie") != "" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "script-src 'sha256-") {
		p.t.Errorf("headers are %v", w.Header())
	}
	body := w.Body.String()
	if !strings.Contains(body, "<title>Fairlead</title>") || !strings.Contains(body, `href="https://weather.example/"`) {
		p.t.Errorf("the title tells, or there is no way out:\n%s", body)
	}
	return body
}

func says(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("the page does not say %q:\n%s", text, page)
		}
	}
}

func TestAWorkerReadsWhatIsStatedAndAnswers(t *testing.T) {
	p := workersPage(t)
	says(t, p.answers(http.StatusOK, httptest.NewRequest(http.MethodGet, "/w", nil)), "Code from your card")
	code, answer := p.receipts[7].Own.Code(), "a-"+p.asked[0].ID
	says(t, p.sends(http.StatusOK, url.Values{"code": {strings.ToLower(strings.ReplaceAll(code, "-", " "))}}), "states this about your group", "It is wrong", "What you paid to get the job")
	says(t, p.sends(http.StatusOK, url.Values{"code": {code}, "step": {"check"}}), "Choose an answer first")
	says(t, p.sends(http.StatusOK, url.Values{"code": {code}, "step": {"check"}, answer: {"WRONG"}}), "This will be sent", "<b>It is wrong</b>", "Your employer, your recruiter and the buyers do not see")
	if len(p.left) != 0 {
		t.Fatal("it was sent before the worker said so")
	}
	says(t, p.sends(http.StatusOK, url.Values{"code": {code}, "step": {"send"}, answer: {"WRONG"}}),
		"Your answer is kept", letterbox.Number(p.asked[0].Leaves[p.left[0].Proof.Index]), "call 000", "1 February 2999", "1 January 2999")
	if len(p.left) != 1 || p.left[0].Answer != provenance.SaidWrong || p.left[0].Proof.Receipt() != 7 {
		t.Errorf("left is %+v", p.left)
	}
}

var ofOneCode = regexp.MustCompile(`value="[0-9A-Z*~$=-]{30,}"|[0-9A-Z]{4}-[0-9A-Z]{4}`)

// Whoever looks over the worker's shoulder sees the same with either code.
func TestACodeForPressureLooksTheSame(t *testing.T) {
	p := workersPage(t)
	answer := "a-" + p.asked[0].ID
	for _, step := range []string{"read", "check", "send"} {
		var seen []string
		for _, code := range []provenance.Secret{p.receipts[3].Own, p.receipts[3].Pressed} {
			page := p.sends(http.StatusOK, url.Values{"code": {code.Code()}, "step": {step}, answer: {"RIGHT"}})
			seen = append(seen, ofOneCode.ReplaceAllString(page, "x"))
		}
		if seen[0] != seen[1] {
			t.Errorf("%s: the two pages differ:\n%s\n%s", step, seen[0], seen[1])
		}
	}
}

func TestWhatCannotBeAnswered(t *testing.T) {
	p := workersPage(t)
	var stranger provenance.Secret
	says(t, p.sends(http.StatusUnprocessableEntity, url.Values{"code": {"hello"}}), "not copied right")
	says(t, p.sends(http.StatusOK, url.Values{"code": {stranger.Code()}}), "Nothing is being asked")
	p.sends(http.StatusBadRequest, url.Values{"code": {strings.Repeat("A", 20<<10)}})
	code := p.receipts[0].Own.Code()
	p.asked[0].Closes = "2020-01-01"
	says(t, p.sends(http.StatusOK, url.Values{"code": {code}}), "Nothing is being asked")
	p.asked[0].Closes = "2999-01-01"
	p.broken = http.ErrAbortHandler
	says(t, p.sends(http.StatusInternalServerError, url.Values{"code": {code}, "step": {"send"}, "a-" + p.asked[0].ID: {"ASK"}}), "Something is broken")
	if log := p.log.String(); strings.Contains(log, code) || !strings.Contains(log, "request not served") {
		t.Errorf("the log is %s", log)
	}
}

func TestAFloodOfCodesIsHeldBack(t *testing.T) {
	p := workersPage(t)
	for range 10_000 {
		request := httptest.NewRequest(http.MethodPost, "/w", strings.NewReader("code=x"))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		p.handler.ServeHTTP(w, request)
		if w.Code == http.StatusTooManyRequests {
			if w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "Too many people") {
				t.Errorf("%v %s", w.Header(), w.Body)
			}
			return
		}
	}
	t.Error("ten thousand at once are all taken")
}

func TestOtherGatewaysHaveNoPageForWorkers(t *testing.T) {
	g := open(t)
	if got := g.get("/w"); got.status != http.StatusNotFound {
		t.Errorf("status %d", got.status)
	}
}
