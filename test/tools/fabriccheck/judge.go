package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/hyperledger/fabric-lib-go/bccsp"
	"github.com/hyperledger/fabric-lib-go/bccsp/sw"
	"github.com/hyperledger/fabric-lib-go/common/flogging"
	mspprotos "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/hyperledger/fabric/common/cauthdsl"
	"github.com/hyperledger/fabric/common/policies"
	"github.com/hyperledger/fabric/common/policydsl"
	"github.com/hyperledger/fabric/core/common/validation"
	"github.com/hyperledger/fabric/core/endorser"
	"github.com/hyperledger/fabric/msp"
	"github.com/hyperledger/fabric/msp/mgmt"
	"github.com/hyperledger/fabric/protoutil"
	"google.golang.org/protobuf/proto"
)

// judge is a channel's membership and policy, as a peer has them.
type judge struct {
	crypto  bccsp.BCCSP
	members msp.MSPManager
	signers policies.Policy // who has to sign a seal about records
	anyPeer policies.Policy // and one of a single peer, which others complete
}

// roots is the roots file, as gateway/proof's README describes it.
type roots struct {
	Channel       string `json:"channel"`
	Organizations []struct {
		Name          string   `json:"name"`
		Roots         []string `json:"roots"`
		Intermediates []string `json:"intermediates"`
		Revoked       []string `json:"revoked"`
	} `json:"organizations"`
}

func openJudge(path, policy string) (*judge, error) {
	flogging.ActivateSpec("fatal") // what is rejected here is told by our caller
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var r roots
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	j := new(judge)
	if j.crypto, err = sw.NewDefaultSecurityLevelWithKeystore(sw.NewDummyKeyStore()); err != nil {
		return nil, err
	}
	var all []msp.MSP
	everybody := "OR("
	for i, o := range r.Organizations {
		member, err := j.membership(o.Name+"MSP", o.Roots, o.Intermediates, o.Revoked)
		if err != nil {
			return nil, fmt.Errorf("the membership of %s: %w", o.Name, err)
		}
		all = append(all, member)
		if i > 0 {
			everybody += ","
		}
		everybody += "'" + o.Name + "MSP.peer'"
	}
	j.members = msp.NewMSPManager()
	if err := j.members.Setup(all); err != nil {
		return nil, err
	}
	mgmt.XXXSetMSPManager(r.Channel, j.members)
	if j.signers, err = j.policy(policy); err != nil {
		return nil, err
	}
	j.anyPeer, err = j.policy(everybody + ")")
	return j, err
}

func (j *judge) policy(text string) (policies.Policy, error) {
	envelope, err := policydsl.FromString(text)
	if err != nil {
		return nil, fmt.Errorf("reading the policy: %w", err)
	}
	encoded, err := proto.Marshal(envelope)
	if err != nil {
		return nil, err
	}
	p, _, err := cauthdsl.NewPolicyProvider(j.members).NewPolicy(encoded)
	return p, err
}

// membership is an organisation as the channel's configuration has it.
func (j *judge) membership(name string, roots, intermediates, revoked []string) (msp.MSP, error) {
	unit := func(name string) *mspprotos.FabricOUIdentifier {
		return &mspprotos.FabricOUIdentifier{OrganizationalUnitIdentifier: name}
	}
	config := &mspprotos.FabricMSPConfig{
		Name: name, RootCerts: many(roots), IntermediateCerts: many(intermediates), RevocationList: many(revoked),
		CryptoConfig: &mspprotos.FabricCryptoConfig{SignatureHashFamily: "SHA2", IdentityIdentifierHashFunction: "SHA256"},
		FabricNodeOus: &mspprotos.FabricNodeOUs{
			Enable: true, ClientOuIdentifier: unit("client"), PeerOuIdentifier: unit("peer"), AdminOuIdentifier: unit("admin"), OrdererOuIdentifier: unit("orderer"),
		},
	}
	encoded, err := proto.Marshal(config)
	if err != nil {
		return nil, err
	}
	m, err := msp.New(&msp.BCCSPNewOpts{NewBaseOpts: msp.NewBaseOpts{Version: msp.MSPv3_0}}, j.crypto)
	if err != nil {
		return nil, err
	}
	return m, m.Setup(&mspprotos.MSPConfig{Type: int32(msp.FABRIC), Config: encoded})
}

