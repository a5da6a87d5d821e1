package access

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// clock is a time that a test sets.
type clock struct{ at time.Time }

func (c *clock) now() time.Time        { return c.at }
func (c *clock) pass(d time.Duration)  { c.at = c.at.Add(d) }
func path(t testing.TB) string         { return filepath.Join(t.TempDir(), "access.sqlite") }
func request(text string) (d [32]byte) { return sha256.Sum256([]byte(text)) }
func begin() *clock                    { return &clock{time.Date(2026, 12, 2, 10, 0, 0, 0, time.UTC)} }
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func open(t testing.TB, file string, c *clock) *Store {
	t.Helper()
	s := must[*Store](t)(Open(file, c.now))
	t.Cleanup(func() { s.Close() })
	return s
}

func TestAnAnswerOutlivesTheProcessAndThenEnds(t *testing.T) {
	c, file := begin(), path(t)
	first := must[*Store](t)(Open(file, c.now))
	want := Answer{Status: 201, Location: "/v1/transactions/ab", Body: []byte(`{"state":"committed"}`)}
	if err := first.Keep(t.Context(), "key-1", request("one"), want, time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := first.Keep(t.Context(), "key-1", request("one"), Answer{Status: 500, Body: []byte("{}")}, time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, file, c)
	got := must[*Answer](t)(s.Recall(t.Context(), "key-1", request("one")))
	if got == nil || got.Status != want.Status || got.Location != want.Location || string(got.Body) != string(want.Body) {
		t.Errorf("recalled %+v", got)
	}
	if _, err := s.Recall(t.Context(), "key-1", request("two")); !errors.Is(err, ErrOtherRequest) {
		t.Errorf("another request: %v", err)
	}
	if got := must[*Answer](t)(s.Recall(t.Context(), "key-2", request("one"))); got != nil {
		t.Errorf("another key: %+v", got)
	}
	c.pass(time.Hour)
	if got := must[*Answer](t)(s.Recall(t.Context(), "key-1", request("two"))); got != nil {
		t.Errorf("after its time: %+v", got)
	}
}

func TestAnswersTakeBoundedRoom(t *testing.T) {
	s := open(t, path(t), begin())
	large := make([]byte, 8<<20)
	for n := range 20 {
		if err := s.Keep(t.Context(), fmt.Sprint("key-", n), request("one"), Answer{Status: 202, Body: large}, time.Hour+time.Duration(n)*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	var size int64
	if err := s.db.QueryRow(`SELECT sum(length(body)) FROM answer`).Scan(&size); err != nil || size > maxKept || size == 0 {
		t.Errorf("%d bytes are kept, %v", size, err)
	}
}

func TestOnlyAFileOfOursIsOpened(t *testing.T) {
	file := path(t)
	db := must[*sql.DB](t)(sql.Open("sqlite", file))
	if _, err := db.Exec(`CREATE TABLE theirs (n)`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	if _, err := Open(file, nil); !errors.Is(err, ErrForeign) {
		t.Errorf("another program's: %v", err)
	}
	newer := path(t)
	s := must[*Store](t)(Open(newer, nil))
	if _, err := s.db.Exec(`PRAGMA user_version = 1000`); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := Open(newer, nil); !errors.Is(err, ErrNewer) {
		t.Errorf("a later version's: %v", err)
	}
	garbage := path(t)
	if err := os.WriteFile(garbage, []byte("no database at all, but long enough to be read as one ..........................................."), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(garbage, nil); err == nil {
		t.Error("no database was opened")
	}
}
