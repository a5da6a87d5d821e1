package contract_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
)

// agreeing is a bench on which terms were agreed with forty workers before they
// left, and bound; the cohort names them.
type agreeing struct {
	*asking
	terms      *provenance.TermsCommitment
	agreed     provenance.TermsBook
	comparison provenance.Comparison
}

const agreedWage = 734566201

func agreed(t testing.TB) *agreeing {
	t.Helper()
	a := &agreeing{asking: prepared(t)}
	a.terms = a.TermsCommitment()
	a.now = inJanuary
	a.bind(40)
	a.publishesAs(provenance.RoleUnion, a.terms)
	a.Cohort.ID, a.Cohort.Terms = a.ID(), a.terms.ID
	a.publishesAs(provenance.RoleUnion, &a.Cohort)
	a.comparison = a.compares()
	return a
}

// bind makes the commitment one to terms of so many workers.
func (a *agreeing) bind(workers int) {
	a.Helper()
	values := slices.Repeat([][]int64{{agreedWage, 764, 480, 8153}}, workers)
	var err error
	if a.agreed, err = provenance.MakeTermsBook(a.terms.ID, a.terms.Terms, values, a.chance); err != nil {
		a.Fatal(err)
	}
	if a.terms.Root, err = a.agreed.Root(); err != nil {
		a.Fatal(err)
	}
	a.terms.Workers = workers
}

func (a *agreeing) compares() provenance.Comparison {
	return provenance.Comparison{Token: a.random(), Key: a.random(), Cohort: a.Cohort.ID, Commitment: a.terms.ID,
		Workers: a.terms.Workers, Terms: a.terms.Terms, Root: a.terms.Root}
}

// compared opens a comparison.
func compared(t testing.TB) *agreeing {
	a := agreed(t)
	a.holds("OpenComparison", &a.comparison)
	return a
}

// worker is one's terms: as agreed, but for the wage.
func (a *agreeing) worker(n int, wage int64) provenance.ComparedWorker {
	a.Helper()
	o, err := a.agreed.Open(n)
	if err != nil {
		a.Fatal(err)
	}
	o.Agreed, o.Path = slices.Clone(o.Agreed), slices.Clone(o.Path)
	return provenance.ComparedWorker{Opening: o, Now: []provenance.TermNow{{Code: provenance.TermWage, Value: wage}, {Code: provenance.TermCurrency, Value: 764}, {Code: "TERM_HOURS", Value: 480}}}
}

func (a *agreeing) termsBatch(workers ...provenance.ComparedWorker) *provenance.TermsBatch {
	return &provenance.TermsBatch{Comparison: a.comparison.Token, Seed: a.random(), Workers: append([]provenance.ComparedWorker{}, workers...)}
}

// finds brings so many workers of whom so many have less wage than agreed.
func (a *agreeing) finds(workers, worse int) {
	a.Helper()
	for first := 0; first < workers; first += provenance.BatchWidth {
		batch := a.termsBatch()
		for n := first; n < min(first+provenance.BatchWidth, workers); n++ {
			wage := int64(agreedWage)
			if n < worse {
				wage--
			}
			batch.Workers = append(batch.Workers, a.worker(n, wage))
		}
		a.holds("CompareTerms", batch)
	}
}

func (a *agreeing) ending() *provenance.ComparisonClosing {
	return &provenance.ComparisonClosing{Comparison: a.comparison.Token, Salt: a.random(), Outcome: a.ID()}
}

// outcome closes the comparison and gives what may be published.
func (a *agreeing) outcome() *provenance.TermsComparison {
	a.Helper()
	a.holds("CloseComparison", a.ending())
	out, ok := reads[provenance.TermsComparison](a.asking, a.comparison.Tally())
	if !ok {
		a.Fatal("there is no outcome")
	}
	return &out
}

