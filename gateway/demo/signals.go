package demo

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

const (
	observerParty    = "farhorizon"
	clockSite        = "song-kim-lines"
	watchedUntil     = "2026-10-20" // when what was seen was fetched
	repliedOn        = "2026-10-25"
	registerOfficial = "fair-work-register"
)

func observation(site, kind, from, until string, measures ...provenance.Measure) *provenance.VesselObservation {
	return &provenance.VesselObservation{
		ID: id("observation", site+" "+kind), Facility: siteID(site), Accreditation: accreditationID(observerParty, provenance.SchemeObservation),
		ObservationType: kind, From: from, Until: until, Measures: measures,
		Method: provenance.ObservationMethod{Name: "Positions that vessels broadcast", Version: "demonstration 1", Thresholds: []provenance.Measure{
			{Name: "DURATION", Value: "12", Unit: "HUR"}, {Name: "DISTANCE_FROM_SHORE", Value: "50", Unit: "NMI"}}},
		Source: provenance.ObservationSource{Organisation: "Farhorizon Watch", Dataset: "demonstration-tracks:1", Licence: "CC0-1.0",
			RecordID: site + "-" + from, RetrievedOn: watchedUntil},
		Coverage: "GOOD", Confidence: "MEDIUM",
	}
}

// The two things seen of the tuna's vessels: the first is explained by its
// operator, to the second nobody has replied.
func silence() *provenance.VesselObservation {
	return observation("haiyun-7", "AIS_GAP", "2026-06-02", "2026-06-07", provenance.Measure{Name: "DURATION", Value: "118", Unit: "HUR"})
}

func longTrip() *provenance.VesselObservation {
	return observation("haiyun-12", "TIME_AT_SEA", "2025-12-04", "2026-08-11", provenance.Measure{Name: "DAYS_SINCE_PORT", Value: "250", Unit: "DAY"})
}

// watched adds what the observer saw and looked up, and a clock at a site.
func (p *plan) watched() {
	by := author(observerParty)
	p.add(by, silence())
	p.add(by, longTrip())
	p.add(by, &provenance.Screening{
		ID: id("screening", "saebyeok-3"), Subject: provenance.ScreenSubject{Kind: provenance.KindFacility, ID: siteID("saebyeok-3")},
		Accreditation: accreditationID(observerParty, provenance.SchemeObservation),
		List:          "Vessels listed by fisheries bodies (demonstration)", Version: "2026-09", On: watchedUntil, Result: provenance.ScreenNoMatch,
	})
	p.add(author(registerOfficial), clock())
}

// answered adds what was said to it, and what the clock counted.
func (p *plan) answered() {
	p.add(author(siteOf("haiyun-7").operator), &provenance.Reply{
		ID: id("reply", "haiyun-7"), To: provenance.SignalTarget{Kind: provenance.KindObservation, ID: silence().ID}, Reason: "TECHNICAL_FAILURE", On: repliedOn,
	})
	p.add(author(observerParty), &provenance.SignalStep{
		ID: id("signal step", "haiyun-12"), Signal: provenance.SignalTarget{Kind: provenance.KindObservation, ID: longTrip().ID},
		State: provenance.SignalReviewed, Reason: "MORE_DATA_ASKED", On: repliedOn,
	})
	p.add(author(siteOf(clockSite).operator), counted())
}

// clockKey is the demonstration's clock: its key is made of its name, for there
// is no such clock.
func clockKey() *ecdsa.PrivateKey {
	sum := sha256.Sum256([]byte("fairlead demonstration\nclock\n" + clockSite))
	sum[0] = 0 // below the order of the curve
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), sum[:])
	if err != nil {
		panic(err) // the name gives another key only when it is changed
	}
	return key
}

func clock() *provenance.Device {
	der, err := x509.MarshalPKIXPublicKey(&clockKey().PublicKey)
	if err != nil {
		panic(err) // a key of this curve always encodes
	}
	return &provenance.Device{ID: id("device", clockSite), Facility: siteID(clockSite), DeviceKind: "TIME_CLOCK", PublicKey: base64.StdEncoding.EncodeToString(der)}
}

func counted() *provenance.DeviceTotal {
	d := &provenance.DeviceTotal{ID: id("device total", clockSite), Device: clock().ID, Month: "2026-09", Workers: 180,
		Totals: []provenance.Total{{Name: "HOURS_WORKED", Value: "34560"}, {Name: "HOURS_OVERTIME", Value: "2105.5"}}}
	text, err := d.SignedBytes()
	if err != nil {
		panic(err) // plain structs always encode
	}
	sum := sha256.Sum256(text)
	signature, err := clockKey().Sign(nil, sum[:], crypto.SHA256) // without chance, so that the plan is the same each time
	if err != nil {
		panic(err) // no randomness is needed, so nothing can fail
	}
	d.Signature = base64.StdEncoding.EncodeToString(signature)
	return d
}
