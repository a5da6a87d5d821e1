package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/fairlead/fairlead/chaincode/provenance"
	"github.com/fairlead/fairlead/web"
)

func TestPages(t *testing.T) {
	g := founded(t)
	shirt := g.world.Shirt.GTIN
	for name, tc := range map[string]struct {
		path   string
		status int
		says   string
	}{
		"a product":                      {"/01/" + shirt, 200, "Money is still owed"},
		"a lot":                          {"/01/" + shirt + "/10/S-1", 200, "lot <bdi>S-1</bdi>"},
		"a shared link":                  {"/01/" + shirt + "?utm_source=x&linkType=all", 200, "Money is still owed"},
		"a site":                         {"/sites/" + g.world.Site.ID, 200, "Riverside Garments, mill 2"},
		"the start":                      {"/", 200, "Look it up"},
		"what brands sell, on the start": {"/", 200, `<a href="/01/` + shirt + `">`},
		"a wrong check digit":            {"/01/09520123456789", 400, "check digit 9 where 8 is due"},
		"a number that is none":          {"/01/shirt", 400, "8, 12, 13 or 14 digits"},
		"an unknown product":             {"/01/00000096385074", 404, "nobody has recorded it here"},
		"an unknown lot":                 {"/01/" + shirt + "/10/NONE", 404, "the lot NONE"},
		"a lot that is none":             {"/01/" + shirt + "/10/%C3%A9", 400, "GS1 does not allow"},
		"a lot that is a script":         {"/01/" + shirt + "/10/%3Cscript%3E", 404, "&lt;script&gt;"},
		"a path that is not encoded":     {"/01/" + shirt + "/10/%ff", 400, "GS1 does not allow"},
		"an unknown site":                {"/sites/none", 404, "No site"},
		"a search without a number":      {"/find?gtin=", 400, "digits"},
		"a search for a wrong number":    {"/find?gtin=9520123456789", 400, "check digit 9 where 8 is due"},
		"a page that is none, to people": {"/about", 404, "There is nothing at this address"},
	} {
		t.Run(name, func(t *testing.T) {
			a := g.do(http.MethodGet, tc.path, map[string]string{"Accept": "text/html"}, nil)
			if a.status != tc.status || !strings.Contains(string(a.body), tc.says) {
				t.Errorf("%d: %s", a.status, a.body)
			}
			if a.header.Get("Content-Type") != "text/html; charset=utf-8" || a.header.Get("Content-Security-Policy") != web.Policy {
				t.Errorf("served as %v", a.header)
			}
			if strings.Contains(string(a.body), "<script") {
				t.Error("there is a script")
			}
		})
	}
}

// TestAPageIsOneRequest: what is fetched besides is fetched when asked for.
func TestAPageIsOneRequest(t *testing.T) {
	g := founded(t)
	page := string(g.get("/01/" + g.world.Shirt.GTIN).body)
	for _, tag := range regexp.MustCompile(`<[^>]*\bsrc=[^>]*>|<link[^>]*>|@import|url\(`).FindAllString(page, -1) {
		if !strings.Contains(tag, `loading="lazy"`) {
			t.Errorf("the page fetches %s", tag)
		}
	}
}

func TestPagesAreCompressedForThoseWhoTakeIt(t *testing.T) {
	g := founded(t)
	plain := g.do(http.MethodGet, "/01/"+g.world.Shirt.GTIN, map[string]string{"Accept-Encoding": "identity"}, nil)
	packed := g.do(http.MethodGet, "/01/"+g.world.Shirt.GTIN, map[string]string{"Accept-Encoding": "gzip, br"}, nil)
	r, err := gzip.NewReader(bytes.NewReader(packed.body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, plain.body) || packed.header.Get("Vary") != "Accept-Encoding" || len(packed.body) > 6000 {
		t.Errorf("%d bytes of %d, %v", len(packed.body), len(plain.body), packed.header)
	}
}

func TestAddressesLeadToTheOneOf14Digits(t *testing.T) {
	g := founded(t)
	for path, want := range map[string]struct {
		status int
		to     string
	}{
		"/01/9520123456788":              {307, "/01/09520123456788"},
		"/01/96385074":                   {307, "/01/00000096385074"},
		"/01/9520123456788/10/a%2Fb%2B1": {307, "/01/09520123456788/10/a%2Fb%2B1"},
		"/01/09520123456788/":            {307, "/01/09520123456788"},
		"/01/09520123456788/10/A/":       {307, "/01/09520123456788/10/A"},
		"/find?gtin=9520123456788":       {303, "/01/09520123456788"},
		"/find?gtin=9+520123+45678-8":    {303, "/01/09520123456788"},
	} {
		a := g.get(path)
		if a.status != want.status || a.header.Get("Location") != want.to {
			t.Errorf("%s: %d to %q", path, a.status, a.header.Get("Location"))
		}
	}
	for _, path := range []string{"//evil.example/", "/01//evil.example/", "/%2F%2Fevil.example/"} {
		if to := g.get(path).header.Get("Location"); strings.HasPrefix(to, "//") || strings.Contains(to, "://") {
			t.Errorf("%s leads away, to %s", path, to)
		}
	}
}

// TestLotsOfEveryCharacter: what GS1 allows in a lot survives the way through
// addresses, pages and codes.
func TestLotsOfEveryCharacter(t *testing.T) {
	g := founded(t)
	for _, number := range []string{`!"%&'()*+,-./:;<=>?`, "a+b c"[:3], "%41", "..", "A.png"} {
		lot := provenance.Lot{GTIN: g.world.Cloth.GTIN, Lot: number}
		event := g.world.Making(lot)
		g.state(g.cast.Supplier, &event)
		g.settle()
		_, path, _ := strings.Cut(lot.URI(), "https://id.gs1.org")
		a := g.get(path)
		if a.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, a.status, a.body)
			continue
		}
		data := regexp.MustCompile(`href="(/v1/products/[^"]*)"`).FindSubmatch(a.body)
		if data == nil {
			t.Errorf("%s leads to no data", path)
			continue
		}
		got := in[struct{ History provenance.Answer }](t, g.get(strings.ReplaceAll(string(data[1]), "&amp;", "&")))
		if got.History.Lot != number {
			t.Errorf("%s: the data is of lot %q", path, got.History.Lot)
		}
		for _, form := range []string{".svg", ".png"} {
			if text := g.scan("/qr" + path + form); text != baseURL+path {
				t.Errorf("the %s code of %s leads to %s", form, path, text)
			}
		}
	}
}