func TestWorsenedTermsRaiseAPublicAlarm(t *testing.T) {
	a := compared(t)
	a.finds(30, 12)
	out := a.outcome()
	want := []provenance.TermCount{{Code: provenance.TermWage, Known: "25-49", Worse: "10-24"}, {Code: provenance.TermCurrency, Known: "25-49", Worse: provenance.BandFew},
		{Code: "TERM_HOURS", Known: "25-49", Worse: provenance.BandFew}, {Code: "TERM_OCCUPATION", Known: provenance.BandFew, Worse: provenance.BandFew}}
	if !slices.Equal(out.Terms, want) || out.Compared != "25-49" || out.Month != "2026-01" || !out.Alarms() {
		t.Fatalf("found was %+v", out)
	}
	res := a.publishes(out, inFebruary)
	if res.Event == nil || !bytes.Contains(res.Event.Payload, []byte(`"worse":"10-24"`)) {
		t.Errorf("the event is %v", res.Event)
	}
	record := a.recorded(provenance.KindTermsComparison, out.ID)
	for _, want := range []provenance.Ref{{Kind: provenance.KindCohort, ID: a.Cohort.ID}, {Kind: provenance.KindFacility, ID: a.Site.ID}, {Kind: provenance.KindParty, ID: a.Agency.ID}, {Kind: provenance.KindTermsCommitment, ID: a.terms.ID}} {
		if !slices.Contains(record.About, want) {
			t.Errorf("the record is about %v, not about %v", record.About, want)
		}
	}
}

func TestFewWorsenedTermsAreNotToldFromNone(t *testing.T) {
	var told [2]string
	for n, worse := range []int{0, 4} {
		a := compared(t)
		a.finds(12, worse)
		out := a.outcome()
		told[n] = fmt.Sprint(out.Terms, out.Compared, out.Alarms())
	}
	if told[0] != told[1] {
		t.Errorf("none is told as %s, four as %s", told[0], told[1])
	}
}

func TestFewerThanTenComparedAreNotToldOf(t *testing.T) {
	a := compared(t)
	a.finds(9, 9)
	a.holds("CloseComparison", a.ending())
	type nothing struct {
		Salt   string `json:"salt"`
		TooFew bool   `json:"tooFew"`
	}
	if tally, _ := reads[nothing](a.asking, a.comparison.Tally()); !tally.TooFew || len(tally.Salt) != 64 {
		t.Errorf("nine workers gave %+v", tally)
	}
}

func TestOpeningsAreHeldAgainstTheRoot(t *testing.T) {
	a := compared(t)
	union := a.as(provenance.RoleUnion)
	for name, c := range map[string]struct {
		change func(*provenance.ComparedWorker)
		field  string
	}{
		"another value":          {func(w *provenance.ComparedWorker) { w.Opening.Agreed[0].Value++ }, "workers[0].opening"},
		"another salt":           {func(w *provenance.ComparedWorker) { w.Opening.Agreed[0].Salt = a.random()[:32] }, "workers[0].opening"},
		"another worker":         {func(w *provenance.ComparedWorker) { w.Opening.Worker = 3 }, "workers[0].opening"},
		"a term left out":        {func(w *provenance.ComparedWorker) { w.Opening.Agreed = w.Opening.Agreed[1:] }, "workers[0].opening"},
		"a path of another":      {func(w *provenance.ComparedWorker) { w.Opening.Path = a.worker(9, 1).Opening.Path }, "workers[0].opening"},
		"a term not agreed":      {func(w *provenance.ComparedWorker) { w.Now[2] = provenance.TermNow{Code: "TERM_LEAVE"} }, "workers[0].now[2].code"},
		"a wage without money":   {func(w *provenance.ComparedWorker) { w.Now[1].Code = "TERM_OCCUPATION" }, "workers[0].now"},
		"a term of no such unit": {func(w *provenance.ComparedWorker) { w.Now[2].Value = 1681 }, "workers[0].now[2].value"},
	} {
		t.Log(name)
		w := a.worker(2, agreedWage)
		c.change(&w)
		a.refusesHeld(union, "CompareTerms", a.termsBatch(w), provenance.Invalid, c.field)
	}
	// Another group's book, though of the same terms.
	terms, book := *a.terms, a.agreed
	a.terms.ID = a.ID()
	a.bind(40)
	a.refusesHeld(union, "CompareTerms", a.termsBatch(a.worker(0, 1)), provenance.Invalid, "workers[0].opening")
	a.terms, a.agreed = &terms, book

	twice := a.termsBatch(a.worker(0, 1), a.worker(0, 2))
	a.refusesHeld(union, "CompareTerms", twice, provenance.Invalid, "workers[1].opening.worker")
	unknown := a.termsBatch(a.worker(0, 1))
	unknown.Comparison = a.random()
	a.refusesHeld(union, "CompareTerms", unknown, provenance.UnknownReference, "comparison")
}

