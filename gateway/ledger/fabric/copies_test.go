package fabric

import (
	"bytes"
	"errors"
	"testing"

	"github.com/golang/protobuf/proto"
	"github.com/hyperledger/fabric-protos-go/common"
)

func TestACopyIsThePeersOwnBytes(t *testing.T) {
	ours, theirs := chain(t, 5, "a"), chain(t, 5, "b")
	l := openFake(t,
		&fakePeer{calls: map[string]int{}, blocks: sending(t, ours, 5)},
		&fakePeer{calls: map[string]int{}, blocks: sending(t, theirs, 2)})
	copies := l.Copies()
	if len(copies) != 2 || copies[0].Name() == copies[1].Name() {
		t.Fatalf("there are %d copies", len(copies))
	}
	for i, blocks := range [][]*common.Block{ours, theirs} {
		next := 0
		err := copies[i].Blocks(t.Context(), 0, 5, func(text []byte) error {
			want, err := proto.Marshal(blocks[next])
			if err != nil || !bytes.Equal(want, text) {
				t.Errorf("copy %d, block %d: %x, want %x (%v)", i, next, text, want, err)
			}
			next++
			return nil
		})
		if whole := i == 0; whole != (err == nil) || whole != (next == 5) {
			t.Errorf("copy %d gives %d blocks, then %v", i, next, err)
		}
	}
	if err := copies[0].Blocks(t.Context(), 0, 5, func([]byte) error { return errEnough }); !errors.Is(err, errEnough) {
		t.Errorf("whoever takes the blocks says enough, and the copy says %v", err)
	}
	if height, err := copies[0].Height(t.Context()); err != nil || height == 0 {
		t.Errorf("it is %d blocks high: %v", height, err)
	}
}
