package demo

import "github.com/fairlead/fairlead/chaincode/provenance"

// party is an organisation with one member who writes for it.
type party struct {
	key, name string
	org       provenance.Org
	kind      string
	country   string
}

// parties lists the invented organisations. The key is the member's name too.
var parties = []party{
	{"ostrevane", "Ostrevane Shirtmakers", provenance.Brands, "BRAND", "SE"},
	{"marrowick", "Marrowick Pantry", provenance.Brands, "BRAND", "GB"},
	{"lumenlark", "Lumenlark Accessories", provenance.Brands, "BRAND", "NL"},

	{"quillwater", "Quillwater Assurance", provenance.Auditors, "AUDIT_FIRM", "GB"},
	{"thornmere", "Thornmere Social Audit", provenance.Auditors, "AUDIT_FIRM", "DE"},
	{"plumbstone", "Plumbstone Verification", provenance.Auditors, "AUDIT_FIRM", "SG"},

	{"wadi-needle", "Wadi Needle Workers' Union", provenance.Workers, "UNION", "JO"},
	{"threshold-desk", "Threshold Migrant Desk", provenance.Workers, "NGO", "NP"},
	{"mahor-network", "Mahor Harbour Workers' Network", provenance.Workers, "NGO", "TH"},

	{"fair-work-register", "Tripartite Fair Work Register", provenance.Oversight, "AUTHORITY", "CH"},
	{"farhorizon", "Farhorizon Watch", provenance.Oversight, "OBSERVER", "NO"},

	{"padma-route", "Padma Route Manpower", provenance.Suppliers, "RECRUITER", "BD"},
	{"himal-setu", "Himal Setu Overseas", provenance.Suppliers, "RECRUITER", "NP"},
	{"salween-span", "Salween Span Services", provenance.Suppliers, "RECRUITER", "MM"},

	{"wadi-thuraya", "Wadi Thuraya Garments", provenance.Suppliers, "SUPPLIER", "JO"},
	{"nahar-bari", "Nahar Bari Apparels", provenance.Suppliers, "SUPPLIER", "BD"},
	{"kaverinad", "Kaverinad Weaving", provenance.Suppliers, "SUPPLIER", "IN"},
	{"chenabpur", "Chenabpur Textiles", provenance.Suppliers, "SUPPLIER", "PK"},
	{"tirumani", "Tirumani Spinners", provenance.Suppliers, "SUPPLIER", "IN"},
	{"vindhara-gins", "Vindhara Ginning", provenance.Suppliers, "SUPPLIER", "IN"},
	{"ravipar", "Ravipar Cotton", provenance.Suppliers, "SUPPLIER", "PK"},
	{"vindhara-growers", "Vindhara Growers' Cooperative", provenance.Suppliers, "SUPPLIER", "IN"},
	{"kandiwe", "Kandiwe Growers' Union", provenance.Suppliers, "SUPPLIER", "BJ"},
	{"quynh-lam", "Quynh Lam Buttons", provenance.Suppliers, "SUPPLIER", "VN"},

	{"khlong-mahor", "Khlong Mahor Canning", provenance.Suppliers, "SUPPLIER", "TH"},
	{"laem-thara", "Laem Thara Cold Store", provenance.Suppliers, "SUPPLIER", "TH"},
	{"sampan-cans", "Sampan Can Works", provenance.Suppliers, "SUPPLIER", "TH"},
	{"dobrelin", "Dobrelin Oil Press", provenance.Suppliers, "SUPPLIER", "RO"},
	{"haiyun", "Haiyun Crest Fishery", provenance.Suppliers, "SUPPLIER", "TW"},
	{"saebyeok", "Saebyeok Deep Sea", provenance.Suppliers, "SUPPLIER", "KR"},
	{"motu-reef", "Motu Reef Fishing", provenance.Suppliers, "SUPPLIER", "KI"},

	{"song-kim", "Song Kim Cable Assembly", provenance.Suppliers, "SUPPLIER", "VN"},
	{"bukit-perling", "Bukit Perling Connectors", provenance.Suppliers, "SUPPLIER", "MY"},
	{"chonlada", "Chonlada Wire Drawing", provenance.Suppliers, "SUPPLIER", "TH"},
	{"hoa-thanh", "Hoa Thanh Polymers", provenance.Suppliers, "SUPPLIER", "VN"},
	{"hanbyeol", "Hanbyeol Rod Mill", provenance.Suppliers, "SUPPLIER", "KR"},
	{"kujiranami", "Kujiranami Strip", provenance.Suppliers, "SUPPLIER", "JP"},
	{"pampa-colorada", "Pampa Colorada Refining", provenance.Suppliers, "SUPPLIER", "CL"},
	{"quebrada-larga", "Quebrada Larga Mining", provenance.Suppliers, "SUPPLIER", "CL"},
	{"tanjong-sekar", "Tanjong Sekar Resins", provenance.Suppliers, "SUPPLIER", "SG"},
	{"kestrel-reach", "Kestrel Reach Zinc", provenance.Suppliers, "SUPPLIER", "AU"},
}

// roles are what the members of a kind of party do.
var roles = map[string]provenance.Role{
	"BRAND": provenance.RoleBrand, "AUDIT_FIRM": provenance.RoleAuditor, "UNION": provenance.RoleUnion, "NGO": provenance.RoleUnion,
	"AUTHORITY": provenance.RoleOversight, "SUPPLIER": provenance.RoleSupplier, "RECRUITER": provenance.RoleRecruiter,
	"OBSERVER": provenance.RoleObserver,
}

// accreditations are what each firm may audit by.
var accreditations = []struct{ firm, scheme string }{
	{"quillwater", "SMETA"}, {"quillwater", "SA8000"},
	{"thornmere", "AMFORI_BSCI"}, {"thornmere", "SMETA"},
	{"plumbstone", "RBA_VAP"}, {"plumbstone", "SA8000"},
	{observerParty, provenance.SchemeObservation},
}

func partyID(key string) string { return id("party", key) }

func accreditationID(firm, scheme string) string { return id("accreditation", firm+" "+scheme) }
