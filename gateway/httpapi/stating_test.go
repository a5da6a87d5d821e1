package httpapi_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/test/world"
)

// with changes one field of a good document; path is as problems give it. A nil
// value takes the field away.
func with(t *testing.T, document []byte, path string, value any) []byte {
	t.Helper()
	var tree any
	if err := json.Unmarshal(document, &tree); err != nil {
		t.Fatal(err)
	}
	steps := strings.Split(strings.NewReplacer("[0]", ".0").Replace(path), ".")
	at := tree
	for _, step := range steps[:len(steps)-1] {
		if list, ok := at.([]any); ok && step == "0" {
			at = list[0]
			continue
		}
		next, ok := at.(map[string]any)[step]
		if !ok {
			t.Fatalf("the document has no %s", path)
		}
		at = next
	}
	object, last := at.(map[string]any), steps[len(steps)-1]
	if object[last] = value; value == nil {
		delete(object, last)
	}
	text, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestBadDocumentsAreRefusedByField sends, for every kind, documents with one
// thing wrong, and sees that the answer names it and that nothing was written.
func TestBadDocumentsAreRefusedByField(t *testing.T) {
	g := founded(t)
	w := g.world
	audit := w.Audit
	audit.ValidUntil = "" // so that its end can be moved alone
	good := map[provenance.Kind]provenance.Statement{
		provenance.KindParty: &w.Brand, provenance.KindAccreditation: &w.Accreditation, provenance.KindFacility: &w.Site,
		provenance.KindPartyAmendment: &w.Amend.Party, provenance.KindProductAmendment: &w.Amend.Product,
		provenance.KindFacilityAmendment: &w.Annex.Amendment, provenance.KindFacilityStatus: &w.Annex.Status,
		provenance.KindFacilityMerge: &w.Annex.Merge, provenance.KindFacilitySplit: &w.Annex.Split,
		provenance.KindOperatorClaim: &w.Annex.Claim, provenance.KindClaimDecision: &w.Annex.Decision,
		provenance.KindProduct: &w.Shirt, provenance.KindEvent: &w.ShirtMade, provenance.KindAudit: &audit,
		provenance.KindCorrectiveAction: &w.Action, provenance.KindFindingExtension: &w.Extension,
		provenance.KindAgeRule: &w.Amend.AgeRule, provenance.KindChildCase: &w.Children, provenance.KindChildStep: &w.ChildPlan,
		provenance.KindFindingStep: &w.Step, provenance.KindCohort: &w.Cohort, provenance.KindFeeStatement: &w.Fees,
		provenance.KindRepayment: &w.Repayment, provenance.KindRepaymentCheck: &w.Check, provenance.KindAttestation: &w.Attestation,
		provenance.KindMember:      &provenance.Member{ID: w.ID(), Party: w.Brand.ID, Roles: []provenance.Role{provenance.RoleBrand}, Certificate: strings.Repeat("ab", 32)},
		provenance.KindStanding:    &provenance.Standing{ID: w.ID(), Subject: provenance.Subject{Kind: provenance.KindMember, ID: w.ID()}, State: provenance.Suspended, Reason: "LEFT"},
		provenance.KindEventError:  world.Wrong(w.ShirtMade, "2025-10-09T03:00:00.000Z"),
		provenance.KindYield:       w.Yield("0.92"),
		provenance.KindObservation: &w.Watch.Gap, provenance.KindScreening: &w.Watch.Screening, provenance.KindReply: &w.Watch.Reply,
		provenance.KindSignalStep: &w.Watch.Decision, provenance.KindDevice: &w.Watch.Clock, provenance.KindDeviceTotal: &w.Watch.Total,
		provenance.KindTermsCommitment: w.TermsCommitment(), provenance.KindTermsComparison: w.TermsComparison(),
		provenance.KindAnswerCount: w.AnswerCount(), provenance.KindGrievanceCount: w.GrievanceCount(), provenance.KindErasure: w.Erasure(),
		provenance.KindWithdrawal: &provenance.Withdrawal{ID: w.ID(), Target: provenance.Target{Kind: provenance.KindAudit, ID: w.Audit.ID}, Reason: "DUPLICATE"},
	}
	const secret = "Maria-Santos-P1234567"
	type bad struct {
		field string
		value any
		code  provenance.Code
	}
	invalid := func(field string, value any) bad { return bad{field, value, provenance.Invalid} }
	cases := map[provenance.Kind][]bad{
		provenance.KindParty:         {invalid("country", "XX"), invalid("kind", "WORKER"), invalid("name", " padded ")},
		provenance.KindMember:        {invalid("certificate", "abc"), invalid("roles", []string{"registrar", "registrar"}), invalid("roles", []string{})},
		provenance.KindStanding:      {invalid("state", "GONE"), invalid("subject.kind", "audit"), invalid("subject.id", secret)},
		provenance.KindAccreditation: {invalid("validUntil", "2019-12-31"), invalid("validFrom", "2020-02-30"), invalid("scheme", "ISO")},
		provenance.KindFacility: {
			invalid("facilities[0].identifiers[0].value", "9520000000012"), invalid("facilities[0].position.latMilli", 90001),
			invalid("facilities[0].operator", secret), invalid("facilities", []any{}),
		},
		provenance.KindPartyAmendment:    {{"from", "2027-01-01", provenance.InFuture}, invalid("country", "XX"), invalid("party", secret)},
		provenance.KindProductAmendment:  {{"from", "2027-01-01", provenance.InFuture}, invalid("hs", "61051"), invalid("owner", secret)},
		provenance.KindFacilityAmendment: {{"from", "2027-01-01", provenance.InFuture}, invalid("identifiers[0].until", "2025-09-30"), invalid("operator", secret), invalid("aliases", []string{"Mill 3", "Mill 3"})},
		provenance.KindFacilityStatus:    {{"on", "2027-01-01", provenance.InFuture}, invalid("state", "GONE"), invalid("facility", nil)},
		provenance.KindFacilityMerge:     {invalid("merged", w.Annex.Site.ID), invalid("kept", secret), invalid("reason", "SIMILAR")},
		provenance.KindFacilitySplit:     {invalid("merge", nil), invalid("merge", secret), invalid("reason", "SORRY")},
		provenance.KindOperatorClaim:     {{"since", "2027-01-01", provenance.InFuture}, invalid("evidence", "abc"), invalid("facility", secret)},
		provenance.KindClaimDecision:     {invalid("decision", "MAYBE"), invalid("claim", nil), invalid("reason", "WRONG_SITE")},
		provenance.KindProduct:           {invalid("products[0].gtin", "09520123456789"), invalid("products[0].hs", "61051"), invalid("products[0].name", nil)},
		provenance.KindEvent: {
			{"events[0].eventTime", "2027-01-01T00:00:00.000Z", provenance.InFuture}, invalid("events[0].bizLocation.id", "https://id.gs1.org/414/9520000000012"),
			invalid("events[0].outputQuantityList[0].epcClass", "https://id.gs1.org/01/09520123456789/10/S-1"), invalid("events[0].outputQuantityList[0].quantity", 80),
		},
		provenance.KindAudit: {
			{"end", "2026-12-30", provenance.InFuture}, invalid("findings[0].dueOn", "2025-01-01"), invalid("workers", "12"),
			invalid("interviews.individual", 1.5), invalid("findings[0].severity", "BAD"),
		},
		provenance.KindCorrectiveAction: {invalid("dueOn", "2025-11-19"), invalid("causes", []string{}), invalid("measures", []string{}), invalid("evidence[0].locator", "https://u:p@files.example/x")},
		provenance.KindChildCase:        {{"month", "2027-06", provenance.InFuture}, invalid("groups[0].number", "3"), invalid("groups[0].age", "13"), invalid("facility", secret)},
		provenance.KindChildStep:        {{"month", "2027-06", provenance.InFuture}, invalid("safe", "NO"), invalid("measures", []string{})},
		provenance.KindAgeRule:          {{"from", "2027-01-01", provenance.InFuture}, invalid("least", 12), invalid("work", "SWIMMING"), invalid("instrument", nil)},
		provenance.KindFindingExtension: {invalid("reason", "LATE"), invalid("dueOn", "2025-11-30"), invalid("audit", secret)},
		provenance.KindFindingStep:      {{"on", "2027-01-01", provenance.InFuture}, invalid("state", "OPEN"), invalid("finding", "f 1")},
		provenance.KindCohort:           {{"size", 4, provenance.BelowK}, {"arrivedUntil", "2027-06", provenance.InFuture}, invalid("corridor.from", "NPL"), invalid("size", "40")},
		provenance.KindFeeStatement:     {{"lines[0].workers", 4, provenance.BelowK}, {"month", "2027-06", provenance.InFuture}, invalid("lines[0].charged.currency", "RUPEE"), invalid("lines[0].employerPays", "YES"), invalid("lines[0].charged.amount", -1)},
		provenance.KindRepayment:        {{"workers", 4, provenance.BelowK}, {"month", "2027-06", provenance.InFuture}, invalid("leavers", 37), invalid("paid.amount", 0)},
		provenance.KindRepaymentCheck:   {{"month", "2027-06", provenance.InFuture}, invalid("method", "EMPLOYER_DECLARATION"), invalid("received", true)},
		provenance.KindAttestation:      {{"until", "2027-06", provenance.InFuture}, invalid("predicates[0].code", "CT_NICE"), invalid("predicates[0].yes", -1), invalid("cohort", secret)},
		provenance.KindObservation:      {{"source.retrievedOn", "2027-01-01", provenance.InFuture}, invalid("position.lat", 4.5), invalid("method.thresholds[0].unit", "KM"), invalid("facility", secret)},
		provenance.KindScreening:        {{"on", "2027-01-01", provenance.InFuture}, invalid("result", "YES"), invalid("subject.kind", "member")},
		provenance.KindReply:            {{"on", "2027-01-01", provenance.InFuture}, invalid("reason", "SORRY"), invalid("to.kind", "audit")},
		provenance.KindSignalStep:       {{"on", "2027-01-01", provenance.InFuture}, invalid("state", "EXPLAINED"), invalid("signal.id", secret)},
		provenance.KindDevice:           {invalid("publicKey", "AAAA"), invalid("kind", "CAMERA"), invalid("facility", secret)},
		provenance.KindDeviceTotal:      {{"workers", 4, provenance.BelowK}, {"month", "2027-06", provenance.InFuture}, invalid("totals[0].value", 8320)},
		provenance.KindEventError:       {{"events[0].errorDeclaration.declarationTime", "2027-01-01T00:00:00.000Z", provenance.InFuture}, invalid("events[0].errorDeclaration.reason", "OOPS"), invalid("events[0].errorDeclaration", nil)},
		provenance.KindYield:            {invalid("most", "0"), invalid("most", "0.10"), invalid("product", "09520123456789")},
		provenance.KindAnswerCount:      {{"month", "2027-06", provenance.InFuture}, invalid("answered", "5-9"), invalid("wrong", "1-4"), invalid("matter", "FEES"), invalid("tally", secret)},
		provenance.KindTermsCommitment:  {{"workers", 4, provenance.BelowK}, {"month", "2027-06", provenance.InFuture}, invalid("terms", []string{}), invalid("root", secret)},
		provenance.KindTermsComparison:  {{"month", "2027-06", provenance.InFuture}, invalid("compared", "5-9"), invalid("terms[0].worse", "1-4"), invalid("rule", "OURS"), invalid("tally", secret)},
		provenance.KindGrievanceCount:   {{"quarter", "2027-Q1", provenance.InFuture}, invalid("quarter", "2026-Q5"), invalid("received", "1-4"), invalid("categories[0].category", "NOISE")},
		provenance.KindErasure:          {invalid("tokens", []string{}), invalid("reason", "SORRY"), invalid("count", secret)},
		provenance.KindWithdrawal:       {invalid("target.kind", "member"), invalid("reason", "SORRY"), invalid("target.id", nil)},
	}
	before := g.height()
	for _, spec := range provenance.Specs() {
		document := world.Document(good[spec.Kind])
		path := "/v1/" + spec.Resource
		if a := g.post(path, g.cast.Auditor, document); a.status != http.StatusAccepted {
			t.Fatalf("the good %s: %d %s", spec.Kind, a.status, a.body)
		}
		list := cases[spec.Kind]
		if len(list) < 3 {
			t.Errorf("%s has only %d bad documents", spec.Kind, len(list))
		}
		if dot := strings.Index(list[0].field, "[0]."); dot > 0 {
			list = append(list, invalid(list[0].field[:dot], "none"), invalid(list[0].field[:dot]+"[0].workerName", secret))
		} else {
			list = append(list, invalid("id", nil), invalid("id", secret), invalid("id", 7), invalid("workerName", secret))
		}
		for _, b := range list {
			a := g.post(path, g.cast.Auditor, with(t, document, b.field, b.value))
			p := a.problem(t)
			if p.Status != http.StatusUnprocessableEntity || p.Code != string(b.code) || p.Outcome != "refused" || len(p.Fields) != 1 {
				t.Errorf("%s with %s = %v: %s", spec.Kind, b.field, b.value, a.body)
				continue
			}
			if f := p.Fields[0]; f.Field != b.field || f.Code != b.code || f.Problem == "" || f.Remedy == "" {
				t.Errorf("%s with %s = %v: %+v", spec.Kind, b.field, b.value, f)
			}
			if strings.Contains(string(a.body), secret) {
				t.Errorf("%s with %s: the value is repeated: %s", spec.Kind, b.field, a.body)
			}
		}
	}
	if after := g.height(); after != before {
		t.Errorf("%d blocks were written", after-before)
	}
	if strings.Contains(g.log.String(), secret) {
		t.Error("what was sent is in the log")
	}
}

// TestBodiesThatAreNoDocument: each is refused before anything is asked of the ledger.
func TestBodiesThatAreNoDocument(t *testing.T) {
	g := open(t)
	w := g.world
	author := g.ledger.Enrol(provenance.Brands, true)
	good := string(world.Document(&w.Brand))
	for name, tc := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"nothing":              {"", 400, "malformed"},
		"half a document":      {good[:len(good)-5], 400, "malformed"},
		"two documents":        {good + good, 400, "malformed"},
		"text after it":        {good + " x", 400, "malformed"},
		"no UTF-8":             {`{"id": "` + "\xff" + `"}`, 422, "invalid"},
		"a list":               {"[]", 422, "invalid"},
		"null":                 {"null", 422, "invalid"},
		"a name twice":         {`{"id":"a","id":"b"}`, 422, "invalid"},
		"nested too deep":      {strings.Repeat(`{"a":`, 50) + "1" + strings.Repeat("}", 50), 422, "invalid"},
		"more than a mebibyte": {`{"name":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			a := g.post("/v1/parties", author, []byte(tc.body))
			if p := a.problem(t); p.Status != tc.status || p.Code != tc.code || p.Outcome != "refused" {
				t.Errorf("%s", a.body)
			}
		})
	}
	for _, media := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"} {
		a := g.do(http.MethodPost, "/v1/parties", map[string]string{"Content-Type": media}, []byte(good))
		if p := a.problem(t); p.Status != http.StatusUnsupportedMediaType || p.Code != "unsupported_media_type" {
			t.Errorf("as %q: %s", media, a.body)
		}
	}
	if g.height() != 1 {
		t.Error("something was written")
	}
}

func TestAnAuthorHasToBeNamed(t *testing.T) {
	g := open(t)
	author := g.ledger.Enrol(provenance.Brands, true)
	block, _ := pem.Decode(author.Identity().Certificate)
	certificate := base64.StdEncoding.EncodeToString(block.Bytes)
	document := world.Document(&g.world.Brand)
	for name, tc := range map[string]struct{ org, certificate, code, field string }{
		"not at all":              {"", "", "author_missing", "Fairlead-Certificate"},
		"without a certificate":   {"Brands", "", "author_missing", "Fairlead-Certificate"},
		"without an organisation": {"", certificate, "author_missing", "Fairlead-Certificate"},
		"of no organisation":      {"BrandsMSP", certificate, "author_invalid", "Fairlead-Org"},
		"not in base64":           {"Brands", "!", "author_invalid", "Fairlead-Certificate"},
		"with no certificate":     {"Brands", "aGVsbG8=", "author_invalid", "Fairlead-Certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			header := map[string]string{"Content-Type": "application/json", "Fairlead-Org": tc.org, "Fairlead-Certificate": tc.certificate}
			a := g.do(http.MethodPost, "/v1/parties", header, document)
			p := a.problem(t)
			if p.Status != http.StatusUnauthorized || p.Code != tc.code || len(p.Fields) != 1 || p.Fields[0].Field != tc.field {
				t.Errorf("%s", a.body)
			}
			if a.header.Get("WWW-Authenticate") == "" {
				t.Error("a 401 without a challenge")
			}
		})
	}
	bad := with(t, document, "country", "XX")
	if p := g.post("/v1/parties", nil, bad).problem(t); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("a bad document by nobody gives %d: the document is to be judged first", p.Status)
	}
}

// TestTheContractsRefusalsComeThrough: each code with its status, and as the
// same refusal on the author's side.
func TestTheContractsRefusalsComeThrough(t *testing.T) {
	g := founded(t)
	w := g.world
	stranger := w.Cohort
	stranger.ID, stranger.Facility = w.ID(), w.ID()
	other := w.Cohort
	other.Size = 41
	early := provenance.FindingStep{ID: w.ID(), Audit: w.Audit.ID, Finding: "F-2", State: provenance.FindingClosedPending, On: "2025-12-01"}
	before := g.height()
	for name, tc := range map[string]struct {
		author ledger.Signer
		st     provenance.Statement
		code   provenance.Code
		status int
	}{
		"an unknown site":           {g.cast.Auditor, &stranger, provenance.UnknownReference, 422},
		"an identifier taken":       {g.cast.Union, &other, provenance.Conflict, 409},
		"a kind of others":          {g.cast.Brand, &w.Fees, provenance.NoStanding, 403},
		"a finding out of its turn": {g.cast.Supplier, &early, provenance.WrongState, 409},
	} {
		t.Run(name, func(t *testing.T) {
			spec, _ := provenance.SpecOf(tc.st.Kind())
			prepared := in[stage](t, g.post("/v1/"+spec.Resource, tc.author, world.Document(tc.st)))
			a := g.sendSigned("/v1/transactions/endorse", tc.author, prepared)
			if p := a.problem(t); p.Status != tc.status || p.Code != string(tc.code) || p.Outcome != "refused" {
				t.Errorf("%s", a.body)
			}
			_, err := world.State(t.Context(), g.relay, tc.author, tc.st)
			if !isRefusal(err, tc.code) || errors.Is(err, ledger.ErrNotDone) || errors.Is(err, ledger.ErrUnknownFate) {
				t.Errorf("the author is told %v", err)
			}
		})
	}
	if after := g.height(); after != before {
		t.Errorf("%d blocks were written", after-before)
	}
}

func TestStatingByHand(t *testing.T) {
	g := open(t)
	author := g.ledger.Enrol(provenance.Brands, true)
	prepared := in[stage](t, g.post("/v1/parties", author, world.Document(&g.world.Brand)))
	if prepared.State != "prepared" || prepared.Sign != "sha256 ecdsa p-256 low-s der" || len(prepared.Tx) != 64 || len(prepared.Bytes) == 0 {
		t.Errorf("prepared %+v", prepared)
	}
	if a := g.get("/v1/transactions/" + prepared.Tx); a.status != http.StatusNotFound || a.problem(t).Outcome != "unknown" {
		t.Errorf("before it is submitted: %s", a.body)
	}
	endorsed := in[stage](t, g.sendSigned("/v1/transactions/endorse", author, prepared))
	if endorsed.State != "endorsed" || endorsed.Tx != prepared.Tx || len(endorsed.Result.Receipts) != 1 || endorsed.Result.Receipts[0].ID != g.world.Brand.ID {
		t.Errorf("endorsed %+v", endorsed)
	}
	if g.height() != 1 {
		t.Error("it was written before it was submitted")
	}
	a := g.sendSigned("/v1/transactions/submit", author, endorsed)
	committed := in[stage](t, a)
	if a.status != http.StatusCreated || committed.State != "committed" || committed.Block == nil || *committed.Block != 1 || a.header.Get("Location") != "/v1/transactions/"+prepared.Tx {
		t.Errorf("%d %s", a.status, a.body)
	}
	again := in[stage](t, g.sendSigned("/v1/transactions/submit", author, endorsed))
	asked := in[stage](t, g.get("/v1/transactions/"+prepared.Tx))
	if *again.Block != 1 || *asked.Block != 1 || g.height() != 2 {
		t.Errorf("again %+v, asked %+v, height %d", again, asked, g.height())
	}
}

func TestSignedBodiesAreReadStrictly(t *testing.T) {
	g := open(t)
	for _, path := range []string{"/v1/transactions/endorse", "/v1/transactions/submit"} {
		for name, tc := range map[string]struct {
			body   string
			status int
		}{
			"nothing":           {"", 400},
			"no base64":         {`{"bytes":"!","signature":"AA=="}`, 400},
			"another field":     {`{"bytes":"AA==","signature":"AA==","key":"AA=="}`, 400},
			"text after it":     {`{"bytes":"AA==","signature":"AA=="}{}`, 400},
			"without signature": {`{"bytes":"AA=="}`, 422},
			"without bytes":     {`{"signature":"AA=="}`, 422},
			"too large":         {`{"bytes":"` + strings.Repeat("A", 8<<20) + `"}`, 413},
		} {
			a := g.post(path, nil, []byte(tc.body))
			if p := a.problem(t); p.Status != tc.status || p.Outcome != "refused" {
				t.Errorf("%s with %s: %s", path, name, a.body[:min(len(a.body), 300)])
			}
		}
	}
}

// stage is an answer on a transaction's way.
type stage struct {
	State, Tx, Sign string
	Bytes           []byte
	Result          provenance.Receipts
	Block           *uint64
}

func (g *gateway) sendSigned(path string, author ledger.Signer, st stage) answer {
	g.t.Helper()
	return g.post(path, nil, signedBody(g.t, author, st.Bytes))
}

func signedBody(t testing.TB, author ledger.Signer, text []byte) []byte {
	t.Helper()
	body, err := json.Marshal(map[string][]byte{"bytes": text, "signature": sign(t, author, text)})
	if err != nil {
		t.Fatal(err)
	}
	return body
}
