package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/readmodel"
)

// outcome says what became of a request. A caller who is told "unknown" must
// ask before doing it again.
type outcome string

const (
	refused outcome = "refused"  // considered and declined; nothing was written
	notDone outcome = "not done" // nothing was written and never will be; trying again may succeed
	unknown outcome = "unknown"  // it may or may not take effect
)

// problem is an RFC 9457 answer. This file is the only place where an error
// becomes one. As an error it is the cause that a handler returns.
type problem struct {
	Type      string                    `json:"type"`
	Title     string                    `json:"title"`
	Status    int                       `json:"status"`
	Detail    string                    `json:"detail"`
	Code      string                    `json:"code"`
	Outcome   outcome                   `json:"outcome"`
	Tx        string                    `json:"tx,omitempty"`
	Ask       string                    `json:"ask,omitempty"` // where to learn what became of tx
	Fields    []provenance.FieldProblem `json:"fields,omitempty"`
	RequestID string                    `json:"requestId,omitempty"`

	retryAfter time.Duration
	allow      string // for 405
	challenge  string // for 401
	cause      error  // for the log alone
}

func (p *problem) Error() string { return p.Code + ": " + p.Detail }

func (p *problem) Unwrap() error { return p.cause }

// Codes of the HTTP edge, beside those of provenance. None is ever renamed.
const (
	codeMalformed    = "malformed"
	codeParameter    = "bad_parameter"
	codeMediaType    = "unsupported_media_type"
	codeAuthor       = "author_missing"
	codeAuthorBad    = "author_invalid"
	codeKeyReused    = "key_reused"
	codeSignIn       = "not_signed_in"
	codeOrigin       = "other_origin"
	codeAttempts     = "too_many_attempts"
	codeKeyBad       = "key_not_in_force"
	codeScope        = "key_out_of_scope"
	codeRate         = "too_many_requests"
	codeTooManyKeys  = "too_many_keys"
	codeNoReader     = "no_reader"
	codeNoSuchPage   = "no_such_address"
	codeMethod       = "method_not_allowed"
	codeNotShown     = "not_shown"
	codeBehind       = "behind"
	codeNotReady     = "not_ready"
	codeNotDone      = "not_done"
	codeUnknownFate  = "unknown_fate"
	codeTooManyLots  = "too_many_lots"
	codeNotSealed    = "not_sealed"
	codeTimeout      = "timeout"
	codeFault        = "fault"
	codeClientClosed = "client_closed"
)

// statusClientClosed is what others log for a caller who hung up; nobody
// receives it.
const statusClientClosed = 499

// statuses gives each code its status.
var statuses = map[string]int{
	string(provenance.Invalid):            http.StatusUnprocessableEntity,
	string(provenance.TooLarge):           http.StatusRequestEntityTooLarge,
	string(provenance.UnknownReference):   http.StatusUnprocessableEntity,
	string(provenance.Conflict):           http.StatusConflict,
	string(provenance.NoStanding):         http.StatusForbidden,
	string(provenance.ConflictOfInterest): http.StatusForbidden,
	string(provenance.BelowK):             http.StatusUnprocessableEntity,
	string(provenance.InFuture):           http.StatusUnprocessableEntity,
	string(provenance.WrongState):         http.StatusConflict,
	string(provenance.NoQuorum):           http.StatusConflict,
	string(provenance.NotFound):           http.StatusNotFound,

	codeMalformed:    http.StatusBadRequest,
	codeParameter:    http.StatusBadRequest,
	codeMediaType:    http.StatusUnsupportedMediaType,
	codeAuthor:       http.StatusUnauthorized,
	codeAuthorBad:    http.StatusUnauthorized,
	codeKeyReused:    http.StatusUnprocessableEntity,
	codeSignIn:       http.StatusUnauthorized,
	codeOrigin:       http.StatusForbidden,
	codeAttempts:     http.StatusTooManyRequests,
	codeKeyBad:       http.StatusUnauthorized,
	codeScope:        http.StatusForbidden,
	codeRate:         http.StatusTooManyRequests,
	codeTooManyKeys:  http.StatusConflict,
	codeNoReader:     http.StatusForbidden,
	codeNoSuchPage:   http.StatusNotFound,
	codeMethod:       http.StatusMethodNotAllowed,
	codeNotShown:     http.StatusNotFound,
	codeBehind:       http.StatusServiceUnavailable,
	codeNotReady:     http.StatusServiceUnavailable,
	codeNotDone:      http.StatusConflict,
	codeUnknownFate:  http.StatusGatewayTimeout,
	codeTooManyLots:  http.StatusUnprocessableEntity,
	codeNotSealed:    http.StatusServiceUnavailable,
	codeTimeout:      http.StatusGatewayTimeout,
	codeFault:        http.StatusInternalServerError,
	codeClientClosed: statusClientClosed,
}

