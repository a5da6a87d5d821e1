package httpapi

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/readmodel"
)

// longestSearch bounds what is searched for, in bytes.
const longestSearch = 200

// stated is a record with its place on the ledger.
type stated struct {
	Record provenance.Record `json:"record"`
	Block  uint64            `json:"block"`
	Digest string            `json:"digest"` // as in its receipt
	By     statedBy          `json:"by"`
}

// statedBy is a record's author with the name of their party.
type statedBy struct {
	Org   provenance.Org   `json:"org"`
	Party *provenance.Name `json:"party,omitempty"` // absent for an organisation's registrar
}

// facilities lists work sites and vessels by name.
func (s *server) facilities(c *gin.Context) error {
	filter := readmodel.FacilityFilter{Country: c.Query("country"), Text: c.Query("q")}
	if n := len(filter.Country); n != 0 && n != 2 {
		return badParameter("country", "is not a country", "give the two capital letters of ISO 3166-1")
	}
	if len(filter.Text) > longestSearch {
		return badParameter("q", fmt.Sprintf("is longer than %d bytes", longestSearch), "search for less")
	}
	cut, err := cut(c)
	if err != nil {
		return err
	}
	page, at, err := s.Model.Facilities(c.Request.Context(), filter, cut)
	if err != nil {
		return badCursor(err)
	}
	return s.reply(c, at, map[string]any{"facilities": page.Records, "next": page.Next}, pageLinks(c, page.Next))
}

// facility shows one as it was registered, with who stated it, and what holds
// of it today.
func (s *server) facility(c *gin.Context) error {
	found, at, err := s.namedFacility(c)
	if err != nil {
		return err
	}
	content := struct {
		stated
		Now provenance.FacilityNow `json:"now"`
	}{stated: found}
	if content.Now, err = s.facilityNow(c.Request.Context(), found.Record); err != nil {
		return err
	}
	self := "/v1/facilities/" + url.PathEscape(found.Record.ID)
	return s.reply(c, at, content, map[string]string{"self": self, "audits": self + "/audits", "duplicates": self + "/duplicates", "page": s.BaseURL + "/sites/" + url.PathEscape(found.Record.ID)})
}

// facilityAudits lists a facility's audits, the newest on the ledger first,
// those included that were withdrawn or replaced.
func (s *server) facilityAudits(c *gin.Context) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	cut, err := cut(c)
	if err != nil {
		return err
	}
	facility := provenance.Ref{Kind: provenance.KindFacility, ID: id}
	page, at, err := s.Model.RecordsAbout(c.Request.Context(), facility, []provenance.Kind{provenance.KindAudit}, cut)
	if err != nil {
		return notHeld(badCursor(err), noSite)
	}
	return s.reply(c, at, map[string]any{"audits": page.Records, "next": page.Next}, pageLinks(c, page.Next))
}

const noSite = "No site with this identifier is on the ledger."

// namedFacility looks up the facility whose identifier is in the address.
func (s *server) namedFacility(c *gin.Context) (stated, readmodel.Position, error) {
	id, err := param(c, "id")
	if err != nil {
		return stated{}, readmodel.Position{}, err
	}
	found, at, err := s.stated(c.Request.Context(), provenance.KindFacility, id)
	return found, at, notHeld(err, noSite)
}

// stated finds a record and names its author's party.
func (s *server) stated(ctx context.Context, kind provenance.Kind, id string) (stated, readmodel.Position, error) {
	found, at, err := s.Model.Record(ctx, kind, id)
	if err != nil {
		return stated{}, at, err
	}
	out := stated{Record: found.Record, Block: found.Block, Digest: found.Digest, By: statedBy{Org: found.By.Org}}
	if found.By.Party != "" {
		name, err := s.partyName(ctx, found.By.Party)
		if err != nil {
			return stated{}, at, err
		}
		out.By.Party = &provenance.Name{ID: found.By.Party, Name: name}
	}
	return out, at, nil
}

// cut reads which page of a list is wanted.
func cut(c *gin.Context) (readmodel.Cut, error) {
	cut := readmodel.Cut{After: c.Query("after"), Limit: readmodel.MaxPage}
	if value, given := c.GetQuery("limit"); given {
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > readmodel.MaxPage {
			return cut, badParameter("limit", fmt.Sprintf("is not a number from 1 to %d", readmodel.MaxPage), "ask for fewer and follow next")
		}
		cut.Limit = n
	}
	return cut, nil
}

// badCursor makes the read model's refusal of a cursor one of a parameter.
func badCursor(err error) error {
	if refusal, ok := provenance.AsRefusal(err); ok && refusal.Code == provenance.Invalid && len(refusal.Fields) == 1 {
		f := refusal.Fields[0]
		return badParameter(f.Field, f.Problem, f.Remedy)
	}
	return err
}

func pageLinks(c *gin.Context, next string) map[string]string {
	links := map[string]string{"self": c.Request.URL.RequestURI()}
	if next != "" {
		query := c.Request.URL.Query()
		query.Set("after", next)
		links["next"] = c.Request.URL.EscapedPath() + "?" + query.Encode()
	}
	return links
}
