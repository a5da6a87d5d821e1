package fabric

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hyperledger/fabric-sdk-go/pkg/client/msp"
	mspprovider "github.com/hyperledger/fabric-sdk-go/pkg/common/providers/msp"
	"github.com/hyperledger/fabric-sdk-go/pkg/core/config"
	"github.com/hyperledger/fabric-sdk-go/pkg/fabsdk"
)

type object = map[string]any

// sdkConfig describes the network to fabric-sdk-go. It needs no orderers, since
// it writes nothing. It insists on stores for keys and users, and makes empty
// ones in scratch: the reader's identity comes from PEM.
func sdkConfig(p *Profile, scratch string) ([]byte, error) {
	organizations, peers, channelPeers := object{}, object{}, object{}
	for _, o := range p.Organizations {
		entry := object{"mspid": o.MSPID, "cryptoPath": p.Reader.Dir, "peers": []string{}}
		if o.Peer != nil {
			entry["peers"] = []string{o.Peer.Name}
			peers[o.Peer.Name] = sdkNode(o.Peer, o.TLSCA)
			channelPeers[o.Peer.Name] = object{
				"endorsingPeer": true, "chaincodeQuery": true, "ledgerQuery": true, "eventSource": true,
			}
		}
		organizations[o.Name] = entry
	}
	return json.Marshal(object{
		"version": "1.0.0",
		"client": object{
			"organization": readerOrganization(p),
			// It would print every retry, with what peers said, on standard output;
			// all that matters comes back as an error.
			"logging":         object{"level": "critical"},
			"cryptoconfig":    object{"path": scratch},
			"credentialStore": object{"path": scratch, "cryptoStore": object{"path": scratch}},
			"BCCSP": object{"security": object{
				"enabled": true, "default": object{"provider": "SW"},
				"hashAlgorithm": "SHA2", "softVerify": true, "level": 256,
			}},
			"tlsCerts": object{"systemCertPool": false},
			"peer": object{"timeout": object{
				"connection": dialTimeout.String(), "response": askTimeout.String(),
			}},
			"discovery": object{"timeout": object{
				"connection": dialTimeout.String(), "response": askTimeout.String(),
			}},
			"global": object{"timeout": object{"query": askTimeout.String()}},
		},
		"channels":      object{p.Channel: object{"peers": channelPeers}},
		"organizations": organizations,
		"peers":         peers,
	})
}

func sdkNode(n *Node, tlsCA string) object {
	return object{
		"url":        n.Address,
		"tlsCACerts": object{"path": tlsCA},
		"grpcOptions": object{
			"ssl-target-name-override": n.ServerName,
			"keep-alive-time":          pingAfter.String(),
			"keep-alive-timeout":       pingTimeout.String(),
			"fail-fast":                true,
		},
	}
}

func readerOrganization(p *Profile) string {
	for _, o := range p.Organizations {
		if o.MSPID == p.Reader.MSPID {
			return o.Name
		}
	}
	return ""
}

func openSDK(p *Profile, scratch string) (*fabsdk.FabricSDK, error) {
	text, err := sdkConfig(p, scratch)
	if err != nil {
		return nil, fmt.Errorf("describing the network to the SDK: %w", err)
	}
	sdk, err := fabsdk.New(config.FromRaw(text, "json"))
	if err != nil {
		return nil, fmt.Errorf("opening the SDK: %w", err)
	}
	if err := pinRoots(sdk, p); err != nil {
		sdk.Close()
		return nil, err
	}
	return sdk, nil
}

// pinRoots completes the SDK's pool of TLS roots before the first connection.
// Left alone it adds roots as it goes, and a connection begun meanwhile may get
// a pool without the one it needs and then fail until a deadline.
func pinRoots(sdk *fabsdk.FabricSDK, p *Profile) error {
	client, err := sdk.Context()()
	if err != nil {
		return fmt.Errorf("opening the SDK's configuration: %w", err)
	}
	pool := client.EndpointConfig().TLSCACertPool()
	for _, o := range p.Organizations {
		text, err := os.ReadFile(o.TLSCA)
		if err != nil {
			return fmt.Errorf("reading the TLS root of %s: %w", o.Name, err)
		}
		block, _ := pem.Decode(text)
		if block == nil {
			return fmt.Errorf("reading the TLS root of %s: %s holds no PEM", o.Name, o.TLSCA)
		}
		root, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return fmt.Errorf("reading the TLS root of %s: %w", o.Name, err)
		}
		pool.Add(root)
	}
	if _, err := pool.Get(); err != nil {
		return fmt.Errorf("pinning TLS roots: %w", err)
	}
	return nil
}

// actAsReader lets the SDK ask in the reader's name.
func actAsReader(sdk *fabsdk.FabricSDK, p *Profile) (fabsdk.ContextOption, error) {
	cert, err := os.ReadFile(filepath.Join(p.Reader.Dir, "cert.pem"))
	if err != nil {
		return nil, fmt.Errorf("opening the reader's identity: %w", err)
	}
	key, err := os.ReadFile(filepath.Join(p.Reader.Dir, "key.pem"))
	if err != nil {
		return nil, fmt.Errorf("opening the reader's identity: %w", err)
	}
	issuer, err := msp.New(sdk.Context(), msp.WithOrg(readerOrganization(p)))
	if err != nil {
		return nil, fmt.Errorf("opening the reader's identity: %w", err)
	}
	identity, err := issuer.CreateSigningIdentity(mspprovider.WithCert(cert), mspprovider.WithPrivateKey(key))
	if err != nil {
		return nil, fmt.Errorf("opening the reader's identity: %w", err)
	}
	return fabsdk.WithIdentity(identity), nil
}
