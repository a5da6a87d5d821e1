package web

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

func TestEveryLanguageHasAllWords(t *testing.T) {
	keys := slices.Sorted(maps.Keys(workerWords["en"]))
	for lang, words := range workerWords {
		if got := slices.Sorted(maps.Keys(words)); !slices.Equal(got, keys) {
			t.Errorf("%s has %v, want %v", lang, got, keys)
		}
		for key, text := range words {
			if text == "" || strings.Count(text, "%s") != strings.Count(workerWords["en"][key], "%s") {
				t.Errorf("%s: %s reads %q", lang, key, text)
			}
		}
	}
	for accepted, want := range map[string]string{"": "en", "en-GB,en;q=0.8": "en", "xx, en": "en", "tlh": "en"} {
		if got := WorkerLanguage(accepted); got != want {
			t.Errorf("%q gives %s", accepted, got)
		}
	}
}

func TestStatementsReadAsSentences(t *testing.T) {
	fees := provenance.FeeStatement{Lines: []provenance.FeeLine{{Category: "FEE_MATCHING", Workers: 20, Charged: provenance.Money{Amount: 30_000_000, Currency: "NPR"}}}}
	for want, got := range map[string][]string{
		"for each worker, from 10 to 24 workers": StatedFees("en", fees),
		"Nobody paid anything":                   StatedFees("en", provenance.FeeStatement{}),
		"how much is not known":                  StatedFees("en", provenance.FeeStatement{Quantified: "NOT_YET"}),
		"was paid back to each of":               StatedRepayment("en", provenance.Repayment{State: provenance.Paid, Month: "2026-03", Workers: 12, Paid: provenance.Money{Amount: 1200, Currency: "EUR"}}),
		"is to be paid back":                     StatedRepayment("en", provenance.Repayment{State: provenance.PlanAgreed, Workers: 12, Paid: provenance.Money{Amount: 1200, Currency: "EUR"}}),
		"Keeps passport and papers":              StatedPredicate("en", provenance.Attestation{Predicates: []provenance.PredicateCount{{Code: "ID_NOT_RETAINED", Yes: 20}}}, "ID_NOT_RETAINED"),
		"cannot be read":                         StatedPredicate("en", provenance.Attestation{}, "ID_NOT_RETAINED"),
		"put right":                              StatedClosing("en", provenance.FindingStep{On: "2026-03-01"}),
	} {
		if len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
}

// The whole page is one request of a few kilobytes, and needs no script.
func TestTheWorkersPageIsSmallAndNeedsNothing(t *testing.T) {
	page, err := Worker{Lang: "en", Step: "code", Leave: "https://weather.example/"}.Page()
	if err != nil {
		t.Fatal(err)
	}
	if len(page) > 6_000 {
		t.Errorf("it has %d bytes", len(page))
	}
	for _, bad := range []string{"<link", "<img", "src=", "http://", "verified"} {
		if strings.Contains(string(page), bad) {
			t.Errorf("it has %q", bad)
		}
	}
	if !strings.Contains(string(page), `<form action="/w" method="post"`) || !strings.Contains(string(page), workerScript) || !strings.Contains(string(page), workerStyle) {
		t.Errorf("style and script are not those of the policy, or the form is missing:\n%s", page)
	}
}
