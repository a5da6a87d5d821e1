package readmodel

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// MaxLots is how many lots a walk visits at most.
const MaxLots = 20_000

// ErrTooManyLots: more than MaxLots lots stand behind what was asked about.
var ErrTooManyLots = fmt.Errorf("more than %d lots stand behind it", MaxLots)

// Behind gives all records that provenance.History needs to tell what stands
// behind a product, or with lot not empty behind that one lot, in the ledger's
// order and from one moment. It gives more than that only where a record is
// tied to one of these. A history that is longer than MaxLots lots is refused
// with ErrTooManyLots rather than cut.
//
// ErrNoProduct when the product was never registered; ErrNoLot when no event
// made or saw the lot. A product of which no lot is known is no error.
func (s *Store) Behind(ctx context.Context, gtin, lot string) ([]provenance.Record, Position, error) {
	w := walk{lots: set{}, found: set{}}
	p, err := s.read(ctx, func(v *view) error {
		w.view = v
		return w.run(gtin, lot)
	})
	if err != nil {
		return nil, Position{}, fmt.Errorf("finding what stands behind %s: %w", provenance.Lot{GTIN: gtin, Lot: lot}.Ref().ID, err)
	}
	return w.records, p, nil
}

// walk gathers what stands behind a product: first upstream along the lots,
// then down from the sites to what is said of them, then up to whatever is
// needed to read all that. It asks a few questions a step, however many lots
// there are.
type walk struct {
	*view
	lots    set
	found   set // records
	events  []int64
	records []provenance.Record
}

func (w *walk) run(gtin, lot string) error {
	product, err := w.number(provenance.Ref{Kind: provenance.KindProduct, ID: gtin})
	if err != nil {
		return err
	}
	if _, err := w.record(provenance.Ref{Kind: provenance.KindProduct, ID: gtin}); errors.Is(err, ErrNoRecord) {
		return ErrNoProduct
	} else if err != nil {
		return err
	}
	if err := w.upstream(gtin, lot); err != nil {
		return err
	}
	if lot != "" && len(w.events) == 0 {
		return ErrNoLot
	}
	said, err := w.sites()
	if err != nil {
		return err
	}
	return w.complete(product, said)
}

// upstream visits each lot once, and so ends also where lots go in circles.
func (w *walk) upstream(gtin, lot string) error {
	start, err := w.start(gtin, lot)
	if err != nil {
		return fmt.Errorf("finding the lots: %w", err)
	}
	met := set{}
	for fresh := w.lots.add(start); len(fresh) > 0; {
		if len(w.lots) > MaxLots {
			return ErrTooManyLots
		}
		sightings, err := w.step(sqlSightings, fresh)
		if err != nil {
			return fmt.Errorf("finding where lots were seen: %w", err)
		}
		makers, err := w.step(sqlMakersOf, fresh)
		if err != nil {
			return fmt.Errorf("finding where lots were made: %w", err)
		}
		w.events = append(w.events, w.found.add(sightings)...)
		w.events = append(w.events, w.found.add(makers)...)
		used, err := w.step(sqlUsedBy, append(met.add(sightings), met.add(makers)...))
		if err != nil {
			return fmt.Errorf("finding what went into lots, and what carried them: %w", err)
		}
		fresh = w.lots.add(used)
	}
	return nil
}

func (w *walk) start(gtin, lot string) ([]int64, error) {
	if lot == "" {
		return w.numbers(sqlLots, gtin+"/", gtin+"0") // '0' follows '/'
	}
	n, err := w.number(provenance.Lot{GTIN: gtin, Lot: lot}.Ref())
	if n == 0 || err != nil {
		return nil, err
	}
	return []int64{n}, nil
}

