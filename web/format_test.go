package web

import (
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

func TestAmount(t *testing.T) {
	for want, m := range map[string]provenance.Money{
		"0.00\u00a0THB":                  {Amount: 0, Currency: "THB"},
		"0.05\u00a0THB":                  {Amount: 5, Currency: "THB"},
		"999.99\u00a0THB":                {Amount: 99999, Currency: "THB"},
		"1,250.00\u00a0THB":              {Amount: 125000, Currency: "THB"},
		"1,250,000\u00a0VND":             {Amount: 1250000, Currency: "VND"},
		"125\u00a0JPY":                   {Amount: 125, Currency: "JPY"},
		"1,250.000\u00a0KWD":             {Amount: 1250000, Currency: "KWD"},
		"90,000,000,000,000.00\u00a0NPR": {Amount: 9000000000000000, Currency: "NPR"},
	} {
		if got := Amount(m); got != want {
			t.Errorf("%+v is %q, want %q", m, got, want)
		}
	}
}

func TestForms(t *testing.T) {
	for got, want := range map[string]string{
		date("2026-03-01"):               "1 March 2026",
		date("2026-03-01T10:00:00.000Z"): "1 March 2026",
		date("soon"):                     "soon",
		date(""):                         "",
		month("2026-03"):                 "March 2026",
		band("10-24"):                    "10 to 24",
		band("250+"):                     "250 or more",
		band("0"):                        "none",
		band(provenance.BandFew):         "none or a few",
		band(provenance.BandSome):        "5 or more",
		count(1, "site", "sites"):        "1 site",
		count(1200, "site", "sites"):     "1,200 sites",
		age(59 * time.Second):            "less than a minute",
		age(61 * time.Second):            "1 minute",
		age(119 * time.Minute):           "1 hour",
		age(49 * time.Hour):              "2 days",
		list([]string{"a", "b", "c"}):    "a, b and c",
		instant(time.Date(2026, 11, 23, 10, 5, 0, 0, time.FixedZone("", 3600))): "23 November 2026, 09:05 UTC",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
