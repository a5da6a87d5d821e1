package fabric

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/golang/protobuf/proto"
	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/orderer"
	"google.golang.org/grpc"
)

// Copy is one organisation's copy of the ledger, as its peer hands it out: bytes
// that nobody here has looked into, for whoever checks them.
type Copy struct {
	reader *reader
	host   *host
}

// Copies are all organisations' that run a peer.
func (l *Ledger) Copies() []Copy {
	var all []Copy
	for _, h := range l.hosts.all {
		all = append(all, Copy{l.reader, h})
	}
	return all
}

// owed is how long a peer may take to send a block that the ledger has.
const owed = 20 * time.Second

// Name is the peer's.
func (c Copy) Name() string { return c.host.name }

// Height asks the peer for its newest block.
func (c Copy) Height(ctx context.Context) (uint64, error) {
	newest := &orderer.SeekPosition{Type: &orderer.SeekPosition_Newest{Newest: &orderer.SeekNewest{}}}
	height := uint64(0)
	err := c.deliver(ctx, newest, newest, func(text []byte) error {
		header, err := pickMessage(text, 1)
		if err != nil {
			return err
		}
		if height, err = pickNumber(header, 1); err != nil {
			return err
		}
		height++
		return errAll
	})
	if errors.Is(err, errAll) {
		return height, nil
	}
	return 0, err
}

// Blocks delivers the bytes of the blocks from first to before end. It waits for
// those that the peer does not have yet, and gives up on one that does not come.
func (c Copy) Blocks(ctx context.Context, first, end uint64, deliver func([]byte) error) error {
	if first >= end {
		return nil
	}
	due := end - first
	err := c.deliver(ctx, blockPosition(first), blockPosition(end-1), func(text []byte) error {
		if err := deliver(text); err != nil {
			return err
		}
		if due--; due == 0 {
			return errAll
		}
		return nil
	})
	switch {
	case errors.Is(err, errAll):
		return nil
	case err == nil:
		return fmt.Errorf("reading the copy of %s: %w", c.host.name, errFewer)
	}
	return err
}

func (c Copy) deliver(ctx context.Context, start, stop *orderer.SeekPosition, deliver func([]byte) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	question, err := c.reader.seek(start, stop)
	if err != nil {
		return err
	}
	impatience := time.AfterFunc(owed, func() { cancel(errSilent) })
	defer impatience.Stop()
	stream, err := c.host.conn.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, "/protos.Deliver/Deliver", grpc.ForceCodec(frames{}))
	if err == nil {
		err = stream.SendMsg(question)
	}
	for err == nil {
		var frame []byte
		if err = stream.RecvMsg(&frame); err != nil {
			break
		}
		block, broken := pickMessage(frame, 2)
		if broken != nil {
			return broken
		}
		if block == nil {
			status, err := pickNumber(frame, 1)
			if err == nil && common.Status(status) != common.Status_SUCCESS {
				err = fmt.Errorf("reading the copy of %s: status %v instead of a block", c.host.name, common.Status(status))
			}
			return err
		}
		impatience.Stop() // whoever takes it may take its time
		if err := deliver(block); err != nil {
			return err
		}
		impatience.Reset(owed)
	}
	if errors.Is(context.Cause(ctx), errSilent) {
		return fmt.Errorf("reading the copy of %s: %w", c.host.name, errSilent)
	}
	return readFailure("reading the copy", c.host, err)
}

var (
	errAll    = errors.New("all that was asked for")
	errFewer  = errors.New("the peer ends before the block that was asked for")
	errSilent = errors.New("the peer does not answer")
)

// frames leaves messages as they came, so that what is checked is what was sent.
type frames struct{}

func (frames) Name() string { return "proto" } // as the peer knows it

func (frames) Marshal(v any) ([]byte, error) {
	m, ok := v.(proto.Message)
	if !ok {
		return nil, errWire
	}
	return proto.Marshal(m)
}

func (frames) Unmarshal(text []byte, v any) error {
	into, ok := v.(*[]byte)
	if !ok {
		return errWire
	}
	*into = append([]byte(nil), text...)
	return nil
}
