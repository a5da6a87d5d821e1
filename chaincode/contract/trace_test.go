package contract_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

// clothLot and shirtLot are lots of the world's products.
func (b *bench) clothLot(number string) provenance.Lot {
	return provenance.Lot{GTIN: b.Cloth.GTIN, Lot: number}
}

func (b *bench) shirtLot(number string) provenance.Lot {
	return provenance.Lot{GTIN: b.Shirt.GTIN, Lot: number}
}

func quantities(lots ...provenance.Lot) []provenance.Quantity {
	var list []provenance.Quantity
	for _, l := range lots {
		list = append(list, provenance.Quantity{EPCClass: l.URI()})
	}
	return list
}

// becomes is an event in which lots become another lot.
func (b *bench) becomes(out provenance.Lot, in ...provenance.Lot) *provenance.Event {
	e := b.ShirtMade
	e.InputQuantityList, e.OutputQuantityList = quantities(in...), quantities(out)
	return &e
}

// serials commissions pieces of the cloth, of a lot unless that is empty.
func (b *bench) serials(lot string, serials ...string) *provenance.Event {
	e := b.ClothMade
	e.QuantityList = nil
	for _, s := range serials {
		e.EPCList = append(e.EPCList, provenance.Piece{GTIN: b.Cloth.GTIN, Serial: s}.URI())
	}
	if lot != "" {
		e.ILMD = &provenance.ILMD{LotNumber: lot}
	}
	return &e
}

func TestUnitsAndPiecesAreSubjects(t *testing.T) {
	b := founded(t)
	sscc := b.SSCC()
	pieces := b.serials("", "1", "2")
	packed := b.Packing("ADD", sscc, []provenance.Lot{b.clothLot("C-1")}, pieces.EPCList...)
	b.states(b.as(provenance.RoleSupplier), pieces, &packed)
	site := provenance.Ref{Kind: provenance.KindFacility, ID: b.Site.ID}
	want := []provenance.Ref{site, b.clothLot("C-1").Ref(), {Kind: provenance.UnitSubject, ID: sscc},
		{Kind: provenance.PieceSubject, ID: b.Cloth.GTIN + "/1"}, {Kind: provenance.PieceSubject, ID: b.Cloth.GTIN + "/2"}}
	if got := b.recorded(provenance.KindEvent, packed.Key()).About; !slices.Equal(got, want) {
		t.Errorf("the packing is about %v, want %v", got, want)
	}
	moved := provenance.Event{Type: provenance.ObjectEvent, Action: "OBSERVE", EventTime: packed.EventTime, EventTimeZoneOffset: "+07:00",
		EPCList: []string{provenance.UnitURI(sscc)}, BizStep: "shipping", BizLocation: packed.BizLocation}
	b.states(b.as(provenance.RoleBrand), &moved)
	if got := b.recorded(provenance.KindEvent, moved.Key()).About; !slices.Equal(got, []provenance.Ref{site, want[2]}) {
		t.Errorf("the shipping is about %v", got)
	}
}

func TestPieceRefusals(t *testing.T) {
	refused(t, founded, []attempt{
		{"a piece of a product nobody registered", provenance.UnknownReference, "events[0].epcList[0]", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			e := b.serials("", "1")
			e.EPCList[0] = provenance.Piece{GTIN: b.GTIN(), Serial: "1"}.URI()
			return b.as(provenance.RoleSupplier), e
		}},
		{"a piece made before", provenance.Conflict, "events[0].epcList[1]", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleSupplier), b.serials("", "1"))
			return b.as(provenance.RoleSupplier), b.serials("", "2", "1")
		}},
		{"pieces of a lot that another party made", provenance.NoStanding, "events[0].ilmd.cbvmda:lotNumber", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleSupplier), &b.ClothMade)
			return b.as(provenance.RoleBrand), b.serials("C-1", "1")
		}},
		{"pieces of a lot that was made elsewhere", provenance.NoStanding, "events[0].ilmd.cbvmda:lotNumber", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleSupplier), &b.ClothMade)
			other := b.newSite()
			b.states(b.as(provenance.RoleSupplier), &other)
			e := b.serials("C-1", "1")
			e.BizLocation = provenance.LocationOf(other.ID)
			return b.as(provenance.RoleSupplier), e
		}},
		{"a lot made of pieces before", provenance.Conflict, "events[0].quantityList[0].epcClass", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleSupplier), b.serials("C-1", "1"))
			return b.as(provenance.RoleSupplier), &b.ClothMade
		}},
	})
}

