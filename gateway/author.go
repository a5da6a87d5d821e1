package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/token"
)

// as is the flags that say who states something.
type as struct{ author, org string }

func (w *as) flags(c *cobra.Command) {
	c.Flags().StringVar(&w.author, "as", "", "author: ORG/NAME, or a folder with cert.pem and key.pem together with --org")
	c.Flags().StringVar(&w.org, "org", "", "organisation of the author in that folder")
}

// signer opens the author's key.
func (c *Config) signer(w as) (*ledger.KeySigner, error) {
	if w.author == "" {
		return nil, usagef("no author is named: say with --as who states this, such as --as Auditors/north (fairlead identity new makes one)")
	}
	if w.org != "" {
		org, err := parseOrg(w.org)
		if err != nil {
			return nil, err
		}
		return c.author(org, w.author)
	}
	name, member, ok := strings.Cut(w.author, "/")
	org, err := parseOrg(name)
	if !ok || err != nil || member == "" || member != filepath.Base(member) || member == ".." || member == "." {
		return nil, usagef("--as %q is no author: write ORG/NAME, or a folder and --org", w.author)
	}
	folder, err := c.authorDir(org, member)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(folder); err != nil {
		return nil, usagef("no author %s/%s is kept in %s: make one with fairlead identity new", org, member, filepath.Dir(filepath.Dir(folder)))
	}
	return c.author(org, folder)
}

// author opens the key of a folder: key.pem, or the one on the token that key.uri
// names.
func (c *Config) author(org provenance.Org, folder string) (*ledger.KeySigner, error) {
	uri, err := os.ReadFile(filepath.Join(folder, tokenFile))
	if errors.Is(err, fs.ErrNotExist) {
		return ledger.OpenKeyFile(org, folder)
	}
	if err != nil {
		return nil, fmt.Errorf("reading where the author's key is: %w", err)
	}
	place, err := token.Parse(string(uri))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", filepath.Join(folder, tokenFile), err)
	}
	certificate, err := os.ReadFile(filepath.Join(folder, "cert.pem"))
	if err != nil {
		return nil, fmt.Errorf("reading the author's certificate: %w", err)
	}
	key, err := c.key(place, false)
	if err != nil {
		return nil, err
	}
	return ledger.NewKeySigner(ledger.Identity{Org: org, Certificate: certificate}, key)
}

// tokenFile stands in an author's folder in place of key.pem.
const tokenFile = "key.uri"

func (c *Config) authorDir(org provenance.Org, name string) (string, error) {
	authors, err := c.authorsDir()
	return filepath.Join(authors, string(org), name), err
}

// parseOrg finds an organisation by its name in whatever case.
func parseOrg(name string) (provenance.Org, error) {
	known := make([]string, 0, 5)
	for _, org := range provenance.Orgs() {
		if strings.EqualFold(string(org), name) {
			return org, nil
		}
		known = append(known, string(org))
	}
	return "", usagef("%q is no organisation: there are %s", name, strings.Join(known, ", "))
}
