package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/gateway/access"
)

// keyHeader lets a caller send a request again without knowing what became of
// the first: the same key and request get the same answer.
const keyHeader = "Idempotency-Key"

// How long an answer is given again. A proposal grows too old for the peers, so
// its request is soon one to be made anew.
const (
	commitKept   = 24 * time.Hour
	proposalKept = 5 * time.Minute
	notKept      = 0 // requests that come at the same time still share an answer
)

// withinWrite bounds the work for all who share an answer: less than a server
// gives one of them.
const withinWrite = 70 * time.Second

// made is an answer to a write, as a value.
type made struct {
	status   int
	location string
	body     []byte
}

// once does what a request asks for. When the caller gave a key, others who
// come with the same at the same time get the same answer, and so do those who
// come later. Only success is kept: what failed may be tried again.
func (s *server) once(c *gin.Context, body []byte, keep time.Duration, do func(context.Context) (made, error)) error {
	key, err := requestKey(c)
	if err != nil {
		return err
	}
	var m made
	if key == "" {
		m, err = do(c.Request.Context())
	} else {
		m, err = s.shared(c, key, digestOf(c, body), keep, do)
	}
	if err != nil {
		return err
	}
	if m.location != "" {
		c.Header("Location", m.location)
	}
	c.Header("Cache-Control", "no-store")
	c.Data(m.status, mediaJSON, m.body)
	return nil
}

func (s *server) shared(c *gin.Context, key string, request [sha256.Size]byte, keep time.Duration, do func(context.Context) (made, error)) (made, error) {
	ctx := c.Request.Context()
	result := s.underway.DoChan(key+"\n"+hex.EncodeToString(request[:]), func() (any, error) {
		// One caller who hangs up must not end the work for the others.
		working, cancel := context.WithTimeout(context.WithoutCancel(ctx), withinWrite)
		defer cancel()
		return s.doOnce(working, key, request, keep, do)
	})
	select {
	case r := <-result:
		m, _ := r.Val.(made)
		return m, r.Err
	case <-ctx.Done():
		return made{}, ctx.Err()
	}
}

func (s *server) doOnce(ctx context.Context, key string, request [sha256.Size]byte, keep time.Duration, do func(context.Context) (made, error)) (m made, err error) {
	defer func() { // this is no handler's goroutine: a panic would end the process
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	if keep == notKept || s.Access == nil {
		return do(ctx)
	}
	switch kept, err := s.Access.Recall(ctx, key, request); {
	case errors.Is(err, access.ErrOtherRequest):
		return made{}, newProblem(codeKeyReused, keyHeader+" came with another request before. Draw a new key for each request, and use it again for the same request alone.")
	case err != nil:
		return made{}, err
	case kept != nil:
		return made{kept.Status, kept.Location, kept.Body}, nil
	}
	if m, err = do(ctx); err != nil {
		return made{}, err
	}
	// What was done is done, whether it can be remembered or not.
	if err := s.Access.Keep(context.WithoutCancel(ctx), key, request, access.Answer{Status: m.status, Location: m.location, Body: m.body}, keep); err != nil {
		s.Log.WarnContext(ctx, "an answer is not kept: the same request will be done again", "error", err)
	}
	return m, nil
}

// requestKey reads the key, which may stand in the quotation marks of a
// structured field. Keys are the callers' own; short ones would meet others'.
func requestKey(c *gin.Context) (string, error) {
	values := c.Request.Header.Values(keyHeader)
	if len(values) == 0 {
		return "", nil
	}
	key := values[0]
	if inner, ok := strings.CutPrefix(key, `"`); ok {
		key = strings.TrimSuffix(inner, `"`)
	}
	if len(values) > 1 || len(key) < 16 || len(key) > 128 || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' }) {
		return "", badParameter(keyHeader, "is not one key of 16 to 128 plain characters", "draw a random one, such as a UUID")
	}
	return c.FullPath() + "\n" + key, nil
}

// digestOf tells a request from others under the same key and at the same
// address: by its body and the author it names.
func digestOf(c *gin.Context, body []byte) [sha256.Size]byte {
	sum := sha256.New()
	for _, part := range [][]byte{[]byte(c.GetHeader(orgHeader)), []byte(c.GetHeader(certificateHeader)), body} {
		sum.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		sum.Write(part)
	}
	return [sha256.Size]byte(sum.Sum(nil))
}
