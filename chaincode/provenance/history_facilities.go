package provenance

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// facilityFacts is what was said of facilities since they were registered.
type facilityFacts struct {
	amendments map[string][]stated[FacilityAmendment] // by facility
	statuses   map[string][]stated[FacilityStatus]    // by facility
	claims     map[string][]stated[OperatorClaim]     // by facility
	decisions  map[string][]stated[ClaimDecision]     // by claim
	merges     []stated[FacilityMerge]
	undone     map[string]bool   // merges
	into       map[string]string // of a merged facility, where it went
}

func newFacilityFacts() facilityFacts {
	return facilityFacts{
		amendments: map[string][]stated[FacilityAmendment]{}, statuses: map[string][]stated[FacilityStatus]{},
		claims: map[string][]stated[OperatorClaim]{}, decisions: map[string][]stated[ClaimDecision]{},
		undone: map[string]bool{}, into: map[string]string{},
	}
}

// addFacility files what concerns facilities. What holds from a day on is left
// out before that day; that two are one was always so, once it is known.
func (f *facts) addFacility(r Record, asOf time.Time) error {
	counts := func(day string) bool { return !dateStart(day).After(asOf) }
	switch r.Kind {
	case KindFacilityAmendment:
		return keep(r, func(s stated[FacilityAmendment]) {
			if counts(s.T.From) {
				f.since.amendments[s.T.Facility] = append(f.since.amendments[s.T.Facility], s)
			}
		})
	case KindFacilityStatus:
		return keep(r, func(s stated[FacilityStatus]) {
			if counts(s.T.On) {
				f.since.statuses[s.T.Facility] = append(f.since.statuses[s.T.Facility], s)
			}
		})
	case KindOperatorClaim:
		return keep(r, func(s stated[OperatorClaim]) {
			if counts(s.T.Since) {
				f.since.claims[s.T.Facility] = append(f.since.claims[s.T.Facility], s)
			}
		})
	case KindClaimDecision:
		return keep(r, func(s stated[ClaimDecision]) {
			f.since.decisions[s.T.Claim] = append(f.since.decisions[s.T.Claim], s)
		})
	case KindFacilityMerge:
		return keep(r, func(s stated[FacilityMerge]) { f.since.merges = append(f.since.merges, s) })
	case KindFacilitySplit:
		return keep(r, func(s stated[FacilitySplit]) { f.since.undone[s.T.Merge] = true })
	}
	return nil
}

// settleFacilities makes each facility what was last said of it, and lets all
// that tells of merged ones tell of the kept one.
func (f *facts) settleFacilities() {
	for _, m := range f.since.merges {
		if !f.since.undone[m.ID] {
			f.since.into[m.T.Merged] = m.T.Kept
		}
	}
	dropFrom(f, f.since.statuses)
	dropFrom(f, f.since.amendments)
	for id, registered := range f.facilities {
		f.facilities[id] = f.amended(registered)
	}
	for i := range f.audits {
		f.audits[i].T.Facility = f.kept(f.audits[i].T.Facility)
	}
	for i := range f.cohorts {
		f.cohorts[i].T.Facility = f.kept(f.cohorts[i].T.Facility)
	}
	for i := range f.heard.grievances {
		f.heard.grievances[i].T.Facility = f.kept(f.heard.grievances[i].T.Facility)
	}
}

// kept gives the facility by which one is known: itself, unless it was merged.
func (f *facts) kept(id string) string {
	for range f.since.into { // as many steps as there can be, should records lead in a circle
		next, merged := f.since.into[id]
		if !merged {
			break
		}
		id = next
	}
	return id
}

// entries lists all facilities that are known by one, sorted.
func (f *facts) entries(kept string) []string {
	ids := []string{kept}
	for merged := range f.since.into {
		if merged != kept && f.kept(merged) == kept {
			ids = append(ids, merged)
		}
	}
	slices.Sort(ids)
	return ids
}

