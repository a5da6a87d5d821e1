package provenance

import (
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

var agreedTerms = []string{TermWage, TermCurrency, "TERM_HOURS", "TERM_DURATION"}

func bookOf(t *testing.T, workers int) (TermsBook, string) {
	t.Helper()
	var agreed [][]int64
	for n := range workers {
		agreed = append(agreed, []int64{1150000 + int64(n), 764, 480, 24})
	}
	book, err := MakeTermsBook("commitment", agreedTerms, agreed, rand.NewChaCha8([32]byte{3}))
	if err != nil {
		t.Fatal(err)
	}
	root, err := book.Root()
	if err != nil {
		t.Fatal(err)
	}
	return book, root
}

// A changed root means that what was agreed with workers cannot be opened any
// more.
func TestRootOfABookOfTerms(t *testing.T) {
	for workers, want := range map[int]string{
		5: "ed287f9f20a6c03f042b121330545492ae216dd4129f13f58511fd1f81a4d7d9",
		7: "5028f80340b719acb7225e0a030d170851de2a3e28971cea653288f561b47680",
	} {
		if _, root := bookOf(t, workers); root != want {
			t.Errorf("the root of %d workers is %s", workers, root)
		}
	}
}

func TestOpeningsProveWhatWasAgreed(t *testing.T) {
	for _, workers := range []int{5, 6, 7, 8, 9, 33, 1000} {
		book, root := bookOf(t, workers)
		for n := 0; n < workers; n += max(1, workers/7) {
			o, err := book.Open(n)
			if err != nil || !o.Proves("commitment", workers, root) {
				t.Fatalf("worker %d of %d: %v", n, workers, err)
			}
			if err := CheckShape(&ComparedWorker{Opening: o, Now: []TermNow{{Code: "TERM_HOURS", Value: 1}}}); err != nil {
				t.Fatalf("worker %d of %d: %v", n, workers, err)
			}
		}
		if _, err := book.Open(workers); err == nil {
			t.Error("a worker beyond the book was opened")
		}
	}
}

func TestTamperedOpeningsProveNothing(t *testing.T) {
	const workers = 9
	book, root := bookOf(t, workers)
	other, otherRoot := bookOf(t, 8)
	for name, change := range map[string]func(*TermsOpening){
		"another value":           func(o *TermsOpening) { o.Agreed[0].Value-- },
		"another term":            func(o *TermsOpening) { o.Agreed[2].Code = "TERM_LEAVE" },
		"another salt":            func(o *TermsOpening) { o.Agreed[0].Salt = o.Agreed[1].Salt },
		"no salt":                 func(o *TermsOpening) { o.Agreed[0].Salt = "" },
		"terms in another order":  func(o *TermsOpening) { slices.Reverse(o.Agreed) },
		"a term left out":         func(o *TermsOpening) { o.Agreed = o.Agreed[1:] },
		"a term twice":            func(o *TermsOpening) { o.Agreed = append(o.Agreed, o.Agreed[0]) },
		"another worker's number": func(o *TermsOpening) { o.Worker++ },
		"a number beyond":         func(o *TermsOpening) { o.Worker = workers },
		"a number before":         func(o *TermsOpening) { o.Worker = -1 },
		"another worker's terms":  func(o *TermsOpening) { o.Agreed = slices.Clone(book.Workers[3]) },
		"a shorter path":          func(o *TermsOpening) { o.Path = o.Path[1:] },
		"a longer path":           func(o *TermsOpening) { o.Path = append(o.Path, o.Path[0]) },
		"another path":            func(o *TermsOpening) { o.Path[0] = strings.Repeat("0", 64) },
		"a path of no hashes":     func(o *TermsOpening) { o.Path[0] = "x" },
	} {
		o, err := book.Open(2)
		if err != nil {
			t.Fatal(err)
		}
		o.Agreed, o.Path = slices.Clone(o.Agreed), slices.Clone(o.Path)
		change(&o)
		if o.Proves("commitment", workers, root) {
			t.Errorf("%s proves", name)
		}
	}
	o, _ := book.Open(2)
	for name, proves := range map[string]bool{
		"another commitment": o.Proves("other", workers, root), "another number of workers": o.Proves("commitment", 10, root), "another root": o.Proves("commitment", 8, otherRoot),
	} {
		if proves {
			t.Errorf("%s proves", name)
		}
	}
	same := other
	same.Commitment = "other"
	if root, _ := same.Root(); root == otherRoot {
		t.Error("equal terms of two commitments have one root")
	}
}

func TestBooksOfTermsAreRefused(t *testing.T) {
	five := [][]int64{{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}}
	for name, c := range map[string]struct {
		terms  []string
		agreed [][]int64
		random string
	}{
		"four workers":                   {[]string{"TERM_HOURS", "TERM_LEAVE"}, five[:4], "long"},
		"no terms":                       {nil, [][]int64{{}, {}, {}, {}, {}}, "long"},
		"an unknown term":                {[]string{"TERM_HOURS", "TERM_X"}, five, "long"},
		"out of order":                   {[]string{"TERM_LEAVE", "TERM_HOURS"}, five, "long"},
		"a wage without currency":        {[]string{TermWage, "TERM_HOURS"}, five, "long"},
		"a value too few":                {[]string{"TERM_HOURS"}, five, "long"},
		"less than nothing":              {[]string{"TERM_HOURS", "TERM_LEAVE"}, [][]int64{{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, -1}}, "long"},
		"more days than a year has":      {[]string{"TERM_HOURS", "TERM_LEAVE"}, [][]int64{{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 367}}, "long"},
		"no random numbers":              {[]string{"TERM_HOURS", "TERM_LEAVE"}, five, ""},
		"one worker too many to compare": {[]string{"TERM_HOURS"}, slices.Repeat([][]int64{{1}}, MostReceipts+1), "long"},
	} {
		random := strings.NewReader(strings.Repeat(c.random, 1<<16))
		if _, err := MakeTermsBook("commitment", c.terms, c.agreed, random); err == nil {
			t.Errorf("%s: a book was made", name)
		}
	}
}

// Each direction, and that an amount in another currency is no better one.
func TestWhichTermsAreWorse(t *testing.T) {
	book, root := bookOf(t, 5)
	c := Comparison{Commitment: "commitment", Workers: 5, Terms: agreedTerms, Root: root}
	for name, tc := range map[string]struct {
		now             []TermNow
		compared, worse []string
	}{
		"as agreed":             {[]TermNow{{TermWage, 1150000}, {TermCurrency, 764}, {"TERM_HOURS", 480}, {"TERM_DURATION", 24}}, agreedTerms, []string{}},
		"better":                {[]TermNow{{TermWage, 1150001}, {TermCurrency, 764}, {"TERM_HOURS", 479}}, agreedTerms[:3], []string{}},
		"less wage, more hours": {[]TermNow{{"TERM_HOURS", 481}, {TermWage, 1149999}, {TermCurrency, 764}}, agreedTerms[:3], []string{TermWage, "TERM_HOURS"}},
		"another currency":      {[]TermNow{{TermWage, 9900000}, {TermCurrency, 840}}, agreedTerms[:2], []string{TermWage, TermCurrency}},
		"shorter":               {[]TermNow{{"TERM_DURATION", 12}}, agreedTerms[3:], []string{"TERM_DURATION"}},
		"longer":                {[]TermNow{{"TERM_DURATION", 36}}, agreedTerms[3:], []string{"TERM_DURATION"}},
		"not agreed":            {[]TermNow{{"TERM_LEAVE", 0}}, []string{}, []string{}},
	} {
		o, err := book.Open(0)
		if err != nil {
			t.Fatal(err)
		}
		found := c.Find(ComparedWorker{Opening: o, Now: tc.now}, "salt")
		if !slices.Equal(found.Compared, tc.compared) || !slices.Equal(found.Worse, tc.worse) || found.Salt != "salt" {
			t.Errorf("%s: %+v", name, found)
		}
		if text, _ := json.Marshal(found); strings.Contains(string(text), "1150000") || strings.Contains(string(text), o.Agreed[0].Salt) {
			t.Errorf("%s: what is held has values: %s", name, text)
		}
	}
}

func TestEmployersAndPlacesAreNumbers(t *testing.T) {
	a, b := TermCode("01ARZ3NDEKTSV4RRFFQ69G5FAV"), TermCode("01ARZ3NDEKTSV4RRFFQ69G5FAW")
	if a == b || a < 0 || a > mostCode || a != TermCode("01ARZ3NDEKTSV4RRFFQ69G5FAV") {
		t.Errorf("%d and %d", a, b)
	}
}

func TestAnOutcomeTellsBandsOfTenOrMore(t *testing.T) {
	c := Comparison{Workers: 40, Terms: agreedTerms, Key: "key"}
	found := make([]HeldTerms, 40)
	for n := range 9 {
		found[n].Compared = []string{"TERM_HOURS"}
	}
	if _, ok := c.Outcome(found, &ComparisonClosing{}, asOf); ok {
		t.Error("nine workers were told of")
	}
	for n := range 12 {
		found[n].Compared = []string{TermWage, TermCurrency}
		if n < 5 {
			found[n].Worse = []string{TermWage}
		} else if n < 9 {
			found[n].Worse = []string{TermCurrency}
		}
	}
	out, ok := c.Outcome(found, &ComparisonClosing{Outcome: "id"}, asOf)
	want := []TermCount{{TermWage, "10-24", "5-9"}, {TermCurrency, "10-24", BandFew}, {"TERM_HOURS", BandFew, BandFew}, {"TERM_DURATION", BandFew, BandFew}}
	if !ok || out.Compared != "10-24" || out.Month != "2026-10" || !slices.Equal(out.Terms, want) || !out.Alarms() {
		t.Errorf("%+v", out)
	}
	out.Terms[0].Worse = BandFew
	if out.Alarms() {
		t.Error("a few workers whose terms are worse raise an alarm")
	}
}

func TestRulesOfABatchOfTerms(t *testing.T) {
	book, _ := bookOf(t, 5)
	good := func() *TermsBatch {
		b := &TermsBatch{Comparison: strings.Repeat("1", 64), Seed: strings.Repeat("2", 64)}
		for n := range 2 {
			o, _ := book.Open(n)
			b.Workers = append(b.Workers, ComparedWorker{Opening: o, Now: []TermNow{{"TERM_HOURS", 480}}})
		}
		return b
	}
	spec, _ := HeldSpecOf("CompareTerms")
	for name, c := range map[string]struct {
		change func(*TermsBatch)
		field  string
	}{
		"as it should be":         {func(*TermsBatch) {}, ""},
		"nobody":                  {func(b *TermsBatch) { b.Workers = []ComparedWorker{} }, ""},
		"one worker twice":        {func(b *TermsBatch) { b.Workers[1] = b.Workers[0] }, "workers[1].opening.worker"},
		"one term twice":          {func(b *TermsBatch) { b.Workers[1].Now = append(b.Workers[1].Now, b.Workers[1].Now[0]) }, "workers[1].now[1].code"},
		"a wage without currency": {func(b *TermsBatch) { b.Workers[0].Now[0].Code = TermWage }, "workers[0].now"},
		"hours beyond a week":     {func(b *TermsBatch) { b.Workers[0].Now[0].Value = 1681 }, "workers[0].now[0].value"},
		"nothing now":             {func(b *TermsBatch) { b.Workers[0].Now = nil }, "workers[0].now"},
		"seventeen workers":       {func(b *TermsBatch) { b.Workers = slices.Repeat(b.Workers[:1], 17) }, "workers"},
	} {
		b := good()
		c.change(b)
		text, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		_, refusal := spec.Read(text, asOf)
		if (refusal == nil) != (c.field == "") || refusal != nil && (refusal.Code != Invalid || refusal.Fields[0].Field != c.field) {
			t.Errorf("%s: %v", name, refusal)
		}
	}
}

// FuzzTermsOpening changes an opening anywhere: it proves what was agreed, or
// nothing.
func FuzzTermsOpening(f *testing.F) {
	book, err := MakeTermsBook("commitment", []string{"TERM_HOURS"}, [][]int64{{1}, {2}, {3}, {4}, {5}}, rand.NewChaCha8([32]byte{5}))
	if err != nil {
		f.Fatal(err)
	}
	root, err := book.Root()
	if err != nil {
		f.Fatal(err)
	}
	for n := range 5 {
		o, err := book.Open(n)
		if err != nil {
			f.Fatal(err)
		}
		text, err := json.Marshal(o)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var o TermsOpening
		if Decode(text, &o) != nil || !o.Proves("commitment", 5, root) {
			return
		}
		agreed := o.Agreed[0]
		salt, _ := hex.DecodeString(agreed.Salt)
		was := book.Workers[o.Worker][0]
		if wasSalt, _ := hex.DecodeString(was.Salt); agreed.Code != was.Code || agreed.Value != was.Value || string(salt) != string(wasSalt) {
			t.Errorf("%s proves something else", text)
		}
	})
}
