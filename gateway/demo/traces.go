package demo

import (
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// yields is how much of what some sites make can come of what goes in.
var yields = []struct {
	site string
	most provenance.Decimal
}{
	{"mahor-loins", "0.5"},
	{"chonlada-wire", "1"},
}

func (p *plan) yields() {
	for _, y := range yields {
		p.add(author(siteOf(y.site).operator), &provenance.Yield{ID: id("yield", y.site), Product: productOf(y.site), Most: y.most})
	}
}

// misread is a delivery that the cold store noted and that never came: the lot
// was noted in its place an hour later.
func misread(y *year) (by Author, e provenance.Event) {
	const from, at = "haiyun-7", "laem-thara-store"
	b := y.batches[from][0]
	s := siteOf(at)
	return author(s.operator), provenance.Event{
		Type: provenance.ObjectEvent, Action: "OBSERVE", BizStep: "receiving", Disposition: "in_progress",
		EventTime: provenance.FormatInstant(b.received[at].Add(-time.Hour)), EventTimeZoneOffset: s.zone,
		QuantityList: []provenance.Quantity{quantity(b.lot, b.stage.amount, b.stage.unit)}, BizLocation: s.location(indexOfSite(at)),
	}
}

func (p *plan) misread() {
	by, e := misread(produce())
	p.document(by, provenance.KindEvent, map[string]any{"events": []provenance.Event{e}}, 1)
}

// corrected declares that delivery wrong, the day after.
func (p *plan) corrected() {
	by, e := misread(produce())
	at, err := provenance.ParseInstant(e.EventTime)
	if err != nil {
		panic(err) // misread formats it
	}
	e.ErrorDeclaration = &provenance.ErrorDeclaration{DeclarationTime: provenance.FormatInstant(at.Add(day)), Reason: "did_not_occur"}
	p.document(by, provenance.KindEventError, map[string]any{"events": []provenance.Event{e}}, 1)
}