// Handing the same in again, or something else of the same worker, counts a
// worker once.
func TestAWorkerIsComparedOnce(t *testing.T) {
	a := compared(t)
	a.finds(12, 12)
	a.finds(12, 12)
	a.finds(12, 5)
	if out := a.outcome(); out.Compared != "10-24" || out.Terms[0].Worse != "5-9" {
		t.Errorf("found was %+v", out)
	}
	a.refusesHeld(a.as(provenance.RoleUnion), "CompareTerms", a.termsBatch(a.worker(0, 1)), provenance.WrongState, "comparison")
	a.refusesHeld(a.as(provenance.RoleUnion), "CloseComparison", a.ending(), provenance.WrongState, "comparison")
	again := a.comparison
	a.refusesHeld(a.as(provenance.RoleUnion), "OpenComparison", &again, provenance.Conflict, "token")
	again.Token = a.random()
	a.refusesHeld(a.as(provenance.RoleUnion), "OpenComparison", &again, provenance.Conflict, "token")
	again.Key = again.Token
	a.refusesHeld(a.as(provenance.RoleUnion), "OpenComparison", &again, provenance.Invalid, "key")
}

// What a comparison is of, is held against the ledger when it is closed.
func TestComparisonsAreHeldAgainstTheLedger(t *testing.T) {
	for name, change := range map[string]func(*agreeing){
		"another root":              func(a *agreeing) { a.comparison.Root = a.random() },
		"another number of workers": func(a *agreeing) { a.comparison.Workers-- },
		"fewer terms":               func(a *agreeing) { a.comparison.Terms = a.comparison.Terms[:3] },
		"another commitment":        func(a *agreeing) { a.comparison.Commitment = a.ID() },
		"a cohort without terms": func(a *agreeing) {
			a.Cohort.ID, a.Cohort.Terms = a.ID(), ""
			a.publishesAs(provenance.RoleUnion, &a.Cohort)
			a.comparison.Cohort = a.Cohort.ID
		},
		"a cohort nobody recorded": func(a *agreeing) { a.comparison.Cohort = a.ID() },
	} {
		t.Run(name, func(t *testing.T) {
			a := agreed(t)
			change(a)
			a.holds("OpenComparison", &a.comparison)
			code := provenance.Invalid
			if name == "a cohort nobody recorded" {
				code = provenance.UnknownReference
			}
			a.refusesHeld(a.as(provenance.RoleUnion), "CloseComparison", a.ending(), code, "comparison")
		})
	}
}

