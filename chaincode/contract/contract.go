// Package contract is Fairlead's chaincode: the transactions which put
// statements on the ledger, and the two reads beside them.
//
// Every recording transaction takes one JSON document and walks the one path in
// record.go; what is particular to a kind of record is in the file named after
// its subject. A refusal leaves as provenance.EncodeRefusal writes it; any other
// error is a fault, whose text holds nothing of the document.
package contract

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Contract has one method per transaction, one per provenance.Spec and the
// reads in read.go: what is exported here, anybody on the channel may call. It
// holds no state.
type Contract struct{ contractapi.Contract }

type transactionContext = contractapi.TransactionContextInterface

// New makes the chaincode, with Contract under the name "fairlead" as default.
func New() (*contractapi.ContractChaincode, error) {
	c := new(Contract)
	c.Name = "fairlead"
	c.Info.Title = "Fairlead"
	c.Info.Version = "1"
	chaincode, err := contractapi.NewChaincode(c)
	if err != nil {
		return nil, err
	}
	chaincode.DefaultContract = c.Name
	chaincode.Info = c.Info
	return chaincode, nil
}

// RegisterParty records a provenance.Party.
func (c *Contract) RegisterParty(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindParty, document)
}

// AmendParty records a provenance.PartyAmendment.
func (c *Contract) AmendParty(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindPartyAmendment, document)
}

// EnrolMember records a provenance.Member.
func (c *Contract) EnrolMember(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindMember, document)
}

// SetStanding records a provenance.Standing.
func (c *Contract) SetStanding(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindStanding, document)
}

// GrantAccreditation records a provenance.Accreditation.
func (c *Contract) GrantAccreditation(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindAccreditation, document)
}

// RegisterFacilities records a list of provenance.Facility.
func (c *Contract) RegisterFacilities(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindFacility, document)
}

// AmendFacility records a provenance.FacilityAmendment.
func (c *Contract) AmendFacility(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindFacilityAmendment, document)
}

// SetFacilityStatus records a provenance.FacilityStatus.
func (c *Contract) SetFacilityStatus(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindFacilityStatus, document)
}

// MergeFacilities records a provenance.FacilityMerge.
func (c *Contract) MergeFacilities(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindFacilityMerge, document)
}

// SplitFacilities records a provenance.FacilitySplit.
func (c *Contract) SplitFacilities(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindFacilitySplit, document)
}

// ClaimFacility records a provenance.OperatorClaim.
func (c *Contract) ClaimFacility(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindOperatorClaim, document)
}

// DecideClaim records a provenance.ClaimDecision.
func (c *Contract) DecideClaim(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindClaimDecision, document)
}

// RegisterProducts records a list of provenance.Product.
func (c *Contract) RegisterProducts(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindProduct, document)
}

// AmendProduct records a provenance.ProductAmendment.
func (c *Contract) AmendProduct(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindProductAmendment, document)
}

// RecordEvents records a list of provenance.Event.
func (c *Contract) RecordEvents(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindEvent, document)
}

// DeclareEventErrors records a list of provenance.EventError.
func (c *Contract) DeclareEventErrors(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindEventError, document)
}

// StateYield records a provenance.Yield.
func (c *Contract) StateYield(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindYield, document)
}

// RecordAudit records a provenance.Audit.
func (c *Contract) RecordAudit(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindAudit, document)
}

// ProposeCorrectiveAction records a provenance.CorrectiveAction.
func (c *Contract) ProposeCorrectiveAction(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindCorrectiveAction, document)
}

// ExtendFinding records a provenance.FindingExtension.
func (c *Contract) ExtendFinding(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindFindingExtension, document)
}

// AdvanceFinding records a provenance.FindingStep.
func (c *Contract) AdvanceFinding(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindFindingStep, document)
}

// OpenChildCase records a provenance.ChildCase.
func (c *Contract) OpenChildCase(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindChildCase, document)
}

// AdvanceChildCase records a provenance.ChildStep.
func (c *Contract) AdvanceChildCase(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindChildStep, document)
}

// StateAgeRule records a provenance.AgeRule.
func (c *Contract) StateAgeRule(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindAgeRule, document)
}

// RecordCohort records a provenance.Cohort.
func (c *Contract) RecordCohort(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindCohort, document)
}

// StateFees records a provenance.FeeStatement.
func (c *Contract) StateFees(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindFeeStatement, document)
}

// RecordRepayment records a provenance.Repayment.
func (c *Contract) RecordRepayment(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindRepayment, document)
}

// CheckRepayment records a provenance.RepaymentCheck.
func (c *Contract) CheckRepayment(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindRepaymentCheck, document)
}

// AttestContract records a provenance.Attestation.
func (c *Contract) AttestContract(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindAttestation, document)
}

// RecordObservation records a provenance.VesselObservation.
func (c *Contract) RecordObservation(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindObservation, document)
}

// RecordScreening records a provenance.Screening.
func (c *Contract) RecordScreening(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindScreening, document)
}

// ReplyToSignal records a provenance.Reply.
func (c *Contract) ReplyToSignal(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindReply, document)
}

// AdvanceSignal records a provenance.SignalStep.
func (c *Contract) AdvanceSignal(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindSignalStep, document)
}

// RegisterDevice records a provenance.Device.
func (c *Contract) RegisterDevice(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindDevice, document)
}

// RecordDeviceTotal records a provenance.DeviceTotal.
func (c *Contract) RecordDeviceTotal(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindDeviceTotal, document)
}

// Withdraw records a provenance.Withdrawal.
func (c *Contract) Withdraw(ctx transactionContext, document string) (string, error) {
	return record(ctx, provenance.KindWithdrawal, document)
}
