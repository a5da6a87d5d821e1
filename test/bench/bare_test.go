//go:build bench

package bench

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"os"
	"time"

	"github.com/golang/protobuf/proto"
	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/gateway"
	"github.com/hyperledger/fabric-protos-go/msp"
	"github.com/hyperledger/fabric-protos-go/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/fairlead/fairlead/network"
)

// bare does what a Fabric client must to commit a transaction, on one
// connection to one peer, with the key in its hands: no check of what it signs
// or relays, no second try, no other peer.
type bare struct {
	channel, chaincode string
	gateway            gateway.GatewayClient
	creator            []byte
	key                *ecdsa.PrivateKey
}

func dialBare(p *network.Profile, mspid string, certificate []byte, key *ecdsa.PrivateKey) (*bare, func() error, error) {
	o := p.Organizations[0]
	root, err := os.ReadFile(o.TLSCA)
	if err != nil {
		return nil, nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(root)
	conn, err := grpc.NewClient("passthrough:///"+o.Peer.Address,
		grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(pool, o.Peer.ServerName)))
	if err != nil {
		return nil, nil, err
	}
	creator, err := proto.Marshal(&msp.SerializedIdentity{Mspid: mspid, IdBytes: certificate})
	return &bare{p.Channel, p.Chaincode, gateway.NewGatewayClient(conn), creator, key}, conn.Close, err
}

func (b *bare) sign(text []byte) ([]byte, error) {
	digest := sha256.Sum256(text)
	r, s, err := ecdsa.Sign(rand.Reader, b.key, digest[:])
	if err != nil {
		return nil, err
	}
	order := elliptic.P256().Params().N
	if s.Cmp(new(big.Int).Rsh(order, 1)) > 0 {
		s.Sub(order, s)
	}
	return asn1.Marshal(struct{ R, S *big.Int }{r, s})
}

// state has one document committed.
func (b *bare) state(ctx context.Context, transaction string, document []byte) error {
	tx, proposal, err := b.propose(transaction, document)
	if err != nil {
		return err
	}
	signature, err := b.sign(proposal)
	if err != nil {
		return err
	}
	endorsed, err := b.gateway.Endorse(ctx, &gateway.EndorseRequest{
		TransactionId: tx, ChannelId: b.channel,
		ProposedTransaction: &peer.SignedProposal{ProposalBytes: proposal, Signature: signature},
	})
	if err != nil {
		return err
	}
	envelope := endorsed.PreparedTransaction
	if envelope.Signature, err = b.sign(envelope.Payload); err != nil {
		return err
	}
	if _, err := b.gateway.Submit(ctx, &gateway.SubmitRequest{TransactionId: tx, ChannelId: b.channel, PreparedTransaction: envelope}); err != nil {
		return err
	}
	question, err := proto.Marshal(&gateway.CommitStatusRequest{TransactionId: tx, ChannelId: b.channel, Identity: b.creator})
	if err != nil {
		return err
	}
	if signature, err = b.sign(question); err != nil {
		return err
	}
	answer, err := b.gateway.CommitStatus(ctx, &gateway.SignedCommitStatusRequest{Request: question, Signature: signature})
	if err == nil && answer.Result != peer.TxValidationCode_VALID {
		err = fmt.Errorf("transaction %s is %v", tx, answer.Result)
	}
	return err
}

func (b *bare) propose(transaction string, document []byte) (tx string, proposal []byte, err error) {
	nonce := make([]byte, 24)
	rand.Read(nonce) // never fails
	sum := sha256.Sum256(append(nonce[:24:24], b.creator...))
	tx = hex.EncodeToString(sum[:])
	name := &peer.ChaincodeID{Name: b.chaincode}
	extension, err1 := proto.Marshal(&peer.ChaincodeHeaderExtension{ChaincodeId: name})
	channel, err2 := proto.Marshal(&common.ChannelHeader{
		Type: int32(common.HeaderType_ENDORSER_TRANSACTION), Timestamp: timestamppb.New(time.Now()),
		ChannelId: b.channel, TxId: tx, Extension: extension,
	})
	signature, err3 := proto.Marshal(&common.SignatureHeader{Creator: b.creator, Nonce: nonce})
	header, err4 := proto.Marshal(&common.Header{ChannelHeader: channel, SignatureHeader: signature})
	input, err5 := proto.Marshal(&peer.ChaincodeInvocationSpec{ChaincodeSpec: &peer.ChaincodeSpec{
		Type: peer.ChaincodeSpec_GOLANG, ChaincodeId: name,
		Input: &peer.ChaincodeInput{Args: [][]byte{[]byte(transaction), document}},
	}})
	payload, err6 := proto.Marshal(&peer.ChaincodeProposalPayload{Input: input})
	proposal, err7 := proto.Marshal(&peer.Proposal{Header: header, Payload: payload})
	return tx, proposal, errors.Join(err1, err2, err3, err4, err5, err6, err7)
}
