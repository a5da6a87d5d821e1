package provenance

import (
	"strings"
	"time"
)

// Event is an EPCIS 2.0 event about lots, pieces and logistic units. Its
// identifier is its CBV event hash, so the same event captured twice is one
// record.
type Event struct {
	Type                string            `json:"type" validate:"required,oneof=ObjectEvent AggregationEvent TransformationEvent"`
	EventTime           string            `json:"eventTime" validate:"required,instant"`
	EventTimeZoneOffset string            `json:"eventTimeZoneOffset" validate:"required,offset"`
	Action              string            `json:"action,omitempty" validate:"omitempty,oneof=OBSERVE ADD DELETE"`
	EPCList             []string          `json:"epcList,omitempty" validate:"max=500,unique,dive,required,max=120,printascii"`
	QuantityList        []Quantity        `json:"quantityList,omitempty" validate:"max=500,dive"`
	ParentID            string            `json:"parentID,omitempty" validate:"omitempty,max=120,printascii"` // the unit packed or unpacked
	ChildEPCs           []string          `json:"childEPCs,omitempty" validate:"max=500,unique,dive,required,max=120,printascii"`
	ChildQuantityList   []Quantity        `json:"childQuantityList,omitempty" validate:"max=500,dive"`
	InputEPCList        []string          `json:"inputEPCList,omitempty" validate:"max=500,unique,dive,required,max=120,printascii"`
	InputQuantityList   []Quantity        `json:"inputQuantityList,omitempty" validate:"max=500,dive"`
	OutputEPCList       []string          `json:"outputEPCList,omitempty" validate:"max=500,unique,dive,required,max=120,printascii"`
	OutputQuantityList  []Quantity        `json:"outputQuantityList,omitempty" validate:"max=500,dive"`
	ILMD                *ILMD             `json:"ilmd,omitempty"`
	BizStep             string            `json:"bizStep,omitempty" validate:"omitempty,oneof=accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting installing killing loading packing picking receiving removing repackaging repairing replacing reserving retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting unloading unpacking void_shipping other"`
	Disposition         string            `json:"disposition,omitempty" validate:"omitempty,oneof=active available completeness_inferred completeness_verified conformant container_closed container_open damaged destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown"`
	ReadPoint           *Location         `json:"readPoint,omitempty"`
	BizLocation         Location          `json:"bizLocation"` // where it happened: the facility
	BizTransactionList  []BizTransaction  `json:"bizTransactionList,omitempty" validate:"max=20,dive"`
	SourceList          []Source          `json:"sourceList,omitempty" validate:"max=10,dive"`
	DestinationList     []Destination     `json:"destinationList,omitempty" validate:"max=10,dive"`
	ErrorDeclaration    *ErrorDeclaration `json:"errorDeclaration,omitempty"` // see EventError
}

// ILMD is what is stated of the pieces that an event makes, once for all.
type ILMD struct {
	LotNumber string `json:"cbvmda:lotNumber" validate:"required,max=20,printascii"` // the lot, of each piece's product, that they belong to
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

// BizTransaction is a document that an event belongs to, by its address.
type BizTransaction struct {
	Type string `json:"type" validate:"required,oneof=bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt"`
	ID   string `json:"bizTransaction" validate:"required,max=200,printascii"`
}

// Source is a party or place that goods come from: a party by its GLN
// (https://id.gs1.org/417/...) or by its identifier here
// (urn:fairlead:party:...), a place as in Location.
type Source struct {
	Type string `json:"type" validate:"required,oneof=owning_party possessing_party location"`
	ID   string `json:"source" validate:"required,max=100,printascii"`
}

// Destination is where they go, named as in Source.
type Destination struct {
	Type string `json:"type" validate:"required,oneof=owning_party possessing_party location"`
	ID   string `json:"destination" validate:"required,max=100,printascii"`
}

type eventDocument struct {
	Events []Event `json:"events" validate:"required,min=1,max=500,dive"`
}

// Event types.
const (
	ObjectEvent         = "ObjectEvent"
	AggregationEvent    = "AggregationEvent"
	TransformationEvent = "TransformationEvent"
)

const (
	facilityURN   = "urn:fairlead:facility:"
	partyURN      = "urn:fairlead:party:"
	glnStem       = "https://id.gs1.org/414/"
	partyGLNStem  = "https://id.gs1.org/417/"
	sourceIsPlace = "location"
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
func (e *Event) Key() string { return e.hash() }

// Check refuses an error declaration too: that is an EventError.
func (e *Event) Check(now time.Time) []FieldProblem {
	ps := e.check(now)
	if e.ErrorDeclaration != nil {
		ps.add("errorDeclaration", Invalid, "says that the event is wrong, which is a statement of its own", "send it as an event error")
	}
	return ps
}

// References: the facility (when named by its identifier here; a GLN is
// resolved by the ledger) and the products that the event makes. What goes in
// or is packed may be unknown: that is a gap which History shows.
func (e *Event) References() []Reference {
	var refs []Reference
	if id, _, ok := e.BizLocation.Facility(); ok && id != "" {
		refs = append(refs, Reference{Field: "bizLocation.id", Ref: Ref{KindFacility, id}, Subject: true})
	}
	quantities, list, epcs, pieces := e.OutputQuantityList, "outputQuantityList", e.OutputEPCList, "outputEPCList"
	if e.Type == ObjectEvent {
		quantities, list, epcs, pieces = e.QuantityList, "quantityList", e.EPCList, "epcList"
	}
	for i, q := range quantities {
		if lot, err := ParseLotURI(q.EPCClass); err == nil {
			refs = append(refs, Reference{Field: index(list, i) + ".epcClass", Ref: Ref{KindProduct, lot.GTIN}})
		}
	}
	for i, epc := range epcs {
		if piece, err := ParsePieceURI(epc); err == nil {
			refs = append(refs, Reference{Field: index(pieces, i), Ref: Ref{KindProduct, piece.GTIN}})
		}
	}
	return refs
}
