package network

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Status is a network as seen from outside.
type Status struct {
	Data     string   `json:"data"`
	Exists   bool     `json:"exists"`
	Ordering Ordering `json:"ordering,omitempty"`
	// PID is the process that runs the network, 0 when it is down.
	PID int `json:"pid"`
	// Ready is whether that process found every organisation able to have
	// transactions endorsed. It is not taken back when a node dies later: see
	// the nodes for that.
	Ready bool      `json:"ready"`
	Since time.Time `json:"since,omitzero"`
	Nodes []Process `json:"nodes"`
}

// Process is a node's process.
type Process struct {
	Name     string `json:"name"`
	PID      int    `json:"pid"` // 0 while it does not run
	Restarts int    `json:"restarts"`
	// Height is the number of blocks a peer has; nil for other nodes and for a
	// peer that does not answer.
	Height *uint64 `json:"height,omitempty"`
}

// running is run.json.
type running struct {
	PID   int       `json:"pid"`
	Ready bool      `json:"ready"`
	Since time.Time `json:"since"`
	Nodes []Process `json:"nodes"`
}

// record writes run.json.
func (n *Network) record() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.since.IsZero() {
		n.since = time.Now().UTC()
	}
	r := running{PID: os.Getpid(), Ready: n.ready, Since: n.since, Nodes: []Process{}}
	for _, c := range n.processes {
		r.Nodes = append(r.Nodes, c.state())
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err == nil {
		err = writeWhole(n.run(), append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("recording the nodes' processes: %w", err)
	}
	return nil
}

func (l layout) readRun() (running, error) {
	var r running
	text, err := os.ReadFile(l.run())
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return r, fmt.Errorf("reading the nodes' processes: %w", err)
	}
	return r, nil
}

// dyingTime is how long nodes may take to go once the process that ran them was
// killed.
const dyingTime = 10 * time.Second

// leftBehind finds nodes which outlived the process that ran them. The caller
// holds the lock, so none of them belongs to a running network.
func (l layout) leftBehind(ctx context.Context) error {
	r, err := l.readRun()
	if err != nil {
		return nil // a torn record names nobody; ports tell the rest
	}
	p, err := ReadProfile(l.data)
	if err != nil {
		return err
	}
	var left error
	look := func() error {
		var errs []error
		for _, node := range r.Nodes {
			if node.PID != 0 && syscall.Kill(node.PID, 0) == nil && !free(p.nodeAddress(node.Name)) {
				errs = append(errs, fmt.Errorf("%s of an earlier run is still there as process %d: end it with `kill %d` and try again", node.Name, node.PID, node.PID))
			}
		}
		left = errors.Join(errs...)
		return left
	}
	patient, cancel := context.WithTimeout(ctx, dyingTime)
	defer cancel()
	if poll(patient, "nodes of an earlier run to end", look) != nil && ctx.Err() == nil {
		return left
	}
	return ctx.Err()
}

func (p *Profile) nodeAddress(name string) string {
	for i := range p.Organizations {
		o := &p.Organizations[i]
		switch {
		case o.Peer == nil:
		case o.Peer.Name == name:
			return o.Peer.Address
		case o.Orderer.Name == name:
			return o.Orderer.Address
		case chaincodeName(o) == name:
			return o.ChaincodeAddress
		}
	}
	return ""
}

// Look tells how the network in data is. A network that is down, or not there
// at all, is a status and not an error.
func Look(ctx context.Context, data string) (Status, error) {
	data, err := ResolveData(data)
	if err != nil {
		return Status{}, err
	}
	s := Status{Data: data, Nodes: []Process{}}
	if s.PID, err = Holder(data); err != nil {
		return s, err
	}
	p, err := ReadProfile(data)
	if errors.Is(err, ErrNoNetwork) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	s.Exists, s.Ordering = true, p.Ordering
	if s.PID == 0 {
		return s, nil
	}
	r, err := layout{data}.readRun()
	if err != nil {
		return s, err
	}
	if r.PID == s.PID { // otherwise it is what the run before has left
		s.Ready, s.Since, s.Nodes = r.Ready, r.Since, r.Nodes
	}
	for i := range s.Nodes {
		s.Nodes[i].Height = p.height(ctx, s.Nodes[i].Name)
	}
	return s, nil
}

// Status tells how the network is.
func (n *Network) Status(ctx context.Context) (Status, error) { return Look(ctx, n.data) }

// height reads the number of blocks from a peer's metrics; nil when it cannot.
func (p *Profile) height(ctx context.Context, name string) *uint64 {
	for _, o := range p.Organizations {
		if o.Peer != nil && o.Peer.Name == name {
			return metric(ctx, o.Peer.Operations, `ledger_blockchain_height{channel="`+p.Channel+`"}`)
		}
	}
	return nil
}

func metric(ctx context.Context, operations, name string) *uint64 {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+operations+"/metrics", nil)
	if err != nil {
		return nil
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil
	}
	defer answer.Body.Close()
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			f, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return nil
			}
			height := uint64(f)
			return &height
		}
	}
	return nil
}
