package provenance

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Event is an EPCIS 2.0 event about lots: an ObjectEvent or a
// TransformationEvent. Its identifier is its CBV event hash, so the same event
// captured twice is one record.
type Event struct {
	Type                string     `json:"type" validate:"required,oneof=ObjectEvent TransformationEvent"`
	EventTime           string     `json:"eventTime" validate:"required,instant"`
	EventTimeZoneOffset string     `json:"eventTimeZoneOffset" validate:"required,offset"`
	Action              string     `json:"action,omitempty" validate:"omitempty,oneof=OBSERVE ADD DELETE"`
	QuantityList        []Quantity `json:"quantityList,omitempty" validate:"max=500,dive"`
	InputQuantityList   []Quantity `json:"inputQuantityList,omitempty" validate:"max=500,dive"`
	OutputQuantityList  []Quantity `json:"outputQuantityList,omitempty" validate:"max=500,dive"`
	BizStep             string     `json:"bizStep,omitempty" validate:"omitempty,oneof=accepting assembling commissioning creating_class_instance departing holding inspecting loading packing receiving repackaging retail_selling shipping storing transporting unloading unpacking other"`
	Disposition         string     `json:"disposition,omitempty" validate:"omitempty,oneof=active in_progress in_transit conformant non_conformant recalled destroyed sellable_accessible unknown"`
	BizLocation         Location   `json:"bizLocation"` // where it happened: the facility
}

// Location is a facility by its GLN (https://id.gs1.org/414/...) or by its
// identifier here (urn:fairlead:facility:...).
type Location struct {
	ID string `json:"id" validate:"required,max=100,printascii"`
}

// Quantity is an amount of one lot. Without a unit it counts pieces.
type Quantity struct {
	EPCClass string `json:"epcClass" validate:"required,max=200,printascii"` // https://id.gs1.org/01/{gtin}/10/{lot}
	Quantity string `json:"quantity,omitempty" validate:"omitempty,decimal"`
	UOM      string `json:"uom,omitempty" validate:"omitempty,uom"`
}

type eventDocument struct {
	Events []Event `json:"events" validate:"required,min=1,max=500,dive"`
}

// Event types.
const (
	ObjectEvent         = "ObjectEvent"
	TransformationEvent = "TransformationEvent"
)

const (
	facilityURN = "urn:fairlead:facility:"
	glnStem     = "https://id.gs1.org/414/"
)

// LocationOf is the location of a facility known by its identifier here.
func LocationOf(facility string) Location { return Location{ID: facilityURN + facility} }

// Facility gives what the location names: a facility, or a GLN to be resolved.
func (l Location) Facility() (id string, gln Identifier, ok bool) {
	if id, ok := strings.CutPrefix(l.ID, facilityURN); ok && validID(id) {
		return id, Identifier{}, true
	}
	if value, ok := strings.CutPrefix(l.ID, glnStem); ok {
		gln = Identifier{Scheme: GLN, Value: value}
		problem, _ := gln.problem()
		return "", gln, problem == ""
	}
	return "", Identifier{}, false
}

func (*Event) Kind() Kind { return KindEvent }

// Key is the CBV 2.0 event hash: ni:///sha-256;{hex}?ver=CBV2.0
func (e *Event) Key() string {
	sum := sha256.Sum256([]byte(e.prehash()))
	return "ni:///sha-256;" + hex.EncodeToString(sum[:]) + "?ver=CBV2.0"
}

// prehash is the text that CBV 2.0 hashes: key=value pairs in its fixed order,
// lists sorted, vocabulary as full addresses.
func (e *Event) prehash() string {
	var out strings.Builder
	pair := func(name, value string) {
		if value != "" {
			out.WriteString(name + "=" + value)
		}
	}
	list := func(name string, quantities []Quantity) {
		if len(quantities) == 0 {
			return
		}
		parts := make([]string, len(quantities))
		for i, q := range quantities {
			parts[i] = "quantityElementepcClass=" + q.EPCClass
			if q.Quantity != "" {
				parts[i] += "quantity=" + q.Quantity
			}
			if q.UOM != "" {
				parts[i] += "uom=" + q.UOM
			}
		}
		slices.Sort(parts)
		out.WriteString(name + strings.Join(parts, ""))
	}
	vocabulary := func(name, stem, value string) {
		if value != "" {
			pair(name, "https://ref.gs1.org/cbv/"+stem+value)
		}
	}
	pair("eventType", e.Type)
	pair("eventTime", e.EventTime)
	pair("eventTimeZoneOffset", e.EventTimeZoneOffset)
	list("quantityList", e.QuantityList)
	list("inputQuantityList", e.InputQuantityList)
	list("outputQuantityList", e.OutputQuantityList)
	pair("action", e.Action)
	vocabulary("bizStep", "BizStep-", e.BizStep)
	vocabulary("disposition", "Disp-", e.Disposition)
	pair("bizLocationid", e.BizLocation.ID)
	return out.String()
}

