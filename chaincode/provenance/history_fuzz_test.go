package provenance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

// FuzzHistory asks of any records, invented and recorded by anybody in any
// order, and holds the answer to what it promises whatever they say.
func FuzzHistory(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x07\x10\x20\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"))
	for _, source := range inventions() {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		if len(source) > 4096 {
			return
		}
		chain := coveredChain()
		if len(source)%2 == 1 {
			chain = busyChain()
		}
		records := inventedRecords(t, chain, source)
		v := &inventor{source: source}
		q := Question{GTIN: v.of(shirt, cloth), Lot: v.of("", "S1", "C1"), AsOf: asOf.AddDate(0, v.next(12)-8, 0)}
		a, ok := answered(t, records, q)
		if !ok {
			return
		}
		want := answerText(t, a)
		shuffled := slices.Clone(records)
		rand.New(rand.NewPCG(1, uint64(len(source)))).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if again, _ := answered(t, shuffled, q); answerText(t, again) != want {
			t.Error("another order of the same records gives another answer")
		}
		sound(t, a)

		// What was known at a moment is what the records say that there were.
		q.KnownAt = time.Date(2026, 6, 1, v.next(256), 30, 0, 0, time.UTC)
		then := slices.DeleteFunc(slices.Clone(records), func(r Record) bool { return r.At > FormatInstant(q.KnownAt) })
		byAll, ok := answered(t, records, q)
		byThen, okThen := answered(t, then, q)
		if ok != okThen || ok && answerText(t, byAll) != answerText(t, byThen) {
			t.Error("a record changes what was known before it was made")
		}
	})
}

// inventions are bytes which some statements of each kind begin with.
func inventions() [][]byte {
	var list [][]byte
	for k := range specs {
		list = append(list, bytes.Repeat([]byte{byte(k), 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144}, 30)[k%2:])
	}
	return list
}

// Chains are made once, for they are the same behind whatever is invented:
// one where all is well, and one where there is something of everything.
var (
	coveredChain = sync.OnceValue(func() []Record {
		c := newChain(panicking{})
		c.clear()
		return c.records
	})
	busyChain = sync.OnceValue(func() []Record {
		c := newChain(panicking{})
		c.clear()
		c.add(Auditors, firm, c.audit("troubled", sewing, "2026-03-01", Finding{No: "1", Topic: "wages", Severity: "MAJOR", DueOn: "2026-04-01"}, Finding{No: "2", Severity: "CRITICAL"}))
		c.cohort("migrants", sewing, 30)
		c.fees("found", "migrants", Workers, unionParty, 90000, 30)
		c.add(Suppliers, mill, &Repayment{ID: "plan", Statement: "found", State: PlanAgreed, Paid: Money{90000, "BDT"}, Workers: 30, Month: "2026-06"})
		c.add(Suppliers, mill, &Repayment{ID: "paid", Statement: "found", State: Paid, Paid: Money{40000, "BDT"}, Workers: 30, Month: "2026-07"})
		c.gap("gap", farm, "2026-05-10")
		c.add(Oversight, "watch", &Device{ID: "clock", Facility: sewing})
		c.add(Suppliers, mill, &Event{Type: TransformationEvent, EventTime: "2026-04-02T08:00:00.000Z", EventTimeZoneOffset: "+06:00", BizLocation: LocationOf(weaving),
			InputQuantityList:  []Quantity{{EPCClass: cottonLot.URI(), Quantity: "100", UOM: "KGM"}},
			OutputQuantityList: []Quantity{{EPCClass: Lot{cloth, "C2"}.URI(), Quantity: "95", UOM: "KGM"}}}, Ref{KindFacility, weaving})
		c.make("2026-05-02", sewing, []Lot{{shirt, "S2"}}, []Lot{{cloth, "C2"}})
		return c.records
	})
)

// panicking is for what is made outside of any test.
type panicking struct{ testing.TB }

