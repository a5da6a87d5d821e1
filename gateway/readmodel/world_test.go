package readmodel

import (
	"fmt"
	"math/rand/v2"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
)

// world is a supply chain invented at random, with all kinds of records.
type world struct {
	scribe
	rand       *rand.Rand
	ids        int
	chain      *chain
	pending    []ledger.Transaction
	parties    []string
	facilities []string
	gtins      []string
	lots       []provenance.Lot
	pieces     []string // their addresses
}

func (w *world) id() string {
	w.ids++
	return fmt.Sprintf("01J%023d", w.ids)
}

func gtin(n int) string {
	for d := range 10 {
		if s := fmt.Sprintf("%013d%d", n, d); provenance.CheckGTIN(s) == nil {
			return s
		}
	}
	panic("no check digit")
}

func (w *world) pick(of []string) string { return of[w.rand.IntN(len(of))] }

// say has somebody state something; blocks are cut at random.
func (w *world) say(org provenance.Org, statements ...provenance.Statement) {
	by := provenance.Author{Org: org}
	if len(w.parties) > 0 {
		by.Party, by.Member = w.pick(w.parties), "m"
	}
	w.pending = append(w.pending, w.transaction(by, statements...))
	if w.rand.IntN(3) == 0 {
		w.cut()
	}
}

func (w *world) cut() {
	if w.rand.IntN(4) == 0 {
		lost := w.transaction(provenance.Author{Org: provenance.Brands}, &provenance.Party{ID: w.id(), Name: "lost"})
		lost.Code = ledger.CodeReadConflict
		w.pending = append(w.pending, lost)
	}
	w.chain.add(w.pending...)
	w.pending = nil
}

// invent makes a world with that many events.
func invent(seed uint64, events int) *world {
	w := &world{rand: rand.New(rand.NewPCG(seed, 1)), chain: newChain()}
	w.chain.add(ledger.Transaction{ID: "genesis", Code: ledger.CodeValid, At: dawn})
	for range 6 {
		p := &provenance.Party{ID: w.id(), Name: "Ropeworks & <Sons>", Country: "TH"}
		if len(w.parties) > 0 && w.rand.IntN(2) == 0 {
			p.OwnedBy = []string{w.pick(w.parties)}
		}
		w.say(provenance.Oversight, p)
		w.parties = append(w.parties, p.ID)
	}
	for i := range 8 {
		f := &provenance.Facility{ID: w.id(), FacilityKind: provenance.WorkSite, Name: fmt.Sprintf("Mill %c", 'H'-i), Country: []string{"TH", "MY"}[i%2]}
		if i > 1 {
			f.Operator = w.pick(w.parties)
		}
		w.say(provenance.Suppliers, f)
		w.facilities = append(w.facilities, f.ID)
	}
	var products []provenance.Statement
	for i := range 6 {
		products = append(products, &provenance.Product{GTIN: gtin(100 + i), Name: "Rope", Owner: w.pick(w.parties)})
		w.gtins = append(w.gtins, gtin(100+i))
	}
	w.say(provenance.Brands, products...)
	for _, gtin := range w.gtins[:3] {
		w.say(provenance.Brands, &provenance.Yield{ID: w.id(), Product: gtin, Most: "0.5"})
	}
	for i := range events {
		e := w.event(i)
		w.say(provenance.Suppliers, e)
		if w.rand.IntN(10) == 0 {
			w.say(provenance.Suppliers, &provenance.Withdrawal{ID: w.id(), Target: provenance.Target{Kind: provenance.KindEvent, ID: e.Key()}, Reason: "DUPLICATE"})
		}
		if w.rand.IntN(10) == 0 {
			wrong := provenance.EventError(*e)
			wrong.ErrorDeclaration = &provenance.ErrorDeclaration{DeclarationTime: e.EventTime, Reason: "incorrect_data"}
			w.say(provenance.Suppliers, &wrong)
		}
		if w.rand.IntN(3) == 0 {
			w.observe()
		}
	}
	w.cut()
	return w
}

func (w *world) lot() provenance.Lot {
	if len(w.lots) > 0 && w.rand.IntN(8) > 0 {
		return w.lots[w.rand.IntN(len(w.lots))]
	}
	// Nobody made it yet, perhaps somebody will: that is how circles come about.
	lot := provenance.Lot{GTIN: w.pick(w.gtins), Lot: fmt.Sprintf("U%d", w.rand.IntN(20))}
	if w.rand.IntN(4) == 0 {
		lot.GTIN = gtin(999) // no such product
	}
	return lot
}

