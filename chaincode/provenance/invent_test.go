package provenance

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// inventor makes statements of every kind out of any bytes, so that fuzzing
// goes through meaning instead of spelling. Names are few, so that statements
// meet each other; form is kept, sense is not.
type inventor struct {
	source []byte
	at     int
	made   int

	apart bool // names nothing that the chain knows
}

// next gives a number below n.
func (v *inventor) next(n int) int {
	if v.at >= len(v.source) || n <= 1 {
		return 0
	}
	v.at++
	return int(v.source[v.at-1]) % n
}

func (v *inventor) spent() bool { return v.at >= len(v.source) }

func (v *inventor) of(list ...string) string { return list[v.next(len(list))] }

// inventedNames stand for whatever a field points at: parties, sites, audits and
// what the statements before are called.
var inventedNames = []string{brand, mill, firm, agency, unionParty, sewing, weaving, farm,
	"audit-" + sewing, "cohort-" + sewing, "fees-" + sewing, "att-" + sewing}

// aptNames are what is most worth naming in a field of some name, so that most
// of what is invented says something about something.
var aptNames = map[string][]string{
	"Facility": {sewing, weaving, farm}, "Kept": {sewing, weaving, farm}, "Merged": {sewing, weaving, farm},
	"Audit": {"troubled", "audit-" + sewing}, "Cohort": {"migrants", "cohort-" + sewing, "cohort-" + farm}, "Statement": {"found"},
	"Repayment": {"paid"}, "Plan": {"plan"}, "Device": {"clock"}, "Operator": {mill, brand}, "Recruiter": {agency},
}

var aptValues = map[reflect.Type][]any{
	reflect.TypeFor[SignalTarget]():  {SignalTarget{KindObservation, "gap"}},
	reflect.TypeFor[ScreenSubject](): {ScreenSubject{KindFacility, sewing}, ScreenSubject{KindParty, mill}},
}

func (v *inventor) name() string {
	if v.apart {
		return fmt.Sprintf("apart-%d", v.next(6))
	}
	if n := v.next(2 * len(inventedNames)); n < len(inventedNames) {
		return inventedNames[n]
	}
	return fmt.Sprintf("made-%d", v.next(v.made+1))
}

func (v *inventor) gtin() string {
	if v.apart {
		return v.of("09520000000035", "09520000000042")
	}
	return v.of(shirt, cloth, cotton)
}

func (v *inventor) lot() Lot { return Lot{GTIN: v.gtin(), Lot: v.of("S1", "C1", "K1", "X")} }

// kinds makes a new value of each kind's statement.
var inventedKinds = map[Kind]func() Statement{
	KindParty: func() Statement { return new(Party) }, KindMember: func() Statement { return new(Member) },
	KindStanding: func() Statement { return new(Standing) }, KindAccreditation: func() Statement { return new(Accreditation) },
	KindFacility: func() Statement { return new(Facility) }, KindProduct: func() Statement { return new(Product) },
	KindEvent: func() Statement { return new(Event) }, KindAudit: func() Statement { return new(Audit) },
	KindFindingStep: func() Statement { return new(FindingStep) }, KindCorrectiveAction: func() Statement { return new(CorrectiveAction) },
	KindFindingExtension: func() Statement { return new(FindingExtension) }, KindChildCase: func() Statement { return new(ChildCase) },
	KindChildStep: func() Statement { return new(ChildStep) }, KindCohort: func() Statement { return new(Cohort) },
	KindFeeStatement: func() Statement { return new(FeeStatement) }, KindRepayment: func() Statement { return new(Repayment) },
	KindRepaymentCheck: func() Statement { return new(RepaymentCheck) }, KindAttestation: func() Statement { return new(Attestation) },
	KindAnswerCount: func() Statement { return new(AnswerCount) }, KindGrievanceCount: func() Statement { return new(GrievanceCount) },
	KindTermsCommitment: func() Statement { return new(TermsCommitment) }, KindTermsComparison: func() Statement { return new(TermsComparison) },
	KindErasure: func() Statement { return new(Erasure) }, KindWithdrawal: func() Statement { return new(Withdrawal) },
	KindFacilityAmendment: func() Statement { return new(FacilityAmendment) }, KindFacilityStatus: func() Statement { return new(FacilityStatus) },
	KindFacilityMerge: func() Statement { return new(FacilityMerge) }, KindFacilitySplit: func() Statement { return new(FacilitySplit) },
	KindOperatorClaim: func() Statement { return new(OperatorClaim) }, KindClaimDecision: func() Statement { return new(ClaimDecision) },
	KindPartyAmendment: func() Statement { return new(PartyAmendment) }, KindProductAmendment: func() Statement { return new(ProductAmendment) },
	KindAgeRule:    func() Statement { return new(AgeRule) },
	KindEventError: func() Statement { return new(EventError) }, KindYield: func() Statement { return new(Yield) },
	KindObservation: func() Statement { return new(VesselObservation) }, KindScreening: func() Statement { return new(Screening) },
	KindReply: func() Statement { return new(Reply) }, KindSignalStep: func() Statement { return new(SignalStep) },
	KindDevice: func() Statement { return new(Device) }, KindDeviceTotal: func() Statement { return new(DeviceTotal) },
}