// titles are the same for every problem of a code.
var titles = map[string]string{
	string(provenance.Invalid):            "The document breaks a rule",
	string(provenance.TooLarge):           "The document is too large",
	string(provenance.UnknownReference):   "The document names something the ledger does not hold",
	string(provenance.Conflict):           "The identifier is taken by another statement",
	string(provenance.NoStanding):         "The author may not state this, or not now",
	string(provenance.ConflictOfInterest): "The author has a stake in the site",
	string(provenance.BelowK):             "The group is so small that it would point at people",
	string(provenance.InFuture):           "It tells of something that has not happened yet",
	string(provenance.WrongState):         "What it continues has moved on or has ended",
	string(provenance.NoQuorum):           "Too few workers say so themselves",
	string(provenance.NotFound):           "The ledger does not hold this",

	codeMalformed:    "The body cannot be read",
	codeParameter:    "A parameter is wrong",
	codeMediaType:    "The body has another media type than expected",
	codeAuthor:       "The author is not named",
	codeAuthorBad:    "The author's certificate cannot be used",
	codeSignIn:       "Nobody is signed in",
	codeOrigin:       "The request comes from another place",
	codeAttempts:     "There were too many attempts",
	codeKeyReused:    "The key came with another request before",
	codeKeyBad:       "The key is not in force",
	codeScope:        "The key is not for this",
	codeRate:         "The key is used too often",
	codeTooManyKeys:  "There are too many keys",
	codeNoReader:     "Nothing lets you read more than everybody",
	codeNoSuchPage:   "There is nothing at this address",
	codeMethod:       "This address does not take this method",
	codeNotShown:     "This is not shown to anonymous readers",
	codeBehind:       "The answer does not include that block yet",
	codeNotReady:     "The gateway cannot serve yet",
	codeNotDone:      "The transaction had no effect",
	codeUnknownFate:  "It is not known whether the transaction is committed",
	codeTooManyLots:  "Too many lots stand behind this",
	codeNotSealed:    "This is not sealed yet",
	codeTimeout:      "The ledger did not answer in time",
	codeFault:        "Something is broken on our side",
	codeClientClosed: "The caller hung up",
}

// problemType is the stable name of a code. It is a name, not an address.
func problemType(code string) string { return "urn:fairlead:problem:" + code }

func newProblem(code, detail string, fields ...provenance.FieldProblem) *problem {
	p := &problem{Code: code, Detail: detail, Outcome: refused, Fields: fields}
	if status(code) >= 500 {
		p.Outcome = notDone
	}
	return p
}

// badParameter names one parameter or header at fault.
func badParameter(name, what, remedy string) *problem {
	return newProblem(codeParameter, name+" "+what+": "+remedy,
		provenance.FieldProblem{Field: name, Code: provenance.Invalid, Problem: what, Remedy: remedy})
}

func status(code string) int {
	if s, ok := statuses[code]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// problemOf turns any error into what a stranger may see of it. The text of a
// refusal is meant for callers; no other error's text leaves the gateway.
func problemOf(err error) *problem {
	var fate *ledger.FateError
	var own *problem
	var p *problem
	switch refusal, isRefusal := provenance.AsRefusal(err); {
	case errors.As(err, &own):
		copied := *own
		p = &copied
	case isRefusal:
		p = newProblem(string(refusal.Code), refusal.Message, refusal.Fields...)
	case errors.As(err, &fate):
		p = unknownFate(fate.Tx)
	case errors.Is(err, ledger.ErrUnknownFate):
		p = unknownFate("")
	case errors.Is(err, ledger.ErrNotDone):
		p = newProblem(codeNotDone, "The transaction had no effect and never will, most often because another one came first. Prepare it again; the same identifiers make it one effect.")
		p.Outcome = notDone
	case errors.Is(err, readmodel.ErrTooManyLots):
		p = newProblem(codeTooManyLots, fmt.Sprintf("More than %d lots stand behind this product. Ask for one lot of it.", readmodel.MaxLots))
	case errors.Is(err, context.Canceled):
		p = newProblem(codeClientClosed, "The caller hung up before the answer was ready.")
	case errors.Is(err, context.DeadlineExceeded):
		p = newProblem(codeTimeout, "The ledger did not answer in time. Nothing was written; try again in a moment.")
		p.retryAfter = 5 * time.Second
	default:
		p = newProblem(codeFault, "Nothing was written. The fault is noted under the request's number; try again, and give that number if it stays.")
	}
	if p.Status == 0 {
		p.Status = status(p.Code)
	}
	p.Type, p.Title = problemType(p.Code), titles[p.Code]
	if p.cause == nil {
		p.cause = err
	}
	return p
}

func unknownFate(tx string) *problem {
	p := newProblem(codeUnknownFate, "The transaction may be committed, now or later. Ask at the address in ask, or submit the same signed bytes again: that cannot double it.")
	p.Outcome = unknown
	p.Tx = tx
	p.retryAfter = 2 * time.Second
	if tx != "" {
		p.Ask = "/v1/transactions/" + tx
	} else {
		p.Detail = "The transaction may be committed, now or later. Submit the same signed bytes again: that cannot double it."
	}
	return p
}

// note logs what is our fault, once, with its cause; and completes the headers
// that a problem calls for.
func (s *server) note(c *gin.Context, p *problem) {
	p.RequestID = requestID(c)
	if p.Status >= 500 && p.Code != codeNotSealed { // that is no fault, but a matter of seconds
		s.Log.LogAttrs(c.Request.Context(), slog.LevelError, "request not served",
			slog.String("request", p.RequestID), slog.String("method", c.Request.Method), slog.String("route", c.FullPath()),
			slog.Int("status", p.Status), slog.String("code", p.Code), slog.String("tx", p.Tx),
			slog.Any("cause", p.cause))
	}
	h := c.Writer.Header()
	h.Del("ETag")
	h.Set("Cache-Control", "no-store")
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(p.retryAfter/time.Second)))
	}
	if p.allow != "" {
		h.Set("Allow", p.allow)
	}
	if p.challenge != "" {
		h.Set("WWW-Authenticate", p.challenge)
	}
	if p.Ask != "" {
		h.Set("Location", p.Ask)
	}
}

// writeProblem answers with problem+json, whatever the address.
func (s *server) writeProblem(c *gin.Context, err error) {
	p := problemOf(err)
	s.note(c, p)
	text, err := json.Marshal(p)
	if err != nil { // strings and numbers always encode
		text = []byte(`{"title":"Something is broken on our side","status":500}`)
	}
	c.Data(p.Status, "application/problem+json", text)
	c.Abort()
}
