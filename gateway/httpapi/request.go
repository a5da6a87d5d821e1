package httpapi

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/fairlead/fairlead/chaincode/provenance"
)

// maxSigned bounds a body that carries signed bytes: a proposal holds its
// document, and an endorsed transaction holds it three times more (arguments,
// written state, event), each as base64.
const maxSigned = 8 << 20

const requestHeader = "Fairlead-Request"

// identify numbers the request. The number is ours: a caller's own would let
// strangers write into the log.
func (s *server) identify(c *gin.Context) {
	var id [8]byte
	rand.Read(id[:]) // never fails
	c.Writer.Header().Set(requestHeader, hex.EncodeToString(id[:]))
	c.Next()
}

func requestID(c *gin.Context) string { return c.Writer.Header().Get(requestHeader) }

// recover turns a panic into a fault of this one request.
func (s *server) recover(c *gin.Context) {
	defer func() {
		switch v := recover(); {
		case v == nil:
		case v == any(http.ErrAbortHandler):
			panic(v)
		case c.Writer.Written():
			s.Log.Error("panic after the answer had begun", "request", requestID(c), "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			panic(http.ErrAbortHandler) // the connection must not look whole
		default:
			s.writeProblem(c, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
		}
	}()
	c.Next()
}

// Headers that every answer carries, page or not, under their canonical names.
// Their values are shared by all answers and never changed.
var security = map[string][]string{
	"X-Content-Type-Options":       {"nosniff"},
	"Referrer-Policy":              {"no-referrer"},
	"Content-Security-Policy":      {"default-src 'none'; frame-ancestors 'none'"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
}

func secure(c *gin.Context) {
	maps.Copy(c.Writer.Header(), security)
	c.Next()
}

// unexpectedQuery is the first query parameter that an address does not have,
// or that comes twice. A parameter that is silently ignored would give an
// answer to another question than was asked.
func unexpectedQuery(c *gin.Context, names []string) *problem {
	if c.Request.URL.RawQuery == "" {
		return nil
	}
	values, err := url.ParseQuery(c.Request.URL.RawQuery)
	if err != nil {
		return badParameter("query", "is not well-formed", "percent-encode it")
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch {
		case !slices.Contains(names, name):
			remedy := "this address takes none"
			if len(names) > 0 {
				remedy = "this address takes " + strings.Join(names, ", ")
			}
			return badParameter(readable(name), "is not a query parameter here", remedy)
		case len(values[name]) > 1:
			return badParameter(name, "is given twice", "give it once")
		}
	}
	return nil
}

// query lets only these query parameters pass, each once.
func (s *server) query(names ...string) gin.HandlerFunc {
	return func(c *gin.Context) {
		if p := unexpectedQuery(c, names); p != nil {
			s.writeProblem(c, p)
		}
	}
}

// readable repeats a stranger's name only when it is short and plain.
func readable(name string) string {
	if name == "" || len(name) > 40 || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "(unreadable name)"
	}
	return name
}

// param is a path parameter, unescaped as path text.
func param(c *gin.Context, name string) (string, error) {
	value, err := url.PathUnescape(c.Param(name))
	if err != nil {
		return "", badParameter(name, "is not percent-encoded", "encode it as UTF-8 with %XX")
	}
	return value, nil
}

// readBody takes a JSON body of at most limit bytes.
func readBody(c *gin.Context, limit int64) ([]byte, error) {
	if kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type")); err != nil || kind != "application/json" {
		return nil, newProblem(codeMediaType, "Send the body as application/json.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, newProblem(string(provenance.TooLarge), fmt.Sprintf("The body has more than %d bytes: send it in parts.", limit))
	case err != nil && c.Request.Context().Err() != nil:
		return nil, c.Request.Context().Err()
	case err != nil:
		return nil, newProblem(codeMalformed, "The body ended before it was whole.")
	}
	return body, nil
}

func (s *server) noMethod(c *gin.Context) {
	p := newProblem(codeMethod, "This address does not take this method; see Allow.")
	p.allow = c.Writer.Header().Get("Allow")
	s.decline(c, p)
}