func TestAComparisonIsPublishedLateAndToTheLetter(t *testing.T) {
	a := compared(t)
	a.finds(30, 12)
	out := a.outcome()
	a.refusesToPublish(out, inJanuary, provenance.InFuture, "month")
	other := a.Cohort
	other.ID = a.ID()
	a.publishesAs(provenance.RoleUnion, &other)
	for name, change := range map[string]func(*provenance.TermsComparison){
		"better":              func(c *provenance.TermsComparison) { c.Terms[0].Worse = provenance.BandFew },
		"of another cohort":   func(c *provenance.TermsComparison) { c.Cohort = other.ID },
		"under another name":  func(c *provenance.TermsComparison) { c.ID = a.ID() },
		"of an earlier month": func(c *provenance.TermsComparison) { c.Month = "2025-12" },
		"without a term":      func(c *provenance.TermsComparison) { c.Terms = c.Terms[1:] },
	} {
		t.Log(name)
		altered := *out
		altered.Terms = slices.Clone(out.Terms)
		change(&altered)
		a.refusesToPublish(&altered, inFebruary, provenance.Invalid, "tally")
	}
	unheld := *out
	unheld.Tally = a.random()
	a.refusesToPublish(&unheld, inFebruary, provenance.UnknownReference, "tally")
	proposal := a.publishing(out, inFebruary)
	proposal.Creator = a.as(provenance.RoleAuditor).Creator
	if refusal, ok := provenance.ParseRefusal(fmt.Sprint(a.peer.Simulate(proposal).Err())); !ok || refusal.Code != provenance.NoStanding {
		t.Errorf("an auditor publishes: %v", refusal)
	}
	a.publishes(out, inFebruary)
	a.refusesToPublish(a.withdrawal(&a.Cohort), inFebruary, provenance.WrongState, "target.id")

	// A later one takes its place, and may be withdrawn.
	a.comparison = a.compares()
	a.now = inFebruary
	a.holds("OpenComparison", &a.comparison)
	a.finds(30, 0)
	ending := a.ending()
	ending.Supersedes = out.ID
	a.holds("CloseComparison", ending)
	next, _ := reads[provenance.TermsComparison](a.asking, a.comparison.Tally())
	inMarch := inFebruary.AddDate(0, 1, 0)
	a.publishes(&next, inMarch)
	a.refusesToPublish(a.withdrawal(out), inMarch, provenance.WrongState, "target.id")
	a.publishes(a.withdrawal(&next), inMarch)
}

// What was asked on paper is compared later. It is published by the month in
// which the workers were asked, which lies neither ahead nor before they came.
func TestTermsAskedOnPaperAreOfTheirMonth(t *testing.T) {
	a := compared(t)
	a.finds(30, 12)
	union := a.as(provenance.RoleUnion)
	ending := a.ending()
	ending.Month = "2026-02"
	a.refusesHeld(union, "CloseComparison", ending, provenance.InFuture, "month")
	ending.Month = "2024-12"
	a.refusesHeld(union, "CloseComparison", ending, provenance.Invalid, "month")
	ending.Month = "2025-12"
	a.holds("CloseComparison", ending)
	out, _ := reads[provenance.TermsComparison](a.asking, a.comparison.Tally())
	if out.Month != "2025-12" {
		t.Errorf("it is of %s", out.Month)
	}
	a.publishes(&out, inJanuary)
}

// What Workers' peer made of it, every other peer holds to the calendar.
func TestAComparisonOfAMonthBeforeTheArrivalIsRefused(t *testing.T) {
	a := agreed(t)
	a.Cohort.ID, a.Cohort.ArrivedFrom, a.Cohort.ArrivedUntil = a.ID(), "2026-01", "2026-01"
	a.publishesAs(provenance.RoleUnion, &a.Cohort)
	a.comparison = a.compares()
	a.now = inJanuary.AddDate(0, -1, 0) // a peer of Workers whose caller lies about the time
	a.holds("OpenComparison", &a.comparison)
	a.finds(30, 12)
	out := a.outcome()
	if out.Month != "2025-12" {
		t.Fatalf("compared in %s", out.Month)
	}
	a.refusesToPublish(out, inFebruary, provenance.Invalid, "month")
}

func TestFaultsAboutTermsWriteNothing(t *testing.T) {
	a := agreed(t)
	union := a.as(provenance.RoleUnion)
	a.failsCleanly(a.holding(union, "OpenComparison", &a.comparison))
	batch := a.termsBatch()
	for n := range 12 {
		batch.Workers = append(batch.Workers, a.worker(n, 1))
	}
	a.failsCleanly(a.holding(union, "CompareTerms", batch))
	a.failsCleanly(a.holding(union, "CloseComparison", a.ending()))
	out, _ := reads[provenance.TermsComparison](a.asking, a.comparison.Tally())
	a.failsCleanly(a.publishing(&out, inFebruary))
	a.failsCleanly(a.publishing(&provenance.Erasure{ID: a.ID(), Terms: out.ID, Reason: "COUNT_PUBLISHED", Tokens: []string{a.comparison.Token}}, inFebruary))
}

