package network

import (
	"crypto/ecdsa"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// An organisation's directory:
//
//	ca/            root.pem, intermediate.pem and .key, tls.pem and .key
//	msp/           what the others know it by (certificates only)
//	admin/         cert.pem, key.pem: the registrar
//	reader/        cert.pem, key.pem: reads, has no roles (where there is a peer)
//	peer/ orderer/ msp/ and tls/ of a node
//	chaincode/     tls/ of the chaincode process
//
// The root's key is thrown away once it has signed the intermediate: nothing
// here needs it again, and what is not kept cannot be stolen.

// nodeUnits makes Fabric tell clients, peers, administrators and orderers apart
// by their certificate's organisational unit.
const nodeUnits = `NodeOUs:
  Enable: true
  ClientOUIdentifier:
    OrganizationalUnitIdentifier: client
  PeerOUIdentifier:
    OrganizationalUnitIdentifier: peer
  AdminOUIdentifier:
    OrganizationalUnitIdentifier: admin
  OrdererOUIdentifier:
    OrganizationalUnitIdentifier: orderer
`

// makeOrganization makes all certificates and keys of one organisation.
func makeOrganization(dir string, m member) error {
	root, err := newAuthority(m.name, m.id()+" root", nil)
	if err != nil {
		return err
	}
	intermediate, err := newAuthority(m.name, m.id()+" members", root)
	if err != nil {
		return err
	}
	tls, err := newAuthority(m.name, m.id()+" tls", nil)
	if err != nil {
		return err
	}
	o := organizationMaker{dir: dir, member: m, root: root, intermediate: intermediate, tls: tls}
	errs := []error{
		o.authorities(),
		o.msp("msp"),
		o.client("admin", unitAdmin),
	}
	if m.nodes {
		errs = append(errs, o.client("reader", unitClient), o.node("peer", unitPeer), o.node("orderer", unitOrderer), o.tlsPair("chaincode"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("making the certificates of %s: %w", m.name, err)
	}
	return nil
}

type organizationMaker struct {
	dir                     string
	member                  member
	root, intermediate, tls *authority
}

func (o organizationMaker) authorities() error {
	return errors.Join(
		o.write("ca/root.pem", encodeCert(o.root.cert)),
		o.pair("ca", "intermediate.pem", "intermediate.key", o.intermediate.cert, o.intermediate.key),
		o.pair("ca", "tls.pem", "tls.key", o.tls.cert, o.tls.key),
	)
}

// msp writes the certificates by which an organisation's identities are known.
func (o organizationMaker) msp(dir string) error {
	return errors.Join(
		o.write(filepath.Join(dir, "cacerts/root.pem"), encodeCert(o.root.cert)),
		o.write(filepath.Join(dir, "intermediatecerts/intermediate.pem"), encodeCert(o.intermediate.cert)),
		o.write(filepath.Join(dir, "tlscacerts/tls.pem"), encodeCert(o.tls.cert)),
		o.write(filepath.Join(dir, "config.yaml"), []byte(nodeUnits)),
	)
}

func (o organizationMaker) client(name, unit string) error {
	cert, key, err := o.identity(name, unit)
	if err != nil {
		return err
	}
	return o.pair(name, "cert.pem", "key.pem", cert, key)
}

func (o organizationMaker) node(role, unit string) error {
	cert, key, err := o.identity(o.member.host(role), unit)
	if err != nil {
		return err
	}
	text, err := encodeKey(key)
	if err != nil {
		return err
	}
	msp := filepath.Join(role, "msp")
	return errors.Join(
		o.msp(msp),
		o.write(filepath.Join(msp, "signcerts/cert.pem"), encodeCert(cert)),
		o.write(filepath.Join(msp, "keystore/key.pem"), text),
		o.tlsPair(role),
	)
}

func (o organizationMaker) identity(name, unit string) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := newKey()
	if err != nil {
		return nil, nil, err
	}
	cert, err := o.intermediate.identity(name, unit, &key.PublicKey, nodeYears)
	return cert, key, err
}

func (o organizationMaker) tlsPair(role string) error {
	key, err := newKey()
	if err != nil {
		return err
	}
	cert, err := o.tls.tls(o.member.host(role), &key.PublicKey)
	if err != nil {
		return err
	}
	return o.pair(filepath.Join(role, "tls"), "cert.pem", "key.pem", cert, key)
}

func (o organizationMaker) pair(dir, certName, keyName string, cert *x509.Certificate, key *ecdsa.PrivateKey) error {
	text, err := encodeKey(key)
	if err != nil {
		return err
	}
	return errors.Join(
		o.write(filepath.Join(dir, certName), encodeCert(cert)),
		o.write(filepath.Join(dir, keyName), text),
	)
}

func (o organizationMaker) write(name string, text []byte) error {
	path := filepath.Join(o.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}
