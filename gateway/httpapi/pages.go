package httpapi

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/readmodel"
	"github.com/fairlead/fairlead/web"
)

var policy = []string{web.Policy}

const mediaHTML = "text/html; charset=utf-8"

func (s *server) pageRoutes(e *gin.Engine) {
	page := func(path string, h func(*gin.Context) error) {
		handler := s.page(s.current(h))
		e.GET(path, handler)
		e.HEAD(path, handler)
	}
	page("/", s.homePage)
	page("/find", s.find)
	page("/author", s.authorPage)
	page("/static/author/:file", s.authorModule)
	page("/check", s.checkPage)
	page("/static/check/:file", s.checkModule)
	page("/staff", s.staffOut)
	page(staffIn, s.staffBack)
	page("/01/:gtin", s.productPage)
	page("/01/:gtin/10/:lot", s.productPage)
	page("/sites/:id", s.sitePage)
	page("/qr/01/:gtin", s.qr)
	page("/qr/01/:gtin/10/:lot", s.qr)
}

// page runs a handler whose readers are people: problems come as pages too.
// Pages overlook query parameters that are not theirs: links gather them on
// their way from hand to hand, and none of them changes what a page says.
func (s *server) page(h func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Writer.Header()["Content-Security-Policy"] = policy
		if err := h(c); err != nil {
			s.writeFault(c, err)
		}
	}
}

// writeFault answers with a page that explains.
func (s *server) writeFault(c *gin.Context, err error) {
	p := problemOf(err)
	s.note(c, p)
	fault := web.Fault{Title: p.Title, Detail: p.Detail, Number: p.RequestID}
	switch p.Code {
	case codeParameter:
		fault.Title, fault.Detail = "This cannot be right", p.plainly()
	case string(provenance.NotFound):
		fault.Title = "Not on this ledger"
	}
	text, err := fault.Page()
	if err != nil { // the template's own fault: say it without one
		s.Log.Error("rendering a fault", "request", p.RequestID, "cause", err)
		text = []byte(p.Title)
	}
	c.Data(p.Status, mediaHTML, text)
	c.Abort()
}

// plainly says to people what is wrong with an address they came by.
func (p *problem) plainly() string {
	subjects := map[string]string{"gtin": "The product number", "lot": "The lot number"}
	if len(p.Fields) != 1 || subjects[p.Fields[0].Field] == "" {
		return "A part of this address is wrong. " + p.Detail + "."
	}
	f := p.Fields[0]
	return subjects[f.Field] + " " + f.Problem + ". Please " + f.Remedy + "."
}

// productPage shows a product, or a lot of it, at its GS1 Digital Link address.
func (s *server) productPage(c *gin.Context) error {
	number, err := gtin(c)
	if err != nil {
		return err
	}
	lot, err := lotParam(c)
	if err != nil {
		return err
	}
	if c.Param("gtin") != number {
		c.Redirect(http.StatusTemporaryRedirect, pagePath(number, lot))
		return nil
	}
	a, err := s.answers.latest(c.Request.Context(), provenance.Lot{GTIN: number, Lot: lot})
	if err != nil {
		return notHeld(err, "This ledger holds nothing under the number "+number+lotWords(lot)+". That says nothing about how it was made: nobody has recorded it here.")
	}
	if err := s.render(a); err != nil {
		return err
	}
	return s.sendPage(c, a.At, a.page)
}

func lotWords(lot string) string {
	if lot == "" {
		return ""
	}
	return " and the lot " + lot
}

func lotParam(c *gin.Context) (string, error) {
	lot, err := param(c, "lot")
	if err != nil || lot == "" {
		return "", err
	}
	return lot, checkLot(lot)
}

func checkLot(lot string) error {
	if err := provenance.CheckLot(lot); err != nil {
		return badParameter("lot", err.Error(), "copy it again from the product")
	}
	return nil
}

// render makes an answer's page, once.
func (s *server) render(a *answer) error {
	a.rendering.Do(func() {
		page := web.Product{
			Answer: a.Answer, Ledger: s.stands(a.At),
			History: historyPath(a.Question), QR: "/qr" + pagePath(a.Question.GTIN, a.Question.Lot) + ".svg",
		}
		var html []byte
		if html, a.failure = page.Page(); a.failure == nil {
			a.page, a.failure = compose(html)
		}
	})
	return a.failure
}

func (s *server) stands(at readmodel.Position) web.Ledger {
	return web.Ledger{Height: at.Height, Time: at.At, Age: s.age(at)}
}

// document is a page ready to be sent.
type document struct {
	plain, compressed []byte
	tag               string
}

func compose(html []byte) (document, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(html)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return document{}, fmt.Errorf("compressing a page: %w", err)
	}
	return document{plain: html, compressed: out.Bytes(), tag: etag(html)}, nil
}

// sendPage answers with a page, compressed for those who take that.
func (s *server) sendPage(c *gin.Context, at readmodel.Position, page document) error {
	h := c.Writer.Header()
	h.Set("Vary", "Accept-Encoding")
	if s.unchanged(c, at, page.tag) {
		return nil
	}
	if !strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		c.Data(http.StatusOK, mediaHTML, page.plain)
		return nil
	}
	h.Set("Content-Encoding", "gzip")
	c.Data(http.StatusOK, mediaHTML, page.compressed)
	return nil
}

// find leads from the form on the start page to a product's page.
func (s *server) find(c *gin.Context) error {
	given := strings.NewReplacer(" ", "", "-", "").Replace(c.Query("gtin"))
	number, err := normalGTIN(given)
	if err != nil {
		return err
	}
	c.Redirect(http.StatusSeeOther, pagePath(number, ""))
	return nil
}

// noRoute explains an address that is none.
func (s *server) noRoute(c *gin.Context) {
	path := c.Request.URL.EscapedPath()
	if trimmed := strings.TrimRight(path, "/"); trimmed != path && strings.HasPrefix(trimmed, "/01/") && !strings.HasPrefix(trimmed, "//") {
		c.Redirect(http.StatusTemporaryRedirect, trimmed) // Digital Link resolvers bear with a slash at the end
		return
	}
	s.decline(c, newProblem(codeNoSuchPage, "There is nothing at this address. The addresses are described in /v1/openapi.yaml."))
}

// decline answers a request that no route took: programs get a problem, people
// a page.
func (s *server) decline(c *gin.Context, p *problem) {
	if strings.Contains(c.GetHeader("Accept"), "text/html") && !strings.HasPrefix(c.Request.URL.Path, "/v1/") {
		c.Header("Content-Security-Policy", web.Policy)
		s.writeFault(c, p)
		return
	}
	s.writeProblem(c, p)
}
