package fabric

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"testing"

	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/gateway"
	"github.com/hyperledger/fabric-protos-go/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// fakePeer answers as a test tells it to, and counts what it is asked.
type fakePeer struct {
	gateway.UnimplementedGatewayServer
	peer.UnimplementedDeliverServer

	endorse func() (*gateway.EndorseResponse, error)
	submit  func() error
	status  func(context.Context) (*gateway.CommitStatusResponse, error)
	blocks  func(first uint64, send func(*common.Block) error) error

	mu    sync.Mutex
	calls map[string]int
	by    []string // organisations that the last proposal was to be endorsed by
}

func (p *fakePeer) count(call string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[call]++
}

func (p *fakePeer) called(call string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[call]
}

func (p *fakePeer) Endorse(_ context.Context, request *gateway.EndorseRequest) (*gateway.EndorseResponse, error) {
	p.count("endorse")
	p.mu.Lock()
	p.by = request.EndorsingOrganizations
	p.mu.Unlock()
	return p.endorse()
}

func (p *fakePeer) Submit(context.Context, *gateway.SubmitRequest) (*gateway.SubmitResponse, error) {
	p.count("submit")
	return &gateway.SubmitResponse{}, p.submit()
}

func (p *fakePeer) CommitStatus(ctx context.Context, _ *gateway.SignedCommitStatusRequest) (*gateway.CommitStatusResponse, error) {
	p.count("status")
	return p.status(ctx)
}

func (p *fakePeer) Deliver(stream peer.Deliver_DeliverServer) error {
	p.count("deliver")
	asked, err := stream.Recv()
	if err != nil {
		return err
	}
	first, err := firstAsked(asked)
	if err != nil {
		return err
	}
	return p.blocks(first, func(b *common.Block) error {
		return stream.Send(&peer.DeliverResponse{Type: &peer.DeliverResponse_Block{Block: b}})
	})
}

// openFake is a ledger on fake peers of Brands, Auditors and so on.
func openFake(t *testing.T, peers ...*fakePeer) *Ledger {
	t.Helper()
	key, _ := newAuthor(t, provenance.Brands)
	creator, err := serialize(key.Identity())
	if err != nil {
		t.Fatal(err)
	}
	l := &Ledger{
		target: served, hosts: new(hosts), log: slog.New(slog.DiscardHandler),
		reader: &reader{key: key, creator: creator, channel: served.channel},
	}
	for n, p := range peers {
		p.calls = map[string]int{}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		server := grpc.NewServer()
		gateway.RegisterGatewayServer(server, p)
		peer.RegisterDeliverServer(server, p)
		go server.Serve(listener) // ends with Stop
		t.Cleanup(server.Stop)
		conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		org := provenance.Orgs()[n]
		l.hosts.all = append(l.hosts.all, &host{
			org: org, name: "peer." + string(org), conn: conn,
			gateway: gateway.NewGatewayClient(conn), blocks: peer.NewDeliverClient(conn),
		})
	}
	return l
}

// says is a gateway's error with what single peers said.
func says(t *testing.T, code codes.Code, details ...*gateway.ErrorDetail) error {
	t.Helper()
	s := status.New(code, "see attached details")
	for _, d := range details {
		var err error
		if s, err = s.WithDetails(d); err != nil {
			t.Fatal(err)
		}
	}
	return s.Err()
}

func from(org provenance.Org, said string) *gateway.ErrorDetail {
	return &gateway.ErrorDetail{Address: "127.0.0.1:1", MspId: org.MSP(), Message: said}
}

// signedProposal and signedTransaction are what an author hands in.
func signedProposal(t *testing.T) (author ledger.Signer, u ledger.Unsigned, s ledger.Signed) {
	t.Helper()
	key, _ := newAuthor(t, provenance.Auditors)
	u = propose(t, draft(key))
	return key, u, signed(t, key, u.Bytes)
}

func signedTransaction(t *testing.T) (string, ledger.Signed) {
	t.Helper()
	key, u, _ := signedProposal(t)
	return u.Tx, signed(t, key, endorse(t, u.Bytes, nil))
}
