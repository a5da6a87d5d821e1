package contract_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/contract/stubtest"
	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

// everyKind is a bench on which a record of nearly every kind is, with what was
// said and by whom; what Workers count follows, which is not.
func everyKind(t testing.TB) (*bench, []said, []said) {
	b := watched(t)
	brand, supplier, observer := b.as(provenance.RoleBrand), b.as(provenance.RoleSupplier), b.as(provenance.RoleObserver)
	all := append(b.observations(), b.administration()...)
	all = append(all, []said{
		{b.registrars[provenance.Auditors], &b.Firm},
		{brand, &b.Annex.Site}, {brand, &b.Annex.Twin}, {brand, &b.Annex.Amendment}, {supplier, &b.Annex.Claim}, {brand, &b.Annex.Decision},
		{brand, &b.Annex.Merge}, {brand, &b.Annex.Split}, {supplier, &b.Annex.Status},
		{observer, &b.Watch.Gap}, {supplier, &b.Watch.Reply}, {observer, &b.Watch.Decision}, {observer, &b.Watch.Screening},
		{b.as(provenance.RoleOversight), &b.Watch.Clock}, {supplier, &b.Watch.Total},
	}...)
	union := b.as(provenance.RoleUnion)
	all = append(all, said{union, b.TermsCommitment()})
	for _, s := range all {
		b.states(s.as, s.Statement)
	}
	return b, all, []said{{union, b.AnswerCount()}, {union, b.GrievanceCount()}, {union, b.TermsComparison()}, {union, b.Erasure()}}
}

// document gives a statement's document as a tree, and its statement in it.
func document(t *testing.T, st provenance.Statement) (whole, statement map[string]any) {
	t.Helper()
	if err := json.Unmarshal(world.Document(st), &whole); err != nil {
		t.Fatal(err)
	}
	for _, v := range whole {
		if list, ok := v.([]any); ok && len(whole) == 1 {
			return whole, list[0].(map[string]any)
		}
	}
	return whole, whole
}

// setText puts another text at a path such as subject.id or ownedBy[0], if the
// one given is there.
func setText(tree map[string]any, path, from, to string) bool {
	var at any = tree
	steps := strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
	for i, step := range steps {
		last := i == len(steps)-1
		switch v := at.(type) {
		case map[string]any:
			if last && v[step] == any(from) {
				v[step] = to
				return true
			}
			at = v[step]
		case []any:
			var n int
			if _, err := fmt.Sscan(step, &n); err != nil || n >= len(v) {
				return false
			}
			if last && v[n] == any(from) {
				v[n] = to
				return true
			}
			at = v[n]
		}
	}
	return false
}

// spoiled are the classes of bad input that every kind has, and what they are
// refused as.
var spoiled = []struct {
	name  string
	code  provenance.Code
	spoil func(b *bench, st provenance.Statement, whole, statement map[string]any) bool // false where the kind has no such
}{
	{"an unknown field", provenance.Invalid, func(_ *bench, _ provenance.Statement, _, statement map[string]any) bool {
		statement["surprise"] = 1
		return true
	}},
	{"a missing field", provenance.Invalid, func(_ *bench, st provenance.Statement, _, statement map[string]any) bool {
		for _, id := range []string{"id", "gtin", "eventTime"} {
			if statement[id] != nil {
				delete(statement, id)
				return true
			}
		}
		return false
	}},
	{"a field of another type", provenance.Invalid, func(_ *bench, _ provenance.Statement, _, statement map[string]any) bool {
		for _, id := range []string{"id", "gtin", "eventTime"} {
			if statement[id] != nil {
				statement[id] = 7
				return true
			}
		}
		return false
	}},
	{"a field that is too long", provenance.Invalid, func(_ *bench, _ provenance.Statement, _, statement map[string]any) bool {
		for _, id := range []string{"id", "gtin", "eventTime"} {
			if statement[id] != nil {
				statement[id] = strings.Repeat("0", 10_000)
				return true
			}
		}
		return false
	}},
	{"what nobody recorded", provenance.UnknownReference, func(b *bench, st provenance.Statement, _, statement map[string]any) bool {
		if id, ok := statement["id"].(string); ok {
			setText(statement, "id", id, b.ID())
		}
		if statement["gtin"] != nil {
			statement["gtin"] = b.GTIN()
		}
		changed := false
		for _, r := range st.References() {
			unknown := b.ID()
			if r.Ref.Kind == provenance.KindProduct {
				unknown = b.GTIN()
			}
			if setText(statement, r.Field, r.Ref.ID, unknown) {
				changed = true
			}
		}
		return changed
	}},
	{"the same identifier with another body", provenance.Conflict, func(b *bench, st provenance.Statement, _, statement map[string]any) bool {
		switch st.Kind() {
		case provenance.KindProduct:
			statement["name"] = "Another"
			return true
		case provenance.KindProductAmendment:
			statement["name"] = "Another"
			return true
		case provenance.KindAgeRule:
			statement["least"] = 16
			return true
		case provenance.KindYield:
			statement["most"] = "0.5"
			return true
		}
		if statement["id"] == nil {
			return false
		}
		for _, r := range st.References() {
			if setText(statement, r.Field, r.Ref.ID, b.ID()) {
				return true
			}
		}
		return false
	}},
}

