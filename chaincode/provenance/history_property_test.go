package provenance

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// bytesOf gives bytes to invent of, the same for the same number.
func bytesOf(n, size int) []byte {
	var seed [32]byte
	binary.LittleEndian.PutUint64(seed[:], uint64(n))
	source := make([]byte, size)
	rand.NewChaCha8(seed).Read(source)
	return source
}

// beside adds records whose identifiers are free, as the ledger sees to it.
func beside(records []Record, more ...Record) []Record {
	all := slices.Clone(records)
	for _, r := range more {
		if !slices.ContainsFunc(all, func(other Record) bool { return other.Ref() == r.Ref() }) {
			all = append(all, r)
		}
	}
	return all
}

// late is a moment after all that is invented.
var late = time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC)

// oneMore invents a record of a kind that none of some others names: recorded
// after them, by any party, about anything that they know, or that none of them
// does.
func oneMore(t *testing.T, kind Kind, n int, apart bool) Record {
	t.Helper()
	v := &inventor{source: bytesOf(n, 600), apart: apart, made: 900}
	r, err := v.record(v.statement(kind))
	if err != nil {
		t.Fatal(err)
	}
	r.At = FormatInstant(late)
	return r
}

// asked gives the answer to a question as text.
func asked(t *testing.T, records []Record, q Question) string {
	t.Helper()
	a, ok := answered(t, records, q)
	if !ok {
		return "nothing is there"
	}
	return answerText(t, a)
}

// questions are those that the properties are tried by.
func questions() []Question {
	return []Question{{GTIN: shirt, AsOf: late}, {GTIN: shirt, Lot: "S1", AsOf: asOf}, {GTIN: cloth, AsOf: late}}
}

// TestUnrelatedRecordsOfEveryKindChangeNothing adds, to many a chain with much
// said about it, a record of each kind that is about something else.
func TestUnrelatedRecordsOfEveryKindChangeNothing(t *testing.T) {
	for _, spec := range specs {
		t.Run(string(spec.Kind), func(t *testing.T) {
			for n := range 6 {
				records := inventedRecords(t, busyChain(), bytesOf(n, 500))
				more := beside(records, oneMore(t, spec.Kind, n, true))
				for _, q := range questions() {
					if got, want := asked(t, more, q), asked(t, records, q); got != want {
						t.Fatalf("%s\nmakes of\n%s\nthis:\n%s", more[len(more)-1].Body, want, got)
					}
				}
			}
		})
	}
}

// TestTheOrderOfRecordsOfEveryKindDoesNotMatter does so for records that are
// about the chain.
func TestTheOrderOfRecordsOfEveryKindDoesNotMatter(t *testing.T) {
	for _, spec := range specs {
		t.Run(string(spec.Kind), func(t *testing.T) {
			for n := range 4 {
				records := beside(inventedRecords(t, busyChain(), bytesOf(n, 300)), oneMore(t, spec.Kind, n, false), oneMore(t, spec.Kind, n+100, false))
				shuffled := slices.Clone(records)
				rand.New(rand.NewPCG(uint64(n), 3)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
				for _, q := range questions() {
					if got, want := asked(t, shuffled, q), asked(t, records, q); got != want {
						t.Fatalf("in another order it is\n%s\nnot\n%s", got, want)
					}
				}
			}
		})
	}
}

// TestWithdrawnRecordsOfEveryKindCountForNothingAndStillForBefore adds a record
// of each kind that may be withdrawn, and its withdrawal: from then on the answer
// is as if it had never been, but that audits stay to be seen; and for what was
// known before, it is as it was.
func TestWithdrawnRecordsOfEveryKindCountForNothingAndStillForBefore(t *testing.T) {
	for _, spec := range specs {
		if !MayEnd(spec.Kind) {
			continue
		}
		t.Run(string(spec.Kind), func(t *testing.T) {
			mattered := 0
			for n := range 30 {
				records := inventedRecords(t, busyChain(), bytesOf(n, 300))
				one := oneMore(t, spec.Kind, n, false)
				with := beside(records, one)
				if len(with) == len(records) {
					continue
				}
				v := &inventor{made: 990}
				back, err := v.record(&Withdrawal{ID: "back", Target: Target{one.Kind, one.ID}})
				if err != nil {
					t.Fatal(err)
				}
				back.At = FormatInstant(late.Add(time.Hour))
				after := append(slices.Clone(with), back)
				for _, q := range questions() {
					then := q
					then.KnownAt = late.Add(time.Minute)
					was, is := asked(t, with, then), asked(t, after, then)
					if was != is {
						t.Fatalf("for what was known before, the withdrawal of\n%s\nmakes of\n%s\nthis:\n%s", one.Body, was, is)
					}
					never := asked(t, records, q)
					if got := unlisted(t, after, q, one.ID); got != never {
						t.Fatalf("withdrawn,\n%s\nstill makes of\n%s\nthis:\n%s", one.Body, never, got)
					}
					if asked(t, with, q) != never {
						mattered++
					}
				}
			}
			if mattered < 3 {
				t.Errorf("only %d of them mattered at all", mattered)
			}
		})
	}
}

// unlisted is the answer but for the line of an audit that has ended.
func unlisted(t *testing.T, records []Record, q Question, audit string) string {
	t.Helper()
	a, ok := answered(t, records, q)
	if !ok {
		return "nothing is there"
	}
	a.Audits = slices.DeleteFunc(a.Audits, func(l AuditLine) bool { return l.ID == audit && l.Ended == EndedWithdrawn })
	return answerText(t, a)
}
