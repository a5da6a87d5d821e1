package provenance

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

func (e *Event) hash() string {
	sum := sha256.Sum256([]byte(e.prehash()))
	return "ni:///sha-256;" + hex.EncodeToString(sum[:]) + "?ver=CBV2.0"
}

const cbvStem = "https://ref.gs1.org/cbv/"

// prehash is the text that CBV 2.0 hashes: key=value pairs in its fixed order,
// lists sorted, vocabulary as full addresses. An error declaration is no part
// of it, so that an event keeps its identifier when it is declared wrong.
func (e *Event) prehash() string {
	var out prehash
	out.pair("eventType", e.Type)
	out.pair("eventTime", e.EventTime)
	out.pair("eventTimeZoneOffset", e.EventTimeZoneOffset)
	out.epcs("epcList", e.EPCList)
	out.pair("parentID", e.ParentID)
	out.epcs("inputEPCList", e.InputEPCList)
	out.epcs("childEPCs", e.ChildEPCs)
	out.quantities("quantityList", e.QuantityList)
	out.quantities("childQuantityList", e.ChildQuantityList)
	out.quantities("inputQuantityList", e.InputQuantityList)
	out.epcs("outputEPCList", e.OutputEPCList)
	out.quantities("outputQuantityList", e.OutputQuantityList)
	out.pair("action", e.Action)
	out.vocabulary("bizStep", "BizStep-", e.BizStep)
	out.vocabulary("disposition", "Disp-", e.Disposition)
	if e.ReadPoint != nil {
		out.pair("readPointid", e.ReadPoint.ID)
	}
	out.pair("bizLocationid", e.BizLocation.ID)
	sorted(&out, "bizTransactionList", e.BizTransactionList, func(b BizTransaction) string {
		return "type=" + cbvStem + "BTT-" + b.Type + "bizTransaction=" + b.ID
	})
	sorted(&out, "sourceList", e.SourceList, func(s Source) string {
		return "type=" + cbvStem + "SDT-" + s.Type + "source=" + s.ID
	})
	sorted(&out, "destinationList", e.DestinationList, func(d Destination) string {
		return "type=" + cbvStem + "SDT-" + d.Type + "destination=" + d.ID
	})
	if e.ILMD != nil {
		out.pair("ilmd{urn:epcglobal:cbv:mda:}lotNumber", e.ILMD.LotNumber)
	}
	return out.String()
}

type prehash struct{ strings.Builder }

func (p *prehash) pair(name, value string) {
	if value != "" {
		p.WriteString(name + "=" + value)
	}
}

func (p *prehash) vocabulary(name, stem, value string) {
	if value != "" {
		p.pair(name, cbvStem+stem+value)
	}
}

func (p *prehash) epcs(name string, list []string) {
	sorted(p, name, list, func(epc string) string { return "epc=" + epc })
}

func (p *prehash) quantities(name string, list []Quantity) {
	sorted(p, name, list, func(q Quantity) string {
		text := "quantityElementepcClass=" + q.EPCClass
		if q.Quantity != "" {
			text += "quantity=" + q.Quantity
		}
		if q.UOM != "" {
			text += "uom=" + q.UOM
		}
		return text
	})
}

func sorted[T any](p *prehash, name string, list []T, text func(T) string) {
	if len(list) == 0 {
		return
	}
	parts := make([]string, len(list))
	for i, entry := range list {
		parts[i] = text(entry)
	}
	slices.Sort(parts)
	p.WriteString(name + strings.Join(parts, ""))
}
