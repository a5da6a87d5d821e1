package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// signing tells an author how to sign the bytes of an answer.
const signing = "sha256 ecdsa p-256 low-s der"

// stage is how far a transaction has come. Bytes travel as base64.
type stage struct {
	State  string          `json:"state"`
	Tx     string          `json:"tx"`
	Bytes  []byte          `json:"bytes,omitempty"`
	Sign   string          `json:"sign,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Block  *uint64         `json:"block,omitempty"`
}

// prepare checks a document and makes the proposal to sign. It writes nothing.
func (s *server) prepare(spec provenance.Spec) func(*gin.Context) error {
	return func(c *gin.Context) error {
		document, err := readBody(c, provenance.MaxDocument)
		if err != nil {
			return err
		}
		if _, refusal := spec.Read(document, s.Now()); refusal != nil {
			return unreadable(document, refusal)
		}
		return s.propose(c, document, proposalKept, ledger.Draft{Transaction: spec.Transaction, Document: document})
	}
}

// prepareHeld does the same for what Workers alone are to hold. The body is
// shown to their peer alone, and only a gateway of theirs takes it further.
func (s *server) prepareHeld(spec provenance.HeldSpec) func(*gin.Context) error {
	return func(c *gin.Context) error {
		content, err := readBody(c, provenance.MaxDocument)
		if err != nil {
			return err
		}
		if _, refusal := spec.Read(content, s.Now()); refusal != nil {
			return unreadable(content, refusal)
		}
		return s.propose(c, content, notKept, ledger.Draft{
			Transaction: spec.Transaction, Document: []byte(provenance.HeldPublicly), Transient: map[string][]byte{provenance.HeldName: content},
		})
	}
}

// propose makes the proposal of the author whom the headers name.
func (s *server) propose(c *gin.Context, body []byte, keep time.Duration, draft ledger.Draft) error {
	var err error
	if draft.Author, err = s.author(c); err != nil {
		return err
	}
	return s.once(c, body, keep, func(ctx context.Context) (made, error) {
		unsigned, err := s.Ledger.Prepare(ctx, draft)
		if err != nil {
			return made{}, fmt.Errorf("preparing %s: %w", draft.Transaction, err)
		}
		return stage{State: "prepared", Tx: unsigned.Tx, Bytes: unsigned.Bytes, Sign: signing}.made(http.StatusAccepted, "")
	})
}

// unreadable tells text that is no JSON, a fault of the caller's program, from
// a document that breaks a rule.
func unreadable(document []byte, refusal *provenance.Refusal) error {
	if refusal.Code == provenance.Invalid && !json.Valid(document) {
		return newProblem(codeMalformed, refusal.Message, refusal.Fields...)
	}
	return refusal
}

func (s *server) endorse(c *gin.Context) error {
	body, proposal, err := readSigned(c)
	if err != nil {
		return err
	}
	return s.once(c, body, notKept, func(ctx context.Context) (made, error) {
		endorsed, err := s.Ledger.Endorse(ctx, proposal)
		if err != nil {
			return made{}, fmt.Errorf("endorsing: %w", err)
		}
		return stage{State: "endorsed", Tx: endorsed.Tx, Bytes: endorsed.Bytes, Sign: signing, Result: endorsed.Result}.made(http.StatusOK, "")
	})
}

func (s *server) submit(c *gin.Context) error {
	body, transaction, err := readSigned(c)
	if err != nil {
		return err
	}
	return s.once(c, body, commitKept, func(ctx context.Context) (made, error) {
		commit, err := s.Ledger.Submit(ctx, transaction)
		if err != nil {
			if !decided(err) {
				err = fmt.Errorf("%w: %w", ledger.ErrUnknownFate, err)
			}
			return made{}, fmt.Errorf("submitting: %w", err)
		}
		s.settle(ctx, commit.Block)
		return stage{State: "committed", Tx: commit.Tx, Block: &commit.Block}.made(http.StatusCreated, "/v1/transactions/"+commit.Tx)
	})
}

// decided says whether an error of Submit tells what became of the transaction.
// Any other, such as a context that ended, leaves it open.
func decided(err error) bool {
	_, refusal := provenance.AsRefusal(err)
	return refusal || errors.Is(err, ledger.ErrNotDone) || errors.Is(err, ledger.ErrUnknownFate)
}

var validTx = regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString

func (s *server) fate(c *gin.Context) error {
	tx, err := param(c, "tx")
	if err != nil {
		return err
	}
	if !validTx(tx) {
		return badParameter("tx", "is not a transaction's identifier", "give the 64 hexadecimal digits that came with the prepared transaction")
	}
	commit, err := s.Ledger.Fate(c.Request.Context(), tx)
	if errors.Is(err, ledger.ErrUnknownFate) {
		p := unknownFate(tx)
		p.Detail = "No block holds this transaction. It may never have been submitted, or may still be on its way: ask again in a moment, or submit the same signed bytes again, which cannot double it."
		p.Status = http.StatusNotFound
		return p
	}
	if err != nil {
		return fmt.Errorf("asking for the fate of %s: %w", tx, err)
	}
	s.settle(c.Request.Context(), commit.Block)
	m, err := stage{State: "committed", Tx: commit.Tx, Block: &commit.Block}.made(http.StatusOK, "")
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "no-store")
	c.Data(m.status, mediaJSON, m.body)
	return nil
}

func readSigned(c *gin.Context) ([]byte, ledger.Signed, error) {
	body, err := readBody(c, maxSigned)
	if err != nil {
		return nil, ledger.Signed{}, err
	}
	signed, err := decodeSigned(body)
	return body, signed, err
}

// decodeSigned reads {"bytes", "signature"}, each as base64. The bytes are the
// ledger's to judge.
func decodeSigned(body []byte) (ledger.Signed, error) {
	var sent struct {
		Bytes     *[]byte `json:"bytes"`
		Signature *[]byte `json:"signature"`
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&sent); err != nil {
		return ledger.Signed{}, newProblem(codeMalformed, `The body is not {"bytes": ..., "signature": ...} with both in base64 and nothing else.`)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return ledger.Signed{}, newProblem(codeMalformed, "There is text after the body's document.")
	}
	for name, value := range map[string]*[]byte{"bytes": sent.Bytes, "signature": sent.Signature} {
		if value == nil || len(*value) == 0 {
			return ledger.Signed{}, provenance.RefuseField(name, provenance.Invalid, "is missing", "send what the step before gave, and the author's signature over it")
		}
	}
	return ledger.Signed{Bytes: *sent.Bytes, Signature: *sent.Signature}, nil
}

func (st stage) made(status int, location string) (made, error) {
	text, err := json.Marshal(st)
	if err != nil {
		return made{}, fmt.Errorf("encoding transaction %s: %w", st.Tx, err)
	}
	return made{status, location, text}, nil
}
