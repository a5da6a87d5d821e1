//go:build e2e

package fabric_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/httpapi"
	"github.com/fairlead/fairlead/gateway/ledger"
	"github.com/fairlead/fairlead/gateway/letterbox"
	"github.com/fairlead/fairlead/test/conformance"
	"github.com/fairlead/fairlead/test/scenario"
	"github.com/fairlead/fairlead/test/world"
)

// secret notes something that must be nowhere.
func (s *serving) secret(name, value string) {
	s.secrets = append(s.secrets, scenario.Secret{Name: name + " at the gateway of " + string(s.of), Value: value})
}

// members sign in, read what is for members, and send requests that may come
// again. Secrets that open something, and keys of requests, are kept nowhere.
func (s *serving) members(told scenario.Told) {
	party, role := &told.World.Brand, provenance.RoleBrand
	if s.of == provenance.Workers {
		party, role = &told.World.Union, provenance.RoleUnion
	}
	as := s.Enrol(s.of)
	certificate, err := world.Fingerprint(as)
	if err != nil {
		s.t.Fatal(err)
	}
	member := told.World.Member(party, role, certificate)
	if _, err := world.State(s.t.Context(), s.ledger, s.Registrar(s.of), &member); err != nil {
		s.t.Fatal(err)
	}
	header := s.names(as)
	signed := func() string {
		var c struct{ Challenge, Address string }
		if err := json.Unmarshal(s.ask("POST", "/v1/session/challenges", nil, "").text, &c); err != nil || c.Challenge == "" {
			s.t.Fatalf("no challenge: %v", err)
		}
		s.secret("a challenge", c.Challenge)
		sum := sha256.Sum256(httpapi.SignInText(c.Address, c.Challenge))
		signature, err := as.Sign(sum[:])
		if err != nil {
			s.t.Fatal(err)
		}
		return s.body(map[string]any{"challenge": c.Challenge, "signature": signature})
	}
	var cookies []*http.Cookie
	await(s.t, "the member to be known", func() error {
		body := signed()
		in := s.ask("POST", "/v1/session", header, body)
		if cookies = (&http.Response{Header: in.header}).Cookies(); in.status != http.StatusCreated || len(cookies) != 1 {
			return fmt.Errorf("signing in: %d %s", in.status, in.text)
		}
		s.notes("error", "POST", "/v1/session", header, body) // the challenge is spent
		return nil
	})
	s.secret("a session", cookies[0].Value)
	cookie := map[string]string{"Cookie": cookies[0].Name + "=" + cookies[0].Value}
	s.notes("answer", "GET", "/v1/session", cookie, "")
	s.records("answer for a member", told, cookie)
	s.machines(told, cookie)

	key := ledger.Draw()
	s.secret("a request's key", key)
	header["Idempotency-Key"] = key
	product := told.World.Shirt
	product.GTIN = told.World.GTIN()
	for range 2 {
		s.notes("answer", "POST", "/v1/products", header, string(world.Document(&product)))
	}
	s.notes("error", "POST", "/v1/products", header, string(world.Document(&told.World.Cloth)))
	if s.of == provenance.Workers { // the proposal of what is held goes to its author alone
		content := &provenance.Grievance{Token: ledger.Draw(), Salt: ledger.Draw(), Facility: told.World.Site.ID, Category: "WAGES", Handler: told.World.Union.ID, NextOn: "2999-01-01"}
		s.secret("a grievance", content.Token)
		s.secret("its salt", content.Salt)
		if a := s.ask("POST", "/v1/held/grievances", header, s.body(content)); a.status != http.StatusAccepted {
			s.t.Errorf("preparing a grievance: %d %s", a.status, a.text)
		}
	}
	s.notes("answer", "DELETE", "/v1/session", cookie, "")
	s.notes("error", "GET", "/v1/session", cookie, "")
}

