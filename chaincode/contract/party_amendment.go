package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// checkPartyAmendment: the registrar of the organisation that registered a party
// amends it, or Oversight. What Oversight said of its owners is for Oversight
// alone to change: it is said where somebody had kept silent.
func (t *transaction) checkPartyAmendment(e *entry, a *provenance.PartyAmendment) error {
	party, err := t.record(partyRef(a.Party))
	if err != nil {
		return err
	}
	if t.caller.Org != provenance.Oversight && party.record.By.Org != t.caller.Org {
		return refuse("party", provenance.NoStanding, "was registered by another organisation", "ask that organisation's registrar, or Oversight")
	}
	if !a.Owns() {
		return nil
	}
	now, err := t.current(ownersKey(a.Party))
	if err != nil {
		return err
	}
	if now.State == string(provenance.Oversight) && t.caller.Org != provenance.Oversight {
		field := "ownedBy"
		if a.NoOwners {
			field = "noOwners"
		}
		return refuse(field, provenance.NoStanding, "is what Oversight has spoken on", "ask Oversight")
	}
	return t.say(ownersKey(a.Party), string(t.caller.Org), e.ref)
}

// owners lists the parties with a stake in one, now and on any day since one. A
// party's own organisation says that an owner has gone for what begins after it
// said so, whatever day it names: it may not free its auditors afterwards.
// Oversight is believed about the day.
func (t *transaction) owners(party, since string) ([]string, error) {
	var all []string
	k := ownersKey(party)
	said, err := t.current(k)
	for ; said.By.ID != ""; said, err = t.current(beforeKey(said.By, k)) {
		if err != nil {
			return nil, err
		}
		a, record, err := statement[provenance.PartyAmendment](t.state, said.By)
		if err != nil {
			return nil, err
		}
		all = append(all, a.OwnedBy...)
		from := record.At[:len(since)]
		if record.By.Org == provenance.Oversight {
			from = a.From
		}
		if from <= since {
			return all, nil
		}
	}
	if err != nil {
		return nil, err
	}
	registered, _, err := statement[provenance.Party](t.state, partyRef(party))
	if err != nil {
		return nil, err
	}
	return append(all, registered.OwnedBy...), nil
}
