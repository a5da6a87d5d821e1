package network

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// withOrganization makes a data directory that holds one organisation's
// certificates and a profile: all that enrolling needs.
func withOrganization(t *testing.T, name string) (data string, o Organization) {
	t.Helper()
	l := layout{t.TempDir()}
	m := member{name, false}
	if err := makeOrganization(l.organization(m), m); err != nil {
		t.Fatal(err)
	}
	o = l.describe(m)
	p := &Profile{Version: ProfileVersion, Organizations: []Organization{o}}
	if err := p.write(l.data); err != nil {
		t.Fatal(err)
	}
	return l.data, o
}

func certificateRequest(t *testing.T, key any) []byte {
	t.Helper()
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject: pkix.Name{CommonName: "Amina Example", OrganizationalUnit: []string{"admin"}},
	}, key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})
}

func newP256(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestEnrolledMembersCarryTheirRolesAndNothingTheyAskedFor(t *testing.T) {
	data, o := withOrganization(t, "Auditors")
	key := newP256(t)
	chain, err := Enrol(data, Enrolment{
		Organization: "Auditors", Name: "auditor-7", Roles: []string{"auditor", "lead"},
		Request: certificateRequest(t, key),
	})
	if err != nil {
		t.Fatal(err)
	}
	first, rest := pem.Decode(chain)
	second, rest := pem.Decode(rest)
	if second == nil || len(rest) != 0 {
		t.Fatalf("not two certificates: %s", chain)
	}
	cert, err := x509.ParseCertificate(first.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := cert.Subject.String(), "CN=auditor-7,OU=client,O=Auditors"; got != want {
		t.Errorf("subject %s, want %s", got, want)
	}
	if !key.PublicKey.Equal(cert.PublicKey) {
		t.Error("the certificate is for another key")
	}
	var roles string
	for _, e := range cert.Extensions {
		if e.Id.Equal(attributes) {
			roles = string(e.Value)
		}
	}
	if want := `{"attrs":{"fairlead.roles":"auditor,lead"}}`; roles != want {
		t.Errorf("attributes %s, want %s", roles, want)
	}
	if life := cert.NotAfter.Sub(cert.NotBefore); life > 367*24*time.Hour {
		t.Errorf("valid for %v, want a year", life)
	}
	if low, err := lowS(cert.Signature); err != nil || !low {
		t.Errorf("the signature's S is high: Fabric would spell this identity otherwise (%v)", err)
	}

	root, err := loadCert(o.RootCA)
	if err != nil {
		t.Fatal(err)
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(root)
	between.AppendCertsFromPEM(pem.EncodeToMemory(second))
	if _, err := cert.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	}); err != nil {
		t.Errorf("the chain does not lead to the organisation's root: %v", err)
	}
}

func TestEnrolRefuses(t *testing.T) {
	data, _ := withOrganization(t, "Auditors")
	key := newP256(t)
	good := certificateRequest(t, key)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(good)
	forged := append([]byte(nil), block.Bytes...)
	forged[len(forged)-1] ^= 1
	for name, c := range map[string]struct {
		change func(*Enrolment)
		says   string
	}{
		"an organisation which is not there": {func(e *Enrolment) { e.Organization = "Brokers" }, "no organisation"},
		"a person's name":                    {func(e *Enrolment) { e.Name = "Amina Example" }, "nobody's own name"},
		"a name too short":                   {func(e *Enrolment) { e.Name = "a7" }, "3 to 40"},
		"a role with a comma":                {func(e *Enrolment) { e.Roles = []string{"auditor,admin"} }, "role"},
		"a role twice":                       {func(e *Enrolment) { e.Roles = []string{"auditor", "auditor"} }, "twice"},
		"no request":                         {func(e *Enrolment) { e.Request = nil }, "not a PEM certificate request"},
		"two requests":                       {func(e *Enrolment) { e.Request = append(good, good...) }, "one certificate request alone"},
		"an RSA key":                         {func(e *Enrolment) { e.Request = certificateRequest(t, rsaKey) }, "P-256"},
		"another curve":                      {func(e *Enrolment) { e.Request = certificateRequest(t, p384) }, "P-256"},
		"a request signed by somebody else": {func(e *Enrolment) {
			e.Request = pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: forged})
		}, "not signed by the key"},
	} {
		t.Run(name, func(t *testing.T) {
			e := Enrolment{Organization: "Auditors", Name: "auditor-7", Roles: []string{"auditor"}, Request: good}
			c.change(&e)
			chain, err := Enrol(data, e)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
			if chain != nil {
				t.Error("a certificate is issued nevertheless")
			}
		})
	}
}

func TestOrganizationsKeepTheirKeysToThemselves(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "brands")
	if err := makeOrganization(dir, member{"Brands", true}); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may touch %s: %v", path, info.Mode())
		}
		if strings.HasPrefix(filepath.Base(path), "root.k") {
			t.Errorf("the root's key is kept: %s", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, unit := range map[string]string{
		"admin/cert.pem": unitAdmin, "reader/cert.pem": unitClient,
		"peer/msp/signcerts/cert.pem": unitPeer, "orderer/msp/signcerts/cert.pem": unitOrderer,
	} {
		cert, err := loadCert(filepath.Join(dir, path))
		if err != nil {
			t.Error(err)
			continue
		}
		if got := cert.Subject.OrganizationalUnit; len(got) != 1 || got[0] != unit {
			t.Errorf("%s acts as %v, want %s", path, got, unit)
		}
	}
	for _, role := range []string{"peer", "orderer", "chaincode"} {
		cert, err := loadCert(filepath.Join(dir, role, "tls", "cert.pem"))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, host := range []string{loopback, "localhost", role + ".brands.fairlead.test"} {
			if err := cert.VerifyHostname(host); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestANetworkOfOldGetsTheReadersItLacks(t *testing.T) {
	l := layout{data: t.TempDir()}
	p := &Profile{Version: ProfileVersion}
	for _, m := range members {
		if err := makeOrganization(l.organization(m), m); err != nil {
			t.Fatal(err)
		}
		o := l.describe(m)
		if m.name != "Brands" && m.nodes {
			o.Reader = nil
			if err := os.RemoveAll(filepath.Join(l.organization(m), "reader")); err != nil {
				t.Fatal(err)
			}
		}
		p.Organizations = append(p.Organizations, o)
	}
	if err := l.completeReaders(p); err != nil {
		t.Fatal(err)
	}
	kept, err := ReadProfile(l.data)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range kept.Organizations {
		if o.Peer == nil {
			if o.Reader != nil {
				t.Errorf("%s has a reader and no peer", o.Name)
			}
			continue
		}
		cert, err := loadCert(filepath.Join(o.Reader.Dir, "cert.pem"))
		if err != nil {
			t.Fatal(err)
		}
		issuer, err := loadCert(o.IntermediateCA)
		if err != nil {
			t.Fatal(err)
		}
		if err := cert.CheckSignatureFrom(issuer); err != nil || o.Reader.MSPID != o.MSPID {
			t.Errorf("the reader of %s: %v", o.Name, err)
		}
	}
}
