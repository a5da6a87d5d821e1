//go:build e2e

package network

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang/protobuf/proto"
	"github.com/golang/protobuf/ptypes/timestamp"
	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-sdk-go/pkg/client/channel"
	"github.com/hyperledger/fabric-sdk-go/pkg/client/resmgmt"
	sdkcontext "github.com/hyperledger/fabric-sdk-go/pkg/common/providers/context"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/providers/fab"
	clientcontext "github.com/hyperledger/fabric-sdk-go/pkg/context"
	"github.com/hyperledger/fabric-sdk-go/pkg/fab/txn"
)

// patience is for a busy machine; nothing here waits longer than it must.
const patience = 3 * time.Minute

// metadata is a function every contract has, so that a transaction of it can be
// endorsed and committed whatever the contract is about.
const metadata = "org.hyperledger.fabric:GetMetadata"

func TestNetworkLivesThroughDeathsAndRestarts(t *testing.T) {
	for _, ordering := range []Ordering{BFT, Raft} {
		t.Run(string(ordering), func(t *testing.T) {
			data := t.TempDir()
			var log lines
			n := up(t, Options{Data: data, Ordering: ordering, Log: &log})
			invoke(t, n)

			var running *RunningError
			if _, err := Up(t.Context(), Options{Data: data}); !errors.As(err, &running) {
				t.Errorf("a second Up says %v, want a RunningError", err)
			}
			for _, node := range []string{"peer.brands", "orderer.auditors", "chaincode.workers"} {
				killed(t, n, node)
				if !strings.Contains(log.String(), node+" ended (signal: killed), starting it again") ||
					!strings.Contains(log.String(), node+" runs again") {
					t.Errorf("the log does not tell of %s: %s", node, log.String())
				}
				invoke(t, n)
			}
			before := level(t, n)
			if err := n.Stop(); err != nil {
				t.Fatal(err)
			}
			s, err := Look(t.Context(), data)
			if err != nil || s.PID != 0 || s.Ready {
				t.Errorf("after Stop the network looks like %+v, %v", s, err)
			}

			again := up(t, Options{Data: data})
			if after := level(t, again); after != before {
				t.Errorf("height %d after the restart, %d before", after, before)
			}
			if p := again.Profile(); p.Ordering != ordering || p.Organizations[0].Peer.Address != n.Profile().Organizations[0].Peer.Address {
				t.Errorf("the profile has changed over a restart: %+v", p)
			}
			invoke(t, again)
			if after := level(t, again); after != before+1 {
				t.Errorf("height %d after one more transaction, want %d", after, before+1)
			}
		})
	}
}

func TestAChangedDefinitionIsAgreedOnAnew(t *testing.T) {
	data := t.TempDir()
	first := up(t, Options{Data: data})
	if sequence := definitionInForce(t, first).Sequence; sequence != 1 {
		t.Errorf("the first definition has sequence %d", sequence)
	}
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	collections, count := withOneMoreCollection(t)
	for range 2 { // the second time nothing is left to do
		n := up(t, Options{Data: data, Collections: collections})
		d := definitionInForce(t, n)
		if d.Sequence != 2 || len(d.CollectionConfig) != count {
			t.Errorf("with a collection the definition is %+v", d)
		}
		invoke(t, n)
		if err := n.Stop(); err != nil {
			t.Fatal(err)
		}
	}
}

// withOneMoreCollection writes the chaincode's collections and another, for
// Fabric lets none go.
func withOneMoreCollection(t *testing.T) (path string, count int) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "chaincode", "collections.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]any
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	list = append(list, map[string]any{"name": "changed", "policy": "OR('WorkersMSP.member')", "requiredPeerCount": 0, "maxPeerCount": 1})
	if text, err = json.Marshal(list); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "collections.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, len(list)
}

func definitionInForce(t *testing.T, n *Network) *resmgmt.LifecycleChaincodeDefinition {
	t.Helper()
	d, err := newDeployer(t.Context(), n.layout, n.profile)
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	found, err := d.committed(t.Context())
	if err != nil || found == nil {
		t.Fatalf("definition %v, %v", found, err)
	}
	return found
}

