package demo_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/contract"
	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/demo"
)

// stage is the real contract with the demonstration's authors.
type stage struct {
	testing.TB
	peer   *stubtest.Peer
	people map[demo.Author]*stubtest.Identity
	now    time.Time
}

func open(t testing.TB) *stage {
	t.Helper()
	chaincode, err := contract.New()
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{TB: t, peer: stubtest.New(chaincode), people: map[demo.Author]*stubtest.Identity{}, now: demo.LastDay}
	s.peer.Strict(t)
	s.peer.Declare(stubtest.Collection{Name: "workersAnswers", Members: []string{provenance.Workers.MSP()}, MemberOnlyRead: true, MemberOnlyWrite: true})
	for _, org := range provenance.Orgs() {
		s.people[demo.Author{Org: org}] = stubtest.NewIdentity(org.MSP(), "registrar", "admin", nil)
	}
	for _, a := range demo.Authors() {
		s.people[a] = stubtest.NewIdentity(a.Org.MSP(), a.Name, "client", nil)
	}
	return s
}

func (s *stage) certificate(a demo.Author) string {
	sum := sha256.Sum256(s.people[a].Certificate.Raw)
	return hex.EncodeToString(sum[:])
}

// load states the whole plan. The documents of a phase are endorsed before any
// of them is committed, as they are when stated at the same time.
func (s *stage) load() {
	s.Helper()
	for _, phase := range demo.Plan(s.certificate) {
		var results []*stubtest.Result
		for _, d := range phase.Documents {
			spec, _ := provenance.SpecOf(d.Kind)
			s.now = s.now.Add(time.Millisecond)
			result := s.peer.Simulate(stubtest.Proposal{Function: spec.Transaction, Args: []string{string(d.Body)}, Creator: s.people[d.Author].Creator, Time: s.now})
			if err := result.Err(); err != nil {
				s.Fatalf("%s: %s of %s: %v\n%s", phase.Title, d.Kind, d.Author.Name, err, first(d.Body))
			}
			results = append(results, result)
		}
		for i, tx := range s.peer.Commit(results...).Transactions {
			if tx.Code != stubtest.Valid {
				s.Fatalf("%s: %s of %s: %v", phase.Title, phase.Documents[i].Kind, phase.Documents[i].Author.Name, tx.Code)
			}
		}
	}
}

func first(text []byte) []byte { return text[:min(len(text), 400)] }

// records are what readers learn from the events of all blocks.
func (s *stage) records() []provenance.Record {
	s.Helper()
	var all []provenance.Record
	for _, block := range s.peer.Blocks() {
		for _, tx := range block.Transactions {
			if tx.Event == nil {
				continue
			}
			var told provenance.Recorded
			if err := json.Unmarshal(tx.Event.Payload, &told); err != nil {
				s.Fatal(err)
			}
			all = append(all, told.Records...)
		}
	}
	return all
}