// machines ask with a key that a member made for them, for what is not for
// everybody: the key is shown once, and kept nowhere.
func (s *serving) machines(told scenario.Told, cookie map[string]string) {
	var made struct{ ID, Key string }
	a := s.ask("POST", "/v1/keys", cookie, `{"name":"nightly","scopes":["full"],"days":30}`)
	if err := json.Unmarshal(a.text, &made); err != nil || made.Key == "" {
		s.t.Fatalf("making a key: %d %s", a.status, a.text)
	}
	s.secret("a machine's key", made.Key)
	machine := map[string]string{"Authorization": "Bearer " + made.Key}
	s.records("answer for a machine", told, machine)
	path := "/v1/products/" + told.World.Shirt.GTIN + "/history/bundle?full=true"
	if s.of == provenance.Workers { // members of Brands are not shown all that is in it
		await(s.t, "the full bundle", func() error {
			if a := s.ask("GET", path, machine, ""); a.status != http.StatusOK {
				return fmt.Errorf("%d %s", a.status, a.text)
			}
			return nil
		})
	}
	s.notes("bundle", "GET", path, machine, "")
	s.notes("answer", "GET", "/v1/keys", cookie, "")
	s.notes("answer", "DELETE", "/v1/keys/"+made.ID, cookie, "")
	s.notes("error", "GET", "/v1/session", machine, "")
}

// names are the headers by which an author names themselves.
func (s *serving) names(as ledger.Signer) map[string]string {
	block, _ := pem.Decode(as.Identity().Certificate)
	return map[string]string{"Fairlead-Org": string(as.Identity().Org), "Fairlead-Certificate": base64.StdEncoding.EncodeToString(block.Bytes)}
}

