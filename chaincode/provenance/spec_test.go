package provenance

import (
	"slices"
	"testing"
)

// notPublic are the kinds that are not shown one by one, each with its reason.
// Whoever adds a kind decides here; one that is not thought of is not shown.
var notPublic = map[Kind]string{
	KindCohort: "counts workers", KindFeeStatement: "counts workers", KindRepayment: "counts workers",
	KindAttestation: "counts workers", KindTermsCommitment: "counts workers", KindDeviceTotal: "counts workers",
	KindChildCase: "tells where children work", KindChildStep: "tells where children work",
	KindObservation: "a signal with its figures", KindScreening: "a signal with its list",
}

func TestWhichKindsArePublic(t *testing.T) {
	public := []Kind{
		KindParty, KindPartyAmendment, KindProductAmendment, KindAgeRule, KindMember, KindStanding, KindAccreditation, KindFacility, KindFacilityAmendment, KindFacilityStatus,
		KindFacilityMerge, KindFacilitySplit, KindOperatorClaim, KindClaimDecision, KindProduct, KindEvent, KindEventError,
		KindYield, KindAudit, KindCorrectiveAction, KindFindingStep, KindFindingExtension, KindAnswerCount,
		KindTermsComparison, KindGrievanceCount, KindErasure, KindRepaymentCheck, KindReply, KindSignalStep, KindDevice, KindWithdrawal,
	}
	for _, spec := range Specs() {
		if listed := slices.Contains(public, spec.Kind); spec.Public != listed || listed == (notPublic[spec.Kind] != "") {
			t.Errorf("%s: public is %t; decide, and say so in this test", spec.Kind, spec.Public)
		}
	}
}

func TestWhatIsAboutChildrenIsNotPublic(t *testing.T) {
	withdrawal := Record{Kind: KindWithdrawal, About: []Ref{{KindAudit, "a"}}}
	if !withdrawal.Public() {
		t.Error("the withdrawal of an audit is not public")
	}
	withdrawal.About = append(withdrawal.About, Ref{KindChildCase, "c"})
	if withdrawal.Public() {
		t.Error("what is about a case of children is public")
	}
	if (Record{Kind: "new"}).Public() {
		t.Error("a kind that nobody knows is public")
	}
}

// Target's list and MayEnd are one.
func TestWhichKindsMayEnd(t *testing.T) {
	for _, spec := range Specs() {
		w := &Withdrawal{ID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", Target: Target{spec.Kind, "x"}, Reason: "DUPLICATE"}
		if listed := CheckShape(w) == nil; listed != MayEnd(spec.Kind) {
			t.Errorf("%s: a withdrawal may name it: %t; it may end: %t", spec.Kind, listed, MayEnd(spec.Kind))
		}
	}
}
