package csvlist

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// place is where a row says its facility lies.
type place struct {
	position *provenance.Position // nil when the row could not be placed
	exact    string               // both coordinates as written, without trailing zeros
	notes    []string
}

func locate(country, lat, lng string) place {
	lat, lng = strings.TrimSpace(lat), strings.TrimSpace(lng)
	unplaced := func(why string) place { return place{notes: []string{"could not be placed: " + why}} }
	switch {
	case lat == "" && lng == "":
		return unplaced("it gives no latitude and longitude")
	case lat == "":
		return unplaced("it gives no latitude")
	case lng == "":
		return unplaced("it gives no longitude")
	}
	latMilli, ok := thousandths(lat)
	if !ok {
		return unplaced("its latitude is not a decimal number of degrees such as 23.896")
	}
	lonMilli, ok := thousandths(lng)
	if !ok {
		return unplaced("its longitude is not a decimal number of degrees such as 90.322")
	}
	switch {
	case latMilli < -90_000 || latMilli > 90_000:
		return unplaced("its latitude is not between -90 and 90")
	case lonMilli < -180_000 || lonMilli > 180_000:
		return unplaced("its longitude is not between -180 and 180")
	case latMilli == 0 && lonMilli == 0:
		return unplaced("it gives 0 and 0, which stand for no position")
	}
	p := place{
		position: &provenance.Position{LatMilli: latMilli, LonMilli: lonMilli},
		exact:    shortest(lat) + ", " + shortest(lng),
	}
	if centroids[country] == *p.position {
		p.notes = append(p.notes, fmt.Sprintf("its position is the middle of %s: probably only the country was known", country))
	}
	return p
}

var degrees = regexp.MustCompile(`^([+-]?)([0-9]{1,3})(?:\.([0-9]*))?$`)

// thousandths reads a decimal number as whole thousandths, halves away from
// zero. It works on the digits, so that no binary fraction rounds otherwise.
func thousandths(s string) (int, bool) {
	m := degrees.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	n := 0
	for _, digit := range m[2] + (m[3] + "000")[:3] {
		n = 10*n + int(digit-'0')
	}
	if len(m[3]) > 3 && m[3][3] >= '5' {
		n++
	}
	if m[1] == "-" {
		n = -n
	}
	return n, true
}

func shortest(s string) string {
	s = strings.TrimPrefix(s, "+")
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// centroids are the positions that common geocoders give for a whole country,
// for the countries in which lists of factories mostly lie.
var centroids = map[string]provenance.Position{
	"BD": {LatMilli: 23_685, LonMilli: 90_356},
	"BG": {LatMilli: 42_734, LonMilli: 25_486},
	"BR": {LatMilli: -14_235, LonMilli: -51_925},
	"CN": {LatMilli: 35_862, LonMilli: 104_195},
	"DO": {LatMilli: 18_736, LonMilli: -70_163},
	"EG": {LatMilli: 26_821, LonMilli: 30_802},
	"ES": {LatMilli: 40_464, LonMilli: -3_749},
	"ET": {LatMilli: 9_145, LonMilli: 40_490},
	"GT": {LatMilli: 15_783, LonMilli: -90_231},
	"HN": {LatMilli: 15_200, LonMilli: -86_242},
	"ID": {LatMilli: -789, LonMilli: 113_921},
	"IN": {LatMilli: 20_594, LonMilli: 78_963},
	"IT": {LatMilli: 41_872, LonMilli: 12_567},
	"JO": {LatMilli: 30_585, LonMilli: 36_238},
	"KH": {LatMilli: 12_566, LonMilli: 104_991},
	"KR": {LatMilli: 35_908, LonMilli: 127_767},
	"LK": {LatMilli: 7_873, LonMilli: 80_772},
	"MA": {LatMilli: 31_792, LonMilli: -7_093},
	"MM": {LatMilli: 21_914, LonMilli: 95_956},
	"MX": {LatMilli: 23_635, LonMilli: -102_553},
	"MY": {LatMilli: 4_210, LonMilli: 101_976},
	"NP": {LatMilli: 28_395, LonMilli: 84_124},
	"PH": {LatMilli: 12_880, LonMilli: 121_774},
	"PK": {LatMilli: 30_375, LonMilli: 69_345},
	"PT": {LatMilli: 39_400, LonMilli: -8_224},
	"RO": {LatMilli: 45_943, LonMilli: 24_967},
	"SV": {LatMilli: 13_794, LonMilli: -88_897},
	"TH": {LatMilli: 15_870, LonMilli: 100_993},
	"TN": {LatMilli: 33_887, LonMilli: 9_537},
	"TR": {LatMilli: 38_964, LonMilli: 35_243},
	"TW": {LatMilli: 23_698, LonMilli: 120_961},
	"US": {LatMilli: 37_090, LonMilli: -95_713},
	"VN": {LatMilli: 14_058, LonMilli: 108_277},
}