// statement makes one of a kind.
func (v *inventor) statement(k Kind) Statement {
	st := inventedKinds[k]()
	v.fill(reflect.ValueOf(st).Elem(), "", "")
	v.made++
	if id := reflect.ValueOf(st).Elem().FieldByName("ID"); id.IsValid() {
		id.SetString(fmt.Sprintf(map[bool]string{false: "made-%d", true: "apart-%d"}[v.apart], v.made))
	}
	return st
}

// fill gives a value what its field's tag allows.
func (v *inventor) fill(to reflect.Value, name, tag string) {
	switch to.Kind() {
	case reflect.Struct:
		if apt := aptValues[to.Type()]; apt != nil && !v.apart && v.next(4) > 0 {
			to.Set(reflect.ValueOf(apt[v.next(len(apt))]))
			return
		}
		for i := range to.NumField() {
			f := to.Type().Field(i)
			v.fill(to.Field(i), f.Name, f.Tag.Get("validate"))
		}
	case reflect.Pointer:
		if v.next(3) > 0 {
			to.Set(reflect.New(to.Type().Elem()))
			v.fill(to.Elem(), name, "")
		}
	case reflect.Slice:
		n := v.next(4)
		to.Set(reflect.MakeSlice(to.Type(), n, n))
		_, each, _ := strings.Cut(tag, "dive,")
		for i := range n {
			v.fill(to.Index(i), name, each)
		}
	case reflect.String:
		to.SetString(v.text(to.Type(), name, tag))
	case reflect.Bool:
		to.SetBool(v.next(2) == 1)
	default:
		to.SetInt([]int64{0, 1, 5, 7, 40, 1000, 90000, 1 << 52}[v.next(8)])
	}
}

// text gives a field text of its form.
func (v *inventor) text(t reflect.Type, name, tag string) string {
	if strings.Contains(tag, "omitempty") && v.next(2) == 0 {
		return ""
	}
	if t == reflect.TypeFor[Kind]() {
		return string(specs[v.next(len(specs))].Kind)
	}
	for _, rule := range strings.Split(tag, ",") {
		rule, options, _ := strings.Cut(rule, "=")
		switch rule {
		case "oneof":
			return v.of(strings.Fields(options)...)
		case "date":
			return v.of("2025-06-30", "2026-02-01", "2026-04-01", "2026-05-01", "2026-07-15", "2026-10-31", "2027-01-01")
		case "month":
			return v.of("2025-12", "2026-01", "2026-02", "2026-05", "2026-08", "2027-01")
		case "instant":
			return v.of("2026-03-01T08:00:00.000Z", "2026-05-01T08:00:00.000Z", "2026-09-01T08:00:00.000Z")
		case "quarter":
			return v.of("2025-Q4", "2026-Q1", "2026-Q3")
		case "offset":
			return "+06:00"
		case "gtin":
			return v.gtin()
		case "decimal":
			return v.of("0", "1", "0.92", "12.5", "100", "999999999")
		case "uom":
			return v.of("MTR", "KGM")
		case "iso3166_1_alpha2":
			return v.of("BD", "TH", "NP")
		case "iso4217":
			return v.of("BDT", "THB", "USD")
		case "sha256":
			return strings.Repeat(strconv.Itoa(v.next(3)), 64)
		case "len":
			n, _ := strconv.Atoi(options)
			return strings.Repeat("7", n)
		}
	}
	return v.named(name)
}

// named gives a field what its name asks for.
func (v *inventor) named(name string) string {
	switch name {
	case "EPCClass", "LotNumber":
		return v.lot().URI()
	case "EPCList", "ChildEPCs", "InputEPCList", "OutputEPCList":
		l := v.lot()
		return Piece{GTIN: l.GTIN, Serial: l.Lot}.URI()
	case "ParentID":
		return UnitURI("095200000000000014")
	case "Finding", "No":
		return v.of("1", "2")
	case "Topic":
		return v.of("forced-labor-elimination", "child-labor", "workplace-safety")
	case "Band", "Answered", "Right", "Wrong", "Ask", "Received", "Settled", "Satisfied":
		return v.of(string(BandFew), "5-9", "10-24", "25-49", "250+")
	}
	if apt := aptNames[name]; apt != nil && !v.apart && v.next(4) > 0 {
		return v.of(apt...)
	}
	return v.name()
}

// record is a statement as the ledger would hold it, recorded by somebody at
// some time from June 2026 on.
func (v *inventor) record(st Statement) (Record, error) {
	body, err := Canonical(st)
	if err != nil {
		return Record{}, err
	}
	org := Orgs()[v.next(len(Orgs()))]
	at := time.Date(2026, 6, 1, v.next(256), v.made, 0, 0, time.UTC)
	r := Record{Kind: st.Kind(), ID: st.Key(), By: Author{Org: org, Party: v.of(brand, mill, firm, agency, unionParty)},
		At: FormatInstant(at), Tx: fmt.Sprint("made-", v.made), About: []Ref{}, Body: body}
	for _, ref := range st.References() {
		if ref.Subject {
			r.About = append(r.About, ref.Ref)
		}
	}
	if e, ok := st.(*Event); ok {
		if id := v.of(sewing, weaving, farm); v.next(4) > 0 {
			e.BizLocation = Location{ID: facilityURN + id}
			r.About = append(r.About, Ref{KindFacility, id})
		}
		if r.Body, err = Canonical(e); err != nil {
			return Record{}, err
		}
		r.ID = e.Key()
	}
	return r, nil
}
