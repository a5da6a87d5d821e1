package network

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"testing"
)

// FuzzCertificateRequest reads any text as a request for a certificate: a key
// is taken only on P-256, and only from its owner.
func FuzzCertificateRequest(f *testing.F) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))
	f.Add([]byte("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		public, err := requestedKey(text)
		if err == nil {
			if public == nil {
				t.Fatalf("no key is taken: %q", text)
			}
			if _, err := public.ECDH(); err != nil { // it is not on its curve
				t.Errorf("a key that is none is taken: %q", text)
			}
		}
		if _, err := rolesExtension([]string{string(text), "auditor"}); err == nil && !roleName.Match(text) {
			t.Errorf("the role %q is taken", text)
		}
	})
}
