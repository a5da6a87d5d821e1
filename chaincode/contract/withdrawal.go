package contract

import "github.com/fairlead/fairlead/chaincode/provenance"

// checkWithdrawal: a party takes back what it stated itself. A withdrawal is
// about all that the record was about.
func (t *transaction) checkWithdrawal(e *entry, w *provenance.Withdrawal) error {
	target := provenance.Ref{Kind: w.Target.Kind, ID: w.Target.ID}
	h, err := t.record(target)
	if err != nil {
		return err
	}
	if !sameAuthor(h.record.By, t.caller.Author) {
		return refuse("target.id", provenance.NoStanding, "is a statement of another party", "ask that party, or state your own view beside it")
	}
	e.concerns(h.record.About...)
	return t.put(endedKey(target), []byte(w.ID))
}
