package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/access"
)

// newKey makes a key for a machine. Who made it is shown it now and never again.
func (s *server) newKey(c *gin.Context) error {
	who, err := s.owner(c)
	if err != nil {
		return err
	}
	asked, err := s.readKey(c)
	if err != nil {
		return err
	}
	asked.Org, asked.Member = who.Org, who.Member
	secret, made, err := s.Access.NewKey(c.Request.Context(), asked)
	if errors.Is(err, access.ErrTooManyKeys) {
		return newProblem(codeTooManyKeys, fmt.Sprintf("There are %d keys of yours already, which is as many as anybody may have. Revoke one first.", access.MostKeys))
	}
	if err != nil {
		return err
	}
	once := shown(made)
	once.Key = string(secret)
	return s.own(c, http.StatusCreated, once)
}

// keys lists the keys of who is signed in.
func (s *server) keys(c *gin.Context) error {
	who, err := s.owner(c)
	if err != nil {
		return err
	}
	all, err := s.Access.Keys(c.Request.Context(), who.Org, who.Member)
	if err != nil {
		return err
	}
	list := make([]machineKey, len(all))
	for i, k := range all {
		list[i] = shown(k)
	}
	return s.own(c, http.StatusOK, map[string]any{"keys": list})
}

func (s *server) revokeKey(c *gin.Context) error {
	who, err := s.owner(c)
	if err != nil {
		return err
	}
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	err = s.Access.RevokeKey(c.Request.Context(), who.Org, who.Member, id)
	if errors.Is(err, access.ErrNoKey) {
		return newProblem(string(provenance.NotFound), "No key of yours has this number.")
	}
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "no-store")
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
	return nil
}

// owner is the member whose keys are asked for. A key makes and revokes none.
func (s *server) owner(c *gin.Context) (*reader, error) {
	who, err := s.caller(c)
	if err != nil {
		return nil, err
	}
	if who == nil {
		return nil, newProblem(codeSignIn, "Nobody is signed in. Keys are made, listed and revoked by the member whose they are.")
	}
	if who.staff {
		return nil, newProblem(string(provenance.NoStanding), "Keys are for members, whom the ledger knows. Ask one of your brand's to make it.")
	}
	return who, nil
}

// longestKey is how long a key is good at most.
const longestKey = 365

func (s *server) readKey(c *gin.Context) (access.Key, error) {
	body, err := readBody(c, 4<<10)
	if err != nil {
		return access.Key{}, err
	}
	var asked struct {
		Name   string         `json:"name"`
		Scopes []access.Scope `json:"scopes"`
		Days   int            `json:"days"`
	}
	if refusal := provenance.Decode(body, &asked); refusal != nil {
		return access.Key{}, newProblem(codeMalformed, refusal.Message, refusal.Fields...)
	}
	switch {
	case !keyName.MatchString(asked.Name):
		return access.Key{}, provenance.RefuseField("name", provenance.Invalid, "is not 1 to 40 of a-z, 0-9 and -", "write what the key is for, such as nightly-export, and nobody's own name")
	case !areScopes(asked.Scopes):
		return access.Key{}, provenance.RefuseField("scopes", provenance.Invalid, "holds no scope, what is none, or one twice", "name one or more of history, full and relay")
	case asked.Days < 1 || asked.Days > longestKey:
		return access.Key{}, provenance.RefuseField("days", provenance.Invalid, fmt.Sprintf("is not a number from 1 to %d", longestKey), "say for how many days the key is to be good")
	}
	return access.Key{Name: asked.Name, Scopes: asked.Scopes, Until: s.Now().UTC().Truncate(time.Second).AddDate(0, 0, asked.Days)}, nil
}

var keyName = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

func areScopes(scopes []access.Scope) bool {
	for i, scope := range scopes {
		if !slices.Contains(access.Scopes(), scope) || slices.Contains(scopes[:i], scope) {
			return false
		}
	}
	return len(scopes) > 0
}

// machineKey is a key as its owner is shown it.
type machineKey struct {
	ID     string         `json:"id"`
	Name   string         `json:"name"`
	Scopes []access.Scope `json:"scopes"`
	Made   string         `json:"made"`
	Until  string         `json:"until"`
	Used   string         `json:"used,omitempty"`
	Key    string         `json:"key,omitempty"` // once, when it is made
}

func shown(k access.Key) machineKey {
	out := machineKey{ID: k.ID, Name: k.Name, Scopes: k.Scopes, Made: provenance.FormatInstant(k.Made), Until: provenance.FormatInstant(k.Until)}
	if !k.Used.IsZero() {
		out.Used = provenance.FormatInstant(k.Used)
	}
	return out
}
