package httpapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger/remote"
)

// TestWhatIsStatedCanBeRead states a record of every kind over HTTP and reads
// each back, or is told why it is not shown.
func TestWhatIsStatedCanBeRead(t *testing.T) {
	g := founded(t)
	w := g.world
	for _, st := range []provenance.Statement{
		&provenance.Standing{ID: w.ID(), Subject: provenance.Subject{Kind: provenance.KindAccreditation, ID: w.Accreditation.ID}, State: provenance.Suspended, Reason: "UNDER_REVIEW"},
		&provenance.Withdrawal{ID: w.ID(), Target: provenance.Target{Kind: provenance.KindAttestation, ID: w.Attestation.ID}, Reason: "METHOD_FLAWED"},
	} {
		author := g.cast.Oversight
		if st.Kind() == provenance.KindWithdrawal {
			author = g.cast.Union
		}
		g.state(author, st)
	}
	g.settle()
	height, err := g.ledger.Height(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[provenance.Kind]bool{}
	for n := range height {
		for _, r := range g.recordsOf(n) {
			seen[r.Kind] = true
			a := g.get("/v1/records/" + string(r.Kind) + "/" + url.PathEscape(r.ID))
			if !r.Public() {
				if p := a.problem(t); p.Status != http.StatusNotFound || p.Code != "not_shown" {
					t.Errorf("%s, which is not public: %d %s", r.Kind, p.Status, p.Code)
				}
				continue
			}
			got := in[struct {
				Record provenance.Record
				Digest string
				Ledger struct{ Height uint64 }
			}](t, a)
			receipt, err := provenance.ReceiptFor(r)
			if err != nil {
				t.Fatal(err)
			}
			if digest, _ := provenance.Digest(got.Record); digest != receipt.Digest || got.Digest != receipt.Digest || got.Ledger.Height != height {
				t.Errorf("%s came back as %s at height %d", r.Ref(), got.Digest, got.Ledger.Height)
			}
		}
	}
	for _, spec := range provenance.Specs() {
		switch spec.Kind {
		case provenance.KindAnswerCount, provenance.KindTermsCommitment, provenance.KindTermsComparison, provenance.KindGrievanceCount, provenance.KindErasure: // held_test.go states them
			continue
		}
		if !seen[spec.Kind] {
			t.Errorf("no %s was stated", spec.Kind)
		}
	}
}

func TestHistoryOverHTTPIsTheHistory(t *testing.T) {
	g := founded(t)
	for _, lot := range []string{"", "S-1"} {
		records, _, err := g.store.Behind(t.Context(), g.world.Shirt.GTIN, lot)
		if err != nil {
			t.Fatal(err)
		}
		want, err := provenance.History(records, provenance.Question{GTIN: g.world.Shirt.GTIN, Lot: lot, AsOf: clock.Truncate(60e9)})
		if err != nil {
			t.Fatal(err)
		}
		got, err := g.relay.History(t.Context(), provenance.Question{GTIN: g.world.Shirt.GTIN, Lot: lot})
		if err != nil {
			t.Fatal(err)
		}
		wantDigest, _ := provenance.Digest(want)
		if digest, _ := provenance.Digest(got.History); digest != wantDigest {
			t.Errorf("lot %q: got %+v\nwant %+v", lot, got.History, want)
		}
		if want.Outcome != provenance.OutcomeOwed || len(want.Sites) == 0 || got.Ledger.Height == 0 || got.Ledger.Age <= 0 || got.Ledger.Time == "" {
			t.Errorf("lot %q: %s at %+v", lot, want.Outcome, got.Ledger)
		}
	}
}

func TestHistoryKnowsWhatWasKnownThen(t *testing.T) {
	g := founded(t)
	q := provenance.Question{GTIN: g.world.Shirt.GTIN}
	var err error
	if q.AsOf, err = provenance.ParseMoment("2025-11-30"); err != nil {
		t.Fatal(err)
	}
	got, err := g.relay.History(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if got.History.AsOf != "2025-11-30T23:59:59.999Z" || got.History.Fees.Totals[0].Repaid != 0 {
		t.Errorf("as of November it says %s, %+v", got.History.AsOf, got.History.Fees.Totals)
	}
	if q.KnownAt, err = provenance.ParseMoment("2025-11-30"); err != nil {
		t.Fatal(err)
	}
	if _, err = g.relay.History(t.Context(), q); !isRefusal(err, provenance.NotFound) {
		t.Errorf("nothing was on the ledger by then: %v", err)
	}
}

func TestAnUnchangedAnswerIsNotSentAgain(t *testing.T) {
	g := founded(t)
	id := g.world.Site.ID
	for _, path := range []string{
		"/v1/products/" + g.world.Shirt.GTIN + "/history", "/v1/products/" + g.world.Shirt.GTIN, "/v1/facilities", "/v1/facilities/" + id,
		"/v1/facilities/" + id + "/audits", "/v1/audits/" + g.world.Audit.ID, "/v1/status", "/v1/openapi.yaml",
		"/", "/01/" + g.world.Shirt.GTIN, "/sites/" + id, "/qr/01/" + g.world.Shirt.GTIN + ".svg",
	} {
		first := g.get(path)
		if first.status != http.StatusOK || first.header.Get("ETag") == "" {
			t.Errorf("%s: %d without ETag: %s", path, first.status, first.body)
			continue
		}
		again := g.do(http.MethodGet, path, map[string]string{"If-None-Match": `"other", ` + first.header.Get("ETag")}, nil)
		if again.status != http.StatusNotModified || len(again.body) != 0 {
			t.Errorf("%s: %d the second time", path, again.status)
		}
		if again.header.Get("Fairlead-Height") != first.header.Get("Fairlead-Height") {
			t.Errorf("%s: a 304 without the height it stands on", path)
		}
		head := g.do(http.MethodHead, path, nil, nil)
		if head.status != http.StatusOK || len(head.body) != 0 {
			t.Errorf("%s: HEAD gives %d", path, head.status)
		}
	}
}

func TestANewRecordChangesTheAnswer(t *testing.T) {
	g := founded(t)
	path := "/v1/products/" + g.world.Shirt.GTIN + "/history"
	before := g.get(path)
	w := provenance.Withdrawal{ID: g.world.ID(), Target: provenance.Target{Kind: provenance.KindFeeStatement, ID: g.world.Fees.ID}, Reason: "METHOD_FLAWED"}
	block := g.state(g.cast.Union, &w).Commit.Block
	after := g.do(http.MethodGet, path, map[string]string{"Fairlead-Min-Block": uintText(block), "If-None-Match": before.header.Get("ETag")}, nil)
	if got := in[remote.Histories](t, after); got.History.Outcome == provenance.OutcomeOwed || got.Ledger.Height <= block {
		t.Errorf("after the withdrawal in block %d: %s at height %d", block, got.History.Outcome, got.Ledger.Height)
	}
}

// TestAnAcknowledgedRecordIsThere: without any header, the first reader after an
// author was told of the commit finds it.
func TestAnAcknowledgedRecordIsThere(t *testing.T) {
	g := founded(t)
	for range 20 {
		w := provenance.Withdrawal{ID: g.world.ID(), Target: provenance.Target{Kind: provenance.KindFeeStatement, ID: g.world.Fees.ID}, Reason: "METHOD_FLAWED"}
		block := g.state(g.cast.Union, &w).Commit.Block
		if a := g.get("/v1/records/withdrawal/" + w.ID); a.status != http.StatusOK {
			t.Fatalf("after the commit in block %d: %d %s", block, a.status, a.body)
		}
		g.world.Fees.ID = g.world.ID()
		g.state(g.cast.Union, &g.world.Fees)
	}
}

func TestAReaderIsToldWhenItsBlockIsNotThere(t *testing.T) {
	t.Parallel() // it waits as long as readers do
	g := founded(t)
	a := g.do(http.MethodGet, "/v1/status", map[string]string{"Fairlead-Min-Block": "100000"}, nil)
	if p := a.problem(t); p.Code != "behind" || a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" {
		t.Errorf("%d %s", a.status, a.body)
	}
	a = g.do(http.MethodGet, "/v1/status", map[string]string{"Fairlead-Min-Block": "soon"}, nil)
	if p := a.problem(t); p.Code != "bad_parameter" || p.Fields[0].Field != "Fairlead-Min-Block" {
		t.Errorf("%s", a.body)
	}
}

// TestWrongQuestionsAreExplained: each with the parameter it names.
func TestWrongQuestionsAreExplained(t *testing.T) {
	g := founded(t)
	shirt := "/v1/products/" + g.world.Shirt.GTIN
	for name, tc := range map[string]struct {
		path        string
		status      int
		code, field string
		says        string
	}{
		"a wrong check digit":             {"/v1/products/09520123456789/history", 400, "bad_parameter", "gtin", "check digit 9 where 8 is due"},
		"a wrong check digit of thirteen": {"/v1/products/9520123456789", 400, "bad_parameter", "gtin", "check digit 9 where 8 is due"},
		"letters for a number":            {"/v1/products/shirt/history", 400, "bad_parameter", "gtin", "8, 12, 13 or 14 digits"},
		"a number of nine digits":         {"/v1/products/123456789/history", 400, "bad_parameter", "gtin", "8, 12, 13 or 14 digits"},
		"an unknown product":              {"/v1/products/96385074/history", 404, "not_found", "", "no product"},
		"an unknown product's record":     {"/v1/products/96385074", 404, "not_found", "", "nobody has recorded it"},
		"an unknown lot":                  {shirt + "/history?lot=NONE", 404, "not_found", "", "lot"},
		"an empty lot":                    {shirt + "/history?lot=", 400, "bad_parameter", "lot", "1 to 20 characters"},
		"a lot outside GS1's characters":  {shirt + "/history?lot=%C3%A9", 400, "bad_parameter", "lot", "GS1"},
		"a date that is none":             {shirt + "/history?asOf=2026-02-30", 400, "bad_parameter", "asOf", "2026-03-31"},
		"a moment that is none":           {shirt + "/history?knownAt=yesterday", 400, "bad_parameter", "knownAt", "2026-03-31"},
		"an empty moment":                 {shirt + "/history?asOf=", 400, "bad_parameter", "asOf", "2026-03-31"},
		"a parameter that is none":        {shirt + "/history?asof=2026-01-01", 400, "bad_parameter", "asof", "asOf"},
		"a parameter given twice":         {shirt + "/history?lot=A&lot=B", 400, "bad_parameter", "lot", "twice"},
		"a parameter where none is taken": {"/v1/status?verbose=1", 400, "bad_parameter", "verbose", "takes none"},
		"a hidden parameter name":         {"/v1/status?%00%1b=1", 400, "bad_parameter", "(unreadable name)", ""},
		"a query that is none":            {"/v1/status?%zz=1", 400, "bad_parameter", "query", ""},
		"a limit of zero":                 {"/v1/facilities?limit=0", 400, "bad_parameter", "limit", "1 to 100"},
		"a limit too high":                {"/v1/facilities?limit=101", 400, "bad_parameter", "limit", "1 to 100"},
		"a cursor that is none":           {"/v1/facilities?after=%21", 400, "bad_parameter", "after", ""},
		"another list's cursor":           {"/v1/facilities/" + g.world.Site.ID + "/audits?after=AAAA", 400, "bad_parameter", "after", ""},
		"a country that is none":          {"/v1/facilities?country=Thailand", 400, "bad_parameter", "country", "ISO 3166"},
		"a search too long":               {"/v1/facilities?q=" + strings.Repeat("x", 201), 400, "bad_parameter", "q", "200"},
		"an unknown site":                 {"/v1/facilities/01ARZ3NDEKTSV4RRFFQ69G5FAV", 404, "not_found", "", "site"},
		"an unknown site's audits":        {"/v1/facilities/01ARZ3NDEKTSV4RRFFQ69G5FAV/audits", 404, "not_found", "", "site"},
		"an unknown audit":                {"/v1/audits/nothing", 404, "not_found", "", "audit"},
		"a kind that is none":             {"/v1/records/worker/1", 400, "bad_parameter", "kind", ""},
		"a transaction that is none":      {"/v1/transactions/abc", 400, "bad_parameter", "tx", "64"},
		"an address that is none":         {"/v1/workers", 404, "no_such_address", "", "openapi"},
		"another address that is none":    {"/nothing", 404, "no_such_address", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := g.get(tc.path)
			p := a.problem(t)
			field := ""
			if len(p.Fields) > 0 {
				field = p.Fields[0].Field
			}
			if p.Status != tc.status || p.Code != tc.code || field != tc.field || p.Outcome != "refused" {
				t.Errorf("%d %s at %q (%s): %s", p.Status, p.Code, field, p.Outcome, p.Detail)
			}
			if !strings.Contains(p.Detail, tc.says) {
				t.Errorf("%q does not say %q", p.Detail, tc.says)
			}
		})
	}
}

