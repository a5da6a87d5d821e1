package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/access"
	"github.com/fairlead/fairlead/gateway/readmodel"
)

// reader is a member who asks, as the ledger knows them now.
type reader struct {
	Org    provenance.Org    `json:"org"`
	Member string            `json:"member"`
	Party  string            `json:"party"`
	Roles  []provenance.Role `json:"roles"`

	key   *access.Key // by which they ask, nil when they signed in
	staff bool        // of a brand, let in by its provider: no member
}

var errNoMember = errors.New("no member in good standing")

// member reads a member from the ledger's records. A suspension or revocation
// counts from its block on, as does the end of one.
func (s *server) member(ctx context.Context, org provenance.Org, id string) (*reader, error) {
	stored, _, err := s.Model.Record(ctx, provenance.KindMember, id)
	if err == nil && stored.Record.By.Org != org {
		return nil, errNoMember
	}
	return s.inStanding(ctx, stored, err)
}

// memberWith reads the member to whom an organisation gave a certificate.
func (s *server) memberWith(ctx context.Context, org provenance.Org, fingerprint string) (*reader, error) {
	stored, _, err := s.Model.Member(ctx, org, fingerprint)
	return s.inStanding(ctx, stored, err)
}

func (s *server) inStanding(ctx context.Context, stored readmodel.Stored, err error) (*reader, error) {
	switch {
	case errors.Is(err, readmodel.ErrNoRecord):
		return nil, errNoMember
	case err != nil:
		return nil, fmt.Errorf("reading a member: %w", err)
	}
	var m provenance.Member
	if err := json.Unmarshal(stored.Record.Body, &m); err != nil {
		return nil, fmt.Errorf("reading a member: %w", err)
	}
	said, _, err := s.Model.RecordsAbout(ctx, stored.Record.Ref(), []provenance.Kind{provenance.KindStanding}, readmodel.Cut{Limit: 1})
	if err != nil {
		return nil, fmt.Errorf("reading a member's standing: %w", err)
	}
	for _, r := range said.Records { // the newest
		var now provenance.Standing
		if err := json.Unmarshal(r.Body, &now); err != nil {
			return nil, fmt.Errorf("reading a member's standing: %w", err)
		}
		if now.State != provenance.Restored {
			return nil, errNoMember
		}
	}
	return &reader{Org: stored.Record.By.Org, Member: stored.Record.ID, Party: m.Party, Roles: m.Roles}, nil
}

// bySession gives who is signed in, nil for nobody. A member who lost their
// standing is nobody.
func (s *server) bySession(c *gin.Context) (*reader, error) {
	secret := s.cookie(c)
	if s.Access == nil || secret == "" {
		return nil, nil
	}
	ctx := c.Request.Context()
	session, next, err := s.Access.Resume(ctx, access.Secret(secret))
	if errors.Is(err, access.ErrNotSignedIn) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if next != "" {
		s.setCookie(c, string(next))
	}
	if session.Party != "" {
		return s.asStaff(session), nil
	}
	who, err := s.member(ctx, session.Org, session.Member)
	if errors.Is(err, errNoMember) {
		return nil, nil
	}
	return who, err
}

// mayReadAll says whether a reader is shown each of some records.
func (r *reader) mayReadAll(records []provenance.Record) bool {
	return !slices.ContainsFunc(records, func(record provenance.Record) bool { return !record.Public() && !r.mayRead(record) })
}

// mayRead says whether a reader is shown a record that is not public: whoever
// made it, Workers and Oversight; auditors too, but nothing of children. Brands
// and suppliers read what others counted in bands, as everybody does.
func (r *reader) mayRead(record provenance.Record) bool {
	if r == nil {
		return false
	}
	ofChildren := record.Kind == provenance.KindChildCase || record.Kind == provenance.KindChildStep ||
		slices.ContainsFunc(record.About, func(about provenance.Ref) bool { return about.Kind == provenance.KindChildCase })
	switch {
	case r.Org == record.By.Org && r.Party == record.By.Party, r.Org == provenance.Workers, r.Org == provenance.Oversight:
		return true
	}
	return r.Org == provenance.Auditors && slices.Contains(r.Roles, provenance.RoleAuditor) && !ofChildren
}

// attempts bounds how often an address may try to sign in.
type attempts struct {
	mu    sync.Mutex
	since time.Time
	by    map[string]int
}

const (
	attemptsEach = time.Minute
	attemptsMost = 30
)

func (s *server) mayTry(c *gin.Context) error {
	address, _, err := net.SplitHostPort(c.Request.RemoteAddr)
	if err != nil {
		address = c.Request.RemoteAddr
	}
	a := &s.attempts
	a.mu.Lock()
	defer a.mu.Unlock()
	if now := s.Now(); now.Sub(a.since) >= attemptsEach || a.by == nil {
		a.since, a.by = now, map[string]int{}
	}
	if a.by[address]++; a.by[address] > attemptsMost {
		p := newProblem(codeAttempts, "There were too many attempts to sign in from this address. Try again in a minute.")
		p.retryAfter = attemptsEach
		return p
	}
	return nil
}
