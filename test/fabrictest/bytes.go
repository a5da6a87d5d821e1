package fabrictest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/golang/protobuf/proto"
	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/msp"
	"github.com/hyperledger/fabric-protos-go/peer"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

type authority struct {
	org         provenance.Org
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// Author signs, and shows its key to tests which bring it elsewhere.
type Author struct {
	*ledger.KeySigner
	Key *ecdsa.PrivateKey
}

type signer = Author

func newAuthority(tb testing.TB, org provenance.Org) *authority {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	a := &authority{org: org, key: key}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority of " + string(org)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	a.certificate = a.sign(tb, form, form, key.Public())
	return a
}

func (a *authority) sign(tb testing.TB, form, parent *x509.Certificate, public any) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, form, parent, public, a.key)
	if err != nil {
		tb.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return certificate
}

func (a *authority) issue(tb testing.TB, unit string) *Author {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		tb.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: "m-0001", OrganizationalUnit: []string{unit}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature}
	certificate := a.sign(tb, form, a.certificate, key.Public())
	author, err := ledger.NewKeySigner(ledger.Identity{Org: a.org, Certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})}, key)
	if err != nil {
		tb.Fatal(err)
	}
	return &Author{author, key}
}

func (l *Ledger) marshal(m proto.Message) []byte {
	text, err := proto.Marshal(m)
	if err != nil {
		l.tb.Fatal(err)
	}
	return text
}

func (l *Ledger) creator(who ledger.Identity) []byte {
	return l.marshal(&msp.SerializedIdentity{Mspid: who.Org.MSP(), IdBytes: who.Certificate})
}

func (l *Ledger) proposal(channel, chaincode string, draft ledger.Draft, nonce []byte, at time.Time) ledger.Unsigned {
	creator := l.creator(draft.Author)
	sum := sha256.Sum256(append(append([]byte{}, nonce...), creator...))
	tx, name := hexOf(sum[:]), &peer.ChaincodeID{Name: chaincode}
	return ledger.Unsigned{Tx: tx, Bytes: l.marshal(&peer.Proposal{
		Header: l.marshal(&common.Header{
			ChannelHeader: l.marshal(&common.ChannelHeader{Type: int32(common.HeaderType_ENDORSER_TRANSACTION), Timestamp: timestamppb.New(at),
				ChannelId: channel, TxId: tx, Extension: l.marshal(&peer.ChaincodeHeaderExtension{ChaincodeId: name})}),
			SignatureHeader: l.marshal(&common.SignatureHeader{Creator: creator, Nonce: nonce}),
		}),
		Payload: l.marshal(&peer.ChaincodeProposalPayload{TransientMap: draft.Transient, Input: l.marshal(&peer.ChaincodeInvocationSpec{ChaincodeSpec: &peer.ChaincodeSpec{
			Type: peer.ChaincodeSpec_GOLANG, ChaincodeId: name, Input: &peer.ChaincodeInput{Args: [][]byte{[]byte(draft.Transaction), draft.Document}},
		}})}),
	})}
}

// taken is a proposal taken apart.
type taken struct {
	header    *common.Header
	channel   *common.ChannelHeader
	signature *common.SignatureHeader
	payload   *peer.ChaincodeProposalPayload
	input     *peer.ChaincodeInvocationSpec
}

func (p taken) args() [][]byte { return p.input.ChaincodeSpec.Input.Args }

func readProposal(text []byte) (taken, error) {
	whole := new(peer.Proposal)
	p := taken{new(common.Header), new(common.ChannelHeader), new(common.SignatureHeader), new(peer.ChaincodeProposalPayload), new(peer.ChaincodeInvocationSpec)}
	if err := errors.Join(proto.Unmarshal(text, whole), proto.Unmarshal(whole.Header, p.header), proto.Unmarshal(p.header.ChannelHeader, p.channel),
		proto.Unmarshal(p.header.SignatureHeader, p.signature), proto.Unmarshal(whole.Payload, p.payload), proto.Unmarshal(p.payload.Input, p.input)); err != nil {
		return p, provenance.Refuse(provenance.Invalid, "these bytes are no proposal")
	}
	if len(p.args()) != 2 {
		return p, provenance.Refuse(provenance.Invalid, "a proposal has a transaction's name and a document")
	}
	return p, nil
}

func lowS(signature []byte) bool {
	var value struct{ R, S *big.Int }
	_, err := asn1.Unmarshal(signature, &value)
	return err == nil && value.S.Cmp(new(big.Int).Rsh(elliptic.P256().Params().N, 1)) <= 0
}

func hexOf(sum []byte) string { return hex.EncodeToString(sum) }
