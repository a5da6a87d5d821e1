package csvlist_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/exchange/csvlist"
)

const header = "country,name,address,sector,lat,lng\n"

func read(t *testing.T, text string) csvlist.List {
	t.Helper()
	list, err := new(csvlist.Reader).Read("list.csv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func one(t *testing.T, text string) csvlist.Row {
	t.Helper()
	rows := read(t, header+text).Rows
	if len(rows) != 1 {
		t.Fatalf("%d rows, want 1", len(rows))
	}
	return rows[0]
}

func TestReadMakesAFacility(t *testing.T) {
	row := one(t, "  viet nam ,\"  Quy   Lam\nStitchers \",\"Lot 4, Gate 2\",Apparel,10.8005,-0.9995\n")
	f := row.Facility
	if row.Outcome != csvlist.Accepted || f == nil {
		t.Fatalf("row = %+v", row)
	}
	if f.Country != "VN" || f.Name != "Quy Lam Stitchers" || f.Address != "Lot 4, Gate 2" || f.Sector != "Apparel" || f.FacilityKind != provenance.WorkSite {
		t.Errorf("facility = %+v", f)
	}
	if got, want := *f.Position, (provenance.Position{LatMilli: 10801, LonMilli: -1000}); got != want {
		t.Errorf("position = %v, want %v", got, want)
	}
	if len(row.Notes) != 0 {
		t.Errorf("notes = %q, want none", row.Notes)
	}
}

func TestCountriesAreKnownHoweverWritten(t *testing.T) {
	for written, want := range map[string]string{
		"CHINA": "CN", "china ": "CN", "cn": "CN", "Viet Nam": "VN", "VIETNAM": "VN", "U.S.A.": "US", "UK": "GB",
		"Côte d’Ivoire": "CI", "Korea, Republic of": "KR", "Türkiye": "TR", "the People's Republic of China": "CN",
	} {
		if got, ok := csvlist.CountryCode(written); !ok || got != want {
			t.Errorf("CountryCode(%q) = %q, %v; want %q", written, got, ok, want)
		}
	}
	for _, unknown := range []string{"", "Atlantis", "XX", "-"} {
		if got, ok := csvlist.CountryCode(unknown); ok {
			t.Errorf("CountryCode(%q) = %q, want none", unknown, got)
		}
	}
}

func TestRowsThatAreNoFacility(t *testing.T) {
	for _, c := range []struct{ name, row, reason string }{
		{"unknown country", "Atlantis,Works,,,1,2", "country is not known by this spelling"},
		{"no country", ",Works,,,1,2", "country is missing"},
		{"no name", "India,,Road 1,,1,2", "name is missing"},
		{"name too long", "India," + strings.Repeat("n", 201) + ",,,1,2", "name is longer than 200 characters"},
		{"too many fields", "India,Works,Road 1, Town,Apparel,1,2", "it has 7 fields, the header 6"},
		{"not UTF-8", "India,Caf\xe9 Works,,,1,2", "name is not valid UTF-8"},
		{"quote not closed", "India,\"5\" Works,,,1,2", "a quote opened in line 2 is not closed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			row := one(t, c.row+"\n")
			if row.Outcome != csvlist.Rejected || row.Facility != nil || !strings.Contains(strings.Join(row.Reasons, "|"), c.reason) {
				t.Errorf("row = %+v, want rejected because %q", row, c.reason)
			}
		})
	}
}

func TestRowsThatCouldNotBePlacedAreKept(t *testing.T) {
	for _, c := range []struct{ lat, lng, why string }{
		{"", "", "no latitude and longitude"},
		{"", "2", "no latitude"},
		{"1", "", "no longitude"},
		{"37°36'37.8", "121", "its latitude is not a decimal number"},
		{"1", "1e2", "its longitude is not a decimal number"},
		{"91", "2", "its latitude is not between -90 and 90"},
		{"1", "-180.001", "its longitude is not between -180 and 180"},
		{"0.0", "0", "stand for no position"},
	} {
		row := one(t, "India,Works,Road 1,,"+c.lat+","+c.lng+"\n")
		if row.Outcome != csvlist.Accepted || row.Facility.Position != nil {
			t.Errorf("%s, %s: %+v, want accepted without a position", c.lat, c.lng, row)
		}
		if note := strings.Join(row.Notes, "|"); !strings.HasPrefix(note, "could not be placed: ") || !strings.Contains(note, c.why) {
			t.Errorf("%s, %s: notes %q, want %q", c.lat, c.lng, note, c.why)
		}
	}
}

func TestPositionsAreRoundedByTheirDigits(t *testing.T) {
	for _, c := range []struct {
		written string
		want    int
	}{
		{"1.0005", 1001}, {"1.00049999", 1000}, {"-1.0005", -1001}, {"2.675", 2675}, {"1.005", 1005}, {"90", 90000},
		{"+7.", 7000}, {"-0.0004", 0}, {"89.9999", 90000},
	} {
		f := one(t, "India,Works,,,"+c.written+",3\n").Facility
		if f.Position == nil || f.Position.LatMilli != c.want {
			t.Errorf("%s became %+v, want %d", c.written, f.Position, c.want)
		}
	}
}

