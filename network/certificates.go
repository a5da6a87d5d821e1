package network

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// How long certificates hold. A member's is short because a member's key is on
// a machine nobody here looks after.
const (
	authorityYears = 20
	nodeYears      = 10
	memberYears    = 1
)

// The organisational units by which Fabric tells what a certificate may act as.
const (
	unitClient  = "client"
	unitPeer    = "peer"
	unitAdmin   = "admin"
	unitOrderer = "orderer"
)

// authority signs certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// newAuthority makes an authority under parent, or a root when parent is nil.
func newAuthority(organization, name string, parent *authority) (*authority, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{Organization: []string{organization}, CommonName: name},
		NotBefore:             notBefore(),
		NotAfter:              time.Now().AddDate(authorityYears, 0, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature,
	}
	if parent == nil {
		parent = &authority{cert: template, key: key}
	} else {
		template.MaxPathLenZero = true // it issues members and nodes, no further authorities
	}
	cert, err := parent.issue(template, &key.PublicKey)
	if err != nil {
		return nil, err
	}
	return &authority{cert: cert, key: key}, nil
}

// issue signs template for a public key and gives it a random serial number.
//
// ECDSA signatures come in pairs, of which Fabric knows only the one with the
// lower S: it rewrites certificates that carry the other, and then the same
// identity exists in two spellings. So issue draws again until S is low.
func (a *authority) issue(template *x509.Certificate, public *ecdsa.PublicKey) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 128))
	if err != nil {
		return nil, fmt.Errorf("drawing a serial number: %w", err)
	}
	template.SerialNumber = serial
	for {
		der, err := x509.CreateCertificate(rand.Reader, template, a.cert, public, a.key)
		if err != nil {
			return nil, fmt.Errorf("signing the certificate of %s: %w", template.Subject.CommonName, err)
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("reading back the certificate of %s: %w", template.Subject.CommonName, err)
		}
		if low, err := lowS(cert.Signature); err != nil {
			return nil, err
		} else if low {
			return cert, nil
		}
	}
}

func lowS(signature []byte) (bool, error) {
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(signature, &pair); err != nil {
		return false, fmt.Errorf("reading an ECDSA signature: %w", err)
	}
	half := new(big.Int).Rsh(elliptic.P256().Params().N, 1)
	return pair.S.Cmp(half) <= 0, nil
}

// identity issues what a node or client signs Fabric messages with.
func (a *authority) identity(name, unit string, public *ecdsa.PublicKey, years int, extra ...pkix.Extension) (*x509.Certificate, error) {
	return a.issue(&x509.Certificate{
		Subject: pkix.Name{
			Organization:       a.cert.Subject.Organization,
			OrganizationalUnit: []string{unit},
			CommonName:         name,
		},
		NotBefore:       notBefore(),
		NotAfter:        time.Now().AddDate(years, 0, 0),
		KeyUsage:        x509.KeyUsageDigitalSignature,
		ExtraExtensions: extra,
	}, public)
}

// tls issues a certificate for both ends of a connection on this machine.
func (a *authority) tls(name string, public *ecdsa.PublicKey) (*x509.Certificate, error) {
	return a.issue(&x509.Certificate{
		Subject:     pkix.Name{Organization: a.cert.Subject.Organization, CommonName: name},
		NotBefore:   notBefore(),
		NotAfter:    time.Now().AddDate(nodeYears, 0, 0),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		DNSNames:    []string{name, "localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1).To4()},
	}, public)
}

// notBefore leaves room for clocks that lag behind ours a little.
func notBefore() time.Time { return time.Now().Add(-5 * time.Minute) }

func newKey() (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("drawing a key: %w", err)
	}
	return key, nil
}

func encodeCert(cert *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
}

func encodeKey(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encoding a key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// loadAuthority reads NAME.pem and NAME.key of a directory.
func loadAuthority(dir, name string) (*authority, error) {
	cert, err := loadCert(filepath.Join(dir, name+".pem"))
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, name+".key"))
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s.key holds no PEM", name)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading %s.key: %w", name, err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || !key.PublicKey.Equal(cert.PublicKey) {
		return nil, errors.New(name + ".key does not belong to " + name + ".pem")
	}
	return &authority{cert: cert, key: key}, nil
}

func loadCert(path string) (*x509.Certificate, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, fmt.Errorf("%s holds no PEM certificate", path)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return cert, nil
}
