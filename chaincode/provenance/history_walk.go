package provenance

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// way is the walk from a product's lots upstream to where they began.
type way struct {
	known   bool        // whether anything was recorded of the lots asked about
	depth   map[Lot]int // steps from the product, for every lot met
	events  []visit     // what happened to those lots
	orphans []Lot       // lots whose making nobody recorded, sorted
}

// visit is an event that concerned a lot of the walk.
type visit struct {
	event *stated[Event]
	site  string
	tier  int
}

// lotIndex finds the events that made or saw a lot.
type lotIndex struct {
	makes, sees map[Lot][]*stated[Event]
}

func (f *facts) lots() lotIndex {
	index := lotIndex{makes: map[Lot][]*stated[Event]{}, sees: map[Lot][]*stated[Event]{}}
	for i := range f.events {
		e := &f.events[i]
		for _, lot := range e.T.Makes() {
			index.makes[lot] = append(index.makes[lot], e)
		}
		for _, lot := range e.T.Sees() {
			index.sees[lot] = append(index.sees[lot], e)
		}
	}
	return index
}

// asked gives the lots that a question is about, sorted.
func (i lotIndex) asked(q Question) []Lot {
	found := map[Lot]bool{}
	for _, lots := range []map[Lot][]*stated[Event]{i.makes, i.sees} {
		for lot := range lots {
			if lot.GTIN == q.GTIN && (q.Lot == "" || lot.Lot == q.Lot) {
				found[lot] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(found), compareLots)
}

// walk goes breadth first, so that a lot met twice counts as near as it comes,
// and a circle ends.
func (f *facts) walk(q Question) way {
	index := f.lots()
	frontier := index.asked(q)
	w := way{known: len(frontier) > 0, depth: map[Lot]int{}}
	visited := map[string]bool{}
	for tier := 0; len(frontier) > 0; tier++ {
		next := map[Lot]bool{}
		for _, lot := range frontier {
			w.depth[lot] = tier
			if len(index.makes[lot]) == 0 {
				w.orphans = append(w.orphans, lot)
			}
			for _, e := range slices.Concat(index.sees[lot], index.makes[lot]) {
				if visited[e.ID] {
					continue
				}
				visited[e.ID] = true
				site, _ := e.Subject(KindFacility)
				w.events = append(w.events, visit{event: e, site: site, tier: tier})
				for _, in := range e.T.Uses() {
					next[in] = true
				}
			}
		}
		for lot := range w.depth {
			delete(next, lot)
		}
		frontier = slices.SortedFunc(maps.Keys(next), compareLots)
	}
	slices.SortFunc(w.orphans, compareLots)
	return w
}

func compareLots(a, b Lot) int {
	return cmp.Or(cmp.Compare(a.GTIN, b.GTIN), cmp.Compare(a.Lot, b.Lot))
}

// place is a site of the walk, with its events and its audits.
type place struct {
	id     string
	tier   int
	times  []time.Time // of its events, oldest first
	audits []stated[Audit]
	count  CoverageCount
}

// sites collects the places of the walk, the nearest first.
func (f *facts) sites(w way) []*place {
	byID := map[string]*place{}
	for _, v := range w.events {
		p := byID[v.site]
		if p == nil {
			p = &place{id: v.site, tier: v.tier}
			byID[v.site] = p
		}
		p.tier = min(p.tier, v.tier)
		if at, err := ParseInstant(v.event.T.EventTime); err == nil {
			p.times = append(p.times, at)
		}
	}
	for _, a := range f.audits {
		if p := byID[a.T.Facility]; p != nil {
			p.audits = append(p.audits, a)
		}
	}
	places := slices.SortedFunc(maps.Values(byID), func(a, b *place) int {
		return cmp.Or(cmp.Compare(a.tier, b.tier), cmp.Compare(a.id, b.id))
	})
	for _, p := range places {
		slices.SortFunc(p.times, time.Time.Compare)
		for _, t := range p.times {
			p.count.add(f.coverage(p.audits, t))
		}
	}
	return places
}

// siteLines describes each place.
func (f *facts) siteLines(places []*place, findings []FindingLine, groups []group) []Site {
	lines := []Site{}
	for _, p := range places {
		facility := f.facilities[p.id]
		s := Site{
			Name: f.site(p.id), Kind: facility.FacilityKind, Country: facility.Country,
			Tier: p.tier, First: FormatInstant(p.times[0]), Last: FormatInstant(p.times[len(p.times)-1]),
			Coverage: p.count.worst(), Events: p.count, Outstanding: []Money{},
		}
		if facility.Operator != "" {
			operator := f.party(facility.Operator)
			s.Operator = &operator
		}
		for _, a := range p.audits {
			if f.inspects(a) {
				s.LastAudit = max(s.LastAudit, a.T.End)
			}
		}
		for _, line := range findings {
			if line.Site.ID == p.id && line.Open {
				s.OpenFindings++
			}
		}
		var owed []balance
		for _, g := range groups {
			if g.cohort.T.Facility == p.id {
				owed = append(owed, g.balances...)
				s.FeesAsked = s.FeesAsked || g.asked
			}
		}
		for _, t := range sumBalances(owed) {
			if t.outstanding > 0 {
				s.Outstanding = append(s.Outstanding, Money{Amount: t.outstanding, Currency: t.currency})
			}
		}
		lines = append(lines, s)
	}
	return lines
}

func tiers(sites []Site, w way) []Tier {
	deepest := -1
	for _, s := range sites {
		deepest = max(deepest, s.Tier)
	}
	for _, lot := range w.orphans {
		deepest = max(deepest, w.depth[lot])
	}
	lines := make([]Tier, deepest+1)
	for i := range lines {
		lines[i].Tier = i
	}
	for _, s := range sites {
		lines[s.Tier].Sites++
		lines[s.Tier].Coverage.add(s.Coverage)
	}
	for _, lot := range w.orphans {
		lines[w.depth[lot]].UnknownOrigins++
	}
	return lines
}
