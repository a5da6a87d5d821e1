package fabric

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/golang/protobuf/proto"
	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/orderer"
	"google.golang.org/grpc/codes"

	"github.com/fairlead/fairlead/gateway/ledger"
)

func firstAsked(asked *common.Envelope) (uint64, error) {
	payload, seek := new(common.Payload), new(orderer.SeekInfo)
	if err := errors.Join(proto.Unmarshal(asked.Payload, payload), proto.Unmarshal(payload.Data, seek)); err != nil {
		return 0, err
	}
	return seek.Start.GetSpecified().GetNumber(), nil
}

// chain makes blocks that continue each other; blocks of another branch differ.
func chain(t *testing.T, length int, branch string) []*common.Block {
	t.Helper()
	var blocks []*common.Block
	previous := []byte(branch)
	for n := range length {
		b := block(uint64(n), previous, []byte{0}, configuration(t, common.HeaderType_CONFIG))
		hash, err := headerHash(b.Header)
		if err != nil {
			t.Fatal(err)
		}
		blocks, previous = append(blocks, b), hash
	}
	return blocks
}

// sending sends some blocks from the one asked for on, then ends with an error.
func sending(t *testing.T, blocks []*common.Block, most int) func(uint64, func(*common.Block) error) error {
	return func(first uint64, send func(*common.Block) error) error {
		for _, b := range blocks[first:min(len(blocks), int(first)+most)] {
			if err := send(b); err != nil {
				return err
			}
		}
		return says(t, codes.Unavailable)
	}
}

var errEnough = errors.New("enough")

func collect(ctx context.Context, l *Ledger, first uint64, most int) (numbers []uint64, err error) {
	err = l.Follow(ctx, first, func(b ledger.Block) error {
		if numbers = append(numbers, b.Number); len(numbers) == most {
			return errEnough
		}
		return nil
	})
	return numbers, err
}

func TestFollowingGoesOnWithAnotherPeer(t *testing.T) {
	blocks := chain(t, 9, "")
	one, two := &fakePeer{blocks: sending(t, blocks, 3)}, &fakePeer{blocks: sending(t, blocks, 2)}
	got, err := collect(t.Context(), openFake(t, one, two), 1, 8)
	if !errors.Is(err, errEnough) || !slices.Equal(got, []uint64{1, 2, 3, 4, 5, 6, 7, 8}) {
		t.Errorf("%v, %v", got, err)
	}
	if one.called("deliver") != 2 || two.called("deliver") != 1 {
		t.Errorf("asked %d and %d times", one.called("deliver"), two.called("deliver"))
	}
}

func TestAForkEndsFollowing(t *testing.T) {
	one := &fakePeer{blocks: sending(t, chain(t, 9, ""), 3)}
	two := &fakePeer{blocks: sending(t, chain(t, 9, "another"), 3)}
	got, err := collect(t.Context(), openFake(t, one, two), 0, 9)
	if err == nil || !strings.Contains(err.Error(), "does not continue") || len(got) != 3 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestABlockOutOfTurnEndsFollowing(t *testing.T) {
	blocks := chain(t, 9, "")
	p := &fakePeer{blocks: sending(t, slices.Delete(slices.Clone(blocks), 2, 3), 9)}
	got, err := collect(t.Context(), openFake(t, p), 0, 9)
	if err == nil || !strings.Contains(err.Error(), "block 3 came where 2 was due") || len(got) != 2 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestFollowingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p := &fakePeer{blocks: func(uint64, func(*common.Block) error) error {
		cancel()
		<-t.Context().Done()
		return nil
	}}
	if _, err := collect(ctx, openFake(t, p), 0, 9); err != context.Canceled {
		t.Errorf("%v", err)
	}
}
