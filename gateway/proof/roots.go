package proof

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Roots is what a verifier trusts, and all it trusts: who the organisations'
// authorities are. It must come from somewhere else than the answer.
type Roots struct {
	Format        string         `json:"format"` // RootsFormat
	Channel       string         `json:"channel"`
	Chaincode     string         `json:"chaincode"`
	Organizations []Organization `json:"organizations"`
	Quorum        int            `json:"quorum,omitempty"` // how many ordering organisations must have signed a block
}

// RootsFormat names the format of a roots file.
const RootsFormat = "fairlead-roots/1"

// Organization is one organisation's authorities, as PEM, and what they revoked.
type Organization struct {
	Name          provenance.Org `json:"name"`
	Roots         []string       `json:"roots"`
	Intermediates []string       `json:"intermediates"`
	Revoked       []string       `json:"revoked,omitempty"` // revocation lists, PEM
}

// Fingerprint is SHA-256 of the roots' canonical form, by which people compare
// them with what was printed elsewhere.
func (r Roots) Fingerprint() (string, error) { return provenance.Digest(r) }

// authorities are an organisation's, read.
type authorities struct {
	roots, intermediates []*x509.Certificate
	revoked              []*x509.RevocationList
}

// keyring is Roots, read once.
type keyring struct {
	channel, chaincode string
	quorum             int
	orgs               map[provenance.Org]authorities
	met                map[string]identified // by serialized identity
}

func (r Roots) open() (*keyring, error) {
	if r.Format != RootsFormat {
		return nil, fmt.Errorf("the roots are not of the format %s", RootsFormat)
	}
	k := &keyring{r.Channel, r.Chaincode, r.Quorum, map[provenance.Org]authorities{}, map[string]identified{}}
	for _, o := range r.Organizations {
		var a authorities
		var err error
		if a.roots, err = certificates(o.Roots); err == nil {
			a.intermediates, err = certificates(o.Intermediates)
		}
		if err != nil {
			return nil, fmt.Errorf("the authorities of %s: %w", o.Name, err)
		}
		for _, text := range o.Revoked {
			block, _ := pem.Decode([]byte(text))
			if block == nil {
				return nil, fmt.Errorf("the revocation list of %s is not PEM", o.Name)
			}
			list, err := x509.ParseRevocationList(block.Bytes)
			if err != nil {
				return nil, fmt.Errorf("the revocation list of %s: %w", o.Name, err)
			}
			if !slices.ContainsFunc(slices.Concat(a.roots, a.intermediates), func(c *x509.Certificate) bool { return list.CheckSignatureFrom(c) == nil }) {
				return nil, fmt.Errorf("the revocation list of %s is not signed by its authorities", o.Name)
			}
			a.revoked = append(a.revoked, list)
		}
		k.orgs[o.Name] = a
	}
	return k, nil
}

func certificates(texts []string) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for _, text := range texts {
		c, err := certificate([]byte(text))
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func certificate(text []byte) (*x509.Certificate, error) {
	block, rest := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" || len(rest) > 0 {
		return nil, errors.New("a certificate is not PEM")
	}
	return x509.ParseCertificate(block.Bytes)
}

// signer is whoever signed something, once its certificate was checked.
type signer struct {
	org provenance.Org
	key *ecdsa.PublicKey
}

// Units by which certificates tell what they may act as.
const (
	unitPeer    = "peer"
	unitClient  = "client"
	unitAdmin   = "admin"
	unitOrderer = "orderer"
)

// identified is an identity whose certificate leads to a pinned root.
type identified struct {
	signer
	role  string
	chain []*x509.Certificate // from its own to the root
}

// identify reads a serialized identity: its certificate must lead to a root of
// the organisation it names, have been in date and not revoked at a moment, and
// be of one of the units and of no other.
func (k *keyring) identify(identity []byte, at time.Time, units ...string) (signer, error) {
	who, met := k.met[string(identity)]
	if !met {
		var err error
		if who, err = k.meet(identity); err != nil {
			return signer{}, err
		}
		k.met[string(identity)] = who
	}
	if err := k.orgs[who.org].stood(who.chain, at); err != nil {
		return signer{}, fmt.Errorf("a certificate of %s: %w", who.org, err)
	}
	if !slices.Contains(units, who.role) {
		return signer{}, fmt.Errorf("a certificate of %s is no %s's", who.org, units[0])
	}
	return who.signer, nil
}

