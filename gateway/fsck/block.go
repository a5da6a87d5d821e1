package fsck

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"math/big"
)

// block is one block of one copy.
type block struct {
	number             uint64
	previous, dataHash []byte
	header             []byte // as it is hashed and signed
	hash               []byte // of it
	data               []byte // raw
	envelopes          [][]byte
	metadata           [][]byte
}

// Places in a block's metadata.
const (
	atSignatures = 0
	atCodes      = 2
	atCommit     = 4
)

var errBlock = errors.New("it is no block")

func readBlock(text []byte) (*block, error) {
	var r reader
	m := r.read(text)
	header := r.within(m, 1)
	b := &block{number: header.number(1), previous: header.text(2), dataHash: header.text(3), data: m.embedded(2)}
	b.envelopes = r.read(b.data).list(1)
	b.metadata = r.within(m, 3).list(1)
	if r.err != nil || len(header) == 0 {
		return nil, errBlock
	}
	var err error
	b.header, err = asn1.Marshal(struct {
		Number             *big.Int
		Previous, DataHash []byte
	}{new(big.Int).SetUint64(b.number), b.previous, b.dataHash})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b.header)
	b.hash = sum[:]
	return b, nil
}

func (b *block) meta(at int) []byte {
	if at < len(b.metadata) {
		return b.metadata[at]
	}
	return nil
}

// hashed says whether the transactions are those that the header names.
func (b *block) hashed() bool {
	sum := sha256.New()
	for _, e := range b.envelopes {
		sum.Write(e)
	}
	return bytes.Equal(sum.Sum(nil), b.dataHash)
}

// same compares all that has to be the same in every copy. Signatures have not:
// each orderer may have gathered others.
func (b *block) same(o *block) (what string, same bool) {
	switch {
	case !bytes.Equal(b.header, o.header):
		return "header", false
	case !bytes.Equal(b.data, o.data):
		return "transactions", false
	case !bytes.Equal(b.meta(atCodes), o.meta(atCodes)):
		return "validation codes", false
	case !bytes.Equal(b.meta(atCommit), o.meta(atCommit)):
		return "hash of the state", false
	}
	return "", true
}
