package network

import (
	"context"
	"fmt"
	"slices"

	"github.com/golang/protobuf/proto"
	"github.com/hyperledger/fabric-protos-go/common"
	pb "github.com/hyperledger/fabric-protos-go/peer"
	"github.com/hyperledger/fabric-sdk-go/pkg/client/resmgmt"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/providers/fab"
	"github.com/hyperledger/fabric-sdk-go/third_party/github.com/hyperledger/fabric/common/policydsl"
)

// chaincodeVersion is part of the definition. The package being without code,
// it need not change when the chaincode does.
const chaincodeVersion = "1"

// definition is what the organisations agree on before a chaincode may be used.
type definition struct {
	policy      *common.SignaturePolicyEnvelope
	collections []*pb.CollectionConfig
}

func newDefinition(collections string) (definition, error) {
	policy, err := policydsl.FromString(EndorsementPolicy)
	if err != nil {
		return definition{}, fmt.Errorf("reading the endorsement policy: %w", err)
	}
	configs, err := readCollections(collections)
	return definition{policy: policy, collections: configs}, err
}

func (d definition) equals(c resmgmt.LifecycleChaincodeDefinition) bool {
	return c.Version == chaincodeVersion && proto.Equal(c.SignaturePolicy, d.policy) &&
		slices.EqualFunc(c.CollectionConfig, d.collections, func(a, b *pb.CollectionConfig) bool { return proto.Equal(a, b) })
}

// deploy installs the package on every peer and sees to it that the wanted
// definition is approved by each organisation with nodes, and committed.
func (d *deployer) deploy(ctx context.Context, pack chaincodePackage, collections string) error {
	wanted, err := newDefinition(collections)
	if err != nil {
		return err
	}
	if err := d.each(ctx, func(ctx context.Context, h *host) error { return h.install(ctx, pack) }); err != nil {
		return err
	}
	committed, err := d.committed(ctx)
	if err != nil {
		return err
	}
	sequence := int64(1)
	if committed != nil {
		if wanted.equals(*committed) {
			return d.each(ctx, func(ctx context.Context, h *host) error {
				return h.keepApproval(ctx, wanted, committed.Sequence, pack.id)
			})
		}
		sequence = committed.Sequence + 1
	}
	if err := d.approve(ctx, wanted, sequence, pack.id); err != nil {
		return err
	}
	return d.commit(ctx, wanted, sequence)
}

func (h *host) install(ctx context.Context, pack chaincodePackage) error {
	installed, err := h.manage.LifecycleQueryInstalledCC(resmgmt.WithTargets(h.peer), resmgmt.WithParentContext(ctx))
	if err != nil {
		return fmt.Errorf("asking what %s has installed: %w", h.Peer.Name, err)
	}
	if slices.ContainsFunc(installed, func(cc resmgmt.LifecycleInstalledCC) bool { return cc.PackageID == pack.id }) {
		return nil
	}
	answers, err := h.manage.LifecycleInstallCC(
		resmgmt.LifecycleInstallCCRequest{Label: packageLabel, Package: pack.bytes},
		resmgmt.WithTargets(h.peer), resmgmt.WithParentContext(ctx))
	if err != nil {
		return fmt.Errorf("installing the chaincode on %s: %w", h.Peer.Name, err)
	}
	for _, a := range answers {
		if a.PackageID != pack.id {
			return fmt.Errorf("installing the chaincode on %s: it names the package %s, not %s", h.Peer.Name, a.PackageID, pack.id)
		}
	}
	return nil
}

// committed returns the definition in force, or nil before the first.
func (d *deployer) committed(ctx context.Context) (*resmgmt.LifecycleChaincodeDefinition, error) {
	h := d.hosts[0]
	var found *resmgmt.LifecycleChaincodeDefinition
	err := poll(ctx, "the chaincode's definition", func() error {
		all, err := h.manage.LifecycleQueryCommittedCC(Channel, resmgmt.LifecycleQueryCommittedCCRequest{},
			resmgmt.WithTargets(h.peer), resmgmt.WithParentContext(ctx))
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(all, func(c resmgmt.LifecycleChaincodeDefinition) bool { return c.Name == Chaincode }); i >= 0 {
			found = &all[i]
		}
		return nil
	})
	return found, err
}

