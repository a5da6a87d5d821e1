package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Scope is what a machine's key is good for. None of them is to sign in, or to
// make or revoke keys.
type Scope string

// The scopes.
const (
	ScopeHistory Scope = "history" // to read what anybody may read
	ScopeFull    Scope = "full"    // that, and what the key's member is shown
	ScopeRelay   Scope = "relay"   // to have authors' transactions relayed
)

// Scopes lists them.
func Scopes() []Scope { return []Scope{ScopeHistory, ScopeFull, ScopeRelay} }

// KeyPrefix begins every key, so that people and scanners know one when they see
// it where it should not be.
const KeyPrefix = "fairlead_"

// MostKeys is how many keys a member has at a time.
const MostKeys = 20

// Key is a machine's key, without its secret. It is its member's: it opens no
// more than they may read, and nothing once they have lost their standing.
type Key struct {
	ID     string // the part of it that may be shown
	Org    provenance.Org
	Member string
	Name   string
	Scopes []Scope
	Made   time.Time
	Until  time.Time
	Used   time.Time // to the minute; zero when it never was
}

// ErrNoKey: there is no such key, or not any more.
var ErrNoKey = errors.New("no such key is in force")

// ErrTooManyKeys: the member has MostKeys already.
var ErrTooManyKeys = errors.New("the member has as many keys as anybody may have")

// NewKey makes a key for a member. What it gives is shown once.
func (s *Store) NewKey(ctx context.Context, k Key) (Secret, Key, error) {
	var id [6]byte
	rand.Read(id[:]) // never fails
	k.ID, k.Made, k.Used = hex.EncodeToString(id[:]), s.now().UTC().Truncate(time.Second), time.Time{}
	secret := Secret(KeyPrefix + k.ID + "_" + string(draw()))
	err := s.change(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM machine WHERE until <= ?`, k.Made.Unix()); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM machine WHERE org = ? AND member = ?`, k.Org, k.Member).Scan(&n); err != nil {
			return err
		}
		if n >= MostKeys {
			return ErrTooManyKeys
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO machine VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)`,
			k.ID, secret.hash(), k.Org, k.Member, k.Name, joined(k.Scopes), k.Made.Unix(), k.Until.Unix())
		return err
	})
	if err != nil {
		return "", Key{}, fmt.Errorf("making a key: %w", err)
	}
	return secret, k, nil
}

// UseKey gives the key that a secret is, when it is in force. How long it takes
// tells nothing of a secret that is nearly right.
func (s *Store) UseKey(ctx context.Context, secret Secret) (Key, error) {
	id, _, _ := strings.Cut(strings.TrimPrefix(string(secret), KeyPrefix), "_")
	k, hash, err := scanKey(s.db.QueryRowContext(ctx, sqlKeys+` WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		k, hash, err = Key{}, make([]byte, sha256.Size), nil
	}
	if err != nil {
		return Key{}, fmt.Errorf("looking for a key: %w", err)
	}
	now := s.now()
	if subtle.ConstantTimeCompare(hash, secret.hash()) != 1 || !now.Before(k.Until) {
		return Key{}, ErrNoKey
	}
	if now.Sub(k.Used) >= time.Minute {
		if _, err := s.db.ExecContext(ctx, `UPDATE machine SET used = ? WHERE id = ?`, now.Unix(), id); err != nil {
			return Key{}, fmt.Errorf("noting the use of a key: %w", err)
		}
	}
	return k, nil
}

// Keys lists a member's keys, the newest first.
func (s *Store) Keys(ctx context.Context, org provenance.Org, member string) ([]Key, error) {
	rows, err := s.db.QueryContext(ctx, sqlKeys+` WHERE org = ? AND member = ? AND until > ? ORDER BY made DESC, id`, org, member, s.now().Unix())
	if err != nil {
		return nil, fmt.Errorf("listing keys: %w", err)
	}
	defer rows.Close()
	keys := []Key{}
	for rows.Next() {
		k, _, err := scanKey(rows)
		if err != nil {
			return nil, fmt.Errorf("listing keys: %w", err)
		}
		keys = append(keys, k)
	}
	return keys, rows.Err()
}

// RevokeKey ends a member's key at once; ErrNoKey when it is none of theirs.
func (s *Store) RevokeKey(ctx context.Context, org provenance.Org, member, id string) error {
	result, err := s.db.ExecContext(ctx, `DELETE FROM machine WHERE id = ? AND org = ? AND member = ?`, id, org, member)
	if err != nil {
		return fmt.Errorf("revoking a key: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, ErrNoKey)
	}
	return nil
}

const sqlKeys = `SELECT id, hash, org, member, name, scopes, made, until, used FROM machine`

func scanKey(row interface{ Scan(...any) error }) (k Key, hash []byte, err error) {
	var scopes string
	var made, until, used int64
	if err := row.Scan(&k.ID, &hash, &k.Org, &k.Member, &k.Name, &scopes, &made, &until, &used); err != nil {
		return Key{}, nil, err
	}
	k.Made, k.Until = time.Unix(made, 0).UTC(), time.Unix(until, 0).UTC()
	if used > 0 {
		k.Used = time.Unix(used, 0).UTC()
	}
	for scope := range strings.FieldsSeq(scopes) {
		k.Scopes = append(k.Scopes, Scope(scope))
	}
	return k, hash, nil
}

func joined(scopes []Scope) string {
	words := make([]string, len(scopes))
	for i, s := range scopes {
		words[i] = string(s)
	}
	return strings.Join(words, " ")
}

// Allows says whether the key is good for something.
func (k Key) Allows(scope Scope) bool {
	return slices.Contains(k.Scopes, scope) || scope == ScopeHistory && slices.Contains(k.Scopes, ScopeFull)
}
