// Package web makes the pages people read: a product's history, a site, the
// start page, and what to say when there is none of these.
//
// Every page is one HTML document with its style inside: nothing else is
// fetched to read it, and it needs no script; the author's page and the one that
// checks seals have one. Names in it come from strangers;
// html/template escapes them and they stand in <bdi>, so that a name cannot turn
// the text around it. A page never says that something is verified without
// saying by whom. Pages are functions of what they are given: equal input gives
// equal bytes.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

//go:embed templates/*.html static/style.css static/author/* static/check/* static/worker.css static/worker.js
var files embed.FS

var style = mustRead("static/style.css")

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"workerstyle":  workerCSS,
	"workerscript": workerJS,
	"style":        func() template.CSS { return template.CSS(style) },
	"word":         Word,
	"date":         date,
	"instant":      instant,
	"age":          age,
	"month":        month,
	"months":       months,
	"distance": func(tier *int) string {
		words := distance(*tier)
		return strings.ToLower(words[:1]) + words[1:]
	},
	"money": Amount,
	"minor": func(amount int64, currency string) string {
		return Amount(provenance.Money{Amount: amount, Currency: currency})
	},
	"band":    band,
	"country": Country,
	"count":   count,
}).ParseFS(files, "templates/*.html"))

// Policy is the Content-Security-Policy that pages are to be served with: their
// own style and pictures of this host, no script at all.
var Policy = policy()

func policy() string {
	return strings.Join([]string{
		"default-src 'none'",
		"style-src '" + hashOf(style) + "'",
		"img-src 'self' data:",
		"form-action 'self'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	}, "; ")
}

// hashOf names a style or a script in a policy, or a module in a page.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// Ledger says what an answer stands on.
type Ledger struct {
	Height uint64        // number of blocks
	Time   time.Time     // of the newest
	Age    time.Duration // of the newest, when the page was made
}

func render(name string, data any) ([]byte, error) {
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, name, data); err != nil {
		return nil, fmt.Errorf("rendering %s: %w", name, err)
	}
	return squeeze(out.Bytes()), nil
}

// squeeze drops the indentation that templates are written with. No page has
// preformatted text.
func squeeze(page []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(page) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			out.Write(line)
			out.WriteByte('\n')
		}
	}
	return out.Bytes()
}

func mustRead(name string) string {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err) // the file is embedded above
	}
	return string(bytes.TrimSpace(text))
}
