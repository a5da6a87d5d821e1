package provenance_test

import (
	"testing"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/test/world"
)

// ship makes the world's site a vessel.
func ship(w *world.World, numbers ...provenance.Identifier) *provenance.Facility {
	w.Site.FacilityKind, w.Site.Position, w.Site.Identifiers = provenance.Vessel, nil, numbers
	return &w.Site
}

func number(scheme provenance.IdentifierScheme, value string) provenance.Identifier {
	return provenance.Identifier{Scheme: scheme, Value: value}
}

func radio(from, until string) provenance.Identifier {
	return provenance.Identifier{Scheme: provenance.MMSI, Value: "567001230", From: from, Until: until}
}

func TestFacilityRules(t *testing.T) {
	hull := number(provenance.IMO, "9074729")
	amendment := func(change func(*provenance.FacilityAmendment)) func(w *world.World) provenance.Statement {
		return func(w *world.World) provenance.Statement {
			w.Annex.Amendment.Identifiers = nil
			change(&w.Annex.Amendment)
			return &w.Annex.Amendment
		}
	}
	vessel := func(numbers ...provenance.Identifier) func(w *world.World) provenance.Statement {
		return func(w *world.World) provenance.Statement { return ship(w, numbers...) }
	}
	const numbers = "facilities[0].identifiers"
	refuseEach(t, []rule{
		{"a vessel without a hull number", vessel(), provenance.Invalid, numbers},
		{"a vessel with two hull numbers", vessel(hull, number(provenance.IMO, "7625811")), provenance.Invalid, numbers},
		{"a vessel stated to have no number, with one", func(w *world.World) provenance.Statement { w.Site.NoIMO = true; return ship(w, hull) }, provenance.Invalid, "facilities[0].noIMO"},
		{"a work site stated to have no hull number", func(w *world.World) provenance.Statement { w.Site.NoIMO = true; return &w.Site }, provenance.Invalid, "facilities[0].noIMO"},
		{"a work site with a shipping company's number", func(w *world.World) provenance.Statement {
			w.Site.Identifiers = []provenance.Identifier{number(provenance.IMOCompany, "2041999")}
			return &w.Site
		}, provenance.Invalid, numbers + "[0].scheme"},
		{"a party with a hull number", func(w *world.World) provenance.Statement {
			w.Firm.Identifiers = []provenance.Identifier{hull}
			return &w.Firm
		}, provenance.Invalid, "identifiers[0].scheme"},
		{"a party with a radio number", func(w *world.World) provenance.Statement {
			w.Firm.Identifiers = []provenance.Identifier{radio("2020-01-01", "")}
			return &w.Firm
		}, provenance.Invalid, "identifiers[0].scheme"},
		{"a radio number from no day", vessel(hull, radio("", "")), provenance.Invalid, numbers + "[1].from"},
		{"a radio number that ends first", vessel(hull, radio("2020-01-02", "2020-01-01")), provenance.Invalid, numbers + "[1].until"},
		{"a radio number of next month", vessel(hull, radio("2026-02-15", "")), provenance.InFuture, numbers + "[1].from"},
		{"a radio number twice at a time", vessel(hull, radio("2019-01-01", "2020-06-30"), radio("2020-06-30", "")), provenance.Invalid, numbers + "[2].value"},
		{"a coast station's number", vessel(hull, provenance.Identifier{Scheme: provenance.MMSI, Value: "005670001", From: "2020-01-01"}), provenance.Invalid, numbers + "[1].value"},
		{"a hull number for a time", vessel(provenance.Identifier{Scheme: provenance.IMO, Value: "9074729", Until: "2025-01-01"}), provenance.Invalid, numbers + "[0].from"},

		{"an amendment of nothing", amendment(func(a *provenance.FacilityAmendment) { a.Aliases = nil }), provenance.Invalid, ""},
		{"an amendment of the day after tomorrow", amendment(func(a *provenance.FacilityAmendment) { a.From = "2026-01-17" }), provenance.InFuture, "from"},
		{"an operator, and none", amendment(func(a *provenance.FacilityAmendment) { a.Operator, a.NoOperator = a.ID, true }), provenance.Invalid, "noOperator"},
		{"a number that comes and goes", amendment(func(a *provenance.FacilityAmendment) {
			a.Identifiers = []provenance.Identifier{number(provenance.OSID, "CN2021250D1DTN7")}
			a.RemovedIdentifiers = a.Identifiers
		}), provenance.Invalid, "removedIdentifiers[0].value"},
		{"a wrong number", amendment(func(a *provenance.FacilityAmendment) {
			a.Identifiers = []provenance.Identifier{number(provenance.OSID, "US2021250D1DTN7")}
		}), provenance.Invalid, "identifiers[0].value"},
		{"a closure of the day after tomorrow", func(w *world.World) provenance.Statement { w.Annex.Status.On = "2026-01-17"; return &w.Annex.Status }, provenance.InFuture, "on"},
		{"a claim from the day after tomorrow", func(w *world.World) provenance.Statement { w.Annex.Claim.Since = "2026-01-17"; return &w.Annex.Claim }, provenance.InFuture, "since"},
		{"a refusal without a reason", func(w *world.World) provenance.Statement {
			w.Annex.Decision.Decision = provenance.ClaimRefused
			return &w.Annex.Decision
		}, provenance.Invalid, "reason"},
		{"a reason for a confirmation", func(w *world.World) provenance.Statement {
			w.Annex.Decision.Reason = "OTHER"
			return &w.Annex.Decision
		}, provenance.Invalid, "reason"},
		{"a site merged into itself", func(w *world.World) provenance.Statement {
			w.Annex.Merge.Merged = w.Annex.Merge.Kept
			return &w.Annex.Merge
		}, provenance.Invalid, "merged"},
	})
}

func TestFacilitiesThatMayBe(t *testing.T) {
	for name, statement := range map[string]func(w *world.World) provenance.Statement{
		"a vessel with its numbers": func(w *world.World) provenance.Statement {
			return ship(w, number(provenance.IMO, "9074729"), number(provenance.IMOCompany, "2041999"),
				radio("2019-01-01", "2020-06-30"), radio("2020-07-01", ""),
				provenance.Identifier{Scheme: provenance.MMSI, Value: "352001234", From: "2020-01-01"}) // two at a time happen, and say something
		},
		"a small boat": func(w *world.World) provenance.Statement { w.Site.NoIMO = true; return ship(w) },
		"a shipping company": func(w *world.World) provenance.Statement {
			w.Factory.Identifiers = []provenance.Identifier{number(provenance.IMOCompany, "2041999")}
			return &w.Factory
		},
		"a licence for a time": func(w *world.World) provenance.Statement {
			w.Site.Identifiers = []provenance.Identifier{{Scheme: provenance.Licence, Value: "L-1", From: "2020-01-01", Until: "2022-12-31"}, {Scheme: provenance.Licence, Value: "L-1", From: "2023-01-01"}}
			return &w.Site
		},
	} {
		w := world.New(7)
		s := statement(w)
		spec, _ := provenance.SpecOf(s.Kind())
		if _, refusal := spec.Read(world.Document(s), now); refusal != nil {
			t.Errorf("%s is refused: %v", name, refusal)
		}
	}
}
