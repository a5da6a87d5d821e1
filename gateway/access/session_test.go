package access

import (
	"bytes"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

const someone = "01ARZ3NDEKTSV4RRFFQ69G5FAV"

func TestAChallengeIsSpentOnceAndSoon(t *testing.T) {
	c := begin()
	s := open(t, path(t), c)
	spend := func(challenge Secret) bool { return must[bool](t)(s.Spend(t.Context(), challenge)) }
	first, second := must[Secret](t)(s.Challenge(t.Context())), must[Secret](t)(s.Challenge(t.Context()))
	if !spend(first) || spend(first) || spend("made up") {
		t.Error("a challenge is taken twice, or one that nobody gave out")
	}
	c.pass(challengeLasts)
	if spend(second) {
		t.Error("an old challenge is taken")
	}
}

func TestWhoSignsInElsewhereHasTenMinutes(t *testing.T) {
	c := begin()
	s := open(t, path(t), c)
	in, late := must[Secret](t)(s.Flow(t.Context())), must[Secret](t)(s.Flow(t.Context()))
	c.pass(FlowLasts - time.Second)
	if !must[bool](t)(s.Spend(t.Context(), in)) || must[bool](t)(s.Spend(t.Context(), in)) {
		t.Error("who comes back is not let in, or twice")
	}
	c.pass(time.Second)
	if must[bool](t)(s.Spend(t.Context(), late)) {
		t.Error("who comes back late is let in")
	}
}

func TestASessionChangesItsSecretAndEnds(t *testing.T) {
	c := begin()
	s := open(t, path(t), c)
	secret := must[Secret](t)(s.Begin(t.Context(), Session{Org: provenance.Auditors, Member: someone}))
	resume := func(secret Secret) (Session, Secret, bool) {
		session, next, err := s.Resume(t.Context(), secret)
		if err != nil && !errors.Is(err, ErrNotSignedIn) {
			t.Fatal(err)
		}
		return session, next, err == nil
	}
	if got, next, ok := resume(secret); !ok || next != "" || got.Org != provenance.Auditors || got.Member != someone {
		t.Errorf("resumed %+v, %q, %v", got, next, ok)
	}
	c.pass(secretLasts)
	_, next, ok := resume(secret)
	if !ok || next == "" || next == secret {
		t.Fatal("the secret stays")
	}
	if _, again, ok := resume(secret); !ok || again != "" {
		t.Error("a request under way with the old secret fails, or draws another")
	}
	c.pass(secretOverlaps)
	if _, _, ok := resume(secret); ok {
		t.Error("the old secret is good for ever")
	}
	c.pass(sessionIdle)
	if _, _, ok := resume(next); ok {
		t.Error("a session that nobody uses goes on")
	}
	busy := must[Secret](t)(s.Begin(t.Context(), Session{Org: provenance.Auditors, Member: someone}))
	for began := c.at; c.at.Sub(began) < sessionLasts; c.pass(sessionIdle - time.Second) {
		_, next, ok := resume(busy)
		if !ok {
			t.Fatalf("a session in use ends after %v", c.at.Sub(began))
		}
		if next != "" {
			busy = next
		}
	}
	if _, _, ok := resume(busy); ok {
		t.Error("a session in use never ends")
	}
}

func TestSigningOut(t *testing.T) {
	s := open(t, path(t), begin())
	var secrets []Secret
	for _, member := range []string{someone, someone, someone, "01ARZ3NDEKTSV4RRFFQ69G5FAW"} {
		secrets = append(secrets, must[Secret](t)(s.Begin(t.Context(), Session{Org: provenance.Brands, Member: member})))
	}
	if err := s.End(t.Context(), secrets[0]); err != nil {
		t.Fatal(err)
	}
	for n, want := range []bool{false, true, true, true} {
		if _, _, err := s.Resume(t.Context(), secrets[n]); (err == nil) != want {
			t.Errorf("signed out of one: session %d: %v", n, err)
		}
	}
	if err := s.EndAll(t.Context(), provenance.Brands, someone); err != nil {
		t.Fatal(err)
	}
	for n, want := range []bool{false, false, false, true} {
		if _, _, err := s.Resume(t.Context(), secrets[n]); (err == nil) != want {
			t.Errorf("signed out of all: session %d: %v", n, err)
		}
	}
}

func TestNoSecretIsInTheFile(t *testing.T) {
	file := path(t)
	s := must[*Store](t)(Open(file, nil))
	secret, challenge := must[Secret](t)(s.Begin(t.Context(), Session{Org: provenance.Brands, Member: someone})), must[Secret](t)(s.Challenge(t.Context()))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	text := must[[]byte](t)(os.ReadFile(file))
	if bytes.Contains(text, []byte(secret)) || bytes.Contains(text, []byte(challenge)) || !bytes.Contains(text, []byte(someone)) {
		t.Error("a secret is in the file, or the session is not")
	}
}
