package network

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/fairlead/fairlead/network/config"
)

// create makes everything a network has before its first start: certificates,
// addresses and the channel's first block, and last the profile. Whatever a
// creation that was cut short has left is made anew: without a profile no node
// has ever run on it.
func (l layout) create(ctx context.Context, tools Tools, ordering Ordering) (*Profile, error) {
	for _, leftover := range []string{l.joined(), l.organizations(), l.genesis(), l.nodes()} {
		if err := os.RemoveAll(leftover); err != nil {
			return nil, fmt.Errorf("clearing what an interrupted start left: %w", err)
		}
	}
	p := &Profile{
		Version: ProfileVersion, Channel: Channel, Chaincode: Chaincode, Ordering: ordering,
	}
	for _, m := range members {
		if err := makeOrganization(l.organization(m), m); err != nil {
			return nil, err
		}
		p.Organizations = append(p.Organizations, l.describe(m))
		if m.name == readerOrganization {
			p.Reader = Identity{MSPID: m.mspid(), Dir: filepath.Join(l.organization(m), "reader")}
		}
	}
	if err := p.drawPorts(); err != nil {
		return nil, err
	}
	if err := l.makeGenesis(ctx, tools, p); err != nil {
		return nil, err
	}
	return p, p.write(l.data)
}

// describe is an organisation's entry in the profile, without addresses.
func (l layout) describe(m member) Organization {
	dir := l.organization(m)
	o := Organization{
		Name:           m.name,
		MSPID:          m.mspid(),
		RootCA:         filepath.Join(dir, "ca", "root.pem"),
		IntermediateCA: filepath.Join(dir, "ca", "intermediate.pem"),
		TLSCA:          filepath.Join(dir, "ca", "tls.pem"),
		Admin:          Identity{MSPID: m.mspid(), Dir: filepath.Join(dir, "admin")},
	}
	if m.nodes {
		o.Reader = &Identity{MSPID: m.mspid(), Dir: filepath.Join(dir, "reader")}
		o.Peer = &Node{Name: peerName(m), ServerName: m.host("peer")}
		o.Orderer = &Node{Name: ordererName(m), ServerName: m.host("orderer")}
	}
	return o
}

func (l layout) makeGenesis(ctx context.Context, tools Tools, p *Profile) error {
	channel, err := l.channelConfig(p)
	if err != nil {
		return err
	}
	text, err := channel.YAML()
	if err != nil {
		return err
	}
	dir := l.node("channel")
	if err := writeConfiguration(dir, "configtx.yaml", text); err != nil {
		return fmt.Errorf("describing the channel: %w", err)
	}
	gen := exec.CommandContext(ctx, tools.Configtxgen,
		"-profile", config.Profile, "-channelID", Channel, "-configPath", dir, "-outputBlock", l.genesis())
	if said, err := gen.CombinedOutput(); err != nil {
		return fmt.Errorf("making the channel's first block: %w\n%s", err, said)
	}
	return nil
}

// open reads the network in the data directory, or makes one. An empty ordering
// takes what is there, or BFT.
func (l layout) open(ctx context.Context, tools Tools, ordering Ordering, say func(string, ...any)) (*Profile, error) {
	p, err := ReadProfile(l.data)
	if errors.Is(err, ErrNoNetwork) {
		if ordering == "" {
			ordering = BFT
		}
		return l.create(ctx, tools, ordering)
	}
	if err != nil {
		return nil, err
	}
	if ordering != "" && ordering != p.Ordering {
		return nil, fmt.Errorf("the network in %s orders by %s, which cannot change into %s: use another data directory, or netctl reset",
			l.data, p.Ordering, ordering)
	}
	if err := l.leftBehind(ctx); err != nil {
		return nil, err
	}
	// A node killed while it makes its databases may not start with them again.
	// Before all have joined there is no chaincode, so nobody can have written
	// anything, and the ledgers begin anew.
	if !exists(l.joined()) {
		if err := os.RemoveAll(l.nodes()); err != nil {
			return nil, fmt.Errorf("clearing what an interrupted start left: %w", err)
		}
	}
	if err := l.completeReaders(p); err != nil {
		return nil, err
	}
	changed, err := p.claimPorts()
	if err != nil {
		return nil, err
	}
	if changed {
		say("another process listens on a remembered port: took another for operations (network.json has it)")
		return p, p.write(l.data)
	}
	return p, nil
}

// completeReaders issues the readers of a network that was made before each
// organisation with a peer had one.
func (l layout) completeReaders(p *Profile) error {
	issued := false
	for _, m := range members {
		o, err := p.Organization(m.name)
		if err != nil {
			return err
		}
		if !m.nodes || o.Reader != nil {
			continue
		}
		dir := l.organization(m)
		if _, err := os.Stat(filepath.Join(dir, "reader", "key.pem")); errors.Is(err, os.ErrNotExist) {
			issuer, err := loadAuthority(filepath.Join(dir, "ca"), "intermediate")
			if err != nil {
				return fmt.Errorf("opening the authority of %s: %w", m.name, err)
			}
			if err := (organizationMaker{dir: dir, member: m, intermediate: issuer}).client("reader", unitClient); err != nil {
				return fmt.Errorf("issuing the reader of %s: %w", m.name, err)
			}
		} else if err != nil {
			return err
		}
		o.Reader = l.describe(m).Reader
		issued = true
	}
	if !issued {
		return nil
	}
	return p.write(l.data)
}
