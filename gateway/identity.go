package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/token"
)

func (a *app) newIdentity() *cobra.Command {
	var org, name, at string
	var roles []string
	c := &cobra.Command{
		Use:   "new --org ORG --name NAME --roles ROLE,...",
		Short: "Make a key here and have its organisation issue the certificate",
		Long: `Make a P-256 key, which never leaves this machine, and have netctl issue a
certificate for it. Both are kept in the author's folder. The organisation's
registrar then enrols the member with the fingerprint that is printed.

With --token the key is made on a PKCS#11 token, or is the one that is there under
that label, and never leaves it; the folder holds the certificate and the token's
address. The token's PIN is asked for, or read from --pin-file.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if org == "" || name == "" || len(roles) == 0 {
				return usagef("identity new needs --org, --name and --roles")
			}
			o, err := parseOrg(org)
			if err != nil {
				return err
			}
			folder, err := a.config.authorDir(o, name)
			if err != nil {
				return err
			}
			if _, err := os.Stat(folder); err == nil {
				return fmt.Errorf("%s/%s has a key already, in %s: choose another name, or move that folder away", o, name, folder)
			}
			own, err := drawKey()
			if at != "" {
				own, err = a.tokenKey(at)
			}
			if err != nil {
				return err
			}
			author, err := a.config.enrolKey(c.Context(), o, name, roles, own)
			if err != nil {
				return err
			}
			fingerprint, err := fingerprintOf(author)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.out, "%s/%s\nfolder       %s\nfingerprint  %s\n", o, name, folder, fingerprint)
			return err
		},
	}
	c.Flags().StringVar(&org, "org", "", "Brands, Auditors, Workers, Oversight or Suppliers")
	c.Flags().StringVar(&name, "name", "", "how the ledger will know the member: a-z, 0-9 and -, and nobody's own name")
	c.Flags().StringSliceVar(&roles, "roles", nil, "what the member does, such as auditor")
	c.Flags().StringVar(&at, "token", "", "where on a token the key is to be: pkcs11:token=LABEL;object=LABEL?module-path=PATH")
	return c
}

// ownKey is a new author's key, with the file by which it is found again.
type ownKey struct {
	crypto.Signer
	file string
	text []byte
}

func drawKey() (ownKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return ownKey{}, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	return ownKey{key, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})}, err
}

func (a *app) tokenKey(uri string) (ownKey, error) {
	place, err := token.Parse(uri)
	if err != nil {
		return ownKey{}, usageError{err}
	}
	key, err := a.config.key(place, true)
	if err != nil {
		return ownKey{}, err
	}
	if !key.Fresh {
		a.note("the key %s was on the token %s already, and is used", place.Object, place.Name())
	}
	return ownKey{key, tokenFile, []byte(uri + "\n")}, nil
}

// enrol makes a key, has the network issue its certificate and keeps both. A
// folder that is there already is replaced, but only once there is a
// certificate.
func (c *Config) enrol(ctx context.Context, org provenance.Org, name string, roles []string) (*ledger.KeySigner, error) {
	key, err := drawKey()
	if err != nil {
		return nil, err
	}
	return c.enrolKey(ctx, org, name, roles, key)
}

func (c *Config) enrolKey(ctx context.Context, org provenance.Org, name string, roles []string, key ownKey) (*ledger.KeySigner, error) {
	network, err := c.openNetwork()
	if err != nil {
		return nil, err
	}
	folder, err := c.authorDir(org, name)
	if err != nil {
		return nil, err
	}
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: name}}, key.Signer)
	if err != nil {
		return nil, fmt.Errorf("making a certificate request: %w", err)
	}
	chain, err := c.issue(ctx, network, org, name, roles, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: request}))
	if err != nil {
		return nil, err
	}
	certificate, issuers := firstBlock(chain)
	author, err := ledger.NewKeySigner(ledger.Identity{Org: org, Certificate: certificate}, key.Signer)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate of %s/%s: %w", org, name, err)
	}
	return author, keep(folder, map[string][]byte{"cert.pem": certificate, "issuers.pem": issuers, key.file: key.text})
}

// issue has netctl sign a certificate request.
func (c *Config) issue(ctx context.Context, network *network, org provenance.Org, name string, roles []string, request []byte) ([]byte, error) {
	var out, errs bytes.Buffer
	netctl := exec.CommandContext(ctx, c.Netctl, "enrol", "--data", network.data(),
		"--org", string(org), "--name", name, "--roles", strings.Join(roles, ","), "--csr", "-")
	netctl.Stdin, netctl.Stdout, netctl.Stderr = bytes.NewReader(request), &out, &errs
	if err := netctl.Run(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return nil, fmt.Errorf("enrolling %s/%s: %s is not to be found: say with --netctl or FAIRLEAD_NETCTL where it is", org, name, c.Netctl)
		}
		return nil, fmt.Errorf("enrolling %s/%s: %w: %s", org, name, err, strings.TrimSpace(errs.String()))
	}
	return out.Bytes(), nil
}

func firstBlock(chain []byte) (first, rest []byte) {
	block, rest := pem.Decode(chain)
	if block == nil {
		return nil, chain
	}
	return pem.EncodeToMemory(block), rest
}

// keep puts the files into a folder that only its owner may enter, all of them
// or none.
func keep(folder string, files map[string][]byte) error {
	parent := filepath.Dir(folder)
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return fmt.Errorf("keeping an author's key: %w", err)
	}
	draft, err := os.MkdirTemp(parent, ".new-")
	if err != nil {
		return fmt.Errorf("keeping an author's key: %w", err)
	}
	defer os.RemoveAll(draft)
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(draft, name), text, 0o600); err != nil {
			return fmt.Errorf("keeping an author's key: %w", err)
		}
	}
	if err := os.RemoveAll(folder); err != nil {
		return fmt.Errorf("keeping an author's key: %w", err)
	}
	if err := os.Rename(draft, folder); err != nil {
		return fmt.Errorf("keeping an author's key: %w", err)
	}
	return nil
}

// fingerprintOf is by what a registrar enrols a member: the SHA-256 of the
// certificate's DER.
func fingerprintOf(author ledger.Signer) (string, error) {
	certificate, err := author.Identity().Parse()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(certificate.Raw)
	return hex.EncodeToString(sum[:]), nil
}
