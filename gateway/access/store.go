// Package access keeps what only a gateway knows: answers that may be asked for
// again, sessions, and machines' keys. It has a file of its own, apart from the
// read model: that one is deleted and built anew, this one cannot be.
//
// No secret is in the file: of whatever opens something it holds a SHA-256. No
// person is in it either, but members' numbers, organisations and certificates'
// fingerprints.
package access

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver
)

// applicationID marks the file as this program's and of this purpose: "FaAc".
const applicationID = 0x46614163

// steps bring the file from one version to the next. Those that were released
// are never changed: what the file holds has no other source.
var steps = []string{
	`CREATE TABLE answer (
		key      BLOB PRIMARY KEY, -- SHA-256 of address and key
		request  BLOB NOT NULL,    -- SHA-256 of the request
		status   INTEGER NOT NULL,
		location TEXT NOT NULL,
		body     BLOB NOT NULL,
		until    INTEGER NOT NULL
	) WITHOUT ROWID;
	CREATE INDEX answer_until ON answer (until);`,
	`CREATE TABLE challenge (
		hash  BLOB PRIMARY KEY,
		until INTEGER NOT NULL
	) WITHOUT ROWID;
	CREATE TABLE session (
		id     INTEGER PRIMARY KEY,
		hash   BLOB NOT NULL UNIQUE, -- of the secret in use
		before BLOB,                 -- and of the one before
		drawn  INTEGER NOT NULL,
		org    TEXT NOT NULL,
		member TEXT NOT NULL,
		until  INTEGER NOT NULL,
		seen   INTEGER NOT NULL
	);
	CREATE INDEX session_before ON session (before);
	CREATE INDEX session_member ON session (org, member);`,
	`CREATE TABLE machine ( -- keys of machines
		id     TEXT PRIMARY KEY,
		hash   BLOB NOT NULL, -- of the key
		org    TEXT NOT NULL,
		member TEXT NOT NULL,
		name   TEXT NOT NULL,
		scopes TEXT NOT NULL,
		made   INTEGER NOT NULL,
		until  INTEGER NOT NULL,
		used   INTEGER NOT NULL -- 0 for never
	) WITHOUT ROWID;
	CREATE INDEX machine_member ON machine (org, member);`,
	// Not empty for a brand's staff, whose member is a number of no meaning.
	`ALTER TABLE session ADD COLUMN party TEXT NOT NULL DEFAULT '';`,
}

// ErrForeign: the file is a database of another program, and is left alone.
var ErrForeign = errors.New("the file is a database of another program")

// ErrNewer: a later version of this program wrote the file.
var ErrNewer = errors.New("the file was written by a later version of this program")

// Store is an open file. All methods may be called concurrently.
type Store struct {
	db  *sql.DB
	now func() time.Time
}

// Open opens the file at path, or makes it. A nil now means time.Now.
func Open(path string, now func() time.Time) (*Store, error) {
	if now == nil {
		now = time.Now
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	// FULL, for a session that was ended must stay so after a power cut.
	options := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"}}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(absolute), RawQuery: options.Encode()}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(8)
	s := &Store{db: db, now: now}
	if err := s.upgrade(context.Background()); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the gateway's own file %s: %w", path, err), db.Close())
	}
	return s, nil
}

// Close ends the store.
func (s *Store) Close() error { return s.db.Close() }

func (s *Store) upgrade(ctx context.Context) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		var application, version, tables int
		for text, into := range map[string]*int{
			`PRAGMA application_id`: &application, `PRAGMA user_version`: &version, `SELECT count(*) FROM sqlite_schema`: &tables,
		} {
			if err := tx.QueryRowContext(ctx, text).Scan(into); err != nil {
				return err
			}
		}
		switch {
		case tables > 0 && application != applicationID:
			return ErrForeign
		case version > len(steps):
			return ErrNewer
		}
		for _, step := range steps[version:] {
			if _, err := tx.ExecContext(ctx, step); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d`, applicationID, len(steps)))
		return err
	})
}

// change does something wholly or not at all.
func (s *Store) change(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}
