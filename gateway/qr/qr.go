// Package qr draws QR codes. The quiet zone of four modules that scanners need is
// part of every picture.
package qr

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strconv"

	"github.com/skip2/go-qrcode"
)

const pngModule = 8 // pixels a module

// SVG draws a text as a picture of any size.
func SVG(text string) ([]byte, error) {
	m, err := modules(text)
	if err != nil {
		return nil, err
	}
	return drawSVG(m), nil
}

// PNG draws a text as pixels.
func PNG(text string) ([]byte, error) {
	m, err := modules(text)
	if err != nil {
		return nil, err
	}
	return drawPNG(m)
}

// modules encodes text at error correction level M: true is dark. The quiet
// zone is part of it.
func modules(text string) ([][]bool, error) {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("drawing a QR code of %d characters: %w", len(text), err)
	}
	return code.Bitmap(), nil
}

// drawSVG draws dark modules as one path, a stroke for each run of them.
func drawSVG(modules [][]bool) []byte {
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

func drawPNG(modules [][]bool) ([]byte, error) {
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
