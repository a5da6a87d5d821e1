package provenance

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"
	"time"
)

// The hash is taken over the text that CBV 2.0 describes: what follows is
// written out by its rules, field by field.
func TestEventHash(t *testing.T) {
	e := Event{
		Type: TransformationEvent, EventTime: "2019-10-21T12:58:56.591Z", EventTimeZoneOffset: "+02:00",
		InputQuantityList: []Quantity{
			{EPCClass: "https://id.gs1.org/01/04012345111118/10/4444", Quantity: "10", UOM: "KGM"},
			{EPCClass: "https://id.gs1.org/01/00614141777778/10/987", Quantity: "30"},
		},
		OutputQuantityList: []Quantity{{EPCClass: "https://id.gs1.org/01/04054739999025/10/P20131121", Quantity: "9520"}},
		BizStep:            "commissioning", Disposition: "active", BizLocation: Location{ID: "https://id.gs1.org/414/4012345000054"},
	}
	const want = "eventType=TransformationEvent" +
		"eventTime=2019-10-21T12:58:56.591Z" +
		"eventTimeZoneOffset=+02:00" +
		"inputQuantityList" +
		"quantityElementepcClass=https://id.gs1.org/01/00614141777778/10/987quantity=30" +
		"quantityElementepcClass=https://id.gs1.org/01/04012345111118/10/4444quantity=10uom=KGM" +
		"outputQuantityList" +
		"quantityElementepcClass=https://id.gs1.org/01/04054739999025/10/P20131121quantity=9520" +
		"bizStep=https://ref.gs1.org/cbv/BizStep-commissioning" +
		"disposition=https://ref.gs1.org/cbv/Disp-active" +
		"bizLocationid=https://id.gs1.org/414/4012345000054"
	if got := e.prehash(); got != want {
		t.Errorf("the text is\n%s\nwant\n%s", got, want)
	}
	sum := sha256.Sum256([]byte(want))
	if got, want := e.Key(), "ni:///sha-256;"+hex.EncodeToString(sum[:])+"?ver=CBV2.0"; got != want {
		t.Errorf("the identifier is %s, want %s", got, want)
	}
	key := e.Key()
	slices.Reverse(e.InputQuantityList)
	if e.Key() != key {
		t.Error("the order of a list changes the identifier")
	}
	e.InputQuantityList[0].Quantity = "31"
	if e.Key() == key {
		t.Error("a quantity does not change the identifier")
	}
}

// The text of a lot's commissioning, as published examples have it for the
// fields that events have here.
func TestEventHashOfAnObjectEvent(t *testing.T) {
	const text = "eventType=ObjectEventeventTime=2019-10-21T12:58:56.000ZeventTimeZoneOffset=+02:00" +
		"quantityListquantityElementepcClass=https://id.gs1.org/01/04054739999148/10/20160711quantity=600uom=KGM" +
		"action=ADDbizStep=https://ref.gs1.org/cbv/BizStep-commissioning"
	e := Event{Type: ObjectEvent, EventTime: "2019-10-21T12:58:56.000Z", EventTimeZoneOffset: "+02:00", Action: "ADD",
		QuantityList: []Quantity{{EPCClass: "https://id.gs1.org/01/04054739999148/10/20160711", Quantity: "600", UOM: "KGM"}}, BizStep: "commissioning"}
	if got := e.prehash(); got != text {
		t.Errorf("the text is\n%s\nwant\n%s", got, text)
	}
}

func lotsOf(list ...string) []Quantity {
	var out []Quantity
	for _, lot := range list {
		out = append(out, Quantity{EPCClass: Lot{"09520123456788", lot}.URI()})
	}
	return out
}

