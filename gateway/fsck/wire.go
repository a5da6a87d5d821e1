package fsck

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

var errWire = errors.New("it is no protocol buffer")

// message is a protocol buffer taken apart by one level. What it gives is what
// peers see in the same bytes: of a value given twice the last counts, a message
// given twice is merged, which is its bytes joined.
type message []field

type field struct {
	number protowire.Number
	bytes  bool
	value  []byte // of one whose bytes is set
	n      uint64 // of a varint
}

// reader reads messages until one cannot be read; err then says so.
type reader struct{ err error }

func (r *reader) read(text []byte) message {
	var m message
	for len(text) > 0 && r.err == nil {
		number, kind, size := protowire.ConsumeTag(text)
		if size < 0 {
			r.err = errWire
			break
		}
		text = text[size:]
		f := field{number: number}
		switch kind {
		case protowire.BytesType:
			f.bytes = true
			f.value, size = protowire.ConsumeBytes(text)
		case protowire.VarintType:
			f.n, size = protowire.ConsumeVarint(text)
		default: // no field that is asked for has it
			f.number = 0
			size = protowire.ConsumeFieldValue(number, kind, text)
		}
		if size < 0 {
			r.err = errWire
			break
		}
		text = text[size:]
		m = append(m, f)
	}
	return m
}

// within reads an embedded message, or bytes that hold one.
func (r *reader) within(m message, n protowire.Number) message { return r.read(m.embedded(n)) }

// down reads messages in messages.
func (r *reader) down(m message, path ...protowire.Number) message {
	for _, n := range path {
		m = r.within(m, n)
	}
	return m
}

func (m message) text(n protowire.Number) []byte {
	var last []byte
	for _, f := range m {
		if f.number == n && f.bytes {
			last = f.value
		}
	}
	return last
}

func (m message) embedded(n protowire.Number) []byte {
	var all []byte
	for _, f := range m {
		switch {
		case f.number != n || !f.bytes:
		case all == nil:
			all = f.value[:len(f.value):len(f.value)]
		default:
			all = append(all, f.value...)
		}
	}
	return all
}

func (m message) list(n protowire.Number) [][]byte {
	var all [][]byte
	for _, f := range m {
		if f.number == n && f.bytes {
			all = append(all, f.value)
		}
	}
	return all
}

func (m message) number(n protowire.Number) uint64 {
	last := uint64(0)
	for _, f := range m {
		if f.number == n && !f.bytes {
			last = f.n
		}
	}
	return last
}
