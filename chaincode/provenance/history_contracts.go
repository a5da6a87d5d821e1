package provenance

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// voice is who speaks: an employer about itself, an auditor, Workers.
type voice = Org

var voices = []voice{Suppliers, Auditors, Workers}

// latest gives, for a cohort, each voice's newest count of each predicate.
func (f *facts) latest(cohort string) map[voice]map[string]PredicateCount {
	sorted := slices.SortedFunc(slices.Values(f.attestations[cohort]), func(a, b stated[Attestation]) int {
		return cmp.Or(strings.Compare(a.T.Until, b.T.Until), strings.Compare(a.At, b.At), strings.Compare(a.ID, b.ID))
	})
	out := map[voice]map[string]PredicateCount{}
	for _, a := range sorted {
		if out[a.By.Org] == nil {
			out[a.By.Org] = map[string]PredicateCount{}
		}
		for _, p := range a.T.Predicates {
			out[a.By.Org][p.Code] = p
		}
	}
	return out
}

// contracts adds each voice's counts up over the groups. A voice that spoke of
// fewer workers than may be shown is left out, and few of them are not told from
// none.
func (f *facts) contracts(groups []group) []ContractLine {
	type key struct {
		code string
		by   voice
	}
	sums := map[key]PredicateCount{}
	codes := map[string]bool{}
	for _, g := range groups {
		for by, counts := range f.latest(g.cohort.ID) {
			for code, p := range counts {
				k := key{code, by}
				s := sums[k]
				sums[k] = PredicateCount{Code: code, Yes: s.Yes + p.Yes, No: s.No + p.No, Unknown: s.Unknown + p.Unknown}
				codes[code] = true
			}
		}
	}
	bands := func(code string, by voice) *PredicateBands {
		s := sums[key{code, by}]
		if s.Yes+s.No+s.Unknown < SmallestShown {
			return nil
		}
		return &PredicateBands{Yes: toldBand(s.Yes), No: toldBand(s.No), Unknown: toldBand(s.Unknown)}
	}
	lines := []ContractLine{}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		line := ContractLine{Code: code, Employer: bands(code, Suppliers), Auditors: bands(code, Auditors), Workers: bands(code, Workers)}
		if line.Employer != nil || line.Auditors != nil || line.Workers != nil {
			lines = append(lines, line)
		}
	}
	return lines
}

// disagreements lists where an employer's or recruiter's word is better than
// what others found, for groups large enough to be shown.
func (f *facts) disagreements(groups []group) []Disagreement {
	list := []Disagreement{}
	for _, g := range groups {
		if g.cohort.T.Size < SmallestShown {
			continue
		}
		site := f.site(g.cohort.T.Facility)
		if against := feesDisputed(g.statements); len(against) > 0 {
			list = append(list, Disagreement{Site: site, Cohort: g.cohort.ID, Matter: "FEES", Against: against})
		}
		said := f.latest(g.cohort.ID)
		for _, code := range slices.Sorted(maps.Keys(said[Suppliers])) {
			declared := said[Suppliers][code]
			var against []Org
			for _, by := range voices[1:] {
				if found, spoke := said[by][code]; spoke && found.No > declared.No {
					against = append(against, by)
				}
			}
			if code == noSubstitution && f.substituted(g.cohort.ID, declared) && !slices.Contains(against, Workers) {
				against = append(against, Workers)
			}
			if len(against) > 0 {
				list = append(list, Disagreement{Site: site, Cohort: g.cohort.ID, Matter: code, Against: against})
			}
		}
	}
	return list
}

// feesDisputed names who found a higher total in some currency than the
// employer or recruiter declares. Who declares nothing is not contradicted.
func feesDisputed(statements []stated[FeeStatement]) []Org {
	total := map[voice]map[string]int64{}
	for _, s := range statements {
		if total[s.By.Org] == nil {
			total[s.By.Org] = map[string]int64{}
		}
		for _, m := range totalByCurrency(s.T.Lines) {
			total[s.By.Org][m.Currency] += m.Amount
		}
	}
	var against []Org
	if total[Suppliers] == nil {
		return nil
	}
	for _, by := range voices[1:] {
		for _, currency := range slices.Sorted(maps.Keys(total[by])) {
			if total[by][currency] > total[Suppliers][currency] {
				against = append(against, by)
				break
			}
		}
	}
	return against
}

// unknowns lists what nobody knows or has checked, the nearest first.
func (f *facts) unknowns(sites []Site, groups []group, w way) []UnknownLine {
	lines := []UnknownLine{}
	if !w.known {
		lines = append(lines, UnknownLine{Code: UnknownNoLots})
	}
	for _, ref := range w.orphans {
		line := UnknownLine{Code: UnknownOrigin, Tier: w.depth[ref]}
		if lot, ok := ParseLotRef(ref.ID); ok && ref.Kind == LotSubject {
			line.Lot = &lot
		} else {
			piece := ParsePieceRef(ref.ID)
			line.Piece = &piece
		}
		lines = append(lines, line)
	}
	checked, uncertain := map[string]bool{}, map[string]bool{}
	for _, g := range groups {
		uncertain[g.cohort.T.Facility] = uncertain[g.cohort.T.Facility] || g.uncertain
		for by := range f.latest(g.cohort.ID) {
			if by != Suppliers {
				checked[g.cohort.T.Facility] = true
			}
		}
	}
	for _, s := range sites {
		add := func(code string) {
			lines = append(lines, UnknownLine{Code: code, Site: &s.Name, Tier: s.Tier})
		}
		switch s.Coverage {
		case CoverageNone:
			add(UnknownNotAudited)
		case Expired, AfterEvent:
			add(UnknownAuditExpired)
		}
		if !s.FeesAsked {
			add(UnknownFees)
		}
		if uncertain[s.ID] {
			add(UnknownSums)
		}
		if !checked[s.ID] {
			add(UnknownContracts)
		}
		if s.Operator == nil {
			add(UnknownOperator)
		}
		if s.WhileClosed > 0 {
			add(UnknownWhileClosed)
		}
	}
	slices.SortStableFunc(lines, func(a, b UnknownLine) int { return cmp.Compare(a.Tier, b.Tier) })
	return lines
}
