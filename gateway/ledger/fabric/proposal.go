package fabric

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/golang/protobuf/proto"
	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/msp"
	"github.com/hyperledger/fabric-protos-go/peer"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// nonceSize is what makes transaction identifiers unique, and unforeseeable.
const nonceSize = 24

// Prepare makes the proposal that the author has to sign. It asks nobody; its
// time is now, and peers refuse it some minutes later.
func (l *Ledger) Prepare(ctx context.Context, draft ledger.Draft) (ledger.Unsigned, error) {
	if err := ctx.Err(); err != nil {
		return ledger.Unsigned{}, err
	}
	nonce := make([]byte, nonceSize)
	if _, err := rand.Read(nonce); err != nil {
		return ledger.Unsigned{}, fmt.Errorf("drawing a nonce: %w", err)
	}
	if len(draft.Transient) > 0 {
		if err := l.mayCarry(draft.Author.Org); err != nil {
			return ledger.Unsigned{}, err
		}
	}
	return l.target.propose(draft, nonce, time.Now())
}

// target is what the gateway relays for, and nothing else.
type target struct{ channel, chaincode string }

func (t target) propose(draft ledger.Draft, nonce []byte, now time.Time) (ledger.Unsigned, error) {
	if len(draft.Document) > provenance.MaxDocument {
		return ledger.Unsigned{}, provenance.Refuse(provenance.TooLarge,
			fmt.Sprintf("the document has %d bytes; at most %d are accepted: send it in parts", len(draft.Document), provenance.MaxDocument))
	}
	creator, err := serialize(draft.Author)
	if err != nil {
		return ledger.Unsigned{}, err
	}
	var m marshaller
	id := transactionID(nonce, creator)
	name := &peer.ChaincodeID{Name: t.chaincode}
	header := m.bytes(&common.Header{
		ChannelHeader: m.bytes(&common.ChannelHeader{
			Type:      int32(common.HeaderType_ENDORSER_TRANSACTION),
			Timestamp: timestamppb.New(now),
			ChannelId: t.channel,
			TxId:      id,
			Extension: m.bytes(&peer.ChaincodeHeaderExtension{ChaincodeId: name}),
		}),
		SignatureHeader: m.bytes(&common.SignatureHeader{Creator: creator, Nonce: nonce}),
	})
	payload := m.bytes(&peer.ChaincodeProposalPayload{
		Input: m.bytes(&peer.ChaincodeInvocationSpec{ChaincodeSpec: &peer.ChaincodeSpec{
			Type:        peer.ChaincodeSpec_GOLANG,
			ChaincodeId: name,
			Input:       &peer.ChaincodeInput{Args: [][]byte{[]byte(draft.Transaction), draft.Document}},
		}}),
		TransientMap: draft.Transient,
	})
	bytes := m.bytes(&peer.Proposal{Header: header, Payload: payload})
	if m.err != nil {
		return ledger.Unsigned{}, fmt.Errorf("encoding a proposal: %w", m.err)
	}
	return ledger.Unsigned{Tx: id, Bytes: bytes}, nil
}

// serialize is an author as transactions name them: the certificate alone, in
// one spelling, whatever came with it.
func serialize(author ledger.Identity) ([]byte, error) {
	certificate, err := author.Parse()
	if err != nil {
		return nil, err
	}
	var m marshaller
	creator := m.bytes(&msp.SerializedIdentity{
		Mspid:   author.Org.MSP(),
		IdBytes: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw}),
	})
	if m.err != nil {
		return nil, fmt.Errorf("encoding an author: %w", m.err)
	}
	return creator, nil
}

// transactionID is the identifier Fabric insists on.
func transactionID(nonce, creator []byte) string {
	sum := sha256.New()
	sum.Write(nonce)
	sum.Write(creator)
	return hex.EncodeToString(sum.Sum(nil))
}

// marshaller keeps the first error, so that nested messages can be written as
// they nest.
type marshaller struct{ err error }

func (m *marshaller) bytes(message proto.Message) []byte {
	text, err := proto.Marshal(message)
	if err != nil && m.err == nil {
		m.err = err
	}
	return text
}
