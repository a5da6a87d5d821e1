package httpapi

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/readmodel"
)

// sinceRegistered are the kinds that say what became of a facility.
var sinceRegistered = []provenance.Kind{
	provenance.KindFacilityAmendment, provenance.KindFacilityStatus, provenance.KindFacilityMerge, provenance.KindFacilitySplit,
	provenance.KindOperatorClaim, provenance.KindClaimDecision, provenance.KindWithdrawal,
}

// facilityNow tells what holds of a facility today.
func (s *server) facilityNow(ctx context.Context, facility provenance.Record) (provenance.FacilityNow, error) {
	records, err := s.sinceRegistered(ctx, facility)
	if err != nil {
		return provenance.FacilityNow{}, err
	}
	parties := map[string]bool{}
	for _, r := range records {
		parties[r.By.Party] = true
		for _, ref := range r.About {
			if ref.Kind == provenance.KindParty {
				parties[ref.ID] = true
			}
		}
	}
	delete(parties, "") // a registrar's
	for _, id := range slices.Sorted(maps.Keys(parties)) {
		party, err := s.ofParty(ctx, id)
		if err != nil {
			return provenance.FacilityNow{}, err
		}
		records = append(records, party...)
	}
	return provenance.NowOf(records, facility.ID, s.Now(), time.Time{})
}

// sinceRegistered gathers a facility's record and what was said of it since,
// and the same of all with which it was merged.
func (s *server) sinceRegistered(ctx context.Context, facility provenance.Record) ([]provenance.Record, error) {
	var all []provenance.Record
	met := map[string]bool{facility.ID: true}
	for next := []provenance.Record{facility}; len(next) > 0; next = next[1:] {
		since, err := s.allAbout(ctx, next[0].Ref(), sinceRegistered...)
		if err != nil {
			return nil, err
		}
		all = append(append(all, next[0]), since...)
		for _, r := range since {
			if r.Kind != provenance.KindFacilityMerge {
				continue
			}
			for _, ref := range r.About {
				if met[ref.ID] {
					continue
				}
				met[ref.ID] = true
				other, _, err := s.Model.Record(ctx, ref.Kind, ref.ID)
				if err != nil {
					return nil, fmt.Errorf("reading %s: %w", ref, err)
				}
				next = append(next, other.Record)
			}
		}
	}
	return all, nil
}

// mostCompared bounds how many facilities one is compared with for a caller.
const mostCompared = 2_000

// facilityDuplicates lists the facilities of its country that are likely to be
// another entry for one, as registered. Complete is false where a country has
// more facilities than are compared.
func (s *server) facilityDuplicates(c *gin.Context) error {
	found, at, err := s.namedFacility(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	now, err := s.facilityNow(ctx, found.Record)
	if err != nil {
		return err
	}
	others, complete, err := s.compatriots(ctx, now)
	if err != nil {
		return err
	}
	content := map[string]any{"duplicates": provenance.Duplicates(now.Facility, others), "complete": complete}
	return s.reply(c, at, content, map[string]string{"self": c.Request.URL.EscapedPath(), "facility": "/v1/facilities/" + found.Record.ID})
}

// compatriots reads the facilities of a facility's country, but for those with
// which it was merged.
func (s *server) compatriots(ctx context.Context, now provenance.FacilityNow) (list []provenance.Facility, complete bool, err error) {
	known := map[string]bool{}
	for _, m := range now.Merged {
		known[m.ID] = true
	}
	if now.MergedInto != nil {
		known[now.MergedInto.ID] = true
	}
	filter, cut := readmodel.FacilityFilter{Country: now.Facility.Country}, readmodel.Cut{}
	for len(list) < mostCompared {
		page, _, err := s.Model.Facilities(ctx, filter, cut)
		if err != nil {
			return nil, false, err
		}
		for _, r := range page.Records {
			f, err := provenance.Body[provenance.Facility](r)
			if err != nil {
				return nil, false, err
			}
			if !known[f.ID] {
				list = append(list, f)
			}
		}
		if cut.After = page.Next; cut.After == "" {
			return list, true, nil
		}
	}
	return list, false, nil
}