func TestProductNumbersOfEveryLengthAreOne(t *testing.T) {
	g := founded(t)
	full := g.world.Shirt.GTIN // 0 and thirteen digits
	for _, path := range []string{full, strings.TrimPrefix(full, "0")} {
		got := in[struct {
			Product provenance.Record
			Links   map[string]string
		}](t, g.get("/v1/products/"+path))
		if got.Product.ID != full || got.Links["page"] != baseURL+"/01/"+full {
			t.Errorf("%s gives %s, %v", path, got.Product.ID, got.Links)
		}
	}
}

func TestFacilitiesComeInPages(t *testing.T) {
	g := founded(t)
	var extra []provenance.Statement
	for _, name := range []string{"Alpha <b>Mill</b>", "Beta & Sons", "Gamma"} {
		extra = append(extra, &provenance.Facility{ID: g.world.ID(), FacilityKind: provenance.WorkSite, Name: name, Country: "BD"})
	}
	g.state(g.cast.Supplier, extra...)
	g.settle()
	var names []string
	for q := (remote.FacilityQuery{Limit: 3}); ; {
		page, err := g.relay.Facilities(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Facilities {
			f, err := provenance.Body[provenance.Facility](r)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, f.Name)
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	if got := strings.Join(names, "|"); got != "Alpha <b>Mill</b>|Annex at Mahachai|Beta & Sons|Gamma|Mahachai annex|Riverside 9|Riverside Garments, mill 2" {
		t.Errorf("the pages hold %s", got)
	}
	page, err := g.relay.Facilities(t.Context(), remote.FacilityQuery{Country: "BD", Text: "SONS"})
	if err != nil || len(page.Facilities) != 1 {
		t.Errorf("searching gives %d: %v", len(page.Facilities), err)
	}
}

func TestAnAuditTellsItsLife(t *testing.T) {
	g := founded(t)
	type life struct {
		Record provenance.Record
		By     struct{ Party provenance.Name }
		Ended  string
		Steps  []provenance.Record
	}
	path := "/v1/audits/" + g.world.Audit.ID
	if got := in[life](t, g.get(path)); len(got.Steps) != 1 || got.Ended != "" || got.By.Party.Name != g.world.Firm.Name {
		t.Errorf("%+v", got)
	}
	g.state(g.cast.Auditor, &provenance.Withdrawal{ID: g.world.ID(), Target: provenance.Target{Kind: provenance.KindAudit, ID: g.world.Audit.ID}, Reason: "FRAUD_FOUND"})
	g.settle()
	if got := in[life](t, g.get(path)); got.Ended != provenance.EndedWithdrawn {
		t.Errorf("after its withdrawal: %+v", got)
	}
	if page := string(g.get("/sites/" + g.world.Site.ID).body); !strings.Contains(page, "withdrawn</b>, counts for nothing") {
		t.Errorf("the site's page does not say that the audit is withdrawn:\n%s", page)
	}
}

func TestReadiness(t *testing.T) {
	g := founded(t)
	for _, path := range []string{"/livez", "/readyz"} {
		if a := g.get(path); a.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	status, err := g.relay.Status(t.Context())
	if err != nil || status.Status.Projector != "following" || status.Status.Lag != 0 || status.Ledger.Height == 0 {
		t.Errorf("%+v, %v", status, err)
	}
}

// What is withdrawn of an audit's findings is not the audit.
func TestAnAuditOutlivesTheStepsThatAreWithdrawn(t *testing.T) {
	g := founded(t)
	w := g.world
	audit := func() (answer struct {
		Ended string
		Steps []provenance.Record
	}) {
		return in[struct {
			Ended string
			Steps []provenance.Record
		}](t, g.get("/v1/audits/"+w.Audit.ID))
	}
	if a := audit(); a.Ended != "" || len(a.Steps) != 1 {
		t.Fatalf("at first: %+v", a)
	}
	back := func(of provenance.Statement) *provenance.Withdrawal {
		return &provenance.Withdrawal{ID: w.ID(), Target: provenance.Target{Kind: of.Kind(), ID: of.Key()}, Reason: "RECORDED_IN_ERROR"}
	}
	g.state(g.cast.Supplier, back(&w.Step))
	g.settle()
	if a := audit(); a.Ended != "" || len(a.Steps) != 0 {
		t.Errorf("the step is withdrawn: %+v", a)
	}
	g.state(g.cast.Auditor, back(&w.Audit))
	g.settle()
	if a := audit(); a.Ended != provenance.EndedWithdrawn {
		t.Errorf("the audit is withdrawn: %+v", a)
	}
}

// An audit whose replacement is taken back counts as before.
func TestAnAuditIsReplacedOnlyByOneThatStands(t *testing.T) {
	g := founded(t)
	w := g.world
	ended := func() string {
		return in[struct{ Ended string }](t, g.get("/v1/audits/"+w.Audit.ID)).Ended
	}
	next := w.Audit
	next.ID, next.Supersedes = w.ID(), w.Audit.ID
	g.state(g.cast.Auditor, &next)
	g.settle()
	if got := ended(); got != provenance.EndedSuperseded {
		t.Errorf("replaced: %q", got)
	}
	g.state(g.cast.Auditor, &provenance.Withdrawal{ID: w.ID(), Target: provenance.Target{Kind: provenance.KindAudit, ID: next.ID}, Reason: "RECORDED_IN_ERROR"})
	g.settle()
	if got := ended(); got != "" {
		t.Errorf("its replacement is taken back: %q", got)
	}
}
