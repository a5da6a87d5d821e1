package web

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"math/big"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// The page runs its own files and nothing else.
func TestTheAuthorsPageNamesEveryFileItRuns(t *testing.T) {
	page, err := Author{}.Page()
	if err != nil {
		t.Fatal(err)
	}
	listed, err := fs.Glob(files, "static/author/*.mjs")
	if err != nil || len(listed) != len(authorModules) {
		t.Errorf("%d files, %d named: %v", len(listed), len(authorModules), err)
	}
	for _, m := range authorModules {
		if !bytes.Contains(page, []byte(m.Path)) || !strings.Contains(AuthorPolicy, "'"+m.Integrity+"'") || AuthorModule(strings.TrimPrefix(m.Path, authorFolder)) == nil {
			t.Errorf("%s is not named with its hash", m.Path)
		}
	}
	for _, want := range []string{"default-src 'none'", "connect-src 'self'", "require-trusted-types-for 'script'", "trusted-types 'none'"} {
		if !strings.Contains(AuthorPolicy, want) {
			t.Errorf("the policy lacks %s: %s", want, AuthorPolicy)
		}
	}
	for _, never := range []string{"unsafe-inline", "unsafe-eval", "script-src 'self'"} {
		if strings.Contains(AuthorPolicy, never) {
			t.Errorf("the policy has %s", never)
		}
	}
	if AuthorModule("../style.css") != nil || AuthorModule("author.css") != nil {
		t.Error("another file is given out as a module")
	}
	for _, name := range listed {
		text, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, sink := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"} {
			if bytes.Contains(text, []byte(sink)) {
				t.Errorf("%s uses %s", name, sink)
			}
		}
	}
}

// TestKeysOfTheAuthorsPage holds what the page's code makes of keys to the
// standard library and to openssl.
func TestKeysOfTheAuthorsPage(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not on this machine: the page's code is not run")
	}
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not on this machine: there is no encrypted key to open")
	}
	var certificates []string
	var parent *x509.Certificate
	root, other := newKey(t), newKey(t)
	issue := func(name, unit string, form *x509.Certificate, by *ecdsa.PrivateKey, key *ecdsa.PrivateKey) *x509.Certificate {
		c := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name}, NotBefore: time.Unix(1_700_000_000, 0), NotAfter: time.Date(2061, 2, 3, 4, 5, 6, 0, time.UTC)}
		if unit != "" {
			c.Subject.OrganizationalUnit = []string{unit}
		}
		if form == nil {
			form = c
		}
		der, err := x509.CreateCertificate(rand.Reader, c, form, key.Public(), by)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	parent = issue("authority", "", nil, root, root)
	for _, c := range []*x509.Certificate{issue("peer-0", "peer", parent, root, newKey(t)), parent, issue("authority", "", nil, other, other)} {
		certificates = append(certificates, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})))
	}
	private, err := x509.MarshalPKCS8PrivateKey(root)
	if err != nil {
		t.Fatal(err)
	}
	encrypt := exec.Command(openssl, "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-iter", "1000", "-inform", "DER", "-passout", "pass:pass")
	encrypt.Stdin = bytes.NewReader(private)
	encrypted, err := encrypt.Output()
	if err != nil {
		t.Fatal(err)
	}
	highS, err := asn1.Marshal(struct{ R, S *big.Int }{big.NewInt(1), new(big.Int).Sub(elliptic.P256().Params().N, big.NewInt(1))})
	if err != nil {
		t.Fatal(err)
	}
	input, err := json.Marshal(map[string]any{"certificates": certificates, "key": string(encrypted), "highS": highS})
	if err != nil {
		t.Fatal(err)
	}
	run := exec.Command(node, "testdata/keys.mjs")
	run.Stdin = bytes.NewReader(input)
	text, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	var made struct {
		Request, Key []byte
		Signatures   [][]byte
		Wrong, High  string
		Child        struct{ Name, Unit, Until string }
		Issued       []bool
		Own          bool
	}
	if err := json.Unmarshal(text, &made); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	request, err := x509.ParseCertificateRequest(made.Request)
	if err != nil {
		t.Fatal(err)
	}
	if err := request.CheckSignature(); err != nil || request.Subject.CommonName != "0123456789abcdef" {
		t.Errorf("the request of %s: %v", request.Subject, err)
	}
	half := new(big.Int).Rsh(elliptic.P256().Params().N, 1)
	for n, s := range made.Signatures {
		var value struct{ R, S *big.Int }
		sum := sha256.Sum256([]byte(fmt.Sprint("text ", n)))
		if _, err := asn1.Unmarshal(s, &value); err != nil || value.S.Cmp(half) > 0 || !ecdsa.VerifyASN1(request.PublicKey.(*ecdsa.PublicKey), sum[:], s) {
			t.Errorf("signature %s: %v", base64.StdEncoding.EncodeToString(s), err)
		}
	}
	if !bytes.Equal(made.Key, private) || made.Wrong != "the password does not open this key" || !strings.Contains(made.High, "higher") {
		t.Errorf("the encrypted key: %v; a wrong password: %s; a high S: %s", bytes.Equal(made.Key, private), made.Wrong, made.High)
	}
	if made.Child.Name != "peer-0" || made.Child.Unit != "peer" || made.Child.Until != "2061-02-03T04:05:06.000Z" || !made.Own || len(made.Issued) != 2 || !made.Issued[0] || made.Issued[1] {
		t.Errorf("certificates are read as %s", text)
	}
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// TestModulesAreWhatTheirHashesName: a browser runs nothing else.
func TestModulesAreWhatTheirHashesName(t *testing.T) {
	for _, m := range authorModules {
		sum := sha256.Sum256(AuthorModule(strings.TrimPrefix(m.Path, authorFolder)))
		if want := "sha256-" + base64.StdEncoding.EncodeToString(sum[:]); m.Integrity != want {
			t.Errorf("%s is served as %s and named %s", m.Path, want, m.Integrity)
		}
	}
}
