package contract

import (
	"fmt"
	"strconv"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// checkAgeRule: the last that Oversight states for a country and class counts.
func (t *transaction) checkAgeRule(e *entry, r *provenance.AgeRule) error {
	return t.putCurrent(ageKey(r.Country, r.Work, r.Training), current{State: strconv.Itoa(r.Least), By: e.ref})
}

// leastAge gives the age from which a class of work is allowed in a country.
func (t *transaction) leastAge(country string, work provenance.WorkClass, training bool) (int, error) {
	var stated []provenance.LeastAge
	for _, l := range provenance.LeastAgesAsked(work, training) {
		now, err := t.current(ageKey(country, l.Work, l.Training))
		if err != nil {
			return 0, err
		}
		if now.State == "" {
			continue
		}
		if l.Least, err = strconv.Atoi(now.State); err != nil {
			return 0, fmt.Errorf("reading a least age: it is no number")
		}
		stated = append(stated, l)
	}
	return provenance.LeastAgeFor(country, work, training, stated), nil
}
