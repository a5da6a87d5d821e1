package scenario

import (
	"crypto/rand"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/test/world"
)

// people founds the world, and has some pretend to be others.
func (s *story) people() {
	var err error
	if s.as, err = s.Found(s.Context(), s.Ledger, signers{s.Opened}); err != nil {
		s.Fatal(err)
	}
	for id, name := range map[string]string{s.Site.ID: "(mill 2)", s.Annex.Site.ID: "(the annex)"} {
		s.names[id] = name
	}
	s.chapter("WHO IS WHO")
	s.line("A brand, an audit firm, a union, a labour board, a factory and a recruiter are on the ledger, each by its own registrar.")
	s.line("The board accredits the firm. The factory registers its mill. Nobody but these can write, and none of them alone.")

	stranger := s.Enrol(provenance.Suppliers)
	s.cheats(stranger, provenance.NoStanding, "Somebody with a certificate of Suppliers, who is no member, registers a site.", s.newSite("Nobody's mill"))
	inspector := s.Member(&s.Factory, provenance.RoleAuditor, certificateOf(s, s.Enrol(provenance.Suppliers)))
	s.cheats(s.Registrar(provenance.Suppliers), provenance.NoStanding, "The factory's registrar makes one of its own people an auditor.", &inspector)
	granted := s.Accreditation
	granted.ID = s.ID()
	s.cheats(s.as.Brand, provenance.NoStanding, "The brand accredits an audit firm of its choice.", &granted)
	forged := impostor{Signer: s.as.Supplier, as: s.as.Auditor.Identity()}
	s.cheats(forged, provenance.Invalid, "The factory sends an audit in the auditor's name, signed with its own key.", s.newAudit(nil))
	twin := s.newSite("Sunrise Apparel")
	twin.Identifiers = s.Site.Identifiers
	s.cheats(s.as.Supplier, provenance.Conflict, "The factory registers its mill once more under another name, with the same location number.", twin)
	s.cheats(s.as.Brand, provenance.NoStanding, "The brand says that another party's site has closed.", &provenance.FacilityStatus{
		ID: s.ID(), Facility: s.Site.ID, State: provenance.SiteClosed, On: "2025-12-20"})
}

// impostor signs with its own key what it sends in another's name.
type impostor struct {
	ledger.Signer
	as ledger.Identity
}

func (i impostor) Identity() ledger.Identity { return i.as }

func (s *story) newSite(name string) *provenance.Facility {
	site := s.Site
	site.ID, site.Name, site.Identifiers = s.ID(), name, []provenance.Identifier{{Scheme: provenance.GLN, Value: s.GLN()}}
	return &site
}

// newAudit is another audit of the mill, changed.
func (s *story) newAudit(change func(*provenance.Audit)) *provenance.Audit {
	a := s.Audit
	a.ID = s.ID()
	if change != nil {
		change(&a)
	}
	return &a
}

// offer: what was promised before departure, by those who recruited, and what
// workers say they were promised.
func (s *story) offer() {
	s.chapter("THE OFFER, AT HOME")
	var err error
	if s.receipts, s.book, err = provenance.MakeReceipts(s.Cohort.ID, s.Cohort.Size, rand.Reader); err != nil {
		s.Fatal(err)
	}
	if s.Cohort.ReceiptsRoot, err = s.book.Root(); err != nil {
		s.Fatal(err)
	}
	s.promise()
	s.cheats(s.as.Supplier, provenance.NoStanding, "The employer forms the group of workers itself, and chooses who is in it.", &s.Cohort)
	few := s.Cohort
	few.ID, few.Size = s.ID(), 4
	s.cheats(s.as.Union, provenance.BelowK, "A group of four is recorded, in which everybody could tell who is meant.", &few)
	s.happens(s.as.Union, "The union records a group: forty workers from Nepal, recruited by one agency, arrived early in 2025. They are those with whom it sat. Each has a receipt with a secret; the ledger knows its seal alone.", &s.Cohort)

	declared := s.Attestation
	declared.ID, declared.Method = s.ID(), provenance.EmployerDeclaration
	declared.Predicates = []provenance.PredicateCount{{Code: "CT_BEFORE_DEPARTURE", Yes: 40}, {Code: "CT_NO_SUBSTITUTION", Yes: 40}, {Code: "ID_NOT_RETAINED", Yes: 40}}
	claimed := declared
	claimed.ID, claimed.Method = s.ID(), "WORKER_INTERVIEW_OFFSITE"
	s.cheats(s.as.Recruiter, provenance.NoStanding, "The recruiter says that it learned this by interviewing workers.", &claimed)
	ahead := declared
	ahead.ID, ahead.Until = s.ID(), "2031-01"
	s.cheats(s.as.Recruiter, provenance.InFuture, "The recruiter declares that all will be well until 2031.", &ahead)
	short := declared
	short.ID, short.Predicates = s.ID(), []provenance.PredicateCount{{Code: "CT_WRITTEN", Yes: 31}}
	s.cheats(s.as.Recruiter, provenance.Invalid, "The recruiter counts those who are content, and leaves nine out.", &short)
	s.happens(s.as.Recruiter, "The recruiter declares: all forty had a contract before they left, the same one since, and keep their papers.", &declared)
	found := s.Attestation
	found.Predicates = []provenance.PredicateCount{{Code: "CT_BEFORE_DEPARTURE", Yes: 12, No: 25, Unknown: 3}, {Code: "CT_NO_SUBSTITUTION", Yes: 9, No: 28, Unknown: 3}, {Code: "ID_NOT_RETAINED", Yes: 31, No: 6, Unknown: 3}}
	s.happens(s.as.Union, "The union attests, from the workers: 25 had none before they left, 28 were given another on arrival, six had their papers taken.", &found)
	silenced := declared
	silenced.ID, silenced.Supersedes = s.ID(), found.ID
	s.cheats(s.as.Recruiter, provenance.NoStanding, "The recruiter replaces the union's record by its own.", &silenced)
	s.cheats(s.as.Recruiter, provenance.NoStanding, "The recruiter withdraws the union's record.", &provenance.Withdrawal{
		ID: s.ID(), Target: provenance.Target{Kind: provenance.KindAttestation, ID: found.ID}, Reason: "RECORDED_IN_ERROR"})
}

