package network

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hyperledger/fabric-sdk-go/pkg/client/msp"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/providers/context"
	mspprovider "github.com/hyperledger/fabric-sdk-go/pkg/common/providers/msp"
	"github.com/hyperledger/fabric-sdk-go/pkg/core/config"
	"github.com/hyperledger/fabric-sdk-go/pkg/fabsdk"
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

// openSDK starts a Fabric client for the network.
func openSDK(p *Profile) (*fabsdk.FabricSDK, error) {
	text, err := p.sdkConfig()
	if err != nil {
		return nil, fmt.Errorf("describing the network to its client: %w", err)
	}
	sdk, err := fabsdk.New(config.FromRaw(text, "json"))
	if err != nil {
		return nil, fmt.Errorf("starting a client of the network: %w", err)
	}
	if err := pinRoots(sdk, p); err != nil {
		sdk.Close()
		return nil, err
	}
	return sdk, nil
}

// pinRoots makes the client's pool of TLS roots complete before the first
// connection. The library adds them as it goes, so that two connections begun
// together may find a pool without one of them, and then fail until a deadline.
func pinRoots(sdk *fabsdk.FabricSDK, p *Profile) error {
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
	if _, err := pool.Get(); err != nil {
		return fmt.Errorf("pinning TLS roots: %w", err)
	}
	return nil
}

// admin is a client acting as an organisation's administrator.
func admin(sdk *fabsdk.FabricSDK, o *Organization) (context.ClientProvider, error) {
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
