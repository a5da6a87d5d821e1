package web

import (
	"fmt"
	"slices"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// Product is the page of a product or of one lot of it.
type Product struct {
	Answer  provenance.Answer
	Ledger  Ledger
	History string // address of the same answer as data
	QR      string // address of the code's picture
}

// Page renders it.
func (p Product) Page() ([]byte, error) { return render("product.html", p.view()) }

type productView struct {
	Product
	Title    string
	Verdict  verdict
	Asked    string
	Totals   []provenance.FeeTotal    // those with anything in them
	Charged  []provenance.FeeCategory // likewise
	Unknowns []unknown
	Tiers    []tier
	Open     []provenance.FindingLine
	Settled  int // by an auditor, where it does not concern workers

	Terms []TermsFound // then and now

	Confirmed  []provenance.FindingLine // by workers themselves
	Overridden []provenance.FindingLine // settled without workers' word
	Listed     []provenance.AuditLine
}

// TermsFound is what came of comparing a group's terms with those agreed at
// home.
type TermsFound struct{ provenance.TermsLine }

// Worse lists the terms that are worse for five workers or more.
func (t TermsFound) Worse() []provenance.TermCount {
	return slices.DeleteFunc(slices.Clone(t.Terms), func(c provenance.TermCount) bool { return c.Worse == provenance.BandFew })
}

// verdict is the answer in a sentence.
type verdict struct{ Class, Badge, Sentence string }

// unknown is one kind of thing that nobody knows, with where.
type unknown struct {
	Words  string
	Places []string
	More   int
}

// tier is the sites at one distance, with their coverage in words.
type tier struct {
	Title, Coverage string
	UnknownOrigins  int
	Sites           []provenance.Site
	Long            bool // too long to be shown unasked
}

// mostShown bounds how many sites are named or listed without being asked for.
const mostShown = 10

func (p Product) view() productView {
	a := p.Answer
	v := productView{
		Product: p, Title: a.Product, Verdict: conclude(a), Asked: asked(a.Sites),
		Unknowns: unknowns(a.Unknowns), Tiers: tiers(a), Listed: a.Audits,
	}
	for _, t := range a.Fees.Totals {
		if t.Charged|t.Repaid|t.Claimed|t.Promised != 0 {
			v.Totals = append(v.Totals, t)
		}
	}
	for _, f := range a.Fees.Categories {
		if f.Charged != 0 {
			v.Charged = append(v.Charged, f)
		}
	}
	for _, t := range a.Terms {
		v.Terms = append(v.Terms, TermsFound{t})
	}
	for _, f := range a.Findings {
		switch {
		case f.Open:
			v.Open = append(v.Open, f)
		case f.State == provenance.FindingConfirmed && f.Workers != nil:
			v.Confirmed = append(v.Confirmed, f)
		case f.State == provenance.FindingOverridden:
			v.Overridden = append(v.Overridden, f)
		default:
			v.Settled++
		}
	}
	return v
}

func conclude(a provenance.Answer) verdict {
	charged := slices.ContainsFunc(a.Fees.Totals, func(t provenance.FeeTotal) bool { return t.Charged > 0 })
	switch a.Outcome {
	case provenance.OutcomeOwed:
		return verdict{"owed", "Money is still owed", "Yes. Workers paid to get their jobs, and nobody independent has confirmed that all of it was paid back."}
	case provenance.OutcomeOpen:
		if charged {
			return verdict{"open", "Problems are open", "Yes. All that workers are known to have paid was paid back, but other problems that auditors or workers found are not settled."}
		}
		return verdict{"open", "Problems are open", "Nobody is known to have paid, but other problems that auditors or workers found are not settled."}
	case provenance.OutcomeClear:
		if charged {
			return verdict{"clear", "Nothing is owed", "Yes. Auditors or worker organisations established that all of it was paid back, and no finding is open."}
		}
		return verdict{"clear", "Nothing is owed", "No. At every site behind this product somebody independent asked, and nobody was found to have paid."}
	default:
		if charged {
			return verdict{"unknown", "Not all is known", "Yes. All that workers are known to have paid was paid back, but some of what lies behind this product is not recorded or not checked."}
		}
		return verdict{"unknown", "Not known", "Nobody can say. Some of what lies behind this product is not recorded or not checked."}
	}
}

// asked says at how many sites somebody independent asked what workers paid.
func asked(sites []provenance.Site) string {
	n := 0
	for _, s := range sites {
		if s.FeesAsked {
			n++
		}
	}
	switch {
	case len(sites) == 0:
		return "No site behind this product is known, so nobody could be asked."
	case n == 0:
		return "At none of the sites has anybody independent asked workers what they paid."
	case n == len(sites):
		return "At every known site somebody other than employer and recruiter asked workers what they paid."
	}
	return fmt.Sprintf("Somebody other than employer and recruiter asked workers what they paid at %d of %s.", n, count(len(sites), "known site", "known sites"))
}

// unknowns groups what is not known by its kind, in the order it came.
func unknowns(lines []provenance.UnknownLine) []unknown {
	var out []unknown
	at := map[string]int{}
	for _, l := range lines {
		i, ok := at[l.Code]
		if !ok {
			i = len(out)
			at[l.Code] = i
			out = append(out, unknown{Words: Word(l.Code)})
		}
		place := ""
		switch {
		case l.Site != nil:
			place = l.Site.Name
		case l.Lot != nil:
			place = "lot " + l.Lot.Lot + " of " + l.Lot.GTIN
		case l.Piece != nil:
			place = "piece " + l.Piece.Serial + " of " + l.Piece.GTIN
		}
		switch u := &out[i]; {
		case place == "" || slices.Contains(u.Places, place):
		case len(u.Places) == mostShown:
			u.More++
		default:
			u.Places = append(u.Places, place)
		}
	}
	return out
}

func tiers(a provenance.Answer) []tier {
	out := make([]tier, 0, len(a.Tiers))
	for _, t := range a.Tiers {
		line := tier{Title: distance(t.Tier), Coverage: covered(t), UnknownOrigins: t.UnknownOrigins}
		for _, s := range a.Sites {
			if s.Tier == t.Tier {
				line.Sites = append(line.Sites, s)
			}
		}
		line.Long = len(line.Sites) > mostShown
		out = append(out, line)
	}
	return out
}

func distance(tier int) string {
	switch tier {
	case 0:
		return "The product itself"
	case 1:
		return "What went into it"
	}
	return fmt.Sprintf("%d steps before the product", tier)
}

// covered says in a sentence how audits relate to what was made at the sites of
// a tier.
func covered(t provenance.Tier) string {
	if t.Sites == 0 {
		return "No site is known."
	}
	var parts []string
	for _, c := range []struct {
		n         int
		one, many string
	}{
		{t.Coverage.Covered, "had an audit in force", "had audits in force"},
		{t.Coverage.Expired, "had only an audit out of date", "had only audits out of date"},
		{t.Coverage.AfterEvent, "was audited only afterwards", "were audited only afterwards"},
		{t.Coverage.None, "was never audited", "were never audited"},
	} {
		switch {
		case c.n == t.Sites && c.n == 1:
			return "The one known site " + c.one + "."
		case c.n == t.Sites:
			return "All " + count(c.n, "", "known sites") + " " + c.many + "."
		case c.n == 1:
			parts = append(parts, "1 "+c.one)
		case c.n > 1:
			parts = append(parts, count(c.n, "", c.many))
		}
	}
	return "Of " + count(t.Sites, "", "known sites") + ", " + list(parts) + "."
}
