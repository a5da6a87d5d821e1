//go:build e2e

package e2e

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"image"
	_ "image/png" // the QR codes' format
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/oklog/ulid/v2"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

const (
	shirt = "09520020001005"
	tuna  = "09520020001173"
	cable = "09520020001289"
)

// TestAsPeopleWouldUseIt is one long day with one network: each step stands on
// the ones before.
func TestAsPeopleWouldUseIt(t *testing.T) {
	s := install(t)
	s.start()
	t.Run("the demonstration has three outcomes", s.demonstration)
	t.Run("wrong questions are answered with what is wrong", s.wrongQuestions)
	t.Run("a list is imported, and again without effect", s.importList)
	t.Run("an answer is checked without trusting who served it", s.verifying)
	t.Run("an answer is checked in a browser with the network off", s.checking)
	t.Run("who has no scripts is told what to do instead", s.unscripted)
	t.Run("Fabric's own code judges the seals alike", s.judgedByFabric)
	t.Run("a member states, a stranger cannot", s.statements)
	t.Run("a member signs in, a machine has a key, and a suspension ends both", s.access)
	t.Run("over TLS a member's certificate counts as signing in", s.overTLS)
	t.Run("a scanned code leads to the page", s.scan)
	t.Run("workers are asked, answer on their page and on paper, and are heard", s.workers)
	t.Run("terms are bound at home and compared on arrival", s.terms)
	t.Run("a second pair of eyes finds nothing, and says what it cannot see", s.lookedAtTwice)
	t.Run("stopped and started, it says the same", s.restart)
	t.Run("the read model rebuilt is the same", s.rebuild)
	t.Run("one bit of the read model is found", s.aFlippedBit)
}

type historyAnswer struct {
	History provenance.Answer `json:"history"`
	Ledger  struct {
		Height uint64 `json:"height"`
		Time   string `json:"time"`
	} `json:"ledger"`
}

func (s *system) history(t *testing.T, query string) historyAnswer {
	t.Helper()
	s.t = t
	return decode[historyAnswer](t, s.get(200, "/v1/products/"+query))
}

func (s *system) demonstration(t *testing.T) {
	for gtin, want := range map[string]provenance.Outcome{
		shirt: provenance.OutcomeOwed, tuna: provenance.OutcomeUnknown, cable: provenance.OutcomeClear,
	} {
		a := s.history(t, gtin+"/history")
		if a.History.Outcome != want {
			t.Errorf("%s: outcome %s, want %s", a.History.Product, a.History.Outcome, want)
		}
		if a.Ledger.Height == 0 || a.Ledger.Time == "" || len(a.History.Tiers) < 4 {
			t.Errorf("%s: height %d, time %q, %d tiers", a.History.Product, a.Ledger.Height, a.Ledger.Time, len(a.History.Tiers))
		}
	}
	a := s.history(t, shirt+"/history").History
	if len(a.Fees.Categories) == 0 || len(a.Fees.Totals) < 2 || len(a.Disagreements) == 0 {
		t.Errorf("the shirt has %d categories of fees, %d totals, %d disagreements", len(a.Fees.Categories), len(a.Fees.Totals), len(a.Disagreements))
	}
	if len(a.Terms) != 1 || !a.Terms[0].Alarm {
		t.Errorf("the shirt raises no alarm about terms: %+v", a.Terms)
	}
	for _, page := range []string{"/01/" + shirt, "/sites/" + a.Terms[0].Site.ID} {
		if !bytes.Contains(s.get(200, page), []byte("Worse than agreed")) {
			t.Errorf("%s does not tell of the alarm", page)
		}
	}
	early := s.history(t, shirt+"/history?asOf=2026-03-31").History
	if len(early.Audits) >= len(a.Audits) {
		t.Errorf("in March there were %d audits, now %d", len(early.Audits), len(a.Audits))
	}
	if c := s.history(t, cable+"/history").History; len(c.Unknowns) != 0 || len(c.Fees.Totals) != 0 && c.Fees.Totals[0].Outstanding != 0 {
		t.Errorf("the cable is said to be clear with %d unknowns and fees %+v", len(c.Unknowns), c.Fees.Totals)
	}
}

