package web

import (
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

func TestSignalsAreToldAsNoFindings(t *testing.T) {
	a := provenance.Answer{
		Product: "Tuna", GTIN: "09520123456788", AsOf: "2026-10-31T00:00:00.000Z", Outcome: provenance.OutcomeClear,
		Unknowns: []provenance.UnknownLine{{Code: provenance.UnknownOrigin, Piece: &provenance.Piece{GTIN: "09520123456788", Serial: "S7"}}},
		Signals: []provenance.SignalLine{
			{Type: "AIS_GAP", Site: provenance.Name{ID: "v", Name: "Haiyun 7"}, Month: "2026-06", State: provenance.SignalExplained, Answered: true, Number: 1},
			{Type: "LOITERING", Site: provenance.Name{ID: "v", Name: "Haiyun 7"}, Month: "2026-05", State: provenance.SignalRaised, Number: 3},
		},
	}
	page, err := Product{Answer: a}.Page()
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, page)
	for _, words := range []string{
		"A signal is no finding", Word("AIS_GAP"), "the site’s operator answered", Word("EXPLAINED"),
		Word("LOITERING"), "3 times; nobody has answered", Word("SIGNAL"), "piece S7 of 09520123456788",
	} {
		if !strings.Contains(string(page), words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	a.Signals = nil
	if page, err = (Product{Answer: a}).Page(); err != nil || strings.Contains(string(page), "signal") {
		t.Errorf("a page without signals speaks of them (%v)", err)
	}
}
