package readmodel

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// Digest is the lower-case hexadecimal SHA-256 over all that the store holds
// at its position: equal for stores that followed the same ledger to the same
// height, whatever the batches, interruptions and rebuilds on the way. It
// reads everything, in seconds for a million records.
func (s *Store) Digest(ctx context.Context) (string, Position, error) {
	sum := sha256.New()
	out := bufio.NewWriterSize(sum, 1<<16)
	p, err := s.read(ctx, func(v *view) error {
		p, err := scanPosition(v.one(sqlPosition))
		if err != nil {
			return err
		}
		field(out, fmt.Appendf(nil, "fairlead read model %d, height %d", schemaVersion, p.height))
		field(out, p.hash)
		field(out, []byte(p.at))
		for _, text := range everything {
			if err := v.digest(out, text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return "", Position{}, fmt.Errorf("making the digest: %w", err)
	}
	if err := out.Flush(); err != nil {
		return "", Position{}, err
	}
	return hex.EncodeToString(sum.Sum(nil)), p, nil
}

// digest adds a statement's rows, and how many there were.
func (v *view) digest(out *bufio.Writer, text string) error {
	var values [4]sql.RawBytes
	rows := uint64(0)
	err := v.each(func(r row) error {
		rows++
		if err := r.Scan(&values[0], &values[1], &values[2], &values[3]); err != nil {
			return err
		}
		for _, value := range values {
			field(out, value)
		}
		return nil
	}, text)
	field(out, binary.BigEndian.AppendUint64(nil, rows))
	return err
}

// field adds a value behind its length, so that no two contents run together
// to the same bytes. Its errors surface at Flush.
func field(out *bufio.Writer, value []byte) {
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(value)))
	_, _ = out.Write(length[:])
	_, _ = out.Write(value)
}
