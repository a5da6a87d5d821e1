// Package staff lets the staff of brands in by their employers' OpenID providers.
// What comes of it is a right to read what their brand may read: no provider makes
// anybody an author.
package staff

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Settings is the file that names a provider and whom it may let in.
type Settings struct {
	Issuer     string    `json:"issuer"`
	ClientID   string    `json:"clientId"`
	SecretFile string    `json:"secretFile,omitempty"` // beside the settings unless the path is whole; none for a public client
	Scopes     []string  `json:"scopes,omitempty"`     // beside openid, as the claims need them
	Readers    []Mapping `json:"readers"`
}

// Mapping lets those whose claim has a value read as a brand's party. The claim is
// a text, or a list that holds it.
type Mapping struct {
	Claim string `json:"claim"`
	Value string `json:"value"`
	Party string `json:"party"`
}

// Person is who the provider says has come: a number of no meaning, and the party
// they read as.
type Person struct {
	Number string
	Party  string
}

// ErrNoReader: the provider knows the person, and the settings let them read as
// nobody.
var ErrNoReader = errors.New("no claim of theirs makes them a reader")

// ErrNotLetIn: what came back is no answer of the provider's to this beginning.
var ErrNotLetIn = errors.New("the provider did not let them in")

// patience bounds what is waited for a provider.
const patience = 15 * time.Second

// Door is the way in. It may be used concurrently.
type Door struct {
	settings Settings
	secret   string
	redirect string
	client   *http.Client

	mu       sync.Mutex
	provider *oidc.Provider // found when it is first needed
}

// Open reads the settings. redirect is where the provider sends people back to.
func Open(path, redirect string) (*Door, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading who lets staff in: %w", err)
	}
	d := &Door{redirect: redirect, client: &http.Client{Timeout: patience}}
	if refusal := provenance.Decode(text, &d.settings); refusal != nil {
		return nil, fmt.Errorf("reading %s: %s", path, refusal.Message)
	}
	if err := d.settings.check(); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	if file := d.settings.SecretFile; file != "" {
		if !filepath.IsAbs(file) {
			file = filepath.Join(filepath.Dir(path), file)
		}
		secret, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading the secret that the provider knows this gateway by: %w", err)
		}
		d.secret = strings.TrimSpace(string(secret))
	}
	return d, nil
}

func (s Settings) check() error {
	issuer, err := url.Parse(s.Issuer)
	if err != nil || issuer.Host == "" || issuer.Scheme != "https" && !(issuer.Scheme == "http" && (issuer.Hostname() == "localhost" || issuer.Hostname() == "127.0.0.1")) {
		return errors.New("issuer is no https address: write the one that the provider's tokens name")
	}
	if s.ClientID == "" || len(s.Readers) == 0 {
		return errors.New("clientId or readers is missing: write what the provider calls this gateway, and who may read as which party")
	}
	for i, m := range s.Readers {
		if m.Claim == "" || m.Value == "" || !partyID.MatchString(m.Party) {
			return fmt.Errorf("readers[%d] lacks a claim, a value or a party: write all three, the party by its identifier", i)
		}
	}
	return nil
}

var partyID = regexp.MustCompile(`^[0-7][0-9A-HJKMNP-TV-Z]{25}$`)

// Still says whether anybody is let in as a party: sessions of before do not
// outlast the settings.
func (d *Door) Still(party string) bool {
	return slices.ContainsFunc(d.settings.Readers, func(m Mapping) bool { return m.Party == party })
}

// Begin gives the address of the provider's that a browser is sent to. All that has
// to be known again later follows from the secret, which stays in that browser.
func (d *Door) Begin(ctx context.Context, secret string) (string, error) {
	config, _, err := d.config(ctx)
	if err != nil {
		return "", err
	}
	return config.AuthCodeURL(State(secret), oidc.Nonce(derived(secret, "nonce")), oauth2.S256ChallengeOption(derived(secret, "verifier"))), nil
}

// State is what the provider gives back with whoever began with a secret.
func State(secret string) string { return derived(secret, "state") }

func derived(secret, purpose string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(purpose)) // never fails
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// End exchanges the code that a person came back with. Its state was compared
// before.
func (d *Door) End(ctx context.Context, secret, code string) (Person, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, d.client), patience)
	defer cancel()
	config, provider, err := d.config(ctx)
	if err != nil {
		return Person{}, err
	}
	tokens, err := config.Exchange(ctx, code, oauth2.VerifierOption(derived(secret, "verifier")))
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.Response != nil && refused.Response.StatusCode < http.StatusInternalServerError:
		return Person{}, ErrNotLetIn
	case err != nil:
		return Person{}, fmt.Errorf("exchanging a code at the provider: %w", err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	id, err := provider.Verifier(&oidc.Config{ClientID: d.settings.ClientID}).Verify(ctx, raw)
	if err != nil || !hmac.Equal([]byte(id.Nonce), []byte(derived(secret, "nonce"))) {
		return Person{}, ErrNotLetIn
	}
	var claims map[string]json.RawMessage
	if err := id.Claims(&claims); err != nil {
		return Person{}, fmt.Errorf("reading the provider's claims: %w", err)
	}
	if err := d.more(ctx, provider, config.TokenSource(ctx, tokens), id.Subject, claims); err != nil {
		return Person{}, err
	}
	for _, m := range d.settings.Readers {
		if holds(claims[m.Claim], m.Value) {
			number := sha256.Sum256([]byte(id.Issuer + "\n" + id.Subject))
			return Person{Number: hex.EncodeToString(number[:16]), Party: m.Party}, nil
		}
	}
	return Person{}, ErrNoReader
}

// more adds the claims that the provider tells on being asked, where it does; what
// the signed token says goes before.
func (d *Door) more(ctx context.Context, provider *oidc.Provider, tokens oauth2.TokenSource, subject string, claims map[string]json.RawMessage) error {
	if provider.UserInfoEndpoint() == "" {
		return nil
	}
	info, err := provider.UserInfo(ctx, tokens)
	if err != nil {
		return fmt.Errorf("asking the provider who has come: %w", err)
	}
	if info.Subject != subject {
		return ErrNotLetIn
	}
	var told map[string]json.RawMessage
	if err := info.Claims(&told); err != nil {
		return fmt.Errorf("reading the provider's claims: %w", err)
	}
	for name, value := range told {
		if _, signed := claims[name]; !signed {
			claims[name] = value
		}
	}
	return nil
}

func holds(claim json.RawMessage, value string) bool {
	var one string
	if json.Unmarshal(claim, &one) == nil {
		return one == value
	}
	var many []string
	return json.Unmarshal(claim, &many) == nil && slices.Contains(many, value)
}

func (d *Door) config(ctx context.Context) (*oauth2.Config, *oidc.Provider, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.provider == nil {
		// The provider keeps this context, to fetch keys later.
		provider, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), d.client), d.settings.Issuer)
		if err != nil {
			return nil, nil, fmt.Errorf("asking the provider how it is used: %w", err)
		}
		d.provider = provider
	}
	return &oauth2.Config{
		ClientID: d.settings.ClientID, ClientSecret: d.secret, Endpoint: d.provider.Endpoint(), RedirectURL: d.redirect,
		Scopes: append([]string{oidc.ScopeOpenID}, d.settings.Scopes...),
	}, d.provider, nil
}
