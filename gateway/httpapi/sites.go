package httpapi

import (
	"context"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/readmodel"
	"github.com/fairlead/fairlead/web"
)

// auditsShown is how many audits a site's page lists; the data has them all.
const auditsShown = 20

// sitePage shows a facility to people.
func (s *server) sitePage(c *gin.Context) error {
	found, at, err := s.namedFacility(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	page := web.Site{ByOrg: found.By.Org, At: found.Record.At, Ledger: s.stands(at), Data: "/v1/facilities/" + found.Record.ID}
	if found.By.Party != nil {
		page.By = *found.By.Party
	}
	if page.FacilityNow, err = s.facilityNow(ctx, found.Record); err != nil {
		return err
	}
	if page.Audits, page.More, err = s.siteAudits(ctx, page.FacilityNow); err != nil {
		return err
	}
	if page.Terms, err = s.siteTerms(ctx, page.FacilityNow); err != nil {
		return err
	}
	if page.Signals, err = s.siteSignals(ctx, page.FacilityNow); err != nil {
		return err
	}
	html, err := page.Page()
	if err != nil {
		return err
	}
	return s.sendFresh(c, at, html)
}

// siteSignals gives the signals about a site and about who runs it.
func (s *server) siteSignals(ctx context.Context, site provenance.FacilityNow) ([]provenance.SignalLine, error) {
	var about []provenance.Ref
	for _, entry := range entries(site) {
		about = append(about, provenance.Ref{Kind: provenance.KindFacility, ID: entry.ID})
	}
	if site.Operator != nil {
		about = append(about, provenance.Ref{Kind: provenance.KindParty, ID: site.Operator.ID})
	}
	var records []provenance.Record
	for _, subject := range about {
		found, err := s.allAbout(ctx, subject, provenance.KindObservation, provenance.KindScreening, provenance.KindReply, provenance.KindSignalStep, provenance.KindWithdrawal)
		if err != nil {
			return nil, err
		}
		records = append(records, found...)
	}
	return provenance.SignalsAt(records, site, s.Now())
}

// entries lists all that is known as one site: itself, then what was merged into it.
func entries(site provenance.FacilityNow) []provenance.Name {
	return append([]provenance.Name{{ID: site.Facility.ID, Name: site.Facility.Name}}, site.Merged...)
}

// siteTerms gives, of each group at a site, the newest comparison of its terms
// that stands.
func (s *server) siteTerms(ctx context.Context, site provenance.FacilityNow) ([]web.TermsFound, error) {
	var records []provenance.Record
	for _, entry := range entries(site) {
		about := provenance.Ref{Kind: provenance.KindFacility, ID: entry.ID}
		found, err := s.allAbout(ctx, about, provenance.KindTermsComparison, provenance.KindCohort, provenance.KindWithdrawal)
		if err != nil {
			return nil, err
		}
		records = append(records, found...)
	}
	lines, err := provenance.TermsAt(records, site, s.Now())
	if err != nil {
		return nil, err
	}
	found := make([]web.TermsFound, len(lines))
	for i := range lines {
		if r := lines[i].Recruiter; r != nil {
			if r.Name, err = s.partyName(ctx, r.ID); err != nil {
				return nil, err
			}
		}
		found[i].TermsLine = lines[i]
	}
	return found, nil
}

// siteAudits lists the newest audits of a site, whatever entry for it they name,
// and says whether there are older ones.
func (s *server) siteAudits(ctx context.Context, site provenance.FacilityNow) ([]web.SiteAudit, bool, error) {
	type audit struct {
		provenance.Record
		entry provenance.Name
	}
	var newest []audit
	more := false
	for _, entry := range entries(site) {
		about := provenance.Ref{Kind: provenance.KindFacility, ID: entry.ID}
		list, _, err := s.Model.RecordsAbout(ctx, about, []provenance.Kind{provenance.KindAudit}, readmodel.Cut{Limit: auditsShown})
		if err != nil {
			return nil, false, err
		}
		for _, r := range list.Records {
			newest = append(newest, audit{r, entry})
		}
		more = more || list.Next != ""
	}
	slices.SortStableFunc(newest, func(a, b audit) int { return strings.Compare(b.At, a.At) })
	if len(newest) > auditsShown {
		newest, more = newest[:auditsShown], true
	}
	out := make([]web.SiteAudit, len(newest))
	for i, r := range newest {
		var err error
		if out[i].Audit, err = provenance.Body[provenance.Audit](r.Record); err != nil {
			return nil, false, err
		}
		if r.entry.ID != site.Facility.ID {
			out[i].Entry = r.entry.Name
		}
		if out[i].Firm, err = s.partyName(ctx, out[i].Audit.Firm); err != nil {
			return nil, false, err
		}
		since, err := s.allAbout(ctx, r.Ref(), provenance.KindWithdrawal, provenance.KindAudit)
		if err != nil {
			return nil, false, err
		}
		if out[i].Ended, _, err = ending(r.Ref(), since); err != nil {
			return nil, false, err
		}
	}
	return out, more, nil
}

// How many products and sites the start page lists.
const (
	productsShown = 20
	sitesShown    = 10
)

// homePage is where people begin.
func (s *server) homePage(c *gin.Context) error {
	ctx := c.Request.Context()
	home := web.Home{}
	var err error
	if home.Products, err = s.articles(ctx); err != nil {
		return err
	}
	page, at, err := s.Model.Facilities(ctx, readmodel.FacilityFilter{}, readmodel.Cut{Limit: sitesShown})
	if err != nil {
		return err
	}
	home.More, home.Ledger = page.Next != "", s.stands(at)
	for _, r := range page.Records {
		f, err := provenance.Body[provenance.Facility](r)
		if err != nil {
			return err
		}
		home.Sites = append(home.Sites, web.HomeSite{Name: provenance.Name{ID: f.ID, Name: f.Name}, Country: f.Country})
	}
	if s.projector() == stopped {
		home.Late = "Answers may be old: this gateway does not follow the ledger at the moment."
	}
	html, err := home.Page()
	if err != nil {
		return err
	}
	return s.sendFresh(c, at, html)
}

// articles gives some of the products that brands registered: what people buy,
// rather than what it is made of.
func (s *server) articles(ctx context.Context) ([]web.HomeProduct, error) {
	page, _, err := s.Model.Products(ctx, readmodel.Cut{})
	if err != nil {
		return nil, err
	}
	var list []web.HomeProduct
	for _, r := range page.Records {
		if r.By.Org != provenance.Brands || len(list) == productsShown {
			continue
		}
		now, err := s.productNow(ctx, r)
		if err != nil {
			return nil, err
		}
		list = append(list, web.HomeProduct{GTIN: now.Product.GTIN, Name: now.Product.Name, Owner: now.Owner.Name})
	}
	return list, nil
}

func (s *server) sendFresh(c *gin.Context, at readmodel.Position, html []byte) error {
	page, err := compose(html)
	if err != nil {
		return err
	}
	return s.sendPage(c, at, page)
}
