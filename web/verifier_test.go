package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// verifierLimit is how large the module may be that a cheap phone fetches to
// check an answer, compressed.
const verifierLimit = 6 << 10

// TestTheVerifierIsMadeOfItsSources: what pages run, and whose hash is
// published, is verifier/ in one file without its comments.
func TestTheVerifierIsMadeOfItsSources(t *testing.T) {
	made := api.Build(api.BuildOptions{
		EntryPoints: []string{"verifier/verify.mjs"}, Bundle: true, Format: api.FormatESModule, Target: api.ES2022,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, Charset: api.CharsetUTF8,
	})
	if len(made.Errors) > 0 || len(made.OutputFiles) != 1 {
		t.Fatal(made.Errors)
	}
	text := made.OutputFiles[0].Contents
	if *update {
		if err := os.WriteFile("static/check/verify.mjs", text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile("static/check/verify.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, text) {
		t.Error("static/check/verify.mjs is not what its sources make: look at the difference and run with -update")
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(kept); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if packed.Len() > verifierLimit {
		t.Errorf("it has %d bytes compressed, more than %d", packed.Len(), verifierLimit)
	}
	t.Logf("%d bytes, %d compressed", len(kept), packed.Len())
}

// TestTheVerifiersHashIsPublished holds what people compare with to what pages
// run.
func TestTheVerifiersHashIsPublished(t *testing.T) {
	kept, err := os.ReadFile("static/check/verify.mjs")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(kept)
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := hex.EncodeToString(sum[:]); !bytes.Contains(readme, []byte(want)) {
		t.Errorf("README.md does not say that the verifier's SHA-256 is %s", want)
	}
}
