// Package config writes the configuration files of Fabric's programs:
// configtx.yaml for the channel's first block, core.yaml for a peer,
// orderer.yaml for an orderer. The templates hold every setting a Fairlead
// network chooses, timers included; only names, addresses and paths come from
// outside.
package config

import (
	"bytes"
	"embed"
	"fmt"
	"text/template"
)

//go:embed *.tmpl
var files embed.FS

var templates = template.Must(template.New("").
	Funcs(template.FuncMap{"inc": func(i int) int { return i + 1 }}).
	Option("missingkey=error").
	ParseFS(files, "*.tmpl"))

// Profile is the name under which configtx.yaml describes the channel.
const Profile = "Fairlead"

// Channel describes the channel.
type Channel struct {
	BFT           bool // otherwise Raft
	Organizations []Organization
}

// Organization is one member of the channel. Peer and Orderer are nil for one
// that runs no nodes.
type Organization struct {
	Name   string
	MSPID  string
	MSPDir string
	Peer   *Endpoint
	// Orderer and the certificates by which the other orderers know it.
	Orderer         *Endpoint
	OrdererIdentity string
	OrdererTLSCert  string
}

// Endpoint is where others reach a node.
type Endpoint struct{ Host, Port string }

// Orderers are the organisations that take part in ordering.
func (c Channel) Orderers() []Organization {
	var orderers []Organization
	for _, o := range c.Organizations {
		if o.Orderer != nil {
			orderers = append(orderers, o)
		}
	}
	return orderers
}

// Peer describes one peer. Paths are absolute.
type Peer struct {
	Name, MSPID, MSPDir        string
	Address, Operations        string
	Bootstrap                  string // the peer's own address: anchors introduce the rest
	TLSCert, TLSKey, TLSRoot   string
	Ledger, Snapshots, Builder string
}

// Orderer describes one orderer. Paths are absolute.
type Orderer struct {
	MSPID, MSPDir            string
	Host, Port               string
	Operations, Admin        string
	TLSCert, TLSKey, TLSRoot string
	Ledger, WAL, Snapshots   string
}

// YAML returns the text of configtx.yaml.
func (c Channel) YAML() ([]byte, error) { return render("configtx.yaml", c) }

// YAML returns the text of core.yaml.
func (p Peer) YAML() ([]byte, error) { return render("core.yaml", p) }

// YAML returns the text of orderer.yaml.
func (o Orderer) YAML() ([]byte, error) { return render("orderer.yaml", o) }

func render(name string, values any) ([]byte, error) {
	var text bytes.Buffer
	if err := templates.ExecuteTemplate(&text, name+".tmpl", values); err != nil {
		return nil, fmt.Errorf("writing %s: %w", name, err)
	}
	return text.Bytes(), nil
}
