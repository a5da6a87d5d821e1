package ledger

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// FuzzKeyFile reads any two texts as an author's certificate and key: they make
// a signer only when they belong together, and no error repeats the key.
func FuzzKeyFile(f *testing.F) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		f.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		f.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		f.Fatal(err)
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	f.Add(certificate, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
	f.Add(certificate, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1}))
	f.Add([]byte("-----BEGIN CERTIFICATE-----\n"), []byte("secret secret secret"))
	f.Fuzz(func(t *testing.T, certificate, text []byte) {
		key, err := parseKey(text)
		if err != nil {
			if len(text) > 16 && bytes.Contains([]byte(err.Error()), text) {
				t.Errorf("the error repeats the key: %v", err)
			}
			return
		}
		identity := Identity{Org: provenance.Brands, Certificate: certificate}
		signer, err := NewKeySigner(identity, key)
		if err != nil {
			return
		}
		parsed, err := signer.Identity().Parse()
		if err != nil || !key.PublicKey.Equal(parsed.PublicKey) {
			t.Errorf("a key signs for a certificate that is not its own (%v)", err)
		}
	})
}
