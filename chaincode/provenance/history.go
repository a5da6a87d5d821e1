package provenance

import (
	"fmt"
	"slices"
	"time"
)

// RulesVersion names the rules below; an answer carries it, so that an old
// answer can be told from one by newer rules.
const RulesVersion = "2026-11"

// How long an audit says something about a site, in months. Buyers commonly
// take a year; a scheme's own end of validity goes before.
const (
	auditLookback = 12 // before the audit's end
	auditValidity = 12 // after it
)

// History answers a question from records, and from nothing else: their order
// does not matter, records that do not concern the product change nothing, and
// a record that was withdrawn or superseded counts for nothing from then on.
//
// records must hold all that the ledger has about the product's lots, what
// went into them, the sites where that happened and those sites' audits,
// cohorts and what is about these; more does no harm. The error is a Refusal
// with code not_found when the product, or the lot, is not among them.
func History(records []Record, q Question) (Answer, error) {
	facts, err := gather(records, q)
	if err != nil {
		return Answer{}, err
	}
	product, ok := facts.products[q.GTIN]
	if !ok {
		return Answer{}, refuse(NotFound, "no product with this GTIN is on the ledger")
	}
	way := facts.walk(q)
	if q.Lot != "" && !way.known {
		return Answer{}, refuse(NotFound, "no lot of this number of the product is on the ledger")
	}
	a := Answer{
		GTIN: q.GTIN, Lot: q.Lot,
		Product: product.Name, Owner: facts.party(product.Owner),
		AsOf: FormatInstant(q.AsOf), Rules: RulesVersion,
		Lots: way.count(LotSubject), Pieces: way.count(PieceSubject),
	}
	if !q.KnownAt.IsZero() {
		a.KnownAt = FormatInstant(q.KnownAt)
	}
	sites := facts.sites(way)
	var youth []youthFinding
	a.Audits, a.Findings, youth = facts.audited(sites, q.AsOf)
	a.OpenFindings = openByAge(a.Findings, q.AsOf)
	a.Children = facts.children(sites, youth)
	groups := facts.groups(sites)
	a.Fees, a.Cohorts, a.SmallCohorts = facts.charged(groups)
	a.Contracts = facts.contracts(groups)
	a.Answers = facts.answered(groups)
	a.Grievances = facts.complained(sites)
	a.Terms = facts.termsCompared(sites, groups)
	a.Disagreements = facts.disagreements(groups)
	a.Sites = facts.siteLines(sites, a.Findings, groups)
	a.Tiers = tiers(a.Sites, way)
	a.Unknowns = facts.unknowns(a.Sites, groups, way)
	a.Signals = gathered(append(facts.implausible(way), facts.observed(a.Sites)...))
	a.Outcome = a.outcome(groups)
	return a, nil
}

func (a *Answer) outcome(groups []group) Outcome {
	if slices.ContainsFunc(groups, func(g group) bool { return g.unquantified }) {
		return OutcomeOwed
	}
	for _, t := range a.Fees.Totals {
		if t.Outstanding > 0 {
			return OutcomeOwed
		}
	}
	for _, f := range a.Findings {
		if f.Open {
			return OutcomeOpen
		}
	}
	if slices.ContainsFunc(a.Terms, func(t TermsLine) bool { return t.Alarm }) {
		return OutcomeOpen
	}
	for _, c := range a.Children {
		if c.Remediation != RemedyDone && c.Remediation != RemedyTakenBack {
			return OutcomeOpen
		}
	}
	if len(a.Unknowns) > 0 {
		return OutcomeUnknown
	}
	return OutcomeClear
}

// stated is a statement together with the record that holds it.
type stated[T any] struct {
	Record
	T T
}

// facts is what the records say by the question's moments, by identifier.
type facts struct {
	heard        heardFacts
	asOf         time.Time
	parties      map[string]Party
	facilities   map[string]Facility
	products     map[string]Product
	events       []stated[Event]
	yields       []stated[Yield]
	yield        map[string]int64 // the lowest of each product, in thousandths
	audits       []stated[Audit]
	steps        map[string][]stated[FindingStep]      // by audit
	actions      map[string][]stated[CorrectiveAction] // by audit
	extensions   map[string][]stated[FindingExtension] // by audit
	childrenAt   map[string][]stated[ChildCase]        // by facility
	childSteps   map[string][]stated[ChildStep]        // by case
	cohorts      []stated[Cohort]
	statements   map[string][]stated[FeeStatement]   // by cohort
	repayments   map[string][]stated[Repayment]      // by fee statement
	checks       map[string][]stated[RepaymentCheck] // by repayment
	attestations map[string][]stated[Attestation]    // by cohort
	cohortOf     map[string]string                   // of every fee statement, ended or not
	ended        map[Ref]string
	replaced     map[Ref][]Ref // by records that say to take their place
	since        facilityFacts
	later        amendments
	seen         signalFacts
}

