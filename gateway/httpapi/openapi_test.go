package httpapi

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

var update = flag.Bool("update", false, "write what the tests make over what they compare it with")

// TestEveryRouteIsDescribed holds the routes and openapi.yaml to each other.
func TestEveryRouteIsDescribed(t *testing.T) {
	var described []string
	path := ""
	for line := range strings.Lines(section(t, "paths:\n", "components:\n")) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "  /") {
			path = strings.TrimSuffix(strings.TrimSpace(line), ":")
		}
		switch line {
		case "    get:", "    post:", "    put:", "    delete:", "    patch:":
			described = append(described, strings.ToUpper(strings.Trim(line, " :"))+" "+path)
		}
	}
	var registered []string
	parameter := regexp.MustCompile(`:(\w+)`)
	for _, r := range (&server{}).engine().Routes() {
		if r.Method != "HEAD" {
			registered = append(registered, r.Method+" "+parameter.ReplaceAllString(r.Path, "{$1}"))
		}
	}
	slices.Sort(described)
	slices.Sort(registered)
	if len(described) < 20 || !slices.Equal(described, registered) {
		t.Errorf("described:\n%s\nregistered:\n%s", strings.Join(described, "\n"), strings.Join(registered, "\n"))
	}
}

func TestEveryCodeIsDescribed(t *testing.T) {
	_, after, _ := strings.Cut(string(openapiText), "        code:\n          enum: [")
	list, _, _ := strings.Cut(after, "]")
	got := strings.Split(list, ", ")
	want := slices.Sorted(maps.Keys(statuses))
	want = slices.DeleteFunc(want, func(code string) bool { return code == codeClientClosed }) // nobody receives it
	if !slices.Equal(got, want) {
		t.Errorf("described %s\nwant %s", list, strings.Join(want, ", "))
	}
	for _, code := range want {
		if titles[code] == "" {
			t.Errorf("%s has no title", code)
		}
	}
}

// TestEveryPublicKindIsDescribed holds the kinds that may be read one by one to
// provenance's own word for it.
func TestEveryPublicKindIsDescribed(t *testing.T) {
	_, after, _ := strings.Cut(section(t, "  /v1/records/{kind}/{id}:\n", ""), "schema: {enum: [")
	list, _, _ := strings.Cut(after, "]")
	var want []string
	for _, spec := range provenance.Specs() {
		if spec.Public {
			want = append(want, string(spec.Kind))
		}
	}
	if got := strings.Split(list, ", "); !slices.Equal(got, want) {
		t.Errorf("described %s\nwant %s", list, strings.Join(want, ", "))
	}
}

const schemasMark = "    # From here on the schemas follow the types of package provenance; a test compares them.\n"

