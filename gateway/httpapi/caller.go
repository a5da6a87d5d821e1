package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"github.com/fairlead/fairlead/gateway/access"
)

const callerKey = "who asks"

// caller gives who asks, nil for nobody: by a machine's key, or else by the
// certificate that came with the connection, or else by a session. A key that is
// not good is refused and never taken for nobody: its owner would not learn that
// it ended.
func (s *server) caller(c *gin.Context) (*reader, error) {
	if known, asked := c.Get(callerKey); asked {
		return known.(*reader), nil
	}
	who, err := s.byKey(c)
	if err == nil && who == nil {
		who, err = s.byCertificate(c)
	}
	if err == nil && who == nil {
		who, err = s.bySession(c)
	}
	if err != nil {
		return nil, err
	}
	c.Set(callerKey, who)
	return who, nil
}

// reader gives who asks for what is not for everybody, nil for nobody.
func (s *server) reader(c *gin.Context) (*reader, error) {
	who, err := s.caller(c)
	if err != nil || who == nil {
		return nil, err
	}
	return who, who.allows(access.ScopeFull)
}

// allows refuses what a key is not for. Who signed in needs no scope.
func (r *reader) allows(scope access.Scope) error {
	if r.key == nil || r.key.Allows(scope) {
		return nil
	}
	p := newProblem(codeScope, "The key is not for this: it lacks the scope "+string(scope)+". Make another one that has it.")
	p.challenge = `Bearer error="insufficient_scope", scope="` + string(scope) + `"`
	return p
}

// within lets a request that comes with a key pass when the key is for that.
// Nobody needs a key for what is open to all.
func (s *server) within(scope access.Scope) gin.HandlerFunc {
	return func(c *gin.Context) {
		if len(c.Request.Header["Authorization"]) == 0 {
			return
		}
		who, err := s.caller(c)
		if err == nil && who != nil {
			err = who.allows(scope)
		}
		if err != nil {
			s.writeProblem(c, err)
		}
	}
}

func (s *server) byKey(c *gin.Context) (*reader, error) {
	values := c.Request.Header["Authorization"]
	if len(values) == 0 {
		return nil, nil
	}
	scheme, secret, _ := strings.Cut(values[0], " ")
	if len(values) > 1 || !strings.EqualFold(scheme, "Bearer") || s.Access == nil {
		return nil, badKey()
	}
	ctx := c.Request.Context()
	key, err := s.Access.UseKey(ctx, access.Secret(strings.TrimSpace(secret)))
	switch {
	case errors.Is(err, access.ErrNoKey):
		return nil, badKey()
	case err != nil:
		return nil, err
	}
	if wait := s.paces.wait(key.ID, s.Now()); wait > 0 {
		p := newProblem(codeRate, fmt.Sprintf("The key asks for more than %d requests a second. Ask again a little later.", paceOfKey))
		p.retryAfter = wait
		return nil, p
	}
	who, err := s.member(ctx, key.Org, key.Member)
	if errors.Is(err, errNoMember) {
		return nil, badKey()
	}
	if err != nil {
		return nil, err
	}
	who.key = &key
	return who, nil
}

// byCertificate gives the member whose certificate came with the connection, nil
// for none, and for one that has ended since or is no member's in good standing.
func (s *server) byCertificate(c *gin.Context) (*reader, error) {
	if c.Request.TLS == nil {
		return nil, nil
	}
	for _, chain := range c.Request.TLS.VerifiedChains {
		for org, issuer := range s.Issuers {
			if len(chain) != 2 || !chain[1].Equal(issuer) || s.Now().After(chain[0].NotAfter) {
				continue
			}
			sum := sha256.Sum256(chain[0].Raw)
			who, err := s.memberWith(c.Request.Context(), org, hex.EncodeToString(sum[:]))
			if errors.Is(err, errNoMember) {
				return nil, nil
			}
			return who, err
		}
	}
	return nil, nil
}

func badKey() *problem {
	p := newProblem(codeKeyBad, "Authorization holds no key that is in force here: it was never given out, has ended or was revoked, or its member is suspended or revoked. Write Bearer, a space and the key, or leave the header out.")
	p.challenge = `Bearer error="invalid_token"`
	return p
}

// How often a key may be used.
const (
	paceOfKey  = 20 // requests a second
	burstOfKey = 100
)

// paces holds each key in use to its rate.
type paces struct {
	mu sync.Mutex
	of map[string]*rate.Limiter
}

// mostPaces bounds what is remembered of keys; when there are more, all begin anew.
const mostPaces = 10_000

// wait says how long a key has to wait, not at all when it need not.
func (p *paces) wait(id string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	limiter := p.of[id]
	if limiter == nil {
		if p.of == nil || len(p.of) >= mostPaces {
			p.of = map[string]*rate.Limiter{}
		}
		limiter = rate.NewLimiter(paceOfKey, burstOfKey)
		p.of[id] = limiter
	}
	if limiter.AllowN(now, 1) {
		return 0
	}
	return time.Second
}
