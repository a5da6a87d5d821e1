package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/ledger/remote"
)

// answers has the terminal's gateway give one answer, and tells what was asked.
func (term *terminal) answers(content any) *string {
	asked := new(string)
	term.gateway(func(w http.ResponseWriter, r *http.Request) {
		*asked = r.URL.String()
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(content)
	})
	return asked
}

func TestLeastAgesAreReadable(t *testing.T) {
	term := newTerminal(t)
	asked := term.answers(remote.Ages{Country: "CL", Ages: []provenance.AgeLine{
		{Work: provenance.WorkLight, Least: 15, Instrument: "Labour Code, article 13"}, {Work: provenance.WorkHazardous, Training: true, Least: 16},
	}})
	out := term.expects(exitOK, nil, "ages", "CL")
	if *asked != "/v1/ages/CL" || !strings.Contains(out, "LIGHT") || !strings.Contains(out, "from 15  Labour Code, article 13") || !strings.Contains(out, "HAZARDOUS in training  from 16") {
		t.Errorf("asked %s:\n%s", *asked, out)
	}
	var again remote.Ages
	if err := json.Unmarshal([]byte(term.expects(exitOK, nil, "ages", "CL", "--json")), &again); err != nil || len(again.Ages) != 2 {
		t.Errorf("%+v (%v)", again, err)
	}
	term.expects(exitUsage, nil, "ages")
}

func TestLikelyDuplicatesAreReadable(t *testing.T) {
	term := newTerminal(t)
	found := remote.Duplicates{Complete: true, Duplicates: []provenance.Likeness{
		{Facility: provenance.Name{ID: "01J9ZC6V7Q3N8M5K2H4T6W8Y0A", Name: "Mill Two"}, Address: "12 River Road", Score: 96, Reasons: []string{provenance.LikeSimilarName, provenance.LikeNearby}},
	}}
	asked := term.answers(&found)
	out := term.expects(exitOK, nil, "duplicates", "01J9ZC6V7Q3N8M5K2H4T6W8Y0B")
	if *asked != "/v1/facilities/01J9ZC6V7Q3N8M5K2H4T6W8Y0B/duplicates" || !strings.Contains(out, "01J9ZC6V7Q3N8M5K2H4T6W8Y0A   96  Mill Two, 12 River Road") ||
		!strings.Contains(out, "a similar name, close to each other") || strings.Contains(out, "more facilities") {
		t.Errorf("asked %s:\n%s", *asked, out)
	}
	found = remote.Duplicates{Duplicates: []provenance.Likeness{}}
	if out := term.expects(exitOK, nil, "duplicates", "01J9ZC6V7Q3N8M5K2H4T6W8Y0B"); !strings.Contains(out, "none found") || !strings.Contains(out, "more facilities") {
		t.Errorf("%s", out)
	}
}

// Every reason of a likeness has words.
func TestLikenessesHaveWords(t *testing.T) {
	for _, r := range []string{provenance.LikeIdentifier, provenance.LikeSameName, provenance.LikeSimilarName, provenance.LikeSameAddress, provenance.LikeSimilarAddress, provenance.LikeNearby} {
		if likenesses[r] == "" {
			t.Errorf("%s has none", r)
		}
	}
}