// Makes lists the lots that come to be in the event.
func (e *Event) Makes() []Lot {
	if e.Type == ObjectEvent && e.Action == "ADD" {
		return lots(e.QuantityList)
	}
	return lots(e.OutputQuantityList)
}

// Uses lists the lots that go into it.
func (e *Event) Uses() []Lot { return lots(e.InputQuantityList) }

// Sees lists the lots that are observed or taken away in it.
func (e *Event) Sees() []Lot {
	if e.Type == ObjectEvent && e.Action != "ADD" {
		return lots(e.QuantityList)
	}
	return nil
}

func lots(quantities []Quantity) []Lot {
	var out []Lot
	for _, q := range quantities {
		if lot, err := ParseLotURI(q.EPCClass); err == nil {
			out = append(out, lot)
		}
	}
	return out
}

// References: the facility (when named by its identifier here; a GLN is
// resolved by the ledger) and the products that the event makes. Lots that go
// in may be unknown: that is a gap which History shows.
func (e *Event) References() []Reference {
	var refs []Reference
	if id, _, ok := e.BizLocation.Facility(); ok && id != "" {
		refs = append(refs, Reference{Field: "bizLocation.id", Ref: Ref{KindFacility, id}, Subject: true})
	}
	field, list := "outputQuantityList", e.OutputQuantityList
	if e.Type == ObjectEvent {
		field, list = "quantityList", e.QuantityList
	}
	for i, q := range list {
		if lot, err := ParseLotURI(q.EPCClass); err == nil {
			refs = append(refs, Reference{Field: index(field, i) + ".epcClass", Ref: Ref{KindProduct, lot.GTIN}})
		}
	}
	return refs
}

func (e *Event) Check(now time.Time) []FieldProblem {
	var ps problems
	if at, err := ParseInstant(e.EventTime); err == nil && at.After(now.Add(5*time.Minute)) {
		ps.add("eventTime", InFuture, "lies in the future", "record the event once it has happened")
	}
	if _, _, ok := e.BizLocation.Facility(); !ok {
		ps.add("bizLocation.id", Invalid, "names no facility", "write "+glnStem+" and a valid GLN, or "+facilityURN+" and its identifier")
	}
	checkQuantities("quantityList", e.QuantityList, &ps)
	checkQuantities("inputQuantityList", e.InputQuantityList, &ps)
	checkQuantities("outputQuantityList", e.OutputQuantityList, &ps)
	if e.Type == ObjectEvent {
		e.checkObject(&ps)
	} else {
		e.checkTransformation(&ps)
	}
	return ps
}

func (e *Event) checkObject(ps *problems) {
	if e.Action == "" {
		ps.add("action", Invalid, "is missing", "an ObjectEvent says OBSERVE, ADD or DELETE")
	}
	if len(e.QuantityList) == 0 {
		ps.add("quantityList", Invalid, "is missing", "name at least one lot")
	}
	if len(e.InputQuantityList)+len(e.OutputQuantityList) > 0 {
		ps.add("inputQuantityList", Invalid, "belongs to a TransformationEvent", "use quantityList")
	}
}

func (e *Event) checkTransformation(ps *problems) {
	if e.Action != "" {
		ps.add("action", Invalid, "belongs to an ObjectEvent", "remove it")
	}
	if len(e.QuantityList) > 0 {
		ps.add("quantityList", Invalid, "belongs to an ObjectEvent", "use inputQuantityList and outputQuantityList")
	}
	if len(e.InputQuantityList) == 0 {
		ps.add("inputQuantityList", Invalid, "is missing", "name at least one lot that went in")
	}
	if len(e.OutputQuantityList) == 0 {
		ps.add("outputQuantityList", Invalid, "is missing", "name at least one lot that came out")
	}
	in := map[string]bool{}
	for _, q := range e.InputQuantityList {
		in[q.EPCClass] = true
	}
	for i, q := range e.OutputQuantityList {
		if in[q.EPCClass] {
			ps.add(index("outputQuantityList", i)+".epcClass", Invalid, "also went in: a lot cannot be made of itself", "give the new lot its own number")
		}
	}
}

func checkQuantities(field string, list []Quantity, ps *problems) {
	seen := map[string]bool{}
	for i, q := range list {
		at := index(field, i) + ".epcClass"
		if _, err := ParseLotURI(q.EPCClass); err != nil {
			ps.add(at, Invalid, err.Error(), "write https://id.gs1.org/01/ and 14 digits, /10/ and the lot")
		}
		if seen[q.EPCClass] {
			ps.add(at, Invalid, "is named twice", "add the quantities up")
		}
		seen[q.EPCClass] = true
	}
}
