package provenance

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
)

// MostReceipts is how many workers one cohort's receipts are for at most: Workers'
// peer reads an answer of each in one transaction. A larger group is recorded as
// several cohorts.
const MostReceipts = 1000

// WorkerReceipt is what one worker is given: two codes that look alike. Only the
// worker is told which is which. An answer with Pressed is one that somebody
// stood over; whoever stood there sees no difference.
type WorkerReceipt struct {
	Own, Pressed Secret
}

// ReceiptBook is what Workers keep of a cohort's receipts once these are handed
// out: commitments to the codes, and what tells the two of a receipt apart. It
// holds no secret of a worker, but is for Workers alone.
type ReceiptBook struct {
	Cohort string   `json:"cohort"`
	Leaves []string `json:"leaves"` // SHA-256 in hexadecimal; those of receipt n are 2n and 2n+1
	Marker string   `json:"marker"` // 256 random bits in hexadecimal, see PressedAt
}

// MakeReceipts draws receipts for so many workers of a cohort. The book's root
// is recorded with the cohort. random must be fit for keys.
func MakeReceipts(cohort string, workers int, random io.Reader) ([]WorkerReceipt, ReceiptBook, error) {
	if workers < SmallestCohort || workers > MostReceipts {
		return nil, ReceiptBook{}, fmt.Errorf("making receipts: for %d to %d workers, not %d", SmallestCohort, MostReceipts, workers)
	}
	var marker [sha256.Size]byte
	if _, err := io.ReadFull(random, marker[:]); err != nil {
		return nil, ReceiptBook{}, fmt.Errorf("making receipts: %w", err)
	}
	book := ReceiptBook{Cohort: cohort, Marker: hex.EncodeToString(marker[:])}
	receipts := make([]WorkerReceipt, workers)
	for n := range receipts {
		r := &receipts[n]
		for _, secret := range []*Secret{&r.Own, &r.Pressed} {
			if _, err := io.ReadFull(random, secret[:]); err != nil {
				return nil, ReceiptBook{}, fmt.Errorf("making receipts: %w", err)
			}
		}
		first, second := r.Own, r.Pressed
		if PressedAt(book.Marker, 2*n) {
			first, second = second, first
		}
		for i, secret := range []Secret{first, second} {
			leaf := receiptLeaf(cohort, 2*n+i, secret)
			book.Leaves = append(book.Leaves, hex.EncodeToString(leaf[:]))
		}
	}
	return receipts, book, nil
}

// PressedAt says whether the leaf of this index is of the code for pressure. To
// whoever lacks the marker, either leaf of a receipt is as likely.
func PressedAt(marker string, index int) bool {
	mac := hmac.New(sha256.New, []byte(marker))
	mac.Write(binary.BigEndian.AppendUint32([]byte("fairlead pressure"), uint32(index/2)))
	return mac.Sum(nil)[0]&1 == byte(index&1)
}

// Receipts is the number of workers in the book.
func (b ReceiptBook) Receipts() int { return len(b.Leaves) / 2 }

// Root commits to all receipts and to their number, in hexadecimal.
func (b ReceiptBook) Root() (string, error) {
	level, err := b.level()
	if err != nil {
		return "", err
	}
	for len(level) > 1 {
		level = receiptTree.next(level)
	}
	return receiptTree.root(b.Cohort, b.Receipts(), level[0]), nil
}

// Prove finds a secret in the book and makes the proof that goes with it. False
// for a secret that is of no receipt in it.
func (b ReceiptBook) Prove(s Secret) (ReceiptProof, bool) {
	level, err := b.level()
	if err != nil {
		return ReceiptProof{}, false
	}
	for index, leaf := range level {
		if receiptLeaf(b.Cohort, index, s) != leaf {
			continue
		}
		return ReceiptProof{Index: index, Secret: s.hexadecimal(), Path: receiptTree.path(level, index)}, true
	}
	return ReceiptProof{}, false
}

func (b ReceiptBook) level() ([]node, error) {
	if len(b.Leaves) == 0 || len(b.Leaves)%2 != 0 || len(b.Leaves) > 2*MostReceipts {
		return nil, fmt.Errorf("reading a book of receipts: it has %d leaves", len(b.Leaves))
	}
	level := make([]node, len(b.Leaves))
	for i, text := range b.Leaves {
		var ok bool
		if level[i], ok = nodeOf(text); !ok {
			return nil, fmt.Errorf("reading a book of receipts: leaf %d is no SHA-256", i)
		}
	}
	return level, nil
}

// ReceiptProof shows that somebody holds a code of a receipt.
type ReceiptProof struct {
	Index  int      `json:"index" validate:"min=0,max=1999"`
	Secret string   `json:"secret" validate:"required,secret"`
	Path   []string `json:"path" validate:"max=11,dive,sha256"` // siblings, from the leaf up
}

// Receipt is the number of the receipt. Both codes of one lead to the same.
func (p ReceiptProof) Receipt() int { return p.Index / 2 }

// Proves says whether the proof is of one of so many receipts of a cohort with
// this root.
func (p ReceiptProof) Proves(cohort string, receipts int, root string) bool {
	secret, ok := secretOf(p.Secret)
	if !ok || p.Index < 0 {
		return false
	}
	top, ok := receiptTree.climb(receiptLeaf(cohort, p.Index, secret), p.Index, 2*receipts, p.Path)
	return ok && receiptTree.root(cohort, receipts, top) == root
}

// receiptLeaf commits to one code of a receipt.
func receiptLeaf(cohort string, index int, s Secret) node {
	text := append([]byte("fairlead receipt leaf 1\x00"), cohort...)
	text = binary.BigEndian.AppendUint32(append(text, 0), uint32(index))
	return sha256.Sum256(append(text, s[:]...))
}