// sites finds the facilities of the events and, step by step, what is about
// them and about the events: audits and what became of their findings, cohorts
// with their fees and repayments, what was withdrawn or superseded, and the same
// of the facilities with which they were merged. It gives what was found.
func (w *walk) sites() ([]int64, error) {
	places, err := w.step(sqlNamedKind, w.events, string(provenance.KindFacility))
	if err != nil {
		return nil, fmt.Errorf("finding the sites: %w", err)
	}
	said := w.found.add(places)
	for from := slices.Concat(w.events, said); len(from) > 0; {
		before := len(said)
		if err := w.down(&said, from); err != nil {
			return nil, err
		}
		others, err := w.step(sqlMergedWith, said[before:])
		if err != nil {
			return nil, fmt.Errorf("finding what sites were merged with: %w", err)
		}
		from = w.found.add(others)
		said = append(said, from...)
	}
	return said, nil
}

// down follows what is about some subjects, and about that, to the end.
func (w *walk) down(said *[]int64, from []int64) error {
	for len(from) > 0 {
		about, err := w.step(sqlAboutButEvents, from)
		if err != nil {
			return fmt.Errorf("finding what is said of sites: %w", err)
		}
		from = w.found.add(about)
		*said = append(*said, from...)
	}
	return nil
}

// complete adds the product and those of all lots with what is said of them,
// the accreditations of the audits with their standing, and the parties and
// whatever else is named, and reads the records.
func (w *walk) complete(product int64, said []int64) error {
	accreditations, err := w.step(sqlNamedKind, said, string(provenance.KindAccreditation))
	if err != nil {
		return fmt.Errorf("finding accreditations: %w", err)
	}
	if err := w.down(&said, w.found.add(accreditations)); err != nil {
		return err
	}
	lots := make([]int64, 0, len(w.lots))
	for n := range w.lots {
		lots = append(lots, n)
	}
	products, err := w.step(sqlProductsOf, lots)
	if err != nil {
		return fmt.Errorf("finding products: %w", err)
	}
	if err := w.down(&said, w.found.add(append(products, product))); err != nil {
		return err
	}
	fresh := make([]int64, 0, len(w.found))
	for n := range w.found {
		fresh = append(fresh, n)
	}
	var all []numbered
	for len(fresh) > 0 {
		records, err := w.view.records(fresh)
		if err != nil {
			return err
		}
		all = append(all, records...)
		named, err := w.named(fresh, records)
		if err != nil {
			return fmt.Errorf("finding what records name: %w", err)
		}
		fresh = w.found.add(named)
		said, err := w.ofParties(records)
		if err != nil {
			return fmt.Errorf("finding what is said of parties: %w", err)
		}
		fresh = append(fresh, said...)
	}
	slices.SortFunc(all, func(a, b numbered) int { return cmp.Compare(a.n, b.n) })
	w.records = make([]provenance.Record, len(all))
	for i, r := range all {
		w.records[i] = r.Record
	}
	return nil
}

// ofParties adds what was found in lists of those of the records that are
// parties, with what was said to it, and what amends them, and gives what is new.
func (w *walk) ofParties(records []numbered) ([]int64, error) {
	var parties []int64
	for _, r := range records {
		if r.Kind == provenance.KindParty {
			parties = append(parties, r.n)
		}
	}
	said, err := w.step(sqlOfParties, parties)
	if err != nil {
		return nil, err
	}
	fresh := w.found.add(said)
	return fresh, w.down(&fresh, fresh)
}

// named finds what records refer to, and their authors' parties.
func (w *walk) named(numbers []int64, records []numbered) ([]int64, error) {
	named, err := w.step(sqlNamed, numbers)
	if err != nil {
		return nil, err
	}
	authors := map[string]bool{}
	for _, r := range records {
		if r.By.Party != "" {
			authors[r.By.Party] = true
		}
	}
	ids := make([]string, 0, len(authors))
	for id := range authors {
		ids = append(ids, id)
	}
	text, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	parties, err := w.numbers(sqlParties, string(text))
	return append(named, parties...), err
}
