package provenance_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/exchange/csvlist"
)

func mill(id, name, address string, lat, lon int) provenance.Facility {
	f := provenance.Facility{ID: id, FacilityKind: provenance.WorkSite, Name: name, Country: "TH", Address: address}
	if lat != 0 {
		f.Position = &provenance.Position{LatMilli: lat, LonMilli: lon}
	}
	return f
}

func TestDuplicates(t *testing.T) {
	first := mill("1", "Riverside Garments Co., Ltd.", "12 River Road, Samut Sakhon", 13547, 100274)
	first.Identifiers = []provenance.Identifier{{Scheme: provenance.Licence, Value: "SK-1"}}
	first.Aliases = []string{"Mill at the bend"}
	for name, tc := range map[string]struct {
		other   provenance.Facility
		reasons string // empty when it is none
	}{
		"another spelling":                   {mill("2", "RIVERSIDE GARMENTS COMPANY LIMITED", "12, River Rd., Samut Sakhon", 13548, 100275), "SAME_NAME SIMILAR_ADDRESS NEARBY"},
		"a slip of the pen":                  {mill("2", "Riverisde Garment", "No. 12 River Road, Samut Sakhon", 13548, 100275), "SIMILAR_NAME SIMILAR_ADDRESS NEARBY"},
		"marks on letters":                   {mill("2", "Rivérside Gärments", "", 0, 0), "SAME_NAME"},
		"the name, and an address unlike it": {mill("2", "Riverside Garments", "Zone 7, Chiang Mai", 0, 0), ""},
		"the name, and a place far away":     {mill("2", "Riverside Garments", "", 18_790, 98_990), ""},
		"another unit":                       {mill("2", "Riverside Garments 2", "12 River Road, Samut Sakhon", 13547, 100274), ""},
		"a neighbour":                        {mill("2", "Golden Thread Dyeing", "12 River Road, Samut Sakhon", 13547, 100274), ""},
		"an alias":                           {mill("2", "The mill, at the bend", "12 River Road, Samut Sakhon", 0, 0), "SAME_NAME SAME_ADDRESS"},
		"itself":                             {mill("1", "Riverside Garments", "12 River Road, Samut Sakhon", 13547, 100274), ""},
		"a country of the same": {func() provenance.Facility {
			f := first
			f.ID, f.Country, f.Identifiers = "2", "KH", nil
			return f
		}(), ""},
		"a number": {func() provenance.Facility {
			f := mill("2", "Otherwise unlike", "", 0, 0)
			f.Identifiers = first.Identifiers
			return f
		}(), "SAME_IDENTIFIER"},
		"a ship of the same name": {provenance.Facility{ID: "2", FacilityKind: provenance.Vessel, Name: first.Name, Country: "TH"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got string
			for _, l := range provenance.Duplicates(first, []provenance.Facility{tc.other}) {
				got = strings.Join(l.Reasons, " ")
			}
			if got != tc.reasons {
				t.Errorf("for the reasons %q, want %q", got, tc.reasons)
			}
			var back string
			for _, l := range provenance.Duplicates(tc.other, []provenance.Facility{first}) {
				back = strings.Join(l.Reasons, " ")
			}
			if back != got {
				t.Errorf("the other way round for the reasons %q", back)
			}
		})
	}
}

func TestShipsOfOneName(t *testing.T) {
	ship := func(id, hull string) provenance.Facility {
		f := provenance.Facility{ID: id, FacilityKind: provenance.Vessel, Name: "Sea Hare", Country: "TH", NoIMO: hull == "",
			Identifiers: []provenance.Identifier{{Scheme: provenance.IMOCompany, Value: "2041999"}}}
		if hull != "" {
			f.Identifiers = append(f.Identifiers, provenance.Identifier{Scheme: provenance.IMO, Value: hull})
		}
		return f
	}
	found := provenance.Duplicates(ship("1", "9074729"), []provenance.Facility{ship("2", "7625811"), ship("3", "")})
	if len(found) != 1 || found[0].Facility.ID != "3" {
		t.Errorf("like it are %+v, want the one whose hull is not known", found)
	}
}

// TestDuplicatesOfRealLists runs over lists that brands disclosed, of which the
// ones named here were found by reading.
func TestDuplicatesOfRealLists(t *testing.T) {
	paths, err := filepath.Glob("../../../shared/data/facilities/list-*.csv")
	if err != nil || len(paths) == 0 {
		t.Skip("the disclosed lists are not on this machine")
	}
	var reader csvlist.Reader
	var all []provenance.Facility
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		list, err := reader.Read(filepath.Base(path), file)
		file.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range list.Rows {
			if row.Facility != nil && !slices.ContainsFunc(all, func(f provenance.Facility) bool { return f.ID == row.Facility.ID }) {
				all = append(all, *row.Facility)
			}
		}
	}
	var pairs []string
	for i, f := range all {
		for _, l := range provenance.Duplicates(f, all[:i]) {
			names := []string{strings.ToLower(f.Name), strings.ToLower(l.Facility.Name)}
			slices.Sort(names)
			pairs = append(pairs, strings.Join(names, " = "))
		}
	}
	for _, want := range []string{
		"bai na shoes industry co., ltd = bai na shoes industry co.,ltd",
		"wehzhou jietu shoes co.,ltd = wenzhou jietu(aolun) shoes factory",
		"taizhou baolite shoes co. ltd = taizhou baolite shoes co.,ltd",
		"epyllion style ltd. = eypllion style ltd.",
	} {
		if !slices.Contains(pairs, want) {
			t.Errorf("not found: %s", want)
		}
	}
	if len(pairs) > 12 {
		t.Errorf("of %d facilities %d pairs are called likely:\n%s", len(all), len(pairs), strings.Join(pairs, "\n"))
	}
	t.Logf("%d facilities, likely pairs:\n%s", len(all), strings.Join(pairs, "\n"))
}
