package fabric

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

// A block is read far more often than written, and of a transaction's dozen
// nested messages a reader needs five fields. They are picked out of the bytes
// without decoding, or copying, the rest. What is found is exactly what decoding
// with the generated types would give, also for bytes that no honest client
// would write: the last of several values counts, several messages are merged,
// a field of another wire type is unknown and skipped.

var errWire = errors.New("not a protocol buffer")

// eachField calls visit for every field, in order. For fields of length-
// delimited type value is the content; for varints n is.
func eachField(message []byte, visit func(number protowire.Number, kind protowire.Type, value []byte, n uint64)) error {
	for len(message) > 0 {
		number, kind, size := protowire.ConsumeTag(message)
		if size < 0 {
			return errWire
		}
		message = message[size:]
		var value []byte
		var n uint64
		switch kind {
		case protowire.BytesType:
			value, size = protowire.ConsumeBytes(message)
		case protowire.VarintType:
			n, size = protowire.ConsumeVarint(message)
		default:
			size = protowire.ConsumeFieldValue(number, kind, message)
		}
		if size < 0 {
			return errWire
		}
		message = message[size:]
		visit(number, kind, value, n)
	}
	return nil
}

// pick gives a bytes or string field, nil when it is absent.
func pick(message []byte, field protowire.Number) ([]byte, error) {
	var found []byte
	err := eachField(message, func(number protowire.Number, kind protowire.Type, value []byte, _ uint64) {
		if number == field && kind == protowire.BytesType {
			found = value
		}
	})
	return found, err
}

// pickMessage gives an embedded message. Merging messages is joining their
// bytes.
func pickMessage(message []byte, field protowire.Number) ([]byte, error) {
	var found []byte
	err := eachField(message, func(number protowire.Number, kind protowire.Type, value []byte, _ uint64) {
		switch {
		case number != field || kind != protowire.BytesType:
		case found == nil:
			found = value[:len(value):len(value)]
		default:
			found = append(found, value...) // copies: the capacity is used up
		}
	})
	return found, err
}

// pickNumber gives an integer field, 0 when it is absent.
func pickNumber(message []byte, field protowire.Number) (uint64, error) {
	var found uint64
	err := eachField(message, func(number protowire.Number, kind protowire.Type, _ []byte, n uint64) {
		if number == field && kind == protowire.VarintType {
			found = n
		}
	})
	return found, err
}

// step is one level down in nested messages.
type step struct {
	field    protowire.Number
	embedded bool // an embedded message, rather than bytes that hold one
}

// descend follows steps from the outside in; nil when a level is absent.
func descend(message []byte, steps ...step) ([]byte, error) {
	for _, s := range steps {
		down := pick
		if s.embedded {
			down = pickMessage
		}
		var err error
		if message, err = down(message, s.field); err != nil {
			return nil, err
		}
	}
	return message, nil
}
