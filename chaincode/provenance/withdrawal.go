package provenance

import "time"

// Withdrawal takes a record back. The record stays to be seen, counts for
// nothing after the withdrawal's block, and still counts for what was known
// before.
type Withdrawal struct {
	ID     string `json:"id" validate:"required,id"`
	Target Target `json:"target"`
	Reason string `json:"reason" validate:"required,oneof=RECORDED_IN_ERROR WRONG_SUBJECT DUPLICATE FRAUD_FOUND METHOD_FLAWED"`
}

// Target names the record that is taken back.
type Target struct {
	Kind Kind   `json:"kind" validate:"required,oneof=facility-amendment facility-status event yield audit corrective-action finding-step finding-extension cohort fee-statement repayment repayment-check attestation answer-count grievance-count terms-comparison observation screening reply device-total"`
	ID   string `json:"id" validate:"required,max=120,printascii"`
}

// MayEnd says whether records of a kind can be withdrawn, or replaced. The list
// is that of Target; contract/README.md says why not the others.
func MayEnd(k Kind) bool {
	switch k {
	case KindFacilityAmendment, KindFacilityStatus, KindEvent, KindYield, KindAudit, KindCorrectiveAction, KindFindingStep,
		KindFindingExtension, KindCohort, KindFeeStatement, KindRepayment, KindRepaymentCheck, KindAttestation,
		KindAnswerCount, KindGrievanceCount, KindTermsComparison, KindObservation, KindScreening, KindReply, KindDeviceTotal:
		return true
	}
	return false
}

func (*Withdrawal) Kind() Kind    { return KindWithdrawal }
func (w *Withdrawal) Key() string { return w.ID }

func (w *Withdrawal) References() []Reference {
	return []Reference{{Field: "target.id", Ref: Ref{w.Target.Kind, w.Target.ID}, Subject: true}}
}

func (w *Withdrawal) Check(time.Time) []FieldProblem { return nil }
