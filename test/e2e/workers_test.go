//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/oklog/ulid/v2"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

var (
	slipOwn   = regexp.MustCompile(`The card with <b>(.)</b>`)
	slipCards = regexp.MustCompile(`(?s)<div class="sign">(.)</div>.*?<code>([^<]+)</code>`)
	question  = regexp.MustCompile(`name="(a-[0-9A-Z]{26})"`)
	toKeep    = regexp.MustCompile(`class="number">([0-9A-Z]{4}-[0-9A-Z]{4})<`)
)

// card is what one worker holds, told apart by the note.
type card struct{ own, pressed string }

func readSheet(t *testing.T, path string) []card {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cards []card
	for _, slip := range strings.Split(string(text), `class="slip"`)[1:] {
		own := slipOwn.FindStringSubmatch(slip)[1]
		var c card
		for _, found := range slipCards.FindAllStringSubmatch(slip, -1) {
			if found[1] == own {
				c.own = found[2]
			} else {
				c.pressed = found[2]
			}
		}
		cards = append(cards, c)
	}
	return cards
}

// workers has a union make receipts for a group, ask it, and publish; some answer
// on paper, one on the page, some under pressure.
func (s *system) workers(t *testing.T) {
	s.t = t
	as := []string{"--as", "Workers/demo-wadi-needle"}
	run := func(code int, args ...string) string { return s.fairlead(code, append(args, as...)...) }
	site := decode[struct{ Facilities []provenance.Record }](t, s.get(200, "/v1/facilities?limit=1")).Facilities[0].ID
	cohort := provenance.Cohort{ID: ulid.Make().String(), Facility: site, ArrivedFrom: "2025-02", ArrivedUntil: "2025-04", Size: 20}
	sheet := filepath.Join(s.folder, "sheet.html")
	withRoot := filepath.Join(s.folder, "cohort-root.json")
	if err := os.WriteFile(withRoot, []byte(s.fairlead(0, "receipts", "make", s.write("cohort.json", cohort), "--sheet", sheet)), 0o600); err != nil {
		t.Fatal(err)
	}
	run(0, "state", "cohort", withRoot)
	fees := provenance.FeeStatement{ID: ulid.Make().String(), Cohort: cohort.ID, Method: "UNION_OR_NGO", Month: "2026-08", Lines: []provenance.FeeLine{{
		Category: "FEE_MATCHING", Trigger: "REQUIRED_FOR_ACCESS", PaidTo: "RECRUITER", Workers: 20, Lawful: provenance.No, EmployerPays: provenance.No,
		Charged: provenance.Money{Amount: 400_000, Currency: "JOD"}}}}
	run(0, "state", "fee-statement", s.write("fees.json", fees))
	inquiry := strings.TrimSpace(run(0, "inquiry", "open", "--cohort", cohort.ID, "--record", "fee-statement/"+fees.ID, "--matter", "FEES",
		"--handler", ulid.Make().String(), "--closes", "2999-01-01", "--hears", "2999-02-01"))

	cards := readSheet(t, sheet)
	paper := ""
	for n, c := range cards[:13] {
		paper += c.own + ",wrong\n"
		if n < 5 {
			paper += c.pressed + ",right\n"
		}
	}
	answers := filepath.Join(s.folder, "answers.csv")
	if err := os.WriteFile(answers, []byte(paper), 0o600); err != nil {
		t.Fatal(err)
	}
	s.fairlead(0, "inquiry", "answer", inquiry, answers)
	page := s.form(url.Values{"code": {cards[13].own}})
	if !strings.Contains(page, "JOD") || !strings.Contains(page, "It is wrong") {
		t.Fatalf("the worker reads\n%s", page)
	}
	field := question.FindStringSubmatch(page)[1]
	number := toKeep.FindStringSubmatch(s.form(url.Values{"code": {cards[13].own}, "step": {"send"}, field: {"ASK"}}))[1]

	run(1, "inquiry", "close", inquiry) // answers wait, and workers are asked on
	if page := s.form(url.Values{"code": {cards[14].own}}); !question.MatchString(page) {
		t.Errorf("after a closing that was refused nobody is asked:\n%s", page)
	}
	run(0, "inquiry", "relay", "--rounds", "2", "--every", "1s")
	if found := run(0, "inquiry", "find", number); !strings.Contains(found, `"ASK"`) {
		t.Errorf("by the number is found %q", found)
	}
	run(0, "inquiry", "close", inquiry, "--month", "2026-08")
	run(0, "inquiry", "publish", inquiry)
	count := decode[struct{ Record provenance.Record }](t, s.get(200, "/v1/records/answer-count/"+inquiry)).Record
	counted, err := provenance.Body[provenance.AnswerCount](count)
	if err != nil || counted.Answered != "10-24" || counted.Right != provenance.BandFew || counted.Ask != provenance.BandFew || counted.Wrong.Least() < 5 {
		t.Errorf("published is %+v (%v)", counted, err)
	}
	run(0, "erase", "--inquiry", inquiry)
	if found := run(0, "inquiry", "find", number); strings.Contains(found, "ASK") {
		t.Errorf("after the purge is found %q", found)
	}
	s.nothingTold(t, cards)

	// What Workers hold is sent to no gateway but theirs.
	s.workersURL, s.url = s.url, s.workersURL
	run(1, "inquiry", "relay", "--rounds", "1")
	s.workersURL, s.url = s.url, s.workersURL
}

// form sends the worker's page a form and expects an answer.
func (s *system) form(values url.Values) string {
	s.t.Helper()
	response, err := http.PostForm(s.workersURL+"/w", values)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || response.Header.Get("Cache-Control") != "no-store" {
		s.t.Fatalf("status %d, headers %v\n%s", response.StatusCode, response.Header, body)
	}
	return string(body)
}

// nothingTold looks for codes in everything that was printed and kept, but for
// the sheet and the paper.
func (s *system) nothingTold(t *testing.T, cards []card) {
	t.Helper()
	told := s.output.String()
	for _, c := range cards {
		if strings.Contains(told, c.own) || strings.Contains(told, c.pressed) {
			t.Errorf("a code is logged")
		}
	}
	err := filepath.WalkDir(filepath.Join(s.folder, "data", "fairlead", "workers"), func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, c := range cards {
			if strings.Contains(string(text), c.own) {
				return fmt.Errorf("%s holds a code", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
