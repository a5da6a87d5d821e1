package provenance

import (
	"fmt"
	"net/url"
	"strings"
)

// Piece is one item of a product: the GS1 keys 01 and 21.
type Piece struct {
	GTIN   string `json:"gtin"`   // 14 digits
	Serial string `json:"serial"` // 1 to 20 characters of GS1's set 82
}

const unitStem = "https://id.gs1.org/00/"

// URI is the piece's canonical GS1 Digital Link.
func (p Piece) URI() string { return digitalLinkStem + p.GTIN + "/21/" + percentEncode(p.Serial) }

// Ref is the piece as a subject of records.
func (p Piece) Ref() Ref { return Ref{Kind: PieceSubject, ID: p.GTIN + "/" + p.Serial} }

// ParsePieceURI reads a piece's Digital Link in its canonical form.
func ParsePieceURI(uri string) (Piece, error) {
	rest, ok := strings.CutPrefix(uri, digitalLinkStem)
	if !ok {
		return Piece{}, fmt.Errorf("does not start with %s", digitalLinkStem)
	}
	gtin, encoded, ok := strings.Cut(rest, "/21/")
	if !ok {
		return Piece{}, fmt.Errorf("has no serial: /21/ and the serial are missing")
	}
	serial, err := url.PathUnescape(encoded)
	if err != nil || strings.Contains(encoded, "/") {
		return Piece{}, fmt.Errorf("has a serial that is not percent-encoded")
	}
	if err := CheckGTIN(gtin); err != nil {
		return Piece{}, err
	}
	if CheckLot(serial) != nil { // lots and serials are of one form
		return Piece{}, fmt.Errorf("has a serial that is not 1 to 20 characters which GS1 allows")
	}
	p := Piece{GTIN: gtin, Serial: serial}
	if p.URI() != uri {
		return Piece{}, fmt.Errorf("is not in canonical form")
	}
	return p, nil
}

// UnitURI is the Digital Link of a logistic unit (a pallet, a case) by its
// SSCC of 18 digits.
func UnitURI(sscc string) string { return unitStem + sscc }

// ParseUnitURI reads a logistic unit's Digital Link into the subject that it
// names.
func ParseUnitURI(uri string) (Ref, error) {
	sscc, ok := strings.CutPrefix(uri, unitStem)
	if !ok {
		return Ref{}, fmt.Errorf("does not start with %s", unitStem)
	}
	if len(sscc) != 18 || !validGS1(sscc) {
		return Ref{}, fmt.Errorf("is not an SSCC of 18 digits with a right check digit")
	}
	return Ref{Kind: UnitSubject, ID: sscc}, nil
}

// ParseEPC reads the Digital Link of a piece or of a logistic unit into the
// subject that it names.
func ParseEPC(uri string) (Ref, error) {
	if strings.HasPrefix(uri, unitStem) {
		return ParseUnitURI(uri)
	}
	piece, err := ParsePieceURI(uri)
	if err != nil {
		return Ref{}, err
	}
	return piece.Ref(), nil
}

// ParsePieceRef is the inverse of Piece.Ref for its identifier.
func ParsePieceRef(id string) Piece {
	gtin, serial, _ := strings.Cut(id, "/")
	return Piece{GTIN: gtin, Serial: serial}
}
