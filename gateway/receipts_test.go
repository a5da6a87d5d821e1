package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

const cohortText = `{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","facility":"01ARZ3NDEKTSV4RRFFQ69G5FAW","arrivedFrom":"2025-02","arrivedUntil":"2025-04","size":12}`

// atDesk gives the terminal a desk of its own.
func (term *terminal) atDesk() {
	term.env["FAIRLEAD_DESK"] = filepath.Join(term.env["HOME"], "desk")
	term.env["FAIRLEAD_DESK_KEY"] = filepath.Join(term.env["HOME"], "stick", "desk.key")
	term.env["FAIRLEAD_LETTERBOX"] = filepath.Join(term.env["HOME"], "letterbox")
}

var printedCode = regexp.MustCompile(`<code>([0-9A-Z*~$=\-]+)</code>`)

func TestReceiptsAreMadeOnceAndTheirCodesAreOnTheSheetAlone(t *testing.T) {
	term := newTerminal(t)
	term.atDesk()
	cohort, sheet := term.file("cohort.json", cohortText), filepath.Join(term.env["HOME"], "sheet.html")
	term.expects(exitUsage, []string{"needs --sheet"}, "receipts", "make", cohort)
	term.expects(exitOK, []string{"12 receipts could be made"}, "receipts", "make", cohort, "--sheet", sheet, "--dry-run")
	if _, err := os.Stat(sheet); err == nil {
		t.Fatal("a dry run writes the sheet")
	}
	out := term.expects(exitOK, []string{"destroy the file"}, "receipts", "make", cohort, "--sheet", sheet)
	var recorded provenance.Cohort
	if err := json.Unmarshal([]byte(out), &recorded); err != nil || len(recorded.ReceiptsRoot) != 64 {
		t.Errorf("the cohort to be recorded is %s (%v)", out, err)
	}
	info, err := os.Stat(sheet)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the sheet: %v %v", info, err)
	}
	text, err := os.ReadFile(sheet)
	if err != nil {
		t.Fatal(err)
	}
	codes := printedCode.FindAllStringSubmatch(string(text), -1)
	if len(codes) != 24 || strings.Count(string(text), "<svg") != 24 {
		t.Fatalf("%d codes of twelve workers", len(codes))
	}
	term.expects(exitFailed, []string{"were made before"}, "receipts", "make", cohort, "--sheet", sheet+"2")

	// What a code opens is never in the argument list: answers come in as files.
	term.expects(exitFailed, []string{"not kept here"}, "inquiry", "answer", "01ARZ3NDEKTSV4RRFFQ69G5FAX", term.file("answers.csv", codes[0][1]+",wrong\n"))
}

func TestAnswersOnPaperAreReadWholeOrNotAtAll(t *testing.T) {
	receipts, book, err := provenance.MakeReceipts("01ARZ3NDEKTSV4RRFFQ69G5FAV", 5, strings.NewReader(strings.Repeat("not random at all, and long enough ", 20)))
	if err != nil {
		t.Fatal(err)
	}
	good := receipts[1].Own.Code() + ", Wrong\n\n" + strings.ToLower(receipts[2].Pressed.Code()) + ",ask\n"
	answers, err := readAnswers(good, book)
	if err != nil || len(answers) != 2 || answers[0].Answer != provenance.SaidWrong || answers[1].Proof.Receipt() != 2 {
		t.Errorf("read %+v (%v)", answers, err)
	}
	var stranger provenance.Secret
	_, err = readAnswers(receipts[1].Own.Code()+",perhaps\n"+stranger.Code()+",right\nnonsense,right\n", book)
	if err == nil {
		t.Fatal("it is read")
	}
	for _, says := range []string{"line 1: the answer is none of right", "line 2: the code is of no receipt", "line 3: the code has not 27"} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("it does not say %q: %v", says, err)
		}
	}
	for text, says := range map[string]string{
		"\n":                                "the file has no code",
		receipts[1].Own.Code() + ",wrong\n": "line 1: more than a code stands there",
		receipts[0].Own.Code() + "\n\nnonsense\n": "line 3: the code has not 27",
	} {
		if _, err := bareCodes(text, book); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("a file of codes alone: %v, want %q", err, says)
		}
	}
	if codes, err := bareCodes("\n"+receipts[3].Own.Code()+"\r\n"+receipts[4].Pressed.Code(), book); err != nil || len(codes) != 2 || codes[1].line != 3 || codes[1].proof.Receipt() != 4 {
		t.Errorf("read %+v (%v)", codes, err)
	}
	if strings.Contains(err.Error(), "nonsense") || strings.Contains(err.Error(), receipts[1].Own.Code()) {
		t.Errorf("it repeats what it read: %v", err)
	}
}

func TestStaffAreToldWhatIsMissing(t *testing.T) {
	term := newTerminal(t)
	term.atDesk()
	for _, c := range []struct {
		says string
		args []string
	}{
		{"inquiry open needs --cohort", []string{"inquiry", "open"}},
		{"inquiry needs one of its commands", []string{"inquiry"}},
		{"grievance open needs --site", []string{"grievance", "open"}},
		{"erase needs either --inquiry", []string{"erase"}},
		{"no author is named", []string{"inquiry", "relay"}},
		{"terms open needs --cohort", []string{"terms", "open"}},
		{"terms needs one of its commands", []string{"terms"}},
		{"erase needs either --inquiry", []string{"erase", "--inquiry", "a", "--comparison", "b"}},
		{"erase needs either --inquiry", []string{"erase", "--comparison", "b", "--code-file", "-"}},
		{"is too often", []string{"inquiry", "relay", "--every", "1ms"}},
	} {
		term.expects(exitUsage, []string{c.says}, c.args...)
	}
	term.expects(exitFailed, []string{"refused: ", "category"}, "grievance", "open", "--site", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "--handler", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "--next", "2999-01-01", "--category", "they keep our papers", "--dry-run")
	term.expects(exitOK, []string{"could be opened"}, "grievance", "open", "--site", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "--handler", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "--next", "2999-01-01", "--category", "PAPERS_KEPT", "--dry-run")
	term.expects(exitOK, []string{"2 sites"}, "grievance", "close", "2026-Q1", "--site", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "--site", "01ARZ3NDEKTSV4RRFFQ69G5FAW", "--dry-run")
}
