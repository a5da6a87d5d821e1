package scenario

import (
	"errors"
	"fmt"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/test/world"
)

// feeFound: an audit and the union find what the jobs cost, and everybody whom
// that does not suit tries to be rid of it.
func (s *story) feeFound() {
	s.chapter("THE FEE IS FOUND")
	s.falseAuditors()
	s.audit = s.Audit
	s.names[s.audit.ID] = "(the audit)"
	before := s.history()
	s.beforeAudit = s.moment()
	stated := s.happens(s.as.Auditor, "The accredited firm audits the mill in November 2025 and finds: papers are kept (critical), and a lesser matter of safety.", &s.audit)
	s.happens(s.as.Union, "The union finds, outside the mill: 36 of the forty paid 1,800,000 rupees to get the job.", &s.Fees)
	a := s.history()
	s.seen(a.Outcome == provenance.OutcomeOwed && a.Fees.Totals[0].Outstanding == s.Fees.Lines[0].Charged.Amount, "workers are owed money: the answer is %s", a.Outcome)
	s.seen(s.finding(a, "F-1").Open, "the finding of the papers is open")

	little := s.Fees
	little.ID, little.Method, little.Lines = s.ID(), provenance.EmployerDeclaration, []provenance.FeeLine{s.Fees.Lines[0]}
	little.Lines[0].Charged.Amount, little.Lines[0].Workers = 100000, 10
	s.happens(s.as.Supplier, "✗ The employer declares that ten of them paid a thousand rupees.", &little)
	a = s.history()
	s.seen(disagrees(a, "FEES") && a.Fees.Totals[0].Charged == s.Fees.Lines[0].Charged.Amount, "both figures, by whom; the higher one counts")

	other := *s.newAudit(nil)
	other.ID, other.Findings = s.audit.ID, []provenance.Finding{}
	s.cheats(s.as.Auditor, provenance.Conflict, "The auditor, by request, sends the same audit once more, without its findings.", &other)
	s.cheats(s.as.Supplier, provenance.NoStanding, "The employer withdraws the audit.", &provenance.Withdrawal{
		ID: s.ID(), Target: provenance.Target{Kind: provenance.KindAudit, ID: s.audit.ID}, Reason: "FRAUD_FOUND"})
	s.rivalFirm()
	s.mergedAway()

	for n := range 10 {
		clean := s.newAudit(func(a *provenance.Audit) {
			a.Start, a.End, a.ValidUntil = fmt.Sprintf("2025-12-%02d", n+1), fmt.Sprintf("2025-12-%02d", n+1), "2026-12-05"
			a.Findings = []provenance.Finding{}
		})
		if n > 0 {
			s.quietly(s.as.Auditor, clean)
			continue
		}
		s.happens(s.as.Auditor, "✗ Ten more audits of the mill follow in ten days, and none finds anything.", clean)
	}
	a = s.history()
	s.seen(len(a.Audits) == 12 && s.finding(a, "F-1").Open && a.Outcome == provenance.OutcomeOwed, "all twelve audits are listed, and the finding is as open as before")

	early := s.newAudit(func(a *provenance.Audit) {
		a.Start, a.End = "2031-02-01", "2031-02-03"
		a.ValidUntil, a.Findings = "2032-02-03", []provenance.Finding{}
	})
	s.cheats(s.as.Auditor, provenance.InFuture, "The firm records an audit of 2031.", early)
	a = s.history(func(q *provenance.Question) { q.KnownAt = s.beforeAudit })
	s.seen(len(a.Audits) == len(before.Audits) && stated.Commit.Block > 0, "an audit dated back by a year does not change what was known before: at that moment the ledger held none")
}

// moment is the time of the newest record.
func (s *story) moment() time.Time {
	s.Helper()
	at, err := provenance.ParseInstant(s.records[len(s.records)-1].At)
	if err != nil {
		s.Fatal(err)
	}
	return at
}

