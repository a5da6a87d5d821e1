package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// maxAnswer bounds what is read of an answer; a gateway's largest, an endorsed
// transaction of a large document, stays below 8 MiB.
const maxAnswer = 16 << 20

// Outcomes, as a gateway's problems name them.
const (
	refusedOutcome = "refused"
	notDoneOutcome = "not done"
	unknownOutcome = "unknown"
)

// Problem is an RFC 9457 answer of a gateway that is none of the errors of
// ledger or provenance.
type Problem struct {
	Status    int                       `json:"status"`
	Title     string                    `json:"title"`
	Detail    string                    `json:"detail"`
	Code      string                    `json:"code"`
	Outcome   string                    `json:"outcome"`
	Tx        string                    `json:"tx"`
	Fields    []provenance.FieldProblem `json:"fields"`
	RequestID string                    `json:"requestId"`
}

func (p *Problem) Error() string {
	text := fmt.Sprintf("the gateway answered %d %s: %s", p.Status, p.Code, p.Detail)
	if p.Status >= 500 && p.RequestID != "" {
		text += " (request " + p.RequestID + ")"
	}
	return text
}

// transportError is a call that brought no answer of a gateway.
type transportError struct {
	cause error
	ctx   error // set when the caller's context ended
}

func (e *transportError) Error() string { return e.cause.Error() }

func (e *transportError) Unwrap() []error { return []error{e.cause, e.ctx} }

func (r *Relay) get(ctx context.Context, path string, query url.Values, into any) error {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+path, nil)
	if err != nil {
		return err
	}
	return r.do(request, into)
}

func (r *Relay) send(ctx context.Context, path string, header http.Header, body []byte, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if header != nil {
		request.Header = header
	}
	request.Header.Set("Content-Type", "application/json")
	return r.do(request, into)
}

func (r *Relay) do(request *http.Request, into any) error {
	answer, err := r.client.Do(request)
	if err != nil {
		return &transportError{cause: err, ctx: request.Context().Err()}
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err != nil {
		return &transportError{cause: fmt.Errorf("reading the gateway's answer: %w", err), ctx: request.Context().Err()}
	}
	if len(body) > maxAnswer {
		return &transportError{cause: fmt.Errorf("the gateway's answer has more than %d bytes", maxAnswer)}
	}
	if answer.StatusCode >= 400 {
		return fault(answer, body)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(body, into); err != nil {
		return &transportError{cause: fmt.Errorf("reading the gateway's answer: %w", err)}
	}
	return nil
}

// fault turns a problem into the error that it was in the gateway. What is no
// problem comes from something between us and it.
func fault(answer *http.Response, body []byte) error {
	kind, _, err := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	p := &Problem{}
	if err != nil || kind != "application/problem+json" || json.Unmarshal(body, p) != nil {
		return &transportError{cause: fmt.Errorf("%s answered %s, which is no answer of a gateway", answer.Request.URL.Host, answer.Status)}
	}
	p.Status = answer.StatusCode
	switch {
	case p.Outcome == unknownOutcome:
		return &ledger.FateError{Tx: p.Tx, Cause: errors.New(p.Detail)}
	case p.Code == "not_done" && p.Outcome == notDoneOutcome:
		return fmt.Errorf("%w: %s", ledger.ErrNotDone, p.Detail)
	case p.Outcome == refusedOutcome && slices.Contains(refusals, provenance.Code(p.Code)):
		return &provenance.Refusal{Code: provenance.Code(p.Code), Message: p.Detail, Fields: p.Fields}
	}
	return p
}

// refusals are the codes that come from the vocabulary and the contract.
var refusals = []provenance.Code{
	provenance.Invalid, provenance.TooLarge, provenance.UnknownReference, provenance.Conflict, provenance.NoStanding,
	provenance.ConflictOfInterest, provenance.BelowK, provenance.InFuture, provenance.WrongState, provenance.NoQuorum, provenance.NotFound,
}
