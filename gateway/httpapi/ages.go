package httpapi

import (
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/readmodel"
)

// ages tells from which age a country allows which work, as cases of children are
// judged by.
func (s *server) ages(c *gin.Context) error {
	country, err := param(c, "country")
	if err != nil {
		return err
	}
	if !isCountry(country) {
		return badParameter("country", "is not a country", "give the two capital letters of ISO 3166-1")
	}
	var rules []provenance.Record
	var at readmodel.Position
	for cut := (readmodel.Cut{}); ; {
		page, stands, err := s.Model.OfKind(c.Request.Context(), provenance.KindAgeRule, cut)
		if err != nil {
			return err
		}
		rules, at = append(rules, page.Records...), stands
		if cut.After = page.Next; cut.After == "" {
			break
		}
	}
	lines, err := provenance.LeastAgesIn(country, rules)
	if err != nil {
		return err
	}
	content := map[string]any{"country": country, "rules": provenance.AgeRules, "ages": lines}
	return s.reply(c, at, content, map[string]string{"self": "/v1/ages/" + url.PathEscape(country)})
}

func isCountry(code string) bool {
	return len(code) == 2 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z'
}
