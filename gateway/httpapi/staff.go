package httpapi

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/access"
	"github.com/fairlead/fairlead/gateway/staff"
	"github.com/fairlead/fairlead/web"
)

// Staff lets brands' staff in by a provider of theirs. *staff.Door is one.
type Staff interface {
	Begin(ctx context.Context, secret string) (address string, err error)
	End(ctx context.Context, secret, code string) (staff.Person, error)
	Still(party string) bool
}

// staffIn is where the provider sends people back to.
const staffIn = "/staff/in"

// StaffRedirect is that address of a gateway's.
func StaffRedirect(baseURL string) string { return baseURL + staffIn }

// staffOut sends somebody to the provider. What has to be known again when they come
// back follows from a secret in their browser.
func (s *server) staffOut(c *gin.Context) error {
	if s.Staff == nil || s.Access == nil {
		return newProblem(codeNoSuchPage, "Nobody's staff sign in at this gateway.")
	}
	if err := s.mayTry(c); err != nil {
		return err
	}
	secret, err := s.Access.Flow(c.Request.Context())
	if err != nil {
		return err
	}
	address, err := s.Staff.Begin(c.Request.Context(), string(secret))
	if err != nil {
		return err
	}
	s.setFlow(c, string(secret), int(access.FlowLasts/time.Second))
	c.Header("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, address)
	return nil
}

// staffBack takes somebody back from the provider: the one who went, once, and with
// the provider's word.
func (s *server) staffBack(c *gin.Context) error {
	if s.Staff == nil || s.Access == nil {
		return newProblem(codeNoSuchPage, "Nobody's staff sign in at this gateway.")
	}
	if err := s.mayTry(c); err != nil {
		return err
	}
	failed := newProblem(codeSignIn, "The provider did not let you in, or this is not the browser that went there, or it took longer than ten minutes. Begin again at /staff.")
	ctx, secret := c.Request.Context(), s.flow(c)
	s.setFlow(c, "", -1)
	state := []byte(c.Query("state"))
	if secret == "" || subtle.ConstantTimeCompare(state, []byte(staff.State(secret))) != 1 || c.Query("code") == "" {
		return failed
	}
	switch fresh, err := s.Access.Spend(ctx, access.Secret(secret)); {
	case err != nil:
		return err
	case !fresh:
		return failed
	}
	person, err := s.Staff.End(ctx, secret, c.Query("code"))
	switch {
	case errors.Is(err, staff.ErrNotLetIn):
		return failed
	case errors.Is(err, staff.ErrNoReader):
		return newProblem(codeNoReader, "The provider knows you, and this gateway lets nobody with what it says of you read more than everybody. Ask whoever runs the gateway.")
	case err != nil:
		return err
	}
	if err := s.begin(c, access.Session{Org: provenance.Brands, Member: staffNumber(person), Party: person.Party}); err != nil {
		return err
	}
	page := web.Fault{Title: "You are signed in", Detail: "You read what the party " + person.Party + " of Brands may read, for twelve hours at most. You can state nothing: that takes a key of your own."}
	text, err := page.Page()
	if err != nil {
		return fmt.Errorf("rendering a page: %w", err)
	}
	c.Header("Cache-Control", "no-store")
	c.Data(http.StatusOK, mediaHTML, text)
	return nil
}

func staffNumber(p staff.Person) string { return "staff:" + p.Number }

// asStaff gives somebody whom a provider let in, nil when the settings no longer do.
func (s *server) asStaff(session access.Session) *reader {
	if s.Staff == nil || !s.Staff.Still(session.Party) {
		return nil
	}
	return &reader{Org: session.Org, Member: session.Member, Party: session.Party, Roles: []provenance.Role{}, staff: true}
}

func (s *server) flowName() string { return s.cookieName() + "-flow" }

func (s *server) flow(c *gin.Context) string {
	cookie, err := c.Request.Cookie(s.flowName())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setFlow keeps the secret in the browser. It comes back when the provider sends
// people here, as a strict cookie would not, and is good for nothing else.
func (s *server) setFlow(c *gin.Context, value string, age int) {
	http.SetCookie(c.Writer, &http.Cookie{Name: s.flowName(), Value: value, Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secureOnly()})
}
