package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Inclusion shows that a transaction lies in a block of the channel: the rest of
// the block, whose hash the block's header carries, and headers from there to
// one that the ordering organisations signed.
type Inclusion struct {
	After      [][]byte         `json:"after"`  // the block's transactions after the one, as envelopes
	Before     [][]byte         `json:"before"` // and before it
	Headers    []Header         `json:"headers"`
	Metadata   []byte           `json:"metadata"` // of the last of them: what its signatures are over, beside the header
	Signatures []BlockSignature `json:"signatures"`
}

// Header is a block's.
type Header struct {
	Data     []byte `json:"data"` // hash of the block's transactions
	Number   uint64 `json:"number"`
	Previous []byte `json:"previous"` // hash of the header before
}

// BlockSignature is an orderer's, over Metadata, Header and the block's header.
type BlockSignature struct {
	Header    []byte `json:"header"` // by which the orderers tell one another apart
	Signature []byte `json:"signature"`
	Signer    []byte `json:"signer"` // its serialized identity
}

// MostHeaders bounds the chain. The signatures under its last header cover all
// headers before it, so length adds nothing but that the ledger has gone on from
// the block: three say that, and more would only be larger.
const MostHeaders = 4

// bytes is the header as blocks are hashed and signed: DER.
func (h Header) bytes() ([]byte, error) {
	return asn1.Marshal(struct {
		Number         *big.Int
		Previous, Data []byte
	}{new(big.Int).SetUint64(h.Number), h.Previous, h.Data})
}

// included checks that an envelope is in a block that the ordering organisations
// signed, or signed a later one of. It gives the block's number and how many of
// them there are.
func (k *keyring) included(in Inclusion, envelope []byte, at time.Time) (block uint64, signed int, err error) {
	if len(in.Headers) == 0 || len(in.Headers) > MostHeaders {
		return 0, 0, errors.New("it has no chain of headers, or one that is too long")
	}
	sum := sha256.New() // of all the block's transactions, one after the other
	for _, text := range slices.Concat(in.Before, [][]byte{envelope}, in.After) {
		sum.Write(text)
	}
	if !bytes.Equal(sum.Sum(nil), in.Headers[0].Data) {
		return 0, 0, errors.New("the transaction is not in the block whose header is there")
	}
	var last []byte
	for i, h := range in.Headers {
		if i > 0 {
			hash := sha256.Sum256(last)
			if h.Number != in.Headers[i-1].Number+1 || !bytes.Equal(h.Previous, hash[:]) {
				return 0, 0, errors.New("the headers do not follow each other")
			}
		}
		if last, err = h.bytes(); err != nil {
			return 0, 0, err
		}
	}
	orgs := map[provenance.Org]bool{}
	for _, s := range in.Signatures {
		orderer, err := k.identify(s.Signer, at, unitOrderer)
		if err != nil {
			return 0, 0, err
		}
		if err := orderer.signed(s.Signature, in.Metadata, s.Header, last); err != nil {
			return 0, 0, err
		}
		if orgs[orderer.org] {
			return 0, 0, fmt.Errorf("%s signed the block twice", orderer.org)
		}
		orgs[orderer.org] = true
	}
	if len(orgs) < k.quorum {
		return 0, 0, fmt.Errorf("%d ordering organisations signed the block, and it takes %d", len(orgs), k.quorum)
	}
	return in.Headers[0].Number, len(orgs), nil
}
