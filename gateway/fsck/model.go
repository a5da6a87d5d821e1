package fsck

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// modelVersion is the form of the read model that this check knows, and
// modelApplication what its files call themselves.
const (
	modelVersion     = 6
	modelApplication = 0x46614c64
)

// model is a read model's file, at one moment: a gateway may go on writing it.
type model struct {
	db     *sql.DB
	tx     *sql.Tx
	height uint64
	hash   string
	at     string
}

// ErrModel: the read model's file cannot be compared.
var ErrModel = errors.New("the read model cannot be compared")

// errDamaged is a file that SQLite cannot read.
type errDamaged struct{ cause error }

func (e errDamaged) Error() string { return "the file is damaged: " + e.cause.Error() }

// openModel opens the file for reading alone.
func openModel(ctx context.Context, path string) (*model, error) {
	absolute, err := filepath.Abs(path)
	if err == nil {
		_, err = os.Stat(absolute)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(absolute), RawQuery: "mode=ro&_pragma=query_only(1)&_pragma=busy_timeout(5000)"}
	m := &model{}
	if m.db, err = sql.Open("sqlite", name.String()); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	if m.tx, err = m.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true}); err == nil {
		err = m.start(ctx)
	}
	if err != nil {
		m.close()
		return nil, damage(err)
	}
	return m, nil
}

func (m *model) start(ctx context.Context) error {
	var application, version int64
	if err := m.tx.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&application); err != nil {
		return err
	}
	if err := m.tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return err
	}
	if application != modelApplication || version != modelVersion {
		return fmt.Errorf("%w: it is no read model of form %d, which this program checks (fairlead rebuild makes one)", ErrModel, modelVersion)
	}
	return m.tx.QueryRowContext(ctx, `SELECT height, hash, at FROM position WHERE one = 1`).Scan(&m.height, &m.hash, &m.at)
}

func (m *model) close() {
	if m.tx != nil {
		m.tx.Rollback()
	}
	m.db.Close()
}

// damage tells a broken file from a failure to read one.
func damage(err error) error {
	var fault *sqlite.Error
	if errors.As(err, &fault) {
		if code := fault.Code() & 0xff; code == sqlite3.SQLITE_CORRUPT || code == sqlite3.SQLITE_NOTADB {
			return errDamaged{err}
		}
	}
	return err
}

// questions read each table in the order of its texts, never of numbers.
var questions = map[byte]string{
	tableRecords:    `SELECT t.kind, t.id, r.block, r.text FROM subject t CROSS JOIN record r ON r.n = t.n ORDER BY t.kind, t.id`,
	tableFacilities: `SELECT t.id, f.place, f.country, f.words FROM facility f JOIN subject t ON t.n = f.n ORDER BY t.id`,
	tableAbout:      `SELECT t.kind, t.id, e.kind, o.id FROM subject t CROSS JOIN about e ON e.subject = t.n CROSS JOIN subject o ON o.n = e.record ORDER BY t.kind, t.id, e.kind, o.id`,
	tableNames:      edges("names", "record", "subject"),
	tableMade:       edges("made", "lot", "event"),
	tableUsed:       edges("used", "event", "lot"),
	tableSeen:       edges("seen", "lot", "event"),
	tableSubjects:   `SELECT kind, id, '', '' FROM subject ORDER BY kind, id`,
}

func edges(table, from, to string) string {
	return fmt.Sprintf(`SELECT t.kind, t.id, o.kind, o.id FROM subject t CROSS JOIN %s e ON e.%s = t.n CROSS JOIN subject o ON o.n = e.%s
		ORDER BY t.kind, t.id, o.kind, o.id`, table, from, to)
}

// stored is the file's rows in the order of the fold's.
type stored struct {
	ctx   context.Context
	model *model
	table byte
	rows  *sql.Rows
}

func (s *stored) next() (row, bool, error) {
	for s.table <= tableSubjects {
		if s.rows == nil {
			var err error
			if s.rows, err = s.model.tx.QueryContext(s.ctx, questions[s.table]); err != nil { //nolint:rowserrcheck // asked when the rows end, below
				return row{}, false, damage(err)
			}
		}
		if s.rows.Next() {
			var values [4]sql.RawBytes
			if err := s.rows.Scan(&values[0], &values[1], &values[2], &values[3]); err != nil {
				return row{}, false, damage(err)
			}
			r := row{table: s.table}
			for i, v := range values {
				r.value[i] = string(v)
			}
			return r, true, nil
		}
		err := errors.Join(s.rows.Err(), s.rows.Close())
		s.rows = nil
		s.table++
		if err != nil {
			return row{}, false, damage(err)
		}
	}
	return row{}, false, nil
}

func (s *stored) close() {
	if s.rows != nil {
		s.rows.Close()
	}
}

// sound asks SQLite whether its own books agree: a broken index would otherwise
// answer readers differently from what was compared.
func (m *model) sound(ctx context.Context) error {
	var said string
	if err := m.tx.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&said); err != nil {
		return damage(err)
	}
	if said != "ok" {
		return errDamaged{errors.New(said)}
	}
	found, err := m.tx.QueryContext(ctx, `PRAGMA foreign_key_check`)
	if err != nil {
		return damage(err)
	}
	defer found.Close()
	if found.Next() {
		var table, parent string
		var number, key sql.NullInt64
		if err := found.Scan(&table, &number, &parent, &key); err != nil {
			return damage(err)
		}
		return errDamaged{fmt.Errorf("a row of %s refers to none of %s", table, parent)}
	}
	return damage(found.Err())
}

// digest makes the read model's digest out of its rows.
type digest struct {
	sum   hash.Hash
	out   *bufio.Writer
	table byte
	count uint64
}

func newDigest(height uint64, hash, at string) *digest {
	sum := sha256.New()
	d := &digest{sum: sum, out: bufio.NewWriterSize(sum, 1<<16), table: tableRecords}
	d.field(fmt.Sprintf("fairlead read model %d, height %d", modelVersion, height))
	d.field(hash)
	d.field(at)
	return d
}

// field adds a value behind its length. A hash's writer does not fail.
func (d *digest) field(value string) {
	_, _ = d.out.Write(binary.BigEndian.AppendUint64(nil, uint64(len(value))))
	_, _ = d.out.WriteString(value)
}

// add takes the next row; the tables end with how many rows they had.
func (d *digest) add(r row) {
	d.upTo(r.table)
	if r.table > tableSeen {
		return
	}
	d.count++
	for _, v := range r.value {
		d.field(v)
	}
}

func (d *digest) upTo(table byte) {
	for ; d.table < table && d.table <= tableSeen; d.table++ {
		d.field(bigEndian(d.count))
		d.count = 0
	}
}

func (d *digest) String() string {
	d.upTo(tableSeen + 1)
	_ = d.out.Flush()
	return hex.EncodeToString(d.sum.Sum(nil))
}