func many(texts []string) [][]byte {
	var out [][]byte
	for _, text := range texts {
		out = append(out, []byte(text))
	}
	return out
}

// who has to sign a seal, which is known from how the network made it: one by a
// single peer is one of several that are judged together.
func (j *judge) who(made seal) policies.Policy {
	if len(made.Endorsements) == 1 {
		return j.anyPeer
	}
	return j.signers
}

// seal judges as a peer does: the proposal as when it is asked to run it, the
// endorsements as when a transaction is validated. A seal in which peers tell of a
// transaction holds that transaction, which is judged too.
func (j *judge) seal(s seal, who policies.Policy) error {
	unpacked, err := endorser.UnpackProposal(&peer.SignedProposal{ProposalBytes: s.Proposal, Signature: s.Signature})
	if err != nil {
		return fmt.Errorf("the proposal: %w", err)
	}
	if err := unpacked.Validate(j.members); err != nil {
		return fmt.Errorf("the proposal: %w", err)
	}
	response, err := protoutil.UnmarshalProposalResponsePayload(s.Response)
	if err != nil {
		return fmt.Errorf("the response: %w", err)
	}
	if !bytes.Equal(response.ProposalHash, unpacked.ProposalHash) {
		return errors.New("the response is to another proposal")
	}
	action, err := protoutil.UnmarshalChaincodeAction(response.Extension)
	if err != nil {
		return fmt.Errorf("the action: %w", err)
	}
	if name := action.GetChaincodeId().GetName(); name != unpacked.ChaincodeName {
		return fmt.Errorf("%s answers for %s", name, unpacked.ChaincodeName)
	}
	if status := action.GetResponse().GetStatus(); status >= 400 || status < 200 {
		return fmt.Errorf("the status is %d", status)
	}
	if err := endorsed(who, s.Response, s.Endorsements); err != nil || unpacked.ChaincodeName != "qscc" {
		return err
	}
	return j.told(action.Response.Payload)
}

func endorsed(by policies.Policy, response []byte, endorsements []endorsement) error {
	var signed []*protoutil.SignedData
	for _, e := range endorsements {
		signed = append(signed, &protoutil.SignedData{Data: append(append([]byte(nil), response...), e.Endorser...), Identity: e.Endorser, Signature: e.Signature})
	}
	if err := by.EvaluateSignedData(signed); err != nil {
		return fmt.Errorf("the endorsements: %w", err)
	}
	return nil
}

// told judges the transaction that a peer tells of.
func (j *judge) told(answer []byte) error {
	processed := new(peer.ProcessedTransaction)
	if err := proto.Unmarshal(answer, processed); err != nil {
		return fmt.Errorf("the transaction: %w", err)
	}
	if code := peer.TxValidationCode(processed.ValidationCode); code != peer.TxValidationCode_VALID {
		return fmt.Errorf("the transaction is %v", code)
	}
	payload, code := validation.ValidateTransaction(processed.TransactionEnvelope, j.crypto)
	if code != peer.TxValidationCode_VALID {
		return fmt.Errorf("the transaction is %v", code)
	}
	tx, err := protoutil.UnmarshalTransaction(payload.Data)
	if err != nil {
		return fmt.Errorf("the transaction: %w", err)
	}
	inner, _, err := protoutil.GetPayloads(tx.Actions[0])
	if err != nil {
		return fmt.Errorf("the transaction: %w", err)
	}
	var endorsements []endorsement
	for _, e := range inner.Action.Endorsements {
		endorsements = append(endorsements, endorsement{e.Endorser, e.Signature})
	}
	return endorsed(j.signers, inner.Action.ProposalResponsePayload, endorsements)
}
