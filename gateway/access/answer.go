package access

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Answer is what a request was answered, to be said again.
type Answer struct {
	Status   int
	Location string
	Body     []byte
}

// ErrOtherRequest: the same key came with another request before.
var ErrOtherRequest = errors.New("the key came with another request before")

// maxKept bounds what the answers take, for some can be had by strangers. The
// ones that end soonest go first; a request that comes again is then done anew.
const maxKept = 64 << 20

// Recall gives the answer kept under a key, nil when there is none. The request
// is told from others by its digest.
func (s *Store) Recall(ctx context.Context, key string, request [sha256.Size]byte) (*Answer, error) {
	var a Answer
	var asked []byte
	hash := sha256.Sum256([]byte(key))
	err := s.db.QueryRowContext(ctx, `SELECT request, status, location, body FROM answer WHERE key = ? AND until > ?`, hash[:], s.now().Unix()).
		Scan(&asked, &a.Status, &a.Location, &a.Body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("recalling an answer: %w", err)
	case [sha256.Size]byte(asked) != request:
		return nil, ErrOtherRequest
	}
	return &a, nil
}

// Keep remembers an answer for a while. Of two under one key the first stays.
func (s *Store) Keep(ctx context.Context, key string, request [sha256.Size]byte, a Answer, during time.Duration) error {
	hash, now := sha256.Sum256([]byte(key)), s.now()
	err := s.change(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM answer WHERE until <= ?`, now.Unix()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO answer VALUES (?, ?, ?, ?, ifnull(?, x''), ?) ON CONFLICT DO NOTHING`,
			hash[:], request[:], a.Status, a.Location, a.Body, now.Add(during).Unix()); err != nil {
			return err
		}
		for {
			var size int64
			if err := tx.QueryRowContext(ctx, `SELECT ifnull(sum(length(body)), 0) FROM answer`).Scan(&size); err != nil || size <= maxKept {
				return err
			}
			if _, err := tx.ExecContext(ctx, `DELETE FROM answer WHERE key IN (SELECT key FROM answer ORDER BY until LIMIT 16)`); err != nil {
				return err
			}
		}
	})
	if err != nil {
		return fmt.Errorf("keeping an answer: %w", err)
	}
	return nil
}
