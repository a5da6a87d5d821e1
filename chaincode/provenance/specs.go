package provenance

import "slices"

var registrars = []Role{RoleRegistrar}

// Specs lists every kind of record, in a fixed order. What a spec leads to is
// shared and stays as it is.
func Specs() []Spec { return slices.Clone(specs) }

// specs are made once: each record that is served asks whether it is public.
var specs = makeSpecs()

// Public are those that neither count workers exactly nor tell of children, and
// no signal with its figures: a signal's history says that there is one and
// whether it was answered.
func makeSpecs() []Spec {
	everyone := map[Org][]Role{
		Brands: {RoleBrand}, Auditors: {RoleAuditor, RoleObserver}, Workers: {RoleUnion, RoleObserver},
		Oversight: {RoleOversight, RoleObserver}, Suppliers: {RoleSupplier, RoleRecruiter},
	}
	observers := map[Org][]Role{Auditors: {RoleAuditor}, Workers: {RoleUnion}}
	watchers := map[Org][]Role{Auditors: {RoleObserver}, Workers: {RoleObserver}, Oversight: {RoleObserver}}
	statedByAll := map[Org][]Role{Auditors: {RoleAuditor}, Workers: {RoleUnion}, Suppliers: {RoleSupplier, RoleRecruiter}}
	tracers := map[Org][]Role{Brands: {RoleBrand}, Suppliers: {RoleSupplier}}
	everyRegistrar := map[Org][]Role{Brands: registrars, Auditors: registrars, Workers: registrars, Oversight: registrars, Suppliers: registrars}
	return []Spec{
		{Kind: KindParty, Transaction: "RegisterParty", Resource: "parties", Public: true, Writers: everyRegistrar,
			decode: decodeOne[Party]},
		{Kind: KindPartyAmendment, Transaction: "AmendParty", Resource: "party-amendments", Public: true,
			Writers: map[Org][]Role{Brands: registrars, Auditors: registrars, Workers: registrars, Suppliers: registrars,
				Oversight: {RoleRegistrar, RoleOversight}},
			decode: decodeOne[PartyAmendment]},
		{Kind: KindMember, Transaction: "EnrolMember", Resource: "members", Public: true, Writers: everyRegistrar,
			decode: decodeOne[Member]},
		{Kind: KindStanding, Transaction: "SetStanding", Resource: "standings", Public: true,
			Writers: map[Org][]Role{Brands: registrars, Auditors: registrars, Workers: registrars, Suppliers: registrars,
				Oversight: {RoleRegistrar, RoleOversight}},
			decode: decodeOne[Standing]},
		{Kind: KindAccreditation, Transaction: "GrantAccreditation", Resource: "accreditations", Public: true,
			Writers: map[Org][]Role{Oversight: {RoleOversight}},
			decode:  decodeOne[Accreditation]},
		{Kind: KindFacility, Transaction: "RegisterFacilities", Resource: "facilities", Public: true,
			Writers: map[Org][]Role{Suppliers: {RoleSupplier}, Brands: {RoleBrand}, Auditors: {RoleAuditor}},
			decode:  decodeList("facilities", func(d *facilityDocument) []Facility { return d.Facilities })},
		{Kind: KindFacilityAmendment, Transaction: "AmendFacility", Resource: "facility-amendments", Public: true,
			Writers: map[Org][]Role{Suppliers: {RoleSupplier}, Brands: {RoleBrand}, Auditors: {RoleAuditor}, Oversight: {RoleOversight}},
			decode:  decodeOne[FacilityAmendment]},
		{Kind: KindFacilityStatus, Transaction: "SetFacilityStatus", Resource: "facility-statuses", Public: true,
			Writers: map[Org][]Role{Suppliers: {RoleSupplier}, Brands: {RoleBrand}, Auditors: {RoleAuditor}, Workers: {RoleUnion}, Oversight: {RoleOversight}},
			decode:  decodeOne[FacilityStatus]},
		{Kind: KindFacilityMerge, Transaction: "MergeFacilities", Resource: "facility-merges", Public: true,
			Writers: map[Org][]Role{Suppliers: {RoleSupplier}, Brands: {RoleBrand}, Auditors: {RoleAuditor}, Oversight: {RoleOversight}},
			decode:  decodeOne[FacilityMerge]},
		{Kind: KindFacilitySplit, Transaction: "SplitFacilities", Resource: "facility-splits", Public: true,
			Writers: map[Org][]Role{Suppliers: {RoleSupplier}, Brands: {RoleBrand}, Auditors: {RoleAuditor}, Oversight: {RoleOversight}},
			decode:  decodeOne[FacilitySplit]},
		{Kind: KindOperatorClaim, Transaction: "ClaimFacility", Resource: "operator-claims", Public: true,
			Writers: map[Org][]Role{Suppliers: {RoleSupplier}},
			decode:  decodeOne[OperatorClaim]},
		{Kind: KindClaimDecision, Transaction: "DecideClaim", Resource: "claim-decisions", Public: true,
			Writers: map[Org][]Role{Suppliers: {RoleSupplier}, Brands: {RoleBrand}, Auditors: {RoleAuditor}, Workers: {RoleUnion}, Oversight: {RoleOversight}},
			decode:  decodeOne[ClaimDecision]},
		{Kind: KindProduct, Transaction: "RegisterProducts", Resource: "products", Public: true, Writers: tracers,
			decode: decodeList("products", func(d *productDocument) []Product { return d.Products })},
		{Kind: KindProductAmendment, Transaction: "AmendProduct", Resource: "product-amendments", Public: true,
			Writers: map[Org][]Role{Brands: {RoleBrand}, Suppliers: {RoleSupplier}, Oversight: {RoleOversight}},
			decode:  decodeOne[ProductAmendment]},
		{Kind: KindEvent, Transaction: "RecordEvents", Resource: "events", Public: true, Writers: tracers,
			decode: decodeList("events", func(d *eventDocument) []Event { return d.Events })},
		{Kind: KindEventError, Transaction: "DeclareEventErrors", Resource: "event-errors", Public: true, Writers: tracers,
			decode: decodeList("events", func(d *eventErrorDocument) []EventError { return d.Events })},
		{Kind: KindYield, Transaction: "StateYield", Resource: "yields", Public: true,
			Writers: map[Org][]Role{Brands: {RoleBrand}, Suppliers: {RoleSupplier}, Auditors: {RoleAuditor}},
			decode:  decodeOne[Yield]},
		{Kind: KindAudit, Transaction: "RecordAudit", Resource: "audits", Public: true,
			Writers: map[Org][]Role{Auditors: {RoleAuditor}},
			decode:  decodeOne[Audit]},
		{Kind: KindCorrectiveAction, Transaction: "ProposeCorrectiveAction", Resource: "corrective-actions", Public: true,
			Writers: map[Org][]Role{Suppliers: {RoleSupplier}},
			decode:  decodeOne[CorrectiveAction]},
		{Kind: KindFindingStep, Transaction: "AdvanceFinding", Resource: "finding-steps", Public: true,
			Writers: map[Org][]Role{Auditors: {RoleAuditor}, Workers: {RoleUnion}, Suppliers: {RoleSupplier}},
			decode:  decodeOne[FindingStep]},
		{Kind: KindFindingExtension, Transaction: "ExtendFinding", Resource: "finding-extensions", Public: true,
			Writers: map[Org][]Role{Auditors: {RoleAuditor}},
			decode:  decodeOne[FindingExtension]},
		{Kind: KindChildCase, Transaction: "OpenChildCase", Resource: "child-cases", Writers: observers,
			decode: decodeOne[ChildCase]},
		{Kind: KindChildStep, Transaction: "AdvanceChildCase", Resource: "child-steps",
			Writers: map[Org][]Role{Auditors: {RoleAuditor}, Workers: {RoleUnion}, Oversight: {RoleOversight}},
			decode:  decodeOne[ChildStep]},
		{Kind: KindAgeRule, Transaction: "StateAgeRule", Resource: "age-rules", Public: true,
			Writers: map[Org][]Role{Oversight: {RoleOversight}},
			decode:  decodeOne[AgeRule]},
		{Kind: KindCohort, Transaction: "RecordCohort", Resource: "cohorts", Writers: observers,
			decode: decodeOne[Cohort]},
		{Kind: KindFeeStatement, Transaction: "StateFees", Resource: "fee-statements", Writers: statedByAll,
			decode: decodeOne[FeeStatement]},
		{Kind: KindRepayment, Transaction: "RecordRepayment", Resource: "repayments",
			Writers: map[Org][]Role{Suppliers: {RoleSupplier, RoleRecruiter}, Brands: {RoleBrand}},
			decode:  decodeOne[Repayment]},
		{Kind: KindAnswerCount, Transaction: "PublishAnswers", Resource: "answer-counts", Public: true,
			Writers: map[Org][]Role{Workers: {RoleUnion}},
			decode:  decodeOne[AnswerCount]},
		{Kind: KindTermsCommitment, Transaction: "CommitTerms", Resource: "terms-commitments", Writers: observers,
			decode: decodeOne[TermsCommitment]},
		{Kind: KindTermsComparison, Transaction: "PublishTerms", Resource: "terms-comparisons", Public: true,
			Writers: map[Org][]Role{Workers: {RoleUnion}},
			decode:  decodeOne[TermsComparison]},
		{Kind: KindGrievanceCount, Transaction: "PublishGrievances", Resource: "grievance-counts", Public: true,
			Writers: map[Org][]Role{Workers: {RoleUnion}},
			decode:  decodeOne[GrievanceCount]},
		{Kind: KindErasure, Transaction: "PurgeAnswers", Resource: "erasures", Public: true,
			Writers: map[Org][]Role{Workers: {RoleUnion}},
			decode:  decodeOne[Erasure]},
		{Kind: KindRepaymentCheck, Transaction: "CheckRepayment", Resource: "repayment-checks", Public: true, Writers: observers,
			decode: decodeOne[RepaymentCheck]},
		{Kind: KindAttestation, Transaction: "AttestContract", Resource: "attestations", Writers: statedByAll,
			decode: decodeOne[Attestation]},
		{Kind: KindObservation, Transaction: "RecordObservation", Resource: "observations", Writers: watchers,
			decode: decodeOne[VesselObservation]},
		{Kind: KindScreening, Transaction: "RecordScreening", Resource: "screenings", Writers: watchers,
			decode: decodeOne[Screening]},
		{Kind: KindReply, Transaction: "ReplyToSignal", Resource: "replies", Public: true,
			Writers: map[Org][]Role{Suppliers: {RoleSupplier, RoleRecruiter}, Brands: {RoleBrand}},
			decode:  decodeOne[Reply]},
		{Kind: KindSignalStep, Transaction: "AdvanceSignal", Resource: "signal-steps", Public: true,
			Writers: map[Org][]Role{Auditors: {RoleObserver}, Workers: {RoleObserver}, Oversight: {RoleObserver, RoleOversight}},
			decode:  decodeOne[SignalStep]},
		{Kind: KindDevice, Transaction: "RegisterDevice", Resource: "devices", Public: true,
			Writers: map[Org][]Role{Auditors: {RoleAuditor}, Oversight: {RoleOversight}},
			decode:  decodeOne[Device]},
		{Kind: KindDeviceTotal, Transaction: "RecordDeviceTotal", Resource: "device-totals",
			Writers: map[Org][]Role{Suppliers: {RoleSupplier}, Auditors: {RoleAuditor}, Workers: {RoleUnion}},
			decode:  decodeOne[DeviceTotal]},
		{Kind: KindWithdrawal, Transaction: "Withdraw", Resource: "withdrawals", Public: true, Writers: everyone,
			decode: decodeOne[Withdrawal]},
	}
}

// SpecOf finds the spec of a kind.
func SpecOf(k Kind) (Spec, bool) {
	for _, s := range specs {
		if s.Kind == k {
			return s, true
		}
	}
	return Spec{}, false
}