func TestWhatIsRemovedIsNoted(t *testing.T) {
	row := one(t, "India,Wor\uFFFDks\u200F,Road\u00a01\x07□,,1,2\n")
	if row.Facility.Name != "Works" || row.Facility.Address != "Road 1□" {
		t.Errorf("facility = %+v", row.Facility)
	}
	want := []string{
		"name: removed 2 hidden or replacement characters",
		"address: removed 1 hidden or replacement characters",
		"address: has the sign □, which often stands where a character was lost",
	}
	if fmt.Sprint(row.Notes) != fmt.Sprint(want) {
		t.Errorf("notes = %q, want %q", row.Notes, want)
	}
}

func TestRowsAreComparedAcrossLists(t *testing.T) {
	var r csvlist.Reader
	first, err := r.Read("a.csv", strings.NewReader(header+
		"India,Kaveri Mills Ltd.,Road 1,Apparel,11.5,77.25\n"+
		"India,KAVERI MILLS,Road 9,Apparel,12.5,77.5\n"+
		"China,Kaveri Mills,Road 1,Apparel,35.86166,104.195397\n"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := r.Read("b.csv", strings.NewReader(
		"lng,lat,sector,address,name,country\n"+
			"77.25,11.5,Apparel,Road 1,Kaveri Mills Ltd.,INDIA\n"+
			"77.2500,11.50,Apparel,Road 2,Other Works,INDIA\n"))
	if err != nil {
		t.Fatal(err)
	}
	notes := func(r csvlist.Row) string { return strings.Join(r.Notes, "|") }
	if n := notes(first.Rows[1]); first.Rows[1].Outcome != csvlist.Accepted || !strings.Contains(n, "nearly the name of row 1 in the same country") {
		t.Errorf("like name: %+v", first.Rows[1])
	}
	if n := notes(first.Rows[2]); !strings.Contains(n, "the middle of CN") || strings.Contains(n, "name") {
		t.Errorf("centroid: %q", n)
	}
	same := second.Rows[0]
	if same.Outcome != csvlist.Same || same.SameAs.List != "a.csv" || same.SameAs.Row != 1 || notes(same) != "same as row 1 of a.csv" || same.Facility.ID != first.Rows[0].Facility.ID {
		t.Errorf("same row: %+v", same)
	}
	if n := notes(second.Rows[1]); !strings.Contains(n, "exactly the position of row 1 of a.csv") {
		t.Errorf("same position: %q", n)
	}
}

func TestIdentifiersComeFromAllThatIsSaid(t *testing.T) {
	ids := map[string]string{}
	for _, row := range []string{
		"India,Works,Road 1,Apparel,1,2", "Nepal,Works,Road 1,Apparel,1,2", "India,Work,Road 1,Apparel,1,2",
		"India,Works,Road 2,Apparel,1,2", "India,Works,Road 1,Shoes,1,2", "India,Works,Road 1,Apparel,1.001,2", "India,Works,Road 1,Apparel,,",
	} {
		id := one(t, row+"\n").Facility.ID
		if other, taken := ids[id]; taken {
			t.Errorf("%q and %q share an identifier", row, other)
		}
		ids[id] = row
		if again := one(t, row+"\n").Facility.ID; again != id {
			t.Errorf("%q has two identifiers", row)
		}
	}
	// A change of this value gives every facility of every list a second record.
	if got, want := one(t, "India,Works,Road 1,Apparel,1,2\n").Facility.ID, "1WCGYQ92J67S351WNRQG129FNQ"; got != want {
		t.Errorf("identifier = %s, want %s", got, want)
	}
}

func TestFormsOfCSV(t *testing.T) {
	row := "\"India\",\"A \"\"B\"\"\r\nC\",\"1, 2\",,1,2"
	bare := read(t, header+"India,5\" Works,,,1,2\nIndia,B,,,1,3\n")
	if len(bare.Rows) != 2 || bare.Rows[0].Facility == nil || bare.Rows[0].Facility.Name != `5" Works` || bare.Rows[1].Facility.Name != "B" {
		t.Errorf("quote within bare text: %+v", bare.Rows)
	}
	for name, text := range map[string]string{
		"byte order mark, CRLF": "\uFEFF" + strings.ReplaceAll(header, "\n", "\r\n") + row + "\r\n",
		"no newline at the end": header + row,
		"empty lines":           header + "\n\n" + row + "\n\n",
		"other columns":         "Id," + header[:len(header)-1] + ",Website\n" + "1," + row + ",example.org\n",
		"case of the header":    strings.ToUpper(header) + row + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			list := read(t, text)
			if len(list.Rows) != 1 || list.Rows[0].Facility == nil || list.Rows[0].Facility.Name != "A \"B\" C" || list.Rows[0].Facility.Address != "1, 2" {
				t.Errorf("rows = %+v", list.Rows)
			}
			if name == "other columns" && fmt.Sprint(list.Ignored) != "[Id Website]" {
				t.Errorf("ignored = %q", list.Ignored)
			}
		})
	}
}

