package network

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/hyperledger/fabric-sdk-go/pkg/client/msp"
	sdkcontext "github.com/hyperledger/fabric-sdk-go/pkg/common/providers/context"
	mspprovider "github.com/hyperledger/fabric-sdk-go/pkg/common/providers/msp"
	"github.com/hyperledger/fabric-sdk-go/pkg/core/config"
	"github.com/hyperledger/fabric-sdk-go/pkg/fabsdk"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// sdkConfig describes the network to fabric-sdk-go, as JSON. Keys and user
// stores are not used: identities come from PEM.
func (p *Profile) sdkConfig() ([]byte, error) {
	type object = map[string]any
	var (
		organizations = object{}
		orderers      = object{}
		peers         = object{}
		channelPeers  = object{}
		ordererNames  []string
	)
	node := func(n *Node, tlsCA string) object {
		return object{
			"url":        n.Address,
			"tlsCACerts": object{"path": tlsCA},
			"grpcOptions": object{
				"ssl-target-name-override": n.ServerName,
				"keep-alive-time":          "60s",
				"keep-alive-timeout":       "20s",
				"keep-alive-permit":        false,
				"fail-fast":                false,
				"allow-insecure":           false,
			},
		}
	}
	for _, o := range p.Organizations {
		entry := object{"mspid": o.MSPID, "cryptoPath": o.Admin.Dir, "peers": []string{}}
		if o.Peer != nil {
			entry["peers"] = []string{o.Peer.Name}
			peers[o.Peer.Name] = node(o.Peer, o.TLSCA)
			orderers[o.Orderer.Name] = node(o.Orderer, o.TLSCA)
			ordererNames = append(ordererNames, o.Orderer.Name)
			channelPeers[o.Peer.Name] = object{
				"endorsingPeer": true, "chaincodeQuery": true, "ledgerQuery": true, "eventSource": true,
			}
		}
		organizations[member{name: o.Name}.id()] = entry
	}
	unused := filepath.Join(os.TempDir(), "fairlead-unused")
	return json.Marshal(object{
		"version": "1.0.0",
		"client": object{
			// The library reports every retry on standard error, twice; what
			// matters comes back as an error.
			"logging":         object{"level": "critical"},
			"organization":    member{name: readerOrganization}.id(),
			"cryptoconfig":    object{"path": unused},
			"credentialStore": object{"path": unused, "cryptoStore": object{"path": unused}},
			"BCCSP": object{"security": object{
				"enabled": true, "default": object{"provider": "SW"},
				"hashAlgorithm": "SHA2", "softVerify": true, "level": 256,
			}},
			"tlsCerts": object{"systemCertPool": false},
		},
		"channels":      object{p.Channel: object{"orderers": ordererNames, "peers": channelPeers}},
		"organizations": organizations,
		"orderers":      orderers,
		"peers":         peers,
	})
}

// openSDK starts a Fabric client for a network whose nodes answer.
func openSDK(ctx context.Context, p *Profile) (*fabsdk.FabricSDK, error) {
	text, err := p.sdkConfig()
	if err != nil {
		return nil, fmt.Errorf("describing the network to its client: %w", err)
	}
	sdk, err := fabsdk.New(config.FromRaw(text, "json"))
	if err != nil {
		return nil, fmt.Errorf("starting a client of the network: %w", err)
	}
	if err := connect(ctx, sdk, p); err != nil {
		sdk.Close()
		return nil, err
	}
	return sdk, nil
}

// connect opens the client's connection to every node and keeps it.
//
// Left to itself the library shares one connection a node among its users while
// it is still being made, and closes it when one of them, such as a discovery
// that has its answer from elsewhere, gives up waiting; the others then wait for
// the closed connection until their deadline, ten seconds. A connection that
// stands already is nobody's to close. Keeping the pool of TLS roots complete
// from the start avoids the same with a connection that lacks a root.
func connect(ctx context.Context, sdk *fabsdk.FabricSDK, p *Profile) error {
	client, err := sdk.Context()()
	if err != nil {
		return fmt.Errorf("opening the client's configuration: %w", err)
	}
	pool := client.EndpointConfig().TLSCACertPool()
	for _, o := range p.Organizations {
		cert, err := loadCert(o.TLSCA)
		if err != nil {
			return fmt.Errorf("pinning the TLS root of %s: %w", o.Name, err)
		}
		pool.Add(cert)
	}
	roots, err := pool.Get()
	if err != nil {
		return fmt.Errorf("pinning TLS roots: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, o := range p.Organizations {
		for _, n := range []*Node{o.Peer, o.Orderer} {
			if n == nil {
				continue
			}
			group.Go(func() error {
				return poll(ctx, "a connection to "+n.Name, func() error {
					attempt, cancel := context.WithTimeout(ctx, 5*time.Second)
					defer cancel()
					_, err := client.InfraProvider().CommManager().DialContext(attempt, n.Address,
						grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
							RootCAs: roots, ServerName: n.ServerName, MinVersion: tls.VersionTLS12,
						})),
						grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(messageLimit), grpc.MaxCallSendMsgSize(messageLimit)))
					return err
				})
			})
		}
	}
	return group.Wait()
}

// messageLimit is what peers and orderers take (core.yaml, orderer.yaml).
const messageLimit = 100 << 20

// admin is a client acting as an organisation's administrator.
func admin(sdk *fabsdk.FabricSDK, o *Organization) (sdkcontext.ClientProvider, error) {
	cert, err := os.ReadFile(filepath.Join(o.Admin.Dir, "cert.pem"))
	if err != nil {
		return nil, fmt.Errorf("opening the administrator of %s: %w", o.Name, err)
	}
	key, err := os.ReadFile(filepath.Join(o.Admin.Dir, "key.pem"))
	if err != nil {
		return nil, fmt.Errorf("opening the administrator of %s: %w", o.Name, err)
	}
	id := member{name: o.Name}.id()
	issuer, err := msp.New(sdk.Context(), msp.WithOrg(id))
	if err != nil {
		return nil, fmt.Errorf("opening the administrator of %s: %w", o.Name, err)
	}
	identity, err := issuer.CreateSigningIdentity(mspprovider.WithCert(cert), mspprovider.WithPrivateKey(key))
	if err != nil {
		return nil, fmt.Errorf("opening the administrator of %s: %w", o.Name, err)
	}
	return sdk.Context(fabsdk.WithIdentity(identity), fabsdk.WithOrg(id)), nil
}