func (s *serving) body(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// workers answer on the page for them, each with a code; codes that are none are
// tried too. A page repeats the code to whoever sent it, and to nobody else.
func (s *serving) workers(told scenario.Told) {
	receipts, book, err := provenance.MakeReceipts(told.World.Cohort.ID, 12, rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	question := letterbox.Question{
		ID: told.World.ID(), Cohort: book.Cohort, Leaves: book.Leaves, Record: provenance.Asked{Kind: provenance.KindFeeStatement, ID: told.World.Fees.ID},
		Matter: provenance.MatterFees, Handler: told.World.Union.ID, Contact: "+977 1 555 0100", Closes: "2999-01-01", Hears: "2999-02-01", Recipient: s.letter.Recipient().String(),
	}
	if err := s.box.Ask(question); err != nil {
		s.t.Fatal(err)
	}
	s.secret("the marker", book.Marker)
	s.notes("page", "GET", "/w", nil, "")
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	for n, r := range receipts {
		code := r.Own
		if n%3 == 0 {
			code = r.Pressed
		}
		p, ok := question.Prove(code)
		if !ok {
			s.t.Fatal("a code is of nobody")
		}
		s.secret("a worker's code", code.Code())
		s.secret("a worker's secret", p.Secret)
		for _, step := range []string{"", "check", "send"} {
			values := url.Values{"code": {code.Code()}, "step": {step}, "a-" + question.ID: {string(provenance.SaidWrong)}}
			a := s.ask("POST", "/w", form, values.Encode())
			if a.status != http.StatusOK || step == "send" && !strings.Contains(string(a.text), letterbox.Number(book.Leaves[p.Index])) {
				s.t.Errorf("step %q of an answer: %d %s", step, a.status, a.text)
			}
			s.said = append(s.said, place{"page of Workers for a worker", bytes.ReplaceAll(a.text, []byte(code.Code()), nil)})
		}
	}
	stranger, _, err := provenance.MakeReceipts(told.World.Cohort.ID, 5, rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	s.secret("a code of another group", stranger[0].Own.Code())
	for _, code := range []string{stranger[0].Own.Code() + "X", "not a code " + receipts[0].Own.Code()} {
		s.notes("error", "POST", "/w", form, url.Values{"code": {code}, "step": {"send"}}.Encode())
	}
	s.letters(len(receipts))
}

// letters are what was left: sealed for the desk, and whole.
func (s *serving) letters(want int) {
	s.t.Helper()
	letters, err := s.box.Take(func(sealed []byte) ([]byte, error) {
		plain, err := age.Decrypt(bytes.NewReader(sealed), s.letter)
		if err != nil {
			return nil, err
		}
		return io.ReadAll(plain)
	})
	if err != nil || len(letters) != want || slices.ContainsFunc(letters, func(l letterbox.Letter) bool { return l.Answer.Answer.Answer != provenance.SaidWrong }) {
		s.t.Errorf("%d letters were left (%v)", len(letters), err)
	}
}

// compared has terms bound at origin and compared by Workers, as far as it goes
// before a month is over, and gives what of that is for Workers alone.
func compared(t *testing.T, o conformance.Opened, told scenario.Told) []scenario.Secret {
	t.Helper()
	w, ctx := told.World, t.Context()
	terms := w.TermsCommitment()
	terms.ID = w.ID()
	const wage = 734566201 // a sum that nothing else comes to
	values := make([][]int64, terms.Workers)
	for n := range values {
		values[n] = []int64{wage + int64(n), 764, 480, 8153}
	}
	book, err := provenance.MakeTermsBook(terms.ID, terms.Terms, values, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if terms.Root, err = book.Root(); err != nil {
		t.Fatal(err)
	}
	cohort := w.Cohort
	cohort.ID, cohort.Terms, cohort.ReceiptsRoot = w.ID(), terms.ID, ""
	for _, s := range []struct {
		as        ledger.Signer
		statement provenance.Statement
	}{{told.Cast.Auditor, terms}, {told.Cast.Union, &cohort}} {
		if _, err := world.State(ctx, o.Ledger, s.as, s.statement); err != nil {
			t.Fatal(err)
		}
	}
	c := &provenance.Comparison{Token: ledger.Draw(), Key: ledger.Draw(), Cohort: cohort.ID, Commitment: terms.ID, Workers: terms.Workers, Terms: terms.Terms, Root: terms.Root}
	batch := &provenance.TermsBatch{Comparison: c.Token, Seed: ledger.Draw()}
	secrets := []scenario.Secret{{Name: "the tally of terms", Value: c.Tally()}}
	for n := range 12 {
		opening, err := book.Open(n)
		if err != nil {
			t.Fatal(err)
		}
		now := []provenance.TermNow{{Code: provenance.TermWage, Value: wage - 100 - int64(n)}, {Code: provenance.TermCurrency, Value: 764}}
		batch.Workers = append(batch.Workers, provenance.ComparedWorker{Opening: opening, Now: now})
		secrets = append(secrets, scenario.Secret{Name: "the name of what was found", Value: c.Slot(n)})
		for _, sum := range []int64{opening.Agreed[0].Value, now[0].Value} {
			secrets = append(secrets, scenario.Secret{Name: "a wage", Value: strconv.FormatInt(sum, 10)})
		}
	}
	for _, worker := range book.Workers {
		for _, agreed := range worker {
			secrets = append(secrets, scenario.Secret{Name: "the salt of a term", Value: agreed.Salt})
		}
	}
	closing := &provenance.ComparisonClosing{Comparison: c.Token, Salt: ledger.Draw(), Outcome: w.ID()}
	for _, h := range []struct {
		transaction string
		content     provenance.Held
	}{{"OpenComparison", c}, {"CompareTerms", batch}, {"CloseComparison", closing}} {
		if _, err := ledger.Hold(ctx, o.Workers, told.Cast.Union, h.transaction, h.content); err != nil {
			t.Fatalf("%s: %v", h.transaction, err)
		}
	}
	text, err := ledger.ReadHeld(ctx, o.Workers, told.Cast.Union, c.Tally())
	var outcome provenance.TermsComparison
	if err != nil || json.Unmarshal(text, &outcome) != nil || !outcome.Alarms() {
		t.Errorf("the outcome is %s (%v)", text, err)
	}
	return secrets
}
