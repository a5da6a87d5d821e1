package contract

import (
	"fmt"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// current is the value of a key that tells where something stands: its state,
// and the record which brought it about.
type current struct {
	State string         `json:"state"`
	By    provenance.Ref `json:"by"`
}

// current gives the state under a key, the zero one when there is none.
func (s *state) current(k key) (current, error) {
	value, err := s.get(k)
	if value == nil || err != nil {
		return current{}, err
	}
	var c current
	if refusal := provenance.Decode(value, &c); refusal != nil {
		return current{}, fmt.Errorf("reading a %s: it is not a state", k.object)
	}
	return c, nil
}

func (s *state) putCurrent(k key, c current) error {
	value, err := provenance.Canonical(c)
	if err != nil {
		return err
	}
	return s.put(k, value)
}

// say puts a state that can be taken back: what held before is kept beside it,
// under the record that says otherwise now.
func (t *transaction) say(k key, state string, by provenance.Ref) error {
	former, err := t.current(k)
	if err != nil {
		return err
	}
	if former.By.ID != "" && former.By != by {
		if err := t.putCurrent(beforeKey(by, k), former); err != nil {
			return err
		}
	}
	return t.putCurrent(k, current{State: state, By: by})
}

// mostTakenBack bounds how far restore looks back. Only that many withdrawals in
// a row, each of the oldest first, lead further.
const mostTakenBack = 100

// restore lets hold under a key what was said last by a record that still
// counts. When none does, that is the zero state.
func (t *transaction) restore(k key) error {
	now, err := t.current(k)
	if err != nil {
		return err
	}
	for back := 0; ; back++ {
		switch counts, err := t.counts(now.By); {
		case err != nil:
			return err
		case counts && back == 0:
			return nil
		case counts:
			return t.putCurrent(k, now)
		case back == mostTakenBack:
			return refuse("target.id", provenance.WrongState, "has too many withdrawn statements before it", "state anew what holds")
		}
		if now, err = t.current(beforeKey(now.By, k)); err != nil {
			return err
		}
	}
}

// counts says whether what a record said is not taken back. A step that proposes
// a corrective action falls with it.
func (t *transaction) counts(by provenance.Ref) (bool, error) {
	if by.ID == "" {
		return true, nil
	}
	if ended, err := t.ended(by); ended || err != nil {
		return false, err
	}
	if by.Kind != provenance.KindFindingStep {
		return true, nil
	}
	step, _, err := statement[provenance.FindingStep](t.state, by)
	if err != nil || step.Action == "" {
		return err == nil, err
	}
	ended, err := t.ended(actionRef(step.Action))
	return !ended, err
}