// amended applies to a facility what was said since. Of what has days, the
// newest day counts; who runs it is what was last said, as on the ledger.
func (f *facts) amended(now Facility) Facility {
	now.Aliases, now.Identifiers = slices.Clone(now.Aliases), slices.Clone(now.Identifiers)
	registeredAs := now.Name
	names := []string{registeredAs}
	for _, a := range byDay(f.since.amendments[now.ID], func(a FacilityAmendment) string { return a.From }) {
		names = append(names, a.T.Aliases...)
		if a.T.Name != "" {
			now.Name = a.T.Name
			names = append(names, a.T.Name)
		}
		now.Country = cmp.Or(a.T.Country, now.Country)
		now.Address = cmp.Or(a.T.Address, now.Address)
		now.Sector = cmp.Or(a.T.Sector, now.Sector)
		now.Position = cmp.Or(a.T.Position, now.Position)
		now.renumber(a.T)
	}
	for _, name := range names {
		if !slices.Contains(now.Aliases, name) {
			now.Aliases = append(now.Aliases, name)
		}
	}
	now.Aliases = slices.DeleteFunc(now.Aliases, func(alias string) bool { return alias == now.Name })
	now.Operator = f.runBy(now)
	return now
}

// renumber applies what an amendment says of a facility's numbers.
func (f *Facility) renumber(a FacilityAmendment) {
	f.Identifiers = renumbered(f.Identifiers, a.RemovedIdentifiers, a.Identifiers)
	if slices.ContainsFunc(a.Identifiers, func(id Identifier) bool { return id.Scheme == IMO }) {
		f.NoIMO = false
	}
}

// runBy gives the party that runs a facility by what was last said of it.
func (f *facts) runBy(registered Facility) string {
	operator, at, by := registered.Operator, "", ""
	said := func(r Record, party string) {
		if cmp.Or(strings.Compare(r.At, at), strings.Compare(r.ID, by)) >= 0 {
			operator, at, by = party, r.At, r.ID
		}
	}
	for _, a := range f.since.amendments[registered.ID] {
		if a.T.Operator != "" || a.T.NoOperator {
			said(a.Record, a.T.Operator)
		}
	}
	for _, c := range f.since.claims[registered.ID] {
		for _, d := range f.since.decisions[c.ID] {
			if d.T.Decision == ClaimConfirmed {
				said(d.Record, c.By.Party)
			}
		}
	}
	return operator
}

// claimed lists the claims to a facility that nobody decided, the oldest first.
func (f *facts) claimed(kept string) []ClaimLine {
	lines := []ClaimLine{}
	for _, id := range f.entries(kept) {
		for _, c := range f.since.claims[id] {
			state, at := ClaimOpen, ""
			for _, d := range f.since.decisions[c.ID] {
				if d.At >= at {
					state, at = d.T.Decision, d.At
				}
			}
			if state.Pending() {
				lines = append(lines, ClaimLine{ID: c.ID, Party: f.party(c.By.Party), Since: c.T.Since, State: state, At: c.At})
			}
		}
	}
	slices.SortFunc(lines, func(a, b ClaimLine) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
	return lines
}

// shifts lists when a facility closed and opened again, by day.
func (f *facts) shifts(kept string) []stated[FacilityStatus] {
	var all []stated[FacilityStatus]
	for _, id := range f.entries(kept) {
		all = append(all, f.since.statuses[id]...)
	}
	slices.SortFunc(all, func(a, b stated[FacilityStatus]) int {
		return cmp.Or(strings.Compare(a.T.On, b.T.On), strings.Compare(a.At, b.At), strings.Compare(a.ID, b.ID))
	})
	return all
}

// closed gives the day since when a facility is said to be closed, and how many
// of some moments lie in times when it was. The days themselves are not counted,
// for a day is not the same everywhere.
func (f *facts) closed(kept string, moments []time.Time) (since string, during int) {
	shifts := f.shifts(kept)
	if n := len(shifts); n > 0 && shifts[n-1].T.State == SiteClosed {
		since = shifts[n-1].T.On
		for i := n - 2; i >= 0 && shifts[i].T.State == SiteClosed; i-- {
			since = shifts[i].T.On
		}
	}
	for _, m := range moments {
		shut := false
		for _, s := range shifts {
			switch day := dateStart(s.T.On); {
			case s.T.State == SiteClosed && m.After(endOfDay(day)):
				shut = true
			case s.T.State == SiteReopened && !m.Before(day.AddDate(0, 0, -1)):
				shut = false
			}
		}
		if shut {
			during++
		}
	}
	return since, during
}

// others names the entries that were merged into one, by identifier.
func (f *facts) others(kept string) []Name {
	names := []Name{}
	for _, id := range f.entries(kept) {
		if id != kept {
			names = append(names, Name{ID: id, Name: f.facilities[id].Name})
		}
	}
	return names
}