// TestSchemasFollowTheVocabulary compares the schemas of documents and answers
// with the types, so that neither changes alone. -update writes them.
func TestSchemasFollowTheVocabulary(t *testing.T) {
	written := section(t, schemasMark, "")
	d := describer{schemas: map[string]string{}}
	for _, v := range []any{
		provenance.Party{}, provenance.PartyAmendment{}, provenance.ProductAmendment{}, provenance.PartyNow{}, provenance.ProductNow{}, provenance.Member{}, provenance.Standing{}, provenance.Accreditation{}, provenance.Facility{},
		provenance.Product{}, provenance.Event{}, provenance.EventError{}, provenance.Yield{},
		provenance.VesselObservation{}, provenance.Screening{}, provenance.Reply{}, provenance.SignalStep{}, provenance.Device{}, provenance.DeviceTotal{}, provenance.Audit{}, provenance.FindingStep{}, provenance.Cohort{},
		provenance.CorrectiveAction{}, provenance.FindingExtension{}, provenance.ChildCase{}, provenance.ChildStep{}, provenance.AgeRule{}, provenance.AgeLine{},
		provenance.FacilityAmendment{}, provenance.FacilityStatus{}, provenance.FacilityMerge{}, provenance.FacilitySplit{},
		provenance.OperatorClaim{}, provenance.ClaimDecision{}, provenance.FacilityNow{}, provenance.Likeness{},
		provenance.FeeStatement{}, provenance.Repayment{}, provenance.RepaymentCheck{}, provenance.Attestation{},
		provenance.Withdrawal{}, provenance.AnswerCount{}, provenance.TermsCommitment{}, provenance.TermsComparison{}, provenance.GrievanceCount{}, provenance.Erasure{}, provenance.Answer{},
	} {
		d.add(reflect.TypeOf(v))
	}
	for _, spec := range provenance.HeldSpecs() {
		d.add(reflect.TypeOf(spec.Content).Elem())
	}
	var want strings.Builder
	for _, name := range slices.Sorted(maps.Keys(d.schemas)) {
		want.WriteString("    " + name + ":\n" + d.schemas[name])
	}
	if *update {
		text := strings.TrimSuffix(string(openapiText), written) + want.String()
		if err := os.WriteFile("openapi.yaml", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if written != want.String() {
		t.Error("the schemas differ from the types: run the test with -update and review the change as one of the contract")
	}
}

func section(t *testing.T, from, to string) string {
	t.Helper()
	_, text, found := strings.Cut("\n"+string(openapiText), "\n"+from)
	if !found {
		t.Fatalf("openapi.yaml has no %q", from)
	}
	if to != "" {
		text, _, _ = strings.Cut(text, "\n"+to)
	}
	return text
}

// describer writes Go types as schemas.
type describer struct{ schemas map[string]string }

func (d describer) add(t reflect.Type) {
	if _, done := d.schemas[t.Name()]; done {
		return
	}
	d.schemas[t.Name()] = "" // a type may hold itself
	var out strings.Builder
	out.WriteString("      type: object\n")
	var required []string
	var properties strings.Builder
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" { // embedded: its fields are visible too
			continue
		}
		if !strings.Contains(options, "omitempty") {
			required = append(required, name)
		}
		fmt.Fprintf(&properties, "        %s: {%s}\n", name, strings.Join(d.schema(f.Type, f.Tag.Get("validate")), ", "))
	}
	if len(required) > 0 {
		fmt.Fprintf(&out, "      required: [%s]\n", strings.Join(required, ", "))
	}
	out.WriteString("      additionalProperties: false\n      properties:\n" + properties.String())
	d.schemas[t.Name()] = out.String()
}

func (d describer) schema(t reflect.Type, rules string) []string {
	rules, inner, _ := strings.Cut(rules, "dive")
	switch t.Kind() {
	case reflect.Pointer:
		return d.schema(t.Elem(), rules)
	case reflect.Struct:
		d.add(t)
		return []string{"$ref: '#/components/schemas/" + t.Name() + "'"}
	case reflect.Slice:
		out := []string{"type: array"}
		out = append(out, limits(rules, "minItems", "maxItems")...)
		return append(out, "items: {"+strings.Join(d.schema(t.Elem(), strings.Trim(inner, ",")), ", ")+"}")
	case reflect.Bool:
		return []string{"type: boolean"}
	case reflect.Int, reflect.Int64:
		return append([]string{"type: integer"}, limits(rules, "minimum", "maximum")...)
	}
	return text(rules)
}

var forms = map[string]string{
	"id": `pattern: '^[0-7][0-9A-HJKMNP-TV-Z]{25}$'`, "gtin": `pattern: '^[0-9]{14}$'`, "date": "format: date",
	"month": `pattern: '^[0-9]{4}-[0-9]{2}$'`, "instant": "format: date-time", "sha256": `pattern: '^[0-9a-f]{64}$'`,
	"secret": `pattern: '^[0-9a-f]{32}$'`, "quarter": `pattern: '^2[0-9]{3}-Q[1-4]$'`,
	"iso3166_1_alpha2": `pattern: '^[A-Z]{2}$'`, "iso4217": `pattern: '^[A-Z]{3}$'`, "number": `pattern: '^[A-Z0-9-]{1,20}$'`,
}

func text(rules string) []string {
	out := []string{"type: string"}
	for rule := range strings.SplitSeq(rules, ",") {
		if list, ok := strings.CutPrefix(rule, "oneof="); ok {
			return []string{"enum: ['" + strings.Join(strings.Fields(list), "', '") + "']"}
		}
		if form, ok := forms[rule]; ok {
			out = append(out, form)
		}
	}
	return append(out, limits(rules, "minLength", "maxLength")...)
}

func limits(rules, least, most string) []string {
	var out []string
	for rule := range strings.SplitSeq(rules, ",") {
		if n, ok := strings.CutPrefix(rule, "min="); ok {
			out = append(out, least+": "+n)
		}
		if n, ok := strings.CutPrefix(rule, "max="); ok {
			out = append(out, most+": "+n)
		}
	}
	return out
}