func TestPurgedTermsAreGone(t *testing.T) {
	a := compared(t)
	a.finds(30, 12)
	asked := &provenance.Erasure{ID: a.ID(), Reason: "WORKER_ASKED", Tokens: []string{a.comparison.Slot(0)}}
	a.publishes(asked, a.now)
	out := a.outcome()
	if out.Compared != "25-49" || out.Terms[0].Worse != "10-24" {
		t.Errorf("found was %+v", out)
	}
	a.publishes(out, inFebruary)
	tokens := []string{a.comparison.Token}
	for n := 1; n < a.comparison.Workers; n++ {
		tokens = append(tokens, a.comparison.Slot(n))
	}
	erasure := &provenance.Erasure{ID: a.ID(), Terms: out.ID, Reason: "COUNT_PUBLISHED", Tokens: tokens}
	a.publishes(erasure, inFebruary)
	for _, token := range tokens {
		if _, ok := reads[map[string]any](a.asking, token); ok {
			t.Fatal("a purged value is still read")
		}
	}
	if facility, _ := a.recorded(provenance.KindErasure, erasure.ID).Subject(provenance.KindFacility); facility != a.Site.ID {
		t.Error("the erasure is not about the site of its comparison")
	}
}

// What a block shows of a batch depends neither on how many are compared, nor on
// what is found.
func TestBatchesOfTermsLookAlike(t *testing.T) {
	a := compared(t)
	shape := func(workers ...provenance.ComparedWorker) string {
		res := a.peer.Simulate(a.holding(a.as(provenance.RoleUnion), "CompareTerms", a.termsBatch(workers...)))
		if err := res.Err(); err != nil {
			t.Fatal(err)
		}
		var public []stubtest.Read
		private := 0
		for _, r := range res.Reads {
			if r.Collection == "" {
				public = append(public, r)
			} else {
				private++
			}
		}
		return fmt.Sprintf("%+v %d reads, %d writes, %q %q %v", public, private, len(res.Writes), res.Payload, res.Message, res.Event)
	}
	var all []provenance.ComparedWorker
	for n := range provenance.BatchWidth {
		all = append(all, a.worker(n, agreedWage-1))
	}
	none := shape()
	if one, sixteen := shape(a.worker(3, agreedWage)), shape(all...); one != none || sixteen != none {
		t.Errorf("none shows %s, one %s, sixteen %s", none, one, sixteen)
	}
}

func TestTheLargestGroupIsCompared(t *testing.T) {
	a := &agreeing{asking: prepared(t)}
	a.terms = a.TermsCommitment()
	a.bind(provenance.MostReceipts)
	a.publishesAs(provenance.RoleUnion, a.terms)
	a.Cohort.ID, a.Cohort.Terms, a.Cohort.Size = a.ID(), a.terms.ID, provenance.MostReceipts
	a.publishesAs(provenance.RoleUnion, &a.Cohort)
	a.comparison = a.compares()
	a.holds("OpenComparison", &a.comparison)
	batch := a.termsBatch()
	for n := 984; n < 1000; n++ {
		batch.Workers = append(batch.Workers, a.worker(n, agreedWage-1))
	}
	a.holds("CompareTerms", batch)
	if out := a.outcome(); out.Compared != "10-24" || out.Terms[0].Worse != "10-24" {
		t.Errorf("found was %+v", out)
	}
}

