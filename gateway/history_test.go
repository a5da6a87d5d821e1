package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger/remote"
)

const gtin = "09520123456788"

var answer = remote.Histories{
	History: provenance.Answer{
		GTIN: gtin, Product: "Shirt", Owner: provenance.Name{Name: "Northern Shirts"}, AsOf: "2026-03-31T23:59:59.999Z", Outcome: provenance.OutcomeOwed,
		Fees: provenance.Fees{Totals: []provenance.FeeTotal{
			{Currency: "BDT", Charged: 1200000, Repaid: 200000, Claimed: 300000, Promised: 400000, Outstanding: 1000000, Workers: "25-49"},
			{Currency: "JOD", Workers: "0"},
		}},
		Tiers: []provenance.Tier{{Tier: 0, Sites: 2, Coverage: provenance.CoverageCount{Covered: 1, None: 1}, UnknownOrigins: 3}},
		Sites: []provenance.Site{
			{Name: provenance.Name{Name: "Mill"}, Country: "JO", Coverage: provenance.Covered, FeesAsked: true, OpenFindings: 1, Outstanding: []provenance.Money{{Amount: 1000000, Currency: "BDT"}}},
			{Name: provenance.Name{Name: "Shed"}, Country: "BD", Coverage: provenance.CoverageNone},
		},
		Findings: []provenance.FindingLine{
			{No: "F1", Site: provenance.Name{Name: "Mill"}, Severity: "MAJOR", State: provenance.FindingAgreed, Open: true, Overdue: true, Since: "2026-02-01", DueOn: "2026-03-01"},
			{No: "F2", Site: provenance.Name{Name: "Mill"}, State: provenance.FindingClosedVerified},
		},
		Disagreements: []provenance.Disagreement{{Site: provenance.Name{Name: "Mill"}, Matter: "FEES", Against: []provenance.Org{provenance.Auditors, provenance.Workers}}},
		Unknowns: []provenance.UnknownLine{
			{Code: provenance.UnknownNotAudited, Site: &provenance.Name{Name: "Shed"}},
			{Code: provenance.UnknownOrigin, Lot: &provenance.Lot{GTIN: gtin, Lot: "L/1"}, Tier: 1},
		},
	},
	Ledger: remote.Standing{Height: 9, Age: 75},
}

func TestHistoryIsReadable(t *testing.T) {
	term := newTerminal(t)
	var asked string
	term.gateway(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.String()
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(answer)
	})
	out := term.expects(exitOK, nil, "history", "9520123456788", "--lot", "L/1", "--as-of", "2026-03-31", "--known-at", "2026-04-02T10:00:00Z")
	if want := "/v1/products/09520123456788/history?asOf=2026-03-31T23%3A59%3A59.999Z&knownAt=2026-04-02T10%3A00%3A00.000Z&lot=L%2F1"; asked != want {
		t.Errorf("asked %s, want %s", asked, want)
	}
	want := strings.TrimLeft(`
Shirt
GTIN 09520123456788 of Northern Shirts
as of 2026-03-31; ledger at height 9, newest record 1m15s old

OWED: Workers behind it paid to get their jobs and have not been paid back.

PAID TO GET THE JOB  PAID BACK    CLAIMED PAID BACK  PROMISED     STILL OWED    WORKERS
12000.00 BDT         2000.00 BDT  3000.00 BDT        4000.00 BDT  10000.00 BDT  25-49

TIER  SITES  AUDITED  EXPIRED  AUDITED LATER  NEVER  UNKNOWN ORIGINS
0     2      1        0        0              1      3

TIER  SITE  COUNTRY  RUN BY     AUDIT    OPEN FINDINGS  FEES ASKED  OWED
0     Mill  JO       not known  COVERED  1              yes         10000.00 BDT
0     Shed  BD       not known  NONE     0              no          

FINDING  SITE  SEVERITY  STATE       SINCE       DUE
F1       Mill  MAJOR     CAP_AGREED  2026-02-01  2026-03-01 (overdue)

DISPUTED  SITE  OTHERWISE SAY
FEES      Mill  Auditors, Workers

NOT KNOWN            TIER  WHERE
NOT_AUDITED          0     Shed
ORIGIN_NOT_RECORDED  1     lot L/1 of 09520123456788
`, "\n")
	if out != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}

func TestHistoryAsJSONIsTheGatewaysAnswer(t *testing.T) {
	term := newTerminal(t)
	term.gateway(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(answer)
	})
	var got remote.Histories
	if err := json.Unmarshal([]byte(term.expects(exitOK, nil, "history", gtin, "--json")), &got); err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(answer)
	if string(a) != string(b) {
		t.Errorf("got %s\nwant %s", a, b)
	}
}
