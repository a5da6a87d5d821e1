package network

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"time"

	"github.com/golang/protobuf/proto"
	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-sdk-go/pkg/client/resmgmt"
	sdkcontext "github.com/hyperledger/fabric-sdk-go/pkg/common/providers/context"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/providers/fab"
	clientcontext "github.com/hyperledger/fabric-sdk-go/pkg/context"
	"github.com/hyperledger/fabric-sdk-go/pkg/fab/resource"
	"github.com/hyperledger/fabric-sdk-go/pkg/fabsdk"
	"golang.org/x/sync/errgroup"
)

// deployer takes a started network to the point where it can be used. All its
// steps look first at what is done already, so that a deployment which was cut
// short goes on where it ended.
type deployer struct {
	layout
	profile *Profile
	sdk     *fabsdk.FabricSDK
	hosts   []*host
}

// host is an organisation with nodes, and a client acting as its administrator.
type host struct {
	*Organization
	client sdkcontext.Client
	peer   fab.Peer
	manage *resmgmt.Client
}

func newDeployer(ctx context.Context, l layout, p *Profile) (*deployer, error) {
	sdk, err := openSDK(ctx, p)
	if err != nil {
		return nil, err
	}
	d := &deployer{layout: l, profile: p, sdk: sdk}
	for i := range p.Organizations {
		o := &p.Organizations[i]
		if o.Peer == nil {
			continue
		}
		h, err := newHost(sdk, o)
		if err != nil {
			sdk.Close()
			return nil, err
		}
		d.hosts = append(d.hosts, h)
	}
	return d, nil
}

func newHost(sdk *fabsdk.FabricSDK, o *Organization) (*host, error) {
	provider, err := admin(sdk, o)
	if err != nil {
		return nil, err
	}
	client, err := provider()
	if err != nil {
		return nil, fmt.Errorf("acting for %s: %w", o.Name, err)
	}
	config, ok := client.EndpointConfig().PeerConfig(o.Peer.Name)
	if !ok {
		return nil, fmt.Errorf("acting for %s: its peer is not in the client's configuration", o.Name)
	}
	peer, err := client.InfraProvider().CreatePeerFromConfig(&fab.NetworkPeer{PeerConfig: *config, MSPID: o.MSPID})
	if err != nil {
		return nil, fmt.Errorf("acting for %s: %w", o.Name, err)
	}
	manage, err := resmgmt.New(provider)
	if err != nil {
		return nil, fmt.Errorf("acting for %s: %w", o.Name, err)
	}
	return &host{Organization: o, client: client, peer: peer, manage: manage}, nil
}

func (d *deployer) close() { d.sdk.Close() }

// each runs work for every host at once and returns the first error.
func (d *deployer) each(ctx context.Context, work func(context.Context, *host) error) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, h := range d.hosts {
		group.Go(func() error { return work(ctx, h) })
	}
	return group.Wait()
}

// join makes every orderer and peer part of the channel.
func (d *deployer) join(ctx context.Context) error {
	text, err := os.ReadFile(d.genesis())
	if err != nil {
		return fmt.Errorf("reading the channel's first block: %w", err)
	}
	block := new(common.Block)
	if err := proto.Unmarshal(text, block); err != nil {
		return fmt.Errorf("reading the channel's first block: %w", err)
	}
	return d.each(ctx, func(ctx context.Context, h *host) error {
		if err := d.joinOrderer(ctx, h, text); err != nil {
			return fmt.Errorf("joining %s to the channel: %w", h.Orderer.Name, err)
		}
		if err := joinPeer(ctx, h, block); err != nil {
			return fmt.Errorf("joining %s to the channel: %w", h.Peer.Name, err)
		}
		return nil
	})
}

func joinPeer(ctx context.Context, h *host, block *common.Block) error {
	request, cancel := clientcontext.NewRequest(h.client, clientcontext.WithTimeout(time.Minute), clientcontext.WithParent(ctx))
	defer cancel()
	// A peer answers on its port a moment before it answers questions.
	return poll(ctx, "the peer's channels", func() error {
		joined, err := resource.QueryChannels(request, h.peer)
		if err != nil {
			return err
		}
		for _, c := range joined.Channels {
			if c.ChannelId == Channel {
				return nil
			}
		}
		if err := resource.JoinChannel(request, resource.JoinChannelRequest{GenesisBlock: block}, []fab.ProposalProcessor{h.peer}); err != nil {
			return giveUp{err}
		}
		return nil
	})
}

// joinOrderer uses the orderer's channel participation API.
func (d *deployer) joinOrderer(ctx context.Context, h *host, block []byte) error {
	client, err := d.participation(h)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	channels := "https://" + h.Orderer.Admin + "/participation/v1/channels"
	var joined bool
	err = poll(ctx, "the orderer's channels", func() error {
		answer, err := request(ctx, client, http.MethodGet, channels+"/"+Channel, "", nil)
		joined = answer == http.StatusOK
		if err == nil && !joined && answer != http.StatusNotFound {
			err = fmt.Errorf("status %d", answer)
		}
		return err
	})
	if err != nil || joined {
		return err
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("config-block", "genesis.block")
	if err == nil {
		_, err = part.Write(block)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	answer, err := request(ctx, client, http.MethodPost, channels, w.FormDataContentType(), &form)
	if err == nil && answer != http.StatusCreated {
		err = fmt.Errorf("the orderer answers with status %d", answer)
	}
	return err
}

// participation is an HTTP client which the organisation's own orderer trusts.
func (d *deployer) participation(h *host) (*http.Client, error) {
	keys := d.keys(h.Organization, "orderer")
	pair, err := tls.LoadX509KeyPair(keys.tlsCert, keys.tlsKey)
	if err != nil {
		return nil, err
	}
	root, err := loadCert(h.TLSCA)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(root)
	return &http.Client{
		Timeout: 30 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{
			Certificates: []tls.Certificate{pair}, RootCAs: roots, MinVersion: tls.VersionTLS12,
		}},
	}, nil
}

// request returns the status of an answer; its text goes into the error of one
// that reports a fault.
func request(ctx context.Context, client *http.Client, method, url, kind string, body io.Reader) (int, error) {
	r, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return 0, err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	answer, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<16))
	if err != nil {
		return 0, err
	}
	if answer.StatusCode >= 400 && answer.StatusCode != http.StatusNotFound {
		return answer.StatusCode, fmt.Errorf("status %d: %s", answer.StatusCode, bytes.TrimSpace(text))
	}
	return answer.StatusCode, nil
}
