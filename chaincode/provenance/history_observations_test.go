package provenance

import (
	"slices"
	"testing"
	"time"
)

func (c *chain) gap(id, vessel, from string) {
	c.add(Oversight, "watch", &VesselObservation{ID: id, Facility: vessel, ObservationType: "AIS_GAP", From: from, Until: from})
}

func (c *chain) reply(to SignalTarget, on string) Record {
	return c.add(Suppliers, mill, &Reply{ID: "reply-" + to.ID, To: to, Reason: "WEATHER", On: on})
}

func (c *chain) decide(id string, to SignalTarget, state SignalState, on string) {
	c.add(Oversight, "watch", &SignalStep{ID: id, Signal: to, State: state, On: on})
}

func TestSignalsOfSitesAreListedAndChangeNothingElse(t *testing.T) {
	c := newChain(t)
	c.clear()
	seen := func(id string) SignalTarget { return SignalTarget{KindObservation, id} }
	for _, id := range []string{"plain", "plain too", "review", "answered", "holds", "fails", "gone"} {
		c.gap(id, farm, "2026-05-10")
	}
	c.gap("elsewhere", "another vessel", "2026-05-10")
	c.decide("s1", seen("review"), SignalReviewed, "2026-06-01")
	c.reply(seen("answered"), "2026-06-02")
	c.decide("s2", seen("holds"), SignalSupported, "2026-07-05")
	c.decide("s0", seen("holds"), SignalReviewed, "2026-06-01")
	late := c.reply(seen("fails"), "2026-06-02")
	c.decide("s3", seen("fails"), SignalRejected, "2026-06-03")
	c.add(Oversight, "watch", &Withdrawal{ID: "w", Target: Target{KindObservation, "gone"}})
	line := func(state SignalState, answered bool, n int) SignalLine {
		return SignalLine{Type: "AIS_GAP", Site: Name{farm, "The farm"}, Month: "2026-05", State: state, Answered: answered, Number: n}
	}
	a := c.answer()
	want := []SignalLine{line(SignalExplained, true, 1), line(SignalRaised, false, 2), line(SignalSupported, false, 1), line(SignalReviewed, false, 1)}
	if !slices.Equal(a.Signals, want) {
		t.Errorf("the signals are\n%+v, want\n%+v", a.Signals, want)
	}
	if a.Outcome != OutcomeClear || len(a.Findings) != 0 {
		t.Errorf("the outcome is %s", a.Outcome)
	}
	then := c.answer(func(q *Question) { q.AsOf = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC) })
	if want := []SignalLine{line(SignalRaised, false, 4), line(SignalReviewed, false, 2)}; !slices.Equal(then.Signals, want) {
		t.Errorf("in June the signals were\n%+v, want\n%+v", then.Signals, want)
	}
	at, _ := ParseInstant(late.At)
	before := c.answer(func(q *Question) { q.KnownAt = at.Add(-time.Millisecond) })
	if !slices.Contains(before.Signals, line(SignalRaised, false, 4)) {
		t.Errorf("before the last reply the signals were %+v", before.Signals)
	}
}

func TestListsThatNameASiteOrItsOperator(t *testing.T) {
	c := newChain(t)
	screen := func(id string, kind Kind, of, result string) {
		c.add(Oversight, "watch", &Screening{ID: id, Subject: ScreenSubject{kind, of}, On: "2026-05-10", Result: result})
	}
	screen("a", KindFacility, farm, ScreenMatch)
	screen("b", KindFacility, weaving, ScreenNoMatch)
	screen("c", KindFacility, "elsewhere", ScreenMatch)
	screen("d", KindParty, mill, ScreenPossible)
	screen("e", KindParty, brand, ScreenMatch)
	want := []string{"LISTED farm 2026-05 1", "PERHAPS_LISTED farm 2026-05 1", "PERHAPS_LISTED sewing 2026-05 1", "PERHAPS_LISTED weaving 2026-05 1"}
	if got := c.signals(); !slices.Equal(got, want) {
		t.Errorf("the signals are %v, want %v", got, want)
	}
	c.add(Oversight, "watch", &Screening{ID: "f", Subject: ScreenSubject{KindParty, mill}, On: "2026-05-11", Result: ScreenNoMatch, Supersedes: "d"})
	if got := c.signals(); !slices.Equal(got, want[:1]) {
		t.Errorf("the signals are %v, want %v", got, want[:1])
	}
}

func TestMonthsForWhichDevicesSigned(t *testing.T) {
	c := newChain(t)
	c.add(Oversight, "watch", &Device{ID: "clock", Facility: sewing})
	c.add(Oversight, "watch", &Device{ID: "gate", Facility: sewing})
	total := func(id, device, month string) {
		c.add(Suppliers, mill, &DeviceTotal{ID: id, Device: device, Month: month, Workers: 40}, Ref{KindFacility, sewing})
	}
	total("1", "clock", "2026-03")
	total("2", "gate", "2026-03")
	total("3", "clock", "2026-04")
	total("4", "clock", "2026-05")
	c.add(Suppliers, mill, &Withdrawal{ID: "w", Target: Target{KindDeviceTotal, "4"}})
	for _, s := range c.answer().Sites {
		if want := map[string]int{sewing: 2}[s.ID]; s.DeviceMonths != want {
			t.Errorf("%s: %d months, want %d", s.ID, s.DeviceMonths, want)
		}
	}
}

func TestSignalsAtASiteAreThoseOfItsEntriesAndItsOperator(t *testing.T) {
	c := newChain(t)
	c.gap("gap", farm, "2026-05-10")
	c.gap("twin gap", weaving, "2026-05-11")
	c.gap("elsewhere", sewing, "2026-05-11")
	c.gap("wrong", farm, "2026-05-12")
	c.decide("not so", SignalTarget{KindObservation, "wrong"}, SignalRejected, "2026-05-20")
	c.reply(SignalTarget{KindObservation, "gap"}, "2026-05-12")
	c.add(Oversight, "watch", &Screening{ID: "listed", Subject: ScreenSubject{KindParty, mill}, Result: ScreenMatch, On: "2026-06-01"})
	site := FacilityNow{Facility: Facility{ID: farm, Name: "The farm"}, Operator: &Name{ID: mill}, Merged: []Name{{ID: weaving}}}
	of := Name{farm, "The farm"}
	want := []SignalLine{
		{SignalListed, of, "2026-06", SignalRaised, false, 1}, {"AIS_GAP", of, "2026-05", SignalExplained, true, 1}, {"AIS_GAP", of, "2026-05", SignalRaised, false, 1},
	}
	if got, err := SignalsAt(c.records, site, asOf); err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v (%v)\nwant %+v", got, err, want)
	}
}