// arrival: what is made, out of what.
func (s *story) arrival() {
	s.chapter("ARRIVAL, AND WORK")
	s.happens(s.as.Supplier, "Cloth is woven at the mill, and a lot of shirts is sewn of it.", &s.ClothMade, &s.ShirtMade)
	a := s.history()
	s.seen(disagrees(a, "CT_NO_SUBSTITUTION") && a.Outcome == provenance.OutcomeUnknown,
		"the recruiter's word and the workers' stand side by side, and differ. Nobody audited the mill, nobody knows what the jobs cost: the answer is %s", a.Outcome)

	elsewhere := s.ClothMade
	s.happens(s.as.Brand, "The brand registers an annex, of which it does not know who runs it.", &s.Annex.Site)
	elsewhere.BizLocation = provenance.LocationOf(s.Annex.Site.ID)
	elsewhere.QuantityList = []provenance.Quantity{{EPCClass: provenance.Lot{GTIN: s.Cloth.GTIN, Lot: "C-9"}.URI(), Quantity: "10", UOM: "MTR"}}
	s.cheats(s.as.Supplier, provenance.NoStanding, "The factory says that the cloth came from the annex, which is not its own.", &elsewhere)
	again := s.ShirtMade
	again.EventTime = "2025-10-09T07:30:00.000Z"
	s.cheats(s.as.Supplier, provenance.Conflict, "The factory makes the same lot of shirts a second time, of other cloth.", &again)
	bought := provenance.Lot{GTIN: s.Cloth.GTIN, Lot: "C-7"}
	resewn := s.ShirtMade
	resewn.InputQuantityList = []provenance.Quantity{{EPCClass: bought.URI(), Quantity: "1", UOM: "MTR"}}
	resewn.OutputQuantityList = []provenance.Quantity{{EPCClass: provenance.Lot{GTIN: s.Shirt.GTIN, Lot: "S-3"}.URI(), Quantity: "1"}}
	s.happens(s.as.Supplier, "✗ The factory sews shirts of cloth of which nobody records where it comes from.", &resewn)
	a = s.history()
	s.seen(unknown(a, provenance.UnknownOrigin), "of one lot of cloth it is not known where it was made")
	circle := s.ShirtMade
	circle.EventTime = "2025-10-01T03:00:00.000Z"
	circle.InputQuantityList, circle.OutputQuantityList = resewn.OutputQuantityList, resewn.InputQuantityList
	s.cheats(s.as.Supplier, provenance.Conflict, "To mend that, it makes this cloth of the very shirts that were sewn of it.", &circle)
	late := s.ClothMade
	late.EventTime = "2031-01-01T00:00:00.000Z"
	s.cheats(s.as.Supplier, provenance.InFuture, "The factory records what it will have woven in 2031.", &late)

	s.happens(s.as.Supplier, "The factory says what cloth can come of what goes in: at most 92 parts of 100.", s.Yield("0.92"))
	yarn := provenance.Lot{GTIN: s.Cloth.GTIN, Lot: "Y-1"}
	spun, washed := s.Making(yarn), s.ShirtMade
	spun.EventTime = "2025-10-07T03:00:00.000Z"
	spun.QuantityList[0].Quantity, spun.QuantityList[0].UOM = "10", "KGM"
	washed.EventTime = "2025-10-05T07:30:00.000Z"
	washed.InputQuantityList = []provenance.Quantity{{EPCClass: yarn.URI(), Quantity: "10", UOM: "KGM"}}
	washed.OutputQuantityList = []provenance.Quantity{{EPCClass: provenance.Lot{GTIN: s.Cloth.GTIN, Lot: "C-2"}.URI(), Quantity: "5000", UOM: "KGM"}}
	sewn := s.ShirtMade
	sewn.EventTime = "2025-10-10T07:30:00.000Z"
	sewn.InputQuantityList = []provenance.Quantity{{EPCClass: provenance.Lot{GTIN: s.Cloth.GTIN, Lot: "C-2"}.URI(), Quantity: "40", UOM: "KGM"}}
	sewn.OutputQuantityList = []provenance.Quantity{{EPCClass: provenance.Lot{GTIN: s.Shirt.GTIN, Lot: "S-2"}.URI(), Quantity: "60"}}
	s.happens(s.as.Supplier, "✗ The factory passes other cloth off as its own: 5,000 kg out of 10, two days before the 10 were there.", &spun, &washed, &sewn)
	a = s.history()
	s.seen(signals(a, provenance.SignalMoreOutThanIn) == 1 && signals(a, provenance.SignalOutputBeforeInput) == 1,
		"two signals at the mill: more came out than went in, and before it went in")
}

// certificateOf is the fingerprint by which a member is enrolled.
func certificateOf(s *story, as ledger.Signer) string {
	s.Helper()
	fingerprint, err := world.Fingerprint(as)
	if err != nil {
		s.Fatal(err)
	}
	return fingerprint
}
