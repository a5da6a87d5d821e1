package readmodel

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Answers to questions about what the ledger does not hold. Each is a
// provenance.Refusal with code not_found.
var (
	ErrNoRecord  error = provenance.Refuse(provenance.NotFound, "the ledger holds no such record")
	ErrNoProduct error = provenance.Refuse(provenance.NotFound, "the ledger holds no product with this GTIN")
	ErrNoLot     error = provenance.Refuse(provenance.NotFound, "the ledger tells of no such lot of this product")
)

// Stored is a record with its place on the ledger.
type Stored struct {
	provenance.Record
	Block  uint64
	Digest string // of its canonical JSON, as in its receipt
}

// Record finds one record; ErrNoRecord when there is none.
func (s *Store) Record(ctx context.Context, kind provenance.Kind, id string) (Stored, Position, error) {
	var found Stored
	p, err := s.read(ctx, func(v *view) (err error) {
		found, err = v.record(provenance.Ref{Kind: kind, ID: id})
		return err
	})
	return found, p, err
}

// Product finds a product by its 14 digits; ErrNoProduct when there is none.
func (s *Store) Product(ctx context.Context, gtin string) (Stored, Position, error) {
	found, p, err := s.Record(ctx, provenance.KindProduct, gtin)
	if errors.Is(err, ErrNoRecord) {
		err = ErrNoProduct
	}
	return found, p, err
}

// Facility finds a facility by its identifier here; ErrNoRecord when there is
// none.
func (s *Store) Facility(ctx context.Context, id string) (Stored, Position, error) {
	return s.Record(ctx, provenance.KindFacility, id)
}

// Member finds the member to whom an organisation gave a certificate, by the
// SHA-256 of its DER in hexadecimal; ErrNoRecord when there is none.
func (s *Store) Member(ctx context.Context, org provenance.Org, certificate string) (Stored, Position, error) {
	var found Stored
	p, err := s.read(ctx, func(v *view) error {
		var id string
		err := v.one(sqlMember, string(org), certificate).Scan(&id)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return ErrNoRecord
		case err != nil:
			return fmt.Errorf("looking for a member: %w", err)
		}
		found, err = v.record(provenance.Ref{Kind: provenance.KindMember, ID: id})
		return err
	})
	return found, p, err
}

func (v *view) record(ref provenance.Ref) (Stored, error) {
	var text []byte
	var found Stored
	err := v.one(sqlRecord, string(ref.Kind), ref.ID).Scan(&text, &found.Block)
	if errors.Is(err, sql.ErrNoRows) {
		return Stored{}, ErrNoRecord
	}
	if err != nil {
		return Stored{}, fmt.Errorf("reading %s: %w", ref, err)
	}
	if found.Record, err = parse(text); err != nil {
		return Stored{}, err
	}
	sum := sha256.Sum256(text)
	found.Digest = hex.EncodeToString(sum[:])
	return found, nil
}

// number gives a subject's number, 0 when the ledger does not name it.
func (v *view) number(ref provenance.Ref) (int64, error) {
	var n int64
	err := v.one(sqlNumber, string(ref.Kind), ref.ID).Scan(&n)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("looking for %s: %w", ref, err)
	}
	return n, nil
}

// parse reads a record's text, which was checked when it was written.
func parse(text []byte) (provenance.Record, error) {
	var r provenance.Record
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("%w (%w)", ErrDamaged, err)
	}
	return r, nil
}
