package httpapi

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
)

// minBlockHeader lets a caller read what it wrote: the block that submit named.
const minBlockHeader = "Fairlead-Min-Block"

// patience is how long a reader waits for the block it asked for.
const patience = 5 * time.Second

// settling is how long a writer waits for its block to be readable here. It is
// shorter than patience, for the transaction counts either way.
const settling = 2 * time.Second

// settle holds back the news of a commit until this gateway's answers stand on
// it, so that whoever hears of it finds it. A read model that lags or has given
// up holds up nobody for long: minBlockHeader tells a reader of that.
func (s *server) settle(ctx context.Context, block uint64) {
	waiting, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	_ = s.Model.WaitFor(waiting, block) // the commit is a fact whatever this says
}

// current runs a reading handler once the read model holds the block that the
// caller asks for.
func (s *server) current(h func(*gin.Context) error) func(*gin.Context) error {
	return func(c *gin.Context) error {
		if value := c.GetHeader(minBlockHeader); value != "" {
			block, err := strconv.ParseUint(value, 10, 63)
			if err != nil {
				return badParameter(minBlockHeader, "is not a block's number", "give the number that came with the committed transaction")
			}
			if err := s.await(c.Request.Context(), block); err != nil {
				return err
			}
		}
		return h(c)
	}
}

func (s *server) await(ctx context.Context, block uint64) error {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := s.Model.WaitFor(waiting, block)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	p := newProblem(codeBehind, "The read model does not hold block "+strconv.FormatUint(block, 10)+" yet. Ask again, or without "+minBlockHeader+" for an older answer.")
	p.retryAfter = time.Second
	if !errors.Is(err, context.DeadlineExceeded) { // the projector has given up
		p.retryAfter = 30 * time.Second
		p.cause = err
	}
	return p
}
