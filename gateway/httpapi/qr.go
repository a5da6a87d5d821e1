package httpapi

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/skip2/go-qrcode"
)

// Pictures of QR codes. The library puts the quiet zone of four modules around
// the code, which scanners need.
const (
	pngModule = 8 // pixels a module
	mediaSVG  = "image/svg+xml"
	mediaPNG  = "image/png"
)

// qr draws the code that leads to a product's or lot's page. The codes are
// under addresses of their own, which GS1 Digital Link does not use.
func (s *server) qr(c *gin.Context) error {
	gtinText, lot, form, err := qrTarget(c)
	if err != nil {
		return err
	}
	modules, err := qrModules(s.BaseURL + pagePath(gtinText, lot))
	if err != nil {
		return err
	}
	picture, media := qrSVG(modules), mediaSVG
	if form == "png" {
		media = mediaPNG
		if picture, err = qrPNG(modules); err != nil {
			return err
		}
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

// qrModules encodes text at error correction level M: true is dark. The quiet
// zone is part of it.
func qrModules(text string) ([][]bool, error) {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("drawing a QR code of %d characters: %w", len(text), err)
	}
	return code.Bitmap(), nil
}

// qrSVG draws dark modules as one path, a stroke for each run of them.
func qrSVG(modules [][]bool) []byte {
	n := strconv.Itoa(len(modules))
	var out bytes.Buffer
	out.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + n + ` ` + n + `" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h` + n + `v` + n + `H0z"/><path d="`)
	for y, row := range modules {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			start := x
			for x+1 < len(row) && row[x+1] {
				x++
			}
			fmt.Fprintf(&out, "M%d %dh%dv1h-%dz", start, y, x-start+1, x-start+1)
		}
	}
	out.WriteString(`"/></svg>`)
	return out.Bytes()
}

func qrPNG(modules [][]bool) ([]byte, error) {
	side := len(modules) * pngModule
	picture := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range side {
		for x := range side {
			if modules[y/pngModule][x/pngModule] {
				picture.SetColorIndex(x, y, 1)
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		return nil, fmt.Errorf("encoding a QR code: %w", err)
	}
	return out.Bytes(), nil
}
