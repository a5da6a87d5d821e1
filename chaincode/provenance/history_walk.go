package provenance

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// way is the walk from a product's lots and pieces upstream to where they began.
type way struct {
	index   subjects
	known   bool        // whether anything was recorded of the lots asked about
	depth   map[Ref]int // steps from the product, for every lot and piece met
	events  []visit     // what happened to those
	orphans []Ref       // lots and pieces whose making nobody recorded, sorted
}

// visit is an event that concerned a lot or piece of the walk.
type visit struct {
	event *happening
	site  string
	tier  int
}

// walk goes breadth first, so that a lot met twice counts as near as it comes,
// and a circle ends.
func (f *facts) walk(q Question) way {
	index := f.subjects()
	frontier := index.asked(q)
	w := way{index: index, known: len(frontier) > 0, depth: map[Ref]int{}}
	visited := map[string]bool{}
	for tier := 0; len(frontier) > 0; tier++ {
		next := map[Ref]bool{}
		for _, ref := range index.withKin(frontier) {
			if _, met := w.depth[ref]; met {
				continue
			}
			w.depth[ref] = tier
			if len(index.makes[ref]) == 0 {
				w.orphans = append(w.orphans, ref)
			}
			for _, e := range slices.Concat(index.sees[ref], index.carried(ref), index.makes[ref]) {
				if visited[e.ID] {
					continue
				}
				visited[e.ID] = true
				site, _ := e.Subject(KindFacility)
				w.events = append(w.events, visit{event: e, site: f.kept(site), tier: tier})
				for _, in := range e.uses {
					next[in] = true
				}
			}
		}
		for ref := range w.depth {
			delete(next, ref)
		}
		frontier = slices.SortedFunc(maps.Keys(next), compareRefs)
	}
	slices.SortFunc(w.orphans, compareRefs)
	return w
}

// count is how many of a kind of subject the walk met.
func (w way) count(k Kind) int {
	n := 0
	for ref := range w.depth {
		if ref.Kind == k {
			n++
		}
	}
	return n
}

// place is a site of the walk, with its events and its audits.
type place struct {
	id     string
	tier   int
	times  []time.Time // of its events, oldest first
	makes  bool        // whether something came to be there
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
		p.makes = p.makes || len(v.event.makes) > 0
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
			Handler: !p.makes, Coverage: p.count.worst(), Events: p.count, Outstanding: []Money{},
			Claims: f.claimed(p.id), Merged: f.others(p.id),
		}
		s.DeviceMonths = f.deviceMonths(p.id)
		s.Closed, s.WhileClosed = f.closed(p.id, p.times)
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
