package provenance

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Bounds of one question for digests.
const (
	SealSubjects = 50  // subjects
	SealPage     = 100 // records of each
)

// DigestQuestion is what the contract's Digests takes. The nonce ties an answer
// to its question; it has no meaning to the ledger.
type DigestQuestion struct {
	Nonce    string       `json:"nonce" validate:"required,sha256"`
	Subjects []DigestPart `json:"subjects" validate:"min=1,max=50,dive"`
}

// DigestPart asks for a page of a subject: of its records that anybody may read,
// or of the others. After is the Next of the page before.
//
// A lot or piece whose identifier ends with its product's slash stands for all
// lots or pieces of the product.
type DigestPart struct {
	Kind   Kind   `json:"kind" validate:"required,max=40,printascii"`
	ID     string `json:"id" validate:"required,max=120,printascii"`
	Closed bool   `json:"closed,omitempty"` // the records that are not shown one by one
	After  *Place `json:"after,omitempty"`
}

// Subject is the subject asked about.
func (p DigestPart) Subject() Ref { return Ref{p.Kind, p.ID} }

// Place is a place in the order of what is about a subject. About tells lots
// apart where all of a product are asked for.
type Place struct {
	About string `json:"about" validate:"required,max=120,printascii"`
	Kind  Kind   `json:"kind" validate:"required,max=40,printascii"`
	ID    string `json:"id" validate:"required,max=120,printascii"`
}

// DigestAnswer is what it answers, a page for each part of the question.
type DigestAnswer struct {
	Nonce    string       `json:"nonce"`
	Subjects []DigestPage `json:"subjects"`
}

// DigestPage is the count and the digest, see FoldEntries, of at most SealPage
// records about a subject. Without Next there are no more.
type DigestPage struct {
	Kind   Kind   `json:"kind"`
	ID     string `json:"id"`
	Closed bool   `json:"closed,omitempty"`
	After  *Place `json:"after,omitempty"`

	Record string `json:"record"` // digest of the subject's own record, empty when it has none
	Count  int    `json:"count"`
	Digest string `json:"digest"`
	Next   *Place `json:"next,omitempty"`
}

// Part is what the page answers.
func (p DigestPage) Part() DigestPart {
	return DigestPart{Kind: p.Kind, ID: p.ID, Closed: p.Closed, After: p.After}
}

// SealEntry is a record in the order of what is about a subject.
type SealEntry struct {
	Place
	Digest string // of the record
}

// FoldEntries gives the digest of a page: SHA-256 over a line for each entry.
func FoldEntries(entries []SealEntry) string {
	sum := sha256.New()
	for _, e := range entries {
		fmt.Fprintf(sum, "%s %s %s %s\n", e.About, e.Kind, e.ID, e.Digest)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Covers says whether the digests of a subject of this kind take in records of
// another kind about it: those that History may read because of the subject.
func (k Kind) Covers(record Kind) bool {
	switch {
	case k.Traced():
		return true
	case k == KindFacility: // what happened there is about the lots it happened to
		return record != KindEvent && record != KindEventError
	case k == KindProduct:
		return record == KindYield || record == KindWithdrawal || record == KindProductAmendment
	case k == KindParty:
		return slices.Contains([]Kind{KindScreening, KindReply, KindSignalStep, KindWithdrawal, KindPartyAmendment}, record)
	}
	return false
}

// Entries gives what a set of records holds about a subject, in the ledger's
// order. It is what the ledger's digests are made of when the set is whole.
func Entries(records []Record, subject Ref, closed bool) ([]SealEntry, error) {
	var entries []SealEntry
	for _, r := range records {
		if !subject.Kind.Covers(r.Kind) || closed == r.Public() {
			continue
		}
		for _, about := range r.About {
			if !subject.TakesIn(about) {
				continue
			}
			digest, err := Digest(r)
			if err != nil {
				return nil, err
			}
			entries = append(entries, SealEntry{Place{about.ID, r.Kind, r.ID}, digest})
		}
	}
	SortEntries(entries)
	return entries, nil
}

// SortEntries puts entries into the ledger's order.
func SortEntries(entries []SealEntry) {
	slices.SortFunc(entries, func(a, b SealEntry) int { return a.compare(b.Place) })
}

// compare orders places as the keys of the ledger's state, whose parts are
// parted by a character before all others.
func (p Place) compare(q Place) int {
	return slices.Compare([]byte(p.About+"\x00"+string(p.Kind)+"\x00"+p.ID), []byte(q.About+"\x00"+string(q.Kind)+"\x00"+q.ID))
}

// TakesIn says whether a subject of digests is another, or all lots or pieces of
// its product.
func (r Ref) TakesIn(other Ref) bool {
	if r == other {
		return true
	}
	return r.AllOfProduct() && r.Kind == other.Kind && len(other.ID) > len(r.ID) && strings.HasPrefix(other.ID, r.ID)
}

// AllOfProduct says whether a subject of digests is all lots or pieces of a
// product.
func (r Ref) AllOfProduct() bool {
	return (r.Kind == LotSubject || r.Kind == PieceSubject) && len(r.ID) == 15 && r.ID[14] == '/'
}

// AllLots stands for all lots of a product, as a subject of digests.
func AllLots(gtin string) Ref { return Ref{LotSubject, gtin + "/"} }

// AllPieces stands for all its pieces.
func AllPieces(gtin string) Ref { return Ref{PieceSubject, gtin + "/"} }
