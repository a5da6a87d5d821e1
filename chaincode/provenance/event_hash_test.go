package provenance

import (
	"encoding/json"
	"testing"
)

// Identifiers published with GS1's examples of events, for those whose fields
// are fields here: facts of github.com/RalphTro/epcis-event-hash-generator,
// tests/examples.
func TestPublishedEventHashes(t *testing.T) {
	for _, c := range []struct{ name, event, hash string }{
		{"a unit departs", `{"type":"ObjectEvent","eventTime":"2019-10-21T10:00:30.000Z","eventTimeZoneOffset":"+01:00",
			"epcList":["https://id.gs1.org/00/052000011111111461"],"action":"OBSERVE","bizStep":"departing",
			"readPoint":{"id":"https://id.gs1.org/414/5200001999012"},
			"bizTransactionList":[{"type":"inv","bizTransaction":"urn:epcglobal:cbv:bt:5200001000008:RE1099"},{"type":"desadv","bizTransaction":"urn:epcglobal:cbv:bt:5200001000008:4711"}],
			"sourceList":[{"type":"possessing_party","source":"https://id.gs1.org/417/5200001000008"}],
			"destinationList":[{"type":"possessing_party","destination":"https://id.gs1.org/417/4000001987658"},{"type":"location","destination":"https://id.gs1.org/414/4012345000122"}]}`,
			"253f0178f96349eedc207505b49044a602129605cf692e3d9f1f36c8bd1dfb0d"},
		{"it is received", `{"type":"ObjectEvent","eventTime":"2019-10-21T11:00:30.000Z","eventTimeZoneOffset":"+01:00",
			"epcList":["https://id.gs1.org/00/052000011111111461"],"action":"OBSERVE","bizStep":"receiving",
			"readPoint":{"id":"https://id.gs1.org/414/4012345000122"},
			"bizTransactionList":[{"type":"desadv","bizTransaction":"urn:epcglobal:cbv:bt:5200001000008:4711"},{"type":"inv","bizTransaction":"urn:epcglobal:cbv:bt:5200001000008:RE1099"}],
			"sourceList":[{"type":"owning_party","source":"https://id.gs1.org/417/4000001000128"},{"type":"possessing_party","source":"https://id.gs1.org/417/4000001000128"}],
			"destinationList":[{"type":"owning_party","destination":"https://id.gs1.org/417/4012345000009"},{"type":"possessing_party","destination":"https://id.gs1.org/417/4012345000009"},{"type":"location","destination":"https://id.gs1.org/414/4012345000122"}]}`,
			"ef43acf0e69951f79739f603f714893784648a41bac3f58035b5830a978a2631"},
		{"a unit is inspected", `{"type":"ObjectEvent","eventTime":"2019-10-21T14:45:00.000Z","eventTimeZoneOffset":"+01:00",
			"epcList":["https://id.gs1.org/00/040123451111111110"],"action":"OBSERVE","bizStep":"inspecting","disposition":"in_progress",
			"readPoint":{"id":"https://id.gs1.org/414/4012345000245"}}`,
			"c50842eb714406394a77fb7b517fea621c78a61f65549874de7c9e019afe7b6f"},
		{"pieces are packed", `{"type":"AggregationEvent","eventTime":"2019-10-21T09:58:56.591Z","eventTimeZoneOffset":"+02:00",
			"parentID":"https://id.gs1.org/00/040470231111111229",
			"childEPCs":["https://id.gs1.org/01/04047023775511/21/98","https://id.gs1.org/01/04047023775511/21/107","https://id.gs1.org/01/04047023775511/21/97","https://id.gs1.org/01/04047023775511/21/109"],
			"action":"ADD","bizStep":"packing","readPoint":{"id":"https://id.gs1.org/414/4047023000125"}}`,
			"c941e6486c561c2be83c28dc228c150eaef9a6befb1015e6cc563982fb7414b6"},
		{"lots are packed", `{"type":"AggregationEvent","eventTime":"2019-10-21T15:30:56.591Z","eventTimeZoneOffset":"+02:00",
			"parentID":"https://id.gs1.org/00/040123441111111333",
			"childQuantityList":[{"epcClass":"https://id.gs1.org/01/04054739999025/10/P2","quantity":"12","uom":"KGM"},{"epcClass":"https://id.gs1.org/01/04054739123451/10/lot2","quantity":"17"}],
			"action":"ADD","bizStep":"packing","readPoint":{"id":"https://id.gs1.org/414/4012345000252"}}`,
			"cfda50b7ff23682e989bafc3747ac9b752f405305fcde6618280f6be27344f35"},
		{"all is unpacked", `{"type":"AggregationEvent","eventTime":"2019-10-21T09:58:56.591Z","eventTimeZoneOffset":"+02:00",
			"parentID":"https://id.gs1.org/00/040123441111111449","action":"DELETE","bizStep":"unpacking",
			"readPoint":{"id":"https://id.gs1.org/414/4012345000252"},
			"bizTransactionList":[{"type":"inv","bizTransaction":"urn:epcglobal:cbv:bt:4012345123456:RE1099"}]}`,
			"c4bdb87c8d59d6ab569d0cfc6583e9dd4c314cdf71799b0ef8d4febe5239d9c5"},
		{"units are unpacked from a unit", `{"type":"AggregationEvent","eventTime":"2019-10-21T12:02:56.000Z","eventTimeZoneOffset":"+02:00",
			"parentID":"https://id.gs1.org/00/040123449988111227",
			"childEPCs":["https://id.gs1.org/00/040123449988111234","https://id.gs1.org/00/040123449988111241","https://id.gs1.org/00/040123449988111258"],
			"action":"DELETE","bizStep":"unpacking","readPoint":{"id":"https://id.gs1.org/414/4012345000771"},
			"bizTransactionList":[{"type":"inv","bizTransaction":"urn:epcglobal:cbv:bt:4012345123456:4711"}]}`,
			"a62b9f9e429fcba628ea47d073542ca67e9fbe4688df2c649b8cd13b8519b91f"},
		{"pieces and lots become others", `{"type":"TransformationEvent","eventTime":"2020-01-13T23:00:00.000Z","eventTimeZoneOffset":"+01:00",
			"inputEPCList":["https://id.gs1.org/01/04012345111118/21/987"],"inputQuantityList":[{"epcClass":"https://id.gs1.org/01/04012345222227/10/87545GHGH"}],
			"outputEPCList":["https://id.gs1.org/01/04012345333336/21/AGHFG"],"outputQuantityList":[{"epcClass":"https://id.gs1.org/01/04012345444445","quantity":"452","uom":"KGM"}],
			"bizStep":"commissioning","readPoint":{"id":"https://id.gs1.org/414/4012345000009"},
			"errorDeclaration":{"declarationTime":"2020-01-15T00:00:00.000+01:00","reason":"incorrect_data"}}`,
			"e16ce101f3d7383612e00b74419b2d88f12baa6a124b0e390252d396687d5cf7"},
		{"pieces become others", `{"type":"TransformationEvent","eventTime":"2019-09-10T08:40:21.314Z","eventTimeZoneOffset":"+02:00",
			"inputEPCList":["https://id.gs1.org/01/04047111123453/21/2222","https://id.gs1.org/01/04047111123453/21/1111"],
			"outputEPCList":["https://id.gs1.org/01/04047111123453/21/3333"],"bizStep":"repairing","disposition":"damaged"}`,
			"81d77913ba5f798c51ab0b17b097d8365ca9b250b62c9a089d23ffea5a31812d"},
		{"a unit departs by the sea", `{"type":"ObjectEvent","eventTime":"2022-02-16T11:50:00.000Z","eventTimeZoneOffset":"+01:00",
			"epcList":["https://id.gs1.org/00/140123451122233341"],"action":"OBSERVE","bizStep":"departing","readPoint":{"id":"https://id.gs1.org/414/4012345000221"},
			"bizTransactionList":[{"type":"desadv","bizTransaction":"urn:epcglobal:cbv:bt:4012345000009:ASN1099"}],
			"sourceList":[{"type":"possessing_party","source":"https://id.gs1.org/417/4012345000009"}],
			"destinationList":[{"type":"possessing_party","destination":"https://id.gs1.org/417/4023333000000"}]}`,
			"2919bf0587534fef0e25eea97b5dda68f345e6bbf2c6b4cb27b2a52e0039272b"},
	} {
		var e Event
		if err := json.Unmarshal([]byte(c.event), &e); err != nil {
			t.Fatal(err)
		}
		if want := "ni:///sha-256;" + c.hash + "?ver=CBV2.0"; e.Key() != want {
			t.Errorf("%s: the identifier is %s, want %s, of\n%s", c.name, e.Key(), want, e.prehash())
		}
	}
}

// What is stated of pieces goes last, under the namespace of CBV's master data,
// as the published texts have it.
func TestEventHashOfAStatedLot(t *testing.T) {
	e := Event{Type: ObjectEvent, EventTime: "2019-10-21T12:58:56.000Z", EventTimeZoneOffset: "+02:00", Action: "ADD",
		EPCList: []string{"https://id.gs1.org/01/04054739999148/21/7"}, BizStep: "commissioning", ILMD: &ILMD{LotNumber: "L1"}}
	const want = "eventType=ObjectEventeventTime=2019-10-21T12:58:56.000ZeventTimeZoneOffset=+02:00" +
		"epcListepc=https://id.gs1.org/01/04054739999148/21/7action=ADD" +
		"bizStep=https://ref.gs1.org/cbv/BizStep-commissioningilmd{urn:epcglobal:cbv:mda:}lotNumber=L1"
	if got := e.prehash(); got != want {
		t.Errorf("the text is\n%s\nwant\n%s", got, want)
	}
}