func TestALotGetsFurtherPieces(t *testing.T) {
	b := founded(t)
	b.states(b.as(provenance.RoleSupplier), &b.ClothMade)
	b.states(b.as(provenance.RoleSupplier), b.serials("C-1", "1", "2"), b.serials("C-2", "3"), b.serials("C-2", "4"))
	b.states(b.as(provenance.RoleSupplier), b.serials("C-2", "5"))
}

func TestNothingIsMadeOfItself(t *testing.T) {
	refused(t, founded, []attempt{
		{"by way of one event", provenance.Conflict, "events[0].outputQuantityList[0].epcClass", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleSupplier), b.becomes(b.shirtLot("B"), b.clothLot("A")))
			return b.as(provenance.RoleSupplier), b.becomes(b.clothLot("A"), b.shirtLot("B"))
		}},
		{"by way of eight", provenance.Conflict, "events[0].outputQuantityList[0].epcClass", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			for i := range 7 {
				b.states(b.as(provenance.RoleSupplier), b.becomes(b.clothLot(fmt.Sprint(i+1)), b.clothLot(fmt.Sprint(i))))
			}
			return b.as(provenance.RoleSupplier), b.becomes(b.clothLot("0"), b.clothLot("7"))
		}},
		{"when a lot is made again", provenance.Conflict, "events[0].outputQuantityList[0].epcClass", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleSupplier), &b.ClothMade)
			b.states(b.as(provenance.RoleSupplier), b.becomes(b.shirtLot("B"), b.clothLot("C-1")))
			b.states(b.as(provenance.RoleSupplier), world.Wrong(b.ClothMade, "2025-10-09T03:00:00.000Z"))
			return b.as(provenance.RoleSupplier), b.becomes(b.clothLot("C-1"), b.shirtLot("B"))
		}},
		{"by further pieces of a lot", provenance.Conflict, "events[0].ilmd.cbvmda:lotNumber", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleSupplier), &b.ClothMade, b.becomes(b.shirtLot("B"), b.clothLot("C-1")))
			e := b.becomes(b.clothLot("-"), b.shirtLot("B"))
			e.OutputQuantityList, e.OutputEPCList = nil, b.serials("", "1").EPCList
			e.ILMD = &provenance.ILMD{LotNumber: "C-1"}
			return b.as(provenance.RoleSupplier), e
		}},
	})
	b := founded(t)
	b.refuses(b.as(provenance.RoleSupplier), provenance.Conflict, "events[1].outputQuantityList[0].epcClass",
		b.becomes(b.shirtLot("B"), b.clothLot("A")), b.becomes(b.clothLot("A"), b.shirtLot("B")))
}

// What a withdrawn event says leads nowhere, and a lot that went into others
// before it was made is no circle by itself.
func TestLotsThatWereUsedBeforeTheyWereMade(t *testing.T) {
	b := founded(t)
	supplier := b.as(provenance.RoleSupplier)
	first := b.becomes(b.shirtLot("B"), b.clothLot("A"))
	b.states(supplier, first)
	b.states(supplier, world.Wrong(*first, "2025-10-09T03:00:00.000Z"))
	b.states(supplier, b.becomes(b.clothLot("A"), b.shirtLot("B")))
	b.states(supplier, b.becomes(b.shirtLot("D"), b.clothLot("C")))
	b.states(supplier, b.becomes(b.clothLot("C"), b.clothLot("A")))
}

// Beyond eight events nobody looks: it is recorded, and History tells.
func TestACircleTooLongToSeeIsASignal(t *testing.T) {
	b := founded(t)
	for i := range 9 {
		b.states(b.as(provenance.RoleSupplier), b.becomes(b.clothLot(fmt.Sprint(i+1)), b.clothLot(fmt.Sprint(i))))
	}
	b.states(b.as(provenance.RoleSupplier), b.becomes(b.clothLot("0"), b.clothLot("9")))
	var records []provenance.Record
	for _, block := range b.peer.Blocks() {
		var told provenance.Recorded
		if refusal := provenance.Decode(block.Transactions[0].Event.Payload, &told); refusal != nil {
			t.Fatal(refusal)
		}
		records = append(records, told.Records...)
	}
	asOf, _ := provenance.ParseMoment("2026-01-01")
	a, err := provenance.History(records, provenance.Question{GTIN: b.Cloth.GTIN, AsOf: asOf})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Signals) != 1 || a.Signals[0].Type != provenance.SignalCircle || a.Signals[0].Number != 10 {
		t.Errorf("the signals are %+v", a.Signals)
	}
}

