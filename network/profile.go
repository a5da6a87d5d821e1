package network

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ProfileVersion is the shape of network.json. It is raised when a field
// changes its meaning or goes away; new fields do not raise it.
const ProfileVersion = 1

// Profile says how a client reaches a network. It is kept as network.json in
// the network's data directory (mode 0600) from the moment the network's
// certificates and first block exist, and stays the same over every stop and
// start. All paths are absolute, all addresses are host:port on the loopback.
type Profile struct {
	Version   int    `json:"version"`
	Channel   string `json:"channel"`
	Chaincode string `json:"chaincode"`
	// Ordering is BFT or Raft, for the whole life of the network.
	Ordering      Ordering       `json:"ordering"`
	Organizations []Organization `json:"organizations"`
	// Reader is a client identity without roles, meant for reading and
	// following blocks: that of Brands.
	Reader Identity `json:"reader"`
}

// Organization is one member of the channel.
type Organization struct {
	Name  string `json:"name"`
	MSPID string `json:"mspid"`
	// RootCA, IntermediateCA and TLSCA are PEM files of one certificate each.
	// Members and nodes are issued by the intermediate; TLS certificates by a
	// root of their own.
	RootCA         string `json:"rootCA"`
	IntermediateCA string `json:"intermediateCA"`
	TLSCA          string `json:"tlsCA"`
	// Admin is the organisation's registrar.
	Admin Identity `json:"admin"`
	// Reader is for a gateway of the organisation's own. Absent where the
	// organisation runs no peer.
	Reader *Identity `json:"reader,omitempty"`
	// Peer, Orderer and ChaincodeAddress are absent for an organisation which
	// has members only.
	Peer             *Node  `json:"peer,omitempty"`
	Orderer          *Node  `json:"orderer,omitempty"`
	ChaincodeAddress string `json:"chaincodeAddress,omitempty"`
}

// Identity is a directory holding cert.pem (one certificate) and key.pem
// (PKCS #8, mode 0600).
type Identity struct {
	MSPID string `json:"mspid"`
	Dir   string `json:"dir"`
}

// Node is a peer or an orderer.
type Node struct {
	// Name is unique in the network and what Kill and the logs go by, such as
	// peer.brands.
	Name    string `json:"name"`
	Address string `json:"address"`
	// ServerName is a name in the node's TLS certificate, which holds
	// 127.0.0.1 and localhost as well.
	ServerName string `json:"serverName"`
	// Operations serves /healthz and /metrics over plain HTTP.
	Operations string `json:"operations"`
	// Admin is an orderer's channel participation address; empty on peers.
	Admin string `json:"admin,omitempty"`
}

// ProfilePath is where the network with this data directory keeps its profile.
func ProfilePath(data string) string { return filepath.Join(data, "network.json") }

// ErrNoNetwork tells that a data directory holds no network yet, or one whose
// making was cut short before it had any state worth keeping.
var ErrNoNetwork = errors.New("no network here")

// ReadProfile reads the profile of the network kept in data. Without one the
// error is ErrNoNetwork.
func ReadProfile(data string) (*Profile, error) {
	text, err := os.ReadFile(ProfilePath(data))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", data, ErrNoNetwork)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the network's profile: %w", err)
	}
	p := new(Profile)
	if err := json.Unmarshal(text, p); err != nil {
		return nil, fmt.Errorf("%s is damaged (netctl reset starts anew): %w", ProfilePath(data), err)
	}
	if p.Version != ProfileVersion {
		return nil, fmt.Errorf("%s has version %d, this program knows version %d: use the program that made it, or netctl reset",
			ProfilePath(data), p.Version, ProfileVersion)
	}
	return p, nil
}

// Organization finds a member of the channel by its name.
func (p *Profile) Organization(name string) (*Organization, error) {
	for i := range p.Organizations {
		if p.Organizations[i].Name == name {
			return &p.Organizations[i], nil
		}
	}
	known := make([]string, len(p.Organizations))
	for i, o := range p.Organizations {
		known[i] = o.Name
	}
	return nil, fmt.Errorf("no organisation %q: there are %v", name, known)
}

func (p *Profile) write(data string) error {
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the network's profile: %w", err)
	}
	return writeWhole(ProfilePath(data), append(text, '\n'))
}

// writeWhole replaces a file so that a reader, or a crash, sees the old text or
// the new one and nothing between.
func writeWhole(path string, text []byte) error {
	next := path + ".next"
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(next, path)
}
