package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// TestEveryCodeHasWords reads the codes where the vocabulary enumerates them,
// so that a new one without words fails here.
func TestEveryCodeHasWords(t *testing.T) {
	codes := map[string]string{} // with where they stand
	statements := []any{
		provenance.Party{}, provenance.PartyAmendment{}, provenance.ProductAmendment{}, provenance.Member{}, provenance.Standing{}, provenance.Accreditation{}, provenance.Facility{},
		provenance.Product{}, provenance.Event{}, provenance.EventError{}, provenance.Yield{},
		provenance.VesselObservation{}, provenance.Screening{}, provenance.Reply{}, provenance.SignalStep{}, provenance.Device{}, provenance.DeviceTotal{}, provenance.Audit{}, provenance.FindingStep{}, provenance.Cohort{},
		provenance.CorrectiveAction{}, provenance.FindingExtension{}, provenance.ChildCase{}, provenance.ChildStep{}, provenance.AgeRule{},
		provenance.FacilityAmendment{}, provenance.FacilityStatus{}, provenance.FacilityMerge{}, provenance.FacilitySplit{},
		provenance.OperatorClaim{}, provenance.ClaimDecision{},
		provenance.FeeStatement{}, provenance.Repayment{}, provenance.RepaymentCheck{}, provenance.Attestation{}, provenance.Withdrawal{},
		provenance.AnswerCount{}, provenance.TermsCommitment{}, provenance.TermsComparison{}, provenance.GrievanceCount{}, provenance.Erasure{},
	}
	if len(statements) != len(provenance.Specs()) {
		t.Fatal("a kind of record is missing above")
	}
	for _, st := range statements {
		enumerate(reflect.TypeOf(st), codes)
	}
	for _, spec := range provenance.Specs() {
		codes[string(spec.Kind)] = "Kind"
	}
	for _, file := range []string{"answer.go", "signal.go", "finding.go", "record.go", "fee.go", "burden.go", "history_repayment.go", "age.go", "child.go"} {
		constants(t, "../chaincode/provenance/"+file, codes)
	}
	for _, spec := range provenance.HeldSpecs() {
		enumerate(reflect.TypeOf(spec.Content), codes)
	}
	constants(t, "../chaincode/provenance/grievance.go", codes)
	constants(t, "../chaincode/provenance/inquiry.go", codes)
	if len(codes) < 150 {
		t.Fatalf("only %d codes were found", len(codes))
	}
	for code, where := range codes {
		if strings.ContainsAny(code[:1], "0123456789") { // bands of workers, which band writes
			continue
		}
		if words[code] == "" {
			t.Errorf("%s of %s has no words", code, where)
		}
	}
}

func enumerate(t reflect.Type, codes map[string]string) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		for rule := range strings.SplitSeq(f.Tag.Get("validate"), ",") {
			if list, ok := strings.CutPrefix(rule, "oneof="); ok {
				for code := range strings.FieldsSeq(list) {
					codes[code] = t.Name() + "." + f.Name
				}
			}
		}
		enumerate(f.Type, codes)
	}
}

// constants collects the texts of a file's exported constants that are codes.
func constants(t *testing.T, path string, codes map[string]string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			for i, name := range v.Names {
				if !name.IsExported() || i >= len(v.Values) || name.Name == "EventName" || name.Name == "RulesVersion" || name.Name == "BurdenRule" || name.Name == "AgeRules" {
					continue
				}
				if literal, ok := v.Values[i].(*ast.BasicLit); ok && literal.Kind == token.STRING {
					code, _ := strconv.Unquote(literal.Value)
					codes[code] = path + " " + name.Name
				}
			}
		}
	}
}

// TestEveryCountryHasAName asks the validator which codes there are.
func TestEveryCountryHasAName(t *testing.T) {
	v := validator.New()
	n := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			if v.Var(code, "iso3166_1_alpha2") != nil {
				continue
			}
			if n++; Country(code) == code {
				t.Errorf("%s has no name", code)
			}
		}
	}
	if n < 240 {
		t.Errorf("the validator knows only %d countries", n)
	}
}
