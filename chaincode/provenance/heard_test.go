package provenance_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

func TestRulesOfWhatIsHeard(t *testing.T) {
	for _, r := range []rule{
		{"a count of a month that is not over", func(w *world.World) provenance.Statement {
			c := w.AnswerCount()
			c.Month = "2026-01"
			return c
		}, provenance.InFuture, "month"},
		{"a count of so few that it tells who", func(w *world.World) provenance.Statement {
			c := w.AnswerCount()
			c.Answered = "5-9"
			return c
		}, provenance.Invalid, "answered"},
		{"a count that tells one from none", func(w *world.World) provenance.Statement {
			c := w.AnswerCount()
			c.Wrong = "1-4"
			return c
		}, provenance.Invalid, "wrong"},
		{"a repayment asked about as fees", func(w *world.World) provenance.Statement {
			c := w.AnswerCount()
			c.Matter = provenance.MatterFees
			return c
		}, provenance.Invalid, "matter"},
		{"a count that replaces itself", func(w *world.World) provenance.Statement {
			c := w.AnswerCount()
			c.Supersedes = c.ID
			return c
		}, provenance.Invalid, "supersedes"},
		{"a quarter that is over for two weeks", func(w *world.World) provenance.Statement {
			c := w.GrievanceCount()
			c.Quarter = "2025-Q4"
			return c
		}, provenance.InFuture, "quarter"},
		{"a quarter that no year has", func(w *world.World) provenance.Statement {
			c := w.GrievanceCount()
			c.Quarter = "2025-Q5"
			return c
		}, provenance.Invalid, "quarter"},
		{"a category of a few", func(w *world.World) provenance.Statement {
			c := w.GrievanceCount()
			c.Categories[0].Received = provenance.BandFew
			return c
		}, provenance.Invalid, "categories[0].received"},
		{"terms agreed with four", func(w *world.World) provenance.Statement {
			c := w.TermsCommitment()
			c.Workers = 4
			return c
		}, provenance.BelowK, "workers"},
		{"terms that are yet to be agreed", func(w *world.World) provenance.Statement {
			c := w.TermsCommitment()
			c.Month = "2026-03"
			return c
		}, provenance.InFuture, "month"},
		{"a wage without its currency", func(w *world.World) provenance.Statement {
			c := w.TermsCommitment()
			c.Terms = c.Terms[:1]
			return c
		}, provenance.Invalid, "terms"},
		{"terms out of order", func(w *world.World) provenance.Statement {
			c := w.TermsCommitment()
			slices.Reverse(c.Terms)
			return c
		}, provenance.Invalid, "terms[1]"},
		{"a term nobody knows", func(w *world.World) provenance.Statement {
			c := w.TermsCommitment()
			c.Terms[3] = "TERM_HAPPINESS"
			return c
		}, provenance.Invalid, "terms[3]"},
		{"terms of nowhere", func(w *world.World) provenance.Statement {
			c := w.TermsCommitment()
			c.Corridor.From = ""
			return c
		}, provenance.Invalid, "corridor.from"},
		{"a comparison of a month that is not over", func(w *world.World) provenance.Statement {
			c := w.TermsComparison()
			c.Month = "2026-01"
			return c
		}, provenance.InFuture, "month"},
		{"a comparison of so few that it tells who", func(w *world.World) provenance.Statement {
			c := w.TermsComparison()
			c.Compared = "5-9"
			return c
		}, provenance.Invalid, "compared"},
		{"a comparison that tells one from none", func(w *world.World) provenance.Statement {
			c := w.TermsComparison()
			c.Terms[0].Worse = "1-4"
			return c
		}, provenance.Invalid, "terms[0].worse"},
		{"a comparison that replaces itself", func(w *world.World) provenance.Statement {
			c := w.TermsComparison()
			c.Supersedes = c.ID
			return c
		}, provenance.Invalid, "supersedes"},
		{"a comparison by rules nobody knows", func(w *world.World) provenance.Statement {
			c := w.TermsComparison()
			c.Rule = "terms-2020-01"
			return c
		}, provenance.Invalid, "rule"},
		{"an erasure that tells whose terms the worker who asked had", func(w *world.World) provenance.Statement {
			e := w.Erasure()
			e.Terms = w.TermsComparison().ID
			return e
		}, provenance.Invalid, "terms"},
		{"an erasure of nothing", func(w *world.World) provenance.Statement {
			e := w.Erasure()
			e.Tokens = nil
			return e
		}, provenance.Invalid, "tokens"},
		{"an erasure that tells the group of the worker who asked", func(w *world.World) provenance.Statement {
			e := w.Erasure()
			e.Count = w.AnswerCount().ID
			return e
		}, provenance.Invalid, "count"},
	} {
		t.Run(r.name, func(t *testing.T) {
			s := r.change(world.New(7))
			spec, _ := provenance.SpecOf(s.Kind())
			_, refusal := spec.Read(world.Document(s), now)
			if refusal == nil || refusal.Code != r.code || refusal.Fields[0].Field != r.field {
				t.Errorf("got %v, want %s at %q", refusal, r.code, r.field)
			}
		})
	}
}

