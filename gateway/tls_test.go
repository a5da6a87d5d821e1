package main

import (
	"crypto/x509"
	"encoding/pem"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/fabrictest"
)

// enrolAs keeps an author's key where --present finds it.
func (m *members) enrolAs(name string, author *fabrictest.Author) {
	m.Helper()
	private, err := x509.MarshalPKCS8PrivateKey(author.Key)
	if err != nil {
		m.Fatal(err)
	}
	folder := filepath.Join(m.env["HOME"], ".config", "fairlead", "authors", string(author.Identity().Org), name)
	if err := keep(folder, map[string][]byte{
		"cert.pem": author.Identity().Certificate, "key.pem": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	}); err != nil {
		m.Fatal(err)
	}
}

// overTLS has the gateway speak TLS from now on.
func (m *members) overTLS() {
	m.Helper()
	m.server.Close()
	m.config.Issuers = map[provenance.Org]*x509.Certificate{}
	for _, org := range provenance.Orgs() {
		m.config.Issuers[org] = m.book.Issuer(org)
	}
	server := httptest.NewUnstartedServer(nil)
	server.TLS = memberTLS(m.config.Issuers)
	server.TLS.Time = m.now
	m.server = server
	m.says = "https://" + server.Listener.Addr().String()
	server.Config.Handler = m.handler()
	server.StartTLS()
	m.Cleanup(server.Close)
	m.env["FAIRLEAD_SERVER"] = server.URL
	m.env["FAIRLEAD_SERVER_CA"] = m.file("server.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
}

// A certificate that is presented counts as signing in, for the request.
func TestAPresentedCertificateCountsAsSigningIn(t *testing.T) {
	m := atAGateway(t)
	m.overTLS()
	m.enrolAs("staff", m.author)
	cohort := []string{"record", "cohort", "01ARZ3NDEKTSV4RRFFQ69G5FB2"}
	m.expects(exitFailed, []string{"not_shown"}, cohort...)
	m.env["FAIRLEAD_PRESENT"] = "Workers/staff"
	m.expects(exitOK, []string{`"size": 7`}, cohort...)
	m.expects(exitOK, []string{memberID}, "whoami")
	if kept := m.sessions(); len(kept) != 0 {
		t.Errorf("a session is kept: %v", kept)
	}
	m.expects(exitOK, []string{"fairlead_"}, "key", "new", "nightly", "--scope", "history")
	m.model.stand("SUSPENDED")
	m.expects(exitFailed, []string{"not_shown"}, cohort...)
	m.expects(exitFailed, []string{"not_signed_in"}, "whoami")
	m.model.stand("RESTORED")
	m.expects(exitOK, []string{memberID}, "whoami")

	m.enrolAs("newcomer", m.book.Enrol(provenance.Workers)) // its organisation's, and no member's
	m.expects(exitFailed, []string{"not_signed_in"}, "whoami", "--present", "Workers/newcomer")
	m.enrolAs("stranger", fabrictest.New(t).Enrol(provenance.Workers))
	m.expects(exitFailed, []string{"certificate authority"}, "whoami", "--present", "Workers/stranger")
	m.expects(exitUsage, []string{"no author Workers/nobody"}, "whoami", "--present", "Workers/nobody")
	m.expects(exitFailed, []string{"certificate"}, "whoami", "--server-ca", "")
	m.pass(2 * time.Hour)
	m.expects(exitFailed, []string{"expired"}, "whoami")
}

// Whose a certificate is follows from who issued it, and from nothing it says: under
// another organisation's name it is nobody's.
func TestWhoACertificateIsOf(t *testing.T) {
	m := atAGateway(t)
	m.overTLS()
	m.enrolAs("staff", m.author)
	m.env["FAIRLEAD_PRESENT"] = "Workers/staff"
	m.config.Issuers[provenance.Brands], m.config.Issuers[provenance.Workers] = m.config.Issuers[provenance.Workers], m.config.Issuers[provenance.Brands]
	m.server.Config.Handler = m.handler()
	m.expects(exitFailed, []string{"not_signed_in"}, "whoami")
}

func TestHalfOfTLSIsRefused(t *testing.T) {
	term := newTerminal(t)
	term.expects(exitUsage, []string{"--tls-cert and --tls-key go together"}, "serve", "--tls-cert", "/x")
	term.expects(exitUsage, []string{"--tls-cert and --tls-key go together"}, "serve", "--tls-key", "/x")
}
