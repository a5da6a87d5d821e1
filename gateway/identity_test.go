package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// As netctl this test program signs a certificate request with the key of the
// authority in the network's folder, as netctl enrol does.
func TestMain(m *testing.M) {
	if os.Getenv("FAIRLEAD_TEST_NETCTL") != "" {
		if err := enrolAsNetctl(os.Args[1:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func enrolAsNetctl(args []string, in io.Reader, out io.Writer) error {
	if len(args) != 11 || !slices.Equal([]string{args[0], args[1], args[3], args[5], args[7], args[9], args[10]}, []string{"enrol", "--data", "--org", "--name", "--roles", "--csr", "-"}) {
		return fmt.Errorf("netctl does not take %q", args)
	}
	if args[6] == "refused" {
		return fmt.Errorf("member name %q is refused", args[6])
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	block, _ := pem.Decode(text)
	request, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return err
	}
	issuer, key, err := authority(args[2])
	if err != nil {
		return err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: args[6]}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, request.PublicKey, key)
	if err != nil {
		return err
	}
	pem.Encode(out, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	return pem.Encode(out, &pem.Block{Type: "CERTIFICATE", Bytes: issuer.Raw})
}

func authority(folder string) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	certificate, err := readCertificate(filepath.Join(folder, "ca.pem"))
	if err != nil {
		return nil, nil, err
	}
	der, err := os.ReadFile(filepath.Join(folder, "ca.key"))
	if err != nil {
		return nil, nil, err
	}
	key, err := x509.ParseECPrivateKey(der)
	return certificate, key, err
}

// network makes a network's folder with one authority for all, and has the
// settings name it.
func (term *terminal) network() {
	term.Helper()
	folder := term.TempDir()
	check := func(err error) {
		term.Helper()
		if err != nil {
			term.Fatal(err)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: folder}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	check(err)
	private, err := x509.MarshalECPrivateKey(key)
	check(err)
	ca := filepath.Join(folder, "ca.pem")
	check(os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	check(os.WriteFile(filepath.Join(folder, "ca.key"), private, 0o600))
	var organizations []map[string]any
	for _, org := range provenance.Orgs() {
		organizations = append(organizations, map[string]any{"name": org, "rootCA": ca, "intermediateCA": ca})
	}
	text, err := json.Marshal(map[string]any{"version": 1, "organizations": organizations})
	check(err)
	check(os.WriteFile(filepath.Join(folder, "network.json"), text, 0o600))
	self, err := os.Executable()
	check(err)
	term.env["FAIRLEAD_NETWORK"], term.env["FAIRLEAD_NETCTL"] = filepath.Join(folder, "network.json"), self
}

func TestANewIdentityIsTheAuthorsAlone(t *testing.T) {
	t.Setenv("FAIRLEAD_TEST_NETCTL", "1")
	term := newTerminal(t)
	term.network()
	out := term.expects(exitOK, []string{"Auditors/north-1", "fingerprint"}, "identity", "new", "--org", "auditors", "--name", "north-1", "--roles", "auditor")
	folder := filepath.Join(term.env["HOME"], ".config", "fairlead", "authors", "Auditors", "north-1")
	for _, path := range []string{folder, filepath.Join(folder, "key.pem"), filepath.Join(folder, "cert.pem")} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may open %s: %v", path, info.Mode())
		}
	}
	author, err := ledger.OpenKeyFile(provenance.Auditors, folder)
	if err != nil {
		t.Fatal(err)
	}
	if fingerprint, err := fingerprintOf(author); err != nil || !strings.Contains(out, fingerprint) {
		t.Errorf("fingerprint %s is not told: %s", fingerprint, out)
	}
	if strings.Contains(out, "PRIVATE") {
		t.Error("the key was printed")
	}
	term.expects(exitFailed, []string{"has a key already"}, "identity", "new", "--org", "Auditors", "--name", "north-1", "--roles", "auditor")
	if again, err := ledger.OpenKeyFile(provenance.Auditors, folder); err != nil || string(again.Identity().Certificate) != string(author.Identity().Certificate) {
		t.Error("the key was replaced")
	}
}

func TestAnIdentityThatIsRefusedLeavesNothing(t *testing.T) {
	t.Setenv("FAIRLEAD_TEST_NETCTL", "1")
	term := newTerminal(t)
	term.network()
	term.expects(exitFailed, []string{`member name "refused" is refused`}, "identity", "new", "--org", "Brands", "--name", "refused", "--roles", "brand")
	if _, err := os.Stat(filepath.Join(term.env["HOME"], ".config")); !os.IsNotExist(err) {
		t.Errorf("something was kept: %v", err)
	}
	term.expects(exitFailed, []string{"is not to be found: say with --netctl"}, "identity", "new", "--org", "Brands", "--name", "north-1", "--roles", "brand", "--netctl", "no-such-netctl")
}

func TestCertificatesOfAnotherNetworkAreToldApart(t *testing.T) {
	t.Setenv("FAIRLEAD_TEST_NETCTL", "1")
	term := newTerminal(t)
	term.network()
	term.expects(exitOK, nil, "identity", "new", "--org", "Brands", "--name", "north-1", "--roles", "brand")
	certificate, err := readCertificate(filepath.Join(term.env["HOME"], ".config", "fairlead", "authors", "Brands", "north-1", "cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	issued := func(now time.Time) bool {
		c := configFrom(func(name string) string { return term.env[name] })
		n, err := c.openNetwork()
		if err != nil {
			t.Fatal(err)
		}
		ok, err := n.issued(provenance.Brands, certificate, now)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	model := func() string {
		c := configFrom(func(name string) string { return term.env[name] })
		path, err := c.modelPath()
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	first := model()
	if !issued(time.Now()) || issued(certificate.NotAfter) {
		t.Error("the network does not know its own certificate, or one that ended")
	}
	term.network()
	if issued(time.Now()) {
		t.Error("another network takes the certificate for its own")
	}
	if model() == first {
		t.Error("two networks share a read model")
	}
}

// A gateway that prepares anything but what the author wrote gets no signature.
func TestAnAuthorDoesNotSignWhatAGatewayMadeUp(t *testing.T) {
	t.Setenv("FAIRLEAD_TEST_NETCTL", "1")
	term := newTerminal(t)
	term.network()
	term.expects(exitOK, nil, "identity", "new", "--org", "Suppliers", "--name", "north-1", "--roles", "supplier")
	var calls atomic.Int32
	term.gateway(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		if r.URL.Path != "/v1/facilities" {
			t.Errorf("called %s", r.URL.Path)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusAccepted)
		json.NewEncoder(w).Encode(map[string]any{"state": "prepared", "tx": strings.Repeat("0", 64), "bytes": []byte("sign this instead")})
	})
	list := term.file("list.csv", listHeader+"India,Works,Road 1,,1,2\n")
	term.expects(exitFailed, []string{"nothing was signed, for the gateway asks for a signature on something else"}, "import", "facilities", list, "--as", "Suppliers/north-1")
	if calls.Load() != 1 {
		t.Errorf("%d calls, want the one", calls.Load())
	}
}

// A registrar answers a request with what its author needs, and with nothing
// that is secret.
func TestARegistrarAnswersARequest(t *testing.T) {
	t.Setenv("FAIRLEAD_TEST_NETCTL", "1")
	term := newTerminal(t)
	term.network()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		t.Fatal(err)
	}
	file := term.file("request.csr", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: request})))
	out := term.expects(exitOK, []string{"Auditors/north-2, fingerprint "}, "identity", "issue", "--org", "Auditors", "--name", "north-2", "--roles", "auditor", "--csr", file)
	var sent enrolment
	if err := json.Unmarshal([]byte(out), &sent); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.NewKeySigner(ledger.Identity{Org: sent.Org, Certificate: []byte(sent.Certificate)}, key); err != nil {
		t.Error(err)
	}
	if sent.Channel != "labour" || sent.Chaincode != "fairlead" || len(sent.Issuers) != len(provenance.Orgs()) || strings.Contains(out, "PRIVATE") {
		t.Errorf("it sends %s", out)
	}
	term.expects(exitUsage, []string{"needs --org"}, "identity", "issue", "--org", "Auditors", "--csr", file)
}