// A band never tells that nearly everybody, or hardly anybody, gave an answer:
// whichever it is, five of those who could may have given another.
func TestCountsTellOfNobody(t *testing.T) {
	for receipts := 10; receipts <= 110; receipts++ {
		least := map[provenance.Band]int{} // number that is told in a band
		i := provenance.Inquiry{Receipts: receipts, Key: "key", Record: provenance.Asked{Kind: provenance.KindRepayment}, Matter: provenance.MatterRepayment}
		for wrong := 0; wrong <= receipts; wrong++ {
			answers := make([]provenance.HeldAnswer, receipts)
			for n := range answers {
				answers[n].Own = provenance.SaidRight
				if n < wrong {
					answers[n].Own = provenance.SaidWrong
				}
			}
			count, ok := i.Count(answers, &provenance.Closing{}, now)
			if !ok {
				t.Fatalf("%d answers were not counted", receipts)
			}
			for _, c := range []struct {
				band provenance.Band
				n    int
			}{{count.Wrong, wrong}, {count.Right, receipts - wrong}} {
				if at, told := least[c.band]; !told || c.n < at {
					least[c.band] = c.n
				}
				if c.band.Least() > c.n || c.band.Least() > receipts-5 || provenance.CheckShape(&count) != nil && shapeOf(&count, "right", "wrong") {
					t.Errorf("%d of %d is told as %s", c.n, receipts, c.band)
				}
				if (c.n < 5) != (c.band == provenance.BandFew) {
					t.Errorf("%d of %d is told as %s", c.n, receipts, c.band)
				}
			}
		}
		for band, n := range least {
			if n > receipts-5 {
				t.Errorf("of %d, %s means %d or more", receipts, band, n)
			}
		}
	}
}

// shapeOf says whether one of some fields breaks its tag.
func shapeOf(document any, fields ...string) bool {
	return slices.ContainsFunc(provenance.CheckShape(document).Fields, func(p provenance.FieldProblem) bool { return slices.Contains(fields, p.Field) })
}

// The slots of a batch are as many for any number of answers, hold those that
// answer, and are others each time.
func TestSlotsOfABatch(t *testing.T) {
	b := provenance.AnswerBatch{Seed: "seed"}
	for receipts := 5; receipts < 40; receipts++ {
		b.Answers = nil
		for n := range min(receipts, provenance.BatchWidth) {
			slots := b.Slots(receipts)
			if len(slots) != min(receipts, provenance.BatchWidth) || !slices.IsSorted(slots) || len(slices.Compact(slices.Clone(slots))) != len(slots) {
				t.Fatalf("%d of %d receipts: slots %v", n, receipts, slots)
			}
			for _, a := range b.Answers {
				if !slices.Contains(slots, a.Proof.Receipt()) {
					t.Fatalf("%d of %d receipts: slots %v lack %d", n, receipts, slots, a.Proof.Receipt())
				}
			}
			b.Answers = append(b.Answers, provenance.WorkerAnswer{Proof: provenance.ReceiptProof{Index: 2 * n}})
		}
	}
	drawn := map[int]int{}
	for n := range 2000 {
		b := provenance.AnswerBatch{Seed: provenance.Salt("seeds", n)}
		for _, slot := range b.Slots(32) {
			drawn[slot]++
		}
	}
	for slot, times := range drawn {
		if times < 850 || times > 1150 {
			t.Errorf("slot %d was drawn %d times of 1000 expected", slot, times)
		}
	}
}

