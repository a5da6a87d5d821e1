package world

import "github.com/fairlead/fairlead/chaincode/provenance"

// Wrong declares an event wrong, the day after it happened or is said to have.
func Wrong(e provenance.Event, declared string) *provenance.EventError {
	wrong := provenance.EventError(e)
	wrong.ErrorDeclaration = &provenance.ErrorDeclaration{DeclarationTime: declared, Reason: "incorrect_data"}
	return &wrong
}

// Misread is a sighting of the cloth at the site that never was.
func (w *World) Misread() provenance.Event {
	e := w.ClothMade
	e.Action, e.BizStep, e.EventTime = "OBSERVE", "shipping", "2025-10-02T03:00:00.000Z"
	return e
}

// Yield says that at most so much of the cloth comes of what goes in.
func (w *World) Yield(most provenance.Decimal) *provenance.Yield {
	return &provenance.Yield{ID: w.ID(), Product: w.Cloth.GTIN, Most: most}
}

// Packing is an aggregation at the site: ADD puts lots and pieces into a unit,
// DELETE takes them out.
func (w *World) Packing(action, sscc string, lots []provenance.Lot, epcs ...string) provenance.Event {
	e := provenance.Event{
		Type: provenance.AggregationEvent, Action: action, EventTime: "2025-10-20T03:00:00.000Z", EventTimeZoneOffset: "+07:00",
		ParentID: provenance.UnitURI(sscc), ChildEPCs: epcs, BizStep: "packing", BizLocation: provenance.LocationOf(w.Site.ID),
	}
	for _, lot := range lots {
		e.ChildQuantityList = append(e.ChildQuantityList, provenance.Quantity{EPCClass: lot.URI(), Quantity: "10"})
	}
	return e
}

// SSCC gives the number of a new logistic unit.
func (w *World) SSCC() string {
	return w.number("0952%013d", func(s string) bool {
		_, err := provenance.ParseUnitURI(provenance.UnitURI(s))
		return err == nil
	})
}