func TestWhatEventsDoToLots(t *testing.T) {
	lots := func(names ...string) []Ref {
		var out []Ref
		for _, n := range names {
			out = append(out, Lot{"09520123456788", n}.Ref())
		}
		return out
	}
	for _, c := range []struct {
		name              string
		event             Event
		makes, uses, sees []Ref
	}{
		{"a lot comes to be", Event{Type: ObjectEvent, Action: "ADD", QuantityList: lotsOf("A", "B")}, lots("A", "B"), nil, nil},
		{"a lot is seen", Event{Type: ObjectEvent, Action: "OBSERVE", QuantityList: lotsOf("A")}, nil, nil, lots("A")},
		{"a lot ends", Event{Type: ObjectEvent, Action: "DELETE", QuantityList: lotsOf("A")}, nil, nil, lots("A")},
		{"a lot is made of others", Event{Type: TransformationEvent, InputQuantityList: lotsOf("A", "B"), OutputQuantityList: lotsOf("C")}, lots("C"), lots("A", "B"), nil},
	} {
		if !slices.Equal(c.event.Makes(), c.makes) || !slices.Equal(c.event.Uses(), c.uses) || !slices.Equal(c.event.Sees(), c.sees) {
			t.Errorf("%s: makes %v, uses %v, sees %v", c.name, c.event.Makes(), c.event.Uses(), c.event.Sees())
		}
	}
}

func TestEventRules(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	object := Event{Type: ObjectEvent, Action: "ADD", EventTime: "2026-01-01T00:05:00.000Z", EventTimeZoneOffset: "+07:00",
		QuantityList: lotsOf("A"), BizLocation: LocationOf("01J9ZC6V7Q3N8M5K2H4T6W8Y0A")}
	transformation := object
	transformation.Type, transformation.Action, transformation.QuantityList = TransformationEvent, "", nil
	transformation.InputQuantityList, transformation.OutputQuantityList = lotsOf("A"), lotsOf("B")
	for _, c := range []struct {
		name   string
		of     Event
		change func(*Event)
		field  string
	}{
		{"an object event", object, func(*Event) {}, ""},
		{"a transformation", transformation, func(*Event) {}, ""},
		{"the future", object, func(e *Event) { e.EventTime = "2026-01-01T00:05:00.001Z" }, "eventTime"},
		{"no place", object, func(e *Event) { e.BizLocation.ID = "here" }, "bizLocation.id"},
		{"a wrong GLN", object, func(e *Event) { e.BizLocation.ID = "https://id.gs1.org/414/4012345000055" }, "bizLocation.id"},
		{"no action", object, func(e *Event) { e.Action = "" }, "action"},
		{"no lot", object, func(e *Event) { e.QuantityList = nil }, "quantityList"},
		{"inputs of an object event", object, func(e *Event) { e.InputQuantityList = lotsOf("B") }, "inputQuantityList"},
		{"a lot twice", object, func(e *Event) { e.QuantityList = lotsOf("A", "A") }, "quantityList[1].epcClass"},
		{"no lot of that name", object, func(e *Event) { e.QuantityList[0].EPCClass = "A" }, "quantityList[0].epcClass"},
		{"an action of a transformation", transformation, func(e *Event) { e.Action = "ADD" }, "action"},
		{"an object list of a transformation", transformation, func(e *Event) { e.QuantityList = lotsOf("C") }, "quantityList"},
		{"made of nothing", transformation, func(e *Event) { e.InputQuantityList = nil }, "inputQuantityList"},
		{"made into nothing", transformation, func(e *Event) { e.OutputQuantityList = nil }, "outputQuantityList"},
		{"made of itself", transformation, func(e *Event) { e.OutputQuantityList = lotsOf("B", "A") }, "outputQuantityList[1].epcClass"},
	} {
		e := c.of
		e.QuantityList = slices.Clone(e.QuantityList)
		c.change(&e)
		problems := e.Check(now)
		if c.field == "" && len(problems) > 0 || c.field != "" && (len(problems) != 1 || problems[0].Field != c.field) {
			t.Errorf("%s: %v", c.name, problems)
		}
	}
}
