package proof

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// Fabric's messages are read by hand, for two families of their generated types
// cannot share a binary, and strictly: a field that is given twice, or that a
// message does not have, could mean one thing to a peer and another here.

var errWire = errors.New("it is not a message of Fabric's")

// message is one protocol buffer taken apart.
type message struct {
	texts   map[protowire.Number][][]byte
	numbers map[protowire.Number]uint64
}

// read takes a message apart. lists names the fields that may come more than
// once.
func read(text []byte, lists ...protowire.Number) (message, error) {
	m := message{map[protowire.Number][][]byte{}, map[protowire.Number]uint64{}}
	listed := map[protowire.Number]bool{}
	for _, n := range lists {
		listed[n] = true
	}
	for len(text) > 0 {
		number, kind, size := protowire.ConsumeTag(text)
		if size < 0 {
			return m, errWire
		}
		text = text[size:]
		_, twice := m.numbers[number]
		if twice || len(m.texts[number]) > 0 && !listed[number] {
			return m, fmt.Errorf("%w: field %d is given twice", errWire, number)
		}
		switch kind {
		case protowire.BytesType:
			value, size := protowire.ConsumeBytes(text)
			if size < 0 {
				return m, errWire
			}
			m.texts[number] = append(m.texts[number], value)
			text = text[size:]
		case protowire.VarintType:
			value, size := protowire.ConsumeVarint(text)
			if size < 0 {
				return m, errWire
			}
			m.numbers[number] = value
			text = text[size:]
		default:
			return m, errWire
		}
	}
	return m, nil
}

func (m message) text(n protowire.Number) []byte {
	if len(m.texts[n]) == 0 {
		return nil
	}
	return m.texts[n][0]
}

// within reads the message in a field.
func (m message) within(n protowire.Number, lists ...protowire.Number) (message, error) {
	return read(m.text(n), lists...)
}
