package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// States of the projector, which brings the ledger's blocks into the read model.
const (
	following  = "following" // it holds all that the ledger has told of
	catchingUp = "catching up"
	stopped    = "stopped" // it follows no more: answers grow old
)

type statusAnswer struct {
	Of        provenance.Org `json:"organisation,omitempty"` // whose gateway this is
	Projector string         `json:"projector"`
	Lag       uint64         `json:"lag"`                 // blocks that the ledger has and the read model does not
	AppliedAt string         `json:"appliedAt,omitempty"` // when the newest block was taken in
}

func (s *server) projector() string {
	switch st := s.Model.Status(); {
	case !st.Running:
		return stopped
	case st.Behind() > 0:
		return catchingUp
	}
	return following
}

func (s *server) freshness(c *gin.Context) error {
	st := s.Model.Status()
	a := statusAnswer{Of: s.Of, Projector: s.projector(), Lag: st.Behind()}
	if !st.AppliedAt.IsZero() {
		a.AppliedAt = provenance.FormatInstant(st.AppliedAt)
	}
	return s.reply(c, st.Position, map[string]any{"status": a}, map[string]string{"self": "/v1/status"})
}

// live says that this process answers at all.
func (s *server) live(c *gin.Context) error {
	c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte("live\n"))
	return nil
}

// ready says that a transaction would be taken and that answers are current.
func (s *server) ready(c *gin.Context) error {
	if p := s.projector(); p != following {
		return notReady("The read model is "+p+".", s.Model.Status().Stopped)
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), patience)
	defer cancel()
	if err := s.Ledger.Ready(ctx); err != nil {
		return notReady("The ledger does not take transactions.", err)
	}
	c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte("ready\n"))
	return nil
}

func notReady(detail string, cause error) *problem {
	p := newProblem(codeNotReady, detail)
	p.cause, p.retryAfter = cause, 5*time.Second
	return p
}