func (s *system) wrongQuestions(t *testing.T) {
	s.t = t
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/v1/products/09520020001006/history":                  {400, "check digit 6 where 5 is due"},
		"/v1/products/09520020009995/history":                  {404, "no product with this GTIN"},
		"/v1/products/" + shirt + "/history?lot=nothing":       {404, "lot"},
		"/v1/products/" + shirt + "/history?asOf=tomorrow":     {400, "asOf"},
		"/v1/products/" + shirt + "/history?as_of=2026":        {400, "as_of"},
		"/v1/records/fee-statement/01ARZ3NDEKTSV4RRFFQ69G5FAV": {404, "not"},
	} {
		if body := s.get(want.status, path); !bytes.Contains(body, []byte(want.says)) {
			t.Errorf("%s: the answer does not say %q: %s", path, want.says, body)
		}
	}
}

type importReport struct {
	Rows []struct {
		List    string `json:"list"`
		Row     int    `json:"row"`
		Outcome string `json:"outcome"`
	} `json:"rows"`
}

// importList reads a real list where there is one beside the checkout.
func (s *system) importList(t *testing.T) {
	s.t = t
	list := filepath.Join(s.root, "..", "shared", "data", "facilities", "list-2.csv")
	if _, err := os.Stat(list); err != nil {
		t.Log("no list of real facilities lies beside the checkout; a small one is used")
		list = filepath.Join(s.folder, "list.csv")
		text := "country,name,address,sector,lat,lng\nIndia,Invented Knitting,Road 1,Apparel,12.5,77.5\nIndia,Invented Weaving,Road 2,Apparel,12.6,77.6\n"
		if err := os.WriteFile(list, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Open(list)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	first := s.fairlead(0, "import", "facilities", list, "--as", "Brands/demo-ostrevane", "--json")
	if got := len(decode[importReport](t, []byte(first)).Rows); got != len(lines)-1 {
		t.Errorf("the list has %d rows, the report tells of %d", len(lines)-1, got)
	}
	before := s.height(t)
	s.fairlead(0, "import", "facilities", list, "--as", "Brands/demo-ostrevane", "--json")
	if after := s.height(t); after != before {
		t.Errorf("importing the list again made %d blocks", after-before)
	}
	name := lines[1][slices.Index(lines[0], "name")]
	found := s.get(200, "/v1/facilities?country=&q="+strings.ReplaceAll(name[:8], " ", "+"))
	if !bytes.Contains(found, []byte(name)) {
		t.Errorf("%q is not found: %s", name, found)
	}
}

func (s *system) height(t *testing.T) uint64 {
	t.Helper()
	return s.history(t, shirt+"/history").Ledger.Height
}

// statements has a new brand come to the ledger: its registrar registers it and
// enrols a member, who registers a product. Nobody else can in its name.
func (s *system) statements(t *testing.T) {
	s.t = t
	party, member := ulid.Make().String(), ulid.Make().String()
	s.fairlead(0, "identity", "new", "--org", "Brands", "--name", "newcomer", "--roles", "brand")
	fingerprint := s.fingerprint(t, "newcomer")
	registrar := []string{"--as", filepath.Join(s.folder, "data", "fairlead", "network", "organizations", "brands", "admin"), "--org", "Brands"}
	state := func(code int, kind string, document any, as ...string) string {
		path := s.write(kind+".json", document)
		return s.fairlead(code, append([]string{"state", kind, path, "--json"}, as...)...)
	}
	product := map[string]any{"products": []provenance.Product{{GTIN: "09520020009995", Name: "A newcomer's <b>cap</b>", Owner: party}}}
	newcomer := []string{"--as", "Brands/newcomer"}

	state(1, "product", product, newcomer...)
	state(0, "party", provenance.Party{ID: party, Name: "Newcomer", PartyKind: "BRAND", Country: "SE"}, registrar...)
	state(0, "member", provenance.Member{ID: member, Party: party, Roles: []provenance.Role{provenance.RoleBrand}, Certificate: fingerprint}, registrar...)
	state(1, "product", product, "--as", "Brands/demo-ostrevane")
	state(0, "product", product, newcomer...)
	first := s.height(t)
	state(0, "product", product, newcomer...)
	if again := s.height(t); again != first {
		t.Errorf("stating the same again made %d blocks", again-first)
	}
	a := s.history(t, "09520020009995/history").History
	if a.Outcome != provenance.OutcomeUnknown || len(a.Unknowns) != 1 || a.Unknowns[0].Code != provenance.UnknownNoLots {
		t.Errorf("a product without lots: outcome %s, unknowns %+v", a.Outcome, a.Unknowns)
	}
	if page := s.get(200, "/01/09520020009995"); bytes.Contains(page, []byte("<b>cap")) {
		t.Error("a product's name is taken for markup")
	}
}

func (s *system) scan(t *testing.T) {
	s.t = t
	lot := "L/1+a"
	for _, path := range []string{"/qr/01/" + shirt + ".png", "/qr/01/" + shirt + "/10/" + "L%2F1%2Ba" + ".png"} {
		code, _, err := image.Decode(bytes.NewReader(s.get(200, path)))
		if err != nil {
			t.Fatal(err)
		}
		bitmap, err := gozxing.NewBinaryBitmapFromImage(code)
		if err != nil {
			t.Fatal(err)
		}
		read, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
		if err != nil {
			t.Fatal(err)
		}
		target, ours := strings.CutPrefix(read.GetText(), s.url)
		if !ours {
			t.Fatalf("%s leads to %s", path, read.GetText())
		}
		if strings.Contains(path, "/10/") {
			if want := "/01/" + shirt + "/10/L%2F1%2Ba"; target != want {
				t.Errorf("the code of the lot %q leads to %s, want %s", lot, target, want)
			}
			s.get(404, target)
			continue
		}
		page := string(s.get(200, target))
		for _, words := range []string{"Oxford shirt", "Paid to get the job", "Still owed", "What nobody has checked"} {
			if !strings.Contains(page, words) {
				t.Errorf("the page does not say %q", words)
			}
		}
	}
}

func (s *system) restart(t *testing.T) {
	s.t = t
	digest := regexp.MustCompile(`^([0-9a-f]{64}) at height (\d+)`)
	before := s.history(t, shirt+"/history?asOf=2026-10-31")
	s.stop()
	stood := s.fairlead(0, "digest")
	if !digest.MatchString(stood) {
		t.Fatalf("the digest reads %q", stood)
	}
	s.start()
	after := s.history(t, shirt+"/history?asOf=2026-10-31")
	if a, b := asText(t, before.History), asText(t, after.History); a != b {
		t.Errorf("before the stop\n%s\nafter it\n%s", a, b)
	}
	if before.Ledger != after.Ledger {
		t.Errorf("before the stop at %+v, after it at %+v", before.Ledger, after.Ledger)
	}
}

func asText(t *testing.T, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (s *system) rebuild(t *testing.T) {
	s.t = t
	s.stop()
	before := s.fairlead(0, "digest")
	s.program(0, "netctl", "up", "--chaincode", filepath.Join(s.folder, "chaincode"),
		"--collections", filepath.Join(s.root, "chaincode", "collections.json"), "--", filepath.Join(s.folder, "gateway"), "rebuild")
	if after := s.fairlead(0, "digest"); after != before {
		t.Errorf("before %s, rebuilt %s", before, after)
	}
}
