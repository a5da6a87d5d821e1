package access

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// FuzzAnswers keeps any answer under any key: it comes back whole to who has the
// key and the request, and to nobody else.
func FuzzAnswers(f *testing.F) {
	s := open(f, path(f), begin())
	f.Add("/v1/audits\n01ARZ3NDEKTSV4RRFFQ69G5FAV", []byte(`{"id":"x"}`), 201, "/v1/transactions/ab", []byte(`{}`))
	f.Add("", []byte(nil), 0, "", []byte(nil))
	f.Add("a\x00b", []byte("\xff"), -1, "\xff", []byte("\x00"))
	f.Fuzz(func(t *testing.T, key string, request []byte, status int, location string, body []byte) {
		ctx, asked := t.Context(), sha256.Sum256(request)
		// The store outlives each attempt, so that another may have had the key.
		before, err := s.Recall(ctx, key, asked)
		if errors.Is(err, ErrOtherRequest) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		want := Answer{Status: status, Location: location, Body: body}
		if before != nil {
			want = *before
		}
		if err := s.Keep(ctx, key, asked, want, time.Hour); err != nil {
			t.Fatal(err)
		}
		got, err := s.Recall(ctx, key, asked)
		if err != nil || got == nil || got.Status != want.Status || got.Location != want.Location || !bytes.Equal(got.Body, want.Body) {
			t.Errorf("kept %+v, recalled %+v (%v)", want, got, err)
		}
		if _, err := s.Recall(ctx, key, sha256.Sum256(append(request, 'x'))); !errors.Is(err, ErrOtherRequest) {
			t.Errorf("another request with the key: %v", err)
		}
		if other, err := s.Recall(ctx, key+"\x00", sha256.Sum256(append(request, "another"...))); other != nil {
			t.Errorf("another key gives %+v (%v)", other, err)
		}
	})
}

// FuzzSecrets shows anything as a session's secret, as a machine's key and as a
// challenge: it opens and spends nothing but what was given out.
func FuzzSecrets(f *testing.F) {
	s := open(f, path(f), begin())
	secret := must[Secret](f)(s.Begin(f.Context(), Session{Org: provenance.Auditors, Member: "01ARZ3NDEKTSV4RRFFQ69G5FAV"}))
	key, _, err := s.NewKey(f.Context(), Key{Org: provenance.Brands, Member: "01ARZ3NDEKTSV4RRFFQ69G5FAV", Scopes: Scopes(), Until: begin().at.Add(time.Hour)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(key))
	f.Add(string(key[:len(KeyPrefix)+13]))
	f.Add(string(secret))
	f.Add("")
	f.Add(string(must[Secret](f)(s.Challenge(f.Context()))) + " ")
	f.Fuzz(func(t *testing.T, text string) {
		session, next, err := s.Resume(t.Context(), Secret(text))
		if ours := Secret(text) == secret; ours != (err == nil) || !ours && !errors.Is(err, ErrNotSignedIn) {
			t.Errorf("%q opens the session of %q (%v)", text, session.Member, err)
		}
		if next != "" {
			t.Error("the secret is drawn anew though no time has passed")
		}
		if k, err := s.UseKey(t.Context(), Secret(text)); (Secret(text) == key) != (err == nil) || err != nil && !errors.Is(err, ErrNoKey) {
			t.Errorf("%q is the key %q (%v)", text, k.ID, err)
		}
		if spent, err := s.Spend(t.Context(), Secret(text)); spent || err != nil {
			t.Errorf("%q is spent as a challenge (%v)", text, err)
		}
	})
}
