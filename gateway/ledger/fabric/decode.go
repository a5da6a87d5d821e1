package fabric

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/asn1"
	"fmt"
	"math/big"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/golang/protobuf/proto"
	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/msp"
	"github.com/hyperledger/fabric-protos-go/peer"
)

// invocation is a proposal, or the proposal within a transaction, taken apart.
type invocation struct {
	tx       string
	creator  []byte // serialized identity
	channel  string
	args     [][]byte
	header   *common.Header
	payload  *peer.ChaincodeProposalPayload
	named    string // the chaincode as the header names it
	invoked  string // and as the invocation does
	trailing bool   // it carries something a proposal of ours never has
}

// unreadable is the refusal of bytes that a client hands in.
func unreadable(what string) *provenance.Refusal {
	return provenance.Refuse(provenance.Invalid, "these bytes are not "+what+" made by Prepare: start again from there")
}

// readHeader takes the common part of proposals and transactions apart.
func readHeader(header *common.Header) (*invocation, bool) {
	channel, signature := new(common.ChannelHeader), new(common.SignatureHeader)
	extension := new(peer.ChaincodeHeaderExtension)
	if proto.Unmarshal(header.GetChannelHeader(), channel) != nil ||
		proto.Unmarshal(header.GetSignatureHeader(), signature) != nil ||
		proto.Unmarshal(channel.Extension, extension) != nil ||
		channel.Type != int32(common.HeaderType_ENDORSER_TRANSACTION) ||
		channel.TxId != transactionID(signature.Nonce, signature.Creator) {
		return nil, false
	}
	return &invocation{
		tx: channel.TxId, creator: signature.Creator, channel: channel.ChannelId,
		header: header, named: extension.GetChaincodeId().GetName(),
	}, true
}

func (i *invocation) readPayload(payload []byte) bool {
	i.payload = new(peer.ChaincodeProposalPayload)
	input := new(peer.ChaincodeInvocationSpec)
	if proto.Unmarshal(payload, i.payload) != nil || proto.Unmarshal(i.payload.Input, input) != nil {
		return false
	}
	spec := input.GetChaincodeSpec()
	i.invoked = spec.GetChaincodeId().GetName()
	i.args = spec.GetInput().GetArgs()
	i.trailing = spec.GetInput().GetIsInit() || len(spec.GetInput().GetDecorations()) > 0
	return true
}

// readProposal takes a proposal for the target apart; a Refusal when it is
// none, or one for something else.
func (t target) readProposal(text []byte) (*invocation, error) {
	proposal, header := new(peer.Proposal), new(common.Header)
	if proto.Unmarshal(text, proposal) != nil || proto.Unmarshal(proposal.Header, header) != nil {
		return nil, unreadable("a proposal")
	}
	i, ok := readHeader(header)
	if !ok || !i.readPayload(proposal.Payload) {
		return nil, unreadable("a proposal")
	}
	return i, t.accept(i)
}

// private says whether a proposal carries transient data.
func (i *invocation) private() bool { return len(i.payload.TransientMap) > 0 }

// transaction is an endorsed transaction taken apart.
type transaction struct {
	*invocation
	endorsed []byte // hash of the proposal that the endorsers executed
	response *peer.Response
	ran      string // the chaincode that answered
}

// readTransaction takes the payload of a transaction's envelope apart; a
// Refusal when it is not one for the target.
func (t target) readTransaction(text []byte) (*transaction, error) {
	payload, tx := new(common.Payload), new(peer.Transaction)
	if proto.Unmarshal(text, payload) != nil || proto.Unmarshal(payload.Data, tx) != nil || len(tx.Actions) != 1 {
		return nil, unreadable("a transaction")
	}
	i, ok := readHeader(payload.Header)
	if !ok || !bytes.Equal(tx.Actions[0].Header, payload.Header.SignatureHeader) {
		return nil, unreadable("a transaction")
	}
	action, response, result := new(peer.ChaincodeActionPayload), new(peer.ProposalResponsePayload), new(peer.ChaincodeAction)
	if proto.Unmarshal(tx.Actions[0].Payload, action) != nil ||
		!i.readPayload(action.ChaincodeProposalPayload) ||
		proto.Unmarshal(action.GetAction().GetProposalResponsePayload(), response) != nil ||
		proto.Unmarshal(response.Extension, result) != nil || i.private() {
		return nil, unreadable("a transaction")
	}
	return &transaction{
		invocation: i, endorsed: response.ProposalHash,
		response: result.GetResponse(), ran: result.GetChaincodeId().GetName(),
	}, t.accept(i)
}

// accept refuses what is addressed to another channel or chaincode.
func (t target) accept(i *invocation) error {
	switch {
	case i.channel != t.channel:
		return provenance.Refuse(provenance.Invalid, "the bytes are meant for another channel: only "+t.channel+" is served here")
	case i.named != t.chaincode || i.invoked != t.chaincode:
		return provenance.Refuse(provenance.Invalid, "the bytes are meant for another chaincode: only "+t.chaincode+" is served here")
	case len(i.args) != 2 || i.trailing:
		return provenance.Refuse(provenance.Invalid, "the bytes hold more than a transaction's name and its document")
	}
	return nil
}

// author is the identity that a transaction names as its creator.
func (i *invocation) author() (ledger.Identity, error) {
	serialized := new(msp.SerializedIdentity)
	if proto.Unmarshal(i.creator, serialized) != nil {
		return ledger.Identity{}, unreadable("a proposal")
	}
	org, ok := provenance.OrgOfMSP(serialized.Mspid)
	if !ok {
		return ledger.Identity{}, provenance.Refuse(provenance.NoStanding, "the author belongs to none of the network's organisations")
	}
	return ledger.Identity{Org: org, Certificate: serialized.IdBytes}, nil
}

// verify refuses what the author did not sign, before it costs the network
// anything. Whether the certificate may sign is for the peers to say.
func (i *invocation) verify(signed ledger.Signed) error {
	author, err := i.author()
	if err != nil {
		return err
	}
	certificate, err := author.Parse()
	if err != nil {
		return provenance.Refuse(provenance.Invalid, err.Error())
	}
	key, ok := certificate.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return provenance.Refuse(provenance.Invalid, "the author's key is not on the curve P-256")
	}
	digest := sha256.Sum256(signed.Bytes)
	if !ecdsa.VerifyASN1(key, digest[:], signed.Signature) {
		return provenance.Refuse(provenance.Invalid, "the signature is not the author's over these bytes")
	}
	if !isLowS(signed.Signature) {
		return provenance.Refuse(provenance.Invalid, "the signature has the higher of its two values of S: replace S by the curve's order less S")
	}
	return nil
}

func isLowS(signature []byte) bool {
	var value struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(signature, &value); err != nil {
		return false
	}
	half := new(big.Int).Rsh(elliptic.P256().Params().N, 1)
	return value.S.Cmp(half) <= 0
}

// proposalHash is what endorsers sign for a proposal: its headers and its
// payload without what is transient.
func (i *invocation) proposalHash() ([]byte, error) {
	input, err := proto.Marshal(&peer.ChaincodeProposalPayload{Input: i.payload.Input})
	if err != nil {
		return nil, fmt.Errorf("encoding a proposal: %w", err)
	}
	sum := sha256.New()
	sum.Write(i.header.ChannelHeader)
	sum.Write(i.header.SignatureHeader)
	sum.Write(input)
	return sum.Sum(nil), nil
}