func (panicking) Helper()           {}
func (panicking) Fatal(said ...any) { panic(fmt.Sprint(said...)) }

// inventedRecords are a chain and whatever the bytes add to it.
func inventedRecords(t testing.TB, chain []Record, source []byte) []Record {
	t.Helper()
	records := slices.Clone(chain)
	v := &inventor{source: source}
	held := map[Ref]bool{}
	for _, r := range records {
		held[r.Ref()] = true
	}
	for n := 0; n < 40 && !v.spent(); n++ {
		st := v.statement(specs[v.next(len(specs))].Kind)
		for _, p := range st.Check(asOf) {
			if p.Code == "" || p.Problem == "" || p.Remedy == "" {
				t.Errorf("the problem of a %s is %+v", st.Kind(), p)
			}
		}
		r, err := v.record(st)
		if err != nil {
			t.Fatal(err)
		}
		if !held[r.Ref()] { // one record an identifier: that is the ledger's to see to
			held[r.Ref()] = true
			records = append(records, r)
		}
	}
	return records
}

// answered asks; the one error that there may be is that nothing is there.
func answered(t *testing.T, records []Record, q Question) (Answer, bool) {
	t.Helper()
	a, err := History(records, q)
	if err == nil {
		return a, true
	}
	if refusal, ok := AsRefusal(err); !ok || refusal.Code != NotFound {
		t.Fatalf("asking %+v: %v", q, err)
	}
	return Answer{}, false
}

// sound holds an answer to what must be true of any.
func sound(t *testing.T, a Answer) {
	t.Helper()
	for _, total := range a.Fees.Totals {
		if total.Charged < 0 || total.Repaid < 0 || total.Outstanding < 0 || total.Confirmed > total.Repaid {
			t.Errorf("a balance does not add up: %+v", total)
		}
		if total.Outstanding > 0 && a.Outcome != OutcomeOwed {
			t.Errorf("%d are outstanding, and the outcome is %s", total.Outstanding, a.Outcome)
		}
	}
	if a.Outcome == OutcomeClear && len(a.Unknowns) > 0 {
		t.Errorf("all is clear, and unknown is %+v", a.Unknowns)
	}
	for _, f := range a.Findings {
		if f.Open && a.Outcome != OutcomeOwed && a.Outcome != OutcomeOpen {
			t.Errorf("the finding %s of %s is open, and the outcome is %s", f.No, f.Audit, a.Outcome)
		}
	}
	for _, s := range a.Sites {
		if sum := s.Events.Covered + s.Events.Expired + s.Events.AfterEvent + s.Events.None; sum == 0 {
			t.Errorf("the site %s is listed for no event", s.ID)
		}
	}
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Canonical(a); err != nil {
		t.Errorf("the answer has no canonical form: %v", err)
	}
	if bytes.Contains(text, []byte(":null")) {
		t.Errorf("a list is nil: %s", text)
	}
}

// BenchmarkInvented is what one execution of FuzzHistory costs: the records are
// invented, and History answers of them.
func BenchmarkInvented(b *testing.B) {
	sources := inventions()
	b.Run("records", func(b *testing.B) {
		b.ReportAllocs()
		for n := 0; b.Loop(); n++ {
			inventedRecords(b, busyChain(), sources[n%len(sources)])
		}
	})
	b.Run("history", func(b *testing.B) {
		b.ReportAllocs()
		records := make([][]Record, len(sources))
		for n, source := range sources {
			records[n] = inventedRecords(b, busyChain(), source)
		}
		for n := 0; b.Loop(); n++ {
			if _, err := History(records[n%len(records)], Question{GTIN: shirt, AsOf: asOf}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// A kind that inventedKinds lacks would be left out of what is fuzzed.
func TestEveryKindCanBeInvented(t *testing.T) {
	for _, spec := range Specs() {
		make, ok := inventedKinds[spec.Kind]
		if !ok || make().Kind() != spec.Kind {
			t.Errorf("no %s is invented", spec.Kind)
		}
	}
}