func TestListsThatCannotBeRead(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "it is empty",
		"\xff\xfec\x00":                  "it is UTF-16 text: save it as CSV in UTF-8",
		"name,address\n":                 "it has no column country",
		"country;name;address\n":         "its columns are not separated by commas",
		"country,name,Name\nIndia,A,B\n": "it has two columns name",
	} {
		_, err := new(csvlist.Reader).Read("list.csv", strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestEveryRowIsInTheReportOnce(t *testing.T) {
	list := read(t, header+
		"India,A,,,1,2\n"+
		"India,\"B\nB\",,,1,2\n"+
		",,,,,\n"+
		"India,\"C\"C\",,,1,2\n"+
		"India,A,,,1,2\n"+
		"Atlantis,D,,,1,2\n"+
		"India,\"E,,,1,2\nIndia,F,,,1,2\n")
	var got []string
	for _, row := range list.Rows {
		got = append(got, fmt.Sprintf("%d/%d %s", row.Row, row.Line, row.Outcome))
	}
	want := "[1/2 accepted 2/3 accepted 3/5 blank 4/6 rejected 5/7 same 6/8 rejected 7/9 rejected]"
	if fmt.Sprint(got) != want {
		t.Errorf("rows = %v, want %v", got, want)
	}
	if reason := list.Rows[6].Reasons[0]; !strings.Contains(reason, "a quote opened in line 9 is not closed") {
		t.Errorf("unclosed quote: %q", reason)
	}
}

// The lists lie beside the repository on its builders' machines; the tests
// above cover the same ground where they do not.
func TestRealLists(t *testing.T) {
	paths, err := filepath.Glob("../../../../shared/data/facilities/list-*.csv")
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Skip("no real lists beside this repository")
	}
	var r csvlist.Reader
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		list, err := r.Read(filepath.Base(path), bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Rows) != len(records)-1 {
			t.Errorf("%s: %d rows in the report, %d in the list", list.Name, len(list.Rows), len(records)-1)
		}
		checkFacilities(t, list)
		t.Logf("%s: %d rows, %d accepted, %d same, %d rejected", list.Name, len(list.Rows), list.Count(csvlist.Accepted), list.Count(csvlist.Same), list.Count(csvlist.Rejected))
	}
}

// The hard files hold no facilities; under a facility list's header their rows
// are rejected, but each is told of.
func TestHardFiles(t *testing.T) {
	paths, err := filepath.Glob("../../../../shared/data/csv-spectrum/csvs/*.csv")
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Skip("no hard CSV files beside this repository")
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		title, rows, _ := bytes.Cut(text, []byte("\n"))
		records := csv.NewReader(bytes.NewReader(rows))
		records.LazyQuotes = true
		want, err := records.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		columns := []string{"name", "country", "address", "sector", "lat"}[:bytes.Count(title, []byte(","))+1]
		text = append([]byte(strings.Join(columns, ",")+"\n"), rows...)
		list, err := new(csvlist.Reader).Read(filepath.Base(path), bytes.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if len(list.Rows) != len(want) {
			t.Errorf("%s: %d rows in the report, %d in the file", path, len(list.Rows), len(want))
		}
		checkFacilities(t, list)
	}
}

// checkFacilities holds the facilities of a list to the ledger's own rules.
func checkFacilities(t *testing.T, list csvlist.List) {
	t.Helper()
	spec, _ := provenance.SpecOf(provenance.KindFacility)
	for _, row := range list.Rows {
		known := row.Facility != nil
		if known != (row.Outcome == csvlist.Accepted || row.Outcome == csvlist.Same) || (row.Outcome == csvlist.Rejected) != (len(row.Reasons) > 0) {
			t.Errorf("row %d of %s is %s without what that needs: %+v", row.Row, list.Name, row.Outcome, row)
		}
		if !known {
			continue
		}
		document, err := json.Marshal(map[string]any{"facilities": []*provenance.Facility{row.Facility}})
		if err != nil {
			t.Fatal(err)
		}
		if _, refusal := spec.Read(document, time.Time{}); refusal != nil {
			t.Errorf("row %d of %s: %v", row.Row, list.Name, refusal)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(header + "India,\"A\",Road,Apparel,1,2\nAtlantis,B,,,91,2\n,,\n\"x")
	f.Add("\uFEFFname,country\n\uFFFD,cn\n")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := new(csvlist.Reader).Read("list.csv", strings.NewReader(text))
		if err == nil {
			checkFacilities(t, list)
		}
	})
}
