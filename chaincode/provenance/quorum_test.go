package provenance_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

func TestQuorum(t *testing.T) {
	for name, c := range map[string]struct {
		of                          int
		answered, right, wrong, ask provenance.Band
		want                        bool
	}{
		"a quarter, who say so":                  {40, "10-24", "10-24", "0-4", "0-4", true},
		"less than a quarter, for all one knows": {41, "10-24", "10-24", "0-4", "0-4", false},
		"five who deny it":                       {40, "25-49", "10-24", "5-9", "0-4", false},
		"as many who ask":                        {40, "25-49", "10-24", "0-4", "10-24", false},
		"fewer who ask":                          {40, "25-49", "10-24", "0-4", "5-9", true},
		"a few who say so":                       {40, "10-24", "0-4", "0-4", "0-4", false},
		"a group of ten":                         {10, "10-24", "5+", "0-4", "0-4", true},
		"a group of a thousand":                  {1000, "250+", "250+", "0-4", "0-4", true},
		"a group of a thousand and one":          {1001, "250+", "250+", "0-4", "0-4", false},
	} {
		count := provenance.AnswerCount{Answered: c.answered, Right: c.right, Wrong: c.wrong, Ask: c.ask}
		if got := count.Quorum(c.of); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// Every group that receipts are made for can confirm: the rule asks of none more
// than its bands can tell.
func TestEveryGroupCanReachAQuorum(t *testing.T) {
	for of := provenance.SmallestShown; of <= provenance.MostReceipts; of++ {
		i := provenance.Inquiry{Receipts: of, Key: "key"}
		answers := make([]provenance.HeldAnswer, of)
		for n := range answers {
			answers[n].Own = provenance.SaidRight
		}
		if count, ok := i.Count(answers, &provenance.Closing{}, now); !ok || !count.Quorum(of) {
			t.Fatalf("all of %d say that it is right: %+v", of, count)
		}
	}
}
