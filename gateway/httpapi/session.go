package httpapi

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/access"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// SignInText is what a member signs to sign in at an address. Its first byte is
// no beginning of a proposal or a transaction, and theirs is none of it: a
// signature for one is never good for the other. The address keeps a gateway
// from using at another one what was signed for it.
func SignInText(address, challenge string) []byte {
	return []byte("fairlead sign-in\n" + address + "\n" + challenge)
}

// challenge gives out a text to be signed. It costs a row for two minutes, so
// it counts as an attempt.
func (s *server) challenge(c *gin.Context) error {
	if err := s.mayTry(c); err != nil {
		return err
	}
	challenge, err := s.Access.Challenge(c.Request.Context())
	if err != nil {
		return err
	}
	return s.own(c, http.StatusCreated, map[string]string{"challenge": string(challenge), "address": s.BaseURL})
}

// signIn begins a session for a member who signed a challenge. The certificate
// is good when the ledger says that it is that member's, and the member's
// standing is good.
func (s *server) signIn(c *gin.Context) error {
	if err := s.mayTry(c); err != nil {
		return err
	}
	body, err := readBody(c, 64<<10)
	if err != nil {
		return err
	}
	var sent struct {
		Challenge string `json:"challenge"`
		Signature string `json:"signature"` // base64
	}
	if refusal := provenance.Decode(body, &sent); refusal != nil {
		return newProblem(codeMalformed, refusal.Message, refusal.Fields...)
	}
	signature, err := base64.StdEncoding.DecodeString(sent.Signature)
	if err != nil {
		return newProblem(codeMalformed, "signature is not base64: encode it with the standard alphabet and padding.")
	}
	author, err := s.author(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	spent, err := s.Access.Spend(ctx, access.Secret(sent.Challenge))
	if err != nil {
		return err
	}
	// All that may be wrong is told alike: who is enrolled is nobody's to try out.
	failed := newProblem(codeSignIn, "The signature is not the certificate's, the certificate is no member's, the challenge was not given out here or is spent, or the member is suspended or revoked.")
	if !spent || !signedBy(author, SignInText(s.BaseURL, sent.Challenge), signature) {
		return failed
	}
	who, err := s.memberWith(ctx, author.Org, fingerprint(author))
	switch {
	case errors.Is(err, errNoMember):
		return failed
	case err != nil:
		return err
	}
	if err := s.begin(c, access.Session{Org: who.Org, Member: who.Member}); err != nil {
		return err
	}
	return s.own(c, http.StatusCreated, who)
}

// begin begins a session in place of the one that the caller came with, whoever
// that was for.
func (s *server) begin(c *gin.Context, session access.Session) error {
	ctx := c.Request.Context()
	if before := s.cookie(c); before != "" {
		if err := s.Access.End(ctx, access.Secret(before)); err != nil {
			return err
		}
	}
	secret, err := s.Access.Begin(ctx, session)
	if err != nil {
		return err
	}
	s.setCookie(c, string(secret))
	return nil
}

// session tells who asks.
func (s *server) session(c *gin.Context) error {
	who, err := s.caller(c)
	if err != nil {
		return err
	}
	if who == nil {
		return newProblem(codeSignIn, "Nobody is signed in.")
	}
	return s.own(c, http.StatusOK, who)
}

// signOut ends this session, or with everywhere all of the member's.
func (s *server) signOut(everywhere bool) func(*gin.Context) error {
	return func(c *gin.Context) error {
		secret := s.cookie(c)
		session, _, err := s.Access.Resume(c.Request.Context(), access.Secret(secret))
		switch {
		case errors.Is(err, access.ErrNotSignedIn):
		case err != nil:
			return err
		case everywhere:
			err = s.Access.EndAll(c.Request.Context(), session.Org, session.Member)
		default:
			err = s.Access.End(c.Request.Context(), access.Secret(secret))
		}
		if err != nil && !errors.Is(err, access.ErrNotSignedIn) {
			return err
		}
		s.setCookie(c, "")
		c.Header("Cache-Control", "no-store")
		c.Status(http.StatusNoContent)
		c.Writer.WriteHeaderNow()
		return nil
	}
}

func (s *server) own(c *gin.Context, status int, content any) error {
	text, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("encoding %T: %w", content, err)
	}
	c.Header("Cache-Control", "no-store")
	c.Data(status, mediaJSON, text)
	return nil
}

// here lets only requests pass that come from our own pages, or from no page, and
// with no key: a key that leaked must not make others, nor end sessions. Only what changes a session is asked for by cookie and needs this: an author's
// transactions stand on signatures.
func (s *server) here(h func(*gin.Context) error) func(*gin.Context) error {
	return func(c *gin.Context) error {
		if s.Access == nil {
			return newProblem(codeNoSuchPage, "Nobody signs in at this gateway.")
		}
		if len(c.Request.Header["Authorization"]) > 0 {
			return newProblem(codeScope, "A key neither signs in nor out, nor makes or revokes keys. Leave Authorization out and sign in.")
		}
		site := c.GetHeader("Sec-Fetch-Site")
		if site != "" && site != "same-origin" && site != "none" || !s.ours(c) {
			return newProblem(codeOrigin, "This may be asked for by this gateway's own pages alone.")
		}
		return h(c)
	}
}

func (s *server) ours(c *gin.Context) bool {
	origin := c.GetHeader("Origin")
	if origin == "" || origin == s.BaseURL {
		return true
	}
	parsed, err := url.Parse(origin)
	return err == nil && parsed.Host != "" && parsed.Host == c.Request.Host
}

func signedBy(author ledger.Identity, text, signature []byte) bool {
	certificate, err := author.Parse()
	if err != nil {
		return false
	}
	key, ok := certificate.PublicKey.(*ecdsa.PublicKey)
	sum := sha256.Sum256(text)
	return ok && key.Curve == elliptic.P256() && ecdsa.VerifyASN1(key, sum[:], signature)
}

func fingerprint(author ledger.Identity) string {
	block, _ := pem.Decode(author.Certificate)
	sum := sha256.Sum256(block.Bytes)
	return hex.EncodeToString(sum[:])
}

// cookieName has, where there is https, the prefix that keeps other hosts and
// plain http from setting it.
func (s *server) cookieName() string {
	if s.secureOnly() {
		return "__Host-fairlead"
	}
	return "fairlead"
}

func (s *server) secureOnly() bool { return strings.HasPrefix(s.BaseURL, "https://") }

func (s *server) cookie(c *gin.Context) string {
	cookie, err := c.Request.Cookie(s.cookieName())
	if err != nil {
		return ""
	}
	return cookie.Value
}

func (s *server) setCookie(c *gin.Context, value string) {
	cookie := &http.Cookie{Name: s.cookieName(), Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: s.secureOnly()}
	if value == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(c.Writer, cookie)
}
