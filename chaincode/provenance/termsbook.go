package provenance

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
)

// TermsBook is what Workers keep of the terms that were agreed with a group
// before it left: every value, and the salt of its commitment. It is for Workers
// alone. Who the nth worker is stands elsewhere.
type TermsBook struct {
	Commitment string         `json:"commitment"` // the TermsCommitment's identifier
	Terms      []string       `json:"terms"`
	Workers    [][]AgreedTerm `json:"workers"` // of each, all terms in their order
}

// AgreedTerm opens the commitment to one term of one worker.
type AgreedTerm struct {
	Code  string `json:"code" validate:"required,oneof=TERM_WAGE TERM_CURRENCY TERM_OVERTIME_RATE TERM_DEDUCTIONS TERM_PAY_INTERVAL TERM_HOURS TERM_REST_DAYS TERM_LEAVE TERM_DURATION TERM_OCCUPATION TERM_EMPLOYER TERM_PLACE TERM_HOUSING TERM_FOOD TERM_NOTICE TERM_RETURN_PAID TERM_INSURANCE"`
	Value int64  `json:"value" validate:"min=0,max=9000000000000000"`
	Salt  string `json:"salt" validate:"required,secret"` // 128 random bits in hexadecimal
}

// MakeTermsBook commits to the terms of a group: agreed holds, for each worker,
// a value for each of the terms, in their order. random must be fit for keys.
func MakeTermsBook(commitment string, codes []string, agreed [][]int64, random io.Reader) (TermsBook, error) {
	var ps problems
	checkTerms(codes, &ps)
	if len(codes) == 0 || len(ps) > 0 {
		return TermsBook{}, fmt.Errorf("making a book of terms: the terms are none, out of order, or a wage without its currency")
	}
	if len(agreed) < SmallestCohort || len(agreed) > MostReceipts {
		return TermsBook{}, fmt.Errorf("making a book of terms: for %d to %d workers, not %d", SmallestCohort, MostReceipts, len(agreed))
	}
	book := TermsBook{Commitment: commitment, Terms: slices.Clone(codes)}
	for n, values := range agreed {
		if len(values) != len(codes) {
			return TermsBook{}, fmt.Errorf("making a book of terms: worker %d has %d values for %d terms", n, len(values), len(codes))
		}
		opened := make([]AgreedTerm, len(codes))
		for i, code := range codes {
			if !TermFits(code, values[i]) {
				return TermsBook{}, fmt.Errorf("making a book of terms: worker %d has no value of %s", n, code)
			}
			var salt [16]byte
			if _, err := io.ReadFull(random, salt[:]); err != nil {
				return TermsBook{}, fmt.Errorf("making a book of terms: %w", err)
			}
			opened[i] = AgreedTerm{Code: code, Value: values[i], Salt: hex.EncodeToString(salt[:])}
		}
		book.Workers = append(book.Workers, opened)
	}
	return book, nil
}

// Root commits to all terms of all workers and to how many they are, in
// hexadecimal.
func (b TermsBook) Root() (string, error) {
	level, err := b.level()
	if err != nil {
		return "", err
	}
	for len(level) > 1 {
		level = termsTree.next(level)
	}
	return termsTree.root(b.Commitment, len(b.Workers), level[0]), nil
}

// Open shows what was agreed with one worker, and that it is what the root binds.
func (b TermsBook) Open(worker int) (TermsOpening, error) {
	level, err := b.level()
	if err != nil {
		return TermsOpening{}, err
	}
	if worker < 0 || worker >= len(level) {
		return TermsOpening{}, fmt.Errorf("opening terms: the book has no such worker")
	}
	return TermsOpening{Worker: worker, Agreed: b.Workers[worker], Path: termsTree.path(level, worker)}, nil
}

func (b TermsBook) level() ([]node, error) {
	if len(b.Workers) == 0 || len(b.Workers) > MostReceipts {
		return nil, fmt.Errorf("reading a book of terms: it has %d workers", len(b.Workers))
	}
	level := make([]node, len(b.Workers))
	for n, agreed := range b.Workers {
		var ok bool
		if level[n], ok = termsLeaf(b.Commitment, n, agreed); !ok {
			return nil, fmt.Errorf("reading a book of terms: a salt of worker %d has another form", n)
		}
	}
	return level, nil
}

// TermsOpening shows what was agreed with one worker.
type TermsOpening struct {
	Worker int          `json:"worker" validate:"min=0,max=999"` // its number in the book
	Agreed []AgreedTerm `json:"agreed" validate:"required,min=1,max=17,dive"`
	Path   []string     `json:"path" validate:"max=10,dive,sha256"` // siblings, from the leaf up
}

// Proves says whether this was agreed with one of so many workers of a
// commitment with this root.
func (o TermsOpening) Proves(commitment string, workers int, root string) bool {
	leaf, ok := termsLeaf(commitment, o.Worker, o.Agreed)
	if !ok {
		return false
	}
	top, ok := termsTree.climb(leaf, o.Worker, workers, o.Path)
	return ok && termsTree.root(commitment, workers, top) == root
}

// termsLeaf hashes one worker's commitments. Each is salted by itself, so that
// one may be opened and the others stay closed.
func termsLeaf(commitment string, worker int, agreed []AgreedTerm) (node, bool) {
	text := binary.BigEndian.AppendUint32([]byte("fairlead terms leaf 1\x00"), uint32(len(agreed)))
	for _, a := range agreed {
		salt, ok := secretOf(a.Salt)
		if !ok {
			return node{}, false
		}
		one := append([]byte("fairlead term 1\x00"), commitment...)
		one = binary.BigEndian.AppendUint32(append(one, 0), uint32(worker))
		one = append(append(one, a.Code...), 0)
		one = binary.BigEndian.AppendUint64(one, uint64(a.Value))
		sum := sha256.Sum256(append(one, salt[:]...))
		text = append(text, sum[:]...)
	}
	return sha256.Sum256(text), true
}
