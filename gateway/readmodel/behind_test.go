package readmodel

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// naive finds what stands behind a product by going through all records again
// and again, by their text alone.
type naive struct {
	t    *testing.T
	all  []provenance.Record
	keep map[provenance.Ref]bool
}

func body[T any](t *testing.T, r provenance.Record) T {
	t.Helper()
	st, err := provenance.Body[T](r)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// until goes through the records until nothing is added any more.
func (n *naive) until(wanted func(provenance.Record) bool) {
	for before := -1; before != len(n.keep); {
		before = len(n.keep)
		for _, r := range n.all {
			if wanted(r) {
				n.keep[r.Ref()] = true
			}
		}
	}
}

func (n *naive) behind(gtin, lot string) []provenance.Record {
	lots := map[provenance.Ref]bool{}
	asked := func(r provenance.Ref) bool {
		if lot != "" {
			return r == provenance.Lot{GTIN: gtin, Lot: lot}.Ref()
		}
		return r.Kind != provenance.UnitSubject && strings.HasPrefix(r.ID, gtin+"/")
	}
	n.until(func(r provenance.Record) bool {
		if r.Kind != provenance.KindEvent {
			return false
		}
		e := body[provenance.Event](n.t, r)
		if !slices.ContainsFunc(append(e.Makes(), e.Sees()...), func(l provenance.Ref) bool { return lots[l] || asked(l) }) {
			return false
		}
		for _, l := range append(e.Uses(), e.LeadsTo()...) {
			if !lots[l] {
				lots[l] = true
				n.keep[l] = true // so that another round follows
			}
		}
		return true
	})
	for _, r := range n.all {
		if r.Kind == provenance.KindEvent {
			e := body[provenance.Event](n.t, r)
			for _, l := range slices.Concat(e.Makes(), e.Sees(), e.Uses()) {
				lots[l] = lots[l] || asked(l)
			}
		}
	}
	for _, r := range n.all {
		if id, ok := r.Subject(provenance.KindFacility); ok && n.keep[r.Ref()] {
			n.keep[provenance.Ref{Kind: provenance.KindFacility, ID: id}] = true
		}
	}
	about := func(r provenance.Record) bool {
		return r.Kind != provenance.KindEvent && slices.ContainsFunc(r.About, func(ref provenance.Ref) bool { return n.keep[ref] && ref.Kind != provenance.KindParty })
	}
	for before := -1; before != len(n.keep); {
		before = len(n.keep)
		n.until(about)
		for _, r := range n.all {
			if r.Kind == provenance.KindFacilityMerge && n.keep[r.Ref()] {
				m := body[provenance.FacilityMerge](n.t, r)
				n.keep[provenance.Ref{Kind: provenance.KindFacility, ID: m.Kept}] = true
				n.keep[provenance.Ref{Kind: provenance.KindFacility, ID: m.Merged}] = true
			}
		}
	}
	for _, r := range n.all {
		if r.Kind == provenance.KindAudit && n.keep[r.Ref()] {
			n.keep[provenance.Ref{Kind: provenance.KindAccreditation, ID: body[provenance.Audit](n.t, r).Accreditation}] = true
		}
	}
	n.until(about)
	for _, r := range n.all {
		if r.Kind == provenance.KindProduct && (r.ID == gtin || slices.ContainsFunc(lotsOf(lots), func(l provenance.Ref) bool { return strings.HasPrefix(l.ID, r.ID) })) {
			n.keep[r.Ref()] = true
		}
	}
	n.until(about)
	for before := -1; before != len(n.keep); {
		before = len(n.keep)
		for _, r := range n.all {
			if !n.keep[r.Ref()] {
				continue
			}
			party := func(id string) { n.keep[provenance.Ref{Kind: provenance.KindParty, ID: id}] = true }
			party(r.By.Party)
			for _, ref := range r.About {
				if !ref.Kind.Traced() {
					n.keep[ref] = true
				}
			}
			for _, listed := range n.all {
				ofParty := r.Kind == provenance.KindParty && (listed.Kind == provenance.KindScreening || listed.Kind == provenance.KindPartyAmendment)
				if (ofParty || r.Kind == provenance.KindScreening) && slices.Contains(listed.About, r.Ref()) {
					n.keep[listed.Ref()] = true
				}
			}
			switch r.Kind {
			case provenance.KindAudit:
				party(body[provenance.Audit](n.t, r).Firm)
			case provenance.KindParty:
				for _, owner := range body[provenance.Party](n.t, r).OwnedBy {
					party(owner)
				}
			case provenance.KindPartyAmendment:
				for _, owner := range body[provenance.PartyAmendment](n.t, r).OwnedBy {
					party(owner)
				}
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(n.all), func(r provenance.Record) bool { return !n.keep[r.Ref()] })
}

func lotsOf(lots map[provenance.Ref]bool) []provenance.Ref {
	var list []provenance.Ref
	for l, in := range lots {
		if in {
			list = append(list, l)
		}
	}
	return list
}

func TestBehindIsWhatANaiveWalkFinds(t *testing.T) {
	for seed := range uint64(6) {
		w := invent(100+seed, 70)
		s := filled(t, w.chain)
		all := w.chain.records()
		compare := func(gtin, lot string) {
			got, p, err := s.Behind(context.Background(), gtin, lot)
			if err != nil {
				t.Fatalf("seed %d, %s/%s: %v", seed, gtin, lot, err)
			}
			if p.Height != uint64(len(w.chain.blocks)) {
				t.Errorf("the answer stands on height %d", p.Height)
			}
			n := naive{t: t, all: all, keep: map[provenance.Ref]bool{}}
			if want := n.behind(gtin, lot); !reflect.DeepEqual(got, want) {
				t.Errorf("seed %d, %s/%s: %d records, wanted %d:\n%s", seed, gtin, lot, len(got), len(want), difference(got, want))
			}
			q := provenance.Question{GTIN: gtin, Lot: lot, AsOf: dawn.AddDate(0, 5, 0)}
			want, err := provenance.History(all, q)
			if err != nil && lot != "" {
				return // the lot came later than the question asks about
			}
			if err != nil {
				t.Fatal(err)
			}
			if answer, err := provenance.History(got, q); err != nil || !reflect.DeepEqual(answer, want) {
				t.Errorf("seed %d, %s/%s: the history of these records is not that of all: %v", seed, gtin, lot, err)
			}
		}
		for _, g := range w.gtins {
			compare(g, "")
		}
		for _, l := range w.lots[:10] {
			compare(l.GTIN, l.Lot)
		}
	}
}

func difference(got, want []provenance.Record) string {
	count := map[provenance.Ref]int{}
	for _, r := range got {
		count[r.Ref()]++
	}
	for _, r := range want {
		count[r.Ref()]--
	}
	out := ""
	for ref, n := range count {
		if n != 0 {
			out += fmt.Sprintf("%+d %s\n", n, ref)
		}
	}
	return out
}

func TestBehindSaysWhatIsNotThere(t *testing.T) {
	w := invent(12, 30)
	used := provenance.Lot{GTIN: w.gtins[0], Lot: "USED"}
	w.say(provenance.Suppliers, &provenance.Event{
		Type: provenance.TransformationEvent, EventTime: provenance.FormatInstant(dawn), EventTimeZoneOffset: "+07:00",
		BizLocation: provenance.LocationOf(w.facilities[0]), InputQuantityList: quantities(used),
		OutputQuantityList: quantities(provenance.Lot{GTIN: w.gtins[1], Lot: "OF-USED"}),
	})
	fresh := gtin(500)
	w.say(provenance.Brands, &provenance.Product{GTIN: fresh, Name: "New rope", Owner: w.parties[0]})
	w.cut()
	s := filled(t, w.chain)
	for name, tc := range map[string]struct {
		gtin, lot string
		want      error
	}{
		"a product nobody registered":             {gtin(777), "", ErrNoProduct},
		"a product that only lots mention":        {gtin(999), "", ErrNoProduct},
		"a lot of a product nobody registered":    {gtin(999), "U1", ErrNoProduct},
		"a lot nobody knows":                      {w.gtins[0], "NONE", ErrNoLot},
		"a lot that was used, never made or seen": {used.GTIN, used.Lot, ErrNoLot},
		"a product without lots":                  {fresh, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, _, err := s.Behind(context.Background(), tc.gtin, tc.lot)
			if !errors.Is(err, tc.want) {
				t.Fatalf("ended with: %v", err)
			}
			if refusal, ok := provenance.AsRefusal(err); err != nil && (!ok || refusal.Code != provenance.NotFound) {
				t.Errorf("the error is no refusal: %v", err)
			}
			if err == nil && (len(got) < 2 || got[len(got)-1].ID != fresh) {
				t.Errorf("found %v, wanted the product with its owner", got)
			}
		})
	}
}

// caravan is a chain of so many lots, each made of the one before.
func caravan(lots int) (c *chain, gtin14 string) {
	var s scribe
	by, mill := provenance.Author{Org: provenance.Suppliers}, "01J00000000000000000000001"
	c, gtin14 = newChain(), gtin(100)
	c.add(s.transaction(by, &provenance.Facility{ID: mill, Name: "Mill", Country: "TH"}, &provenance.Product{GTIN: gtin14, Name: "Rope", Owner: "P"}))
	var events []provenance.Statement
	for i := 1; i < lots; i++ {
		events = append(events, &provenance.Event{
			Type: provenance.TransformationEvent, EventTime: provenance.FormatInstant(dawn.Add(time.Duration(i) * time.Second)), EventTimeZoneOffset: "+07:00",
			BizLocation:        provenance.LocationOf(mill),
			InputQuantityList:  quantities(provenance.Lot{GTIN: gtin14, Lot: fmt.Sprint(i - 1)}),
			OutputQuantityList: quantities(provenance.Lot{GTIN: gtin14, Lot: fmt.Sprint(i)}),
		})
		if len(events) == 200 || i == lots-1 {
			c.add(s.transaction(by, events...))
			events = nil
		}
	}
	return c, gtin14
}

func TestBehindRefusesWhatIsTooLong(t *testing.T) {
	c, gtin := caravan(MaxLots + 1)
	s := filled(t, c)
	if _, _, err := s.Behind(context.Background(), gtin, ""); !errors.Is(err, ErrTooManyLots) {
		t.Errorf("more than the most lots: %v", err)
	}
	if got, _, err := s.Behind(context.Background(), gtin, "100"); err != nil || len(got) != 102 {
		t.Errorf("100 tiers gave %d records: %v", len(got), err)
	}
}
