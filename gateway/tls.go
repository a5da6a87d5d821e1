package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// checkTLS refuses half of what a gateway needs to speak TLS.
func (c *Config) checkTLS() error {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return usagef("--tls-cert and --tls-key go together: name the gateway's certificate and its key, or neither")
	}
	return nil
}

// memberTLS is how a gateway speaks TLS: 1.3 alone, in which nothing that a member
// signs to be known can be a proposal. A member's certificate is welcome and not
// demanded; one that no organisation issued, or that is out of date, ends the
// connection. Connections are not resumed, so each one is looked at.
func memberTLS(issuers map[provenance.Org]*x509.Certificate) *tls.Config {
	pool := x509.NewCertPool()
	for _, issuer := range issuers {
		pool.AddCert(issuer)
	}
	return &tls.Config{MinVersion: tls.VersionTLS13, ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: pool, SessionTicketsDisabled: true}
}

// overTLS puts TLS under a listener, when the settings ask for it.
func (c *Config) overTLS(listener net.Listener, issuers map[provenance.Org]*x509.Certificate) (net.Listener, string, error) {
	if c.TLSCert == "" {
		return listener, "http://", nil
	}
	pair, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
	if err != nil {
		return nil, "", fmt.Errorf("reading the gateway's certificate and key: %w", err)
	}
	config := memberTLS(issuers)
	config.Certificates = []tls.Certificate{pair}
	config.NextProtos = []string{"h2", "http/1.1"}
	return tls.NewListener(listener, config), "https://", nil
}

// connection is how commands reach a server: over TLS by the roots that the
// settings name, and there with the certificate of the author they name.
func (c *Config) connection() http.RoundTripper {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = concurrency
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if c.ServerCA != "" {
		text, err := os.ReadFile(c.ServerCA)
		if err != nil {
			return failing{fmt.Errorf("reading who may certify the gateway: %w", err)}
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(text) {
			return failing{usagef("--server-ca (FAIRLEAD_SERVER_CA) %s holds no certificate", c.ServerCA)}
		}
		transport.TLSClientConfig.RootCAs = pool
	}
	if c.Present != "" {
		// TLS 1.2 would have the key sign what is shorter and less its own.
		transport.TLSClientConfig.MinVersion = tls.VersionTLS13
		presented := sync.OnceValues(c.presented)
		transport.TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return presented() }
	}
	return transport
}

// presented opens the author's key when a server asks for it, and not before.
func (c *Config) presented() (*tls.Certificate, error) {
	author, err := c.signer(as{author: c.Present})
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(author.Identity().Certificate)
	if block == nil {
		return nil, errors.New("the author's certificate is not PEM")
	}
	return &tls.Certificate{Certificate: [][]byte{block.Bytes}, PrivateKey: author.Key()}, nil
}

// failing is a connection that cannot be made.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }
