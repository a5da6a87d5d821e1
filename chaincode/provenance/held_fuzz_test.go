package provenance

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func seed(f *testing.F, values ...any) {
	f.Helper()
	args := make([]any, len(values))
	for i, v := range values {
		text, err := json.Marshal(v)
		if err != nil {
			f.Fatal(err)
		}
		args[i] = text
	}
	f.Add(args...)
}

// FuzzTermsBook takes anything for a book of terms: one that has a root opens
// each of its workers' terms so that the root proves them, and nobody else's.
func FuzzTermsBook(f *testing.F) {
	for _, workers := range []int{5, 6, 13} {
		values := slices.Repeat([][]int64{{1200, 50, 480}}, workers)
		book, err := MakeTermsBook("commitment", []string{TermWage, TermCurrency, "TERM_HOURS"}, values, rand.NewChaCha8([32]byte{5}))
		if err != nil {
			f.Fatal(err)
		}
		seed(f, book)
	}
	seed(f, TermsBook{Workers: [][]AgreedTerm{{}}})
	f.Fuzz(func(t *testing.T, text []byte) {
		var book TermsBook
		if json.Unmarshal(text, &book) != nil {
			return
		}
		root, err := book.Root()
		for n := -1; n <= min(len(book.Workers), 20); n++ {
			o, unopened := book.Open(n)
			known := n >= 0 && n < len(book.Workers)
			if (unopened == nil) != (err == nil && known) {
				t.Fatalf("worker %d of %d is opened: %v, and the root: %v", n, len(book.Workers), unopened, err)
			}
			if unopened != nil {
				continue
			}
			if !o.Proves(book.Commitment, len(book.Workers), root) {
				t.Errorf("the root does not prove worker %d of %s", n, text)
			}
			if o.Proves(book.Commitment+"x", len(book.Workers), root) || o.Proves(book.Commitment, len(book.Workers)+1, root) {
				t.Errorf("worker %d is proved of another commitment", n)
			}
			if o.Worker++; o.Proves(book.Commitment, len(book.Workers), root) {
				t.Errorf("the terms of worker %d are proved to be another's", n)
			}
		}
	})
}

// FuzzReceiptBook takes anything for a book of receipts: what it proves, its
// root proves, and who has no code in it proves nothing.
func FuzzReceiptBook(f *testing.F) {
	receipts, book, err := MakeReceipts("cohort", 7, rand.NewChaCha8([32]byte{6}))
	if err != nil {
		f.Fatal(err)
	}
	codes := map[string]bool{}
	for _, leaf := range book.Leaves {
		codes[leaf] = true
	}
	seed(f, book)
	seed(f, ReceiptBook{Cohort: "cohort", Leaves: book.Leaves[:2]})
	f.Fuzz(func(t *testing.T, text []byte) {
		var b ReceiptBook
		if json.Unmarshal(text, &b) != nil {
			return
		}
		root, err := b.Root()
		for _, r := range receipts {
			for _, code := range []Secret{r.Own, r.Pressed} {
				proof, ok := b.Prove(code)
				if !ok {
					continue
				}
				if err != nil || !proof.Proves(b.Cohort, b.Receipts(), root) {
					t.Errorf("a code is found in a book whose root does not prove it (%v)", err)
				}
			}
		}
		if _, ok := b.Prove(Secret{1}); ok && !slices.ContainsFunc(b.Leaves, func(leaf string) bool { return !codes[leaf] }) {
			t.Error("a code that is of no receipt is found")
		}
	})
}

