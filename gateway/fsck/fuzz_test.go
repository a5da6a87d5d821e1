package fsck

import (
	"bytes"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// put appends a field of bytes.
func put(to []byte, n protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, n, protowire.BytesType), value)
}

// FuzzBlock reads any bytes as a block, and what it holds as transactions: a
// block is read the same way each time, and no stranger's transaction passes.
func FuzzBlock(f *testing.F) {
	header := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 7)
	header = put(put(header, 2, bytes.Repeat([]byte{1}, 32)), 3, bytes.Repeat([]byte{2}, 32))
	envelope := put(put(nil, 1, put(nil, 1, put(put(nil, 1, put(nil, 5, []byte("ab"))), 2, put(nil, 1, []byte("who"))))), 2, []byte("signature"))
	metadata := put(put(put(nil, 1, nil), 1, nil), 1, []byte{0})
	f.Add(put(put(put(nil, 1, header), 2, put(nil, 1, envelope)), 3, metadata))
	f.Add(put(nil, 1, nil))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := readBlock(text)
		if err != nil {
			return
		}
		again, err := readBlock(text)
		if err != nil {
			t.Fatal(err)
		}
		if what, same := b.same(again); !same || !bytes.Equal(b.hash, again.hash) || b.hashed() != again.hashed() {
			t.Errorf("read twice, the %s differs", what)
		}
		nobody := new(channel)
		for i, e := range b.envelopes {
			if _, err := nobody.readTransaction(e, "labour", "fairlead"); err == nil {
				t.Errorf("transaction %d passes on a channel of nobody", i)
			}
			var r reader
			if sets := r.read(e); r.err == nil {
				_, _ = writesOf(sets, "fairlead")
			}
		}
		for at := range 6 {
			_ = b.meta(at)
		}
	})
}