// gather reads the records that count at the question's moments, sorted so
// that nothing below depends on the order they came in.
func gather(records []Record, q Question) (*facts, error) {
	if q.AsOf.IsZero() {
		return nil, fmt.Errorf("a history needs the moment it is asked about")
	}
	known, knownAt := make([]Record, 0, len(records)), FormatInstant(q.KnownAt)
	for _, r := range records {
		if q.KnownAt.IsZero() || r.At <= knownAt {
			known = append(known, r)
		}
	}
	slices.SortFunc(known, func(a, b Record) int { return compareRefs(a.Ref(), b.Ref()) })
	known = slices.CompactFunc(known, func(a, b Record) bool { return a.Ref() == b.Ref() })
	f := &facts{
		asOf:    q.AsOf,
		parties: map[string]Party{}, facilities: map[string]Facility{}, products: map[string]Product{},
		steps: map[string][]stated[FindingStep]{}, actions: map[string][]stated[CorrectiveAction]{}, extensions: map[string][]stated[FindingExtension]{},
		childrenAt: map[string][]stated[ChildCase]{}, childSteps: map[string][]stated[ChildStep]{},
		statements: map[string][]stated[FeeStatement]{},
		repayments: map[string][]stated[Repayment]{}, checks: map[string][]stated[RepaymentCheck]{},
		attestations: map[string][]stated[Attestation]{}, cohortOf: map[string]string{}, ended: map[Ref]string{}, replaced: map[Ref][]Ref{}, since: newFacilityFacts(), later: newAmendments(), heard: newHeardFacts(), seen: newSignalFacts(),
		yield: map[string]int64{},
	}
	for _, r := range known {
		if err := f.add(r, q.AsOf); err != nil {
			return nil, err
		}
	}
	f.dropEnded()
	f.settleAmendments()
	f.settleFacilities()
	f.settleSignals()
	return f, nil
}

// add files a record under its kind when it had happened by asOf, and notes
// what it withdraws or replaces, whenever that happened.
func (f *facts) add(r Record, asOf time.Time) error {
	switch r.Kind {
	case KindParty:
		return keep(r, func(s stated[Party]) { f.parties[r.ID] = s.T })
	case KindPartyAmendment, KindProductAmendment:
		return f.addAmendment(r, asOf)
	case KindFacility:
		return keep(r, func(s stated[Facility]) { f.facilities[r.ID] = s.T })
	case KindFacilityAmendment, KindFacilityStatus, KindFacilityMerge, KindFacilitySplit, KindOperatorClaim, KindClaimDecision:
		return f.addFacility(r, asOf)
	case KindObservation, KindScreening, KindReply, KindSignalStep, KindDevice, KindDeviceTotal:
		return f.addSignal(r, asOf)
	case KindProduct:
		return keep(r, func(s stated[Product]) { f.products[r.ID] = s.T })
	case KindEvent:
		return keep(r, func(s stated[Event]) {
			if at, err := ParseInstant(s.T.EventTime); err == nil && !at.After(asOf) {
				f.events = append(f.events, s)
			}
		})
	case KindEventError:
		f.ended[Ref{KindEvent, r.ID}] = EndedWithdrawn
		return nil
	case KindYield:
		return keep(r, func(s stated[Yield]) {
			f.supersede(r.Ref(), s.T.Supersedes)
			f.yields = append(f.yields, s)
		})
	case KindAudit:
		return keep(r, func(s stated[Audit]) {
			f.supersede(r.Ref(), s.T.Supersedes)
			if !dateStart(s.T.End).After(asOf) {
				f.audits = append(f.audits, s)
			}
		})
	case KindFindingStep:
		return keep(r, func(s stated[FindingStep]) {
			if !dateStart(s.T.On).After(asOf) {
				f.steps[s.T.Audit] = append(f.steps[s.T.Audit], s)
				if s.T.State == FindingClosedVerified {
					f.heard.closings[s.ID] = s.T
				}
			}
		})
	case KindCorrectiveAction:
		return keep(r, func(s stated[CorrectiveAction]) {
			if !dateStart(s.T.ProposedOn).After(asOf) {
				f.actions[s.T.Audit] = append(f.actions[s.T.Audit], s)
			}
		})
	case KindFindingExtension:
		return keep(r, func(s stated[FindingExtension]) {
			if !dateStart(s.T.On).After(asOf) {
				f.extensions[s.T.Audit] = append(f.extensions[s.T.Audit], s)
			}
		})
	case KindWithdrawal:
		return keep(r, func(s stated[Withdrawal]) { f.ended[Ref(s.T.Target)] = EndedWithdrawn })
	}
	return f.addGroup(r, asOf)
}

