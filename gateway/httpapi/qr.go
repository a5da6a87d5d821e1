package httpapi

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/gateway/qr"
)

const (
	mediaSVG = "image/svg+xml"
	mediaPNG = "image/png"
)

// qr draws the code that leads to a product's or lot's page. The codes are
// under addresses of their own, which GS1 Digital Link does not use.
func (s *server) qr(c *gin.Context) error {
	gtinText, lot, form, err := qrTarget(c)
	if err != nil {
		return err
	}
	draw, media := qr.SVG, mediaSVG
	if form == "png" {
		draw, media = qr.PNG, mediaPNG
	}
	picture, err := draw(s.BaseURL + pagePath(gtinText, lot))
	if err != nil {
		return err
	}
	tag := etag(picture)
	c.Header("ETag", tag)
	c.Header("Cache-Control", "public, max-age=86400")
	if matches(c.GetHeader("If-None-Match"), tag) {
		c.Status(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return nil
	}
	c.Data(http.StatusOK, media, picture)
	return nil
}

// qrTarget reads {gtin}.svg, or {gtin} and {lot}.png. A lot may hold dots, so the
// form is what follows the last.
func qrTarget(c *gin.Context) (gtinText, lot, form string, err error) {
	last := "gtin"
	if c.Param("lot") != "" {
		last = "lot"
	}
	file, err := param(c, last)
	if err != nil {
		return "", "", "", err
	}
	dot := strings.LastIndexByte(file, '.')
	if dot < 0 || file[dot+1:] != "svg" && file[dot+1:] != "png" {
		return "", "", "", badParameter(last, "names no picture", "end the address with .svg or .png")
	}
	name, form := file[:dot], file[dot+1:]
	if last == "gtin" {
		gtinText, err = normalGTIN(name)
		return gtinText, "", form, err
	}
	if err := checkLot(name); err != nil {
		return "", "", "", err
	}
	gtinText, err = gtin(c)
	return gtinText, name, form, err
}