// TestNoTermIsSeen puts through terms and looks for every value and salt in all
// that blocks, events, public values and errors show.
func TestNoTermIsSeen(t *testing.T) {
	a := compared(t)
	batch := a.termsBatch()
	for n := range 16 {
		batch.Workers = append(batch.Workers, a.worker(n, 612345877))
	}
	a.holds("CompareTerms", batch)
	wrong := a.worker(17, 612345877)
	wrong.Opening.Worker = 18
	a.refusesHeld(a.as(provenance.RoleUnion), "CompareTerms", a.termsBatch(wrong), provenance.Invalid, "workers[0].opening")
	refused := a.peer.Simulate(a.holding(a.as(provenance.RoleUnion), "CompareTerms", a.termsBatch(wrong)))
	a.publishes(a.outcome(), inFebruary)

	canaries := [][]byte{[]byte(strconv.Itoa(agreedWage)), []byte("612345877"), []byte(":8153"), []byte(",8153"), []byte(`"worse":["`)}
	hide := func(text string) {
		raw, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		canaries = append(canaries, []byte(text), raw)
	}
	for _, agreed := range a.agreed.Workers {
		for _, term := range agreed {
			hide(term.Salt)
		}
	}
	hide(a.comparison.Token)
	hide(a.comparison.Key)
	for n := range a.comparison.Workers {
		hide(a.comparison.Slot(n))
	}
	seen := [][]byte{[]byte(fmt.Sprint(refused.Err(), refused.Message))}
	for _, block := range a.peer.Blocks() {
		for _, tx := range block.Transactions {
			seen = append(seen, tx.Payload)
			for _, arg := range tx.Args {
				seen = append(seen, []byte(arg))
			}
			if tx.Event != nil {
				seen = append(seen, tx.Event.Payload)
			}
			for _, w := range tx.Writes {
				seen = append(seen, []byte(w.Key), w.Value)
			}
		}
	}
	for _, canary := range canaries {
		for _, text := range seen {
			if bytes.Contains(text, canary) {
				t.Errorf("%q is seen in %s", canary, text)
			}
		}
	}
}

func TestWhoBindsTermsHasNoStake(t *testing.T) {
	b := founded(t)
	terms := b.TermsCommitment()
	_, tied := b.rival(provenance.Auditors, "AUDIT_FIRM", b.Agency.ID)
	b.refuses(tied, provenance.ConflictOfInterest, "recruiter", terms)
	_, owned := b.rival(provenance.Auditors, "AUDIT_FIRM", b.Factory.ID)
	b.refuses(owned, provenance.ConflictOfInterest, "facility", terms)
	for _, role := range []provenance.Role{provenance.RoleSupplier, provenance.RoleRecruiter, provenance.RoleBrand, provenance.RoleOversight} {
		b.refuses(b.as(role), provenance.NoStanding, "", terms)
	}
	lost := *terms
	lost.Recruiter = b.ID()
	b.refuses(b.as(provenance.RoleAuditor), provenance.UnknownReference, "recruiter", &lost)
	b.states(b.as(provenance.RoleAuditor), terms)
	bare := *terms
	bare.ID, bare.Recruiter, bare.Facility = b.ID(), "", ""
	b.states(b.as(provenance.RoleUnion), &bare)
	b.refuses(b.as(provenance.RoleAuditor), provenance.Invalid, "target.kind", &provenance.Withdrawal{ID: b.ID(), Target: provenance.Target{Kind: provenance.KindTermsCommitment, ID: terms.ID}, Reason: "RECORDED_IN_ERROR"})
}

func TestACohortIsOfThoseWithWhomTermsWereAgreed(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*bench)
		code   provenance.Code
		field  string
	}{
		"terms nobody bound":     {func(b *bench) { b.Cohort.Terms = b.ID() }, provenance.UnknownReference, "terms"},
		"another way":            {func(b *bench) { b.Cohort.Corridor = &provenance.Corridor{From: "BD", To: "TH"} }, provenance.Invalid, "corridor"},
		"people hired here":      {func(b *bench) { b.Cohort.Corridor = nil }, provenance.Invalid, "corridor"},
		"another recruiter's":    {func(b *bench) { b.Cohort.Recruiter = "" }, provenance.Invalid, "recruiter"},
		"who came before":        {func(b *bench) { b.Cohort.ArrivedFrom, b.Cohort.ArrivedUntil = "2024-10", "2024-11" }, provenance.Invalid, "arrivedUntil"},
		"more than agreed terms": {func(b *bench) { b.Cohort.Size = 41 }, provenance.Invalid, "size"},
		"those themselves":       {func(*bench) {}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := founded(t)
			terms := b.TermsCommitment()
			b.states(b.as(provenance.RoleUnion), terms)
			b.Cohort.Terms = terms.ID
			c.change(b)
			if c.code == "" {
				b.states(b.as(provenance.RoleUnion), &b.Cohort)
				return
			}
			b.refuses(b.as(provenance.RoleUnion), c.code, c.field, &b.Cohort)
		})
	}
}
