package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// How long a challenge waits for its signature, a session lasts unused and at
// all, and a session's secret is used before it is exchanged for another.
const (
	challengeLasts = 2 * time.Minute
	FlowLasts      = 10 * time.Minute // of one who signs in elsewhere
	sessionIdle    = 30 * time.Minute
	sessionLasts   = 12 * time.Hour
	secretLasts    = 5 * time.Minute
	secretOverlaps = 30 * time.Second // for requests under way with the one before
)

// ErrNotSignedIn: no session belongs to the secret.
var ErrNotSignedIn = errors.New("no session belongs to this")

// Session is somebody who has signed in. What a member may do is not in it: the
// ledger says that anew each time.
type Session struct {
	Org    provenance.Org
	Member string // identifier of the member's record, or a number of no meaning
	Party  string // as whose staff, empty for a member
	Until  time.Time
}

// Secret opens something. It is shown once and kept as its hash alone.
type Secret string

func draw() Secret {
	var bits [32]byte
	rand.Read(bits[:]) // never fails
	return Secret(base64.RawURLEncoding.EncodeToString(bits[:]))
}

func (s Secret) hash() []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:]
}

// Challenge draws a text to be signed, once and soon.
func (s *Store) Challenge(ctx context.Context) (Secret, error) {
	return s.challenge(ctx, challengeLasts)
}

// Flow draws the secret of one who goes to sign in elsewhere. It is spent as a
// challenge is.
func (s *Store) Flow(ctx context.Context) (Secret, error) { return s.challenge(ctx, FlowLasts) }

func (s *Store) challenge(ctx context.Context, lasts time.Duration) (Secret, error) {
	challenge, now := draw(), s.now()
	err := s.change(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM challenge WHERE until <= ?`, now.Unix()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO challenge VALUES (?, ?)`, challenge.hash(), now.Add(lasts).Unix())
		return err
	})
	if err != nil {
		return "", fmt.Errorf("keeping a challenge: %w", err)
	}
	return challenge, nil
}

// Spend says whether a challenge was given out here and not spent; it is now.
func (s *Store) Spend(ctx context.Context, challenge Secret) (bool, error) {
	result, err := s.db.ExecContext(ctx, `DELETE FROM challenge WHERE hash = ? AND until > ?`, challenge.hash(), s.now().Unix())
	if err != nil {
		return false, fmt.Errorf("spending a challenge: %w", err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// Begin begins a session, whose end is decided here, and gives the secret that opens it.
func (s *Store) Begin(ctx context.Context, session Session) (Secret, error) {
	secret, now := draw(), s.now()
	err := s.change(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM session WHERE until <= ? OR seen <= ?`, now.Unix(), now.Add(-sessionIdle).Unix()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO session (hash, drawn, org, member, party, until, seen) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			secret.hash(), now.Unix(), session.Org, session.Member, session.Party, now.Add(sessionLasts).Unix(), now.Unix())
		return err
	})
	if err != nil {
		return "", fmt.Errorf("beginning a session: %w", err)
	}
	return secret, nil
}

// Resume gives the session that a secret opens. Now and then it gives another
// secret, which is to be used from now on; empty when the old one stays.
func (s *Store) Resume(ctx context.Context, secret Secret) (Session, Secret, error) {
	var session Session
	var next Secret
	now := s.now()
	err := s.change(ctx, func(tx *sql.Tx) error {
		var id, until, drawn int64
		var current bool
		err := tx.QueryRowContext(ctx, `SELECT id, org, member, party, until, drawn, hash = ?1 FROM session
			WHERE until > ?2 AND seen > ?3 AND (hash = ?1 OR before = ?1 AND drawn > ?4)`,
			secret.hash(), now.Unix(), now.Add(-sessionIdle).Unix(), now.Add(-secretOverlaps).Unix()).
			Scan(&id, &session.Org, &session.Member, &session.Party, &until, &drawn, &current)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotSignedIn
		}
		if err != nil {
			return err
		}
		session.Until = time.Unix(until, 0).UTC()
		if current && now.Sub(time.Unix(drawn, 0)) >= secretLasts {
			next = draw()
			_, err = tx.ExecContext(ctx, `UPDATE session SET before = hash, hash = ?, drawn = ?, seen = ? WHERE id = ?`, next.hash(), now.Unix(), now.Unix(), id)
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE session SET seen = ? WHERE id = ?`, now.Unix(), id)
		return err
	})
	if err != nil {
		return Session{}, "", fmt.Errorf("resuming a session: %w", err)
	}
	return session, next, nil
}

// End ends the session that a secret opens, and EndAll all of a member's.
func (s *Store) End(ctx context.Context, secret Secret) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM session WHERE hash = ?1 OR before = ?1`, secret.hash())
	return err
}

func (s *Store) EndAll(ctx context.Context, org provenance.Org, member string) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM session WHERE org = ? AND member = ?`, org, member)
	return err
}