// without says which kinds have no such class: an event's identifier is the hash
// of its body and its places are addresses, a purge and a least age name no record, what a
// device signed cannot be changed. That what Workers counted is in conflict is
// tried with their answers.
func without(class string, kind provenance.Kind) bool {
	switch class {
	case "the same identifier with another body":
		switch kind {
		case provenance.KindEvent, provenance.KindEventError, provenance.KindAnswerCount, provenance.KindGrievanceCount, provenance.KindTermsComparison, provenance.KindErasure:
			return true
		}
	case "what nobody recorded":
		switch kind {
		case provenance.KindEvent, provenance.KindEventError, provenance.KindErasure, provenance.KindDeviceTotal, provenance.KindAgeRule:
			return true
		}
	}
	return false
}

// TestEveryKindRefusesBadInput tries each class on each kind: a stable code, and
// nothing written, which refusesText sees to.
func TestEveryKindRefusesBadInput(t *testing.T) {
	b, recorded, counted := everyKind(t)
	tried := map[provenance.Kind]map[string]bool{}
	for _, s := range append(recorded, counted...) {
		kind := s.Kind()
		if tried[kind] == nil {
			tried[kind] = map[string]bool{}
		}
		for _, class := range spoiled {
			whole, statement := document(t, s.Statement)
			if tried[kind][class.name] || without(class.name, kind) || !class.spoil(b, s.Statement, whole, statement) {
				continue
			}
			tried[kind][class.name] = true
			text, err := json.Marshal(whole)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(string(kind)+" with "+class.name, func(t *testing.T) {
				b.TB = t
				b.refusesText(s.as, world.Transaction(s.Statement), string(text), class.code, "-")
			})
		}
	}
	for _, spec := range provenance.Specs() {
		for _, class := range spoiled {
			if !tried[spec.Kind][class.name] && !without(class.name, spec.Kind) {
				t.Errorf("%s was not tried with %s", spec.Kind, class.name)
			}
		}
	}
}

// TestEveryTransactionRefuses holds the contract's own list to this: whoever
// adds a transaction says here how it refuses.
func TestEveryTransactionRefuses(t *testing.T) {
	b := founded(t)
	nobody := stubtest.NewIdentity("AuditorsMSP", "nobody", "client", nil)
	reads := map[string]provenance.Code{"ReadRecord": provenance.NotFound, "ListAbout": provenance.Invalid, "Digests": provenance.Invalid, "Conclude": provenance.Invalid}
	questions := map[string]string{
		"ReadRecord": `{"kind":"audit","id":"` + b.ID() + `"}`,
		"ListAbout":  `{"subject":{"kind":"audit","id":"` + b.ID() + `"},"size":1000}`,
		"Digests":    `{"nonce":"short","subjects":[]}`,
		"Conclude":   `{"nonce":"short","gtin":"09520020001005","asOf":"2026-06-01T00:00:00.000Z"}`,
	}
	for _, line := range transactions(t, b) {
		name, _, _ := strings.Cut(line, "(")
		code, read := reads[name]
		if !read { // of writing ones, everybody's first: a caller whom nobody enrolled
			b.refusesText(nobody, name, `{}`, provenance.NoStanding, "")
			continue
		}
		res := b.peer.Simulate(stubtest.Proposal{Function: name, Args: []string{questions[name]}, Creator: b.as(provenance.RoleAuditor).Creator})
		err := res.Err()
		if err == nil {
			t.Errorf("%s answered", name)
			continue
		}
		if refusal, ok := provenance.ParseRefusal(err.Error()); !ok || refusal.Code != code {
			t.Errorf("%s ended in %v, want %s", name, err, code)
		}
	}
}
