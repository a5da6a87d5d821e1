package stubtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/attrmgr"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// Identity is a member of an organisation, with a key pair of their own.
type Identity struct {
	MSPID       string
	Certificate *x509.Certificate
	Key         *ecdsa.PrivateKey
	// Creator is the serialized identity, for Proposal.Creator.
	Creator []byte
}

// The roles of Fabric's node OUs.
var roles = []string{"client", "peer", "admin", "orderer"}

// NewIdentity makes a P-256 key and a self-signed certificate for it, valid
// from 2000 to 2100, with name as common name, role ("client", "peer", "admin"
// or "orderer") as organisational unit, and attrs as Fabric CA certifies
// attributes. It panics on another role.
func NewIdentity(mspid, name, role string, attrs map[string]string) *Identity {
	if !slices.Contains(roles, role) {
		panic(fmt.Sprintf("stubtest: there is no role %q", role))
	}
	id, err := newIdentity(mspid, name, role, attrs)
	if err != nil {
		panic(fmt.Sprintf("stubtest: making the identity of %s: %v", name, err))
	}
	return id
}

func newIdentity(mspid, name, role string, attrs map[string]string) (*Identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 128))
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name, Organization: []string{mspid}, OrganizationalUnit: []string{role}},
		NotBefore:    time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	if len(attrs) > 0 {
		value, err := json.Marshal(attrmgr.Attributes{Attrs: attrs})
		if err != nil {
			return nil, err
		}
		template.ExtraExtensions = []pkix.Extension{{Id: attrmgr.AttrOID, Value: value}}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	creator, err := Creator(mspid, cert)
	if err != nil {
		return nil, err
	}
	return &Identity{MSPID: mspid, Certificate: cert, Key: key, Creator: creator}, nil
}

// Creator is the serialized identity, for Proposal.Creator, of an organisation's
// certificate, whoever issued it.
func Creator(mspid string, certificate *x509.Certificate) ([]byte, error) {
	return proto.Marshal(&msp.SerializedIdentity{
		Mspid:   mspid,
		IdBytes: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw}),
	})
}

// creatorMSP returns the organisation of a serialized identity, and an error if
// there is no organisation or no certificate in it.
func creatorMSP(creator []byte) (string, error) {
	var id msp.SerializedIdentity
	if err := proto.Unmarshal(creator, &id); err != nil {
		return "", err
	}
	if id.GetMspid() == "" {
		return "", errors.New("the identity names no organisation")
	}
	block, _ := pem.Decode(id.GetIdBytes())
	if block == nil {
		return "", errors.New("the identity holds no certificate")
	}
	if _, err := x509.ParseCertificate(block.Bytes); err != nil {
		return "", err
	}
	return id.GetMspid(), nil
}
