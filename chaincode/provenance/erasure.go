package provenance

import "time"

// Erasure has values that Workers hold purged for good. The record is the
// receipt of it: its transaction carries the endorsement of every organisation
// whose peer held them. What stays on the ledger are hashes of random tokens and
// of salted values, which lead to nobody.
type Erasure struct {
	ID     string   `json:"id" validate:"required,id"`
	Count  string   `json:"count,omitempty" validate:"omitempty,id"` // published count whose answers are purged; left out for single workers
	Terms  string   `json:"terms,omitempty" validate:"omitempty,id"` // published comparison of terms, likewise
	Reason string   `json:"reason" validate:"required,oneof=WORKER_ASKED RETENTION_OVER COUNT_PUBLISHED RECORDED_IN_ERROR"`
	Tokens []string `json:"tokens" validate:"required,min=1,max=500,unique,dive,sha256"`
}

func (*Erasure) Kind() Kind    { return KindErasure }
func (e *Erasure) Key() string { return e.ID }

func (e *Erasure) References() []Reference {
	var refs []Reference
	if e.Count != "" {
		refs = append(refs, Reference{Field: "count", Ref: Ref{KindAnswerCount, e.Count}, Subject: true})
	}
	if e.Terms != "" {
		refs = append(refs, Reference{Field: "terms", Ref: Ref{KindTermsComparison, e.Terms}, Subject: true})
	}
	return refs
}

func (e *Erasure) Check(time.Time) []FieldProblem {
	var ps problems
	for _, named := range []struct{ field, id string }{{"count", e.Count}, {"terms", e.Terms}} {
		if named.id == "" || e.Reason != "WORKER_ASKED" {
			continue
		}
		ps.add(named.field, Invalid, "would tell whose group the worker is of", "leave it out")
	}
	return ps
}
