package network

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// RolesAttribute is the certificate attribute that lists a member's roles,
// separated by commas. Chaincode reads it with the client identity library.
const RolesAttribute = "fairlead.roles"

// attributes is where Fabric's client identity library looks for attributes.
var attributes = asn1.ObjectIdentifier{1, 2, 3, 4, 5, 6, 7, 8, 1}

var (
	memberName = regexp.MustCompile(`^[a-z0-9-]{3,40}$`)
	roleName   = regexp.MustCompile(`^[a-z][a-z0-9-]{1,30}$`)
)

// Enrolment asks for a member's certificate.
type Enrolment struct {
	Organization string
	// Name is how the ledger will know the member for ever: 3 to 40 of a-z, 0-9
	// and "-". It must not be anybody's own name.
	Name string
	// Roles are what the organisation vouches for; none is allowed.
	Roles []string
	// Request is a PEM certificate request for an ECDSA P-256 key. Of its
	// content only the key is used: subject and extensions are ours to give.
	Request []byte
}

// Enrol issues the certificate of a member whose key never leaves them. It
// needs the data directory of a network, running or not, and returns PEM: the
// member's certificate, valid for a year, then the intermediate that issued it.
func Enrol(data string, e Enrolment) ([]byte, error) {
	p, err := ReadProfile(data)
	if err != nil {
		return nil, err
	}
	org, err := p.Organization(e.Organization)
	if err != nil {
		return nil, err
	}
	if !memberName.MatchString(e.Name) {
		return nil, fmt.Errorf("member name %q: 3 to 40 of a-z, 0-9 and -, and nobody's own name", e.Name)
	}
	roles, err := rolesExtension(e.Roles)
	if err != nil {
		return nil, err
	}
	public, err := requestedKey(e.Request)
	if err != nil {
		return nil, err
	}
	issuer, err := loadAuthority(filepath.Dir(org.IntermediateCA), "intermediate")
	if err != nil {
		return nil, fmt.Errorf("opening the authority of %s: %w", org.Name, err)
	}
	cert, err := issuer.identity(e.Name, unitClient, public, memberYears, roles)
	if err != nil {
		return nil, fmt.Errorf("enrolling %s with %s: %w", e.Name, org.Name, err)
	}
	return append(encodeCert(cert), encodeCert(issuer.cert)...), nil
}

// requestedKey returns the key of a certificate request that its owner signed.
func requestedKey(text []byte) (*ecdsa.PublicKey, error) {
	block, rest := pem.Decode(text)
	if block == nil || (block.Type != "CERTIFICATE REQUEST" && block.Type != "NEW CERTIFICATE REQUEST") {
		return nil, errors.New("the request is not a PEM certificate request")
	}
	if strings.TrimSpace(string(rest)) != "" {
		return nil, errors.New("the request is followed by something else: send one certificate request alone")
	}
	request, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate request: %w", err)
	}
	public, ok := request.PublicKey.(*ecdsa.PublicKey)
	if !ok || public.Curve != elliptic.P256() {
		return nil, errors.New("the request is for another kind of key: only ECDSA P-256 is taken")
	}
	if err := request.CheckSignature(); err != nil {
		return nil, fmt.Errorf("the request is not signed by the key it asks for: %w", err)
	}
	return public, nil
}

func rolesExtension(roles []string) (pkix.Extension, error) {
	for i, role := range roles {
		if !roleName.MatchString(role) {
			return pkix.Extension{}, fmt.Errorf("role %q: 2 to 31 of a-z, 0-9 and -, a letter first", role)
		}
		if slices.Contains(roles[:i], role) {
			return pkix.Extension{}, fmt.Errorf("role %q is given twice", role)
		}
	}
	value, err := json.Marshal(map[string]map[string]string{
		"attrs": {RolesAttribute: strings.Join(roles, ",")},
	})
	if err != nil {
		return pkix.Extension{}, fmt.Errorf("writing roles: %w", err)
	}
	return pkix.Extension{Id: attributes, Value: value}, nil
}
