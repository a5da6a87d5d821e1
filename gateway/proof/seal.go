package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"google.golang.org/protobuf/encoding/protowire"
)

// Seal is a question to the ledger with the answer that peers signed. It was
// never submitted, so no block holds it.
type Seal struct {
	Endorsements []Endorsement `json:"endorsements"`
	Proposal     []byte        `json:"proposal"`  // as the asker signed it
	Response     []byte        `json:"response"`  // the proposal response's payload, as each peer signed it
	Signature    []byte        `json:"signature"` // the asker's
}

// Endorsement is one peer's signature.
type Endorsement struct {
	Endorser  []byte `json:"endorser"` // its serialized identity
	Signature []byte `json:"signature"`
}

// asked is a seal whose signatures all hold.
type asked struct {
	at     time.Time
	args   [][]byte
	answer []byte
	orgs   map[provenance.Org]bool // whose peers signed
}

// header is the common part of proposals and transactions.
type header struct {
	channel, signature []byte // raw
	creator            []byte
	tx                 string
	at                 time.Time
}

// readHeader checks what a header says of itself: its channel, that it is of a
// transaction, and that its identifier is SHA-256 of nonce and creator.
func (k *keyring) readHeader(text []byte) (h header, err error) {
	m, err := read(text)
	if err != nil {
		return h, err
	}
	h.channel, h.signature = m.text(1), m.text(2)
	channel, err := m.within(1)
	if err != nil {
		return h, err
	}
	signature, err := m.within(2)
	if err != nil {
		return h, err
	}
	stamp, err := channel.within(3)
	if err != nil {
		return h, err
	}
	h.at = time.Unix(int64(stamp.numbers[1]), int64(int32(stamp.numbers[2]))).UTC()
	h.creator, h.tx = signature.text(1), string(channel.text(5))
	sum := sha256.Sum256(append(bytes.Clone(signature.text(2)), h.creator...))
	switch {
	case channel.numbers[1] != 3:
		return h, errors.New("it is not of a transaction")
	case string(channel.text(4)) != k.channel:
		return h, errors.New("it is of another channel")
	case hex.EncodeToString(sum[:]) != h.tx:
		return h, errors.New("its identifier is not the hash of nonce and creator")
	}
	return h, nil
}

// readInput gives the chaincode that a proposal's payload calls, and with what.
// A payload with anything beside is refused: it would be hashed otherwise.
func readInput(payload []byte) (chaincode string, args [][]byte, err error) {
	m, err := read(payload)
	if err != nil {
		return "", nil, err
	}
	if len(m.texts) != 1 || m.text(1) == nil {
		return "", nil, errors.New("it holds more than a call")
	}
	for _, step := range []protowire.Number{1, 1} {
		if m, err = m.within(step); err != nil {
			return "", nil, err
		}
	}
	id, err := m.within(2)
	if err != nil {
		return "", nil, err
	}
	input, err := m.within(3, 1)
	if err != nil {
		return "", nil, err
	}
	return string(id.text(2)), input.texts[1], nil
}

// readResponse gives what a chaincode answered to a proposal, and its event.
func readResponse(text []byte, h header, payload []byte, chaincode string) (answer, event []byte, err error) {
	m, err := read(text)
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.New()
	for _, part := range [][]byte{h.channel, h.signature, payload} {
		sum.Write(part)
	}
	if !bytes.Equal(m.text(1), sum.Sum(nil)) {
		return nil, nil, errors.New("what was signed answers another proposal")
	}
	action, err := m.within(2)
	if err != nil {
		return nil, nil, err
	}
	id, err := action.within(4)
	if err != nil {
		return nil, nil, err
	}
	response, err := action.within(3)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case string(id.text(2)) != chaincode:
		return nil, nil, errors.New("another chaincode answered")
	case response.numbers[1] != 200:
		return nil, nil, fmt.Errorf("the answer's status is %d", response.numbers[1])
	}
	return response.text(3), action.text(2), nil
}

// verify checks a seal: asker and peers by their certificates at its time, the
// signatures, identifier, proposal hash and status.
func (k *keyring) verify(s Seal, chaincode string) (asked, error) {
	m, err := read(s.Proposal)
	if err != nil {
		return asked{}, err
	}
	h, err := k.readHeader(m.text(1))
	if err != nil {
		return asked{}, fmt.Errorf("the proposal: %w", err)
	}
	asker, err := k.identify(h.creator, h.at, unitClient, unitAdmin)
	if err != nil {
		return asked{}, fmt.Errorf("the asker: %w", err)
	}
	if err := asker.signed(s.Signature, s.Proposal); err != nil {
		return asked{}, fmt.Errorf("the asker: %w", err)
	}
	called, args, err := readInput(m.text(2))
	if err != nil {
		return asked{}, fmt.Errorf("the proposal: %w", err)
	}
	if called != chaincode {
		return asked{}, errors.New("another chaincode was asked")
	}
	answer, _, err := readResponse(s.Response, h, m.text(2), chaincode)
	if err != nil {
		return asked{}, err
	}
	orgs, err := k.endorsed(s.Response, s.Endorsements, h.at)
	return asked{h.at, args, answer, orgs}, err
}

// endorsed gives the organisations whose peers signed a response.
func (k *keyring) endorsed(response []byte, endorsements []Endorsement, at time.Time) (map[provenance.Org]bool, error) {
	orgs := map[provenance.Org]bool{}
	for _, e := range endorsements {
		peer, err := k.identify(e.Endorser, at, unitPeer)
		if err != nil {
			return nil, err
		}
		if err := peer.signed(e.Signature, response, e.Endorser); err != nil {
			return nil, err
		}
		orgs[peer.org] = true
	}
	return orgs, nil
}
