// Package fabrictest relays authors' transactions in the very bytes that Fabric
// uses, without a network and without the contract: what it lets through is
// what peers would let through by form, signatures and endorsement policy. It is
// for tests of those who sign. The contract's own judgement is ledgertest's.
package fabrictest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/golang/protobuf/proto"
	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/msp"
	"github.com/hyperledger/fabric-protos-go/peer"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// Channel and Chaincode are what it relays for.
const (
	Channel   = "labour"
	Chaincode = "fairlead"
)

// Ledger is a relay with one authority an organisation. It has blocks in number
// alone.
type Ledger struct {
	tb          testing.TB
	authorities map[provenance.Org]*authority
	peers       map[provenance.Org]*signer

	mu     sync.Mutex
	blocks map[string]uint64 // by transaction
}

var _ ledger.Ledger = (*Ledger)(nil)

// New makes the authorities, and a peer of each organisation that runs one.
func New(tb testing.TB) *Ledger {
	l := &Ledger{tb: tb, authorities: map[provenance.Org]*authority{}, peers: map[provenance.Org]*signer{}, blocks: map[string]uint64{}}
	for _, org := range provenance.Orgs() {
		l.authorities[org] = newAuthority(tb, org)
		l.peers[org] = l.authorities[org].issue(tb, "peer")
	}
	return l
}

// Prepare makes a proposal of now.
func (l *Ledger) Prepare(_ context.Context, draft ledger.Draft) (ledger.Unsigned, error) {
	return l.Propose(Channel, Chaincode, draft, time.Now()), nil
}

// Propose makes any proposal, as a gateway may that is not to be trusted.
func (l *Ledger) Propose(channel, chaincode string, draft ledger.Draft, at time.Time) ledger.Unsigned {
	nonce := make([]byte, 24)
	rand.Read(nonce) // never fails
	return l.proposal(channel, chaincode, draft, nonce, at)
}

// Endorse executes a proposal that its author signed: the answer is one receipt
// for the document. A commercial and an independent organisation sign it.
func (l *Ledger) Endorse(_ context.Context, signed ledger.Signed) (ledger.Endorsed, error) {
	p, err := readProposal(signed.Bytes)
	if err != nil {
		return ledger.Endorsed{}, err
	}
	if err := verify(p.signature.Creator, signed); err != nil {
		return ledger.Endorsed{}, err
	}
	return l.EndorsedBy(signed.Bytes, provenance.Brands, provenance.Workers), nil
}

// EndorsedBy makes the transaction of a proposal with some endorsements,
// whether the policy allows it or not.
func (l *Ledger) EndorsedBy(proposal []byte, orgs ...provenance.Org) ledger.Endorsed {
	p, err := readProposal(proposal)
	if err != nil {
		l.tb.Fatal(err)
	}
	hash := sha256.New()
	hash.Write(p.header.ChannelHeader)
	hash.Write(p.header.SignatureHeader)
	input := l.marshal(&peer.ChaincodeProposalPayload{Input: p.payload.Input})
	hash.Write(input)
	document := p.args()[1]
	var named struct{ ID string }
	_ = json.Unmarshal(document, &named) // a list has no identifier of its own
	digest := sha256.Sum256(document)
	result, err := json.Marshal(map[string]any{"receipts": []map[string]any{{
		"kind": "party", "id": named.ID, "tx": p.channel.TxId, "at": provenance.FormatInstant(p.channel.Timestamp.AsTime()), "digest": hexOf(digest[:]),
	}}})
	if err != nil {
		l.tb.Fatal(err)
	}
	response := l.marshal(&peer.ProposalResponsePayload{ProposalHash: hash.Sum(nil), Extension: l.marshal(&peer.ChaincodeAction{
		Results: []byte("what was read and written"), Response: &peer.Response{Status: 200, Payload: result}, ChaincodeId: &peer.ChaincodeID{Name: Chaincode},
	})})
	var endorsements []*peer.Endorsement
	for _, org := range orgs {
		s := l.peers[org]
		endorser := l.creator(s.Identity())
		sum := sha256.Sum256(append(bytes.Clone(response), endorser...))
		signature, err := s.Sign(sum[:])
		if err != nil {
			l.tb.Fatal(err)
		}
		endorsements = append(endorsements, &peer.Endorsement{Endorser: endorser, Signature: signature})
	}
	return ledger.Endorsed{Result: result, Unsigned: ledger.Unsigned{Tx: p.channel.TxId, Bytes: l.marshal(&common.Payload{
		Header: p.header,
		Data: l.marshal(&peer.Transaction{Actions: []*peer.TransactionAction{{
			Header: p.header.SignatureHeader,
			Payload: l.marshal(&peer.ChaincodeActionPayload{
				ChaincodeProposalPayload: input,
				Action:                   &peer.ChaincodeEndorsedAction{ProposalResponsePayload: response, Endorsements: endorsements},
			}),
		}}}),
	})}}
}

