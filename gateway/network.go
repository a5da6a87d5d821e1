package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// network is what this program needs of network.json beside the ledger's
// addresses: who may act for an organisation, and who its members are.
type network struct {
	path          string
	Ordering      string `json:"ordering"`
	Organizations []struct {
		Name           provenance.Org `json:"name"`
		RootCA         string         `json:"rootCA"`
		IntermediateCA string         `json:"intermediateCA"`
		Orderer        *struct{}      `json:"orderer"`
		Admin          struct {
			Dir string `json:"dir"`
		} `json:"admin"`
	} `json:"organizations"`
}

func (c *Config) openNetwork() (*network, error) {
	if c.Network == "" {
		return nil, usagef("no network is named: say with --network or FAIRLEAD_NETWORK where its network.json is, or run this under netctl up --")
	}
	text, err := os.ReadFile(c.Network)
	if err != nil {
		return nil, fmt.Errorf("reading the network's profile: %w", err)
	}
	n := &network{path: c.Network}
	if err := json.Unmarshal(text, n); err != nil {
		return nil, fmt.Errorf("reading the network's profile %s: %w", c.Network, err)
	}
	if len(n.Organizations) == 0 {
		return nil, fmt.Errorf("reading the network's profile %s: it names no organisation", c.Network)
	}
	return n, nil
}

// quorum is how many ordering organisations sign a block: under BFT so many that
// more than a third would have to collude for two blocks of one number.
func (n *network) quorum() int {
	orderers := 0
	for _, o := range n.Organizations {
		if o.Orderer != nil {
			orderers++
		}
	}
	if n.Ordering != "bft" {
		return min(orderers, 1)
	}
	faulty := (orderers - 1) / 3
	return (orderers + faulty + 2) / 2
}

// data is the folder that netctl keeps the network in.
func (n *network) data() string { return filepath.Dir(n.path) }

// fingerprint tells this network from every other, by its first root.
func (n *network) fingerprint() (string, error) {
	root, err := readCertificate(n.Organizations[0].RootCA)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(root.Raw)
	return hex.EncodeToString(sum[:8]), nil
}

// registrar opens the registrar's key of an organisation.
func (n *network) registrar(org provenance.Org) (*ledger.KeySigner, error) {
	for _, o := range n.Organizations {
		if o.Name == org {
			return ledger.OpenKeyFile(org, o.Admin.Dir)
		}
	}
	return nil, fmt.Errorf("the network has no organisation %s", org)
}

// issued says whether a certificate is one of this network's, and in date.
func (n *network) issued(org provenance.Org, certificate *x509.Certificate, now time.Time) (bool, error) {
	for _, o := range n.Organizations {
		if o.Name != org {
			continue
		}
		issuer, err := readCertificate(o.IntermediateCA)
		if err != nil {
			return false, err
		}
		return bytes.Equal(issuer.RawSubject, certificate.RawIssuer) && certificate.CheckSignatureFrom(issuer) == nil && now.Before(certificate.NotAfter), nil
	}
	return false, fmt.Errorf("the network has no organisation %s", org)
}

func readCertificate(path string) (*x509.Certificate, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading a certificate of the network: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("reading %s: it is not PEM", path)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return certificate, nil
}
