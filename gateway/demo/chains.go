package demo

import "slices"

// stage is what one site makes, again and again, out of what others make.
type stage struct {
	site    string
	product string // name of what it makes
	hs      string
	owner   string   // the party that gave the product its number; the site's operator when empty
	from    []string // sites whose lots go in
	bought  []bought // lots of which nobody recorded the making
	every   int      // days between lots
	amount  int      // of a lot, in the unit
	unit    string   // UN/ECE code; empty counts pieces
}

// bought is material without a recorded origin, in every nth lot.
type bought struct {
	what  string
	every int
	unit  string
}

// Products of the three brands, as a reader looks for them.
const (
	shirtSite = "thuraya-finishing"
	tunaSite  = "mahor-cannery"
	cableSite = "song-kim-lines"
)

// stages is what every site of the demonstration makes; a site's sources stand
// below it.
var stages = []stage{
	{site: shirtSite, product: "Oxford shirt, white (demonstration)", hs: "620520", owner: "ostrevane", from: []string{"thuraya-sewing", "nahar-sewing"}, every: 14, amount: 2400},
	{site: "thuraya-sewing", product: "Shirt, sewn, unfinished", from: []string{"kaverinad-dyehouse", "chenabpur-looms", "quynh-lam-buttons"}, every: 21, amount: 2600},
	{site: "nahar-sewing", product: "Shirt, sewn, unfinished", from: []string{"kaverinad-dyehouse", "quynh-lam-buttons"}, every: 28, amount: 1900},
	{site: "kaverinad-dyehouse", product: "Oxford cloth, dyed", hs: "520832", from: []string{"kaverinad-looms"}, every: 28, amount: 6200, unit: "MTR"},
	{site: "kaverinad-looms", product: "Oxford cloth, grey", hs: "520811", from: []string{"tirumani-spindles"}, every: 28, amount: 6400, unit: "MTR"},
	{site: "chenabpur-looms", product: "Oxford cloth, white", hs: "520821", from: []string{"chenabpur-spindles"}, every: 28, amount: 5100, unit: "MTR"},
	{site: "chenabpur-spindles", product: "Cotton yarn 40s", hs: "520514", from: []string{"ravipar-gin"}, every: 28, amount: 2100, unit: "KGM"},
	{site: "tirumani-spindles", product: "Cotton yarn 40s", hs: "520514", from: []string{"vindhara-gin-a", "vindhara-gin-b"}, every: 28, amount: 2700, unit: "KGM"},
	{site: "vindhara-gin-a", product: "Cotton lint, bales", hs: "520100", from: []string{"vindhara-fields-north", "vindhara-fields-hill"}, every: 30, amount: 5400, unit: "KGM"},
	{site: "vindhara-gin-b", product: "Cotton lint, bales", hs: "520100", from: []string{"vindhara-fields-south", "kandiwe-fields"}, every: 30, amount: 4900, unit: "KGM"},
	{site: "ravipar-gin", product: "Cotton lint, bales", hs: "520100", from: []string{"ravipar-fields"}, every: 30, amount: 4200, unit: "KGM"},
	{site: "vindhara-fields-north", product: "Seed cotton", every: 30, amount: 9000, unit: "KGM"},
	{site: "vindhara-fields-south", product: "Seed cotton", every: 30, amount: 8000, unit: "KGM"},
	{site: "vindhara-fields-hill", product: "Seed cotton", every: 30, amount: 5000, unit: "KGM"},
	{site: "ravipar-fields", product: "Seed cotton", every: 30, amount: 12000, unit: "KGM"},
	{site: "kandiwe-fields", product: "Seed cotton", every: 30, amount: 6000, unit: "KGM"},
	{site: "quynh-lam-buttons", product: "Shell buttons", hs: "960629", every: 30, amount: 90000},

	{site: tunaSite, product: "Skipjack tuna in sunflower oil (demonstration)", hs: "160414", owner: "marrowick", from: []string{"mahor-loins", "sampan-presses", "dobrelin-press"}, every: 14, amount: 48000},
	{site: "mahor-loins", product: "Skipjack loins, cooked", hs: "160414", from: []string{"laem-thara-store"}, every: 14, amount: 5200, unit: "KGM"},
	{site: "laem-thara-store", product: "Skipjack, frozen, sorted", hs: "030343", from: []string{"haiyun-7", "haiyun-12", "saebyeok-3", "saebyeok-5", "te-motu-star", "te-motu-moon"},
		bought: []bought{{"Skipjack, frozen, from a trader", 3, "KGM"}}, every: 28, amount: 61000, unit: "KGM"},
	{site: "sampan-presses", product: "Two-piece cans", hs: "731021", bought: []bought{{"Tinplate coil", 1, "KGM"}}, every: 30, amount: 260000},
	{site: "dobrelin-press", product: "Sunflower oil", hs: "151211", every: 30, amount: 7000, unit: "KGM"},
	{site: "haiyun-7", product: "Skipjack, frozen at sea", hs: "030343", every: 60, amount: 21000, unit: "KGM"},
	{site: "haiyun-12", product: "Skipjack, frozen at sea", hs: "030343", every: 60, amount: 18000, unit: "KGM"},
	{site: "saebyeok-3", product: "Skipjack, frozen at sea", hs: "030343", every: 45, amount: 26000, unit: "KGM"},
	{site: "saebyeok-5", product: "Skipjack, frozen at sea", hs: "030343", every: 45, amount: 24000, unit: "KGM"},
	{site: "te-motu-star", product: "Skipjack, frozen at sea", hs: "030343", every: 30, amount: 9000, unit: "KGM"},
	{site: "te-motu-moon", product: "Skipjack, frozen at sea", hs: "030343", every: 30, amount: 8000, unit: "KGM"},

	{site: cableSite, product: "USB-C phone cable, 1 m (demonstration)", hs: "854442", owner: "lumenlark", from: []string{"perling-connectors", "chonlada-wire", "hoa-thanh-compound"}, every: 14, amount: 30000},
	{site: "perling-connectors", product: "USB-C plugs", hs: "853669", from: []string{"kujiranami-strip"}, every: 21, amount: 95000},
	{site: "chonlada-wire", product: "Stranded copper wire", hs: "741300", from: []string{"hanbyeol-rod"}, every: 28, amount: 3800, unit: "KGM"},
	{site: "hoa-thanh-compound", product: "Cable sheath compound", hs: "390422", from: []string{"sekar-resin"}, every: 28, amount: 2600, unit: "KGM"},
	{site: "hanbyeol-rod", product: "Copper rod", hs: "740811", from: []string{"pampa-refinery"}, every: 28, amount: 24000, unit: "KGM"},
	{site: "kujiranami-strip", product: "Brass strip", hs: "740921", from: []string{"pampa-refinery", "kestrel-smelter"}, every: 28, amount: 6000, unit: "KGM"},
	{site: "pampa-refinery", product: "Copper cathode", hs: "740311", from: []string{"quebrada-mine"}, every: 30, amount: 50000, unit: "KGM"},
	{site: "quebrada-mine", product: "Copper concentrate", hs: "260300", every: 30, amount: 180000, unit: "KGM"},
	{site: "sekar-resin", product: "PVC resin", hs: "390410", every: 30, amount: 20000, unit: "KGM"},
	{site: "kestrel-smelter", product: "Zinc ingots", hs: "790111", every: 30, amount: 12000, unit: "KGM"},
}

// GTINs of the three products.
var (
	ShirtGTIN = productOf(shirtSite)
	TunaGTIN  = productOf(tunaSite)
	CableGTIN = productOf(cableSite)
)

// productOf is the number of what a site makes; it follows from the stage's
// place in the list above.
func productOf(site string) string { return gtin(100 + indexOfStage(site)) }

// Material without origin has numbers of its own, which nobody registers.
func boughtGTIN(site string) string { return gtin(900 + indexOfStage(site)) }

func indexOfStage(site string) int {
	i := slices.IndexFunc(stages, func(s stage) bool { return s.site == site })
	if i < 0 {
		panic("no stage at " + site) // a wrong name in this package
	}
	return i
}
