package contract

import (
	"cmp"
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// openGrievance holds the grievance and lists it in its quarter. It looks up
// neither site nor handler: that would show in the block where somebody
// complained.
func openGrievance(t *transaction, g *provenance.Grievance) (map[string]any, error) {
	quarter := cmp.Or(g.Quarter, provenance.QuarterOf(t.now))
	docket := provenance.DocketToken(quarter, g.Docket())
	values, err := t.held(g.Token, docket)
	if err != nil {
		return nil, err
	}
	if values[0] != nil {
		return nil, refuse("token", provenance.Conflict, "is taken", "draw another")
	}
	var listed provenance.HeldDocket
	if values[1] != nil {
		if listed, err = decodeHeld[provenance.HeldDocket](values[1]); err != nil {
			return nil, err
		}
	}
	if len(listed.Grievances) == provenance.MostInDocket {
		return nil, refuse("token", provenance.TooLarge, "falls to a list that is full for this quarter", "draw another")
	}
	return map[string]any{
		g.Token: provenance.HeldGrievance{
			Salt: g.Salt, Quarter: quarter, State: provenance.GrievanceReceived, Grievance: *g,
			Steps: []provenance.HeldStep{{On: provenance.FormatInstant(t.now), State: provenance.GrievanceReceived}},
		},
		docket: provenance.HeldDocket{Salt: g.Salt, Grievances: append(listed.Grievances, g.Token)},
	}, nil
}

// mostSteps bounds a grievance's life.
const mostSteps = 100

// advanceGrievance moves a grievance on as provenance.GrievanceMayMove says.
func advanceGrievance(t *transaction, s *provenance.GrievanceStep) (map[string]any, error) {
	values, err := t.held(s.Token)
	if err != nil {
		return nil, err
	}
	if values[0] == nil {
		return nil, refuse("token", provenance.UnknownReference, "names no grievance", "copy it again")
	}
	h, err := decodeHeld[provenance.HeldGrievance](values[0])
	if err != nil {
		return nil, err
	}
	if !provenance.GrievanceMayMove(h.State, s.State) || len(h.Steps) >= mostSteps {
		return nil, refuse("state", provenance.WrongState, "cannot follow the state that the grievance is in", "look at the grievance again")
	}
	h.Salt, h.State = s.Salt, s.State
	h.Grievance.Handler, h.Grievance.NextOn = cmp.Or(s.Handler, h.Grievance.Handler), s.NextOn
	h.Steps = append(h.Steps, provenance.HeldStep{On: provenance.FormatInstant(t.now), State: s.State, Outcome: s.Outcome, Satisfaction: s.Satisfaction})
	return map[string]any{s.Token: h}, nil
}

// closeQuarter counts the quarter's grievances, all sites together, so that a
// block does not show which are of one site.
func closeQuarter(t *transaction, c *provenance.QuarterClosing) (map[string]any, error) {
	var dockets []string
	for n := range provenance.Dockets {
		dockets = append(dockets, provenance.DocketToken(c.Quarter, n))
	}
	values, err := t.held(dockets...)
	if err != nil {
		return nil, err
	}
	var tokens []string
	for _, value := range values {
		if value == nil {
			continue
		}
		listed, err := decodeHeld[provenance.HeldDocket](value)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, listed.Grievances...)
	}
	grievances, err := t.grievances(tokens)
	if err != nil {
		return nil, err
	}
	due := map[string]any{}
	for site := range c.Sites {
		count := c.Count(site, grievances)
		due[count.Tally] = count
	}
	return due, nil
}

// grievances reads those that were not purged.
func (t *transaction) grievances(tokens []string) ([]provenance.HeldGrievance, error) {
	if len(tokens) == 0 {
		return nil, nil
	}
	values, err := t.held(tokens...)
	if err != nil {
		return nil, err
	}
	values = slices.DeleteFunc(values, func(v []byte) bool { return v == nil })
	grievances := make([]provenance.HeldGrievance, len(values))
	for n, value := range values {
		if grievances[n], err = decodeHeld[provenance.HeldGrievance](value); err != nil {
			return nil, err
		}
	}
	return grievances, nil
}
