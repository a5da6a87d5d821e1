package httpapi

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// Headers that name a draft's author. They prove nothing: the signatures asked
// for later do, and the ledger checks those.
const (
	orgHeader         = "Fairlead-Org"
	certificateHeader = "Fairlead-Certificate"
)

// author reads who a draft is for. What is found here spares an author a
// signature in vain.
func (s *server) author(c *gin.Context) (ledger.Identity, error) {
	org := provenance.Org(c.GetHeader(orgHeader))
	encoded := c.GetHeader(certificateHeader)
	if org == "" || encoded == "" {
		return ledger.Identity{}, authorProblem(codeAuthor, certificateHeader, "names no author",
			"send "+orgHeader+" with the organisation and "+certificateHeader+" with the author's certificate, DER in base64")
	}
	if !slices.Contains(provenance.Orgs(), org) {
		return ledger.Identity{}, authorProblem(codeAuthorBad, orgHeader, "is no organisation of this network", "use Brands, Auditors, Workers, Oversight or Suppliers")
	}
	der, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return ledger.Identity{}, authorProblem(codeAuthorBad, certificateHeader, "is not base64", "encode the DER certificate with the standard alphabet and padding, on one line")
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return ledger.Identity{}, authorProblem(codeAuthorBad, certificateHeader, "is not a certificate", "send the X.509 certificate as DER in base64")
	}
	if key, ok := certificate.PublicKey.(*ecdsa.PublicKey); !ok || key.Curve != elliptic.P256() {
		return ledger.Identity{}, authorProblem(codeAuthorBad, certificateHeader, "has no ECDSA key on P-256", "enrol with such a key")
	}
	if now := s.Now(); now.Before(certificate.NotBefore) || now.After(certificate.NotAfter) {
		return ledger.Identity{}, authorProblem(codeAuthorBad, certificateHeader, "is not valid today", "renew the certificate")
	}
	return ledger.Identity{Org: org, Certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}, nil
}

func authorProblem(code, header, what, remedy string) *problem {
	p := newProblem(code, header+" "+what+": "+remedy+".",
		provenance.FieldProblem{Field: header, Code: provenance.Invalid, Problem: what, Remedy: remedy})
	p.challenge = "Fairlead-Certificate"
	return p
}
