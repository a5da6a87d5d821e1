package world

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Watch is what is seen of a vessel from afar and looked up in lists, what is
// said to it, and what a clock at the site counted.
type Watch struct {
	Observer      provenance.Party         // Oversight's
	Accreditation provenance.Accreditation // the observer's, from 2020 to 2099
	Vessel        provenance.Facility      // operated by the factory

	Gap       provenance.VesselObservation
	Reply     provenance.Reply      // to the gap
	Decision  provenance.SignalStep // on the gap, which does not hold
	Screening provenance.Screening  // of the vessel, which may be on the list
	Clock     provenance.Device     // at the site
	Total     provenance.DeviceTotal

	key *ecdsa.PrivateKey
}

// watch draws from numbers of its own, so that the world's others stay as they are.
func (w *World) watch() {
	own := &World{seed: w.seed + 1<<32}
	v := &w.Watch
	v.Observer = provenance.Party{ID: own.ID(), Name: "Open Sea Watch", PartyKind: "OBSERVER", Country: "NO"}
	v.Accreditation = provenance.Accreditation{ID: own.ID(), Firm: v.Observer.ID, Scheme: provenance.SchemeObservation, ValidFrom: "2020-01-01", ValidUntil: "2099-12-31"}
	v.Vessel = provenance.Facility{ID: own.ID(), FacilityKind: provenance.Vessel, Name: "Riverside 9", Country: "TH", Operator: w.Factory.ID,
		Identifiers: []provenance.Identifier{{Scheme: provenance.IMO, Value: own.IMO()}}}
	v.Gap = provenance.VesselObservation{
		ID: own.ID(), Facility: v.Vessel.ID, Accreditation: v.Accreditation.ID, ObservationType: "AIS_GAP", From: "2025-07-03", Until: "2025-07-09",
		Position: &provenance.RoughPosition{Lat: 4, Lon: 158}, Measures: []provenance.Measure{{Name: "DURATION", Value: "131.5", Unit: "HUR"}},
		Method: provenance.ObservationMethod{Name: "Gap events", Version: "3.0", Thresholds: []provenance.Measure{
			{Name: "DURATION", Value: "12", Unit: "HUR"}, {Name: "DISTANCE_FROM_SHORE", Value: "50", Unit: "NMI"}, {Name: "POSITIONS_A_DAY", Value: "10", Unit: "C62"}}},
		Source:   provenance.ObservationSource{Organisation: "Global Fishing Watch", Dataset: "public-global-gaps-events:v3.0", Licence: "CC BY-NC 4.0", RecordID: "gap-7f31", RetrievedOn: "2025-08-01"},
		Coverage: "GOOD", Confidence: "MEDIUM",
	}
	target := provenance.SignalTarget{Kind: provenance.KindObservation, ID: v.Gap.ID}
	v.Reply = provenance.Reply{ID: own.ID(), To: target, Reason: "TECHNICAL_FAILURE", On: "2025-08-10"}
	v.Decision = provenance.SignalStep{ID: own.ID(), Signal: target, State: provenance.SignalRejected, Reason: "EXPLANATION_ACCEPTED", On: "2025-08-20"}
	v.Screening = provenance.Screening{ID: own.ID(), Subject: provenance.ScreenSubject{Kind: provenance.KindFacility, ID: v.Vessel.ID}, Accreditation: v.Accreditation.ID,
		List: "Combined list of vessels that fished unlawfully", Version: "2025-09", On: "2025-09-02", Result: provenance.ScreenPossible}
	v.key = own.key()
	v.Clock = provenance.Device{ID: own.ID(), Facility: w.Site.ID, DeviceKind: "TIME_CLOCK", PublicKey: publicKey(v.key)}
	v.Total = provenance.DeviceTotal{ID: own.ID(), Device: v.Clock.ID, Month: "2025-10", Workers: 40,
		Totals: []provenance.Total{{Name: "HOURS_WORKED", Value: "8320"}, {Name: "HOURS_OVERTIME", Value: "614.5"}}}
	v.Sign(&v.Total)
}

// Sign has the clock sign totals.
func (v *Watch) Sign(d *provenance.DeviceTotal) {
	text, err := d.SignedBytes()
	if err != nil {
		panic(fmt.Sprintf("world: what the clock signs: %v", err))
	}
	sum := sha256.Sum256(text)
	signature, err := v.key.Sign(nil, sum[:], crypto.SHA256) // without chance: worlds of one seed are equal
	if err != nil {
		panic(fmt.Sprintf("world: signing: %v", err))
	}
	d.Signature = base64.StdEncoding.EncodeToString(signature)
}

// key draws a device's key.
func (w *World) key() *ecdsa.PrivateKey {
	draw := w.draw()
	draw[0] = 0 // below the order of the curve
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), draw[:])
	if err != nil {
		panic(fmt.Sprintf("world: a device's key: %v", err))
	}
	return key
}

func publicKey(key *ecdsa.PrivateKey) string {
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		panic(fmt.Sprintf("world: a device's public key: %v", err))
	}
	return base64.StdEncoding.EncodeToString(der)
}

// NewKey gives the public key of a new device.
func (w *World) NewKey() string { return publicKey(w.key()) }

// IMO gives a ship's number.
func (w *World) IMO() string {
	draw := w.draw()
	body, sum := fmt.Sprintf("9%05d", (int(draw[0])<<16|int(draw[1])<<8|int(draw[2]))%100000), 0
	for i, digit := range body {
		sum += int(digit-'0') * (7 - i)
	}
	return fmt.Sprintf("%s%d", body, sum%10)
}
