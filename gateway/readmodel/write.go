package readmodel

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

const (
	batchRecords = 5000    // most records in one database transaction, but for the last block's
	batchBlocks  = 1000    // and most blocks
	knownNumbers = 100_000 // numbers of subjects kept in memory
)

// writer brings the store on. It is done for after its first error: what it
// remembers may then differ from the file.
type writer struct {
	progress *progress
	ctx      context.Context // never ends: a database transaction is finished or undone, not interrupted
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
	position position
	last     int64 // highest number given
	numbers  map[provenance.Ref]int64
	records  int // in this database transaction
}

func newWriter(ctx context.Context, s *Store) (*writer, error) {
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{
		progress: s.progress, ctx: context.WithoutCancel(ctx), conn: conn,
		prepared: map[string]*sql.Stmt{}, numbers: map[provenance.Ref]int64{},
	}
	if w.position, err = scanPosition(conn.QueryRowContext(ctx, sqlPosition)); err == nil {
		err = conn.QueryRowContext(ctx, sqlLastNumber).Scan(&w.last)
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *writer) close() {
	for _, st := range w.prepared {
		st.Close()
	}
	w.conn.Close()
}

func (w *writer) statement(text string) (*sql.Stmt, error) {
	st, ok := w.prepared[text]
	if ok {
		return st, nil
	}
	st, err := w.conn.PrepareContext(w.ctx, text)
	if err == nil {
		w.prepared[text] = st
	}
	return st, err
}

func (w *writer) exec(text string, args ...any) (sql.Result, error) {
	st, err := w.statement(text)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(w.ctx, args...)
}

func (w *writer) do(text string, args ...any) error {
	_, err := w.exec(text, args...)
	return err
}

// added says whether an insertion added a row, or found it there.
func (w *writer) added(text string, args ...any) (bool, error) {
	result, err := w.exec(text, args...)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// run applies blocks until there are no more or ctx ends.
func (w *writer) run(ctx context.Context, blocks <-chan block) error {
	for {
		select {
		case b, ok := <-blocks:
			if !ok {
				return nil
			}
			if err := w.batch(b, blocks); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// batch applies a block, and with it those that have arrived already, in one
// database transaction. At a fault it keeps the blocks before.
func (w *writer) batch(b block, more <-chan block) error {
	before := w.position.height
	w.records = 0
	if err := w.do(sqlBegin); err != nil {
		return err
	}
	err := w.apply(b)
	for n := 1; err == nil && n < batchBlocks && w.records < batchRecords; n++ {
		var ok bool
		select {
		case b, ok = <-more:
		default:
		}
		if !ok {
			break
		}
		err = w.apply(b)
	}
	// A block at fault leaves those before it sound. After any other error
	// SQLite may have ended the transaction by itself, and nothing of it is sure.
	var fault *BlockError
	if err != nil && !errors.As(err, &fault) || w.position.height == before {
		_ = w.do(sqlRollback) // fails where there is nothing left to undo
		return err
	}
	return errors.Join(err, w.commit())
}

// commit ends the database transaction with the position, and tells of it.
func (w *writer) commit() error {
	p := &w.position
	p.appliedAt = provenance.FormatInstant(time.Now())
	err := w.do(sqlMove, p.height, p.hash, p.at, p.appliedAt)
	if err == nil {
		err = w.do(sqlCommit)
	}
	if err != nil {
		_ = w.do(sqlRollback)
		return fmt.Errorf("keeping the blocks up to %d: %w", p.height, err)
	}
	w.progress.change(func(s *Status) { s.Position, s.AppliedAt = p.public(), instant(p.appliedAt) })
	return nil
}

// apply applies one block whole or not at all.
func (w *writer) apply(b block) error {
	if fresh, err := w.continues(b); err != nil || !fresh {
		return err
	}
	if b.fault != nil {
		return b.fault
	}
	if err := w.do(sqlSavepoint); err != nil {
		return err
	}
	for _, e := range b.entries {
		switch err := w.write(b.number, e); {
		case errors.Is(err, errTaken):
			if err := w.do(sqlUndo); err != nil {
				return err
			}
			return &BlockError{Block: b.number, Tx: e.tx, Err: fmt.Errorf("%s: %w", e.ref, err)}
		case err != nil:
			return fmt.Errorf("keeping %s of block %d: %w", e.ref, b.number, err)
		}
	}
	w.records += len(b.entries)
	w.position.height, w.position.hash = b.number+1, append([]byte{}, b.hash...)
	w.position.at = max(w.position.at, b.at)
	return w.do(sqlRelease)
}

// continues says whether a block is the next one. One that is applied already
// is not; the newest of these must be the same as then.
func (w *writer) continues(b block) (bool, error) {
	height := w.position.height
	fault := func(err error) (bool, error) { return false, &BlockError{Block: b.number, Err: err} }
	switch {
	case b.number > height:
		return fault(fmt.Errorf("block %d was due: the ledger's blocks have a gap", height))
	case b.number == height:
		if height > 0 && !bytes.Equal(b.previous, w.position.hash) {
			return fault(ErrOtherLedger)
		}
		return true, nil
	case b.number == height-1 && !bytes.Equal(b.hash, w.position.hash):
		return fault(ErrOtherLedger)
	}
	return false, nil
}
