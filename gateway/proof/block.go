package proof

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"google.golang.org/protobuf/encoding/protowire"
)

// Block is one as peers hand it out, taken apart by whoever makes a bundle.
type Block struct {
	Header     Header
	Envelopes  [][]byte
	metadata   []byte // what its signatures are over, beside the header
	signatures []message
}

// ReadBlock takes a block apart.
func ReadBlock(text []byte) (Block, error) {
	var b Block
	m, err := read(text)
	if err != nil {
		return b, err
	}
	header, err := m.within(1)
	if err != nil {
		return b, err
	}
	b.Header = Header{Number: header.numbers[1], Previous: header.text(2), Data: header.text(3)}
	data, err := m.within(2, 1)
	if err != nil {
		return b, err
	}
	b.Envelopes = data.texts[1]
	meta, err := m.within(3, 1)
	if err != nil || len(meta.texts[1]) == 0 {
		return b, errors.Join(errWire, err)
	}
	signed, err := read(meta.texts[1][0], 2)
	if err != nil {
		return b, err
	}
	b.metadata = signed.text(1)
	for _, text := range signed.texts[2] {
		s, err := read(text)
		if err != nil {
			return b, err
		}
		b.signatures = append(b.signatures, s)
	}
	return b, nil
}

// Envelope is the transaction in qscc's answer about it.
func Envelope(answer []byte) ([]byte, error) {
	m, err := read(answer)
	return m.text(1), err
}

// Config is the number of the block that holds the configuration in force.
func (b Block) Config() (uint64, error) {
	m, err := read(b.metadata)
	if err != nil {
		return 0, err
	}
	last, err := m.within(1)
	return last.numbers[1], err
}

// consenters reads, from a block of configuration, the serialized identities of
// the orderers by the numbers with which they sign. Under Raft there are none:
// orderers sign with their certificates.
func (b Block) consenters() (map[uint64][]byte, error) {
	if len(b.Envelopes) != 1 {
		return nil, errors.New("the block holds no configuration")
	}
	m, err := read(b.Envelopes[0])
	for _, step := range []protowire.Number{1, 2, 1, 2} { // payload, its data, the configuration, its top group
		if err != nil {
			return nil, err
		}
		lists := []protowire.Number(nil)
		if step == 2 {
			lists = []protowire.Number{2, 3, 4}
		}
		m, err = m.within(step, lists...)
	}
	if err != nil {
		return nil, err
	}
	ordering, err := entry(m.texts[2], "Orderer", 2, 3, 4)
	if err != nil {
		return nil, err
	}
	value, err := entry(ordering.texts[3], "Orderers")
	if err != nil {
		return nil, err
	}
	list, err := value.within(2, 1)
	if err != nil {
		return nil, err
	}
	out := map[uint64][]byte{}
	for _, text := range list.texts[1] {
		c, err := read(text)
		if err != nil {
			return nil, err
		}
		out[c.numbers[1]] = identity(c.text(4), c.text(5))
	}
	return out, nil
}

// entry finds what stands under a name in a map; none is an empty message.
func entry(entries [][]byte, name string, lists ...protowire.Number) (message, error) {
	for _, text := range entries {
		m, err := read(text)
		if err != nil {
			return m, err
		}
		if string(m.text(1)) == name {
			return m.within(2, lists...)
		}
	}
	return message{}, nil
}

// identity serializes who an orderer is, as Fabric does.
func identity(msp, certificate []byte) []byte {
	var out []byte
	for n, text := range [][]byte{msp, certificate} {
		out = protowire.AppendTag(out, protowire.Number(n+1), protowire.BytesType)
		out = protowire.AppendBytes(out, text)
	}
	return out
}

// MakeInclusion shows that a transaction, given by its envelope, is in the first
// of some blocks that follow each other. config is the block that the last of
// them names. It is nil when the block holds something that is not for the public:
// the hash is over all of it.
func MakeInclusion(envelope []byte, chain []Block, config Block, quorum int) (*Inclusion, error) {
	first, last := chain[0], chain[len(chain)-1]
	in := &Inclusion{Before: [][]byte{}, After: [][]byte{}, Metadata: last.metadata, Signatures: []BlockSignature{}}
	found := false
	for _, e := range first.Envelopes {
		switch {
		case !found && bytes.Equal(e, envelope):
			found = true
			continue
		case !shown(e):
			return nil, nil
		case found:
			in.After = append(in.After, e)
		default:
			in.Before = append(in.Before, e)
		}
	}
	if !found {
		return nil, errors.New("the transaction is not in its block")
	}
	for _, b := range chain {
		in.Headers = append(in.Headers, b.Header)
	}
	known, err := config.consenters()
	if err != nil {
		return nil, fmt.Errorf("reading who orders: %w", err)
	}
	for _, s := range last.signatures {
		if len(in.Signatures) == quorum {
			break // more would prove no more
		}
		out := BlockSignature{Header: s.text(3), Signature: s.text(2)}
		if out.Header != nil {
			h, err := read(out.Header)
			if err != nil {
				return nil, err
			}
			out.Signer = known[h.numbers[1]]
		} else {
			h, err := read(s.text(1))
			if err != nil {
				return nil, err
			}
			out.Header, out.Signer = s.text(1), h.text(1)
		}
		in.Signatures = append(in.Signatures, out)
	}
	return in, nil
}

// shown says whether a transaction records something, and only what anybody may
// read. What cannot be read is not shown.
func shown(envelope []byte) bool {
	m, err := read(envelope)
	for _, step := range []protowire.Number{1, 2, 1, 2} { // payload, transaction, action, its payload
		if err != nil {
			return false
		}
		m, err = m.within(step)
	}
	if err != nil {
		return false
	}
	endorsed, err := m.within(2, 2)
	if err != nil {
		return false
	}
	response, err := read(endorsed.text(1))
	if err != nil {
		return false
	}
	action, err := response.within(2)
	if err != nil {
		return false
	}
	event, err := action.within(2)
	if err != nil {
		return false
	}
	var r provenance.Recorded
	if string(event.text(3)) != provenance.EventName || provenance.Decode(event.text(4), &r) != nil {
		return false
	}
	for _, record := range r.Records {
		if !record.Public() {
			return false
		}
	}
	return len(r.Records) > 0
}
