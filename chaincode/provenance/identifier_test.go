package provenance

import "testing"

func TestIdentifiers(t *testing.T) {
	for _, c := range []struct {
		scheme IdentifierScheme
		good   []string
		bad    []string
	}{
		{GLN, []string{"9520123456788", "4012345000115", "4012345000054", "4012345000016"},
			[]string{"9520123456787", "952012345678", "09520123456788", "952012345678A", "", "９５20123456788"}},
		{OSID, []string{"CN2021250D1DTN7", "CN2019303BQ3FZP", "BD2020021QK28YZ", "MX2024211T0VH2S", "BD202034606B9SA", "CN202510809MKXG", "IN2019067X1K87G"},
			[]string{"US2021250D1DTN7", "CN20241096SFEBB", "US202511345DVTE", "IN2019067X1K87E", "cn2021250D1DTN7", "CN2021250D1DTN", "CN2021250DIDTN7"}},
		{IMO, []string{"9074729", "7625811", "7605811"}, []string{"9074728", "907472", "IMO9074729"}},
		{LEI, []string{"5493001KJTIIGC8Y1R12", "HWUPKR0MPOU8FGXBT394"},
			[]string{"5493001KJTIIGC8Y1R13", "5493001KJTIIGC8Y1R1", "5493001kjtiigc8y1r12", "HWUPKR0MPOU8FGXBT349"}},
		{IMOCompany, []string{"2041999"}, []string{"2041998", "204199", "9074729"}},
		{MMSI, []string{"201000000", "412345678", "567000000", "776000000"},
			[]string{"100999999", "876000000", "041234567", "004123456", "111232500", "970123456", "41234567", "4123456789", "41234567A"}},
		{Licence, []string{"anything", "TH-12/3"}, nil},
	} {
		for _, value := range c.good {
			if problem, _ := (Identifier{Scheme: c.scheme, Value: value}).problem(); problem != "" {
				t.Errorf("the %s %s %s", c.scheme, value, problem)
			}
		}
		for _, value := range c.bad {
			if problem, _ := (Identifier{Scheme: c.scheme, Value: value}).problem(); problem == "" {
				t.Errorf("the %s %q passes", c.scheme, value)
			}
		}
	}
}

func TestStrongIdentifiers(t *testing.T) {
	for scheme, strong := range map[IdentifierScheme]bool{GLN: true, OSID: true, LEI: false, IMO: true, IMOCompany: false, MMSI: false, Licence: false} {
		if got := (Identifier{Scheme: scheme}).Strong(); got != strong {
			t.Errorf("%s is strong: %t", scheme, got)
		}
	}
}

func TestGTIN(t *testing.T) {
	for _, short := range []string{"96385074", "614141999996", "9520123456788", "9506000134352", "09520123456788"} {
		gtin := NormaliseGTIN(short)
		if err := CheckGTIN(gtin); err != nil {
			t.Errorf("%s as %s %v", short, gtin, err)
		}
	}
	for _, bad := range []string{"", "9520123456788", "09520123456787", "0952012345678X", "009520123456788"} {
		if CheckGTIN(bad) == nil {
			t.Errorf("%q passes", bad)
		}
	}
	if got := NormaliseGTIN("12345"); got != "12345" {
		t.Errorf("what is no GTIN became %s", got)
	}
}

// A GTIN-14, a GLN and an SSCC share the check digit of their body.
func TestCheckDigitOfGS1(t *testing.T) {
	for _, number := range []string{"04012345778892", "04012345111224", "00614141777778", "952012345678912345", "040123450000001112"} {
		if !validGS1(number) {
			t.Errorf("%s does not pass", number)
		}
	}
}

func TestLots(t *testing.T) {
	for _, c := range []struct {
		lot Lot
		uri string
	}{
		{Lot{"00614141777778", "987"}, "https://id.gs1.org/01/00614141777778/10/987"},
		{Lot{"09520123456788", "A/B?1"}, "https://id.gs1.org/01/09520123456788/10/A%2FB%3F1"},
		{Lot{"09520123456788", "%-._"}, "https://id.gs1.org/01/09520123456788/10/%25-._"},
	} {
		if got := c.lot.URI(); got != c.uri {
			t.Errorf("%v is %s, want %s", c.lot, got, c.uri)
		}
		if got, err := ParseLotURI(c.uri); err != nil || got != c.lot {
			t.Errorf("%s is %v (%v), want %v", c.uri, got, err, c.lot)
		}
		if got, ok := ParseLotRef(c.lot.Ref().ID); !ok || got != c.lot {
			t.Errorf("%s is %v, want %v", c.lot.Ref().ID, got, c.lot)
		}
	}
	for name, uri := range map[string]string{
		"another resolver":         "https://example.org/01/09520123456788/10/A",
		"no lot":                   "https://id.gs1.org/01/09520123456788",
		"an empty lot":             "https://id.gs1.org/01/09520123456788/10/",
		"a wrong check digit":      "https://id.gs1.org/01/09520123456787/10/A",
		"13 digits":                "https://id.gs1.org/01/9520123456788/10/A",
		"a further key":            "https://id.gs1.org/01/09520123456788/10/A/21/1",
		"a lot that is too long":   "https://id.gs1.org/01/09520123456788/10/123456789012345678901",
		"a character GS1 bans":     "https://id.gs1.org/01/09520123456788/10/A%20B",
		"another spelling":         "https://id.gs1.org/01/09520123456788/10/%41",
		"escapes in small letters": "https://id.gs1.org/01/09520123456788/10/A%2fB",
		"a broken escape":          "https://id.gs1.org/01/09520123456788/10/%4",
		"a query":                  "https://id.gs1.org/01/09520123456788/10/A?x=1",
	} {
		if got, err := ParseLotURI(uri); err == nil {
			t.Errorf("%s: %s is %v", name, uri, got)
		}
	}
}
