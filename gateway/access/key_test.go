package access

import (
	"bytes"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// wanted is a key for a day.
func wanted(c *clock, member string, scopes ...Scope) Key {
	return Key{Org: provenance.Brands, Member: member, Name: "nightly", Scopes: scopes, Until: c.at.Add(24 * time.Hour)}
}

func TestAKeyIsGoodUntilItEndsOrIsRevoked(t *testing.T) {
	c := begin()
	s := open(t, path(t), c)
	secret, made, err := s.NewKey(t.Context(), wanted(c, someone, ScopeFull))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^fairlead_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$`).MatchString(string(secret)) {
		t.Errorf("nobody knows %s for a key", secret)
	}
	got := must[Key](t)(s.UseKey(t.Context(), secret))
	if got.ID != made.ID || got.Member != someone || got.Org != provenance.Brands || !got.Allows(ScopeFull) || !got.Allows(ScopeHistory) || got.Allows(ScopeRelay) {
		t.Errorf("the key is %+v", got)
	}
	last := string(secret[len(secret)-1])
	for _, wrong := range []Secret{"", KeyPrefix, Secret(KeyPrefix + made.ID), secret[:len(secret)-1], secret + "x", Secret(strings.TrimSuffix(string(secret), last)) + "!", Secret(strings.TrimPrefix(string(secret), KeyPrefix)), "fairlead_000000000000_" + secret[len(secret)-43:]} {
		if _, err := s.UseKey(t.Context(), wrong); !errors.Is(err, ErrNoKey) {
			t.Errorf("%q is taken: %v", wrong, err)
		}
	}
	if err := s.RevokeKey(t.Context(), provenance.Brands, "01ARZ3NDEKTSV4RRFFQ69G5FAW", made.ID); !errors.Is(err, ErrNoKey) {
		t.Errorf("another member revokes it: %v", err)
	}
	if err := s.RevokeKey(t.Context(), provenance.Auditors, someone, made.ID); !errors.Is(err, ErrNoKey) {
		t.Errorf("another organisation revokes it: %v", err)
	}
	must[Key](t)(s.UseKey(t.Context(), secret))
	if err := s.RevokeKey(t.Context(), provenance.Brands, someone, made.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.UseKey(t.Context(), secret); !errors.Is(err, ErrNoKey) {
		t.Errorf("revoked, and taken: %v", err)
	}
	second, _, err := s.NewKey(t.Context(), wanted(c, someone, ScopeRelay))
	if err != nil {
		t.Fatal(err)
	}
	c.pass(24*time.Hour - time.Second)
	must[Key](t)(s.UseKey(t.Context(), second))
	c.pass(time.Second)
	if _, err := s.UseKey(t.Context(), second); !errors.Is(err, ErrNoKey) {
		t.Errorf("ended, and taken: %v", err)
	}
}

func TestAMemberListsTheirOwnKeys(t *testing.T) {
	c := begin()
	s := open(t, path(t), c)
	for range MostKeys {
		c.pass(time.Second)
		if _, _, err := s.NewKey(t.Context(), wanted(c, someone, ScopeHistory)); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := s.NewKey(t.Context(), wanted(c, someone, ScopeHistory)); !errors.Is(err, ErrTooManyKeys) {
		t.Errorf("one more: %v", err)
	}
	secret, other, err := s.NewKey(t.Context(), wanted(c, "01ARZ3NDEKTSV4RRFFQ69G5FAW", ScopeHistory))
	if err != nil {
		t.Fatal(err)
	}
	must[Key](t)(s.UseKey(t.Context(), secret))
	all := must[[]Key](t)(s.Keys(t.Context(), provenance.Brands, someone))
	if len(all) != MostKeys || !all[0].Made.After(all[1].Made) || !all[0].Used.IsZero() {
		t.Errorf("%d keys, the first %+v", len(all), all[0])
	}
	if theirs := must[[]Key](t)(s.Keys(t.Context(), provenance.Brands, other.Member)); len(theirs) != 1 || theirs[0].Used.IsZero() {
		t.Errorf("the other's are %+v", theirs)
	}
	c.pass(25 * time.Hour)
	if left := must[[]Key](t)(s.Keys(t.Context(), provenance.Brands, someone)); len(left) != 0 {
		t.Errorf("%d keys that have ended are listed", len(left))
	}
	if _, _, err := s.NewKey(t.Context(), wanted(c, someone, ScopeHistory)); err != nil {
		t.Errorf("those that ended count: %v", err)
	}
}

func TestNoKeyIsInTheFile(t *testing.T) {
	c, file := begin(), path(t)
	s := must[*Store](t)(Open(file, c.now))
	secret, made, err := s.NewKey(t.Context(), wanted(c, someone, ScopeHistory))
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	text := must[[]byte](t)(os.ReadFile(file))
	if bytes.Contains(text, []byte(secret[len(secret)-43:])) || !bytes.Contains(text, []byte(made.ID)) {
		t.Error("the secret is in the file, or the key is not")
	}
}