// FuzzComparison compares anything that may be compared: what is found is of the
// terms alone that were asked about, and what is published of it says no more.
func FuzzComparison(f *testing.F) {
	token, other := strings.Repeat("5a", 32), strings.Repeat("5b", 32)
	codes := []string{TermWage, TermCurrency, "TERM_HOURS"}
	c := Comparison{Token: token, Key: other, Cohort: "01ARZ3NDEKTSV4RRFFQ69G5FAV", Commitment: "01ARZ3NDEKTSV4RRFFQ69G5FAW", Workers: 12, Terms: codes, Root: token}
	salt := strings.Repeat("5c", 16)
	agreed := []AgreedTerm{{TermWage, 1200, salt}, {TermCurrency, 50, salt}, {"TERM_HOURS", 480, salt}}
	for _, now := range [][]TermNow{
		{{TermWage, 1100}, {TermCurrency, 50}}, {{TermWage, 1200}, {TermCurrency, 764}}, {{"TERM_HOURS", 490}}, {{"TERM_FOOD", 1}},
	} {
		seed(f, c, TermsBatch{Comparison: token, Seed: other, Workers: []ComparedWorker{{Opening: TermsOpening{Worker: 3, Agreed: agreed, Path: []string{}}, Now: now}}})
	}
	open, _ := HeldSpecOf("OpenComparison")
	compare, _ := HeldSpecOf("CompareTerms")
	f.Fuzz(func(t *testing.T, comparison, batch []byte) {
		held, refusal := open.Read(comparison, asOf)
		if refusal != nil {
			return
		}
		c := held.(*Comparison)
		held, refusal = compare.Read(batch, asOf)
		if refusal != nil {
			return
		}
		b := held.(*TermsBatch)
		if slots := b.Slots(c.Workers); len(slots) > min(BatchWidth, c.Workers)+len(b.Workers) || len(slices.Compact(slices.Clone(slots))) != len(slots) {
			t.Errorf("the batch writes the slots %v of %d", slots, c.Workers)
		}
		for _, w := range b.Workers {
			if !c.Covers(w.Opening) {
				continue
			}
			found := c.Find(w, salt)
			for i, code := range found.Compared {
				if !slices.Contains(c.Terms, code) || slices.Contains(found.Compared[:i], code) {
					t.Errorf("of %v is found %v", c.Terms, found.Compared)
				}
			}
			for _, code := range found.Worse {
				if !slices.Contains(found.Compared, code) {
					t.Errorf("%s is worse and was not compared", code)
				}
			}
			told(t, c, found)
		}
	})
}

// told makes what is published of a group whose workers all have the same terms.
func told(t *testing.T, c *Comparison, found HeldTerms) {
	t.Helper()
	closing := ComparisonClosing{Comparison: c.Token, Salt: c.Key, Outcome: "01ARZ3NDEKTSV4RRFFQ69G5FAX"}
	out, ok := c.Outcome(slices.Repeat([]HeldTerms{found}, c.Workers), &closing, asOf)
	if ok != (c.Workers >= SmallestShown && len(found.Compared) > 0) {
		t.Fatalf("of %d workers and %v there is something to publish: %v", c.Workers, found.Compared, ok)
	}
	if !ok {
		return
	}
	if refusal := CheckShape(&out); refusal != nil {
		t.Errorf("what is published is refused: %v", refusal)
	}
	if out.Alarms() != (len(found.Worse) > 0) {
		t.Errorf("%d workers have %v worse, and it alarms: %v", c.Workers, found.Worse, out.Alarms())
	}
	for _, term := range out.Terms {
		if worse := slices.Contains(found.Worse, term.Code); worse != (term.Worse != BandFew) {
			t.Errorf("%s is worse for all (%v), and is told as %+v", term.Code, worse, term)
		}
	}
}

// FuzzRecorded takes anything for what an event carries: a record that is read
// has one canonical form, whose receipt is the same again.
func FuzzRecorded(f *testing.F) {
	c := newChain(f)
	c.clear()
	for n := range c.records {
		seed(f, Recorded{Records: c.records[n : n+1]})
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var told Recorded
		if Decode(text, &told) != nil {
			return
		}
		for _, r := range told.Records {
			plain, err := Canonical(r)
			if err != nil {
				continue // a body may hold what no statement can
			}
			var again Record
			if refusal := Decode(plain, &again); refusal != nil {
				t.Fatalf("the canonical form of a record is refused: %v", refusal)
			}
			first, err := ReceiptFor(r)
			second, err2 := ReceiptFor(again)
			if err != nil || err2 != nil || first != second || r.Public() != again.Public() {
				t.Errorf("%s has the receipts %v (%v) and %v (%v)", plain, first, err, second, err2)
			}
			entries, err := Entries(told.Records, r.Ref(), !r.Public())
			if err != nil && !strings.Contains(err.Error(), "encoding") {
				t.Errorf("its entries: %v", err)
			}
			if FoldEntries(entries) == FoldEntries(append(entries, SealEntry{Digest: fmt.Sprint(len(entries))})) {
				t.Error("one record more has the same digest")
			}
		}
	})
}