func TestEventErrors(t *testing.T) {
	b := founded(t)
	supplier := b.as(provenance.RoleSupplier)
	b.states(supplier, &b.ClothMade)
	wrong := world.Wrong(b.ClothMade, "2025-10-02T03:00:00.000Z")
	receipt := b.states(supplier, wrong)
	if again := b.states(supplier, wrong); again[0] != receipt[0] {
		t.Errorf("declared again, the receipt is %v, before it was %v", again[0], receipt[0])
	}
	about := b.recorded(provenance.KindEventError, wrong.Key()).About
	site := provenance.Ref{Kind: provenance.KindFacility, ID: b.Site.ID}
	if want := []provenance.Ref{{Kind: provenance.KindEvent, ID: b.ClothMade.Key()}, site, b.clothLot("C-1").Ref()}; !slices.Equal(about, want) {
		t.Errorf("the declaration is about %v, want %v", about, want)
	}
	right := b.ClothMade
	right.EventTime = "2025-10-01T04:00:00.000Z"
	b.states(supplier, &right) // the lot is free to be made again
	again := world.Wrong(b.ClothMade, "2025-10-03T03:00:00.000Z")
	b.refuses(supplier, provenance.Conflict, "events[0]", again)
}

func TestEventErrorRefusals(t *testing.T) {
	refused(t, observed, []attempt{
		{"an event nobody recorded", provenance.UnknownReference, "events[0]", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			e := b.ClothMade
			e.EventTime = "2025-10-02T03:00:00.000Z"
			return b.as(provenance.RoleSupplier), world.Wrong(e, "2025-10-03T03:00:00.000Z")
		}},
		{"an event of another party", provenance.NoStanding, "events[0]", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleBrand), world.Wrong(b.ClothMade, "2025-10-03T03:00:00.000Z")
		}},
		{"an event that was withdrawn", provenance.WrongState, "events[0]", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleSupplier), &provenance.Withdrawal{ID: b.ID(), Target: provenance.Target{Kind: provenance.KindEvent, ID: b.ShirtMade.Key()}, Reason: "DUPLICATE"})
			return b.as(provenance.RoleSupplier), world.Wrong(b.ShirtMade, "2025-10-09T03:00:00.000Z")
		}},
		{"a withdrawal of an event declared wrong", provenance.WrongState, "target.id", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			b.states(b.as(provenance.RoleSupplier), world.Wrong(b.ShirtMade, "2025-10-09T03:00:00.000Z"))
			return b.as(provenance.RoleSupplier), &provenance.Withdrawal{ID: b.ID(), Target: provenance.Target{Kind: provenance.KindEvent, ID: b.ShirtMade.Key()}, Reason: "DUPLICATE"}
		}},
	})
}

func TestYields(t *testing.T) {
	b := founded(t)
	y := b.Yield("0.92")
	b.states(b.as(provenance.RoleSupplier), y) // the cloth is the factory's
	b.states(b.as(provenance.RoleAuditor), b.Yield("0.9"))
	next := b.Yield("0.93")
	next.Supersedes = y.ID
	b.states(b.as(provenance.RoleSupplier), next)
	refused(t, founded, []attempt{
		{"of another party's product", provenance.NoStanding, "product", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			return b.as(provenance.RoleBrand), b.Yield("0.92")
		}},
		{"of no product", provenance.UnknownReference, "product", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			y := b.Yield("0.92")
			y.Product = b.GTIN()
			return b.as(provenance.RoleAuditor), y
		}},
		{"in place of another party's", provenance.NoStanding, "supersedes", func(b *bench) (*stubtest.Identity, provenance.Statement) {
			first, y := b.Yield("0.92"), b.Yield("0.93")
			b.states(b.as(provenance.RoleSupplier), first)
			y.Supersedes = first.ID
			return b.as(provenance.RoleAuditor), y
		}},
	})
}
