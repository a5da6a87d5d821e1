package ledger

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// KeyFile is an author whose key lies in a file, as cert.pem and key.pem of one
// folder.
type KeyFile struct {
	identity Identity
	key      *ecdsa.PrivateKey
}

// OpenKeyFile reads cert.pem and key.pem (PKCS#8 or SEC 1, P-256) of a folder.
func OpenKeyFile(org provenance.Org, folder string) (*KeyFile, error) {
	certificate, err := os.ReadFile(filepath.Join(folder, "cert.pem"))
	if err != nil {
		return nil, fmt.Errorf("reading the author's certificate: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "key.pem"))
	if err != nil {
		return nil, fmt.Errorf("reading the author's key: %w", err)
	}
	key, err := parseKey(text)
	if err != nil {
		return nil, fmt.Errorf("reading the author's key in %s: %w", folder, err)
	}
	return NewKeySigner(Identity{Org: org, Certificate: certificate}, key)
}

// NewKeySigner pairs an identity with its key; an error when they do not match.
func NewKeySigner(identity Identity, key *ecdsa.PrivateKey) (*KeyFile, error) {
	certificate, err := identity.Parse()
	if err != nil {
		return nil, err
	}
	if public, ok := certificate.PublicKey.(*ecdsa.PublicKey); !ok || !public.Equal(key.Public()) {
		return nil, errors.New("the key is not the certificate's")
	}
	return &KeyFile{identity: identity, key: key}, nil
}

// Parse reads the identity's certificate.
func (i Identity) Parse() (*x509.Certificate, error) {
	block, _ := pem.Decode(i.Certificate)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("the author's certificate is not PEM")
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("the author's certificate: %w", err)
	}
	return certificate, nil
}

func parseKey(text []byte) (*ecdsa.PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("not PEM")
	}
	if key, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
		return onP256(key)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("neither PKCS#8 nor SEC 1")
	}
	ec, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, errors.New("not an ECDSA key")
	}
	return onP256(ec)
}

func onP256(key *ecdsa.PrivateKey) (*ecdsa.PrivateKey, error) {
	if key.Curve != elliptic.P256() {
		return nil, errors.New("not on the curve P-256")
	}
	return key, nil
}

// Identity of the author.
func (k *KeyFile) Identity() Identity { return k.identity }

// Sign signs a SHA-256.
func (k *KeyFile) Sign(digest []byte) ([]byte, error) {
	r, s, err := ecdsa.Sign(rand.Reader, k.key, digest)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(struct{ R, S *big.Int }{r, lowS(s)})
}

// Fabric takes only the lower of the two valid values of S, so that nobody can
// alter a signed transaction without its author.
func lowS(s *big.Int) *big.Int {
	order := elliptic.P256().Params().N
	if half := new(big.Int).Rsh(order, 1); s.Cmp(half) > 0 {
		return new(big.Int).Sub(order, s)
	}
	return s
}
