package fsck

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// authority is what one configuration of the channel says of an organisation's
// certificates.
type authority struct {
	roots, intermediates *x509.CertPool
	revoked              map[string]bool // by issuer and serial number
}

// signer is an identity whose certificate leads to its organisation's root.
type signer struct {
	org               provenance.Org
	role              string // client, peer, admin or orderer
	key               *ecdsa.PublicKey
	notBefore, notEnd time.Time
}

// known is a signer, or why there is none.
type known struct {
	signer *signer
	err    error
}

// mostKnown bounds how many identities are remembered.
const mostKnown = 20_000

// signer reads a serialized identity and remembers it.
func (c *channel) signer(identity []byte) (*signer, error) {
	if k, ok := c.seen.Load(string(identity)); ok {
		return k.(known).signer, k.(known).err
	}
	s, err := c.readSigner(identity)
	if c.seenCount.Add(1) > mostKnown {
		c.seen.Clear()
		c.seenCount.Store(1)
	}
	c.seen.Store(string(identity), known{s, err})
	return s, err
}

func (c *channel) readSigner(identity []byte) (*signer, error) {
	var r reader
	m := r.read(identity)
	msp := string(m.text(1))
	org, ok := provenance.OrgOfMSP(msp)
	a := c.authorities[msp]
	if r.err != nil || !ok || a == nil {
		return nil, errors.New("the signer belongs to no organisation of the channel")
	}
	leaf, err := certificate(m.text(2))
	if err != nil {
		return nil, fmt.Errorf("the certificate of a signer of %s: %w", org, err)
	}
	// Peers judge a chain as of the leaf's beginning; whether it was in date is
	// asked of the transaction.
	chains, err := leaf.Verify(x509.VerifyOptions{Roots: a.roots, Intermediates: a.intermediates,
		CurrentTime: leaf.NotBefore.Add(time.Second), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	if err != nil || leaf.IsCA {
		return nil, fmt.Errorf("the certificate of a signer of %s leads to none of its roots", org)
	}
	for _, link := range chains[0] {
		if a.revoked[serial(link.RawIssuer, link.SerialNumber)] {
			return nil, fmt.Errorf("the certificate of a signer of %s is revoked", org)
		}
	}
	s := &signer{org: org, notBefore: leaf.NotBefore, notEnd: leaf.NotAfter}
	for _, unit := range leaf.Subject.OrganizationalUnit {
		switch unit {
		case "client", "peer", "admin", "orderer":
			if s.role != "" {
				return nil, fmt.Errorf("the certificate of a signer of %s claims two roles", org)
			}
			s.role = unit
		}
	}
	if s.role == "" {
		return nil, fmt.Errorf("the certificate of a signer of %s claims no role", org)
	}
	if s.key, ok = leaf.PublicKey.(*ecdsa.PublicKey); !ok || s.key.Curve != elliptic.P256() {
		return nil, fmt.Errorf("a signer of %s has a key that is not on the curve P-256", org)
	}
	return s, nil
}

func serial(issuer []byte, number *big.Int) string { return string(issuer) + "\x00" + number.String() }

func certificate(text []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("it is not PEM")
	}
	return x509.ParseCertificate(block.Bytes)
}

var halfOrder = new(big.Int).Rsh(elliptic.P256().Params().N, 1)

// signed checks a signature: ECDSA over SHA-256, DER, with the lower S, which
// alone peers take.
func (s *signer) signed(signature []byte, parts ...[]byte) error {
	var pair struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(signature, &pair); err != nil || len(rest) > 0 {
		return fmt.Errorf("the signature of %s cannot be read", s.org)
	}
	if pair.S.Cmp(halfOrder) > 0 {
		return fmt.Errorf("the signature of %s has the higher S", s.org)
	}
	sum := sha256.New()
	for _, p := range parts {
		sum.Write(p)
	}
	if !ecdsa.VerifyASN1(s.key, sum.Sum(nil), signature) {
		return fmt.Errorf("the signature of %s is not over what stands there", s.org)
	}
	return nil
}
