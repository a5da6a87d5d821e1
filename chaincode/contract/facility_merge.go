package contract

import (
	"errors"
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// merging is the value of a merged key: the facility into which one was merged,
// empty when that was undone, and the merge or split that said so.
type merging struct {
	Into string `json:"into"`
	By   string `json:"by"`
}

func (t *transaction) merging(facility string) (merging, error) {
	value, err := t.get(mergedKey(facility))
	if value == nil || err != nil {
		return merging{}, err
	}
	var now merging
	if refusal := provenance.Decode(value, &now); refusal != nil {
		return merging{}, errors.New("reading what became of a facility: it is not a merge")
	}
	return now, nil
}

func (t *transaction) putMerging(facility string, now merging) error {
	value, err := provenance.Canonical(now)
	if err != nil {
		return err
	}
	return t.put(mergedKey(facility), value)
}

// resolve gives the facility by which one is known now: itself, unless it was
// merged. That ends, for only what is not merged can be kept.
func (t *transaction) resolve(facility string) (string, error) {
	for {
		now, err := t.merging(facility)
		if now.Into == "" || err != nil {
			return facility, err
		}
		facility = now.Into
	}
}

// nowKeys are those that tell what became of a facility since it was registered.
func nowKeys(facility string) []key { return []key{mergedKey(facility), operatorKey(facility)} }

// mergedInto gives the facility by which a merged one is known, empty for one
// that is not merged.
func (t *transaction) mergedInto(facility string) (string, error) {
	now, err := t.merging(facility)
	if now.Into == "" || err != nil {
		return "", err
	}
	return t.resolve(now.Into)
}

// belongsTo names a facility in a refusal: without that nobody would find the
// entry to use. It is a ULID, checked to be one, and public like the entry.
func belongsTo(facility string) string {
	return "belongs to the facility " + facility //ccvet:allow private a facility's identifier is a ULID and public
}

// unmerged finds a facility that a statement names though it was merged.
func (t *transaction) unmerged(named provenance.Reference, found *problems) error {
	if named.Ref.Kind != provenance.KindFacility {
		return nil
	}
	kept, err := t.mergedInto(named.Ref.ID)
	if kept != "" {
		found.add(named.Field, provenance.WrongState, "was merged and "+belongsTo(kept), "name that one")
	}
	return err
}

// checkMerge: Oversight says that two facilities are one, or the one party that
// registered both. Neither is merged, which refer sees to, so no circle can
// come about: of two merges the wrong way round, at the same time, each writes
// what the other reads.
func (t *transaction) checkMerge(m *provenance.FacilityMerge) error {
	if t.caller.Org != provenance.Oversight {
		for _, side := range []struct{ field, id string }{{"kept", m.Kept}, {"merged", m.Merged}} {
			switch registered, err := t.registered(side.id); {
			case err != nil:
				return err
			case !registered:
				return refuse(side.field, provenance.NoStanding, "was registered by another party", "ask Oversight to merge them")
			}
		}
	}
	kept, err := t.facility(m.Kept)
	if err != nil {
		return err
	}
	merged, err := t.facility(m.Merged)
	if err != nil {
		return err
	}
	if kept.FacilityKind != merged.FacilityKind {
		return refuse("merged", provenance.Invalid, "is of another kind than the kept one", "a vessel and a work site are two facilities")
	}
	if err := t.sameOperator(m); err != nil {
		return err
	}
	return t.putMerging(m.Merged, merging{Into: m.Kept, By: m.ID})
}

// sameOperator: nobody loses a site by its being merged away.
func (t *transaction) sameOperator(m *provenance.FacilityMerge) error {
	kept, err := t.operator(m.Kept)
	if err != nil {
		return err
	}
	merged, err := t.operator(m.Merged)
	if err != nil {
		return err
	}
	if merged.Party != "" && merged.Party != kept.Party {
		return refuse("merged", provenance.WrongState, "has an operator that the kept one has not", "keep this one, or have the operator of one amended first")
	}
	return nil
}

// checkSplit: whoever merged two facilities makes them two again, or Oversight.
func (t *transaction) checkSplit(e *entry, s *provenance.FacilitySplit) error {
	ref := provenance.Ref{Kind: provenance.KindFacilityMerge, ID: s.Merge}
	merge, record, err := statement[provenance.FacilityMerge](t.state, ref)
	if err != nil {
		return err
	}
	if t.caller.Org != provenance.Oversight && !sameAuthor(record.By, t.caller.Author) {
		return refuse("merge", provenance.NoStanding, "was stated by another party", "ask them, or Oversight")
	}
	switch now, err := t.merging(merge.Merged); {
	case err != nil:
		return err
	case now.By != s.Merge:
		return refuse("merge", provenance.WrongState, "was undone already", "leave it")
	}
	e.concerns(facilityRef(merge.Kept), facilityRef(merge.Merged))
	return t.putMerging(merge.Merged, merging{By: s.ID})
}

// isAbout says whether a record is about a subject, or about a facility that
// was merged into it.
func (t *transaction) isAbout(r provenance.Record, subject provenance.Ref) (bool, error) {
	if subject.Kind != provenance.KindFacility {
		return slices.Contains(r.About, subject), nil
	}
	for _, ref := range r.About {
		if ref.Kind != provenance.KindFacility {
			continue
		}
		if id, err := t.resolve(ref.ID); err != nil || id == subject.ID {
			return err == nil, err
		}
	}
	return false, nil
}