// Submit commits a transaction that its author signed, once.
func (l *Ledger) Submit(_ context.Context, signed ledger.Signed) (ledger.Commit, error) {
	payload := new(common.Payload)
	channel, signature := new(common.ChannelHeader), new(common.SignatureHeader)
	if err := errors.Join(proto.Unmarshal(signed.Bytes, payload), proto.Unmarshal(payload.GetHeader().GetChannelHeader(), channel),
		proto.Unmarshal(payload.GetHeader().GetSignatureHeader(), signature)); err != nil {
		return ledger.Commit{}, provenance.Refuse(provenance.Invalid, "these bytes are no transaction")
	}
	if err := verify(signature.Creator, signed); err != nil {
		return ledger.Commit{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, done := l.blocks[channel.TxId]; !done {
		l.blocks[channel.TxId] = uint64(len(l.blocks) + 1)
	}
	return ledger.Commit{Tx: channel.TxId, Block: l.blocks[channel.TxId]}, nil
}

// Fate answers for a transaction.
func (l *Ledger) Fate(_ context.Context, tx string) (ledger.Commit, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	block, done := l.blocks[tx]
	if !done {
		return ledger.Commit{}, &ledger.FateError{Tx: tx, Cause: errors.New("no block holds it")}
	}
	return ledger.Commit{Tx: tx, Block: block}, nil
}

// Committed counts what was committed.
func (l *Ledger) Committed() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.blocks)
}

// Follow has nothing to deliver.
func (l *Ledger) Follow(ctx context.Context, _ uint64, _ func(ledger.Block) error) error {
	<-ctx.Done()
	return ctx.Err()
}

// Height counts the blocks, the first of which is the channel's.
func (l *Ledger) Height(context.Context) (uint64, error) { return uint64(l.Committed() + 1), nil }

// Record finds nothing.
func (l *Ledger) Record(context.Context, provenance.Kind, string) (provenance.Record, error) {
	return provenance.Record{}, provenance.Refuse(provenance.NotFound, "no records are kept here")
}

// Ready is always so.
func (l *Ledger) Ready(context.Context) error { return nil }

// verify checks an author's signature as peers do.
func verify(creator []byte, signed ledger.Signed) error {
	identity := new(msp.SerializedIdentity)
	if err := proto.Unmarshal(creator, identity); err != nil {
		return provenance.Refuse(provenance.Invalid, "the author cannot be read")
	}
	certificate, err := ledger.Identity{Certificate: identity.IdBytes}.Parse()
	if err != nil {
		return provenance.Refuse(provenance.Invalid, "the author cannot be read")
	}
	key, ok := certificate.PublicKey.(*ecdsa.PublicKey)
	sum := sha256.Sum256(signed.Bytes)
	if !ok || !ecdsa.VerifyASN1(key, sum[:], signed.Signature) || !lowS(signed.Signature) {
		return provenance.Refuse(provenance.Invalid, "the signature is not the author's, with low S")
	}
	return nil
}

// Issuer is the certificate of an organisation's authority.
func (l *Ledger) Issuer(org provenance.Org) *x509.Certificate { return l.authorities[org].certificate }

// Enrol issues a member's certificate.
func (l *Ledger) Enrol(org provenance.Org) *Author { return l.authorities[org].issue(l.tb, "client") }
