package provenance

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestRefusalEncoding(t *testing.T) {
	r := RefuseFields([]FieldProblem{
		{Field: "findings[0].dueOn", Code: Invalid, Problem: "is before the audit", Remedy: "correct the date"},
		{Field: "facility", Code: UnknownReference, Problem: "is not on the ledger", Remedy: "record it first, or correct it"},
	})
	const want = `fairlead-refusal:{"code":"invalid","message":"findings[0].dueOn is before the audit: correct the date (and 1 more)",` +
		`"fields":[{"field":"findings[0].dueOn","code":"invalid","problem":"is before the audit","remedy":"correct the date"},` +
		`{"field":"facility","code":"unknown_reference","problem":"is not on the ledger","remedy":"record it first, or correct it"}]}`
	if got := EncodeRefusal(r); got != want {
		t.Errorf("encoded as\n%s\nwant\n%s", got, want)
	}
	if got, want := EncodeRefusal(Refuse(NotFound, "there is no such record")), `fairlead-refusal:{"code":"not_found","message":"there is no such record"}`; got != want {
		t.Errorf("encoded as %s, want %s", got, want)
	}
}

// Codes are part of the interface: none is ever renamed or reused.
func TestCodes(t *testing.T) {
	for code, text := range map[Code]string{
		Invalid: "invalid", TooLarge: "too_large", UnknownReference: "unknown_reference", Conflict: "conflict",
		NoStanding: "no_standing", ConflictOfInterest: "conflict_of_interest", BelowK: "below_k", InFuture: "in_future",
		WrongState: "wrong_state", NotFound: "not_found",
	} {
		if string(code) != text {
			t.Errorf("the code %s has become %s", text, code)
		}
	}
}

func TestParseRefusal(t *testing.T) {
	encoded := EncodeRefusal(RefuseField("id", Conflict, `is "taken"`, "make a new one"))
	for name, text := range map[string]string{
		"alone":             encoded,
		"between others":    "endorsing: chaincode response 500, " + encoded + " (peer 2)",
		"once per endorser": "Multiple errors occurred: - " + encoded + " - " + encoded,
		"after a broken":    refusalMark + "{oops " + encoded,
	} {
		r, ok := ParseRefusal(text)
		if !ok || r.Code != Conflict || len(r.Fields) != 1 || r.Fields[0].Problem != `is "taken"` {
			t.Errorf("%s: %v, %t", name, r, ok)
		}
	}
	for _, text := range []string{"", "connection refused", "fairlead-refusal", refusalMark + "{}", refusalMark + `{"message":"x"}`} {
		if r, ok := ParseRefusal(text); ok {
			t.Errorf("%q is the refusal %v", text, r)
		}
	}
}

func TestRefusalsOfManyFieldsKeepTheFirst(t *testing.T) {
	var ps []FieldProblem
	for i := range 80 {
		ps = append(ps, FieldProblem{Field: index("facilities", i), Code: Conflict})
	}
	r := RefuseFields(ps)
	if r.Code != Conflict || len(r.Fields) != 50 || !strings.Contains(r.Message, "(and 79 more)") {
		t.Errorf("refused as %s with %d fields: %s", r.Code, len(r.Fields), r.Message)
	}
}

func TestFaultsOfTheLedgerAreNoRefusals(t *testing.T) {
	_, err := Body[Party](Record{Kind: KindParty, ID: "x", Body: []byte(`{"unknown":1}`)})
	if err == nil {
		t.Fatal("a broken record was read")
	}
	if r, ok := AsRefusal(err); ok {
		t.Errorf("reading a broken record is the refusal %v", r)
	}
	if r, ok := AsRefusal(fmt.Errorf("stating: %w", Refuse(NotFound, "x"))); !ok || r.Code != NotFound {
		t.Errorf("a wrapped refusal is %v", r)
	}
	if _, ok := AsRefusal(errors.New("x")); ok {
		t.Error("another error is a refusal")
	}
}

func FuzzParseRefusal(f *testing.F) {
	f.Add("x " + EncodeRefusal(Refuse(NotFound, "there is no such record")))
	f.Add(refusalMark + refusalMark)
	f.Fuzz(func(t *testing.T, text string) {
		r, ok := ParseRefusal(text)
		if !ok {
			return
		}
		again, ok := ParseRefusal(EncodeRefusal(r))
		if !ok || again.Code != r.Code || again.Message != r.Message || len(again.Fields) != len(r.Fields) {
			t.Errorf("%v became %v", r, again)
		}
	})
}
