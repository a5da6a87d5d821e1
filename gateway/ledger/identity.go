package ledger

import (
	"crypto"
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

// KeySigner is an author with a key, which lies in a file or on a token.
type KeySigner struct {
	identity Identity
	key      crypto.Signer
}

// OpenKeyFile reads cert.pem and key.pem (PKCS#8 or SEC 1, P-256) of a folder.
func OpenKeyFile(org provenance.Org, folder string) (*KeySigner, error) {
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
func NewKeySigner(identity Identity, key crypto.Signer) (*KeySigner, error) {
	certificate, err := identity.Parse()
	if err != nil {
		return nil, err
	}
	if public, ok := certificate.PublicKey.(*ecdsa.PublicKey); !ok || public.Curve != elliptic.P256() || !public.Equal(key.Public()) {
		return nil, errors.New("the key is not the certificate's")
	}
	return &KeySigner{identity: identity, key: key}, nil
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
func (k *KeySigner) Identity() Identity { return k.identity }

// Key is the author's, for what is not signed for the ledger.
func (k *KeySigner) Key() crypto.Signer { return k.key }

// Sign signs a SHA-256.
func (k *KeySigner) Sign(digest []byte) ([]byte, error) {
	signature, err := k.key.Sign(rand.Reader, digest, crypto.SHA256)
	if err != nil {
		return nil, err
	}
	var pair struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(signature, &pair); err != nil || len(rest) > 0 {
		return nil, errors.New("the key gave no ECDSA signature")
	}
	pair.S = lowS(pair.S)
	return asn1.Marshal(pair)
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
