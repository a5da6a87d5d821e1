package ledgertest

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
	"fmt"
	"math/big"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// authority issues one organisation's certificates.
type authority struct {
	org         provenance.Org
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pool        *x509.CertPool
}

// Certificates of tests are valid whatever the date is.
var (
	validFrom  = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	validUntil = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

func newAuthority(org provenance.Org) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "ledgertest authority of " + string(org)},
		NotBefore: validFrom, NotAfter: validUntil,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	return &authority{org: org, certificate: certificate, key: key, pool: pool}, nil
}

// issue makes a key and a certificate for it, in the name of an opaque number.
func (a *authority) issue(unit string) (*ledger.KeySigner, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: hex.EncodeToString(serial.Bytes()), OrganizationalUnit: []string{unit}},
		NotBefore:    validFrom, NotAfter: validUntil, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return ledger.NewKeySigner(ledger.Identity{Org: a.org, Certificate: text}, key)
}

// Enrol issues a fresh certificate of an organisation: an administrator's, which
// makes a registrar, or one that a registrar may make a member's.
func (l *Ledger) Enrol(org provenance.Org, admin bool) ledger.Signer {
	unit := "client"
	if admin {
		unit = "admin"
	}
	signer, err := l.authorities[org].issue(unit)
	if err != nil {
		panic(fmt.Sprintf("ledgertest: issuing a certificate of %s: %v", org, err))
	}
	return signer
}

// Signers are the same, as a world asks for them.
func (l *Ledger) Signers() Signers { return Signers{l} }

// Signers issues certificates of a ledger.
type Signers struct{ ledger *Ledger }

// Registrar issues an administrator's certificate.
func (s Signers) Registrar(org provenance.Org) ledger.Signer { return s.ledger.Enrol(org, true) }

// Enrol issues a certificate that is no member's yet.
func (s Signers) Enrol(org provenance.Org) ledger.Signer { return s.ledger.Enrol(org, false) }

// admit reads an author's certificate and refuses one that the organisation's
// authority did not issue.
func (l *Ledger) admit(author ledger.Identity) (*x509.Certificate, error) {
	certificate, err := author.Parse()
	if err != nil { // as the adapter: altered bytes may be those of the certificate
		return nil, provenance.Refuse(provenance.Invalid, err.Error())
	}
	a, ok := l.authorities[author.Org]
	if !ok {
		return nil, errStranger
	}
	options := x509.VerifyOptions{Roots: a.pool, CurrentTime: firstMoment, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}
	if _, err := certificate.Verify(options); err != nil {
		return nil, errStranger
	}
	return certificate, nil
}

var errStranger = provenance.Refuse(provenance.NoStanding, "the certificate was not issued by its organisation")

var errSignature = provenance.Refuse(provenance.Invalid, "the signature is not the author's over these bytes")

// verify checks an author's signature the way Fabric does: ECDSA over SHA-256,
// DER without slack, S in the lower half.
func verify(certificate *x509.Certificate, signed ledger.Signed) error {
	key, ok := certificate.PublicKey.(*ecdsa.PublicKey)
	if !ok {
		return errSignature
	}
	var signature struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(signed.Signature, &signature)
	half := new(big.Int).Rsh(key.Params().N, 1)
	if err != nil || len(rest) > 0 || signature.S.Cmp(half) > 0 {
		return errSignature
	}
	digest := sha256.Sum256(signed.Bytes)
	if !ecdsa.VerifyASN1(key, digest[:], signed.Signature) {
		return errSignature
	}
	return nil
}
