package fabric

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/golang/protobuf/proto"
	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/peer"
	"google.golang.org/protobuf/types/known/timestamppb"
)

var _ ledger.Witness = (*Ledger)(nil)

// witnessRounds is how often peers that answer differently are asked again:
// most often one lacks the newest block.
const witnessRounds = 5

// Ask has the peers of some organisations answer a question of the reader's, and
// keeps what they signed. Each peer is asked by itself, so that it is known whose
// word the answer is.
func (l *Ledger) Ask(ctx context.Context, chaincode string, args [][]byte, orgs ...provenance.Org) (ledger.Witnessed, error) {
	var peers []*host
	for _, org := range orgs {
		for _, h := range l.hosts.all {
			if h.org == org {
				peers = append(peers, h)
			}
		}
	}
	if len(peers) < len(orgs) || len(peers) == 0 {
		return ledger.Witnessed{}, errors.New("asking peers: one of the organisations has none")
	}
	var err error
	for n := range witnessRounds {
		if n > 0 {
			if err := pause(ctx, catchUp); err != nil {
				return ledger.Witnessed{}, err
			}
		}
		var w ledger.Witnessed
		if w, err = l.askOnce(ctx, chaincode, args, peers); !errors.Is(err, errDiffer) {
			return w, err
		}
	}
	return ledger.Witnessed{}, err
}

var errDiffer = errors.New("peers answer differently")

func (l *Ledger) askOnce(ctx context.Context, chaincode string, args [][]byte, peers []*host) (ledger.Witnessed, error) {
	ctx, cancel := context.WithTimeout(ctx, endorseTimeout)
	defer cancel()
	text, err := l.reader.question(chaincode, args)
	if err != nil {
		return ledger.Witnessed{}, err
	}
	w := ledger.Witnessed{Proposal: text}
	if w.Signature, err = l.reader.sign(text); err != nil {
		return ledger.Witnessed{}, err
	}
	for n, h := range peers {
		answer, err := peer.NewEndorserClient(h.conn).ProcessProposal(ctx, &peer.SignedProposal{ProposalBytes: text, Signature: w.Signature})
		if err != nil {
			return ledger.Witnessed{}, readFailure("asking", h, err)
		}
		if answer.GetResponse().GetStatus() != int32(common.Status_SUCCESS) {
			if refusal, ok := provenance.ParseRefusal(answer.GetResponse().GetMessage()); ok {
				return ledger.Witnessed{}, refusal
			}
			return ledger.Witnessed{}, fmt.Errorf("asking %s: status %d", h.name, answer.GetResponse().GetStatus())
		}
		if n > 0 && !bytes.Equal(answer.Payload, w.Response) {
			return ledger.Witnessed{}, fmt.Errorf("asking %s: %w", h.name, errDiffer)
		}
		w.Response = answer.Payload
		w.Endorsements = append(w.Endorsements, ledger.PeerSignature{Endorser: answer.GetEndorsement().GetEndorser(), Signature: answer.GetEndorsement().GetSignature()})
	}
	response, action := new(peer.ProposalResponsePayload), new(peer.ChaincodeAction)
	if proto.Unmarshal(w.Response, response) != nil || proto.Unmarshal(response.Extension, action) != nil {
		return ledger.Witnessed{}, fmt.Errorf("asking peers: %w", errNoResult)
	}
	w.Answer = action.GetResponse().GetPayload()
	return w, nil
}

// question is a proposal of the reader's own.
func (r *reader) question(chaincode string, args [][]byte) ([]byte, error) {
	nonce := make([]byte, nonceSize)
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("drawing a nonce: %w", err)
	}
	var m marshaller
	name := &peer.ChaincodeID{Name: chaincode}
	text := m.bytes(&peer.Proposal{
		Header: m.bytes(&common.Header{
			ChannelHeader: m.bytes(&common.ChannelHeader{
				Type: int32(common.HeaderType_ENDORSER_TRANSACTION), Timestamp: timestamppb.New(time.Now()),
				ChannelId: r.channel, TxId: transactionID(nonce, r.creator),
				Extension: m.bytes(&peer.ChaincodeHeaderExtension{ChaincodeId: name}),
			}),
			SignatureHeader: m.bytes(&common.SignatureHeader{Creator: r.creator, Nonce: nonce}),
		}),
		Payload: m.bytes(&peer.ChaincodeProposalPayload{
			Input: m.bytes(&peer.ChaincodeInvocationSpec{ChaincodeSpec: &peer.ChaincodeSpec{
				Type: peer.ChaincodeSpec_GOLANG, ChaincodeId: name, Input: &peer.ChaincodeInput{Args: args},
			}}),
		}),
	})
	if m.err != nil {
		return nil, fmt.Errorf("encoding a question: %w", m.err)
	}
	return text, nil
}