// falseAuditors try to audit the mill without being fit to.
func (s *story) falseAuditors() {
	s.cheats(s.as.Supplier, provenance.NoStanding, "The factory audits itself.", s.newAudit(nil))
	captive := provenance.Party{ID: s.ID(), Name: "Riverside Assurance", PartyKind: "AUDIT_FIRM", Country: "TH", OwnedBy: []string{s.Factory.ID}}
	s.quietly(s.Registrar(provenance.Auditors), &captive)
	own, err := s.Admit(s.Context(), s.Ledger, signers{s.Opened}, provenance.Auditors, &captive, provenance.RoleAuditor)
	if err != nil {
		s.Fatal(err)
	}
	byCaptive := s.newAudit(func(a *provenance.Audit) { a.Firm, a.Findings = captive.ID, []provenance.Finding{} })
	s.cheats(own, provenance.NoStanding, "An audit firm that the factory owns audits the mill, under the accreditation of another.", byCaptive)
	granted := provenance.Accreditation{ID: s.ID(), Firm: captive.ID, Scheme: "SMETA", ValidFrom: "2020-01-01", ValidUntil: "2099-12-31"}
	s.happens(s.as.Oversight, "The board, unaware, accredits that firm too.", &granted)
	byCaptive.ID, byCaptive.Accreditation = s.ID(), granted.ID
	s.cheats(own, provenance.ConflictOfInterest, "It audits the mill of its owner.", byCaptive)
	standing := func(state, reason string) *provenance.Standing {
		return &provenance.Standing{ID: s.ID(), Subject: provenance.Subject{Kind: provenance.KindAccreditation, ID: s.Accreditation.ID}, State: state, Reason: reason}
	}
	ready := s.endorsed(s.as.Auditor, s.newAudit(nil))
	s.line("✗ The accredited firm fears for its standing. It has an audit endorsed, and holds it back.")
	s.happens(s.as.Oversight, "The board suspends the accredited firm while it looks into it.", standing(provenance.Suspended, "UNDER_REVIEW"))
	s.cheats(s.as.Auditor, provenance.NoStanding, "The suspended firm audits all the same.", s.newAudit(nil))
	if _, err := s.Ledger.Submit(s.Context(), ready); !errors.Is(err, ledger.ErrNotDone) {
		s.Errorf("an audit from before the suspension: %v", err)
	}
	s.line("✗ It hands in the audit that was endorsed before.")
	s.line("    no effect: what it rests on has changed since.")
	s.cheats(s.Registrar(provenance.Auditors), provenance.NoStanding, "The auditors' own registrar ends the suspension.", standing(provenance.Restored, "CLEARED"))
	s.happens(s.as.Oversight, "The board finds nothing and restores it.", standing(provenance.Restored, "CLEARED"))
	s.captive = own
}

// rivalFirm tries to put its own audit in the place of another's.
func (s *story) rivalFirm() {
	rival := provenance.Party{ID: s.ID(), Name: "Friendly Audits", PartyKind: "AUDIT_FIRM", Country: "GB"}
	s.quietly(s.Registrar(provenance.Auditors), &rival)
	as, err := s.Admit(s.Context(), s.Ledger, signers{s.Opened}, provenance.Auditors, &rival, provenance.RoleAuditor)
	if err != nil {
		s.Fatal(err)
	}
	granted := provenance.Accreditation{ID: s.ID(), Firm: rival.ID, Scheme: "SMETA", ValidFrom: "2020-01-01", ValidUntil: "2099-12-31"}
	s.quietly(s.as.Oversight, &granted)
	admitted := s.Admits(rival.ID)
	s.quietly(s.as.Oversight, &admitted)
	better := s.newAudit(func(a *provenance.Audit) {
		a.Firm, a.Accreditation, a.Supersedes, a.Findings = rival.ID, granted.ID, s.audit.ID, []provenance.Finding{}
	})
	s.cheats(as, provenance.NoStanding, "Another accredited firm replaces the audit by its own.", better)
	better.ID, better.Supersedes = s.ID(), ""
	s.happens(as, "✗ It records its own beside it, which finds nothing.", better)
	a := s.history()
	s.seen(len(a.Audits) == 2 && s.finding(a, "F-1").Open, "two audits by two firms; the finding stays open")

	revoked := &provenance.Standing{ID: s.ID(), Subject: provenance.Subject{Kind: provenance.KindAccreditation, ID: granted.ID}, State: provenance.Revoked, Reason: "MISCONDUCT"}
	s.happens(s.as.Oversight, "The board revokes that firm's accreditation.", revoked)
	better.ID = s.ID()
	s.cheats(as, provenance.NoStanding, "The firm audits on.", better)
	revived := *revoked
	revived.ID, revived.State, revived.Reason = s.ID(), provenance.Restored, "CLEARED"
	s.cheats(s.as.Oversight, provenance.WrongState, "Somebody at the board is asked to give it back.", &revived)
}