func TestCodes(t *testing.T) {
	g := open(t)
	for _, form := range []string{".svg", ".png"} {
		if text := g.scan("/qr/01/09520123456788" + form); text != baseURL+"/01/09520123456788" {
			t.Errorf("%s leads to %s", form, text)
		}
		if text := g.scan("/qr/01/9520123456788/10/A" + form); text != baseURL+"/01/09520123456788/10/A" {
			t.Errorf("%s leads to %s", form, text)
		}
	}
	for _, path := range []string{"/qr/01/09520123456788", "/qr/01/09520123456788.gif", "/qr/01/09520123456789.svg", "/qr/01/09520123456788/10/.png"} {
		if a := g.get(path); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

// scan fetches a code's picture and reads it as a scanner does.
func (g *gateway) scan(path string) string {
	g.t.Helper()
	a := g.get(path)
	if a.status != http.StatusOK {
		g.t.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	var picture image.Image
	var err error
	if strings.HasSuffix(path, ".png") {
		picture, err = png.Decode(bytes.NewReader(a.body))
	} else {
		picture = paint(g.t, a.body)
	}
	if err != nil {
		g.t.Fatal(err)
	}
	quiet(g.t, picture)
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		g.t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]interface{}{gozxing.DecodeHintType_PURE_BARCODE: true})
	if err != nil {
		g.t.Fatalf("%s cannot be read: %v", path, err)
	}
	if level := result.GetResultMetadata()[gozxing.ResultMetadataType_ERROR_CORRECTION_LEVEL]; level != "M" {
		g.t.Errorf("%s corrects at level %v", path, level)
	}
	return result.GetText()
}

// paint draws the SVG's dark runs, eight pixels a module.
func paint(t testing.TB, svg []byte) image.Image {
	t.Helper()
	side := regexp.MustCompile(`viewBox="0 0 (\d+) `).FindSubmatch(svg)
	if side == nil {
		t.Fatalf("no picture: %s", svg)
	}
	n, _ := strconv.Atoi(string(side[1]))
	out := image.NewGray(image.Rect(0, 0, 8*n, 8*n))
	for i := range out.Pix {
		out.Pix[i] = 255
	}
	for _, run := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllSubmatch(svg, -1) {
		x, _ := strconv.Atoi(string(run[1]))
		y, _ := strconv.Atoi(string(run[2]))
		w, _ := strconv.Atoi(string(run[3]))
		for py := 8 * y; py < 8*y+8; py++ {
			for px := 8 * x; px < 8*(x+w); px++ {
				out.SetGray(px, py, color.Gray{})
			}
		}
	}
	return out
}

// quiet checks that four modules of eight pixels around the code are light, and
// that the code begins there.
func quiet(t testing.TB, picture image.Image) {
	t.Helper()
	dark := func(x, y int) bool {
		r, _, _, _ := picture.At(x, y).RGBA()
		return r < 0x8000
	}
	b := picture.Bounds()
	for x := b.Min.X; x < b.Max.X; x++ {
		for y := b.Min.Y; y < b.Max.Y; y++ {
			edge := min(x-b.Min.X, y-b.Min.Y, b.Max.X-1-x, b.Max.Y-1-y)
			if edge < 32 && dark(x, y) {
				t.Fatalf("dark at %d,%d, in the quiet zone", x, y)
			}
		}
	}
	if !dark(b.Min.X+32, b.Min.Y+32) {
		t.Error("the code does not begin after four modules")
	}
}
