package fabric

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"math"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/gateway"
	"github.com/hyperledger/fabric-protos-go/orderer"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// reader is the identity in whose name this gateway reads. It signs questions
// and nothing that ends in a block.
type reader struct {
	key     *ledger.KeySigner
	creator []byte
	channel string
}

func openReader(p *Profile) (*reader, error) {
	org, _ := provenance.OrgOfMSP(p.Reader.MSPID) // the profile is checked
	key, err := ledger.OpenKeyFile(org, p.Reader.Dir)
	if err != nil {
		return nil, fmt.Errorf("opening the reader's identity: %w", err)
	}
	creator, err := serialize(key.Identity())
	if err != nil {
		return nil, fmt.Errorf("opening the reader's identity: %w", err)
	}
	return &reader{key: key, creator: creator, channel: p.Channel}, nil
}

func (r *reader) sign(message []byte) ([]byte, error) {
	digest := sha256.Sum256(message)
	signature, err := r.key.Sign(digest[:])
	if err != nil {
		return nil, fmt.Errorf("signing as the reader: %w", err)
	}
	return signature, nil
}

// commitStatus asks what became of a transaction.
func (r *reader) commitStatus(tx string) (*gateway.SignedCommitStatusRequest, error) {
	var m marshaller
	request := m.bytes(&gateway.CommitStatusRequest{TransactionId: tx, ChannelId: r.channel, Identity: r.creator})
	if m.err != nil {
		return nil, fmt.Errorf("encoding a question: %w", m.err)
	}
	signature, err := r.sign(request)
	if err != nil {
		return nil, err
	}
	return &gateway.SignedCommitStatusRequest{Request: request, Signature: signature}, nil
}

// blocksFrom asks for all blocks from number first on, as they come to be.
func (r *reader) blocksFrom(first uint64) (*common.Envelope, error) {
	return r.seek(blockPosition(first), blockPosition(math.MaxUint64))
}

// seek asks for the blocks between two positions, and for those to come.
func (r *reader) seek(start, stop *orderer.SeekPosition) (*common.Envelope, error) {
	nonce := make([]byte, nonceSize)
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("drawing a nonce: %w", err)
	}
	var m marshaller
	payload := m.bytes(&common.Payload{
		Header: &common.Header{
			ChannelHeader: m.bytes(&common.ChannelHeader{
				Type:      int32(common.HeaderType_DELIVER_SEEK_INFO),
				Timestamp: timestamppb.New(time.Now()),
				ChannelId: r.channel,
			}),
			SignatureHeader: m.bytes(&common.SignatureHeader{Creator: r.creator, Nonce: nonce}),
		},
		Data: m.bytes(&orderer.SeekInfo{Start: start, Stop: stop, Behavior: orderer.SeekInfo_BLOCK_UNTIL_READY}),
	})
	if m.err != nil {
		return nil, fmt.Errorf("encoding a question: %w", m.err)
	}
	signature, err := r.sign(payload)
	if err != nil {
		return nil, err
	}
	return &common.Envelope{Payload: payload, Signature: signature}, nil
}

func blockPosition(number uint64) *orderer.SeekPosition {
	return &orderer.SeekPosition{Type: &orderer.SeekPosition_Specified{
		Specified: &orderer.SeekSpecified{Number: number},
	}}
}