// approve has every host approve the definition which has not done so yet.
func (d *deployer) approve(ctx context.Context, wanted definition, sequence int64, packageID string) error {
	return d.each(ctx, func(ctx context.Context, h *host) error {
		return repeat(ctx, breather, h.Name+"'s approval of the chaincode", func() error {
			done, err := h.hasApproved(ctx, wanted, sequence)
			if err != nil || done {
				return err
			}
			return h.approve(ctx, wanted, sequence, packageID)
		})
	})
}

func (h *host) hasApproved(ctx context.Context, wanted definition, sequence int64) (bool, error) {
	readiness, err := h.manage.LifecycleCheckCCCommitReadiness(Channel, resmgmt.LifecycleCheckCCCommitReadinessRequest{
		Name: Chaincode, Version: chaincodeVersion, Sequence: sequence,
		SignaturePolicy: wanted.policy, CollectionConfig: wanted.collections,
		EndorsementPlugin: endorsementPlugin, ValidationPlugin: validationPlugin,
	}, resmgmt.WithTargets(h.peer), resmgmt.WithParentContext(ctx))
	return readiness.Approvals[h.MSPID], err
}

// keepApproval approves the definition in force once more if the organisation
// has not approved it, or with another package than it now has.
func (h *host) keepApproval(ctx context.Context, wanted definition, sequence int64, packageID string) error {
	return repeat(ctx, breather, h.Name+"'s approval of the package", func() error {
		keeps, err := h.keeps(ctx, sequence, packageID)
		if err != nil || keeps {
			return err
		}
		return h.approve(ctx, wanted, sequence, packageID)
	})
}

func (h *host) keeps(ctx context.Context, sequence int64, packageID string) (bool, error) {
	options := []resmgmt.RequestOption{resmgmt.WithTargets(h.peer), resmgmt.WithParentContext(ctx)}
	inForce, err := h.manage.LifecycleQueryCommittedCC(Channel, resmgmt.LifecycleQueryCommittedCCRequest{Name: Chaincode}, options...)
	if err != nil {
		return false, err
	}
	if len(inForce) != 1 || !inForce[0].Approvals[h.MSPID] {
		return false, nil
	}
	approved, err := h.manage.LifecycleQueryApprovedCC(Channel,
		resmgmt.LifecycleQueryApprovedCCRequest{Name: Chaincode, Sequence: sequence}, options...)
	return approved.PackageID == packageID, err
}

func (h *host) approve(ctx context.Context, wanted definition, sequence int64, packageID string) error {
	_, err := h.manage.LifecycleApproveCC(Channel, resmgmt.LifecycleApproveCCRequest{
		Name: Chaincode, Version: chaincodeVersion, Sequence: sequence, PackageID: packageID,
		SignaturePolicy: wanted.policy, CollectionConfig: wanted.collections,
		EndorsementPlugin: endorsementPlugin, ValidationPlugin: validationPlugin,
	}, resmgmt.WithTargets(h.peer), resmgmt.WithParentContext(ctx))
	return err
}

// The names of Fabric's own endorsement and validation logic.
const (
	endorsementPlugin = "escc"
	validationPlugin  = "vscc"
)

func (d *deployer) commit(ctx context.Context, wanted definition, sequence int64) error {
	endorsers := make([]fab.Peer, len(d.hosts))
	for i, h := range d.hosts {
		endorsers[i] = h.peer
	}
	return repeat(ctx, breather, "the chaincode's definition to be committed", func() error {
		if now, err := d.committed(ctx); err != nil || now != nil && now.Sequence == sequence {
			return err
		}
		_, err := d.hosts[0].manage.LifecycleCommitCC(Channel, resmgmt.LifecycleCommitCCRequest{
			Name: Chaincode, Version: chaincodeVersion, Sequence: sequence,
			SignaturePolicy: wanted.policy, CollectionConfig: wanted.collections,
			EndorsementPlugin: endorsementPlugin, ValidationPlugin: validationPlugin,
		}, resmgmt.WithTargets(endorsers...), resmgmt.WithParentContext(ctx))
		return err
	})
}
