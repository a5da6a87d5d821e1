package httpapi

import (
	_ "embed"
	"net/http"

	"github.com/gin-gonic/gin"
)

// openapiText is the contract of this API, written by hand; a test holds the
// routes to it.
//
//go:embed openapi.yaml
var openapiText []byte

func (s *server) openapi(c *gin.Context) error {
	c.Header("Cache-Control", "no-cache")
	tag := etag(openapiText)
	c.Header("ETag", tag)
	if matches(c.GetHeader("If-None-Match"), tag) {
		c.Status(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return nil
	}
	c.Data(http.StatusOK, "application/yaml", openapiText)
	return nil
}
