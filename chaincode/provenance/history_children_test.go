package provenance

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func (c *chain) found(id, site, month string) {
	c.add(Workers, unionParty, &ChildCase{ID: id, Facility: site, Month: month, Groups: []ChildGroup{{Age: Age12To13, Work: WorkHazardous, Known: "CONVERSATION", Number: "5-9"}}})
}

func (c *chain) help(id, of string, to ChildState, month, outcome string) {
	c.add(Oversight, "board", &ChildStep{ID: id, Case: of, State: to, Month: month, Outcome: outcome})
}

func TestChildrenAreToldOfWithoutThePlace(t *testing.T) {
	c := newChain(t)
	c.clear()
	c.found("kids", farm, "2026-03")
	only := func(want Remediation) {
		t.Helper()
		a := c.answer()
		if !reflect.DeepEqual(a.Children, []ChildLine{{Country: "BD", Found: ChildLabour, Remediation: want}}) || (a.Outcome == OutcomeOpen) != (want != RemedyDone) {
			t.Errorf("%s, %+v; want %s", a.Outcome, a.Children, want)
		}
		for _, s := range a.Sites {
			if s.OpenFindings != 0 {
				t.Errorf("%s has %d open findings", s.ID, s.OpenFindings)
			}
		}
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"kids", "12_13", "HAZARDOUS", "CONVERSATION"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("the answer tells %s", secret)
			}
		}
	}
	only(RemedyNotBegun)
	c.help("z", "kids", ChildPlan, "2026-04", "")
	only(RemedyUnderWay)
	c.help("y", "kids", ChildRemedy, "2026-05", "")
	only(RemedyUnderWay)
	c.help("x", "kids", ChildClosed, "2026-06", Remedied)
	only(RemedyDone)
	c.help("w", "kids", ChildSafeFirst, "2026-07", "")
	only(RemedyNotBegun)
	c.help("v", "kids", ChildClosed, "2026-08", "OF_AGE")
	if a := c.answer(); len(a.Children) != 1 || a.Children[0].Remediation != RemedyTakenBack || a.Outcome != OutcomeClear {
		t.Errorf("they were of age: %s, %+v", a.Outcome, a.Children)
	}
}

func TestFindingsOnTheYoungAreNeitherListedNorCounted(t *testing.T) {
	c := newChain(t)
	c.clear()
	c.add(Auditors, firm, c.audit("bad", sewing, "2026-03-01", Finding{No: "1", Topic: YouthProtection, Severity: "CRITICAL"}))
	a := c.answer()
	if len(a.Findings) != 0 || a.Audits[0].ID != "bad" || a.Audits[0].Findings != 0 || a.Audits[0].Open != 0 || a.Sites[0].OpenFindings != 0 {
		t.Errorf("%+v, %+v", a.Findings, a.Audits[0])
	}
	if a.Outcome != OutcomeOpen || !reflect.DeepEqual(a.Children, []ChildLine{{Country: "BD", Found: YoungUnprotected, Remediation: RemedyNotBegun}}) {
		t.Errorf("%s, %+v", a.Outcome, a.Children)
	}
	c.add(Suppliers, mill, &FindingStep{ID: "s", Audit: "bad", Finding: "1", State: FindingProposed, On: "2026-04-01"})
	if a = c.answer(); a.Children[0].Remediation != RemedyUnderWay {
		t.Errorf("%+v", a.Children)
	}
	c.add(Auditors, firm, &ChildCase{ID: "kids", Facility: sewing, Audit: "bad", Finding: "1", Month: "2026-03"})
	if a = c.answer(); !reflect.DeepEqual(a.Children, []ChildLine{{Country: "BD", Found: ChildLabour, Remediation: RemedyNotBegun}}) {
		t.Errorf("the case tells of it: %+v", a.Children)
	}
}

// Tier and country are told where they leave enough sites to choose from, for
// all sites or for none.
func TestHowCloselyChildrenArePlaced(t *testing.T) {
	one, two := 1, 2
	for _, c := range []struct {
		name  string
		sites []string // country and tier
		want  ChildLine
	}{
		{"three of each", []string{"BD1", "BD1", "BD1", "IN2", "IN2", "IN2"}, ChildLine{Tier: &one, Country: "BD"}},
		{"a tier with a lone country", []string{"BD1", "BD1", "BD1", "IN1", "IN2", "IN2"}, ChildLine{Country: "BD"}},
		{"a lone country", []string{"BD1", "BD1", "BD1", "BD2", "BD2", "IN2"}, ChildLine{Tier: &one}},
		{"few of everything", []string{"BD1", "BD1", "BD1", "IN2"}, ChildLine{}},
		{"the second tier", []string{"BD2", "BD2", "BD2"}, ChildLine{Tier: &two, Country: "BD"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &facts{facilities: map[string]Facility{}, childrenAt: map[string][]stated[ChildCase]{}}
			var places []*place
			for i, s := range c.sites {
				id := fmt.Sprint("site", i)
				f.facilities[id] = Facility{Country: s[:2]}
				places = append(places, &place{id: id, tier: int(s[2] - '0')})
			}
			f.childrenAt["site0"] = []stated[ChildCase]{{Record: Record{ID: "kids"}}}
			c.want.Found, c.want.Remediation = ChildLabour, RemedyNotBegun
			if got := f.children(places, nil); !reflect.DeepEqual(got, []ChildLine{c.want}) {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}
