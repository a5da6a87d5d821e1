package readmodel

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// readers bounds how many questions read the file at once; more wait.
const readers = 16

// Store is an open read model: one SQLite file, written by one projector and
// read by any number of questions, which never wait for the projector. All
// methods may be called concurrently.
type Store struct {
	path    string
	release func() error // the lock on the file

	writer *sql.DB // one connection, for the projector
	reader *sql.DB

	questions  map[string]*sql.Stmt // of reader, by their SQL
	projecting sync.Mutex
	progress   *progress
}

// Open opens the read model at path. An absent file, and one whose schema is
// of another version, become an empty store, to be filled from block 0. A file
// that cannot be read is refused with ErrDamaged, a database of another program
// with ErrForeign, one that another Store has open with ErrInUse.
//
// Opening looks for damage in the whole file, which takes about two seconds a
// gigabyte. Damage that comes later is noticed when it is read: the question,
// or the projector, then fails with ErrDamaged.
func Open(path string) (*Store, error) {
	s, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the read model %s: %w", path, damage(err))
	}
	return s, nil
}

func open(path string) (*Store, error) {
	s := &Store{path: path}
	var err error
	if s.release, err = hold(path); err != nil {
		return nil, err
	}
	if err := s.start(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) start() error {
	h, err := readHeader(s.path)
	switch {
	case err != nil:
		return err
	case h.empty:
		err = create(s.path)
	case h.application != applicationID:
		err = ErrForeign
	case h.schema != schemaVersion:
		if err = remove(s.path); err == nil {
			err = create(s.path)
		}
	}
	if err != nil {
		return err
	}
	// NORMAL may lose the last blocks in a power cut, with their position: they
	// are read from the ledger again.
	if s.writer, err = connect(s.path, 1, "busy_timeout(5000)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)", "cache_size(-65536)"); err != nil {
		return err
	}
	var found string
	if err := s.writer.QueryRow(`PRAGMA quick_check(1)`).Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return fmt.Errorf("%w (%s)", ErrDamaged, found)
	}
	p, err := scanPosition(s.writer.QueryRow(sqlPosition))
	if err != nil {
		return err
	}
	s.progress = newProgress(p)
	if s.reader, err = connect(s.path, readers, "busy_timeout(5000)", "query_only(1)"); err != nil {
		return err
	}
	// Prepared now, for a question that holds a connection must never wait for
	// a second one.
	s.questions = map[string]*sql.Stmt{}
	for _, text := range questions {
		if s.questions[text], err = s.reader.Prepare(text); err != nil {
			return fmt.Errorf("%w (%w)", ErrDamaged, err)
		}
	}
	return nil
}

// Close ends the store; the projector must have returned.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.reader, s.writer} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(append(errs, s.release())...)
}

// view is the store at one moment.
type view struct {
	store *Store
	ctx   context.Context
	tx    *sql.Tx
}

// read answers one question from one moment of the store.
func (s *Store) read(ctx context.Context, answer func(*view) error) (Position, error) {
	tx, err := s.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return Position{}, damage(err)
	}
	defer tx.Rollback()
	v := &view{store: s, ctx: ctx, tx: tx}
	p, err := scanPosition(v.one(sqlPosition))
	if err == nil {
		err = answer(v)
	}
	if err != nil {
		return Position{}, damage(err)
	}
	return p.public(), nil
}

func (v *view) one(text string, args ...any) *sql.Row {
	return v.tx.StmtContext(v.ctx, v.store.questions[text]).QueryRowContext(v.ctx, args...)
}

// each calls take for every row.
func (v *view) each(take func(row) error, text string, args ...any) error {
	rows, err := v.tx.StmtContext(v.ctx, v.store.questions[text]).QueryContext(v.ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