func quantities(lots ...provenance.Lot) []provenance.Quantity {
	var list []provenance.Quantity
	for _, l := range lots {
		list = append(list, provenance.Quantity{EPCClass: l.URI(), Quantity: "1"})
	}
	return list
}

func (w *world) event(i int) *provenance.Event {
	e := &provenance.Event{
		Type: provenance.TransformationEvent, EventTime: provenance.FormatInstant(dawn.AddDate(0, 0, i%200)), EventTimeZoneOffset: "+07:00",
		BizLocation: provenance.LocationOf(w.pick(w.facilities)),
	}
	lot := provenance.Lot{GTIN: w.pick(w.gtins), Lot: fmt.Sprintf("L%d", i)}
	if w.rand.IntN(10) == 0 {
		lot.Lot = fmt.Sprintf("U%d", w.rand.IntN(20))
	}
	switch w.rand.IntN(6) {
	case 4:
		return w.pack(e)
	case 5:
		piece := provenance.Piece{GTIN: lot.GTIN, Serial: fmt.Sprint(i)}
		w.pieces = append(w.pieces, piece.URI())
		e.InputQuantityList, e.OutputEPCList = quantities(w.lot()), []string{piece.URI()}
		if w.rand.IntN(2) == 0 {
			return e
		}
		e.ILMD = &provenance.ILMD{LotNumber: lot.Lot}
	case 0:
		e.Type, e.Action, e.QuantityList = provenance.ObjectEvent, "OBSERVE", quantities(w.lot(), w.lot())
		return e
	case 1:
		e.Type, e.Action, e.QuantityList = provenance.ObjectEvent, "ADD", quantities(lot)
	default:
		e.InputQuantityList, e.OutputQuantityList = quantities(w.lot(), w.lot()), quantities(lot)
	}
	w.lots = append(w.lots, lot)
	return e
}

// pack puts lots, pieces and units into a unit, takes something out of it, or
// sees it.
func (w *world) pack(e *provenance.Event) *provenance.Event {
	unit := func() string { return provenance.UnitURI(sscc(w.rand.IntN(12))) }
	switch w.rand.IntN(3) {
	case 0:
		e.Type, e.Action, e.EPCList = provenance.ObjectEvent, "OBSERVE", []string{unit()}
		return e
	case 1:
		e.Action = "DELETE"
	default:
		e.Action, e.ChildEPCs = "ADD", []string{unit()}
		if len(w.pieces) > 0 {
			e.ChildEPCs = append(e.ChildEPCs, w.pick(w.pieces))
		}
	}
	e.Type, e.ParentID, e.ChildQuantityList = provenance.AggregationEvent, unit(), quantities(w.lot())
	return e
}

func sscc(n int) string {
	for d := range 10 {
		s := fmt.Sprintf("%017d%d", n, d)
		if _, err := provenance.ParseUnitURI(provenance.UnitURI(s)); err == nil {
			return s
		}
	}
	panic("no check digit")
}

