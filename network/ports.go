package network

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// Ports are drawn below the range from which systems give out ports for
// outgoing connections, so that none of those holds a remembered port at the
// next start.
const (
	firstPort = 20000
	lastPort  = 31999
)

const loopback = "127.0.0.1"

// portDraw hands out free loopback ports, none of them twice.
type portDraw struct{ drawn map[int]bool }

// address returns a loopback host:port which nobody listened on a moment ago.
func (d *portDraw) address() (string, error) {
	if d.drawn == nil {
		d.drawn = make(map[int]bool)
	}
	for range 1000 {
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		address := net.JoinHostPort(loopback, strconv.Itoa(port))
		if !d.drawn[port] && free(address) {
			d.drawn[port] = true
			return address, nil
		}
	}
	return "", fmt.Errorf("no free port on %s between %d and %d", loopback, firstPort, lastPort)
}

func free(address string) bool {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return false
	}
	return l.Close() == nil
}

// drawPorts gives every node its addresses.
func (p *Profile) drawPorts() error {
	var draw portDraw
	var errs []error
	next := func() string {
		address, err := draw.address()
		errs = append(errs, err)
		return address
	}
	for i := range p.Organizations {
		o := &p.Organizations[i]
		if o.Peer == nil {
			continue
		}
		o.Peer.Address, o.Peer.Operations = next(), next()
		o.Orderer.Address, o.Orderer.Operations, o.Orderer.Admin = next(), next(), next()
		o.ChaincodeAddress = next()
	}
	return errors.Join(errs...)
}

// claimPorts checks that the remembered ports are still to be had. Those which
// only this machine's own tools use are drawn again when taken; changed tells
// of that. The others stand in the ledger (orderers and peers) or in what the
// peer made of the chaincode package, so somebody else on them is an error.
func (p *Profile) claimPorts() (changed bool, err error) {
	var draw portDraw
	var errs []error
	for i := range p.Organizations {
		o := &p.Organizations[i]
		if o.Peer == nil {
			continue
		}
		for _, fixed := range []struct{ name, address string }{
			{o.Peer.Name, o.Peer.Address},
			{o.Orderer.Name, o.Orderer.Address},
			{chaincodeName(o), o.ChaincodeAddress},
		} {
			if !free(fixed.address) {
				errs = append(errs, fmt.Errorf("%s cannot have its port: another process listens on %s; the address is part of the channel and cannot change, so end that process, or netctl reset to make a new network",
					fixed.name, fixed.address))
			}
		}
		for _, movable := range []*string{&o.Peer.Operations, &o.Orderer.Operations, &o.Orderer.Admin} {
			if free(*movable) {
				continue
			}
			address, err := draw.address()
			if err != nil {
				errs = append(errs, err)
				continue
			}
			*movable, changed = address, true
		}
	}
	return changed, errors.Join(errs...)
}
