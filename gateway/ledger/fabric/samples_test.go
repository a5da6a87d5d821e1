package fabric

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/golang/protobuf/proto"
	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go/peer"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// served is what the tests relay for.
var served = target{channel: "labour", chaincode: "fairlead"}

func marshal(t testing.TB, m proto.Message) []byte {
	t.Helper()
	text, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func unmarshal[M proto.Message](t testing.TB, text []byte, m M) M {
	t.Helper()
	if err := proto.Unmarshal(text, m); err != nil {
		t.Fatal(err)
	}
	return m
}

// newAuthor makes an author whom no network knows.
func newAuthor(t testing.TB, org provenance.Org) (*ledger.KeySigner, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "m-0001"}, NotAfter: time.Unix(1<<33, 0)}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	author, err := ledger.NewKeySigner(ledger.Identity{Org: org, Certificate: text}, key)
	if err != nil {
		t.Fatal(err)
	}
	return author, key
}

func signed(t testing.TB, author ledger.Signer, text []byte) ledger.Signed {
	t.Helper()
	digest := sha256.Sum256(text)
	signature, err := author.Sign(digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Signed{Bytes: text, Signature: signature}
}

func draft(author ledger.Signer) ledger.Draft {
	return ledger.Draft{Author: author.Identity(), Transaction: "RecordAudit", Document: []byte(`{"id":"one"}`)}
}

// moment is when everything here is proposed.
var moment = time.Date(2026, 3, 4, 5, 6, 7, 89, time.UTC)

func propose(t testing.TB, d ledger.Draft) ledger.Unsigned {
	t.Helper()
	u, err := served.propose(d, []byte("twenty-four bytes nonce!"), moment)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// endorse does to a proposal what peers do, and puts the event of a chaincode in.
func endorse(t testing.TB, proposal []byte, event *peer.ChaincodeEvent) []byte {
	t.Helper()
	i, err := served.readProposal(proposal)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := i.proposalHash()
	if err != nil {
		t.Fatal(err)
	}
	action := &peer.ChaincodeAction{
		Results:     writing(t, "fairlead", make([]byte, 200)),
		Response:    &peer.Response{Status: 200, Payload: []byte(`{"receipts":[]}`)},
		ChaincodeId: &peer.ChaincodeID{Name: "fairlead"},
	}
	if event != nil {
		action.Events = marshal(t, event)
	}
	endorsement := &peer.Endorsement{Endorser: make([]byte, 800), Signature: make([]byte, 71)}
	return marshal(t, &common.Payload{
		Header: i.header,
		Data: marshal(t, &peer.Transaction{Actions: []*peer.TransactionAction{{
			Header: i.header.SignatureHeader,
			Payload: marshal(t, &peer.ChaincodeActionPayload{
				ChaincodeProposalPayload: marshal(t, &peer.ChaincodeProposalPayload{Input: i.payload.Input}),
				Action: &peer.ChaincodeEndorsedAction{
					ProposalResponsePayload: marshal(t, &peer.ProposalResponsePayload{ProposalHash: hash, Extension: marshal(t, action)}),
					Endorsements:            []*peer.Endorsement{endorsement, endorsement},
				},
			}),
		}}}),
	})
}

// writing is what a chaincode's action did to the state: a public value
// written, none when that is nil, and always one of a private collection.
func writing(t testing.TB, chaincode string, public []byte) []byte {
	t.Helper()
	keys := &kvrwset.KVRWSet{Reads: []*kvrwset.KVRead{{Key: "read"}}}
	if public != nil {
		keys.Writes = []*kvrwset.KVWrite{{Key: "written", Value: public}}
	}
	return marshal(t, &rwset.TxReadWriteSet{NsRwset: []*rwset.NsReadWriteSet{
		{Namespace: "_lifecycle", Rwset: marshal(t, &kvrwset.KVRWSet{Reads: []*kvrwset.KVRead{{Key: "namespaces/fields/fairlead/Sequence"}}})},
		{Namespace: chaincode, Rwset: marshal(t, keys), CollectionHashedRwset: []*rwset.CollectionHashedReadWriteSet{{
			CollectionName: "workersAnswers",
			HashedRwset:    marshal(t, &kvrwset.HashedRWSet{HashedWrites: []*kvrwset.KVWriteHash{{KeyHash: make([]byte, 32), ValueHash: make([]byte, 32)}}}),
		}}},
	}})
}

// recorded is the event of the served chaincode.
func recorded(payload string) *peer.ChaincodeEvent {
	return &peer.ChaincodeEvent{ChaincodeId: "fairlead", EventName: provenance.EventName, Payload: []byte(payload)}
}

// block puts envelopes in a block as orderers and a peer would.
func block(number uint64, previous []byte, codes []byte, envelopes ...[]byte) *common.Block {
	return &common.Block{
		Header:   &common.BlockHeader{Number: number, PreviousHash: previous, DataHash: dataHash(envelopes)},
		Data:     &common.BlockData{Data: envelopes},
		Metadata: &common.BlockMetadata{Metadata: [][]byte{nil, nil, codes, nil, nil}},
	}
}