func ask(t testing.TB, records []provenance.Record, gtin string) provenance.Answer {
	t.Helper()
	answer, err := provenance.History(records, provenance.Question{GTIN: gtin, AsOf: demo.LastDay.Add(23 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestTheLedgerTakesEveryDocument(t *testing.T) {
	s := open(t)
	s.load()
	statements := 0
	for _, phase := range demo.Plan(s.certificate) {
		for _, d := range phase.Documents {
			statements += d.Statements
		}
	}
	records := s.records()
	if len(records) != statements {
		t.Errorf("%d records of %d statements", len(records), statements)
	}
	kinds := map[provenance.Kind]int{}
	for _, r := range records {
		kinds[r.Kind]++
	}
	for _, spec := range provenance.Specs() {
		switch spec.Kind {
		case provenance.KindAnswerCount, provenance.KindTermsCommitment, provenance.KindTermsComparison, provenance.KindGrievanceCount, provenance.KindErasure: // made of what Workers' peer holds, by no document alone
			continue
		}
		if kinds[spec.Kind] == 0 && spec.Kind != provenance.KindStanding {
			t.Errorf("no record of the kind %s", spec.Kind)
		}
	}
	t.Logf("%d records: %v", len(records), kinds)
}

func TestLoadingAgainChangesNothing(t *testing.T) {
	s := open(t)
	s.load()
	before := len(s.records())
	s.now = demo.LastDay.AddDate(1, 2, 3)
	s.load()
	if after := len(s.records()); after != before {
		t.Errorf("%d records after the second load, %d after the first", after, before)
	}
}

func TestTheThreeProducts(t *testing.T) {
	s := open(t)
	s.load()
	records := s.records()
	shirt, tuna, cable := ask(t, records, demo.ShirtGTIN), ask(t, records, demo.TunaGTIN), ask(t, records, demo.CableGTIN)
	for _, c := range []struct {
		answer provenance.Answer
		want   provenance.Outcome
		tiers  int
	}{
		{shirt, provenance.OutcomeOwed, 7}, {tuna, provenance.OutcomeUnknown, 4}, {cable, provenance.OutcomeClear, 5},
	} {
		if c.answer.Outcome != c.want || len(c.answer.Tiers) != c.tiers {
			t.Errorf("%s: %s over %d tiers, want %s over %d; unknown: %+v", c.answer.Product, c.answer.Outcome, len(c.answer.Tiers), c.want, c.tiers, c.answer.Unknowns)
		}
	}

	overdue, closed := 0, 0
	for _, f := range shirt.Findings {
		if f.Overdue {
			overdue++
		}
		if !f.Open {
			closed++
		}
	}
	if overdue == 0 || closed == 0 {
		t.Errorf("shirt: %d overdue findings, %d closed", overdue, closed)
	}
	ended := map[string]int{}
	for _, a := range shirt.Audits {
		ended[a.Ended]++
	}
	if ended[provenance.EndedWithdrawn] != 1 || ended[provenance.EndedSuperseded] != 1 {
		t.Errorf("shirt: audits ended %v", ended)
	}
	if len(shirt.Disagreements) == 0 {
		t.Error("shirt: nobody disagrees")
	}
	for _, total := range shirt.Fees.Totals {
		if total.Currency == "BDT" && (total.Outstanding <= 0 || total.Repaid <= 0 || total.Claimed <= 0 || total.Promised <= 0) {
			t.Errorf("shirt: %+v", total)
		}
	}

	if want := (provenance.ChildLine{Found: provenance.ChildLabour, Remediation: provenance.RemedyUnderWay}); !slices.Contains(shirt.Children, want) {
		t.Errorf("shirt: %+v, want %+v among them", shirt.Children, want)
	}
	awaited, late := 0, 0
	for _, f := range shirt.Findings {
		if f.State == provenance.FindingUnconfirmed {
			awaited++
		}
	}
	for _, c := range shirt.Cohorts {
		if c.Repayment != nil {
			for _, i := range c.Repayment.Instalments {
				if i.State == provenance.InstalmentOverdue {
					late++
				}
			}
		}
	}
	if late == 0 || awaited == 0 || len(shirt.Fees.Burdens) == 0 {
		t.Errorf("shirt: %d instalments overdue, burdens %+v, %d findings await workers", late, shirt.Fees.Burdens, awaited)
	}

	unknown := map[string]int{}
	for _, u := range tuna.Unknowns {
		unknown[u.Code]++
	}
	for _, code := range []string{provenance.UnknownOrigin, provenance.UnknownNotAudited, provenance.UnknownAuditExpired, provenance.UnknownFees} {
		if unknown[code] == 0 {
			t.Errorf("tuna: nothing is %s: %v", code, unknown)
		}
	}
	signals := []string{}
	for _, s := range tuna.Signals {
		signals = append(signals, fmt.Sprint(s.Type, " ", s.State, " ", s.Answered))
	}
	if want := []string{"AIS_GAP EXPLAINED true", "TIME_AT_SEA UNDER_REVIEW false"}; !slices.Equal(signals, want) {
		t.Errorf("tuna: the signals are %v, want %v", signals, want)
	}
	if tuna.SmallCohorts != 1 {
		t.Errorf("tuna: %d small groups", tuna.SmallCohorts)
	}
	for _, answer := range []provenance.Answer{tuna, cable} {
		for _, total := range answer.Fees.Totals {
			if total.Outstanding != 0 {
				t.Errorf("%s: %+v", answer.Product, total)
			}
		}
	}
	if !slices.ContainsFunc(cable.Fees.Totals, func(f provenance.FeeTotal) bool { return f.Charged > 0 && f.Repaid == f.Charged }) {
		t.Errorf("cable: nothing was charged and repaid: %+v", cable.Fees.Totals)
	}
}

func TestThePlanIsTheSameEachTime(t *testing.T) {
	certificate := func(a demo.Author) string {
		sum := sha256.Sum256([]byte(a.Name))
		return hex.EncodeToString(sum[:])
	}
	if !reflect.DeepEqual(demo.Plan(certificate), demo.Plan(certificate)) {
		t.Error("two plans differ")
	}
}

// More of a lot is never used than was made of it, and nothing is seen that was
// not made or bought.
func TestLotsAddUp(t *testing.T) {
	made, used := map[string]int{}, map[string]int{}
	amount := func(q provenance.Quantity) int {
		n, err := strconv.Atoi(string(q.Quantity))
		if err != nil || n <= 0 {
			t.Fatalf("quantity %q of %s", q.Quantity, q.EPCClass)
		}
		return n
	}
	var latest string
	for _, phase := range demo.Plan(func(demo.Author) string { return strings.Repeat("0", 64) }) {
		for _, d := range phase.Documents {
			if d.Kind != provenance.KindEvent {
				continue
			}
			var list struct{ Events []provenance.Event }
			if err := json.Unmarshal(d.Body, &list); err != nil {
				t.Fatal(err)
			}
			for _, e := range list.Events {
				latest = max(latest, e.EventTime)
				for _, q := range e.OutputQuantityList {
					made[q.EPCClass] += amount(q)
				}
				if e.Action == "ADD" {
					made[e.QuantityList[0].EPCClass] += amount(e.QuantityList[0])
				}
				for _, q := range e.InputQuantityList {
					used[q.EPCClass] += amount(q)
				}
			}
		}
	}
	bought := 0
	for lot, n := range used {
		if made[lot] == 0 {
			bought++
		} else if n > made[lot] {
			t.Errorf("%d of %s were used, %d made", n, lot, made[lot])
		}
	}
	if bought == 0 {
		t.Error("no lot is of unknown origin")
	}
	if end := provenance.FormatInstant(demo.LastDay.AddDate(0, 0, 1)); latest >= end || latest < provenance.FormatInstant(demo.LastDay.AddDate(0, 0, -21)) {
		t.Errorf("the last event is at %s, want it in the three weeks up to %s", latest, fmt.Sprint(demo.LastDay))
	}
	t.Logf("%d lots made, %d bought, last event %s", len(made), bought, latest)
}
