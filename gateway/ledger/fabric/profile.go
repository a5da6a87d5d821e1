package fabric

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// profileVersion is the shape of network.json that this package reads.
const profileVersion = 1

// Profile is what a client needs of network.json: names, addresses and the
// paths of certificates. Fields it does not know are somebody else's.
type Profile struct {
	Version       int            `json:"version"`
	Channel       string         `json:"channel"`
	Chaincode     string         `json:"chaincode"`
	Organizations []Organization `json:"organizations"`
	Reader        Identity       `json:"reader"` // whose name the gateway reads in
}

// Organization is a member of the channel. Peer is nil for one that runs none.
type Organization struct {
	Name  string `json:"name"`
	MSPID string `json:"mspid"`
	TLSCA string `json:"tlsCA"` // PEM file
	Peer  *Node  `json:"peer,omitempty"`

	Reader *Identity `json:"reader,omitempty"` // of the organisation's own gateway
}

// Node is a peer.
type Node struct {
	Name       string `json:"name"`
	Address    string `json:"address"`    // host:port
	ServerName string `json:"serverName"` // in its TLS certificate
}

// Identity is a folder with cert.pem and key.pem.
type Identity struct {
	MSPID string `json:"mspid"`
	Dir   string `json:"dir"`
}

// ReadProfile reads network.json.
func ReadProfile(path string) (*Profile, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the network's profile: %w", err)
	}
	p := new(Profile)
	if err := json.Unmarshal(text, p); err != nil {
		return nil, fmt.Errorf("reading the network's profile %s: %w", path, err)
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("reading the network's profile %s: %w", path, err)
	}
	return p, nil
}

func (p *Profile) check() error {
	if p.Version != profileVersion {
		return fmt.Errorf("it has version %d, this program knows version %d", p.Version, profileVersion)
	}
	if p.Channel == "" || p.Chaincode == "" {
		return errors.New("it names no channel or no chaincode")
	}
	for _, o := range p.Organizations {
		if org, ok := provenance.OrgOfMSP(o.MSPID); !ok || string(org) != o.Name {
			return fmt.Errorf("its organisation %s is none of the network's", o.Name)
		}
	}
	if len(p.hosts()) == 0 {
		return errors.New("none of its organisations runs a peer")
	}
	if _, ok := provenance.OrgOfMSP(p.Reader.MSPID); !ok {
		return errors.New("it names no reader")
	}
	return nil
}

// readAs makes the reader that of one organisation, whose own gateway this is
// then: it asks that organisation's peer first and carries what its authors hand
// to it alone.
func (p *Profile) readAs(org provenance.Org) error {
	for _, o := range p.Organizations {
		if o.Name != string(org) {
			continue
		}
		if o.Reader == nil || o.Peer == nil {
			return fmt.Errorf("%s has no gateway of its own: the network's profile names no reader of it, or no peer", org)
		}
		p.Reader = *o.Reader
		return nil
	}
	return fmt.Errorf("%s is none of the network's organisations", org)
}

// hosts are the organisations that run a peer, the reader's own first.
func (p *Profile) hosts() []Organization {
	var own, others []Organization
	for _, o := range p.Organizations {
		switch {
		case o.Peer == nil:
		case o.MSPID == p.Reader.MSPID:
			own = append(own, o)
		default:
			others = append(others, o)
		}
	}
	return append(own, others...)
}