// meet reads an identity, and checks what does not hang on the moment.
func (k *keyring) meet(identity []byte) (who identified, err error) {
	m, err := read(identity)
	if err != nil {
		return who, fmt.Errorf("who signed: %w", err)
	}
	org, known := provenance.OrgOfMSP(string(m.text(1)))
	a, pinned := k.orgs[org]
	if !known || !pinned {
		return who, errors.New("who signed belongs to no organisation that is pinned")
	}
	leaf, err := certificate(m.text(2))
	if err != nil {
		return who, fmt.Errorf("a certificate of %s: %w", org, err)
	}
	written := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Raw}) // which alone is taken: no letter can be another
	if !bytes.Equal(bytes.TrimSuffix(m.text(2), []byte{'\n'}), bytes.TrimSuffix(written, []byte{'\n'})) {
		return who, fmt.Errorf("a certificate of %s is not spelled as it is written", org)
	}
	if who.chain, err = a.chain(leaf); err != nil {
		return who, fmt.Errorf("a certificate of %s: %w", org, err)
	}
	for _, unit := range leaf.Subject.OrganizationalUnit {
		if slices.Contains([]string{unitPeer, unitClient, unitAdmin, unitOrderer}, unit) {
			if who.role != "" {
				return who, fmt.Errorf("a certificate of %s claims two roles", org)
			}
			who.role = unit
		}
	}
	key, ok := leaf.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return who, fmt.Errorf("a key of %s is not on the curve P-256", org)
	}
	who.signer = signer{org, key}
	return who, nil
}

// chain follows a certificate to a root, through one intermediate at most.
func (a authorities) chain(leaf *x509.Certificate) ([]*x509.Certificate, error) {
	if leaf.IsCA {
		return nil, errors.New("it is an authority's")
	}
	chain := []*x509.Certificate{leaf}
	issuer := issuerOf(leaf, a.roots)
	if issuer == nil {
		intermediate := issuerOf(leaf, a.intermediates)
		if intermediate == nil {
			return nil, errors.New("it leads to no pinned root")
		}
		chain = append(chain, intermediate)
		if issuer = issuerOf(intermediate, a.roots); issuer == nil {
			return nil, errors.New("its issuer leads to no pinned root")
		}
	}
	return append(chain, issuer), nil
}

// stood says whether certificates were in date and not revoked at a moment.
func (a authorities) stood(chain []*x509.Certificate, at time.Time) error {
	for _, c := range chain {
		if at.Before(c.NotBefore) || at.After(c.NotAfter) {
			return errors.New("it was not in date")
		}
		for _, list := range a.revoked {
			if string(list.RawIssuer) != string(c.RawIssuer) {
				continue
			}
			for _, entry := range list.RevokedCertificateEntries {
				if entry.SerialNumber.Cmp(c.SerialNumber) == 0 && !entry.RevocationTime.After(at) {
					return errors.New("it had been revoked")
				}
			}
		}
	}
	return nil
}

func issuerOf(c *x509.Certificate, among []*x509.Certificate) *x509.Certificate {
	for _, a := range among {
		if string(a.RawSubject) == string(c.RawIssuer) && c.CheckSignatureFrom(a) == nil {
			return a
		}
	}
	return nil
}

// signed checks a signature: ECDSA over SHA-256, DER, the lower of the two values
// of S, which alone Fabric takes.
func (s signer) signed(signature []byte, parts ...[]byte) error {
	sum := sha256.New()
	for _, p := range parts {
		sum.Write(p)
	}
	var value struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(signature, &value); err != nil || len(rest) > 0 {
		return fmt.Errorf("a signature of %s cannot be read", s.org)
	}
	if value.S.Cmp(new(big.Int).Rsh(elliptic.P256().Params().N, 1)) > 0 {
		return fmt.Errorf("a signature of %s has the higher value of S", s.org)
	}
	if !ecdsa.VerifyASN1(s.key, sum.Sum(nil), signature) {
		return fmt.Errorf("a signature of %s is not over what was served", s.org)
	}
	return nil
}

// both says whether a commercial and an independent organisation are among some.
func both(orgs map[provenance.Org]bool) bool {
	return (orgs[provenance.Brands] || orgs[provenance.Auditors]) && (orgs[provenance.Workers] || orgs[provenance.Oversight])
}