// observe says something about a site and the people there, with a follow-up
// here and there.
func (w *world) observe() {
	facility := w.pick(w.facilities)
	some := func() bool { return w.rand.IntN(3) == 0 }
	withdraw := func(kind provenance.Kind, id string) {
		if some() {
			w.say(provenance.Auditors, &provenance.Withdrawal{ID: w.id(), Target: provenance.Target{Kind: kind, ID: id}, Reason: "DUPLICATE"})
		}
	}
	if some() {
		w.amend(facility)
	}
	accreditation := &provenance.Accreditation{ID: w.id(), Firm: w.pick(w.parties), Scheme: "SMETA", ValidFrom: "2026-01-01", ValidUntil: "2027-01-01"}
	w.say(provenance.Oversight, accreditation)
	if some() {
		w.say(provenance.Oversight, &provenance.Standing{ID: w.id(), State: provenance.Suspended, Reason: "UNDER_REVIEW",
			Subject: provenance.Subject{Kind: provenance.KindAccreditation, ID: accreditation.ID}})
	}
	screening := &provenance.Screening{ID: w.id(), On: "2026-02-01", Result: provenance.ScreenMatch, Subject: provenance.ScreenSubject{Kind: provenance.KindParty, ID: w.pick(w.parties)}}
	w.say(provenance.Oversight, screening)
	if some() {
		w.say(provenance.Suppliers, &provenance.Reply{ID: w.id(), To: provenance.SignalTarget{Kind: provenance.KindScreening, ID: screening.ID}, On: "2026-02-02"})
	}
	if some() {
		w.say(provenance.Oversight, &provenance.VesselObservation{ID: w.id(), Facility: facility, ObservationType: "LOITERING", From: "2026-01-05", Until: "2026-01-06"})
	}
	audit := &provenance.Audit{
		ID: w.id(), Facility: facility, Firm: accreditation.Firm, Accreditation: accreditation.ID, Auditors: []string{"1"},
		Scheme: "SMETA", AuditKind: "PERIODIC", Start: "2026-02-01", End: "2026-02-02", Findings: []provenance.Finding{{No: "1", Severity: "MAJOR", NativeSeverity: "a < b"}},
	}
	w.say(provenance.Auditors, audit)
	w.say(provenance.Suppliers, &provenance.FindingStep{ID: w.id(), Audit: audit.ID, Finding: "1", State: provenance.FindingDisputed, On: "2026-03-01"})
	withdraw(provenance.KindAudit, audit.ID)
	if some() {
		again := *audit
		again.ID, again.Supersedes, again.Facility = w.id(), audit.ID, w.pick(w.facilities)
		w.say(provenance.Auditors, &again)
	}
	cohort := &provenance.Cohort{ID: w.id(), Facility: facility, ArrivedFrom: "2026-01", ArrivedUntil: "2026-02", Size: 5 + w.rand.IntN(50)}
	if some() {
		cohort.Recruiter = w.pick(w.parties)
	}
	w.say(provenance.Auditors, cohort)
	fees := &provenance.FeeStatement{ID: w.id(), Cohort: cohort.ID, Month: "2026-02", Method: "HOTLINE", Lines: []provenance.FeeLine{
		{Category: "FEE_MATCHING", Charged: provenance.Money{Amount: 100 + int64(w.rand.IntN(900)), Currency: "THB"}, Workers: 5},
	}}
	w.say(provenance.Workers, fees)
	withdraw(provenance.KindFeeStatement, fees.ID)
	repayment := &provenance.Repayment{ID: w.id(), Statement: fees.ID, State: provenance.Paid, Paid: provenance.Money{Amount: 50, Currency: "THB"}, Workers: 5, Month: "2026-03"}
	w.say(provenance.Suppliers, repayment)
	w.say(provenance.Workers, &provenance.RepaymentCheck{ID: w.id(), Repayment: repayment.ID, Received: provenance.Yes, Month: "2026-04"})
	w.say(provenance.Workers, &provenance.Attestation{ID: w.id(), Cohort: cohort.ID, From: "2026-01", Until: "2026-02",
		Predicates: []provenance.PredicateCount{{Code: "CT_WRITTEN", Yes: 10, No: 5}}})
}

// amend says something new of a facility, or of it and another.
func (w *world) amend(facility string) {
	switch w.rand.IntN(10) {
	case 0:
		m := &provenance.FacilityMerge{ID: w.id(), Kept: facility, Merged: w.facilities[0], Reason: "DUPLICATE"}
		w.say(provenance.Oversight, m)
		w.say(provenance.Oversight, &provenance.FacilitySplit{ID: w.id(), Merge: m.ID, Reason: "OTHER"})
	case 1:
		claim := &provenance.OperatorClaim{ID: w.id(), Facility: facility, Since: "2026-01-01"}
		w.say(provenance.Suppliers, claim)
		w.say(provenance.Oversight, &provenance.ClaimDecision{ID: w.id(), Claim: claim.ID, Decision: provenance.ClaimConfirmed})
	case 2:
		w.say(provenance.Workers, &provenance.FacilityStatus{ID: w.id(), Facility: facility, State: provenance.SiteClosed, On: "2026-05-01"})
	case 3:
		w.say(provenance.Suppliers, &provenance.PartyAmendment{ID: w.id(), Party: w.pick(w.parties), From: "2026-02-01", Name: "Heirs", OwnedBy: []string{w.pick(w.parties)}})
	case 4:
		w.say(provenance.Suppliers, &provenance.ProductAmendment{ID: w.id(), Product: w.pick(w.gtins), From: "2026-02-01", Name: "New name", Owner: w.pick(w.parties)})
	default:
		w.say(provenance.Brands, &provenance.FacilityAmendment{ID: w.id(), Facility: facility, From: "2026-02-01",
			Aliases: []string{"The Old Ropewalk"}, Country: w.pick([]string{"", "PA"}), Operator: w.pick(w.parties)})
	}
}

// records lists all that counts.
func (c *chain) records() []provenance.Record {
	var all []provenance.Record
	for _, b := range c.blocks {
		for _, tx := range b.Transactions {
			if !tx.Valid() || tx.Event == "" {
				continue
			}
			var recorded provenance.Recorded
			if refusal := provenance.Decode(tx.Payload, &recorded); refusal != nil {
				panic(refusal)
			}
			all = append(all, recorded.Records...)
		}
	}
	return all
}