// The peers themselves bound how far a transaction's time may be from theirs;
// the chaincode leans on it, for that time is the only clock it has.
func TestProposalsFromAnotherTimeAreRefused(t *testing.T) {
	n := up(t, Options{Data: t.TempDir()})
	d, err := newDeployer(t.Context(), n.layout, n.profile)
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	for _, h := range d.hosts {
		for shift, refused := range map[time.Duration]bool{
			-14 * time.Minute: false, 14 * time.Minute: false,
			-16 * time.Minute: true, 16 * time.Minute: true,
		} {
			err := propose(t, h, shift)
			if refused && (err == nil || !strings.Contains(err.Error(), "timestamp")) {
				t.Errorf("%s takes a proposal %v off: %v", h.Peer.Name, shift, err)
			}
			if !refused && err != nil {
				t.Errorf("%s refuses a proposal %v off: %v", h.Peer.Name, shift, err)
			}
		}
	}
}

// propose asks for an endorsement with the proposal's time shifted.
func propose(t *testing.T, h *host, shift time.Duration) error {
	t.Helper()
	header, err := txn.NewHeader(h.client, Channel)
	if err != nil {
		t.Fatal(err)
	}
	proposal, err := txn.CreateChaincodeInvokeProposal(header, fab.ChaincodeInvokeRequest{ChaincodeID: Chaincode, Fcn: metadata})
	if err != nil {
		t.Fatal(err)
	}
	var whole common.Header
	var ch common.ChannelHeader
	if err := errors.Join(proto.Unmarshal(proposal.Proposal.Header, &whole), proto.Unmarshal(whole.ChannelHeader, &ch)); err != nil {
		t.Fatal(err)
	}
	var err1, err2 error
	at := time.Now().Add(shift)
	ch.Timestamp = &timestamp.Timestamp{Seconds: at.Unix(), Nanos: int32(at.Nanosecond())}
	whole.ChannelHeader, err1 = proto.Marshal(&ch)
	proposal.Proposal.Header, err2 = proto.Marshal(&whole)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	request, cancel := clientcontext.NewRequest(h.client, clientcontext.WithTimeout(time.Minute))
	defer cancel()
	_, err = txn.SendProposal(request, proposal, []fab.ProposalProcessor{h.peer})
	return err
}

func up(t *testing.T, opts Options) *Network {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	begun := time.Now()
	n, err := Up(ctx, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Stop(); err != nil {
			t.Error(err)
		}
	})
	t.Logf("up by %s after %v", n.profile.Ordering, time.Since(begun).Round(time.Millisecond))
	return n
}

// killed kills a node and returns once it runs again.
func killed(t *testing.T, n *Network, node string) {
	t.Helper()
	find := func() Process {
		s, err := n.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(s.Nodes, func(p Process) bool { return p.Name == node })
		if i < 0 {
			t.Fatalf("no %s in %+v", node, s.Nodes)
		}
		return s.Nodes[i]
	}
	before := find()
	if err := n.Kill(node); err != nil {
		t.Fatal(err)
	}
	await(t, node+" to run again", func() error {
		if now := find(); now.PID == 0 || now.PID == before.PID || now.Restarts != before.Restarts+1 {
			return fmt.Errorf("%+v", now)
		}
		return nil
	})
}

// invoke commits one transaction; right after a death it may take a few tries.
func invoke(t *testing.T, n *Network) {
	t.Helper()
	sdk, err := openSDK(t.Context(), n.profile)
	if err != nil {
		t.Fatal(err)
	}
	defer sdk.Close()
	identity, err := admin(sdk, &n.profile.Organizations[0])
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	await(t, "a transaction to be committed", func() error {
		client, err := channel.New(func() (sdkcontext.Channel, error) {
			return clientcontext.NewChannel(identity, Channel)
		})
		if err != nil {
			return err
		}
		_, err = client.Execute(channel.Request{ChaincodeID: Chaincode, Fcn: metadata},
			channel.WithTimeout(fab.Execute, 20*time.Second))
		return err
	})
	t.Logf("committed after %v", time.Since(begun).Round(time.Millisecond))
}

// level waits until all peers have the same number of blocks, and returns it.
func level(t *testing.T, n *Network) (height uint64) {
	t.Helper()
	await(t, "the peers to have the same height", func() error {
		s, err := n.Status(t.Context())
		if err != nil {
			return err
		}
		var heights []uint64
		for _, node := range s.Nodes {
			if node.Height != nil {
				heights = append(heights, *node.Height)
			}
		}
		if len(heights) != 4 || slices.Min(heights) != slices.Max(heights) {
			return fmt.Errorf("heights %v", heights)
		}
		height = heights[0]
		return nil
	})
	return height
}

func await(t *testing.T, what string, try func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := poll(ctx, what, try); err != nil {
		t.Fatal(err)
	}
}
