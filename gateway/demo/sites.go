package demo

import "github.com/fairlead/fairlead/chaincode/provenance"

// site is a work site or vessel with the one thing it makes.
type site struct {
	key, name, operator string
	country, address    string // for a vessel, its flag and its home port
	lat, lon            int    // thousandths of a degree; zero for a vessel
	zone                string // offset from UTC
	vessel              bool
}

var sites = []site{
	// Shirt, from the needle to the field.
	{"thuraya-finishing", "Wadi Thuraya Finishing Hall", "wadi-thuraya", "JO", "Block 4, Safwan Industrial City", 32_512, 36_018, "+03:00", false},
	{"thuraya-sewing", "Wadi Thuraya Sewing Halls 1-3", "wadi-thuraya", "JO", "Block 2, Safwan Industrial City", 32_511, 36_021, "+03:00", false},
	{"nahar-sewing", "Nahar Bari Sewing Unit 2", "nahar-bari", "BD", "Plot 61, Nahar Bari Road", 23_921, 90_287, "+06:00", false},
	{"kaverinad-dyehouse", "Kaverinad Dyehouse", "kaverinad", "IN", "Canal Road, Kaverinad", 11_093, 77_421, "+05:30", false},
	{"kaverinad-looms", "Kaverinad Loom Shed", "kaverinad", "IN", "Mill Street, Kaverinad", 11_102, 77_433, "+05:30", false},
	{"chenabpur-looms", "Chenabpur Weaving Unit", "chenabpur", "PK", "Canal Bank, Chenabpur", 31_287, 72_911, "+05:00", false},
	{"chenabpur-spindles", "Chenabpur Spinning Unit", "chenabpur", "PK", "Canal Bank, Chenabpur", 31_289, 72_914, "+05:00", false},
	{"tirumani-spindles", "Tirumani Spinning Mill", "tirumani", "IN", "Temple Road, Tirumani", 10_611, 77_902, "+05:30", false},
	{"vindhara-gin-a", "Vindhara Gin A", "vindhara-gins", "IN", "Market Yard, Vindhara", 21_402, 78_211, "+05:30", false},
	{"vindhara-gin-b", "Vindhara Gin B", "vindhara-gins", "IN", "River Road, Vindhara", 21_377, 78_264, "+05:30", false},
	{"ravipar-gin", "Ravipar Gin", "ravipar", "PK", "Station Road, Ravipar", 30_144, 71_802, "+05:00", false},
	{"vindhara-fields-north", "Vindhara North Villages", "vindhara-growers", "IN", "Vindhara North", 21_488, 78_190, "+05:30", false},
	{"vindhara-fields-south", "Vindhara South Villages", "vindhara-growers", "IN", "Vindhara South", 21_301, 78_233, "+05:30", false},
	{"vindhara-fields-hill", "Vindhara Hill Villages", "vindhara-growers", "IN", "Vindhara Hills", 21_512, 78_355, "+05:30", false},
	{"ravipar-fields", "Ravipar Fields", "ravipar", "PK", "Ravipar", 30_122, 71_771, "+05:00", false},
	{"kandiwe-fields", "Kandiwe Villages", "kandiwe", "BJ", "Kandiwe", 11_204, 2_811, "+01:00", false},
	{"quynh-lam-buttons", "Quynh Lam Button Workshop", "quynh-lam", "VN", "Lane 5, Quynh Lam", 20_611, 106_102, "+07:00", false},

	// Tuna, from the can to the sea.
	{"mahor-cannery", "Khlong Mahor Cannery", "khlong-mahor", "TH", "77 Mahor Canal Road", 13_533, 100_271, "+07:00", false},
	{"mahor-loins", "Khlong Mahor Loin Plant", "khlong-mahor", "TH", "81 Mahor Canal Road", 13_535, 100_274, "+07:00", false},
	{"laem-thara-store", "Laem Thara Cold Store", "laem-thara", "TH", "Pier 3, Laem Thara", 7_203, 100_588, "+07:00", false},
	{"sampan-presses", "Sampan Can Press Hall", "sampan-cans", "TH", "12 Sampan Lane", 13_611, 100_402, "+07:00", false},
	{"dobrelin-press", "Dobrelin Oil Press", "dobrelin", "RO", "Strada Morii 3, Dobrelin", 44_611, 27_402, "+02:00", false},
	{"haiyun-7", "Haiyun Crest No. 7", "haiyun", "TW", "", 0, 0, "+08:00", true},
	{"haiyun-12", "Haiyun Crest No. 12", "haiyun", "TW", "", 0, 0, "+08:00", true},
	{"saebyeok-3", "Saebyeok 3", "saebyeok", "KR", "", 0, 0, "+09:00", true},
	{"saebyeok-5", "Saebyeok 5", "saebyeok", "KR", "", 0, 0, "+09:00", true},
	{"te-motu-star", "Te Motu Star", "motu-reef", "KI", "", 0, 0, "+12:00", true},
	{"te-motu-moon", "Te Motu Moon", "motu-reef", "KI", "", 0, 0, "+12:00", true},

	// Cable, from the plug to the ore.
	{"song-kim-lines", "Song Kim Assembly Lines", "song-kim", "VN", "Road 7, Song Kim Industrial Park", 21_122, 106_011, "+07:00", false},
	{"perling-connectors", "Bukit Perling Connector Plant", "bukit-perling", "MY", "Lot 9, Bukit Perling", 5_312, 100_477, "+08:00", false},
	{"chonlada-wire", "Chonlada Wire Works", "chonlada", "TH", "Soi 14, Chonlada", 13_288, 101_011, "+07:00", false},
	{"hoa-thanh-compound", "Hoa Thanh Compounding", "hoa-thanh", "VN", "Lot C2, Hoa Thanh", 10_902, 106_877, "+07:00", false},
	{"hanbyeol-rod", "Hanbyeol Rod Mill", "hanbyeol", "KR", "21 Hanbyeol-ro", 35_511, 129_302, "+09:00", false},
	{"kujiranami-strip", "Kujiranami Strip Works", "kujiranami", "JP", "4-2 Kujiranami", 34_733, 134_902, "+09:00", false},
	{"pampa-refinery", "Pampa Colorada Refinery", "pampa-colorada", "CL", "Ruta Colorada km 12", -23_102, -70_211, "-03:00", false},
	{"quebrada-mine", "Quebrada Larga Mine", "quebrada-larga", "CL", "Quebrada Larga", -22_988, -69_105, "-03:00", false},
	{"sekar-resin", "Tanjong Sekar Resin Plant", "tanjong-sekar", "SG", "8 Sekar Drive", 1_271, 103_688, "+08:00", false},
	{"kestrel-smelter", "Kestrel Reach Smelter", "kestrel-reach", "AU", "Kestrel Reach Road", -32_902, 151_688, "+10:00", false},
}

func siteID(key string) string { return id("facility", key) }

// facility is the site as its operator registers it. Its number follows from
// its place in the list above.
func (s site) facility(n int) provenance.Facility {
	f := provenance.Facility{ID: siteID(s.key), FacilityKind: provenance.WorkSite, Name: s.name, Country: s.country, Address: s.address, Operator: partyID(s.operator)}
	if s.vessel {
		f.FacilityKind = provenance.Vessel
		f.Identifiers = []provenance.Identifier{{Scheme: provenance.IMO, Value: imo(1000 + n)}}
		return f
	}
	f.Position = &provenance.Position{LatMilli: s.lat, LonMilli: s.lon}
	f.Identifiers = []provenance.Identifier{{Scheme: provenance.GLN, Value: gln(n)}}
	return f
}

// location is how events name the site: a work site by its GLN, a vessel by its
// identifier on the ledger.
func (s site) location(n int) provenance.Location {
	if s.vessel {
		return provenance.LocationOf(siteID(s.key))
	}
	return provenance.Location{ID: "https://id.gs1.org/414/" + gln(n)}
}