// mergedAway: the site with the bad record goes up in one with a clean one.
func (s *story) mergedAway() {
	clean := s.newSite("Riverside Garments, new building")
	s.quietly(s.as.Supplier, clean)
	s.names[clean.ID] = "(the new building)"
	merge := &provenance.FacilityMerge{ID: s.ID(), Kept: clean.ID, Merged: s.Site.ID, Reason: "DUPLICATE"}
	s.happens(s.as.Supplier, "✗ The factory registers a new building and has the mill go up in it, as if they were one place.", merge)
	a := s.history()
	f := s.finding(a, "F-1")
	s.seen(f.Open && f.Site.ID == clean.ID && a.Outcome == provenance.OutcomeOwed, "the new building has the mill's open finding, and its workers are owed as much")
	s.happens(s.as.Oversight, "The board makes them two again.", &provenance.FacilitySplit{ID: s.ID(), Merge: merge.ID, Reason: "DIFFERENT_SITES"})
	s.cheats(s.as.Brand, provenance.NoStanding, "The brand merges the mill into its annex.", &provenance.FacilityMerge{ID: s.ID(), Kept: s.Annex.Site.ID, Merged: s.Site.ID, Reason: "DUPLICATE"})
}

// quietly states what the story does not tell in a line of its own.
func (s *story) quietly(as ledger.Signer, statements ...provenance.Statement) {
	s.Helper()
	if _, err := world.State(s.Context(), s.Ledger, as, statements...); err != nil {
		s.Fatalf("%v\n%s", err, s.text.String())
	}
}

// repayment: money goes back, and is believed once somebody independent saw it.
func (s *story) repayment() {
	s.chapter("THE MONEY COMES BACK")
	s.repaid = s.Repayment
	many := s.repaid
	many.ID, many.Workers = s.ID(), 400
	s.cheats(s.as.Supplier, provenance.Invalid, "The employer pays 400 workers of a group of forty.", &many)
	foreign := s.repaid
	foreign.ID, foreign.Paid.Currency = s.ID(), "THB"
	s.cheats(s.as.Supplier, provenance.Invalid, "It pays in another currency, so that nothing can be compared.", &foreign)
	s.happens(s.as.Supplier, "The employer says that it paid back half.", &s.repaid)
	a := s.history()
	s.seen(a.Fees.Totals[0].Claimed == s.repaid.Paid.Amount && a.Fees.Totals[0].Repaid == 0, "this is claimed; nothing is taken off what is owed")
	check := s.Check
	check.ID = s.ID()
	s.cheats(s.as.Supplier, provenance.NoStanding, "The employer confirms its own payment.", &check)
	s.cheats(s.captive, provenance.ConflictOfInterest, "The audit firm that it owns confirms it.", &check)
	s.cheats(s.as.Recruiter, provenance.NoStanding, "The recruiter replaces the employer's payment by a smaller one of its own.", &provenance.Repayment{
		ID: s.ID(), Statement: s.Fees.ID, State: provenance.Paid, Paid: provenance.Money{Amount: 1, Currency: "NPR"}, Workers: 36, Month: "2025-12", PaidBy: "EMPLOYER", PayMethod: "BANK", Supersedes: s.repaid.ID})
	s.happens(s.as.Union, "The union asks the workers, away from the mill: they have the money.", &s.Check)
	a = s.history()
	s.seen(a.Fees.Totals[0].Repaid == s.repaid.Paid.Amount && a.Fees.Totals[0].Outstanding == a.Fees.Totals[0].Charged-s.repaid.Paid.Amount && a.Outcome == provenance.OutcomeOwed,
		"half is paid back, half is still owed: the answer is %s", a.Outcome)
}
