// Package network runs a Fairlead network on one machine: the peers and
// orderers of Hyperledger Fabric as plain processes, one chaincode process
// beside each peer, certificates made here, and the channel and chaincode
// deployed. Up brings it up, new or as it was left; Enrol issues members'
// certificates; Profile says how to reach it.
package network

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"
)

// Options say what to bring up.
type Options struct {
	// Data is the directory the network is kept in; empty is DefaultData.
	Data string
	// Ordering is for a new network. Empty takes what is there, or BFT.
	Ordering Ordering
	// Chaincode is the program to run as chaincode; empty builds ./chaincode
	// of this checkout. See chaincode/main.go for what such a program is given.
	Chaincode string
	// Collections is a file of private data collections in the form the peer's
	// own command reads; empty takes chaincode/collections.json if this
	// checkout has it and Chaincode is empty.
	Collections string
	// Log gets a line for everything that happens to a node after its start,
	// such as a death. Nil drops them.
	Log io.Writer
	// Progress is told of every stage of bringing up, when it begins and when
	// it is done. Nil is allowed.
	Progress func(Stage)
}

// Stage is a step of bringing a network up.
type Stage struct {
	Name string
	Done bool
	Took time.Duration // of a stage that is done
}

// Network is a network that is up. Its methods may be called concurrently.
type Network struct {
	layout
	options Options
	tools   Tools
	profile *Profile
	lock    *os.File

	say func(string, ...any) // a line to Options.Log; safe for concurrent use

	mu        sync.Mutex
	processes []*process
	since     time.Time // when the nodes were started
	ready     bool
	stopped   bool
}

// Up brings the network in opts.Data up and returns once it is ready: every
// organisation's peer knows how to have a transaction endorsed. A data
// directory without a network gets a new one; an existing network continues
// where it was left, however it ended. ctx bounds bringing up, not the network's
// life: that ends with Stop. If Up fails nothing keeps running.
//
// If the network is up already the error is a *RunningError.
func Up(ctx context.Context, opts Options) (_ *Network, err error) {
	data, err := ResolveData(opts.Data)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	n := &Network{layout: layout{data}, options: opts, say: teller(opts.Log)}
	if n.lock, err = n.hold(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, n.Stop())
		}
	}()
	return n, n.bringUp(ctx)
}

// startLimit bounds each stage from the start of the nodes on, which takes
// seconds when all is well.
const startLimit = 3 * time.Minute

