package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/letterbox"
	"github.com/fairlead/fairlead/web"
)

// Letterbox is what Workers' gateway needs of one: *letterbox.Letterbox.
type Letterbox interface {
	Questions() ([]letterbox.Question, error)
	Leave(q letterbox.Question, said provenance.Said, proof provenance.ReceiptProof) error
}

const (
	workerPath = "/w"
	mostForm   = 16 << 10
)

// The worker's page takes so many forms a second, and so many at once. A code
// cannot be guessed; the bound keeps a flood from taking the machine.
const (
	formsEach  = 100
	formsAhead = 200
)

// workerRoutes are those of Workers' own gateway. The code comes in a body alone:
// no address has it, so neither history, nor log, nor referrer does.
func (s *server) workerRoutes(e *gin.Engine) {
	if s.Letterbox == nil {
		return
	}
	forms := rate.NewLimiter(formsEach, formsAhead)
	e.GET(workerPath, func(c *gin.Context) { s.sendWorker(c, http.StatusOK, s.workerPage(c)) })
	e.POST(workerPath, func(c *gin.Context) {
		page := s.workerPage(c)
		if !forms.AllowN(s.Now(), 1) {
			page.Wrong = "busy"
			c.Header("Retry-After", "60")
			s.sendWorker(c, http.StatusTooManyRequests, page)
			return
		}
		status, err := s.worker(c, &page)
		if err != nil {
			s.note(c, problemOf(err))
			page, status = s.workerPage(c), http.StatusInternalServerError
			page.Wrong = "fault"
		}
		s.sendWorker(c, status, page)
	})
}

func (s *server) workerPage(c *gin.Context) web.Worker {
	return web.Worker{Lang: web.WorkerLanguage(c.GetHeader("Accept-Language")), Step: "code", Leave: s.LeaveTo}
}

func (s *server) sendWorker(c *gin.Context, status int, page web.Worker) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", web.WorkerPolicy)
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Language")
	text, err := page.Page()
	if err != nil { // the template's own fault: say it without one
		s.Log.Error("rendering a worker's page", "request", requestID(c), "cause", err)
		c.Data(http.StatusInternalServerError, "text/plain; charset=utf-8", []byte("Something is broken on our side. Nothing more was sent.\n"))
		return
	}
	c.Data(status, mediaHTML, text)
}

// worker fills the page that follows a form. It cannot tell the two codes of a
// worker apart, and does the same for both. Its errors name nothing of the form.
func (s *server) worker(c *gin.Context, page *web.Worker) (int, error) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, mostForm)
	if err := c.Request.ParseForm(); err != nil {
		page.Wrong = "bad_code"
		return http.StatusBadRequest, nil
	}
	form := c.Request.PostForm
	secret, err := provenance.ParseSecret(form.Get("code"))
	if err != nil {
		page.Wrong = "bad_code"
		return http.StatusUnprocessableEntity, nil
	}
	asked, err := s.askedOf(secret)
	if err != nil {
		return 0, err
	}
	if len(asked) == 0 {
		page.Wrong = "no_question"
		return http.StatusOK, nil
	}
	page.Code = secret.Code()
	chosen := 0
	for _, q := range asked {
		shown, err := s.workerQuestion(c.Request.Context(), page.Lang, q.Question)
		if err != nil {
			return 0, err
		}
		if said := saidIn(form, q.ID); said != "" {
			shown.Chosen, chosen = said, chosen+1
		}
		page.Questions = append(page.Questions, shown)
	}
	step := form.Get("step")
	switch {
	case step != "check" && step != "send":
		page.Step = "ask"
	case chosen == 0:
		page.Step, page.Wrong = "ask", "choose"
	case step == "check":
		page.Step = "check"
	default:
		for n, q := range asked {
			if said := page.Questions[n].Chosen; said != "" {
				if err := s.Letterbox.Leave(q.Question, said, q.proof); err != nil {
					return 0, err
				}
			}
		}
		page.Step, page.Number = "kept", letterbox.Number(asked[0].Leaves[asked[0].proof.Index])
	}
	return http.StatusOK, nil
}

// saidIn is the answer to a question in a form, empty for none.
func saidIn(form url.Values, question string) provenance.Said {
	switch said := provenance.Said(form.Get("a-" + question)); said {
	case provenance.SaidRight, provenance.SaidWrong, provenance.SaidAsk:
		return said
	}
	return ""
}

// asked is a question to somebody, with the proof that it is to them.
type asked struct {
	letterbox.Question
	proof provenance.ReceiptProof
}

// askedOf lists the questions to the holder of a code that are not over.
func (s *server) askedOf(code provenance.Secret) ([]asked, error) {
	questions, err := s.Letterbox.Questions()
	if err != nil {
		return nil, err
	}
	today := s.Now().UTC().Format(time.DateOnly)
	var out []asked
	for _, q := range questions {
		if q.Closes < today {
			continue
		}
		if proof, ok := q.Prove(code); ok {
			out = append(out, asked{q, proof})
		}
	}
	return out, nil
}

// workerQuestion tells what is stated, from this gateway's own read model: no
// stranger's request reaches a peer.
func (s *server) workerQuestion(ctx context.Context, lang string, q letterbox.Question) (web.WorkerQuestion, error) {
	shown := web.WorkerQuestion{ID: q.ID, Matter: q.Matter, Contact: q.Contact, Closes: q.Closes, Hears: q.Hears, Says: web.StatedNothing(lang)}
	var err error
	if shown.Handler, err = s.callName(ctx, q.Handler); err != nil {
		return shown, err
	}
	record, _, err := s.Model.Record(ctx, q.Record.Kind, q.Record.ID)
	if notFound(err) {
		return shown, nil
	}
	if err != nil {
		return shown, err
	}
	shown.By = string(record.Record.By.Org)
	if party := record.Record.By.Party; party != "" {
		if shown.By, err = s.callName(ctx, party); err != nil {
			return shown, err
		}
	}
	shown.Says, err = worded(lang, record.Record, q.Matter)
	return shown, err
}

// worded puts a record that workers are asked about into sentences.
func worded(lang string, r provenance.Record, matter string) ([]string, error) {
	switch r.Kind {
	case provenance.KindFeeStatement:
		f, err := provenance.Body[provenance.FeeStatement](r)
		return web.StatedFees(lang, f), err
	case provenance.KindRepayment:
		p, err := provenance.Body[provenance.Repayment](r)
		return web.StatedRepayment(lang, p), err
	case provenance.KindAttestation:
		a, err := provenance.Body[provenance.Attestation](r)
		return web.StatedPredicate(lang, a, matter), err
	case provenance.KindFindingStep:
		f, err := provenance.Body[provenance.FindingStep](r)
		return web.StatedClosing(lang, f), err
	}
	return web.StatedNothing(lang), nil
}

// callName is a party's name, or its identifier where there is none.
func (s *server) callName(ctx context.Context, id string) (string, error) {
	name, err := s.partyName(ctx, id)
	if notFound(err) {
		return id, nil
	}
	return name, err
}

func notFound(err error) bool {
	refusal, ok := provenance.AsRefusal(err)
	return ok && refusal.Code == provenance.NotFound
}
