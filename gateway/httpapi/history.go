package httpapi

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// history answers what stands behind a product, or one lot of it.
func (s *server) history(c *gin.Context) error {
	q, err := question(c)
	if err != nil {
		return err
	}
	var a *answer
	if q.AsOf.IsZero() && q.KnownAt.IsZero() {
		a, err = s.answers.latest(c.Request.Context(), provenance.Lot{GTIN: q.GTIN, Lot: q.Lot})
	} else {
		a, err = s.answers.ask(c.Request.Context(), q)
	}
	if err != nil {
		return err
	}
	if s.unchanged(c, a.At, a.tag) {
		return nil
	}
	body, err := s.body(a)
	if err != nil {
		return err
	}
	c.Data(http.StatusOK, mediaJSON, body)
	return nil
}

// body is the answer as it is sent. It is the same for a second, and made once
// in it.
func (s *server) body(a *answer) ([]byte, error) {
	age := int64(s.age(a.At) / time.Second)
	if held := a.sent.Load(); held != nil && held.age == age {
		return held.body, nil
	}
	st := s.standing(a.At)
	page := pagePath(a.Question.GTIN, a.Question.Lot)
	body, err := complete(a.object, st, map[string]string{
		"self":    historyPath(a.Question),
		"page":    s.BaseURL + page,
		"bundle":  bundlePath(a.Question),
		"qr":      "/qr" + page + ".svg",
		"product": "/v1/products/" + a.Question.GTIN,
	})
	if err != nil {
		return nil, err
	}
	a.sent.Store(&sent{st.Age, body})
	return body, nil
}

// bundlePath is where the answer is handed out with its seals.
func bundlePath(q provenance.Question) string {
	path := "/v1/products/" + q.GTIN + "/history/bundle"
	if q.Lot != "" {
		path += "?" + url.Values{"lot": {q.Lot}}.Encode()
	}
	return path
}

// historyPath is where a question is asked.
func historyPath(q provenance.Question) string {
	query := url.Values{}
	if q.Lot != "" {
		query.Set("lot", q.Lot)
	}
	if !q.AsOf.IsZero() {
		query.Set("asOf", provenance.FormatInstant(q.AsOf))
	}
	if !q.KnownAt.IsZero() {
		query.Set("knownAt", provenance.FormatInstant(q.KnownAt))
	}
	path := "/v1/products/" + q.GTIN + "/history"
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

func question(c *gin.Context) (provenance.Question, error) {
	var q provenance.Question
	var err error
	if q.GTIN, err = gtin(c); err != nil {
		return q, err
	}
	if lot, given := c.GetQuery("lot"); given {
		if err := checkLot(lot); err != nil {
			return q, err
		}
		q.Lot = lot
	}
	if q.AsOf, err = moment(c, "asOf"); err != nil {
		return q, err
	}
	q.KnownAt, err = moment(c, "knownAt")
	return q, err
}

// moment reads a date or time of the query; the zero time when it is absent.
func moment(c *gin.Context, name string) (time.Time, error) {
	value, given := c.GetQuery(name)
	if !given {
		return time.Time{}, nil
	}
	t, err := provenance.ParseMoment(value)
	if err != nil {
		return time.Time{}, badParameter(name, err.Error(), "write it so; in an address, a plus sign is %2B")
	}
	return t, nil
}

// gtin reads the product's number from the path, in any of its lengths.
func gtin(c *gin.Context) (string, error) {
	given, err := param(c, "gtin")
	if err != nil {
		return "", err
	}
	return normalGTIN(given)
}

func normalGTIN(given string) (string, error) {
	if n := len(given); n != 8 && n != 12 && n != 13 && n != 14 || strings.Trim(given, "0123456789") != "" {
		return "", badParameter("gtin", "is not a number of 8, 12, 13 or 14 digits", "copy the number under the bar code")
	}
	normal := provenance.NormaliseGTIN(given)
	if err := provenance.CheckGTIN(normal); err != nil {
		return "", badParameter("gtin", err.Error(), "copy it again, a digit is wrong")
	}
	return normal, nil
}

// pagePath is the GS1 Digital Link path of a product or lot, percent-encoded.
func pagePath(gtin, lot string) string {
	if lot == "" {
		return "/01/" + gtin
	}
	_, path, _ := strings.Cut(provenance.Lot{GTIN: gtin, Lot: lot}.URI(), "id.gs1.org")
	return path
}

// product answers with what the ledger holds under a GTIN.
func (s *server) product(c *gin.Context) error {
	number, err := gtin(c)
	if err != nil {
		return err
	}
	r, at, err := s.Model.Record(c.Request.Context(), provenance.KindProduct, number)
	if err != nil {
		return notHeld(err, "No product with the GTIN "+number+" is on this ledger. It may have been sold for years: nobody has recorded it here.")
	}
	now, err := s.productNow(c.Request.Context(), r.Record)
	if err != nil {
		return err
	}
	self := "/v1/products/" + url.PathEscape(number)
	return s.reply(c, at, map[string]any{"product": r, "now": now}, map[string]string{
		"self": self, "history": self + "/history", "page": s.BaseURL + pagePath(number, ""), "qr": "/qr" + pagePath(number, "") + ".svg",
	})
}

// notHeld puts "not found" in the words of the address.
func notHeld(err error, detail string) error {
	if refusal, ok := provenance.AsRefusal(err); ok && refusal.Code == provenance.NotFound {
		p := newProblem(string(provenance.NotFound), detail)
		p.cause = err
		return p
	}
	return err
}
