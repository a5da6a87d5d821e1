package web

import (
	"strings"
	"testing"
)

func TestASheetTellsTheTwoCardsApartByTheirSignAlone(t *testing.T) {
	s := Sheet{Address: "https://workers.example/w"}
	own, pressed := Card{Code: "AAAA", QR: "<svg/>"}, Card{Code: "BBBB", QR: "<svg/>"}
	for n := range 4 {
		s.Add(own, pressed, n&1 == 1, n&2 == 2)
	}
	ownFirst := map[string]int{}
	for _, w := range s.Workers {
		for place, c := range w.Cards {
			if mine := c.Code == "AAAA"; mine != (c.Sign == w.Own) {
				t.Errorf("the sign %s is on %s, the note says %s", c.Sign, c.Code, w.Own)
			} else if mine {
				ownFirst[c.Sign+string(rune('0'+place))]++
			}
		}
	}
	if len(ownFirst) != 4 {
		t.Errorf("the worker's own card is always %v", ownFirst)
	}
	page, err := s.Page()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"AAAA", "BBBB", "<svg/>", "destroy the file", "https://workers.example/w"} {
		if !strings.Contains(string(page), text) {
			t.Errorf("the sheet does not hold %q", text)
		}
	}
}