func TestWhatIsHeldIsAnsweredToTheAskerAlone(t *testing.T) {
	q := provenance.HeldQuestion{Token: strings.Repeat("1", 64), Seal: strings.Repeat("2", 64)}
	sealed, err := q.SealAnswer([]byte(`{"own":"WRONG"}`))
	if err != nil || strings.Contains(sealed.Sealed, "WRONG") {
		t.Fatalf("%v, %v", sealed, err)
	}
	if text, err := q.OpenAnswer(sealed); err != nil || string(text) != `{"own":"WRONG"}` {
		t.Errorf("%s, %v", text, err)
	}
	for name, other := range map[string]provenance.HeldQuestion{
		"another seal":  {Token: q.Token, Seal: strings.Repeat("3", 64)},
		"another token": {Token: strings.Repeat("3", 64), Seal: q.Seal},
	} {
		if text, err := other.OpenAnswer(sealed); err == nil {
			t.Errorf("%s opened %s", name, text)
		}
	}
	if _, err := q.OpenAnswer(provenance.SealedHeld{Sealed: "?"}); err == nil {
		t.Error("what is not base64 was opened")
	}
}

func TestWhatIsHeldIsNotToldByAFieldsName(t *testing.T) {
	spec, _ := provenance.HeldSpecOf("AnswerReceipt")
	for content, field := range map[string]string{
		`{"Maria Santos":1}`:                           "(unknown name)",
		`{"answers":[{"proof":{"MariaSantos":1}}]}`:    "answers[0].proof.(unknown name)",
		`{"MariaSantos":1,"MariaSantos":2}`:            "(unknown name)",
		`{"answers":[{"Maria.Santos":1}]}`:             "answers[0].(unknown name)",
		`{"answers":[{"MariaSantos[0]":{"proof":1}}]}`: "answers[0].(unknown name)",
	} {
		_, refusal := spec.Read([]byte(content), now)
		if refusal == nil || refusal.Fields[0].Field != field || strings.Contains(refusal.Error(), "Maria") {
			t.Errorf("%s: %v", content, refusal)
		}
	}
}

func TestQuarters(t *testing.T) {
	for day, want := range map[string]string{"2026-01-01": "2026-Q1", "2026-03-31": "2026-Q1", "2026-04-01": "2026-Q2", "2026-12-31": "2026-Q4"} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := provenance.QuarterOf(at); got != want {
			t.Errorf("%s lies in %s, want %s", day, got, want)
		}
	}
}

// FuzzHeld sends anything as the content of each transaction about what is held:
// it is read or refused, and a refusal repeats nothing of it.
func FuzzHeld(f *testing.F) {
	token := strings.Repeat("5a", 32)
	for _, content := range []any{
		provenance.Inquiry{Token: token}, provenance.AnswerBatch{Inquiry: token, Answers: []provenance.WorkerAnswer{{Answer: "RIGHT"}}},
		provenance.Closing{Salt: token}, provenance.Grievance{Token: token, Category: "WAGES", Receipt: &provenance.GrievanceReceipt{}},
		provenance.Comparison{Token: token, Terms: []string{"TERM_WAGE"}}, provenance.ComparisonClosing{Salt: token},
		provenance.TermsBatch{Seed: token, Workers: []provenance.ComparedWorker{{Opening: provenance.TermsOpening{Path: []string{token}}, Now: []provenance.TermNow{{Code: "TERM_WAGE", Value: 1}}}}},
		provenance.GrievanceStep{Token: token}, provenance.QuarterClosing{Quarter: "2026-Q1"}, provenance.HeldQuestion{Seal: token},
	} {
		text, err := json.Marshal(content)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, spec := range provenance.HeldSpecs() {
			held, refusal := spec.Read(content, now)
			if (held == nil) == (refusal == nil) {
				t.Fatalf("%s gave %v and %v", spec.Transaction, held, refusal)
			}
			if refusal != nil && bytes.Contains(content, []byte(token)) && strings.Contains(refusal.Error(), token) {
				t.Errorf("the refusal of %s repeats a token", spec.Transaction)
			}
		}
	})
}
