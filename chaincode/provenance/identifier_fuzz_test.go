package provenance

import (
	"strings"
	"testing"
	"time"
)

// FuzzIdentifiers reads any text as each number and address that others issue:
// what is accepted has one spelling, and a number with one digit changed is
// another one's or nobody's.
func FuzzIdentifiers(f *testing.F) {
	for _, seed := range []string{
		shirt, "9521234567899", "095200000000000014", shirtLot.URI(), Piece{shirt, "7"}.URI(), UnitURI("095200000000000014"), "SE2021250D1DTN7",
		"529900T8BM49AURSDO55", "9074729", "2026-03-31", "2026-03-31T12:00:00.000Z", "2026-03-31T12:00:00+07:00", "urn:fairlead:facility:01J9ZC6V7Q3N8M5K2H4T6W8Y0A",
	} {
		f.Add(seed, uint8(3))
	}
	f.Fuzz(func(t *testing.T, text string, place uint8) {
		if lot, err := ParseLotURI(text); err == nil && lot.URI() != text {
			t.Errorf("%q is the lot %+v, which is written %q", text, lot, lot.URI())
		} else if back, ok := ParseLotRef(lot.Ref().ID); err == nil && (!ok || back != lot) {
			t.Errorf("the subject of %q is the lot %+v", text, back)
		}
		if piece, err := ParsePieceURI(text); err == nil && (piece.URI() != text || ParsePieceRef(piece.Ref().ID) != piece) {
			t.Errorf("%q is the piece %+v", text, piece)
		}
		if unit, err := ParseUnitURI(text); err == nil && UnitURI(unit.ID) != text {
			t.Errorf("%q is the unit %v", text, unit)
		}
		if at, err := ParseInstant(text); err == nil && FormatInstant(at) != text {
			t.Errorf("%q is the instant %v", text, at)
		}
		if at, err := ParseMoment(text); err == nil && at.Location() != time.UTC {
			t.Errorf("%q is a moment of %v", text, at.Location())
		}
		if id, gln, ok := (Location{ID: text}).Facility(); ok && id == "" && gln.Value == "" {
			t.Errorf("%q names nothing", text)
		}
		if CheckGTIN(NormaliseGTIN(text)) == nil && CheckGTIN(NormaliseGTIN(turned(text, place))) == nil {
			t.Errorf("%q and %q are GTINs", text, turned(text, place))
		}
		for _, scheme := range []IdentifierScheme{GLN, OSID, LEI, IMO, IMOCompany, MMSI, Licence} {
			problem, remedy := Identifier{Scheme: scheme, Value: text}.problem()
			if (problem == "") != (remedy == "") {
				t.Errorf("%s: %q with the remedy %q", scheme, problem, remedy)
			}
			if other, _ := (Identifier{Scheme: scheme, Value: turned(text, place)}).problem(); problem == "" && other == "" && (scheme == GLN || scheme == LEI) {
				t.Errorf("%q and %q are numbers of %s", text, turned(text, place), scheme)
			}
		}
		CheckShape(&Event{EventTime: text, EventTimeZoneOffset: text, ParentID: text, EPCList: []string{text}})
	})
}

// turned is a text with one of its digits changed; when it has none, no number.
func turned(text string, place uint8) string {
	var digits []int
	for i, c := range []byte(text) {
		if c >= '0' && c <= '9' {
			digits = append(digits, i)
		}
	}
	if len(digits) == 0 {
		return "none"
	}
	at := digits[int(place)%len(digits)]
	return text[:at] + string('0'+(text[at]-'0'+1+place%9)%10) + text[at+1:]
}

// FuzzDuplicates compares any two names and addresses of sites.
func FuzzDuplicates(f *testing.F) {
	f.Add("Riverside Garments, mill 2", "12 River Road", "RIVERSIDE GARMENTS MILL II", "River Road 12", int32(4))
	f.Add("\u0e42\u0e23\u0e07\u0e07\u0e32\u0e19", "", "Ltd. Co.", "1", int32(-90000))
	f.Fuzz(func(t *testing.T, name, address, otherName, otherAddress string, moved int32) {
		of := Facility{ID: "a", FacilityKind: WorkSite, Name: name, Address: address, Country: "TH", Position: &Position{LatMilli: 13547, LonMilli: 100274}}
		other := Facility{ID: "b", FacilityKind: WorkSite, Name: otherName, Address: otherAddress, Country: "TH", Position: &Position{LatMilli: 13547 + int(moved)%76000, LonMilli: 100274}}
		forth, back := Duplicates(of, []Facility{of, other}), Duplicates(other, []Facility{other, of})
		if len(forth) != len(back) || len(forth) > 1 {
			t.Fatalf("one is like the other %v, the other like the one %v", forth, back)
		}
		for _, like := range append(forth, back...) {
			if like.Score < 0 || like.Score > 100 || len(like.Reasons) == 0 {
				t.Errorf("alike as %+v", like)
			}
		}
		twin := of
		twin.ID = "c"
		if strings.TrimSpace(name) != "" && validText(name) && len(Duplicates(of, []Facility{twin})) > 1 {
			t.Error("a site is listed twice")
		}
	})
}
