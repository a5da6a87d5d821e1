package network

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/fairlead/fairlead/network/config"
)

func peerName(m member) string    { return "peer." + m.id() }
func ordererName(m member) string { return "orderer." + m.id() }

func chaincodeName(o *Organization) string { return "chaincode." + member{name: o.Name}.id() }

// settings come with every node's environment. Nodes get nothing of ours: what
// they need is in their configuration files.
func settings(dir string) []string {
	return []string{
		"FABRIC_CFG_PATH=" + dir,
		"FABRIC_LOGGING_SPEC=info:gossip=warning:comm.grpc.server=warning",
		"PATH=" + os.Getenv("PATH"),
		"TMPDIR=" + os.TempDir(),
	}
}

func (l layout) ordererProgram(tools Tools, o *Organization) (program, error) {
	host, port, err := net.SplitHostPort(o.Orderer.Address)
	if err != nil {
		return program{}, fmt.Errorf("configuring %s: %w", o.Orderer.Name, err)
	}
	keys := l.keys(o, "orderer")
	dir := l.node(o.Orderer.Name)
	text, err := config.Orderer{
		MSPID: o.MSPID, MSPDir: keys.msp,
		Host: host, Port: port,
		Operations: o.Orderer.Operations, Admin: o.Orderer.Admin,
		TLSCert: keys.tlsCert, TLSKey: keys.tlsKey, TLSRoot: o.TLSCA,
		Ledger:    filepath.Join(dir, "ledger"),
		WAL:       filepath.Join(dir, "raft", "wal"),
		Snapshots: filepath.Join(dir, "raft", "snapshots"),
	}.YAML()
	if err == nil {
		err = writeConfiguration(dir, "orderer.yaml", text)
	}
	if err != nil {
		return program{}, fmt.Errorf("configuring %s: %w", o.Orderer.Name, err)
	}
	return program{
		name: o.Orderer.Name, path: tools.Orderer, dir: dir, env: settings(dir),
		log: l.log(o.Orderer.Name), port: o.Orderer.Address,
	}, nil
}

func (l layout) peerProgram(tools Tools, o *Organization) (program, error) {
	keys := l.keys(o, "peer")
	dir := l.node(o.Peer.Name)
	connection := filepath.Join(dir, "connection.json")
	text, err := config.Peer{
		Name: o.Peer.Name, MSPID: o.MSPID, MSPDir: keys.msp,
		Address: o.Peer.Address, Operations: o.Peer.Operations, Bootstrap: o.Peer.Address,
		TLSCert: keys.tlsCert, TLSKey: keys.tlsKey, TLSRoot: o.TLSCA,
		Ledger:    filepath.Join(dir, "ledger"),
		Snapshots: filepath.Join(dir, "snapshots"),
		Builder:   tools.Builder,
	}.YAML()
	if err == nil {
		err = writeConfiguration(dir, "core.yaml", text)
	}
	if err == nil {
		err = l.writeConnection(o, connection)
	}
	if err != nil {
		return program{}, fmt.Errorf("configuring %s: %w", o.Peer.Name, err)
	}
	return program{
		name: o.Peer.Name, path: tools.Peer, args: []string{"node", "start"}, dir: dir,
		env: append(settings(dir), "CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG="+connection),
		log: l.log(o.Peer.Name), port: o.Peer.Address,
	}, nil
}

// chaincodeProgram is one organisation's own copy of the chaincode, which only
// that organisation's peer may call.
func (l layout) chaincodeProgram(binary, packageID string, o *Organization) program {
	name := chaincodeName(o)
	keys := l.keys(o, "chaincode")
	return program{
		name: name, path: binary, dir: l.organizationDir(o),
		env: []string{
			"CHAINCODE_ID=" + packageID,
			"CHAINCODE_SERVER_ADDRESS=" + o.ChaincodeAddress,
			"CHAINCODE_TLS_KEY_FILE=" + keys.tlsKey,
			"CHAINCODE_TLS_CERT_FILE=" + keys.tlsCert,
			"CHAINCODE_CLIENT_CA_CERT_FILE=" + o.TLSCA,
		},
		log: l.log(name), port: o.ChaincodeAddress,
	}
}

// writeConnection tells a peer, by way of the external builder, how to call its
// chaincode process: the peer's own TLS certificate is what it shows there.
func (l layout) writeConnection(o *Organization, path string) error {
	keys := l.keys(o, "peer")
	cert, err1 := os.ReadFile(keys.tlsCert)
	key, err2 := os.ReadFile(keys.tlsKey)
	root, err3 := os.ReadFile(o.TLSCA)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	text, err := json.Marshal(map[string]any{
		"address":              o.ChaincodeAddress,
		"dial_timeout":         "10s",
		"tls_required":         true,
		"client_auth_required": true,
		"client_cert":          string(cert),
		"client_key":           string(key),
		"root_cert":            string(root),
	})
	if err != nil {
		return err
	}
	return writeWhole(path, text)
}

// channelConfig describes the channel for its first block.
func (l layout) channelConfig(p *Profile) (config.Channel, error) {
	c := config.Channel{BFT: p.Ordering == BFT}
	for i := range p.Organizations {
		o := &p.Organizations[i]
		described := config.Organization{
			Name: o.Name, MSPID: o.MSPID, MSPDir: filepath.Join(l.organizationDir(o), "msp"),
		}
		if o.Peer != nil {
			peer, err1 := endpoint(o.Peer.Address)
			orderer, err2 := endpoint(o.Orderer.Address)
			if err := errors.Join(err1, err2); err != nil {
				return c, fmt.Errorf("describing %s: %w", o.Name, err)
			}
			keys := l.keys(o, "orderer")
			described.Peer, described.Orderer = peer, orderer
			described.OrdererIdentity = filepath.Join(keys.msp, "signcerts", "cert.pem")
			described.OrdererTLSCert = keys.tlsCert
		}
		c.Organizations = append(c.Organizations, described)
	}
	return c, nil
}

func endpoint(address string) (*config.Endpoint, error) {
	host, port, err := net.SplitHostPort(address)
	return &config.Endpoint{Host: host, Port: port}, err
}

// nodeKeys are the paths of a node's identity and TLS pair.
type nodeKeys struct{ msp, tlsCert, tlsKey string }

func (l layout) keys(o *Organization, role string) nodeKeys {
	dir := filepath.Join(l.organizationDir(o), role)
	return nodeKeys{
		msp:     filepath.Join(dir, "msp"),
		tlsCert: filepath.Join(dir, "tls", "cert.pem"),
		tlsKey:  filepath.Join(dir, "tls", "key.pem"),
	}
}

func (l layout) organizationDir(o *Organization) string {
	return l.organization(member{name: o.Name})
}

func writeConfiguration(dir, name string, text []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), text, 0o600)
}
