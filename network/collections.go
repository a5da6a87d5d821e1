package network

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/hyperledger/fabric-protos-go/common"
	pb "github.com/hyperledger/fabric-protos-go/peer"
	"github.com/hyperledger/fabric-sdk-go/third_party/github.com/hyperledger/fabric/common/policydsl"
)

// collection is a private data collection as the peer's own command reads it.
type collection struct {
	Name              string `json:"name"`
	Policy            string `json:"policy"`
	RequiredPeerCount *int32 `json:"requiredPeerCount"`
	MaxPeerCount      *int32 `json:"maxPeerCount"`
	BlockToLive       uint64 `json:"blockToLive"`
	MemberOnlyRead    bool   `json:"memberOnlyRead"`
	MemberOnlyWrite   bool   `json:"memberOnlyWrite"`
	EndorsementPolicy *struct {
		SignaturePolicy     string `json:"signaturePolicy"`
		ChannelConfigPolicy string `json:"channelConfigPolicy"`
	} `json:"endorsementPolicy"`
}

// readCollections reads the private data collections of the chaincode. No file
// means none.
func readCollections(path string) ([]*pb.CollectionConfig, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading private data collections: %w", err)
	}
	var listed []collection
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&listed); err != nil {
		return nil, fmt.Errorf("reading private data collections from %s: %w", path, err)
	}
	configs := make([]*pb.CollectionConfig, len(listed))
	for i, c := range listed {
		if configs[i], err = c.config(); err != nil {
			return nil, fmt.Errorf("reading collection %q from %s: %w", c.Name, path, err)
		}
	}
	return configs, nil
}

func (c collection) config() (*pb.CollectionConfig, error) {
	if c.RequiredPeerCount == nil || c.MaxPeerCount == nil {
		return nil, fmt.Errorf("requiredPeerCount and maxPeerCount must be given")
	}
	members, err := policydsl.FromString(c.Policy)
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	static := &pb.StaticCollectionConfig{
		Name:              c.Name,
		MemberOrgsPolicy:  &pb.CollectionPolicyConfig{Payload: &pb.CollectionPolicyConfig_SignaturePolicy{SignaturePolicy: members}},
		RequiredPeerCount: *c.RequiredPeerCount,
		MaximumPeerCount:  *c.MaxPeerCount,
		BlockToLive:       c.BlockToLive,
		MemberOnlyRead:    c.MemberOnlyRead,
		MemberOnlyWrite:   c.MemberOnlyWrite,
	}
	if p := c.EndorsementPolicy; p != nil {
		if static.EndorsementPolicy, err = applicationPolicy(p.SignaturePolicy, p.ChannelConfigPolicy); err != nil {
			return nil, fmt.Errorf("endorsementPolicy: %w", err)
		}
	}
	return &pb.CollectionConfig{Payload: &pb.CollectionConfig_StaticCollectionConfig{StaticCollectionConfig: static}}, nil
}

func applicationPolicy(signature, channel string) (*pb.ApplicationPolicy, error) {
	if (signature == "") == (channel == "") {
		return nil, fmt.Errorf("give signaturePolicy or channelConfigPolicy, one of them")
	}
	if channel != "" {
		return &pb.ApplicationPolicy{Type: &pb.ApplicationPolicy_ChannelConfigPolicyReference{ChannelConfigPolicyReference: channel}}, nil
	}
	var policy *common.SignaturePolicyEnvelope
	policy, err := policydsl.FromString(signature)
	if err != nil {
		return nil, err
	}
	return &pb.ApplicationPolicy{Type: &pb.ApplicationPolicy_SignaturePolicy{SignaturePolicy: policy}}, nil
}
