package provenance

import (
	"cmp"
	"maps"
	"math/big"
	"slices"
	"strings"
)

// implausible lists what the records of lots themselves give cause to ask.
func (f *facts) implausible(w way) []SignalLine {
	var lines []SignalLine
	circle := w.circles()
	for _, v := range w.events {
		signal := func(kind string) {
			lines = append(lines, SignalLine{Type: kind, Site: f.site(v.site), Month: monthOf(v.event.T.EventTime), State: SignalRaised, Number: 1})
		}
		if slices.ContainsFunc(v.event.uses, func(in Ref) bool { return circle[in] }) &&
			slices.ContainsFunc(v.event.makes, func(out Ref) bool { return circle[out] }) {
			signal(SignalCircle)
		}
		if w.index.beforeInput(v.event) {
			signal(SignalOutputBeforeInput)
		}
		if f.beyondYield(v.event.T) {
			signal(SignalMoreOutThanIn)
		}
	}
	return lines
}

// gathered adds up equal signals and sorts them, the newest first.
func gathered(lines []SignalLine) []SignalLine {
	number := map[SignalLine]int{}
	for _, l := range lines {
		n := l.Number
		l.Number = 0
		number[l] += n
	}
	out := slices.SortedFunc(maps.Keys(number), func(a, b SignalLine) int {
		return cmp.Or(cmp.Compare(b.Month, a.Month), cmp.Compare(a.Site.ID, b.Site.ID), cmp.Compare(a.Type, b.Type),
			cmp.Compare(a.State, b.State), compareBool(a.Answered, b.Answered))
	})
	for i := range out {
		out[i].Number = number[out[i]]
	}
	return append([]SignalLine{}, out...)
}

func monthOf(instant string) string { return instant[:len(monthForm)] }

// beforeInput says whether something went into an event before any event that
// made it.
func (s subjects) beforeInput(e *happening) bool {
	return slices.ContainsFunc(e.uses, func(in Ref) bool {
		made := s.makes[in]
		return len(made) > 0 && !slices.ContainsFunc(made, func(m *happening) bool { return m.T.EventTime <= e.T.EventTime })
	})
}

// beyondYield says whether more of a product came out than its lowest stated
// yield allows of what went in. Only amounts of one unit are compared, and only
// where it is known how much of everything went in.
func (f *facts) beyondYield(e Event) bool {
	in, out := map[string]int64{}, map[[2]string]int64{} // out by product and unit
	for _, q := range e.InputQuantityList {
		if q.Quantity == "" {
			return false
		}
		in[q.UOM] += Decimal(q.Quantity).thousandths()
	}
	for _, q := range e.OutputQuantityList {
		lot, err := ParseLotURI(q.EPCClass)
		if err == nil && q.Quantity != "" {
			out[[2]string{lot.GTIN, q.UOM}] += Decimal(q.Quantity).thousandths()
		}
	}
	for of, amount := range out {
		most, stated := f.yield[of[0]]
		given, comparable := in[of[1]]
		if !stated || !comparable {
			continue
		}
		allowed := new(big.Int).Mul(big.NewInt(given), big.NewInt(most))
		if new(big.Int).Mul(big.NewInt(amount), big.NewInt(1000)).Cmp(allowed) > 0 {
			return true
		}
	}
	return false
}

// keepYields finds the lowest yield of each product.
func (f *facts) keepYields() {
	for _, y := range f.yields {
		most := y.T.Most.thousandths()
		if lowest, ok := f.yield[y.T.Product]; !ok || most < lowest {
			f.yield[y.T.Product] = most
		}
	}
}

// circles finds the lots and pieces on a circle, or between two: what is left
// when all that nothing left went into, and all that nothing left was made of,
// is taken away again and again.
func (w way) circles() map[Ref]bool {
	uses, usedBy := map[Ref][]Ref{}, map[Ref][]Ref{}
	for _, v := range w.events {
		ins := v.event.uses
		if len(ins) == 0 {
			continue
		}
		for _, out := range v.event.makes {
			uses[out] = append(uses[out], ins...)
			for _, in := range ins {
				usedBy[in] = append(usedBy[in], out)
			}
		}
	}
	left := map[Ref]bool{}
	for ref := range uses {
		if len(usedBy[ref]) > 0 {
			left[ref] = true
		}
	}
	peel(left, uses, usedBy)
	peel(left, usedBy, uses)
	return left
}

// peel takes away what has none left before it, and so on along the line.
func peel(left map[Ref]bool, before, after map[Ref][]Ref) {
	count, open := map[Ref]int{}, []Ref{}
	for ref := range left { //ccvet:allow maporder peeling comes to the same set in any order
		for _, b := range before[ref] {
			if left[b] {
				count[ref]++
			}
		}
		if count[ref] == 0 {
			open = append(open, ref)
		}
	}
	for ; len(open) > 0; open = open[1:] {
		delete(left, open[0])
		for _, a := range after[open[0]] {
			if count[a]--; count[a] == 0 && left[a] {
				open = append(open, a)
			}
		}
	}
}

// thousandths is the quantity as a whole number of them.
func (d Decimal) thousandths() int64 {
	whole, fraction, _ := strings.Cut(string(d), ".")
	var n int64
	for _, c := range whole + (fraction + "000")[:3] {
		n = n*10 + int64(c-'0')
	}
	return n
}
