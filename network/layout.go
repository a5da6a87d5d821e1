package network

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// layout names the files of a data directory:
//
//	network.json     the profile; there once the network exists
//	genesis.block    the channel's first block
//	joined           there once every node has joined the channel
//	organizations/   certificates and keys
//	nodes/NAME/      a node's configuration and ledger
//	chaincode        the chaincode's program, when built here
//	logs/NAME.log    what a node said, NAME.log.1 what it said before
//	run.json         the processes of the running (or last) `up`
//	lock             held by the running `up`, and its process id
type layout struct{ data string }

func (l layout) genesis() string              { return filepath.Join(l.data, "genesis.block") }
func (l layout) lock() string                 { return filepath.Join(l.data, "lock") }
func (l layout) joined() string               { return filepath.Join(l.data, "joined") }
func (l layout) nodes() string                { return filepath.Join(l.data, "nodes") }
func (l layout) run() string                  { return filepath.Join(l.data, "run.json") }
func (l layout) chaincode() string            { return filepath.Join(l.data, "chaincode") }
func (l layout) logs() string                 { return filepath.Join(l.data, "logs") }
func (l layout) log(node string) string       { return filepath.Join(l.logs(), node+".log") }
func (l layout) node(name string) string      { return filepath.Join(l.nodes(), name) }
func (l layout) organizations() string        { return filepath.Join(l.data, "organizations") }
func (l layout) organization(m member) string { return filepath.Join(l.organizations(), m.id()) }

// DefaultData is where a network is kept when nobody says otherwise:
// $XDG_DATA_HOME/fairlead/network, or below ~/.local/share.
func DefaultData() (string, error) {
	base := os.Getenv("XDG_DATA_HOME")
	if base == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", errors.New("neither XDG_DATA_HOME nor HOME is set: say where with --data")
		}
		base = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(base, "fairlead", "network"), nil
}

// ResolveData makes a data directory's path absolute, since it goes into
// configuration files and the profile. Empty is DefaultData.
func ResolveData(data string) (string, error) {
	if data == "" {
		return DefaultData()
	}
	return filepath.Abs(data)
}

// LogsDir is where the nodes of the network in data write NODE.log.
func LogsDir(data string) (string, error) {
	data, err := ResolveData(data)
	return layout{data}.logs(), err
}

// Remove deletes the network in data, its ledgers and its keys. It must be down:
// otherwise the error is a *RunningError. Other files in the directory stay.
func Remove(data string) error {
	l := layout{data}
	if !exists(data) {
		return nil
	}
	lock, err := l.hold()
	if err != nil {
		return err
	}
	defer lock.Close()
	// The profile goes first: without it the rest counts as never finished.
	for _, path := range []string{
		ProfilePath(data), l.joined(), l.genesis(), l.organizations(), l.nodes(),
		l.logs(), l.run(), l.chaincode(), l.lock(),
	} {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("deleting the network: %w", err)
		}
	}
	return nil
}
