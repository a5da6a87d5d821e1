package remote

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// The session itself is a cookie: the client that the Relay was made with
// carries it.

// Member is who a gateway takes the caller for.
type Member struct {
	Org    provenance.Org    `json:"org"`
	Member string            `json:"member"`
	Party  string            `json:"party"`
	Roles  []provenance.Role `json:"roles"`
}

// Challenge is a text to be signed. The address is the one that the gateway says
// it has: whoever signs sees to it that it is the one spoken to.
type Challenge struct {
	Challenge string `json:"challenge"`
	Address   string `json:"address"`
}

// Challenge asks for a text to sign in with.
func (r *Relay) Challenge(ctx context.Context) (Challenge, error) {
	var c Challenge
	if err := r.send(ctx, "/v1/session/challenges", nil, []byte("{}"), &c); err != nil {
		return Challenge{}, fmt.Errorf("asking for a challenge: %w", err)
	}
	return c, nil
}

// SignIn hands in a signed challenge.
func (r *Relay) SignIn(ctx context.Context, author ledger.Identity, challenge string, signature []byte) (Member, error) {
	header, err := names(author)
	if err != nil {
		return Member{}, err
	}
	body, err := json.Marshal(map[string]string{"challenge": challenge, "signature": base64.StdEncoding.EncodeToString(signature)})
	if err != nil {
		return Member{}, err
	}
	var m Member
	if err := r.send(ctx, "/v1/session", header, body, &m); err != nil {
		return Member{}, fmt.Errorf("signing in: %w", err)
	}
	return m, nil
}

// SignedIn asks who is signed in.
func (r *Relay) SignedIn(ctx context.Context) (Member, error) {
	var m Member
	if err := r.get(ctx, "/v1/session", nil, &m); err != nil {
		return Member{}, fmt.Errorf("asking who is signed in: %w", err)
	}
	return m, nil
}

// SignOut ends the session at the gateway, or with everywhere all of the
// member's.
func (r *Relay) SignOut(ctx context.Context, everywhere bool) error {
	path := "/v1/session"
	if everywhere {
		path = "/v1/sessions"
	}
	if err := r.remove(ctx, path); err != nil {
		return fmt.Errorf("signing out: %w", err)
	}
	return nil
}

// Record asks for one record, as the gateway answers.
func (r *Relay) Record(ctx context.Context, kind provenance.Kind, id string) (json.RawMessage, error) {
	var answer json.RawMessage
	if err := r.get(ctx, "/v1/records/"+url.PathEscape(string(kind))+"/"+url.PathEscape(id), nil, &answer); err != nil {
		return nil, fmt.Errorf("asking for %s %s: %w", kind, id, err)
	}
	return answer, nil
}

// Key is a machine's key as its owner is shown it.
type Key struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Scopes []string `json:"scopes"`
	Made   string   `json:"made"`
	Until  string   `json:"until"`
	Used   string   `json:"used,omitempty"`
	Key    string   `json:"key,omitempty"` // once, when it is made
}

// NewKey makes a key for so many days.
func (r *Relay) NewKey(ctx context.Context, name string, scopes []string, days int) (Key, error) {
	body, err := json.Marshal(map[string]any{"name": name, "scopes": append([]string{}, scopes...), "days": days})
	if err != nil {
		return Key{}, err
	}
	var k Key
	if err := r.send(ctx, "/v1/keys", nil, body, &k); err != nil {
		return Key{}, fmt.Errorf("making a key: %w", err)
	}
	return k, nil
}

// Keys lists the keys of who is signed in.
func (r *Relay) Keys(ctx context.Context) ([]Key, error) {
	var list struct {
		Keys []Key `json:"keys"`
	}
	if err := r.get(ctx, "/v1/keys", nil, &list); err != nil {
		return nil, fmt.Errorf("listing keys: %w", err)
	}
	return list.Keys, nil
}

// RevokeKey ends a key.
func (r *Relay) RevokeKey(ctx context.Context, id string) error {
	if err := r.remove(ctx, "/v1/keys/"+url.PathEscape(id)); err != nil {
		return fmt.Errorf("revoking a key: %w", err)
	}
	return nil
}

func (r *Relay) remove(ctx context.Context, path string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodDelete, r.base+path, nil)
	if err != nil {
		return err
	}
	return r.do(request, nil)
}
