package readmodel

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// The file says in its header whose it is and which schema it has.
const (
	applicationID = 0x46614c64 // "FaLd"
	schemaVersion = 6
)

// ErrDamaged: the file cannot be read. The ledger has all that it held.
var ErrDamaged = errors.New("the read model's file is damaged; `fairlead rebuild` discards it and builds it anew from the ledger")

// ErrInUse: another Store, perhaps of another process, has the file.
var ErrInUse = errors.New("the read model is in use by another process")

// ErrForeign: the file is not a read model, and is left alone.
var ErrForeign = errors.New("the file is a database of another program")

// damage marks an error of the driver that means the file is broken.
func damage(err error) error {
	var fault *sqlite.Error
	if errors.As(err, &fault) {
		switch fault.Code() & 0xff {
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return fmt.Errorf("%w (%w)", ErrDamaged, err)
		}
	}
	return err
}

// connect opens a pool on a file whose every connection has these pragmas.
func connect(path string, connections int, pragmas ...string) (*sql.DB, error) {
	options := url.Values{}
	for _, p := range pragmas {
		options.Add("_pragma", p)
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(absolute), RawQuery: options.Encode()}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// hold takes the file for one Store until release is called or the process
// ends, however it ends. The lock is a transaction on an empty database beside
// the file, which works wherever SQLite does.
func hold(path string) (release func() error, err error) {
	lock, err := connect(path+".lock", 1, "busy_timeout(0)")
	if err != nil {
		return nil, err
	}
	conn, err := lock.Conn(context.Background())
	if err == nil {
		_, err = conn.ExecContext(context.Background(), `BEGIN EXCLUSIVE`)
	}
	if err == nil {
		return func() error { return errors.Join(conn.Close(), lock.Close()) }, nil
	}
	if conn != nil {
		conn.Close()
	}
	lock.Close()
	var fault *sqlite.Error
	if errors.As(err, &fault) && fault.Code()&0xff == sqlite3.SQLITE_BUSY {
		return nil, ErrInUse
	}
	return nil, err
}

// header is what a file says of itself.
type header struct {
	empty       bool // or absent
	application uint32
	schema      uint32
}

// readHeader reads a database's first 100 bytes, where SQLite keeps both
// numbers. They are there from the start, for create puts a whole file in place.
func readHeader(path string) (header, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return header{empty: true}, nil
	}
	if err != nil {
		return header{}, err
	}
	defer f.Close()
	var b [100]byte
	switch n, err := io.ReadFull(f, b[:]); {
	case n == 0 && errors.Is(err, io.EOF):
		return header{empty: true}, nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		return header{}, fmt.Errorf("%w (%d bytes are no database)", ErrDamaged, n)
	case err != nil:
		return header{}, err
	}
	if !strings.HasPrefix(string(b[:]), "SQLite format 3\x00") {
		return header{}, fmt.Errorf("%w (it has no database's header)", ErrDamaged)
	}
	return header{application: binary.BigEndian.Uint32(b[68:]), schema: binary.BigEndian.Uint32(b[60:])}, nil
}

// create puts an empty read model in place, whole or not at all.
func create(path string) error {
	draft := path + ".new"
	if err := remove(draft); err != nil {
		return err
	}
	db, err := connect(draft, 1)
	if err != nil {
		return err
	}
	_, err = db.Exec(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;\n%s", applicationID, schemaVersion, schemaSQL))
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("making its tables: %w", err)
	}
	return os.Rename(draft, path)
}

// remove deletes a database with its write-ahead log.
func remove(path string) error {
	for _, suffix := range []string{"-wal", "-shm", "-journal", ""} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Discard deletes the read model at path, whatever its state, so that Open and
// Project build it anew. It refuses a database of another program (ErrForeign)
// and a read model in use (ErrInUse).
func Discard(path string) error {
	release, err := hold(path)
	if err != nil {
		return fmt.Errorf("discarding the read model %s: %w", path, err)
	}
	defer func() { _ = release() }() // the file may be gone, which is what was asked for
	switch h, err := readHeader(path); {
	case errors.Is(err, ErrDamaged): // what Discard is for
	case err != nil:
		return fmt.Errorf("discarding the read model %s: %w", path, err)
	case !h.empty && h.application != applicationID:
		return fmt.Errorf("discarding the read model %s: %w", path, ErrForeign)
	}
	if err := remove(path); err != nil {
		return fmt.Errorf("discarding the read model: %w", err)
	}
	return nil
}
