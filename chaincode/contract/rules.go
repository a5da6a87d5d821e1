package contract

import (
	"fmt"
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// rule applies the rules of the entry's kind. A refusal names fields of the
// statement; what follows from the statement is put into the state.
func (t *transaction) rule(e *entry) error {
	switch st := e.Statement.(type) {
	case *provenance.Party:
		return nil
	case *provenance.PartyAmendment:
		return t.checkPartyAmendment(e, st)
	case *provenance.Member:
		return t.checkMember(st)
	case *provenance.Standing:
		return t.checkStanding(st)
	case *provenance.Accreditation:
		return t.checkAccreditation(st)
	case *provenance.Facility:
		return t.checkFacility(e, st)
	case *provenance.FacilityAmendment:
		return t.checkAmendment(e, st)
	case *provenance.FacilityStatus:
		return t.checkFacilityStatus(st)
	case *provenance.FacilityMerge:
		return t.checkMerge(st)
	case *provenance.FacilitySplit:
		return t.checkSplit(e, st)
	case *provenance.OperatorClaim:
		return t.checkClaim(st)
	case *provenance.ClaimDecision:
		return t.checkClaimDecision(e, st)
	case *provenance.Product:
		return t.checkProduct(st)
	case *provenance.ProductAmendment:
		return t.checkProductAmendment(e, st)
	case *provenance.Event:
		return t.checkEvent(e, st)
	case *provenance.EventError:
		return t.checkEventError(e, st)
	case *provenance.Yield:
		return t.checkYield(e, st)
	case *provenance.Audit:
		return t.checkAudit(e, st)
	case *provenance.CorrectiveAction:
		return t.checkCorrectiveAction(e, st)
	case *provenance.FindingStep:
		return t.checkFindingStep(e, st)
	case *provenance.FindingExtension:
		return t.checkFindingExtension(e, st)
	case *provenance.ChildCase:
		return t.checkChildCase(e, st)
	case *provenance.ChildStep:
		return t.checkChildStep(e, st)
	case *provenance.AgeRule:
		return t.checkAgeRule(e, st)
	case *provenance.Cohort:
		return t.checkCohort(st)
	case *provenance.FeeStatement:
		return t.checkFeeStatement(e, st)
	case *provenance.Repayment:
		return t.checkRepayment(e, st)
	case *provenance.AnswerCount:
		return t.checkAnswerCount(e, st)
	case *provenance.TermsCommitment:
		return t.checkCommitment(st)
	case *provenance.TermsComparison:
		return t.checkTermsComparison(e, st)
	case *provenance.GrievanceCount:
		return t.checkGrievanceCount(e, st)
	case *provenance.Erasure:
		return t.checkErasure(e, st)
	case *provenance.RepaymentCheck:
		return t.checkRepaymentCheck(e, st)
	case *provenance.Attestation:
		return t.checkAttestation(e, st)
	case *provenance.Withdrawal:
		return t.checkWithdrawal(e, st)
	case *provenance.VesselObservation:
		return t.checkObservation(e, st)
	case *provenance.Screening:
		return t.checkScreening(e, st)
	case *provenance.Reply:
		return t.checkReply(e, st)
	case *provenance.SignalStep:
		return t.checkSignalStep(e, st)
	case *provenance.Device:
		return t.checkDevice(st)
	case *provenance.DeviceTotal:
		return t.checkDeviceTotal(e, st)
	}
	return fmt.Errorf("no rules are known for %s", e.Kind())
}

// foresee reads together what the rules of the entries are going to look up, so
// that hundreds of entries cost two questions. It decides nothing: a rule that
// looks up more reads it then.
func (t *transaction) foresee(entries []*entry) error {
	var keys []key
	for _, e := range entries {
		for _, reference := range e.References() {
			keys = append(keys, recordKey(reference.Ref))
			if provenance.MayEnd(reference.Ref.Kind) {
				keys = append(keys, endedKey(reference.Ref))
			}
			if reference.Ref.Kind == provenance.KindFacility {
				keys = append(keys, nowKeys(reference.Ref.ID)...)
			}
		}
		switch st := e.Statement.(type) {
		case *provenance.Member:
			keys = append(keys, certificateKey(t.caller.Org, st.Certificate))
		case *provenance.PartyAmendment:
			keys = append(keys, ownersKey(st.Party))
		case *provenance.ProductAmendment:
			keys = append(keys, ownerKey(st.Product))
		case *provenance.Standing:
			keys = append(keys, standingKey(subjectOf(st)))
		case *provenance.Facility:
			keys = append(keys, strongKeys(st.Identifiers)...)
		case *provenance.FacilityAmendment:
			keys = append(keys, strongKeys(st.Identifiers)...)
			keys = append(keys, strongKeys(st.RemovedIdentifiers)...)
			keys = append(keys, hullKey(st.Facility))
		case *provenance.ClaimDecision:
			keys = append(keys, claimKey(st.Claim))
		case *provenance.Event:
			keys = append(keys, eventKeys(st)...)
		case *provenance.Accreditation:
			keys = append(keys, grantedKey(st.Firm, st.Scheme, st.Auditor))
		case *provenance.Audit:
			keys = append(keys, standingKey(accreditationRef(st.Accreditation)), grantedKey(st.Firm, st.Scheme, ""))
			for _, number := range st.Auditors {
				keys = append(keys, grantedKey(st.Firm, st.Scheme, number))
			}
		case *provenance.VesselObservation:
			keys = append(keys, standingKey(accreditationRef(st.Accreditation)))
		case *provenance.Screening:
			keys = append(keys, standingKey(accreditationRef(st.Accreditation)))
		case *provenance.Reply:
			keys = append(keys, signalKey(provenance.Ref(st.To)))
		case *provenance.SignalStep:
			keys = append(keys, signalKey(provenance.Ref(st.Signal)))
		case *provenance.Device:
			keys = append(keys, deviceKey(st.Fingerprint()))
		case *provenance.DeviceTotal:
			keys = append(keys, standingKey(deviceRef(st.Device)))
		case *provenance.FindingStep:
			keys = append(keys, findingKey(st.Audit, st.Finding), closingKey(st.Audit, st.Finding))
		case *provenance.ChildStep:
			keys = append(keys, childKey(st.Case))
		case *provenance.FindingExtension:
			keys = append(keys, findingKey(st.Audit, st.Finding), dueKey(st.Audit, st.Finding))
		}
	}
	if err := t.load(keys...); err != nil {
		return err
	}
	return t.foreseeEvents(entries)
}

// refer checks that everything an entry names is on the ledger and still
// counts, and resolves its subjects.
func (t *transaction) refer(e *entry) error {
	var found problems
	for _, reference := range e.References() {
		switch exists, err := t.has(recordKey(reference.Ref)); {
		case err != nil:
			return err
		case !exists:
			found.add(reference.Field, provenance.UnknownReference, "is not on the ledger", "record it first, or correct it")
			continue
		}
		switch ended, err := t.ended(reference.Ref); {
		case err != nil:
			return err
		case ended:
			found.add(reference.Field, provenance.WrongState, "has been withdrawn or replaced", "name the record that stands in its place")
			continue
		}
		if err := t.unmerged(reference, &found); err != nil {
			return err
		}
		if reference.Subject {
			e.concerns(reference.Ref)
		}
	}
	return found.refusal()
}

// concerns adds subjects to what an entry is about, each once.
func (e *entry) concerns(subjects ...provenance.Ref) {
	for _, s := range subjects {
		if !slices.Contains(e.about, s) {
			e.about = append(e.about, s)
		}
	}
}

// countsAgain is under endedKey where nothing ends a record any more.
const countsAgain = "-"

func (t *transaction) ended(r provenance.Ref) (bool, error) {
	if !provenance.MayEnd(r.Kind) {
		return false, nil
	}
	by, err := t.get(endedKey(r))
	return by != nil && string(by) != countsAgain, err
}

// supersede ends the record that an entry replaces. Both must be of one party
// and about one subject.
func (t *transaction) supersede(e *entry, former string, subject provenance.Ref) error {
	if former == "" {
		return nil
	}
	ref := provenance.Ref{Kind: e.Kind(), ID: former}
	h, err := t.record(ref)
	if err != nil {
		return err
	}
	switch about, err := t.isAbout(h.record, subject); {
	case err != nil:
		return err
	case !sameAuthor(h.record.By, t.caller.Author):
		return refuse("supersedes", provenance.NoStanding, "is a statement of another party", "leave it standing and make your own beside it")
	case !about:
		return refuse("supersedes", provenance.Invalid, "is about something else", "name a record about the same "+string(subject.Kind))
	}
	return t.put(endedKey(ref), []byte(e.ref.ID))
}
