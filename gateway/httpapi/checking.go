package httpapi

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/gateway/proof"
	"github.com/fairlead/fairlead/web"
)

var checkPolicy = []string{web.CheckPolicy}

// checkPage is where anybody checks a bundle in their own browser. Of a product
// it knows where the bundle lies.
func (s *server) checkPage(c *gin.Context) error {
	page := web.Check{Base: s.BaseURL}
	if c.Query("gtin") != "" {
		number, err := normalGTIN(c.Query("gtin"))
		if err != nil {
			return err
		}
		lot := provenance.Lot{GTIN: number, Lot: c.Query("lot")}
		if lot.Lot != "" {
			if err := checkLot(lot.Lot); err != nil {
				return err
			}
		}
		a, err := s.answers.latest(c.Request.Context(), lot)
		if err != nil {
			return notHeld(err, "This ledger holds nothing under the number "+number+lotWords(lot.Lot)+".")
		}
		page.Of, page.Bundle = a.Answer.Product, historyPath(provenance.Question{GTIN: number})+"/bundle"
		if lot.Lot != "" {
			page.Bundle += "?" + url.Values{"lot": {lot.Lot}}.Encode()
		}
	}
	html, err := page.Page()
	if err != nil {
		return err
	}
	ready, err := compose(html)
	if err != nil {
		return err
	}
	c.Writer.Header()["Content-Security-Policy"] = checkPolicy
	return s.sendPage(c, s.Model.Status().Position, ready)
}

// checkModule is a file of that page's program.
func (s *server) checkModule(c *gin.Context) error { return sendModule(c, web.CheckModule) }

// sendModule hands out a file of a page's program.
func sendModule(c *gin.Context, read func(name string) []byte) error {
	name, err := param(c, "file")
	if err != nil {
		return err
	}
	text := read(name)
	if text == nil {
		return newProblem(codeNoSuchPage, "There is nothing at this address.")
	}
	h := c.Writer.Header()
	tag := etag(text)
	h.Set("ETag", tag)
	h.Set("Cache-Control", "no-cache")
	if matches(c.GetHeader("If-None-Match"), tag) {
		c.Status(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return nil
	}
	c.Data(http.StatusOK, "text/javascript; charset=utf-8", text)
	return nil
}

// roots hands out whom verifiers trust. It proves little to who asks the same
// gateway for answers; it saves typing to who compares the fingerprint.
func (s *server) roots(c *gin.Context) error {
	if s.Roots.Format == "" {
		return newProblem(codeNoSuchPage, "This gateway hands out no roots.")
	}
	c.JSON(http.StatusOK, s.Roots)
	return nil
}

// verifier publishes by which hashes to know the browser's verifier and the roots.
func (s *server) verifier(c *gin.Context) error {
	answer := verifierAnswer{
		Module:  moduleAnswer{Href: web.VerifierPath, SHA256: web.VerifierHash},
		Formats: []string{proof.ProductFormat, proof.RecordFormat},
	}
	if s.Roots.Format != "" {
		print, err := s.Roots.Fingerprint()
		if err != nil {
			return err
		}
		answer.Roots = &moduleAnswer{Href: "/v1/roots", SHA256: print}
	}
	c.JSON(http.StatusOK, answer)
	return nil
}

type verifierAnswer struct {
	Module  moduleAnswer  `json:"module"`
	Roots   *moduleAnswer `json:"roots,omitempty"` // of their canonical form
	Formats []string      `json:"formats"`         // that both verifiers read
}

type moduleAnswer struct {
	Href   string `json:"href"`
	SHA256 string `json:"sha256"`
}
