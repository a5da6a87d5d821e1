package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// enrolment is what a registrar sends to an author who has a key of their own:
// the certificate, and by what the author tells a true transaction from one that
// a gateway made up.
type enrolment struct {
	Org         provenance.Org            `json:"org"`
	Certificate string                    `json:"certificate"` // PEM
	Channel     string                    `json:"channel"`
	Chaincode   string                    `json:"chaincode"`
	Issuers     map[provenance.Org]string `json:"issuers"` // PEM: who issues each organisation's certificates
}

func (a *app) issueIdentity() *cobra.Command {
	var org, name, request string
	var roles []string
	c := &cobra.Command{
		Use:   "issue --org ORG --name NAME --roles ROLE,... --csr FILE|- > FILE",
		Short: "As a registrar, answer a request for a certificate",
		Long: `Have netctl issue the certificate for a request that an author made, on the
author's page or with openssl, and print the file to send back: the certificate,
and who may issue certificates of each organisation. It holds no secret. The
fingerprint by which the member is to be enrolled is told beside it.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if org == "" || name == "" || len(roles) == 0 || request == "" {
				return usagef("identity issue needs --org, --name, --roles and --csr")
			}
			o, err := parseOrg(org)
			if err != nil {
				return err
			}
			text, err := a.readDocument(request)
			if err != nil {
				return err
			}
			network, err := a.config.openNetwork()
			if err != nil {
				return err
			}
			chain, err := a.config.issue(c.Context(), network, o, name, roles, text)
			if err != nil {
				return err
			}
			certificate, _ := firstBlock(chain)
			parsed, err := ledger.Identity{Org: o, Certificate: certificate}.Parse()
			if err != nil {
				return fmt.Errorf("reading the certificate of %s/%s: %w", o, name, err)
			}
			issuers, err := network.issuers()
			if err != nil {
				return err
			}
			sum := sha256.Sum256(parsed.Raw)
			a.note("%s/%s, fingerprint %s", o, name, hex.EncodeToString(sum[:]))
			return printJSON(a.out, enrolment{Org: o, Certificate: string(certificate), Channel: a.config.Channel, Chaincode: a.config.Chaincode, Issuers: issuers})
		},
	}
	c.Flags().StringVar(&org, "org", "", "Brands, Auditors, Workers, Oversight or Suppliers")
	c.Flags().StringVar(&name, "name", "", "how the ledger will know the member: a-z, 0-9 and -, and nobody's own name")
	c.Flags().StringSliceVar(&roles, "roles", nil, "what the member does, such as auditor")
	c.Flags().StringVar(&request, "csr", "", "the author's request, PEM; - reads it from standard input")
	return c
}

// issuers are the certificates by which each organisation's own are known.
func (n *network) issuers() (map[provenance.Org]string, error) {
	all := map[provenance.Org]string{}
	for _, o := range n.Organizations {
		certificate, err := readCertificate(o.IntermediateCA)
		if err != nil {
			return nil, err
		}
		all[o.Name] = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw}))
	}
	return all, nil
}
