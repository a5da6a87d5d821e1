package provenance

import "time"

// VesselObservation is what an accredited observer saw of a vessel from afar, by a
// stated method. It is a signal and never a finding: nobody on board was asked.
// Where its source's licence forbids copying, only the source's own identifier
// of what was seen is here.
type VesselObservation struct {
	ID              string            `json:"id" validate:"required,id"`
	Facility        string            `json:"facility" validate:"required,id"` // a vessel
	Accreditation   string            `json:"accreditation" validate:"required,id"`
	ObservationType string            `json:"type" validate:"required,oneof=AIS_GAP ENCOUNTER LOITERING PORT_VISIT TIME_AT_SEA TRANSHIPMENT"`
	From            string            `json:"from" validate:"required,date"`
	Until           string            `json:"until" validate:"required,date"`
	Position        *RoughPosition    `json:"position,omitempty"`
	Measures        []Measure         `json:"measures,omitempty" validate:"max=10,dive"`
	Method          ObservationMethod `json:"method"`
	Source          ObservationSource `json:"source"`
	Coverage        string            `json:"coverage" validate:"required,oneof=GOOD PARTIAL POOR"` // how well the vessel could be seen then
	Confidence      string            `json:"confidence" validate:"required,oneof=LOW MEDIUM HIGH"` // the observer's, in what it says it saw
	Supersedes      string            `json:"supersedes,omitempty" validate:"omitempty,id"`
}

// RoughPosition is whole degrees, north and east.
type RoughPosition struct {
	Lat int `json:"lat" validate:"min=-90,max=90"`
	Lon int `json:"lon" validate:"min=-180,max=180"`
}

// Measure is one figure with its unit (UN/ECE Recommendation 20): hours,
// kilometres, nautical miles, knots, days, or a count.
type Measure struct {
	Name  string  `json:"name" validate:"required,oneof=DURATION DISTANCE SPEED DISTANCE_FROM_SHORE DISTANCE_FROM_PORT DAYS_SINCE_PORT POSITIONS_A_DAY VESSELS"`
	Value Decimal `json:"value" validate:"required,decimal"`
	Unit  string  `json:"unit" validate:"required,oneof=HUR KMT NMI KNT DAY C62"`
}

// ObservationMethod is how it was concluded: thresholds are the bounds that what
// was seen had to pass.
type ObservationMethod struct {
	Name       string    `json:"name" validate:"required,max=80,text"`
	Version    string    `json:"version" validate:"required,max=40,text"`
	Thresholds []Measure `json:"thresholds" validate:"required,max=20,dive"`
}

// ObservationSource is where the data came from, and on which terms.
type ObservationSource struct {
	Organisation string `json:"organisation" validate:"required,max=120,text"`
	Dataset      string `json:"dataset" validate:"required,max=120,text"` // with its version
	Licence      string `json:"licence" validate:"required,max=60,text"`
	RecordID     string `json:"recordId" validate:"required,max=120,printascii"`
	RetrievedOn  string `json:"retrievedOn" validate:"required,date"`
	SHA256       string `json:"sha256,omitempty" validate:"omitempty,sha256"` // of what was retrieved
}

func (*VesselObservation) Kind() Kind    { return KindObservation }
func (o *VesselObservation) Key() string { return o.ID }

func (o *VesselObservation) References() []Reference {
	refs := []Reference{
		{Field: "facility", Ref: Ref{KindFacility, o.Facility}, Subject: true},
		{Field: "accreditation", Ref: Ref{KindAccreditation, o.Accreditation}},
	}
	return append(refs, supersedes(KindObservation, o.Supersedes)...)
}

const daysSincePort = "DAYS_SINCE_PORT"

func (o *VesselObservation) Check(now time.Time) []FieldProblem {
	var ps problems
	if o.Until < o.From {
		ps.add("until", Invalid, "is before from", "correct the dates")
	}
	if afterToday(o.Until, now) {
		ps.add("until", InFuture, "lies in the future", "state what has been seen")
	}
	if afterToday(o.Source.RetrievedOn, now) {
		ps.add("source.retrievedOn", InFuture, "lies in the future", "give the day on which it was retrieved")
	}
	if o.Source.RetrievedOn < o.Until {
		ps.add("source.retrievedOn", Invalid, "is before the end of what was seen", "correct the dates")
	}
	measured := checkMeasures("measures", o.Measures, &ps)
	checkMeasures("method.thresholds", o.Method.Thresholds, &ps)
	if o.ObservationType == "TIME_AT_SEA" && !measured[daysSincePort] {
		ps.add("measures", Invalid, "does not say how long the vessel was at sea", "give "+daysSincePort)
	}
	ps.supersedesItself(o.Supersedes, o.ID)
	return ps
}

// checkMeasures gives the names of the measures.
func checkMeasures(field string, list []Measure, ps *problems) map[string]bool {
	seen := map[string]bool{}
	for i, m := range list {
		if seen[m.Name] {
			ps.add(index(field, i)+".name", Invalid, "is given twice", "give each once")
		}
		seen[m.Name] = true
		if m.Name == daysSincePort && m.Unit != "DAY" {
			ps.add(index(field, i)+".unit", Invalid, "does not fit", "give days: DAY")
		}
	}
	return seen
}
