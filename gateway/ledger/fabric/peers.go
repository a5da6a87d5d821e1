package fabric

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/hyperledger/fabric-protos-go/gateway"
	"github.com/hyperledger/fabric-protos-go/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
)

// Limits and patience of a connection.
const (
	largestMessage = 100 << 20        // a block, as orderers may cut it
	dialTimeout    = 3 * time.Second  // for one attempt
	slowestRedial  = 2 * time.Second  // a peer that comes back is found again soon
	pingAfter      = 20 * time.Second // peers allow one ping in ten seconds
	pingTimeout    = 5 * time.Second
)

// host is one organisation's peer and the services used of it.
type host struct {
	org     provenance.Org
	name    string // as the SDK's configuration knows it
	conn    *grpc.ClientConn
	gateway gateway.GatewayClient
	blocks  peer.DeliverClient
}

// hosts are all peers. Everybody uses the preferred one until it lets somebody
// down, so that an author whose transaction it reported as committed is next
// endorsed by a peer that knows of it.
type hosts struct {
	all       []*host
	preferred atomic.Uint32
}

// dial prepares connections; they are made when first used.
func dial(p *Profile) (*hosts, error) {
	hs := new(hosts)
	for _, o := range p.hosts() {
		h, err := dialHost(o)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("preparing the connection to %s: %w", o.Peer.Name, err), hs.close())
		}
		hs.all = append(hs.all, h)
	}
	return hs, nil
}

func dialHost(o Organization) (*host, error) {
	root, err := os.ReadFile(o.TLSCA)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(root) {
		return nil, fmt.Errorf("%s holds no certificate", o.TLSCA)
	}
	conn, err := grpc.NewClient("passthrough:///"+o.Peer.Address,
		grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(pool, o.Peer.ServerName)),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(largestMessage), grpc.MaxCallSendMsgSize(largestMessage)),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: slowestRedial},
			MinConnectTimeout: dialTimeout,
		}),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: pingAfter, Timeout: pingTimeout}),
	)
	if err != nil {
		return nil, err
	}
	return &host{
		org: provenance.Org(o.Name), name: o.Peer.Name, conn: conn,
		gateway: gateway.NewGatewayClient(conn), blocks: peer.NewDeliverClient(conn),
	}, nil
}

// current is the peer to use now.
func (hs *hosts) current() *host { return hs.all[int(hs.preferred.Load())%len(hs.all)] }

// leave prefers the next peer, unless somebody did so already.
func (hs *hosts) leave(h *host) {
	n := hs.preferred.Load()
	if hs.all[int(n)%len(hs.all)] == h {
		hs.preferred.CompareAndSwap(n, n+1)
	}
}

// after is the peer that follows h.
func (hs *hosts) after(h *host) *host {
	for n := range hs.all {
		if hs.all[n] == h {
			return hs.all[(n+1)%len(hs.all)]
		}
	}
	return hs.all[0]
}

func (hs *hosts) close() error {
	var err error
	for _, h := range hs.all {
		err = errors.Join(err, h.conn.Close())
	}
	return err
}

// pause waits, or says why it may not.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