// addGroup files what concerns groups of workers.
func (f *facts) addGroup(r Record, asOf time.Time) error {
	counts := func(month string) bool { return !monthStart(month).After(asOf) }
	switch r.Kind {
	case KindChildCase:
		return keep(r, func(s stated[ChildCase]) {
			if counts(s.T.Month) {
				f.childrenAt[s.T.Facility] = append(f.childrenAt[s.T.Facility], s)
			}
		})
	case KindChildStep:
		return keep(r, func(s stated[ChildStep]) {
			if counts(s.T.Month) {
				f.childSteps[s.T.Case] = append(f.childSteps[s.T.Case], s)
			}
		})
	case KindCohort:
		return keep(r, func(s stated[Cohort]) {
			if counts(s.T.ArrivedFrom) {
				f.cohorts = append(f.cohorts, s)
			}
		})
	case KindFeeStatement:
		return keep(r, func(s stated[FeeStatement]) {
			f.supersede(r.Ref(), s.T.Supersedes)
			f.cohortOf[r.ID] = s.T.Cohort
			if counts(s.T.Month) {
				f.statements[s.T.Cohort] = append(f.statements[s.T.Cohort], s)
			}
		})
	case KindRepayment:
		return keep(r, func(s stated[Repayment]) {
			f.supersede(r.Ref(), s.T.Supersedes)
			if counts(s.T.Month) {
				f.repayments[s.T.Statement] = append(f.repayments[s.T.Statement], s)
			}
		})
	case KindRepaymentCheck:
		return keep(r, func(s stated[RepaymentCheck]) {
			if counts(s.T.Month) {
				f.checks[s.T.Repayment] = append(f.checks[s.T.Repayment], s)
			}
		})
	case KindAttestation:
		return keep(r, func(s stated[Attestation]) {
			f.supersede(r.Ref(), s.T.Supersedes)
			if counts(s.T.From) {
				f.attestations[s.T.Cohort] = append(f.attestations[s.T.Cohort], s)
			}
		})
	}
	return f.addHeard(r, asOf)
}

// supersede notes that a record says to take the place of another of its kind.
func (f *facts) supersede(by Ref, id string) {
	if id != "" {
		former := Ref{by.Kind, id}
		f.replaced[former] = append(f.replaced[former], by)
	}
}

// endReplaced ends what others take the place of. One that was withdrawn takes
// none: what it replaced counts again, as on the ledger.
func (f *facts) endReplaced() {
	for former, by := range f.replaced {
		stands := func(r Ref) bool { return f.ended[r] != EndedWithdrawn }
		if stands(former) && slices.ContainsFunc(by, stands) {
			f.ended[former] = EndedSuperseded
		}
	}
}

// dropEnded leaves out what was withdrawn or replaced, but for audits, which
// stay to be seen.
func (f *facts) dropEnded() {
	f.endReplaced()
	f.events = standing(f, f.events)
	f.yields = standing(f, f.yields)
	f.keepYields()
	f.seen.observations = standing(f, f.seen.observations)
	f.seen.screenings = standing(f, f.seen.screenings)
	f.seen.totals = standing(f, f.seen.totals)
	f.cohorts = standing(f, f.cohorts)
	dropFrom(f, f.actions)
	dropFrom(f, f.extensions)
	dropFrom(f, f.steps)
	f.dropProposals()
	dropFrom(f, f.statements)
	dropFrom(f, f.repayments)
	dropFrom(f, f.checks)
	dropFrom(f, f.attestations)
	f.dropUnheard()
}

// dropProposals leaves out the steps by which withdrawn corrective actions were
// proposed.
func (f *facts) dropProposals() {
	for audit, list := range f.steps {
		f.steps[audit] = slices.DeleteFunc(list, func(s stated[FindingStep]) bool {
			return s.T.Action != "" && f.ended[Ref{KindCorrectiveAction, s.T.Action}] != ""
		})
	}
}

func dropFrom[K comparable, T any](f *facts, lists map[K][]stated[T]) {
	for id, list := range lists {
		lists[id] = standing(f, list)
	}
}

func standing[T any](f *facts, list []stated[T]) []stated[T] {
	return slices.DeleteFunc(list, func(s stated[T]) bool { return f.ended[s.Ref()] != "" })
}

func keep[T any](r Record, file func(stated[T])) error {
	body, err := Body[T](r)
	if err != nil {
		return err
	}
	file(stated[T]{Record: r, T: body})
	return nil
}

func (f *facts) party(id string) Name { return Name{ID: id, Name: f.parties[id].Name} }

// site names a facility by the entry that is kept of it.
func (f *facts) site(id string) Name {
	id = f.kept(id)
	return Name{ID: id, Name: f.facilities[id].Name}
}