func (n *Network) bringUp(ctx context.Context) error {
	var chaincode, collections string
	var pack chaincodePackage
	var d *deployer
	defer func() {
		if d != nil {
			d.close()
		}
	}()
	stages := []stage{
		{"build the Fabric programs (a minute or more the first time)", 0, func(ctx context.Context) (err error) {
			n.tools, err = BuildTools(ctx)
			return err
		}},
		{"prepare certificates and the channel", 0, func(ctx context.Context) (err error) {
			if n.profile, err = n.open(ctx, n.tools, n.options.Ordering, n.say); err != nil {
				return err
			}
			pack, err = packChaincode()
			return err
		}},
		{"build the chaincode", 0, func(ctx context.Context) (err error) {
			chaincode, collections, err = n.findChaincode(ctx)
			return err
		}},
		{"start peers, orderers and chaincode", startLimit, func(ctx context.Context) error {
			return n.startAll(ctx, chaincode, pack.id)
		}},
		{"join the channel", startLimit, func(ctx context.Context) (err error) {
			if d, err = newDeployer(ctx, n.layout, n.profile); err != nil {
				return err
			}
			if err := d.join(ctx); err != nil {
				return err
			}
			return writeWhole(n.joined(), nil)
		}},
		{"deploy the chaincode", startLimit, func(ctx context.Context) error {
			return d.deploy(ctx, pack, collections)
		}},
		{"wait until every organisation can have transactions endorsed", startLimit, func(ctx context.Context) error {
			if err := d.awaitPlan(ctx); err != nil {
				return err
			}
			n.mu.Lock()
			n.ready = true
			n.mu.Unlock()
			return n.record()
		}},
	}
	for _, s := range stages {
		if err := n.through(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

type stage struct {
	name  string
	limit time.Duration // 0 is none
	run   func(context.Context) error
}

func (n *Network) through(ctx context.Context, s stage) error {
	tell := n.options.Progress
	if tell == nil {
		tell = func(Stage) {}
	}
	if s.limit != 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, s.limit, fmt.Errorf("to %s took longer than %v", s.name, s.limit))
		defer cancel()
	}
	tell(Stage{Name: s.name})
	begun := time.Now()
	if err := s.run(ctx); err != nil {
		return err
	}
	tell(Stage{Name: s.name, Done: true, Took: time.Since(begun)})
	return nil
}

// findChaincode returns the program to run and its collections, if any.
func (n *Network) findChaincode(ctx context.Context) (binary, collections string, err error) {
	if n.options.Chaincode != "" {
		binary, err = filepath.Abs(n.options.Chaincode)
		if err == nil && !exists(binary) {
			err = fmt.Errorf("there is no chaincode program %s", binary)
		}
		return binary, n.options.Collections, err
	}
	binary = n.chaincode()
	if err := BuildChaincode(ctx, binary); err != nil {
		return "", "", err
	}
	collections = n.options.Collections
	if collections == "" {
		source, err := sourceTree()
		if err != nil {
			return "", "", err
		}
		if path := filepath.Join(source, "chaincode", "collections.json"); exists(path) {
			collections = path
		}
	}
	return binary, collections, nil
}

// startAll starts every node and waits until each answers on its port.
func (n *Network) startAll(ctx context.Context, chaincode, packageID string) error {
	var programs []program
	for i := range n.profile.Organizations {
		o := &n.profile.Organizations[i]
		if o.Peer == nil {
			continue
		}
		orderer, err := n.ordererProgram(n.tools, o)
		if err != nil {
			return err
		}
		peer, err := n.peerProgram(n.tools, o)
		if err != nil {
			return err
		}
		programs = append(programs, orderer, peer, n.chaincodeProgram(chaincode, packageID, o))
	}
	for _, p := range programs {
		c, err := launch(p, n.notice)
		if err != nil {
			return err
		}
		n.mu.Lock()
		n.processes = append(n.processes, c)
		n.mu.Unlock()
	}
	if err := n.record(); err != nil {
		return err
	}
	for _, c := range n.processes {
		if err := c.await(ctx); err != nil {
			return err
		}
	}
	return nil
}

// notice tells of a node's death and return, and keeps run.json true.
func (n *Network) notice(e event) {
	switch {
	case e.err != nil:
		n.say("%s ended (%v), starting it again in %v; its log is %s", e.process.name, e.err, e.again, e.process.log)
	case e.process.state().Restarts > 0:
		n.say("%s runs again, process %d", e.process.name, e.process.state().PID)
	default:
		return // the first start is recorded with all others
	}
	if err := n.record(); err != nil {
		n.say("%v", err)
	}
}

// Profile says how to reach the network. It must not be changed.
func (n *Network) Profile() *Profile { return n.profile }

// Path is where the profile is kept, for programs that read it from there.
func (n *Network) Path() string { return ProfilePath(n.data) }

// Kill ends a node the hard way, as a fault would; the network then starts it
// again by itself. Nodes are called peer.brands, orderer.workers,
// chaincode.oversight and so on.
func (n *Network) Kill(node string) error {
	c, err := n.find(node)
	if err != nil {
		return err
	}
	if err := c.signal(syscall.SIGKILL); err != nil {
		return fmt.Errorf("killing %s: %w", node, err)
	}
	return nil
}

func (n *Network) find(node string) (*process, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	i := slices.IndexFunc(n.processes, func(c *process) bool { return c.name == node })
	if i < 0 {
		return nil, fmt.Errorf("no node %q in this network", node)
	}
	return n.processes[i], nil
}

// Stop ends all nodes, clients' side first, and gives the data directory free.
// The network's state stays. Stopping twice does nothing more.
func (n *Network) Stop() error {
	n.mu.Lock()
	if n.stopped {
		n.mu.Unlock()
		return nil
	}
	n.stopped, n.ready = true, false
	processes := n.processes
	n.mu.Unlock()
	for _, role := range []string{"peer.", "chaincode.", "orderer."} {
		var ending sync.WaitGroup
		for _, c := range processes {
			if len(c.name) > len(role) && c.name[:len(role)] == role {
				ending.Go(c.end)
			}
		}
		ending.Wait()
	}
	err := n.record()
	return errors.Join(err, n.lock.Close())
}

// teller writes whole lines to w.
func teller(w io.Writer) func(string, ...any) {
	if w == nil {
		return func(string, ...any) {}
	}
	var mu sync.Mutex
	return func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(w, format+"\n", args...)
	}
}
